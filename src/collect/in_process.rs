//! Reads disks in this process, for programs that have no worker. One that hangs in the kernel keeps this process from
//! ending.

use std::sync::Arc;
use std::time::Instant;

use super::pool::{self, Turn, Work};
use super::{CollectError, Collected, Options};
use crate::device::BlockDevice;
use crate::source::{Limits, Source};

struct Reading<F> {
    source: Arc<dyn Source>,
    finish: F,
}

impl<T: Send + 'static, F: Fn(Collected) -> T + Send + Sync + 'static> Work for Reading<F> {
    type Out = T;

    fn read(&self, _: usize, device: &BlockDevice, limits: &Limits) -> T {
        let start = Instant::now();
        let result = self.source.read(device, limits).map_err(CollectError::from);
        (self.finish)(Collected { device: device.clone(), result, took: start.elapsed(), hung_in: None })
    }
}

/// Reads `devices` through `source`, all at once or `options.jobs` at a time, and keeps what `finish` makes of each;
/// `each` sees every one as it ends. The result is in the order of `devices`.
///
/// `finish` runs on the thread that has read the disk, all of them at the same time. What takes less room than a
/// record (its text has a tenth of its size) is best made there: then there are never more records than threads that
/// run.
pub fn collect<T: Send + 'static>(
    devices: Vec<BlockDevice>,
    source: Arc<dyn Source>,
    options: &Options,
    finish: impl Fn(Collected) -> T + Send + Sync + 'static,
    mut each: impl FnMut(&BlockDevice),
) -> Vec<T> {
    let devices: Arc<[BlockDevice]> = devices.into();
    let mut results: Vec<Option<T>> = devices.iter().map(|_| None).collect();
    let reading = Arc::new(Reading { source, finish });
    pool::run(Arc::clone(&devices), Arc::clone(&reading), options, |slot, turn, took| {
        each(&devices[slot]);
        let error = match turn {
            Turn::Done(result) => {
                results[slot] = Some(result);
                return;
            }
            Turn::Panicked => CollectError::Panicked,
            Turn::Late => CollectError::Deadline(options.disk_deadline),
            Turn::SameDrive => CollectError::SameDrive,
            Turn::RoundOver => CollectError::RoundOver(options.round_deadline),
            Turn::NoThread(refusal) => CollectError::NoThread(refusal),
        };
        let device = devices[slot].clone();
        results[slot] = Some((reading.finish)(Collected { device, result: Err(error), took, hung_in: None }));
    });
    results.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

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
        let second = Duration::from_secs(1);
        let options =
            Options { jobs, command_timeout: second, disk_deadline: 3 * second, ..Options::default() };
        let mut seen = 0;
        let results =
            collect(names.iter().map(device).collect(), Arc::new(Fake), &options, |one| one, |_| seen += 1);
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
    fn behind_a_drive_that_hangs_nobody_waits() {
        let device = |name: &str| BlockDevice {
            name: name.to_owned(),
            physical: "sda".to_owned(),
            ..BlockDevice::default()
        };
        let options = Options { disk_deadline: Duration::from_millis(300), ..Options::default() };
        let results =
            collect(vec![device("stuck"), device("0")], Arc::new(Fake), &options, |one| one, |_| ());
        assert!(matches!(results[0].result, Err(CollectError::Deadline(_))));
        assert!(matches!(results[1].result, Err(CollectError::SameDrive)));
    }

    #[test]
    fn the_round_has_its_own_end() {
        let names = ["0", "stuck", "0"];
        let device = |name: &&str| BlockDevice { name: (*name).to_owned(), ..BlockDevice::default() };
        let limit = Duration::from_millis(300);
        let options = Options { jobs: Some(1), round_deadline: limit, ..Options::default() };
        let results =
            collect(names.iter().map(device).collect(), Arc::new(Fake), &options, |one| one, |_| ());
        assert!(results[0].result.is_ok());
        for late in &results[1..] {
            assert!(matches!(late.result, Err(CollectError::RoundOver(_))), "{late:?}");
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
