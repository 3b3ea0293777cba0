//! The pool: threads that take one disk after another, and a wait that ends whatever a disk does.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::{CollectError, Collected, Options, WIDEST};
use crate::device::BlockDevice;
use crate::source::{Limits, Source};

/// Longer than the disk's own deadline, so that a disk that keeps it delivers its partial record.
const GRACE: Duration = Duration::from_millis(200);
/// Stack of a thread: its buffers are on the heap, its calls are shallow.
const STACK: usize = 512 << 10;

/// Reads `devices` through `source`, all at once or `options.jobs` at a time; `each` sees every one as it ends.
/// The result is in the order of `devices`.
///
/// A thread whose disk is late is left behind, and another takes its place for the disks that still wait: there are
/// never more threads left behind than disks that hang.
pub fn collect(
    devices: Vec<BlockDevice>,
    source: Arc<dyn Source>,
    options: &Options,
    each: impl FnMut(&Collected),
) -> Vec<Collected> {
    let width = options.jobs.unwrap_or(devices.len()).clamp(1, WIDEST).min(devices.len().max(1));
    let (sender, events) = channel();
    let crew = Crew {
        waiting: Arc::new(Mutex::new(devices.iter().cloned().enumerate().collect())),
        source,
        options: *options,
        sender,
    };
    let mut round =
        Round { slots: devices.into_iter().map(Slot::Waiting).collect(), threads: 0, refusal: None, each };
    round.hire(&crew, width);
    round.run(&crew, &events);
    round.into_results(options.disk_deadline)
}

enum Event {
    Started(usize, Instant),
    Done(usize, Box<Collected>),
}

/// What every thread works from.
#[derive(Clone)]
struct Crew {
    waiting: Arc<Mutex<VecDeque<(usize, BlockDevice)>>>,
    source: Arc<dyn Source>,
    options: Options,
    sender: Sender<Event>,
}

impl Crew {
    fn waiting(&self) -> MutexGuard<'_, VecDeque<(usize, BlockDevice)>> {
        // Nothing that holds the lock can panic; were it so, the queue would still be sound.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> Option<(usize, BlockDevice)> {
        self.waiting().pop_front()
    }

    fn has_more(&self) -> bool {
        !self.waiting().is_empty()
    }

    /// Reads disks until none waits.
    fn work(&self) {
        while let Some((slot, device)) = self.next() {
            let start = Instant::now();
            _ = self.sender.send(Event::Started(slot, start));
            _ = self.sender.send(Event::Done(slot, Box::new(self.read(device, start))));
        }
    }

    fn read(&self, device: BlockDevice, start: Instant) -> Collected {
        let span = tracing::info_span!("disk", name = %device.name);
        let _entered = span.enter();
        let limits =
            Limits { command: self.options.command_timeout, deadline: start + self.options.disk_deadline };
        // A panic would end the thread, and with it all the disks it has yet to read.
        let result = catch_unwind(AssertUnwindSafe(|| self.source.read(&device, &limits)));
        let result = result.map_or(Err(CollectError::Panicked), |result| result.map_err(CollectError::from));
        Collected { device, result, took: start.elapsed() }
    }
}

enum Slot {
    Waiting(BlockDevice),
    Running(BlockDevice, Instant),
    Ended(Collected),
}

struct Round<F> {
    slots: Vec<Slot>,
    /// Threads that are not stuck.
    threads: usize,
    /// Why there is no thread, if there is none.
    refusal: Option<String>,
    each: F,
}

impl<F: FnMut(&Collected)> Round<F> {
    /// Sets at most `width` more threads to work, as long as disks wait: where disks answer at once, a few threads
    /// have read them all before the last would have started.
    fn hire(&mut self, crew: &Crew, width: usize) {
        for _ in 0..width {
            if !crew.has_more() {
                break;
            }
            let mate = crew.clone();
            let builder = thread::Builder::new().name("disk".to_owned()).stack_size(STACK);
            match builder.spawn(move || mate.work()) {
                // Not joined, ever: it ends when no disk waits, or is left behind.
                Ok(_) => self.threads += 1,
                Err(error) => {
                    self.refusal = Some(error.to_string());
                    break;
                }
            }
        }
    }

    fn run(&mut self, crew: &Crew, events: &Receiver<Event>) {
        let limit = crew.options.disk_deadline;
        while self.unfinished() {
            let event = match self.next_deadline(limit) {
                None => events.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(deadline) => events.recv_timeout(deadline.saturating_duration_since(Instant::now())),
            };
            match event {
                Ok(Event::Started(slot, at)) => self.start(slot, at),
                Ok(Event::Done(slot, collected)) => self.finish(slot, *collected),
                Err(RecvTimeoutError::Timeout) => self.leave_behind(crew, limit),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
    }

    fn unfinished(&self) -> bool {
        self.slots.iter().any(|slot| match slot {
            Slot::Waiting(_) => self.threads > 0,
            Slot::Running(..) => true,
            Slot::Ended(_) => false,
        })
    }

    /// When the first running disk is late. `None`: none runs.
    fn next_deadline(&self, limit: Duration) -> Option<Instant> {
        let deadline =
            |slot: &Slot| if let Slot::Running(_, at) = slot { Some(*at + limit + GRACE) } else { None };
        self.slots.iter().filter_map(deadline).min()
    }

    fn start(&mut self, slot: usize, at: Instant) {
        let entry = &mut self.slots[slot];
        if let Slot::Waiting(device) = entry {
            *entry = Slot::Running(std::mem::take(device), at);
        }
    }

    fn finish(&mut self, slot: usize, collected: Collected) {
        if matches!(self.slots[slot], Slot::Running(..)) {
            (self.each)(&collected);
            self.slots[slot] = Slot::Ended(collected);
        } else {
            // It was left behind, and works again.
            self.threads += 1;
        }
    }

    /// Gives up the disks that are late, and replaces their threads while disks wait.
    fn leave_behind(&mut self, crew: &Crew, limit: Duration) {
        let now = Instant::now();
        let mut late = 0;
        for slot in &mut self.slots {
            if let Slot::Running(device, at) = slot
                && now >= *at + limit + GRACE
            {
                let device = std::mem::take(device);
                let collected =
                    Collected { device, result: Err(CollectError::Deadline(limit)), took: now - *at };
                (self.each)(&collected);
                *slot = Slot::Ended(collected);
                late += 1;
            }
        }
        self.threads = self.threads.saturating_sub(late);
        let waiting = self.slots.iter().filter(|slot| matches!(slot, Slot::Waiting(_))).count();
        if late.min(waiting) > 0 {
            self.hire(crew, late.min(waiting));
        }
    }

    fn into_results(self, limit: Duration) -> Vec<Collected> {
        let refusal = self.refusal.unwrap_or_default();
        let ended = |slot| match slot {
            Slot::Ended(collected) => collected,
            Slot::Running(device, at) => {
                Collected { device, result: Err(CollectError::Deadline(limit)), took: at.elapsed() }
            }
            Slot::Waiting(device) => {
                let result = Err(CollectError::NoThread(refusal.clone()));
                Collected { device, result, took: Duration::ZERO }
            }
        };
        self.slots.into_iter().map(ended).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Record;
    use crate::source::SourceError;

    /// Reads by name: `stuck` never, `panics`, others after as many milliseconds as their name says.
    struct Fake;

    impl Source for Fake {
        fn read(&self, device: &BlockDevice, _: &Limits) -> Result<Record, SourceError> {
            match device.name.as_str() {
                "stuck" => loop {
                    std::thread::park();
                },
                "panics" => panic!("as it is asked to"),
                name => std::thread::sleep(Duration::from_millis(name.parse().unwrap())),
            }
            Ok(Record::default())
        }
    }

    fn round(names: &[&str], jobs: Option<usize>) -> (Vec<Collected>, usize) {
        let device = |name: &&str| BlockDevice { name: (*name).to_owned(), ..BlockDevice::default() };
        let options =
            Options { jobs, command_timeout: Duration::from_secs(1), disk_deadline: Duration::from_secs(3) };
        let mut seen = 0;
        let results = collect(names.iter().map(device).collect(), Arc::new(Fake), &options, |_| seen += 1);
        (results, seen)
    }

    #[test]
    fn the_order_is_that_of_the_devices() {
        let (results, seen) = round(&["30", "20", "10", "0"], None);
        assert_eq!(seen, 4);
        assert_eq!(
            results.iter().map(|one| one.device.name.as_str()).collect::<Vec<_>>(),
            ["30", "20", "10", "0"]
        );
        assert!(results.iter().all(|one| one.result.is_ok()));
    }

    #[test]
    fn a_stuck_disk_and_a_panic_cost_only_themselves() {
        let (results, seen) = round(&["0", "stuck", "panics", "5"], None);
        assert_eq!(seen, 4);
        assert!(matches!(results[1].result, Err(CollectError::Deadline(_))));
        assert!(matches!(results[2].result, Err(CollectError::Panicked)));
        assert!(results[0].result.is_ok() && results[3].result.is_ok());
    }

    #[test]
    fn disks_behind_stuck_ones_are_read_all_the_same() {
        for jobs in [1, 2] {
            let (results, seen) = round(&["stuck", "stuck", "0", "0", "panics"], Some(jobs));
            assert_eq!(seen, 5);
            assert!(matches!(results[0].result, Err(CollectError::Deadline(_))), "{jobs}");
            assert!(matches!(results[1].result, Err(CollectError::Deadline(_))), "{jobs}");
            assert!(results[2].result.is_ok() && results[3].result.is_ok(), "{jobs}");
            assert!(matches!(results[4].result, Err(CollectError::Panicked)), "{jobs}");
        }
    }

    #[test]
    fn one_job_reads_all() {
        let (results, _) = round(&["1", "1", "1"], Some(1));
        assert!(results.iter().all(|one| one.result.is_ok()));
    }

    #[test]
    fn no_disk_no_result() {
        assert!(round(&[], None).0.is_empty());
    }
}
