//! Instructions of one run over one disk, counted by callgrind: the same on every machine and under any load.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::fleet::clone_drive;
use super::mega;

/// Counts and prints them, beside smartctl's where there is an interposer.
pub(crate) fn table(stone: &Path, interposer: Option<&Path>, scratch: &Path) -> io::Result<()> {
    if Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_err() {
        eprintln!("SKIPPED: no valgrind, so no instructions are counted");
        return Ok(());
    }
    println!("Instructions for one disk, in millions (callgrind); commands as the record counts them\n");
    println!("| drive | stone device query | smartctl -x --json=c | ratio |");
    println!("|---|---|---|---|");
    // Not scsi-hdd: smartctl 7.3 aborts at its pending defects.
    for (name, node) in [("ata-hdd", "sda"), ("ata-ssd", "sdb"), ("scsi-ssd", "sdc"), ("nvme-dc", "nvme0")] {
        let fleet = scratch.join("fleet-of-one-each");
        clone_drive(name, &fleet.join(node), Duration::ZERO)?;
        let path = format!("/dev/{node}");
        let row = match interposer {
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

/// Instructions of one run.
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
    let count = text.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok());
    count.ok_or_else(|| io::Error::other(format!("callgrind did not count {}: {text}", program.display())))
}
