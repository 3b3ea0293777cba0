//! A round: disks are read, and their results taken one by one.

use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::sync::Arc;
use std::time::Duration;

use super::device::Device;
use super::devices::Devices;
use super::gathering::{Gathering, Next};
use super::guard::{guard, release, tell};
use super::options::Options;
use super::result::Outcome;
use super::status::{Fault, Status, round_over};
use super::{lent, reader, wanted};

/// What reading may take beyond the time for all disks before it is given up from outside.
const GRACE: Duration = Duration::from_millis(700);

/// Disks that are being read. Threads may share it: all its functions may be called at the same time, but for
/// stone_round_free.
#[derive(Debug)]
pub struct Round {
    devices: Arc<[Device]>,
    gathering: Arc<Gathering>,
    limit: Duration,
}

/// Is called with each result, which is lent for the call, and with what the caller gave. 0: go on; anything else: cancel the
/// round. It must not throw nor jump out.
pub type ResultCallback = Option<unsafe extern "C" fn(result: *const Outcome, data: *mut c_void) -> c_int>;

impl Round {
    fn start(devices: &Devices, options: Option<&Options>) -> Result<Self, Fault> {
        let options = options.cloned().unwrap_or_default();
        let limit = options.limits.round_deadline;
        let devices = Arc::clone(&devices.0);
        let gathering = Arc::new(Gathering::new(devices.len(), limit + GRACE));
        reader::start(Arc::clone(&devices), options, Arc::clone(&gathering))?;
        Ok(Self { devices, gathering, limit })
    }

    fn next(&self, limit: Duration) -> Next {
        let words = || Fault::new(Status::RoundOver, round_over(self.limit.as_secs_f32()));
        self.gathering.next(limit, |index| Outcome::missing(index, Arc::clone(&self.devices), words()))
    }

    fn cancel(&self) {
        let words = "it was not read yet when the round was cancelled";
        let fault = || Fault::new(Status::Cancelled, words);
        self.gathering.cancel(|index| Outcome::missing(index, Arc::clone(&self.devices), fault()));
    }
}

impl Drop for Round {
    fn drop(&mut self) {
        self.cancel();
    }
}

/// Begins to read the disks of a list, all at once or as the options say, and returns at once: the results are taken with
/// stone_round_next. `options` may be NULL: then everything is as it is unless said otherwise.
///
/// The caller owns the round: stone_round_free. The list and the options may be given back before. A process that forks
/// must not use a round in the child.
#[unsafe(no_mangle)]
pub extern "C" fn stone_round_start(
    devices: Option<&Devices>,
    options: Option<&Options>,
    out: Option<&mut MaybeUninit<Box<Round>>>,
) -> Status {
    guard(|| {
        let out = wanted(out, "out")?;
        out.write(Box::new(Round::start(lent(devices, "devices")?, options)?));
        Ok(())
    })
}

/// Waits for the next result, at most so many milliseconds (0: it looks only), and never longer than about a second beyond the
/// deadline of the round. Results come as the disks end, each disk has exactly one, whatever happens to it.
///
/// STONE_STATUS_OK: the caller owns `*out`: stone_result_free. STONE_STATUS_TIMEOUT: nothing has come yet.
/// STONE_STATUS_END: all disks have had their results. In both, `out` is as it was.
#[unsafe(no_mangle)]
pub extern "C" fn stone_round_next(
    round: Option<&Round>,
    millis: u64,
    out: Option<&mut MaybeUninit<Box<Outcome>>>,
) -> Status {
    tell(|| {
        let round = lent(round, "round")?;
        let out = wanted(out, "out")?;
        Ok(match round.next(Duration::from_millis(millis)) {
            Next::Outcome(outcome) => {
                out.write(outcome);
                Status::Ok
            }
            Next::Nothing => Status::Timeout,
            Next::End => Status::End,
        })
    })
}

/// A descriptor for poll, epoll or select: it can be read from while stone_round_next need not wait, also when the round is at
/// its end. It belongs to the round: nobody else reads from it or closes it. The deadline of the round does not make it
/// readable by itself: stone_round_next has to be called then.
#[unsafe(no_mangle)]
pub extern "C" fn stone_round_descriptor(
    round: Option<&Round>,
    out: Option<&mut MaybeUninit<c_int>>,
) -> Status {
    guard(|| {
        let round = lent(round, "round")?;
        wanted(out, "out")?.write(round.gathering.descriptor()?);
        Ok(())
    })
}

/// Ends the round at once: each disk that has had no result has one of STONE_STATUS_CANCELLED. Who waits in stone_round_next
/// returns. It may be called by any thread, and again.
///
/// A worker is ended within a fraction of a second. With threads no other disk is begun; commands that are under way cannot be
/// called back, and end in the background, at the latest with the deadline of the disk.
#[unsafe(no_mangle)]
pub extern "C" fn stone_round_cancel(round: Option<&Round>) -> Status {
    guard(|| {
        lent(round, "round")?.cancel();
        Ok(())
    })
}

/// Cancels the round and gives it back, without waiting for anything. NULL is let pass. Results that were taken stay.
#[unsafe(no_mangle)]
pub extern "C" fn stone_round_free(round: Option<Box<Round>>) {
    release(round);
}

/// Reads the disks of a list, and calls `callback` with each result as it comes, on the thread of the caller, which waits until
/// the round is over. `options` may be NULL.
///
/// STONE_STATUS_CANCELLED: the callback ended it.
///
/// # Safety
/// `callback` and `data` are what they say they are to each other.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stone_collect(
    devices: Option<&Devices>,
    options: Option<&Options>,
    callback: ResultCallback,
    data: *mut c_void,
) -> Status {
    tell(|| {
        let callback = callback.ok_or(Fault::null("callback"))?;
        let round = Round::start(lent(devices, "devices")?, options)?;
        loop {
            match round.next(Duration::MAX) {
                Next::Outcome(outcome) => {
                    // SAFETY: the caller promises it; the result lives beyond the call.
                    let wish = unsafe { callback(&raw const *outcome, data) };
                    if wish != 0 {
                        return Ok(Status::Cancelled);
                    }
                }
                Next::Nothing => {}
                Next::End => return Ok(Status::Ok),
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use std::mem::MaybeUninit;
    use std::path::Path;
    use std::time::Instant;

    use super::*;
    use crate::device::BlockDevice;
    use crate::ffi::options::ReaderChoice;
    use crate::ffi::result::{stone_result_record, stone_result_status};

    fn recorded(lines: &str, disks: usize) -> (tempfile::TempDir, Devices) {
        let folder = tempfile::tempdir().unwrap();
        let original = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/nvme-consumer");
        let copy = |name: String| {
            let copy = folder.path().join(name);
            std::fs::create_dir(&copy).unwrap();
            for entry in original.read_dir().unwrap() {
                let path = entry.unwrap().path();
                std::fs::copy(&path, copy.join(path.file_name().unwrap())).unwrap();
            }
            let conf = std::fs::read_to_string(copy.join("device.conf")).unwrap();
            std::fs::write(copy.join("device.conf"), conf + lines).unwrap();
            Device(BlockDevice::recorded(&copy))
        };
        let devices = (0..disks).map(|number| copy(number.to_string())).collect();
        (folder, Devices(devices))
    }

    fn threads(millis: u64) -> Options {
        let mut options = Options { reader: ReaderChoice::Threads, ..Options::default() };
        options.limits.round_deadline = Duration::from_millis(millis);
        options
    }

    fn statuses(round: &Round) -> Vec<Status> {
        let mut statuses = Vec::new();
        while let Next::Outcome(outcome) = round.next(Duration::MAX) {
            statuses.push(stone_result_status(Some(&outcome)));
            let mut record = MaybeUninit::uninit();
            let has_record = stone_result_record(Some(&outcome), Some(&mut record)) == Status::Ok;
            assert_eq!(has_record, statuses.last() == Some(&Status::Ok));
        }
        statuses
    }

    #[test]
    fn each_disk_has_a_result() {
        let (_folder, devices) = recorded("", 5);
        let round = Round::start(&devices, Some(&threads(60_000))).unwrap();
        assert_eq!(statuses(&round), [Status::Ok; 5]);
        assert_eq!(statuses(&round), []);
    }

    #[test]
    fn a_disk_that_hangs_keeps_nobody_waiting() {
        let (_folder, devices) = recorded("hang=all\n", 2);
        let start = Instant::now();
        let round = Round::start(&devices, Some(&threads(100))).unwrap();
        assert_eq!(statuses(&round), [Status::RoundOver; 2]);
        drop(round);
        assert!(start.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn a_round_can_be_cancelled_twice_and_left() {
        let (_folder, devices) = recorded("hang=all\n", 2);
        let round = Round::start(&devices, Some(&threads(60_000))).unwrap();
        assert_eq!(stone_round_cancel(Some(&round)), Status::Ok);
        assert_eq!(stone_round_cancel(Some(&round)), Status::Ok);
        assert_eq!(statuses(&round), [Status::Cancelled; 2]);
        stone_round_free(Some(Box::new(round)));
        stone_round_free(None);
    }

    #[test]
    fn a_worker_that_is_none_costs_its_disks_alone() {
        let (_folder, devices) = recorded("", 3);
        for program in ["/nonexistent/stone", "/bin/true"] {
            let mut options = threads(60_000);
            options.reader = ReaderChoice::Worker;
            options.worker = Some(program.into());
            let round = Round::start(&devices, Some(&options)).unwrap();
            assert_eq!(statuses(&round), [Status::Worker; 3], "{program}");
        }
    }
}
