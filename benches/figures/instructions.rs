//! Instructions of one run over one disk, counted by callgrind: the same on every machine and under any load.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use stone_smart::collect::{Options, Worker};
use stone_smart::device::{BlockDevice, Link, Place};
use stone_smart::source::{Asking, Backend};

use super::fleet::clone_drive;
use super::mega;

/// Counts and prints them, beside smartctl's where there is an interposer.
pub(crate) fn table(stone: &Path, interposer: Option<&Path>, scratch: &Path) -> io::Result<()> {
    if Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_err() {
        eprintln!("SKIPPED: no valgrind, so no instructions are counted");
        return Ok(());
    }
    println!("Instructions for one disk, in millions (callgrind); commands as the record counts them\n");
    println!("| drive | commands | stone device query: front + worker | smartctl -x --json=c | ratio |");
    println!("|---|---|---|---|---|");
    // Not scsi-hdd: smartctl 7.3 aborts at its pending defects.
    let drives = [
        ("ata-hdd", "sda", Link::Sata),
        ("ata-ssd", "sdb", Link::Sata),
        ("scsi-ssd", "sdc", Link::Sas),
        ("nvme-dc", "nvme0", Link::Nvme),
    ];
    for (name, node, link) in drives {
        let fleet = scratch.join("fleet-of-one-each");
        clone_drive(name, &fleet.join(node), Duration::ZERO)?;
        let path = format!("/dev/{node}");
        let disks = interposer.map(|library| (library, fleet.as_path()));
        let run = |program: &Path, arguments: &[&str]| callgrind(program, arguments, scratch, disks);
        let recorded = BlockDevice::recorded(&fleet.join(node));
        let row = match interposer {
            Some(_) => {
                let device = BlockDevice {
                    name: node.to_owned(),
                    place: Place::Node(path.clone().into()),
                    link,
                    ..recorded
                };
                let front = run(stone, &["device", "query", "-f", "json", &path])?;
                let worker = worker(stone, device, scratch, disks)?;
                let theirs = run(Path::new("smartctl"), &["-x", "--json=c", &path])?;
                #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
                let ratio = theirs as f64 / (front + worker) as f64;
                format!("{:.1} + {:.1} | {:.1} | {ratio:.1}", mega(front), mega(worker), mega(theirs))
            }
            None => {
                let folder = fleet.join(node).display().to_string();
                let front = run(stone, &["device", "decode", "-f", "json", &folder])?;
                let worker = worker(stone, recorded, scratch, disks)?;
                format!("{:.1} + {:.1} | - | -", mega(front), mega(worker))
            }
        };
        println!("| {name} | {} | {row} |", commands(stone, &fleet.join(node))?);
    }
    println!();
    Ok(())
}

/// Instructions of the worker for one disk: this program is its front.
fn worker(
    stone: &Path,
    device: BlockDevice,
    scratch: &Path,
    disks: Option<(&Path, &Path)>,
) -> io::Result<u64> {
    let log = scratch.join("worker.log");
    let mut arguments: Vec<OsString> = Vec::new();
    if let Some((library, drives)) = disks {
        for (name, path) in [("LD_PRELOAD=", library), ("REPLAY_DIR=", drives)] {
            let mut argument = OsString::from(name);
            argument.push(path);
            arguments.push(argument);
        }
    }
    arguments.extend(["valgrind", "--tool=callgrind"].map(OsString::from));
    arguments.push(format!("--callgrind-out-file={}", scratch.join("callgrind.out").display()).into());
    arguments.push(format!("--log-file={}", log.display()).into());
    arguments.push(stone.into());
    arguments.extend(["worker", "0"].map(OsString::from));
    let asking = Asking { backend: Backend::Native, ..Asking::default() };
    let round = Worker::new("/usr/bin/env", arguments).collect(
        vec![device],
        &asking,
        &Options::default(),
        None,
        |one| one.result.map(|_| ()),
        |_| (),
    );
    if let Some(Err(error)) = round.collected.first() {
        return Err(io::Error::other(format!("the worker under callgrind: {error}")));
    }
    counted(&fs::read_to_string(&log)?).ok_or_else(|| io::Error::other("callgrind did not count the worker"))
}

/// The number of instructions in what callgrind says at its end.
fn counted(text: &str) -> Option<u64> {
    text.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok())
}

/// Commands to one disk, as its record counts them.
fn commands(stone: &Path, folder: &Path) -> io::Result<u64> {
    let output = Command::new(stone).args(["device", "decode", "-f", "json"]).arg(folder).output()?;
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let commands = answer["devices"][0]["record"]["stone"]["commands"].as_u64();
    commands.ok_or_else(|| io::Error::other(format!("{} has no record", folder.display())))
}

/// Instructions of one run, without those of its children.
fn callgrind(
    program: &Path,
    arguments: &[&str],
    scratch: &Path,
    disks: Option<(&Path, &Path)>,
) -> io::Result<u64> {
    let mut command = Command::new("valgrind");
    command
        .args(["--tool=callgrind", "--trace-children=no"])
        .arg(format!("--callgrind-out-file={}", scratch.join("callgrind.out").display()))
        .arg(program)
        .args(arguments);
    if let Some((library, drives)) = disks {
        command.env("LD_PRELOAD", library).env("REPLAY_DIR", drives);
    }
    let output = command.output()?;
    let text = String::from_utf8_lossy(&output.stderr);
    // smartctl's findings are bits of its status; its bits 0 and 1, and any other program's failure, are none.
    let failed = output
        .status
        .code()
        .is_none_or(|code| if program.ends_with("smartctl") { code & 3 != 0 } else { code != 0 });
    if failed {
        return Err(io::Error::other(format!("{} failed ({}): {text}", program.display(), output.status)));
    }
    counted(&text)
        .ok_or_else(|| io::Error::other(format!("callgrind did not count {}: {text}", program.display())))
}
