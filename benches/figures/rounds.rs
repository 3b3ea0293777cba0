//! Rounds over replayed fleets, beside smartctl one disk after another, 16 and 108 at a time.

use std::io;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use super::asking;
use super::fleet;
use super::measure::{Cost, measure, peak};

/// Disks of the fleets.
pub(crate) const DISKS: [usize; 5] = [12, 60, 108, 360, 1000];
/// Latencies of a command, in milliseconds.
const LATENCIES: [u64; 3] = [0, 2, 15];
/// How many smartctl run at the same time.
pub(crate) const WIDTHS: [usize; 3] = [1, 16, 108];
/// What would take longer than this is not run: its time is that of the smaller fleet, and grows with the disks.
const PATIENCE: Duration = Duration::from_secs(20);

/// One fleet.
#[derive(Debug, Clone)]
pub(crate) struct Round {
    pub(crate) disks: usize,
    pub(crate) latency: Duration,
    /// Most commands to one disk, and commands to all.
    pub(crate) commands: (u64, u64),
    /// The best of three.
    pub(crate) ours: Cost,
    /// The best of three of a process that does nothing but wait for the disks: a thread for each, asleep as often as its
    /// disk got commands.
    pub(crate) waiting: Duration,
    /// The best of three of one that only asks them so often, behind the same interposer. `None`: there is none.
    pub(crate) asking: Option<Duration>,
    /// Peak memory of the program and its worker together as it replays the disks by itself, in KiB.
    pub(crate) memory: u64,
    /// By the numbers in [`WIDTHS`]; empty without interposer. `false`: not run.
    pub(crate) smartctl: Vec<(Cost, bool)>,
}

impl Round {
    /// No program can be faster than the disk with most commands answers.
    pub(crate) fn limit(&self) -> Duration {
        self.latency * u32::try_from(self.commands.0).unwrap_or(u32::MAX)
    }
}

/// Measures and prints all rounds.
pub(crate) fn table(stone: &Path, interposer: Option<&Path>, scratch: &Path) -> io::Result<Vec<Round>> {
    println!(
        "Rounds over replayed fleets. limit = most commands to one disk x latency; smartctl -x --json=c is run for"
    );
    println!(
        "each disk, so many at a time; (ratio) = its time / ours; ~ = not run, grown from a smaller fleet;"
    );
    println!(
        "waiting = a thread for each disk that only sleeps, as often as its disk got commands: no program that waits in"
    );
    println!("the kernel for each command can be faster on this machine;");
    println!(
        "asking = a thread for each disk that only opens it and sends INQUIRY or IDENTIFY as often, through the interposer;"
    );
    println!(
        "memory = peaks of the program and its worker added up, disks replayed without interposer: that takes 64 KiB for"
    );
    println!("each thread by itself\n");
    println!(
        "| disks | latency | commands, most / all | limit | waiting | asking | stone | / limit | CPU | memory | smartctl | CPU | -P16 | -P108 |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    let mut rounds: Vec<Round> = Vec::new();
    for millis in LATENCIES {
        for disks in DISKS {
            let before = rounds.last().filter(|round| round.disks < disks).cloned();
            let round = measure_round(
                stone,
                interposer,
                scratch,
                disks,
                Duration::from_millis(millis),
                before.as_ref(),
            )?;
            print(&round);
            rounds.push(round);
        }
    }
    Ok(rounds)
}

fn measure_round(
    stone: &Path,
    interposer: Option<&Path>,
    scratch: &Path,
    disks: usize,
    latency: Duration,
    before: Option<&Round>,
) -> io::Result<Round> {
    let folder = scratch.join(format!("fleet-{disks}-{}", latency.as_millis()));
    let names = fleet::make(&folder, disks, latency)?;
    let behind = interposer.map(|library| (library, folder.as_path()));
    let mut query = vec![stone.display().to_string()];
    query.extend(["device", "query", "-f", "json"].map(str::to_owned));
    let mut replaying = query.clone();
    replaying.extend(["--drives".to_owned(), folder.display().to_string()]);
    if behind.is_none() {
        query.clone_from(&replaying);
    }
    let commands_of = commands(&query, behind, disks)?;
    let commands: Vec<u64> = commands_of.iter().map(|(_, count)| *count).collect();
    let mut ours = measure(std::slice::from_ref(&query), 1, behind)?;
    for _ in 0..2 {
        let again = measure(std::slice::from_ref(&query), 1, behind)?;
        if again.wall < ours.wall {
            ours = again;
        }
    }
    let waiting = (0..3).map(|_| wait(&commands, latency)).min().unwrap_or_default();
    let asking = match interposer {
        Some(library) => {
            let mut best = Duration::MAX;
            for _ in 0..3 {
                best = best.min(asking::ask(&commands_of, library, &folder)?);
            }
            Some(best)
        }
        None => None,
    };
    let memory = peak(&replaying)?;
    let mut smartctl = Vec::new();
    for (index, width) in WIDTHS.into_iter().enumerate().filter(|_| behind.is_some()) {
        let grown = before.and_then(|before| {
            let (cost, _) = before.smartctl.get(index)?;
            let factor = f64::from(u32::try_from(disks).ok()?) / f64::from(u32::try_from(before.disks).ok()?);
            Some(Cost { wall: cost.wall.mul_f64(factor), cpu: cost.cpu.mul_f64(factor) })
        });
        smartctl.push(match grown {
            Some(grown) if grown.wall > PATIENCE => (grown, false),
            _ => {
                let one = |name: &String| {
                    ["smartctl", "-x", "--json=c", &format!("/dev/{name}")].map(str::to_owned).to_vec()
                };
                (measure(&names.iter().map(one).collect::<Vec<_>>(), width, behind)?, true)
            }
        });
    }
    let commands = (commands.iter().copied().max().unwrap_or(0), commands.iter().sum());
    Ok(Round { disks, latency, commands, ours, waiting, asking, memory, smartctl })
}

/// How long as many threads as there are disks take only to sleep as often as their disks got commands.
fn wait(commands: &[u64], latency: Duration) -> Duration {
    let start = Instant::now();
    thread::scope(|scope| {
        for count in commands {
            let sleep = move || (0..*count).for_each(|_| thread::sleep(latency));
            let thread = thread::Builder::new().stack_size(64 << 10);
            thread.spawn_scoped(scope, sleep).expect("as many threads as the worker of stone had");
        }
    });
    start.elapsed()
}

/// One round, to see that all disks were read: the name of each, and the commands to it.
fn commands(
    query: &[String],
    behind: Option<(&Path, &Path)>,
    disks: usize,
) -> io::Result<Vec<(String, u64)>> {
    let mut command = Command::new(&query[0]);
    command.args(&query[1..]);
    if let Some((library, fleet)) = behind {
        command.env("LD_PRELOAD", library).env("REPLAY_DIR", fleet);
    }
    let output = command.output()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let devices = answer["devices"].as_array().cloned().unwrap_or_default();
    assert_eq!(devices.len(), disks, "every disk is found");
    let count = |device: &serde_json::Value| {
        let name = device["name"].as_str()?.to_owned();
        Some((name, device["record"]["stone"]["commands"].as_u64()?))
    };
    Ok(devices.iter().filter_map(count).collect())
}

fn print(round: &Round) {
    let seconds = |time: Duration| format!("{:.3} s", time.as_secs_f64());
    let ratio = |time: Duration, to: Duration| time.as_secs_f64() / to.as_secs_f64();
    let limit = round.limit();
    let of_limit =
        if limit.is_zero() { "-".to_owned() } else { format!("{:.2}", ratio(round.ours.wall, limit)) };
    let smartctl: Vec<String> = (0..WIDTHS.len())
        .map(|index| match round.smartctl.get(index) {
            Some((cost, measured)) => {
                let about = if *measured { "" } else { "~" };
                format!("{about}{} ({:.0})", seconds(cost.wall), ratio(cost.wall, round.ours.wall))
            }
            None => "-".to_owned(),
        })
        .collect();
    let cpu = round.smartctl.first().map_or_else(
        || "-".to_owned(),
        |(cost, _)| format!("{} ({:.0})", seconds(cost.cpu), ratio(cost.cpu, round.ours.cpu)),
    );
    println!(
        "| {} | {} ms | {} / {} | {} | {} | {} | {} | {of_limit} | {} | {} MB | {} | {cpu} | {} | {} |",
        round.disks,
        round.latency.as_millis(),
        round.commands.0,
        round.commands.1,
        seconds(limit),
        seconds(round.waiting),
        round.asking.map_or_else(|| "-".to_owned(), seconds),
        seconds(round.ours.wall),
        seconds(round.ours.cpu),
        round.memory / 1024,
        smartctl[0],
        smartctl[1],
        smartctl[2],
    );
}
