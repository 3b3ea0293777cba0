//! Reads disks in this process, for programs that have no worker. One that hangs in the kernel keeps this process from
//! ending.

use std::sync::Arc;

use super::pool::{self, Turn, Work};
use super::{CollectError, Collected, Options};
use crate::device::BlockDevice;
use crate::report::Record;
use crate::source::{Limits, Source, SourceError};

struct Reading(Arc<dyn Source>);

impl Work for Reading {
    type Out = Result<Record, SourceError>;

    fn read(&self, _: usize, device: &BlockDevice, limits: &Limits) -> Self::Out {
        self.0.read(device, limits)
    }
}

/// Reads `devices` through `source`, all at once or `options.jobs` at a time; `each` sees every one as it ends.
/// The result is in the order of `devices`.
pub fn collect(
    devices: Vec<BlockDevice>,
    source: Arc<dyn Source>,
    options: &Options,
    mut each: impl FnMut(&Collected),
) -> Vec<Collected> {
    let devices: Arc<[BlockDevice]> = devices.into();
    let mut results: Vec<Option<Collected>> = devices.iter().map(|_| None).collect();
    pool::run(Arc::clone(&devices), Arc::new(Reading(source)), options, |slot, turn, took| {
        let result = match turn {
            Turn::Done(result) => result.map_err(CollectError::from),
            Turn::Panicked => Err(CollectError::Panicked),
            Turn::Late => Err(CollectError::Deadline(options.disk_deadline)),
            Turn::SameDrive => Err(CollectError::SameDrive),
            Turn::RoundOver => Err(CollectError::RoundOver(options.round_deadline)),
            Turn::NoThread(refusal) => Err(CollectError::NoThread(refusal)),
        };
        let collected = Collected { device: devices[slot].clone(), result, took, hung_in: None };
        each(&collected);
        results[slot] = Some(collected);
    });
    results.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

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
    fn behind_a_drive_that_hangs_nobody_waits() {
        let device = |name: &str| BlockDevice {
            name: name.to_owned(),
            physical: "sda".to_owned(),
            ..BlockDevice::default()
        };
        let options = Options { disk_deadline: Duration::from_millis(300), ..Options::default() };
        let results = collect(vec![device("stuck"), device("0")], Arc::new(Fake), &options, |_| ());
        assert!(matches!(results[0].result, Err(CollectError::Deadline(_))));
        assert!(matches!(results[1].result, Err(CollectError::SameDrive)));
    }

    #[test]
    fn the_round_has_its_own_end() {
        let names = ["0", "stuck", "0"];
        let device = |name: &&str| BlockDevice { name: (*name).to_owned(), ..BlockDevice::default() };
        let limit = Duration::from_millis(300);
        let options = Options { jobs: Some(1), round_deadline: limit, ..Options::default() };
        let results = collect(names.iter().map(device).collect(), Arc::new(Fake), &options, |_| ());
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
