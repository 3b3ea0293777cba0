//! The judge of the kernel lab: what `stone` says of real kernel devices, beside smartctl.
//!
//! `tests/lab/run` boots the guest and starts this with STONE_LAB_OUT, the folder with what came back. Without it there is a
//! made-up round instead, and the same rules judge that: it is good, and each fault planted into it is found.
//! `tests/lab/faults` does the same with STONE_LAB_FAULTS and disks that hang.

#![expect(clippy::print_stdout, reason = "the table is for whoever started the lab")]

mod commands;
mod drives;
mod faults;
mod leaves;
mod machine;
mod planted;
mod planted_faults;
mod report;
mod round;
mod rules;

use std::path::{Path, PathBuf};

use machine::Machine;
use round::Round;

/// Before and after the start of udev.
const ROUNDS: [&str; 2] = ["without-udev", "with-udev"];

/// Something wrong, in words.
type Finding = String;

/// Judges the results in `folder`: the table for people, and what is wrong.
fn judge(folder: &Path) -> (Vec<Vec<String>>, Vec<Finding>) {
    let machine = Machine::read(folder);
    let mut table = vec![
        ["ROUND", "NODE", "DISK", "LINK", "EQUAL", "EXCEPTED", "EXTRA", "COMMANDS", "SMARTCTL'S", "EXIT"]
            .map(str::to_owned)
            .to_vec(),
    ];
    let mut findings = drives::judge(&machine, folder);
    for name in ROUNDS {
        let round = Round::read(&machine, &folder.join(name));
        let found = rules::apply(&machine, &round);
        for note in rules::notes(&round) {
            println!("{name}: note: {note}");
        }
        findings.extend(found.into_iter().map(|finding| format!("{name}: {finding}")));
        table.extend(rules::rows(&round).into_iter().map(|mut row| {
            row.insert(0, name.to_owned());
            row
        }));
    }
    (table, findings)
}

fn print(table: &[Vec<String>]) {
    let columns = table.first().map_or(0, Vec::len);
    let width = |column: usize| table.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for row in table {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        println!("{}", cells.collect::<Vec<_>>().join("  ").trim_end());
    }
}

/// Which node is which disk of the table, for `run --record`.
fn write_nodes(folder: &Path) {
    let machine = Machine::read(folder);
    let round = Round::read(&machine, &folder.join(ROUNDS[1]));
    let lines = round.disks.iter().filter_map(|disk| Some(format!("{} {}\n", disk.node, disk.row?.name)));
    std::fs::write(folder.join("nodes"), lines.collect::<String>()).expect("the results can be written");
}

#[test]
fn lab_results() {
    let made_up = tempfile::tempdir().unwrap();
    let folder = std::env::var_os("STONE_LAB_OUT").map_or_else(
        || {
            planted::good(made_up.path());
            made_up.path().to_owned()
        },
        PathBuf::from,
    );
    let (table, findings) = judge(&folder);
    print(&table);
    for finding in &findings {
        println!("{finding}");
    }
    write_nodes(&folder);
    assert!(findings.is_empty(), "the kernel lab found {} faults, see above", findings.len());
}

#[test]
fn lab_faults() {
    let made_up = tempfile::tempdir().unwrap();
    let folder = std::env::var_os("STONE_LAB_FAULTS").map_or_else(
        || {
            planted_faults::good(made_up.path());
            made_up.path().to_owned()
        },
        PathBuf::from,
    );
    let (table, findings) = faults::judge(&folder);
    print(&table);
    for note in faults::notes(&folder) {
        println!("note: {note}");
    }
    for finding in &findings {
        println!("{finding}");
    }
    assert!(findings.is_empty(), "the kernel lab found {} faults, see above", findings.len());
}
