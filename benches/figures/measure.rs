//! Wall time, processor time and peak memory of commands.
//!
//! A process knows of its children only what all of them together took. So each measurement has a process of its own:
//! this program once more, which runs the commands that it reads from its standard input.

use std::collections::{BTreeMap, VecDeque};
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};

/// Set for the process that measures: how many commands run at the same time.
pub(crate) const WIDTH: &str = "STONE_FIGURES_WIDTH";

/// What commands took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    /// From the start of the first to the end of the last.
    pub(crate) wall: Duration,
    /// User and system time of all.
    pub(crate) cpu: Duration,
}

/// Runs `commands`, `width` at a time, over the disks of a fleet behind the interposer, if there is one.
pub(crate) fn measure(
    commands: &[Vec<String>],
    width: usize,
    disks: Option<(&Path, &Path)>,
) -> io::Result<Cost> {
    let mut process = Command::new(env::current_exe()?);
    process.env(WIDTH, width.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped());
    if let Some((library, fleet)) = disks {
        process.env("STONE_FIGURES_PRELOAD", library).env("REPLAY_DIR", fleet);
    }
    let mut process = process.spawn()?;
    let lines: String = commands.iter().map(|command| command.join("\t") + "\n").collect();
    process.stdin.take().map_or(Ok(()), |mut input| input.write_all(lines.as_bytes()))?;
    let output = process.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<u64> = text.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    match numbers[..] {
        [wall, cpu] if output.status.success() => {
            Ok(Cost { wall: Duration::from_micros(wall), cpu: Duration::from_micros(cpu) })
        }
        _ => Err(io::Error::other(format!("the measurement failed ({}): {text}", output.status))),
    }
}

/// Peak memory of `command` and its child, the worker, together, in KiB. What both have in common counts twice.
pub(crate) fn peak(command: &[String]) -> io::Result<u64> {
    let (program, arguments) = command.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    let mut process = Command::new(program);
    process.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut process = process.spawn()?;
    let front = process.id().to_string();
    let mut peaks = BTreeMap::new();
    while process.try_wait()?.is_none() {
        let children = fs::read_to_string(format!("/proc/{front}/task/{front}/children")).unwrap_or_default();
        for pid in children.split_whitespace().chain([front.as_str()]) {
            let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
            let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
            let peak: &mut u64 = peaks.entry(pid.to_owned()).or_default();
            *peak = kib.unwrap_or(0).max(*peak);
        }
        thread::sleep(Duration::from_millis(1));
    }
    Ok(peaks.values().sum())
}

/// Runs the commands of the standard input, and says what they took.
pub(crate) fn run_here(width: &OsStr) -> io::Result<()> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    let waiting: Mutex<VecDeque<&str>> = Mutex::new(text.lines().collect());
    let width = width.to_str().and_then(|width| width.parse::<usize>().ok()).unwrap_or(1);
    let preload = env::var_os("STONE_FIGURES_PRELOAD");
    let work = || -> io::Result<()> {
        loop {
            let next = waiting.lock().map_err(|_| io::Error::other("a thread failed"))?.pop_front();
            let Some(line) = next else { return Ok(()) };
            let mut words = line.split('\t');
            let mut command = Command::new(words.next().unwrap_or_default());
            command.args(words).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            if let Some(library) = &preload {
                command.env("LD_PRELOAD", library);
            }
            // What a disk is found to have is in the status of smartctl: it says nothing here.
            command.status()?;
        }
    };
    let start = Instant::now();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..width).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().unwrap_or_else(|_| Err(io::Error::other("a thread failed"))))
    })?;
    let wall = start.elapsed();
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let micros = |time: nix::sys::time::TimeVal| time.tv_sec() * 1_000_000 + time.tv_usec();
    println!("{} {}", wall.as_micros(), micros(usage.user_time()) + micros(usage.system_time()));
    Ok(())
}
