//! Rounds in which disks never answer: what they cost the others.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::fleet;

/// Disks of the fleet.
const DISKS: usize = 60;
const LATENCY: Duration = Duration::from_millis(2);
/// The deadline of a disk, in seconds.
const DEADLINE: u32 = 2;

/// Which disks hang, and when: the first `count` by a line of their `device.conf`.
const CASES: [(&str, usize, &str); 4] = [
    ("none hangs", 0, ""),
    ("one hangs from the start", 1, "hang=all"),
    ("one hangs at its fifth command", 1, "hang=after:4"),
    ("ten hang from the start", 10, "hang=all"),
];

/// Measures and prints them. The disks are replayed by the program itself.
pub(crate) fn table(stone: &Path, scratch: &Path) -> io::Result<()> {
    println!(
        "\nDisks that never answer, among {DISKS} with {} ms for each command; --deadline {DEADLINE}. smartctl waits for ever, or as long as the kernel\n",
        LATENCY.as_millis()
    );
    println!(
        "| case | round | exit status | whole records | slowest of them | sections of those that hang |"
    );
    println!("|---|---|---|---|---|---|");
    for (case, count, line) in CASES {
        let folder = scratch.join(format!("faults-{}", case.replace(' ', "-")));
        for name in fleet::make(&folder, DISKS, LATENCY)?.iter().take(count) {
            let conf = folder.join(name).join("device.conf");
            fs::write(&conf, format!("{}{line}\n", fs::read_to_string(&conf)?))?;
        }
        let start = Instant::now();
        let output = Command::new(stone)
            .args([
                "device",
                "query",
                "-f",
                "json",
                "--ignore-quarantine",
                "--deadline",
                &DEADLINE.to_string(),
            ])
            .arg("--drives")
            .arg(&folder)
            .env("STONE_STATE_DIR", scratch.join("state"))
            .output()?;
        let took = start.elapsed();
        let answer: serde_json::Value = serde_json::from_slice(&output.stdout)?;
        let disks = answer["devices"].as_array().cloned().unwrap_or_default();
        let (cut, whole): (Vec<_>, Vec<_>) = disks
            .iter()
            .partition(|disk| disk["outcome"] != "ok" || !disk["record"]["stone"]["stopped_at"].is_null());
        assert_eq!((whole.len(), cut.len()), (DISKS - count, count), "{case}");
        let slowest = whole.iter().filter_map(|disk| disk["duration_ms"].as_u64()).max().unwrap_or(0);
        let finished = |disk: &&serde_json::Value| {
            let sections = disk["record"]["stone"]["sections"].as_object()?;
            Some(sections.values().filter(|section| section["outcome"] == "ok").count())
        };
        println!(
            "| {case} | {:.3} s | {} | {} | {slowest} ms | {} |",
            took.as_secs_f64(),
            output.status.code().map_or_else(|| "-".to_owned(), |code| code.to_string()),
            whole.len(),
            cut.iter().filter_map(finished).sum::<usize>(),
        );
    }
    Ok(())
}
