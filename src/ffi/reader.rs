//! The thread of a round: reads its disks by a worker process or by threads, and hands over each as it comes.

use std::collections::HashMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use nix::sys::signal::SigSet;

use super::device::Device;
use super::gathering::Gathering;
use super::options::{Options, ReaderChoice};
use super::result::Outcome;
use super::status::{Fault, Status};
use crate::collect::quarantine::Rule;
use crate::collect::worker::Interrupts;
use crate::collect::{Collected, Quarantine, Worker, collect};
use crate::device::BlockDevice;
use crate::report::Record;
use crate::source::{Asking, Auto, Backend, Limits, Native, Smartctl, Source, SourceError, now};

/// Workers between two rounds, each with those of its processes that could not be ended yet: the next round collects them.
static IDLE: Mutex<Vec<(PathBuf, Worker)>> = Mutex::new(Vec::new());

/// What `stone` is called with to be a worker that says nothing.
const WORKER_ARGUMENTS: [&str; 2] = ["worker", "0"];

/// Begins to read `devices`.
///
/// # Errors
/// The system grants no thread.
pub(super) fn start(
    devices: Arc<[Device]>,
    options: Options,
    gathering: Arc<Gathering>,
) -> Result<(), Fault> {
    let round = Reading { devices, options, gathering };
    let builder = thread::Builder::new().name("stone-round".to_owned());
    // Not joined, ever: it ends when its disks have, or is left behind.
    builder.spawn(move || round.run()).map(drop).map_err(|error| no_thread(&error))
}

struct Reading {
    devices: Arc<[Device]>,
    options: Options,
    gathering: Arc<Gathering>,
}

impl Reading {
    fn run(self) {
        keep_signals_out();
        if catch_unwind(AssertUnwindSafe(|| self.read())).is_err() {
            tracing::error!("the round failed inside the library");
        }
        // Whatever happened: nobody is to wait for what cannot come any more.
        self.gathering.settle(|index| {
            let words = "reading it failed inside the library; please report this";
            Outcome::missing(index, Arc::clone(&self.devices), Fault::new(Status::Internal, words))
        });
    }

    fn read(&self) {
        let index_of: HashMap<PathBuf, usize> = self
            .devices
            .iter()
            .enumerate()
            .map(|(index, Device(disk))| (disk.path().to_owned(), index))
            .collect();
        let (gathering, devices) = (Arc::clone(&self.gathering), Arc::clone(&self.devices));
        let deliver = move |one: Collected| {
            if let Some(index) = index_of.get(one.device.path()) {
                gathering.deliver(Outcome::new(*index, Arc::clone(&devices), one));
            }
        };
        let disks = self.devices.iter().map(|Device(disk)| disk.clone()).collect();
        if self.options.chosen_reader() == ReaderChoice::Worker {
            self.read_by_worker(disks, deliver);
        } else {
            let source =
                Cancellable { source: source(&self.options.asking), gathering: Arc::clone(&self.gathering) };
            collect(disks, Arc::new(source), &self.options.limits, deliver, |_| ());
        }
    }

    fn read_by_worker(&self, mut disks: Vec<BlockDevice>, deliver: impl Fn(Collected) + Sync) {
        let seconds = || u64::try_from(now().time_t).unwrap_or_default();
        let mut quarantine = self.options.quarantine.as_deref().map(Quarantine::load);
        if let Some(quarantine) = &quarantine {
            disks.retain(|disk| match quarantine.refusal(disk, seconds(), Rule::Kept) {
                None => true,
                Some(words) => {
                    deliver(Collected {
                        device: disk.clone(),
                        result: Err(crate::collect::CollectError::Quarantined(words)),
                        took: std::time::Duration::ZERO,
                        hung_in: None,
                    });
                    false
                }
            });
        }
        let program = &self.options.worker;
        // A program may end once it has all results, or its last one: what it is to remember is written before.
        let last = Last::of(if quarantine.is_some() { disks.len() } else { 0 });
        let finish = |one: Collected| {
            let note = (one.device.clone(), one.hung_in.clone(), one.result.is_ok());
            if let Some(one) = last.let_pass(one) {
                deliver(one);
            }
            note
        };
        let Options { asking, limits, .. } = &self.options;
        // Where there is none, a round that is cancelled goes on for nobody.
        let interrupts = Interrupts::told().ok().map(|(interrupts, teller)| {
            self.gathering.tell_when_cancelled(teller);
            interrupts
        });
        with_worker(program, |worker| {
            let round = worker.collect(disks, asking, limits, interrupts.as_ref(), finish, |_| ());
            self.gathering.let_go_of_teller();
            if let Some(quarantine) = &mut quarantine {
                for (disk, hung_in, is_read) in round.collected {
                    match hung_in {
                        Some(command) => quarantine.hung(&disk, &command, seconds(), round.left),
                        None if is_read => quarantine.answered(&disk),
                        None => {}
                    }
                }
                if let Err(error) = quarantine.save() {
                    tracing::warn!(%error, "the disks that hung cannot be remembered");
                }
            }
            if let Some(one) = last.take() {
                deliver(one);
            }
            // Nobody waits for this any more.
            worker.collect_the_ended();
        });
    }
}

/// Keeps the last of so many disks back.
struct Last(Mutex<(usize, Option<Collected>)>);

impl Last {
    /// Of so many disks; of none: nothing is kept back.
    fn of(disks: usize) -> Self {
        Self(Mutex::new((disks, None)))
    }

    /// `one`, unless it is the last.
    fn let_pass(&self, one: Collected) -> Option<Collected> {
        let mut state = self.lock();
        let (left, last) = &mut *state;
        let is_last = *left == 1;
        *left = left.saturating_sub(1);
        if is_last { last.replace(one) } else { Some(one) }
    }

    fn take(&self) -> Option<Collected> {
        self.lock().1.take()
    }

    fn lock(&self) -> MutexGuard<'_, (usize, Option<Collected>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets no signal of the host's be handled by this thread, nor by those and the worker that it starts: SIGPIPE would end the
/// process when a worker dies.
fn keep_signals_out() {
    if let Err(error) = SigSet::all().thread_block() {
        tracing::warn!(%error, "signals cannot be kept out");
    }
}

/// Does `work`, which starts a worker, where no signal of the host's comes, and waits for it.
///
/// # Errors
/// The system grants no thread.
pub(super) fn aside<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, Fault> {
    thread::scope(|scope| {
        let builder = thread::Builder::new().name("stone-aside".to_owned());
        let work = || {
            keep_signals_out();
            work()
        };
        let started = builder.spawn_scoped(scope, work).map_err(|error| no_thread(&error))?;
        Ok(started.join().unwrap_or_else(|panic| resume_unwind(panic)))
    })
}

fn no_thread(error: &io::Error) -> Fault {
    Fault::new(Status::NoThread, format_args!("no thread can be started for the disks: {error}"))
}

fn lock_idle() -> std::sync::MutexGuard<'static, Vec<(PathBuf, Worker)>> {
    IDLE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Lets `work` be done by a worker of `program`, of those that are idle if there is one.
pub(super) fn with_worker<T>(program: &Path, work: impl FnOnce(&mut Worker) -> T) -> T {
    let idle = {
        let mut idle = lock_idle();
        let index = idle.iter().position(|(known, _)| known == program);
        index.map(|index| idle.swap_remove(index).1)
    };
    let mut worker = idle.unwrap_or_else(|| Worker::new(program, WORKER_ARGUMENTS.map(Into::into)));
    let done = work(&mut worker);
    lock_idle().push((program.to_owned(), worker));
    done
}

fn source(asking: &Asking) -> Box<dyn Source> {
    let native = || Native::new().leaving_asleep(asking.asleep).to_extent(asking.extent);
    let smartctl = || Smartctl::new(&asking.smartctl);
    match asking.backend {
        Backend::Auto => Box::new(Auto::new(native(), smartctl())),
        Backend::Native => Box::new(native()),
        Backend::Smartctl => Box::new(smartctl()),
    }
}

/// Reads no more disks once the round is cancelled.
struct Cancellable {
    source: Box<dyn Source>,
    gathering: Arc<Gathering>,
}

impl Source for Cancellable {
    fn read(&self, device: &BlockDevice, limits: &Limits) -> Result<Record, SourceError> {
        // Its result has been made up for already: this one is not looked at.
        if self.gathering.is_cancelled() {
            Err(SourceError::Deadline)
        } else {
            self.source.read(device, limits)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_last_disk_waits_until_it_is_taken() {
        let one = || Collected {
            device: BlockDevice::default(),
            result: Err(crate::collect::CollectError::SameDrive),
            took: Duration::ZERO,
            hung_in: None,
        };
        let last = Last::of(2);
        assert!(last.let_pass(one()).is_some());
        assert!(last.take().is_none());
        assert!(last.let_pass(one()).is_none());
        assert!(last.take().is_some());
        assert!(Last::of(0).let_pass(one()).is_some());
    }
}
