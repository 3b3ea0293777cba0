//! The round: threads that take one disk after another, and a wait that ends whatever a disk does.

use std::iter;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use super::queue::Queue;
use super::{Options, WIDEST};
use crate::device::BlockDevice;
use crate::source::Limits;

/// Longer than the disk's own deadline, so that a disk that keeps it delivers its partial record.
pub(super) const GRACE: Duration = Duration::from_millis(150);
/// Stack of a thread: its buffers are on the heap, its calls are shallow.
const STACK: usize = 512 << 10;

/// What is done with a disk, on a thread that may get stuck in it.
pub(super) trait Work: Send + Sync + 'static {
    /// What comes of it.
    type Out: Send + 'static;

    /// Reads the disk of `slot`.
    fn read(&self, slot: usize, device: &BlockDevice, limits: &Limits) -> Self::Out;
}

/// How the turn of a disk ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Turn<T> {
    /// By itself.
    Done(T),
    /// In a panic.
    Panicked,
    /// Its thread is left behind.
    Late,
    /// Before it began: its drive is stuck.
    SameDrive,
    /// Before it began, or while it went on: the round was over.
    RoundOver,
    /// Before it began: there was no thread.
    NoThread(String),
}

/// Lets `work` read `devices` all at once or `options.jobs` at a time; `each` sees slot, end and time of
/// every one as it ends.
///
/// A thread whose disk is late is left behind, and another takes its place for the disks that still wait: there are
/// never more threads left behind than disks that hang.
pub(super) fn run<W: Work>(
    devices: Arc<[BlockDevice]>,
    work: Arc<W>,
    options: &Options,
    each: impl FnMut(usize, Turn<W::Out>, Duration),
) {
    let width = options.jobs.unwrap_or(devices.len()).clamp(1, WIDEST).min(devices.len().max(1));
    let (sender, ends) = channel();
    let slots = vec![Slot::Waiting; devices.len()];
    let begun = devices.iter().map(|_| OnceLock::new()).collect();
    let queue = Arc::new(Queue::new(&devices, options));
    let crew = Crew { queue, begun, devices, work, options: *options, sender };
    let mut round = Round { slots, threads: 0, refusal: None, each };
    round.hire(&crew, width);
    round.run(&crew, &ends);
    round.end(&crew);
}

/// A disk whose turn is over: its slot, how, and how long it took.
type End<T> = (usize, Turn<T>, Duration);

/// What every thread works from.
struct Crew<W: Work> {
    queue: Arc<Queue>,
    /// When the turn of each began. Nobody is woken for it: nothing follows from it before its deadline.
    begun: Arc<[OnceLock<Instant>]>,
    devices: Arc<[BlockDevice]>,
    work: Arc<W>,
    options: Options,
    sender: Sender<End<W::Out>>,
}

impl<W: Work> Clone for Crew<W> {
    fn clone(&self) -> Self {
        Self {
            queue: Arc::clone(&self.queue),
            begun: Arc::clone(&self.begun),
            devices: Arc::clone(&self.devices),
            work: Arc::clone(&self.work),
            options: self.options,
            sender: self.sender.clone(),
        }
    }
}

impl<W: Work> Crew<W> {
    /// Reads disks until none waits.
    fn work(&self) {
        while let Some(slot) = self.queue.take() {
            let start = *self.begun[slot].get_or_init(Instant::now);
            let turn = self.read(slot, start);
            self.queue.release(slot);
            _ = self.sender.send((slot, turn, start.elapsed()));
        }
    }

    fn read(&self, slot: usize, start: Instant) -> Turn<W::Out> {
        let device = &self.devices[slot];
        let span = tracing::info_span!("disk", name = %device.name);
        let _entered = span.enter();
        let limits =
            Limits { command: self.options.command_timeout, deadline: start + self.options.disk_deadline };
        // A panic would end the thread, and with it all the disks it has yet to read.
        let end = catch_unwind(AssertUnwindSafe(|| self.work.read(slot, device, &limits)));
        end.map_or(Turn::Panicked, Turn::Done)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Waiting,
    Running(Instant),
    Ended,
}

struct Round<F> {
    slots: Vec<Slot>,
    /// Threads that are not stuck.
    threads: usize,
    /// Why there is no thread, if there is none.
    refusal: Option<String>,
    each: F,
}

impl<F> Round<F> {
    /// Sets at most `width` more threads to work, as long as disks wait: where disks answer at once, a few threads
    /// have read them all before the last would have started.
    fn hire<W: Work>(&mut self, crew: &Crew<W>, width: usize) {
        for _ in 0..width {
            if !crew.queue.has_more() {
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

    fn run<W: Work>(&mut self, crew: &Crew<W>, ends: &Receiver<End<W::Out>>)
    where
        F: FnMut(usize, Turn<W::Out>, Duration),
    {
        let over = Instant::now() + crew.options.round_deadline;
        let limit = crew.options.disk_deadline;
        loop {
            self.note_who_began(crew);
            if !self.unfinished() {
                break;
            }
            // Whoever begins while this waits is late after that.
            let deadline =
                self.next_deadline(limit).unwrap_or_else(|| Instant::now() + limit + GRACE).min(over);
            match ends.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(end) => {
                    for (slot, turn, took) in iter::once(end).chain(ends.try_iter()) {
                        self.finish(slot, turn, took);
                    }
                }
                Err(RecvTimeoutError::Timeout) if Instant::now() >= over => break,
                Err(RecvTimeoutError::Timeout) => self.leave_behind(crew, limit),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
    }

    fn unfinished(&self) -> bool {
        self.slots.iter().any(|slot| match slot {
            Slot::Waiting => self.threads > 0,
            Slot::Running(..) => true,
            Slot::Ended => false,
        })
    }

    /// When the first running disk is late. `None`: none runs.
    fn next_deadline(&self, limit: Duration) -> Option<Instant> {
        let deadline =
            |slot: &Slot| if let Slot::Running(at) = slot { Some(*at + limit + GRACE) } else { None };
        self.slots.iter().filter_map(deadline).min()
    }

    fn note_who_began<W: Work>(&mut self, crew: &Crew<W>) {
        for (slot, begun) in self.slots.iter_mut().zip(crew.begun.iter()) {
            if let (Slot::Waiting, Some(at)) = (*slot, begun.get()) {
                *slot = Slot::Running(*at);
            }
        }
    }

    fn finish<T>(&mut self, slot: usize, turn: Turn<T>, took: Duration)
    where
        F: FnMut(usize, Turn<T>, Duration),
    {
        if self.slots[slot] == Slot::Ended {
            // It was left behind, and works again.
            self.threads += 1;
        } else {
            self.slots[slot] = Slot::Ended;
            (self.each)(slot, turn, took);
        }
    }

    /// Gives up the disks that are late, and replaces their threads while disks wait.
    fn leave_behind<W: Work>(&mut self, crew: &Crew<W>, limit: Duration)
    where
        F: FnMut(usize, Turn<W::Out>, Duration),
    {
        let now = Instant::now();
        let mut late = 0;
        for slot in 0..self.slots.len() {
            if let Slot::Running(at) = self.slots[slot]
                && now >= at + limit + GRACE
            {
                self.finish(slot, Turn::Late, now - at);
                for other in crew.queue.abandon(slot) {
                    self.finish(other, Turn::SameDrive, Duration::ZERO);
                }
                late += 1;
            }
        }
        self.threads = self.threads.saturating_sub(late);
        let waiting = self.slots.iter().filter(|slot| **slot == Slot::Waiting).count();
        if late.min(waiting) > 0 {
            self.hire(crew, late.min(waiting));
        }
    }

    /// Gives up whatever has not ended.
    fn end<W: Work>(&mut self, crew: &Crew<W>)
    where
        F: FnMut(usize, Turn<W::Out>, Duration),
    {
        crew.queue.close();
        self.note_who_began(crew);
        for slot in 0..self.slots.len() {
            match self.slots[slot] {
                Slot::Ended => {}
                Slot::Running(at) => self.finish(slot, Turn::RoundOver, at.elapsed()),
                Slot::Waiting => {
                    let turn = self.refusal.clone().map_or(Turn::RoundOver, Turn::NoThread);
                    self.finish(slot, turn, Duration::ZERO);
                }
            }
        }
    }
}
