//! Disks that something of this process is in: a drive is read by one thread at a time, and one in which a thread or a
//! worker is stuck is not asked again as long as it is.

use std::collections::HashMap;
use std::sync::{Condvar, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::collect::quarantine::{Quarantine, Rule};
use crate::collect::worker::Left;
use crate::device::BlockDevice;
use crate::source::now;

/// What a disk may take beyond its deadline: who keeps it is not stuck.
const GRACE: Duration = Duration::from_millis(100);
/// How often a thread that waits for a drive looks whether it is still to.
const LOOK: Duration = Duration::from_millis(50);

/// By their drives: when the thread that reads one is given up.
static READ: LazyLock<Mutex<HashMap<String, Instant>>> = LazyLock::new(Mutex::default);
static LEFT: Condvar = Condvar::new();
/// Those that workers of this process hang in. It has no file.
static HUNG: LazyLock<Mutex<Quarantine>> = LazyLock::new(Mutex::default);

/// A thread reads a drive, until this is dropped.
#[derive(Debug)]
pub(super) struct Reads(String);

impl Reads {
    /// Begins to read `device`, which has time until `deadline`, in a round that is over at `over`. As long as another
    /// thread reads the same drive it waits, at most so long, and while `is_wanted` says so. `None`: its turn did not come,
    /// or the other one is stuck.
    pub(super) fn begin(
        device: &BlockDevice,
        deadline: Instant,
        over: Instant,
        is_wanted: impl Fn() -> bool,
    ) -> Option<Self> {
        let drive = drive(device);
        let late = deadline.min(over);
        let mut read = lock(&READ);
        loop {
            let now = Instant::now();
            match read.get(drive) {
                None => {
                    read.insert(drive.to_owned(), over.min(deadline + GRACE));
                    return Some(Self(drive.to_owned()));
                }
                Some(given_up) if now >= *given_up => return None,
                Some(_) if now >= late || !is_wanted() => return None,
                Some(_) => {}
            }
            let limit = LOOK.min(late.saturating_duration_since(now));
            read = LEFT.wait_timeout(read, limit).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Drop for Reads {
    fn drop(&mut self) {
        lock(&READ).remove(&self.0);
        LEFT.notify_all();
    }
}

/// Why `device` is not to be asked: a thread or a worker of this process is stuck in it. `None`: none is.
pub(super) fn refusal(device: &BlockDevice) -> Option<String> {
    let is_late = |given_up: &Instant| Instant::now() >= *given_up;
    if lock(&READ).get(drive(device)).is_some_and(is_late) {
        return Some("it hung, and a thread of an earlier round still waits for it".to_owned());
    }
    lock(&HUNG).refusal(device, seconds(), Rule::Lifted)
}

/// Remembers that `worker` hangs in `device`, in `command`.
pub(super) fn hangs(device: &BlockDevice, command: &str, worker: Left) {
    lock(&HUNG).hung(device, command, seconds(), Some(worker));
}

/// Forgets that a worker hung in `device`: it has answered.
pub(super) fn answered(device: &BlockDevice) {
    lock(&HUNG).answered(device);
}

/// Seconds since 1970 UTC.
pub(super) fn seconds() -> u64 {
    u64::try_from(now().time_t).unwrap_or_default()
}

/// Logical units of one drive are read one after another.
fn drive(device: &BlockDevice) -> &str {
    let path = || device.path().to_str().unwrap_or(&device.name);
    if device.physical.is_empty() { path() } else { &device.physical }
}

fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;

    use super::*;

    fn disk(name: &str, physical: &str) -> BlockDevice {
        BlockDevice { name: name.to_owned(), physical: physical.to_owned(), ..BlockDevice::default() }
    }

    fn soon(millis: u64) -> Instant {
        Instant::now() + Duration::from_millis(millis)
    }

    #[test]
    fn a_drive_is_read_by_one_thread_at_a_time() {
        let (first, second) = (disk("a1", "occupied-a"), disk("a2", "occupied-a"));
        let reads = Reads::begin(&first, soon(60_000), soon(90_000), || true).unwrap();
        assert_eq!(refusal(&second), None, "it is read, and does not hang");
        assert!(Reads::begin(&second, soon(20), soon(90_000), || true).is_none(), "its time did not come");
        assert!(Reads::begin(&disk("b", "occupied-b"), soon(20), soon(90_000), || true).is_some());
        let thread =
            thread::spawn(move || Reads::begin(&second, soon(60_000), soon(90_000), || true).is_some());
        thread::sleep(Duration::from_millis(20));
        assert!(!thread.is_finished());
        drop(reads);
        assert!(thread.join().unwrap());
        assert!(Reads::begin(&first, soon(20), soon(90_000), || true).is_some());
    }

    #[test]
    fn who_waits_for_a_drive_can_be_told_not_to() {
        let disk = disk("c", "occupied-c");
        let _reads = Reads::begin(&disk, soon(60_000), soon(90_000), || true).unwrap();
        let wanted = AtomicBool::new(true);
        thread::scope(|scope| {
            let waits = scope
                .spawn(|| Reads::begin(&disk, soon(60_000), soon(90_000), || wanted.load(Ordering::Relaxed)));
            wanted.store(false, Ordering::Relaxed);
            assert!(waits.join().unwrap().is_none());
        });
    }

    #[test]
    fn what_is_stuck_keeps_others_away_until_it_wakes() {
        let disk = disk("d", "occupied-d");
        let reads = Reads::begin(&disk, soon(10), soon(90_000), || true).unwrap();
        thread::sleep(Duration::from_millis(10) + GRACE);
        assert!(refusal(&disk).unwrap().contains("a thread"));
        let start = Instant::now();
        assert!(Reads::begin(&disk, soon(60_000), soon(90_000), || true).is_none());
        assert!(start.elapsed() < Duration::from_secs(10));
        drop(reads);
        assert_eq!(refusal(&disk), None);
    }

    #[test]
    fn a_disk_that_a_worker_hangs_in_is_not_asked() {
        let disk = disk("e", "occupied-e");
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
        let start = stat.rsplit_once(')').unwrap().1.split_whitespace().nth(19).unwrap().parse().unwrap();
        let left = Left { pid: std::process::id(), start };
        hangs(&disk, "ata:ec", left);
        assert!(refusal(&disk).unwrap().contains("still waits for it"));
        hangs(&disk, "ata:ec", Left { start: 1, ..left });
        assert_eq!(refusal(&disk), None, "that worker is gone");
        answered(&disk);
    }
}
