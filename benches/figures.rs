//! The figures of the whole program, as tables: rounds over replayed fleets, instructions for a disk, size.
//!
//! smartctl stands beside stone where it can: it reads a dump only through an interposer that fakes disks for any
//! program. STONE_LAB names the folder that has one (`replay/libreplay.so`, or the sources to make it).
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "tables for people are what this is for")]

use std::env;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Drives of a fleet, over and over.
const MIX: [&str; 8] =
    ["ata-hdd", "ata-hdd", "ata-ssd", "scsi-hdd", "ata-hdd-old", "scsi-ssd", "nvme-consumer", "nvme-dc"];

fn main() -> io::Result<()> {
    // `cargo test --benches` only wants to know that it builds.
    if env::args().any(|argument| argument == "--test") {
        return Ok(());
    }
    let stone = Path::new(env!("CARGO_BIN_EXE_stone"));
    let scratch = tempfile::tempdir()?;
    println!("\nSize of the program: {:.1} MB\n", mega(fs::metadata(stone)?.len()));
    rounds(stone, scratch.path())?;
    instructions(stone, scratch.path())
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
fn mega(number: u64) -> f64 {
    number as f64 / 1e6
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// A folder with the answers of `name`, and a latency of its own.
fn clone_drive(name: &str, to: &Path, latency: Duration) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(fixture(name))? {
        let entry = entry?;
        if entry.file_name() != "device.conf" {
            symlink(entry.path(), to.join(entry.file_name()))?;
        }
    }
    let conf = fs::read_to_string(fixture(name).join("device.conf"))?;
    let conf: String =
        conf.lines().filter(|line| !line.starts_with("latency_us")).map(|line| format!("{line}\n")).collect();
    fs::write(to.join("device.conf"), format!("{conf}latency_us={}\n", latency.as_micros()))
}

/// Wall time of one round over `drives`, the best of three, and the most commands to one disk.
fn round(stone: &Path, drives: &Path) -> io::Result<(Duration, u64)> {
    let mut best = Duration::MAX;
    let mut answer = Vec::new();
    for _ in 0..3 {
        let start = Instant::now();
        let output =
            Command::new(stone).args(["device", "query", "-f", "json", "--drives"]).arg(drives).output()?;
        best = best.min(start.elapsed());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        answer = output.stdout;
    }
    let answer: serde_json::Value = serde_json::from_slice(&answer)?;
    let devices = answer["devices"].as_array().cloned().unwrap_or_default();
    let commands = devices.iter().filter_map(|device| device["record"]["stone"]["commands"].as_u64());
    Ok((best, commands.max().unwrap_or(0)))
}

fn rounds(stone: &Path, scratch: &Path) -> io::Result<()> {
    println!("Rounds over replayed fleets; limit = most commands to one disk x latency,");
    println!("slowest = the slowest disk of the fleet read alone by the same program\n");
    println!("| disks | latency | round | limit | round / limit | slowest | round / slowest |");
    println!("|---|---|---|---|---|---|---|");
    for disks in [12, 60, 360] {
        for millis in [0, 2, 15] {
            let latency = Duration::from_millis(millis);
            let fleet = scratch.join(format!("fleet-{disks}-{millis}"));
            for disk in 0..disks {
                clone_drive(MIX[disk % MIX.len()], &fleet.join(format!("disk{disk:03}")), latency)?;
            }
            let (time, commands) = round(stone, &fleet)?;
            let mut slowest = Duration::ZERO;
            for disk in 0..MIX.len().min(disks) {
                slowest = slowest.max(round(stone, &fleet.join(format!("disk{disk:03}")))?.0);
            }
            let limit = latency * u32::try_from(commands).unwrap_or(u32::MAX);
            let ratio = |to: Duration| {
                if to.is_zero() {
                    "-".to_owned()
                } else {
                    format!("{:.2}", time.as_secs_f64() / to.as_secs_f64())
                }
            };
            println!(
                "| {disks} | {millis} ms | {:.3} s | {:.3} s | {} | {:.3} s | {} |",
                time.as_secs_f64(),
                limit.as_secs_f64(),
                ratio(limit),
                slowest.as_secs_f64(),
                ratio(slowest),
            );
        }
    }
    println!();
    Ok(())
}

fn instructions(stone: &Path, scratch: &Path) -> io::Result<()> {
    if Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_err() {
        eprintln!("SKIPPED: no valgrind, so no instructions are counted");
        return Ok(());
    }
    let interposer = interposer(scratch)?;
    println!("Instructions for one disk, in millions (callgrind); commands as the record counts them\n");
    println!("| drive | stone device query | smartctl -x --json=c | ratio |");
    println!("|---|---|---|---|");
    // Not scsi-hdd: smartctl 7.3 aborts at its pending defects.
    for (name, node) in [("ata-hdd", "sda"), ("ata-ssd", "sdb"), ("scsi-ssd", "sdc"), ("nvme-dc", "nvme0")] {
        let fleet = scratch.join("fleet-of-one-each");
        clone_drive(name, &fleet.join(node), Duration::ZERO)?;
        let path = format!("/dev/{node}");
        let row = match &interposer {
            Some(library) => {
                let run = |program: &Path, arguments: &[&str]| {
                    callgrind(program, arguments, scratch, Some((library, &fleet)))
                };
                let ours = run(stone, &["device", "query", "-f", "json", &path])?;
                let theirs = run(Path::new("smartctl"), &["-x", "--json=c", &path])?;
                #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
                let ratio = theirs as f64 / ours as f64;
                format!("{:.1} | {:.1} | {ratio:.1}", mega(ours), mega(theirs))
            }
            None => {
                let folder = fleet.join(node).display().to_string();
                let ours = callgrind(stone, &["device", "decode", "-f", "json", &folder], scratch, None)?;
                format!("{:.1} | - | -", mega(ours))
            }
        };
        println!("| {name} | {row} |");
    }
    println!();
    Ok(())
}

/// The interposer of the lab, built in the scratch folder if need be. `None`, said aloud: there is no lab.
fn interposer(scratch: &Path) -> io::Result<Option<PathBuf>> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/lab");
    let lab = env::var_os("STONE_LAB").map_or(beside, PathBuf::from);
    let sources = lab.join("replay");
    if Command::new("smartctl").arg("-V").stdout(Stdio::null()).status().is_err() {
        eprintln!("SKIPPED: no smartctl to compare with");
        return Ok(None);
    }
    if !sources.is_dir() {
        eprintln!("SKIPPED: smartctl is not measured: STONE_LAB names no lab with an interposer");
        return Ok(None);
    }
    let copy = scratch.join("replay");
    fs::create_dir_all(&copy)?;
    for entry in fs::read_dir(&sources)? {
        let entry = entry?;
        fs::write(copy.join(entry.file_name()), fs::read(entry.path())?)?;
    }
    let made = Command::new("make").arg("-s").arg("-C").arg(&copy).status()?;
    assert!(made.success(), "the interposer cannot be built");
    Ok(Some(copy.join("libreplay.so")))
}

/// Instructions of one run.
fn callgrind(
    program: &Path,
    arguments: &[&str],
    scratch: &Path,
    disks: Option<(&PathBuf, &PathBuf)>,
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
    let count = text.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok());
    count.ok_or_else(|| io::Error::other(format!("callgrind did not count {}: {text}", program.display())))
}
