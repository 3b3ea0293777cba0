//! The pool: one job for each disk, and a wait that ends whatever a disk does.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use rayon::ThreadPoolBuilder;

use super::{CollectError, Collected, Options, WIDEST};
use crate::device::BlockDevice;
use crate::source::{Limits, Source};

/// Longer than the disk's own deadline, so that a disk that keeps it delivers its partial record.
const GRACE: Duration = Duration::from_millis(200);
/// Stack of a job: its buffers are on the heap, its calls are shallow.
const STACK: usize = 512 << 10;

enum Event {
    Started(usize, Instant),
    Done(usize, Box<Collected>),
}

/// Reads `devices` through `source`, all at once or `options.jobs` at a time; `each` sees every one as it ends.
/// The result is in the order of `devices`.
pub fn collect(
    devices: Vec<BlockDevice>,
    source: Arc<dyn Source>,
    options: &Options,
    mut each: impl FnMut(&Collected),
) -> Vec<Collected> {
    let width = options.jobs.unwrap_or(devices.len()).clamp(1, WIDEST).min(devices.len().max(1));
    let pool = ThreadPoolBuilder::new()
        .num_threads(width)
        .stack_size(STACK)
        .thread_name(|index| format!("disk-{index}"))
        .build();
    let pool = match pool {
        Ok(pool) => pool,
        Err(error) => {
            let failed = |device| Collected {
                device,
                result: Err(CollectError::NoThread(error.to_string())),
                took: Duration::ZERO,
            };
            return devices.into_iter().map(failed).collect();
        }
    };
    let (sender, events) = channel();
    for (slot, device) in devices.iter().cloned().enumerate() {
        let (sender, source, options) = (sender.clone(), Arc::clone(&source), *options);
        pool.spawn(move || {
            let start = Instant::now();
            _ = sender.send(Event::Started(slot, start));
            _ = sender.send(Event::Done(slot, Box::new(read(device, source.as_ref(), &options, start))));
        });
    }
    drop(sender);
    let mut round = Round { slots: devices.into_iter().map(Slot::Waiting).collect(), width, options };
    while round.unfinished() {
        let event = match round.next_deadline() {
            None => events.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(deadline) => events.recv_timeout(deadline.saturating_duration_since(Instant::now())),
        };
        match event {
            Ok(Event::Started(slot, at)) => round.start(slot, at),
            Ok(Event::Done(slot, collected)) => round.finish(slot, *collected, &mut each),
            Err(RecvTimeoutError::Timeout) => round.abandon_late(&mut each),
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    round.into_results()
}

fn read(device: BlockDevice, source: &dyn Source, options: &Options, start: Instant) -> Collected {
    let span = tracing::info_span!("disk", name = %device.name);
    let _entered = span.enter();
    let limits = Limits { command: options.command_timeout, deadline: start + options.disk_deadline };
    // A panicking job would end the process (rayon aborts it).
    let result = catch_unwind(AssertUnwindSafe(|| source.read(&device, &limits)));
    let result = result.map_or(Err(CollectError::Panicked), |result| result.map_err(CollectError::from));
    Collected { device, result, took: start.elapsed() }
}

enum Slot {
    Waiting(BlockDevice),
    Running(BlockDevice, Instant),
    Ended(Collected),
}

struct Round<'a> {
    slots: Vec<Slot>,
    width: usize,
    options: &'a Options,
}

impl Round<'_> {
    fn unfinished(&self) -> bool {
        let stuck =
            self.slots.iter().filter(|slot| matches!(slot, Slot::Ended(ended) if is_late(ended))).count();
        let all_threads_stuck = stuck >= self.width;
        self.slots.iter().any(|slot| match slot {
            Slot::Waiting(_) => !all_threads_stuck,
            Slot::Running(..) => true,
            Slot::Ended(_) => false,
        })
    }

    /// When the first running disk is late. `None`: none runs.
    fn next_deadline(&self) -> Option<Instant> {
        let limit = self.options.disk_deadline + GRACE;
        self.slots
            .iter()
            .filter_map(|slot| if let Slot::Running(_, at) = slot { Some(*at + limit) } else { None })
            .min()
    }

    fn start(&mut self, slot: usize, at: Instant) {
        let entry = &mut self.slots[slot];
        if let Slot::Waiting(device) = entry {
            *entry = Slot::Running(std::mem::take(device), at);
        }
    }

    fn finish(&mut self, slot: usize, collected: Collected, each: &mut impl FnMut(&Collected)) {
        if matches!(self.slots[slot], Slot::Running(..)) {
            each(&collected);
            self.slots[slot] = Slot::Ended(collected);
        }
    }

    fn abandon_late(&mut self, each: &mut impl FnMut(&Collected)) {
        let now = Instant::now();
        let limit = self.options.disk_deadline;
        for slot in &mut self.slots {
            if let Slot::Running(device, at) = slot
                && now >= *at + limit + GRACE
            {
                let device = std::mem::take(device);
                let late = Collected { device, result: Err(CollectError::Deadline(limit)), took: now - *at };
                each(&late);
                *slot = Slot::Ended(late);
            }
        }
    }

    fn into_results(self) -> Vec<Collected> {
        let limit = self.options.disk_deadline;
        let ended = |slot| match slot {
            Slot::Ended(collected) => collected,
            Slot::Running(device, _) | Slot::Waiting(device) => {
                Collected { device, result: Err(CollectError::Deadline(limit)), took: Duration::ZERO }
            }
        };
        self.slots.into_iter().map(ended).collect()
    }
}

fn is_late(collected: &Collected) -> bool {
    matches!(collected.result, Err(CollectError::Deadline(_)))
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
    fn a_round_ends_when_every_thread_is_stuck() {
        let (results, _) = round(&["stuck", "stuck", "0", "0"], Some(2));
        assert_eq!(results.len(), 4);
        assert!(results.iter().all(is_late));
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
