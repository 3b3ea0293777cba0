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

/// Reads `devices` through `source`, all at once or `options.jobs` at a time, and keeps what `finish` makes of each;
/// `each` sees that as it comes. The result is in the order of `devices`.
///
/// `finish` runs on the thread that has read the disk, all of them at the same time. What takes less room than a
/// record (its text has a tenth of its size) is best made there: then there are never more records than threads that
/// run.
///
/// A thread whose disk is late is left behind, and another takes its place for the disks that still wait: there are
/// never more threads left behind than disks that hang.
pub fn collect<T: Send + 'static>(
    devices: Vec<BlockDevice>,
    source: Arc<dyn Source>,
    options: &Options,
    finish: impl Fn(Collected) -> T + Send + Sync + 'static,
    each: impl FnMut(&T),
) -> Vec<T> {
    let width = options.jobs.unwrap_or(devices.len()).clamp(1, WIDEST).min(devices.len().max(1));
    let (sender, events) = channel();
    let crew = Crew {
        waiting: Arc::new(Mutex::new(devices.iter().cloned().enumerate().collect())),
        source,
        options: *options,
        finish: Arc::new(finish),
        sender,
    };
    let mut round =
        Round { slots: devices.into_iter().map(Slot::Waiting).collect(), threads: 0, refusal: None, each };
    round.hire(&crew, width);
    round.run(&crew, &events);
    round.into_results(&crew)
}

enum Event<T> {
    Started(usize, Instant),
    Done(usize, T),
}

/// What every thread works from.
struct Crew<T> {
    waiting: Arc<Mutex<VecDeque<(usize, BlockDevice)>>>,
    source: Arc<dyn Source>,
    options: Options,
    finish: Arc<dyn Fn(Collected) -> T + Send + Sync>,
    sender: Sender<Event<T>>,
}

impl<T> Clone for Crew<T> {
    fn clone(&self) -> Self {
        Self {
            waiting: Arc::clone(&self.waiting),
            source: Arc::clone(&self.source),
            options: self.options,
            finish: Arc::clone(&self.finish),
            sender: self.sender.clone(),
        }
    }
}

impl<T> Crew<T> {
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
            _ = self.sender.send(Event::Done(slot, self.read(device, start)));
        }
    }

    fn read(&self, device: BlockDevice, start: Instant) -> T {
        let span = tracing::info_span!("disk", name = %device.name);
        let _entered = span.enter();
        let limits =
            Limits { command: self.options.command_timeout, deadline: start + self.options.disk_deadline };
        // A panic would end the thread, and with it all the disks it has yet to read.
        let end = catch_unwind(AssertUnwindSafe(|| {
            let result = self.source.read(&device, &limits).map_err(CollectError::from);
            (self.finish)(Collected { device: device.clone(), result, took: start.elapsed() })
        }));
        end.unwrap_or_else(|_| self.fail(device, CollectError::Panicked, start.elapsed()))
    }

    fn fail(&self, device: BlockDevice, error: CollectError, took: Duration) -> T {
        (self.finish)(Collected { device, result: Err(error), took })
    }
}

enum Slot<T> {
    Waiting(BlockDevice),
    Running(BlockDevice, Instant),
    Ended(T),
}

struct Round<T, F> {
    slots: Vec<Slot<T>>,
    /// Threads that are not stuck.
    threads: usize,
    /// Why there is no thread, if there is none.
    refusal: Option<String>,
    each: F,
}

impl<T: Send + 'static, F: FnMut(&T)> Round<T, F> {
    /// Sets at most `width` more threads to work, as long as disks wait: where disks answer at once, a few threads
    /// have read them all before the last would have started.
    fn hire(&mut self, crew: &Crew<T>, width: usize) {
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

    fn run(&mut self, crew: &Crew<T>, events: &Receiver<Event<T>>) {
        let limit = crew.options.disk_deadline;
        while self.unfinished() {
            let event = match self.next_deadline(limit) {
                None => events.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(deadline) => events.recv_timeout(deadline.saturating_duration_since(Instant::now())),
            };
            match event {
                Ok(Event::Started(slot, at)) => self.start(slot, at),
                Ok(Event::Done(slot, ended)) => self.finish(slot, ended),
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
            |slot: &Slot<T>| if let Slot::Running(_, at) = slot { Some(*at + limit + GRACE) } else { None };
        self.slots.iter().filter_map(deadline).min()
    }

    fn start(&mut self, slot: usize, at: Instant) {
        let entry = &mut self.slots[slot];
        if let Slot::Waiting(device) = entry {
            *entry = Slot::Running(std::mem::take(device), at);
        }
    }

    fn finish(&mut self, slot: usize, ended: T) {
        if matches!(self.slots[slot], Slot::Running(..)) {
            (self.each)(&ended);
            self.slots[slot] = Slot::Ended(ended);
        } else {
            // It was left behind, and works again.
            self.threads += 1;
        }
    }

    /// Gives up the disks that are late, and replaces their threads while disks wait.
    fn leave_behind(&mut self, crew: &Crew<T>, limit: Duration) {
        let now = Instant::now();
        let mut late = 0;
        for slot in &mut self.slots {
            if let Slot::Running(device, at) = slot
                && now >= *at + limit + GRACE
            {
                let ended = crew.fail(std::mem::take(device), CollectError::Deadline(limit), now - *at);
                (self.each)(&ended);
                *slot = Slot::Ended(ended);
                late += 1;
            }
        }
        self.threads = self.threads.saturating_sub(late);
        let waiting = self.slots.iter().filter(|slot| matches!(slot, Slot::Waiting(_))).count();
        if late.min(waiting) > 0 {
            self.hire(crew, late.min(waiting));
        }
    }

    fn into_results(self, crew: &Crew<T>) -> Vec<T> {
        let refusal = self.refusal.unwrap_or_default();
        let limit = crew.options.disk_deadline;
        let ended = |slot| match slot {
            Slot::Ended(ended) => ended,
            Slot::Running(device, at) => crew.fail(device, CollectError::Deadline(limit), at.elapsed()),
            Slot::Waiting(device) => {
                crew.fail(device, CollectError::NoThread(refusal.clone()), Duration::ZERO)
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
        let devices = names.iter().map(device).collect();
        let results = collect(devices, Arc::new(Fake), &options, |one| one, |_| seen += 1);
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
