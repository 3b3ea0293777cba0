//! The thread of a round: reads its disks by a worker process or by threads, and hands over each as it comes.

use std::collections::HashMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::SigSet;

use super::device::Device;
use super::gathering::Gathering;
use super::occupied::{self, Reads, seconds};
use super::options::Options;
use super::result::Outcome;
use super::status::{Fault, Status};
use crate::collect::quarantine::Rule;
use crate::collect::worker::{Interrupts, Left};
use crate::collect::{CollectError, Collected, Quarantine, Worker, collect};
use crate::device::BlockDevice;
use crate::report::Record;
use crate::source::{Asking, Auto, Backend, Limits, Native, Smartctl, Source, SourceError};

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
    let over = Instant::now() + options.limits.round_deadline;
    let round = Reading { devices, options, gathering, over };
    let builder = thread::Builder::new().name("stone-round".to_owned());
    // Not joined, ever: it ends when its disks have, or is left behind.
    builder.spawn(move || round.run()).map(drop).map_err(|error| no_thread(&error))
}

struct Reading {
    devices: Arc<[Device]>,
    options: Options,
    gathering: Arc<Gathering>,
    /// When no disk has time any more.
    over: Instant,
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
        let mut disks: Vec<_> = self.devices.iter().map(|Device(disk)| disk.clone()).collect();
        leave_alone(&mut disks, occupied::refusal, &deliver);
        if disks.is_empty() {
            return;
        }
        if let Some(program) = self.options.chosen_worker() {
            self.read_by_worker(&program, disks, deliver);
        } else {
            let source = source(&self.options.asking);
            let source = Guarded { source, gathering: Arc::clone(&self.gathering), over: self.over };
            collect(disks, Arc::new(source), &self.options.limits, deliver, |_| ());
        }
    }

    fn read_by_worker(
        &self,
        program: &Path,
        mut disks: Vec<BlockDevice>,
        deliver: impl Fn(Collected) + Sync,
    ) {
        let mut quarantine = self.options.quarantine.as_deref().map(Quarantine::load);
        if let Some(quarantine) = &quarantine {
            leave_alone(&mut disks, |disk| quarantine.refusal(disk, seconds(), Rule::Kept), &deliver);
        }
        // A program may end once it has all results, or its last one: what it is to remember is written before.
        let last = Last::of(if quarantine.is_some() { disks.len() } else { 0 });
        let finish = |one: Collected| {
            let note = Note::of(&one);
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
            for note in round.collected {
                note.keep(quarantine.as_mut(), round.left);
            }
            if let Some(quarantine) = &mut quarantine
                && let Err(error) = quarantine.save()
            {
                tracing::warn!(%error, "the disks that hung cannot be remembered");
            }
            if let Some(one) = last.take() {
                deliver(one);
            }
            // Nobody waits for this any more.
            worker.collect_the_ended();
        });
    }
}

/// Takes the disks out that `refusal` has words against, and delivers these.
fn leave_alone(
    disks: &mut Vec<BlockDevice>,
    refusal: impl Fn(&BlockDevice) -> Option<String>,
    deliver: impl Fn(Collected),
) {
    disks.retain(|disk| {
        let Some(words) = refusal(disk) else { return true };
        let result = Err(CollectError::Quarantined(words));
        deliver(Collected { device: disk.clone(), result, took: Duration::ZERO, hung_in: None });
        false
    });
}

/// What is to be remembered of a disk that a worker has read.
struct Note {
    device: BlockDevice,
    hung_in: Option<String>,
    is_read: bool,
    /// It did not come to its end by itself: a worker that cannot be ended may be stuck in it.
    is_cut: bool,
}

impl Note {
    fn of(one: &Collected) -> Self {
        let is_cut = match &one.result {
            Ok(record) => record.is_cut_short(),
            Err(error) => matches!(
                error,
                CollectError::RoundOver(_)
                    | CollectError::Hung { .. }
                    | CollectError::Opening(_)
                    | CollectError::Interrupted
            ),
        };
        let (device, hung_in) = (one.device.clone(), one.hung_in.clone());
        Self { device, hung_in, is_read: one.result.is_ok(), is_cut: is_cut && !one.took.is_zero() }
    }

    /// In the quarantine, if there is one, and for this process where a worker was left behind.
    fn keep(self, quarantine: Option<&mut Quarantine>, left: Option<Left>) {
        let Self { device, hung_in, is_read, is_cut } = self;
        match left {
            Some(left) if is_cut => {
                occupied::hangs(&device, hung_in.as_deref().unwrap_or("in an unknown command"), left);
            }
            _ if is_read => occupied::answered(&device),
            _ => {}
        }
        match (quarantine, hung_in) {
            (Some(quarantine), Some(command)) => quarantine.hung(&device, &command, seconds(), left),
            (Some(quarantine), None) if is_read => quarantine.answered(&device),
            _ => {}
        }
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

/// Reads no more disks once the round is cancelled, and none that another thread of this process is in.
struct Guarded {
    source: Box<dyn Source>,
    gathering: Arc<Gathering>,
    /// When the round is over.
    over: Instant,
}

impl Source for Guarded {
    fn read(&self, device: &BlockDevice, limits: &Limits) -> Result<Record, SourceError> {
        let is_wanted = || !self.gathering.is_cancelled();
        // A disk of a round that was cancelled has had its result made up for: this one is not looked at.
        let reads = Reads::begin(device, limits.deadline, self.over, is_wanted).filter(|_| is_wanted());
        reads.ok_or(SourceError::Deadline).and_then(|_reads| self.source.read(device, limits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_disk_waits_until_it_is_taken() {
        let one = || Collected {
            device: BlockDevice::default(),
            result: Err(CollectError::SameDrive),
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
