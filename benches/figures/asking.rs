//! How long it takes only to ask: a process with a thread for each disk, which opens it and sends one short command again
//! and again, and looks at no answer. What is more than that, a program that reads disks adds by itself.

use std::collections::HashMap;
use std::env;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use stone_smart::device::{self, BlockDevice, Link, Roots};
use stone_smart::transport::{self, NvmeAdmin, ScsiCdb};

/// Set for the process that asks.
pub(crate) const ASKING: &str = "STONE_FIGURES_ASKING";
/// Stack of a thread, as large as those of the worker.
const STACK: usize = 512 << 10;

/// How long it takes to ask each of `disks`, by its name, as often as is said, behind the interposer `library`.
pub(crate) fn ask(disks: &[(String, u64)], library: &Path, fleet: &Path) -> io::Result<Duration> {
    let mut process = Command::new(env::current_exe()?);
    process.env(ASKING, "1").env("LD_PRELOAD", library).env("REPLAY_DIR", fleet);
    let mut process = process.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let lines: String = disks.iter().map(|(name, count)| format!("{name} {count}\n")).collect();
    process.stdin.take().map_or(Ok(()), |mut input| input.write_all(lines.as_bytes()))?;
    let output = process.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let micros = text.trim().parse().map_err(|_| io::Error::other(format!("nobody asked: {text}")))?;
    Ok(Duration::from_micros(micros))
}

/// Asks the disks of the standard input, and says how long it took. Finding them is not part of it.
pub(crate) fn ask_here() -> io::Result<()> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    let count = |line: &str| {
        let (name, count) = line.split_once(' ')?;
        Some((name.to_owned(), count.parse::<u64>().ok()?))
    };
    let counts: HashMap<String, u64> = text.lines().filter_map(count).collect();
    let disks = device::enumerate(&Roots::default()).map_err(io::Error::other)?;
    let start = Instant::now();
    thread::scope(|scope| {
        for disk in &disks {
            let count = counts.get(&disk.name).copied().unwrap_or(0);
            let thread = thread::Builder::new().stack_size(STACK);
            thread.spawn_scoped(scope, move || ask_one(disk, count).expect("the disk answers"))?;
        }
        Ok::<(), io::Error>(())
    })?;
    println!("{}", start.elapsed().as_micros());
    Ok(())
}

fn ask_one(disk: &BlockDevice, count: u64) -> io::Result<()> {
    let mut transport = transport::open(disk).map_err(io::Error::other)?;
    let command = match disk.link {
        Link::Nvme => transport::Command::Nvme(NvmeAdmin::identify(1, 0)),
        _ => transport::Command::Scsi(ScsiCdb::inquiry(36)),
    };
    let mut data = vec![0; command.data_len()];
    for _ in 0..count {
        transport.execute(&command, &mut data, Duration::from_secs(15)).map_err(io::Error::other)?;
    }
    Ok(())
}
