//! Whose turn it is: as many disks behind a host or an expander at once as are allowed, and of one drive never two.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::Options;
use crate::device::{BlockDevice, Link};

/// Disks that wait for their turn, by their slots.
#[derive(Debug)]
pub(super) struct Queue {
    places: Vec<Place>,
    state: Mutex<State>,
    changed: Condvar,
}

/// What a disk shares with others.
#[derive(Debug)]
struct Place {
    /// Its SCSI host and its expander, by their numbers in [`State::ways`].
    ways: Vec<usize>,
    drive: Option<String>,
}

/// Something that leads to several disks.
#[derive(Debug)]
struct Way {
    /// Disks behind it that are read.
    busy: usize,
    limit: usize,
}

#[derive(Debug)]
struct State {
    waiting: VecDeque<usize>,
    ways: Vec<Way>,
    drives: HashSet<String>,
    /// Slots whose threads are stuck.
    abandoned: HashSet<usize>,
}

impl Queue {
    pub(super) fn new(devices: &[BlockDevice], options: &Options) -> Self {
        let mut ways = Vec::new();
        let mut numbers = HashMap::new();
        let mut place = |device: &BlockDevice| {
            let host = device.hctl.map(|hctl| (format!("host{}", hctl.host), options.per_host));
            let expander = device.expander.clone().map(|name| (name, options.per_expander));
            let number = |(name, limit): (String, usize)| {
                *numbers.entry(name).or_insert_with(|| {
                    ways.push(Way { busy: 0, limit: limit.max(1) });
                    ways.len() - 1
                })
            };
            let drive = Some(device.physical.clone()).filter(|name| !name.is_empty());
            Place { ways: host.into_iter().chain(expander).map(number).collect(), drive }
        };
        let places = devices.iter().map(&mut place).collect();
        let state = State {
            waiting: longest_first(devices).into(),
            ways,
            drives: HashSet::new(),
            abandoned: HashSet::new(),
        };
        Self { places, state: Mutex::new(state), changed: Condvar::new() }
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
                let Place { ways, drive } = &self.places[slot];
                ways.iter().for_each(|way| state.ways[*way].busy += 1);
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
        let Place { ways, drive } = &self.places[slot];
        ways.iter().map(|way| &state.ways[*way]).all(|way| way.busy < way.limit)
            && drive.as_ref().is_none_or(|drive| !state.drives.contains(drive))
    }

    /// Its thread has done with it.
    pub(super) fn release(&self, slot: usize) {
        let mut state = self.lock();
        let place = &self.places[slot];
        if let Some(drive) = &place.drive {
            state.drives.remove(drive);
        }
        if !state.abandoned.remove(&slot) {
            leave(&mut state, place);
        }
        self.changed.notify_all();
    }

    /// Its thread is stuck: the disks that wait for the same drive wait in vain, and leave the queue.
    pub(super) fn abandon(&self, slot: usize) -> Vec<usize> {
        let mut state = self.lock();
        let place = &self.places[slot];
        state.abandoned.insert(slot);
        leave(&mut state, place);
        let in_vain = |slot: &usize| place.drive.is_some() && self.places[*slot].drive == place.drive;
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

fn leave(state: &mut State, place: &Place) {
    place.ways.iter().for_each(|way| state.ways[*way].busy = state.ways[*way].busy.saturating_sub(1));
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

    fn queue(devices: &[BlockDevice], per_host: usize) -> Queue {
        Queue::new(devices, &Options { per_host, ..Options::default() })
    }

    #[test]
    fn an_expander_has_as_many_as_it_may_and_so_has_its_host() {
        let behind = |expander: &str, physical: &str| {
            let expander = Some(expander.to_owned());
            BlockDevice { expander, ..disk(6, physical) }
        };
        let disks = [
            behind("expander-6:0", "a"),
            behind("expander-6:0", "b"),
            behind("expander-6:1", "c"),
            disk(6, "d"),
        ];
        let options = Options { per_host: 2, per_expander: 1, ..Options::default() };
        let queue = Queue::new(&disks, &options);
        assert_eq!([queue.take(), queue.take()], [Some(0), Some(2)]);
        queue.release(2);
        assert_eq!(queue.take(), Some(3), "the first expander is busy, the host is not");
        queue.release(0);
        assert_eq!(queue.take(), Some(1));
    }

    #[test]
    fn a_host_has_as_many_as_it_may() {
        let queue = queue(&[disk(0, "a"), disk(0, "b"), disk(0, "c"), disk(1, "d")], 2);
        assert_eq!([queue.take(), queue.take(), queue.take()], [Some(0), Some(1), Some(3)]);
        queue.release(1);
        assert_eq!((queue.take(), queue.take()), (Some(2), None));
    }

    #[test]
    fn one_drive_is_read_once_at_a_time() {
        let queue = queue(&[disk(0, "a"), disk(0, "a"), disk(0, "b")], 9);
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
        let queue = queue(&[disk(0, "a"), disk(0, "a"), disk(0, "b")], 1);
        assert_eq!(queue.take(), Some(0));
        assert_eq!(queue.abandon(0), [1]);
        assert_eq!(queue.take(), Some(2), "the host is not held by what is stuck");
        queue.release(0);
        assert_eq!(queue.lock().ways[0].busy, 1, "a stuck thread that wakes frees nothing twice");
        assert_eq!(queue.take(), None);
    }

    #[test]
    fn recorded_disks_have_neither_host_nor_drive() {
        let queue = queue(&[BlockDevice::default(), BlockDevice::default()], 1);
        assert_eq!([queue.take(), queue.take(), queue.take()], [Some(0), Some(1), None]);
    }

    #[test]
    fn who_waits_for_a_closed_queue_ends() {
        let queue = queue(&[disk(0, "a"), disk(0, "a")], 1);
        assert_eq!(queue.take(), Some(0));
        queue.close();
        assert_eq!(queue.take(), None);
    }
}
