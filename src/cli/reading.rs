//! Reading disks by a worker, without those in quarantine; what hung is remembered.

use std::path::Path;
use std::time::{Duration, Instant};

use super::args::{Backend, Cli, HowArgs, NoCheck};
use super::output::{chain, complain, say};
use super::progress::Progress;
use super::summary::{self, Fate};
use super::worker;
use crate::collect::quarantine::Rule;
use crate::collect::worker::{Interrupt, Interrupts};
use crate::collect::{CollectError, Collected, Options, Quarantine, Worker};
use crate::device::BlockDevice;
use crate::source::native::{Extent, Power};
use crate::source::{self, Asking, SourceError};
use crate::telemetry::state_dir;

/// What reads the disks; it is started while they are looked for.
pub(super) struct Reader(Worker);

/// Starts what will read the disks.
pub(super) fn begin(verbose: u8) -> Reader {
    let mut worker = worker::new(verbose);
    worker.start();
    Reader(worker)
}

/// What came of reading disks.
pub(super) struct Reading<T> {
    /// What was made of each, in the order in which they were given.
    pub(super) finished: Vec<T>,
    /// What ended it before its time. `None`: nothing did.
    pub(super) interrupt: Option<Interrupt>,
    /// It ends while the result is printed.
    _reader: Reader,
}

/// What is to be said of a disk, and remembered, when all have been read.
struct Note {
    complaint: Option<String>,
    /// Its path, if it was left asleep.
    asleep: Option<String>,
    memory: Memory,
    fate: Fate,
}

enum Memory {
    /// It hung, in this command.
    Hung(Box<BlockDevice>, String),
    Answered(Box<BlockDevice>),
    /// There is nothing to remember.
    Forgotten,
}

impl Note {
    /// `is_remembered`: some disks hung before, this may be one.
    fn new(one: &Collected, is_remembered: bool) -> Self {
        let path = || one.device.path().display().to_string();
        let error = one.result.as_ref().err();
        let device = || Box::new(one.device.clone());
        Self {
            complaint: error
                .filter(|error| !is_asleep(error))
                .map(|error| format!("{}: {}", path(), reason(error))),
            asleep: error.filter(|error| is_asleep(error)).map(|_| path()),
            fate: Fate::of(one),
            memory: match &one.hung_in {
                Some(command) => Memory::Hung(device(), command.clone()),
                None if error.is_none() && is_remembered => Memory::Answered(device()),
                None => Memory::Forgotten,
            },
        }
    }
}

/// Reads `devices`, all at once, and keeps what `finish` makes of each, on one of as many threads as there are
/// processors. Each that fails has its line on standard error; those that were left asleep have one together.
pub(super) fn read<T: Send>(
    cli: &Cli,
    reader: Reader,
    devices: Vec<BlockDevice>,
    how: &HowArgs,
    extent: Extent,
    finish: impl Fn(Collected) -> T + Sync,
) -> Reading<T> {
    // Held until the worker has been ended: what has been read is to be printed.
    read_until(reader, &Interrupts::hold(), quarantine(cli), devices, how, extent, finish)
}

/// The same, ended by `interrupts`.
pub(super) fn read_until<T: Send>(
    mut reader: Reader,
    interrupts: &Interrupts,
    mut quarantine: Quarantine,
    devices: Vec<BlockDevice>,
    how: &HowArgs,
    extent: Extent,
    finish: impl Fn(Collected) -> T + Sync,
) -> Reading<T> {
    let asking = Asking {
        backend: match how.backend {
            Backend::Auto => source::Backend::Auto,
            Backend::Native => source::Backend::Native,
            Backend::Smartctl => source::Backend::Smartctl,
        },
        smartctl: how.smartctl.clone(),
        asleep: match how.nocheck {
            NoCheck::Never => None,
            NoCheck::Sleep => Some(Power::Sleep),
            NoCheck::Standby => Some(Power::Standby),
            NoCheck::Idle => Some(Power::Idle),
        },
        extent,
    };
    let options = Options {
        jobs: how.jobs,
        per_host: how.per_host,
        per_expander: how.per_expander,
        command_timeout: how.command_timeout,
        disk_deadline: how.deadline,
        round_deadline: how.round_deadline,
    };
    let start = Instant::now();
    let rule = if how.ignore_quarantine { Rule::Lifted } else { Rule::Kept };
    let is_remembered = !quarantine.is_empty();
    let finish = |one: Collected| (Note::new(&one, is_remembered), finish(one));
    let mut slots: Vec<Option<(Note, T)>> = Vec::with_capacity(devices.len());
    let mut asked = Vec::with_capacity(devices.len());
    for device in devices {
        match quarantine.refusal(&device, now(), rule) {
            Some(words) => slots.push(Some(finish(left_alone(device, words)))),
            None => {
                slots.push(None);
                asked.push(device);
            }
        }
    }

    let mut progress = Progress::new(&asked);
    let round =
        reader.0.collect(asked, &asking, &options, Some(interrupts), finish, |device| progress.step(device));
    progress.clear();
    for (note, _) in &round.collected {
        match &note.memory {
            Memory::Hung(device, command) => quarantine.hung(device, command, now(), round.left),
            Memory::Answered(device) => quarantine.answered(device),
            Memory::Forgotten => {}
        }
    }
    if let Err(error) = quarantine.save() {
        complain("the disks that hung cannot be remembered", &error);
    }
    let mut read = round.collected.into_iter();
    let (notes, finished): (Vec<Note>, Vec<T>) =
        slots.into_iter().filter_map(|slot| slot.or_else(|| read.next())).unzip();
    notes.iter().filter_map(|note| note.complaint.as_ref()).for_each(say);
    let asleep: Vec<&str> = notes.iter().filter_map(|note| note.asleep.as_deref()).collect();
    if !asleep.is_empty() {
        say(format_args!("left asleep (--nocheck never reads them): {}", asleep.join(" ")));
    }
    tracing::info!(disks = finished.len(), took = ?start.elapsed(), "read");
    let fates: Vec<Fate> = notes.iter().map(|note| note.fate).collect();
    summary::say_what_came(&fates, start.elapsed());
    Reading { finished, interrupt: round.interrupt, _reader: reader }
}

/// The disks that hung, by the state folder; nothing where there is none.
pub(super) fn quarantine(cli: &Cli) -> Quarantine {
    // Where nothing says where state is, nothing is remembered either.
    let folder = state_dir(cli.state_dir.as_deref());
    folder.map_or_else(|_| Quarantine::default(), |folder| Quarantine::load(Path::new(&folder)))
}

/// Seconds since 1970 UTC.
pub(super) fn now() -> u64 {
    u64::try_from(super::state::now()).unwrap_or_default()
}

fn left_alone(device: BlockDevice, words: String) -> Collected {
    Collected { device, result: Err(CollectError::Quarantined(words)), took: Duration::ZERO, hung_in: None }
}

/// Is the disk well, and only left asleep?
pub(super) fn is_asleep(error: &CollectError) -> bool {
    matches!(error, CollectError::Source(SourceError::Asleep))
}

/// Why there is no record, for JSON.
pub(super) fn reason(error: &CollectError) -> String {
    chain(error)
}
