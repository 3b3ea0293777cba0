//! Whose turn it is: as many disks behind a host at once as are allowed, and of one drive never two.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::device::{BlockDevice, Link};

/// Disks that wait for their turn, by their slots.
#[derive(Debug)]
pub(super) struct Queue {
    per_host: usize,
    /// SCSI host and drive of each slot.
    places: Vec<(Option<u32>, Option<String>)>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    waiting: VecDeque<usize>,
    hosts: HashMap<u32, usize>,
    drives: HashSet<String>,
    /// Slots whose threads are stuck.
    abandoned: HashSet<usize>,
}

impl Queue {
    pub(super) fn new(devices: &[BlockDevice], per_host: usize) -> Self {
        let drive = |device: &BlockDevice| Some(device.physical.clone()).filter(|name| !name.is_empty());
        let place = |device: &BlockDevice| (device.hctl.map(|hctl| hctl.host), drive(device));
        let state = State {
            waiting: longest_first(devices).into(),
            hosts: HashMap::new(),
            drives: HashSet::new(),
            abandoned: HashSet::new(),
        };
        Self {
            per_host: per_host.max(1),
            places: devices.iter().map(place).collect(),
            state: Mutex::new(state),
            changed: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that holds the lock can panic; were it so, the queue would still be sound.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first disk that may be read now; waits until there is one. `None`: none is left.
    pub(super) fn take(&self) -> Option<usize> {
        let mut state = self.lock();
        loop {
            if state.waiting.is_empty() {
                return None;
            }
            if let Some(at) = state.waiting.iter().position(|&slot| self.is_free(&state, slot)) {
                let slot = state.waiting.remove(at)?;
                let (host, drive) = &self.places[slot];
                if let Some(host) = host {
                    *state.hosts.entry(*host).or_default() += 1;
                }
                state.drives.extend(drive.clone());
                return Some(slot);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Does a disk wait?
    pub(super) fn has_more(&self) -> bool {
        !self.lock().waiting.is_empty()
    }

    fn is_free(&self, state: &State, slot: usize) -> bool {
        let (host, drive) = &self.places[slot];
        host.is_none_or(|host| state.hosts.get(&host).is_none_or(|&busy| busy < self.per_host))
            && drive.as_ref().is_none_or(|drive| !state.drives.contains(drive))
    }

    /// Its thread has done with it.
    pub(super) fn release(&self, slot: usize) {
        let mut state = self.lock();
        let (host, drive) = &self.places[slot];
        if let Some(drive) = drive {
            state.drives.remove(drive);
        }
        if !state.abandoned.remove(&slot) {
            leave(&mut state, *host);
        }
        self.changed.notify_all();
    }

    /// Its thread is stuck: the disks that wait for the same drive wait in vain, and leave the queue.
    pub(super) fn abandon(&self, slot: usize) -> Vec<usize> {
        let mut state = self.lock();
        let (host, drive) = &self.places[slot];
        state.abandoned.insert(slot);
        leave(&mut state, *host);
        let in_vain = |slot: &usize| drive.is_some() && self.places[*slot].1 == *drive;
        let gone = state.waiting.iter().copied().filter(in_vain).collect();
        state.waiting.retain(|slot| !in_vain(slot));
        self.changed.notify_all();
        gone
    }

    /// Nobody waits any more.
    pub(super) fn close(&self) {
        self.lock().waiting.clear();
        self.changed.notify_all();
    }
}

/// The slots of `devices`, those that are asked most commands first, so that the last to end has not begun last.
fn longest_first(devices: &[BlockDevice]) -> Vec<usize> {
    let commands = |slot: &usize| match devices[*slot].link {
        // Typically 24 to 28.
        Link::Sas => 0,
        // One that is behind a slow bridge, or a controller.
        Link::Unknown | Link::Usb | Link::Raid | Link::Virtio => 1,
        // Some 19.
        Link::Sata => 2,
        // Some 6.
        Link::Nvme => 3,
    };
    let mut slots: Vec<usize> = (0..devices.len()).collect();
    slots.sort_by_key(commands);
    slots
}

fn leave(state: &mut State, host: Option<u32>) {
    if let Some(busy) = host.and_then(|host| state.hosts.get_mut(&host)) {
        *busy = busy.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::thread;
    use std::time::Duration;

    use super::*;
    use crate::device::Hctl;

    fn disk(host: u32, physical: &str) -> BlockDevice {
        let hctl = Some(Hctl { host, channel: 0, target: 0, lun: 0 });
        BlockDevice { hctl, physical: physical.to_owned(), ..BlockDevice::default() }
    }

    #[test]
    fn a_host_has_as_many_as_it_may() {
        let queue = Queue::new(&[disk(0, "a"), disk(0, "b"), disk(0, "c"), disk(1, "d")], 2);
        assert_eq!([queue.take(), queue.take(), queue.take()], [Some(0), Some(1), Some(3)]);
        queue.release(1);
        assert_eq!((queue.take(), queue.take()), (Some(2), None));
    }

    #[test]
    fn one_drive_is_read_once_at_a_time() {
        let queue = Queue::new(&[disk(0, "a"), disk(0, "a"), disk(0, "b")], 9);
        assert_eq!([queue.take(), queue.take()], [Some(0), Some(2)]);
        let queue = Arc::new(queue);
        let waits = Arc::clone(&queue);
        let thread = thread::spawn(move || waits.take());
        thread::sleep(Duration::from_millis(20));
        assert!(!thread.is_finished());
        queue.release(0);
        assert_eq!(thread.join().unwrap(), Some(1));
    }

    #[test]
    fn behind_a_stuck_drive_nobody_waits() {
        let queue = Queue::new(&[disk(0, "a"), disk(0, "a"), disk(0, "b")], 1);
        assert_eq!(queue.take(), Some(0));
        assert_eq!(queue.abandon(0), [1]);
        assert_eq!(queue.take(), Some(2), "the host is not held by what is stuck");
        queue.release(0);
        assert_eq!(queue.lock().hosts[&0], 1, "a stuck thread that wakes frees nothing twice");
        assert_eq!(queue.take(), None);
    }

    #[test]
    fn recorded_disks_have_neither_host_nor_drive() {
        let queue = Queue::new(&[BlockDevice::default(), BlockDevice::default()], 1);
        assert_eq!([queue.take(), queue.take(), queue.take()], [Some(0), Some(1), None]);
    }

    #[test]
    fn who_waits_for_a_closed_queue_ends() {
        let queue = Queue::new(&[disk(0, "a"), disk(0, "a")], 1);
        assert_eq!(queue.take(), Some(0));
        queue.close();
        assert_eq!(queue.take(), None);
    }
}
