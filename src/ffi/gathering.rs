//! A round as its caller sees it: results come one after another, every wait has an end, and what does not come is made up for.

use std::collections::VecDeque;
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::os::fd::{AsRawFd, RawFd};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::result::Outcome;
use super::status::Fault;
use crate::collect::worker::Teller;

/// What has come of the disks of a round.
#[derive(Debug)]
pub(super) struct Gathering {
    state: Mutex<State>,
    changed: Condvar,
    /// When the caller has waited enough, whatever becomes of the disks.
    over: Instant,
}

#[derive(Debug)]
struct State {
    /// By the number of the disk: has it had its result?
    settled: Vec<bool>,
    /// Results that nobody has taken yet.
    ready: VecDeque<Outcome>,
    is_cancelled: bool,
    /// Ends the round of a worker when this is cancelled. `None`: there is none, or it has been told.
    teller: Option<Teller>,
    bell: Option<Bell>,
}

/// A pipe that holds a byte while there is something to be taken.
#[derive(Debug)]
struct Bell {
    reader: PipeReader,
    writer: PipeWriter,
    is_rung: bool,
}

/// What [`Gathering::next`] has.
#[derive(Debug)]
pub(super) enum Next {
    Outcome(Box<Outcome>),
    /// Nothing yet.
    Nothing,
    /// All disks have had their results.
    End,
}

impl Gathering {
    /// Of so many disks, within `limit` from now on.
    pub(super) fn new(disks: usize, limit: Duration) -> Self {
        let state = State {
            settled: vec![false; disks],
            ready: VecDeque::new(),
            is_cancelled: false,
            teller: None,
            bell: None,
        };
        Self { state: Mutex::new(state), changed: Condvar::new(), over: Instant::now() + limit }
    }

    /// Takes the result of a disk; the first of each counts.
    pub(super) fn deliver(&self, outcome: Outcome) {
        let mut state = self.lock();
        match state.settled.get_mut(outcome.index()) {
            Some(settled) if !*settled => *settled = true,
            // It came too late, and was made up for.
            _ => return,
        }
        state.ready.push_back(outcome);
        self.tell(state);
    }

    /// Makes up for every disk that has had no result.
    pub(super) fn settle(&self, outcome: impl Fn(usize) -> Outcome) {
        let mut state = self.lock();
        let State { settled, ready, .. } = &mut *state;
        for (index, settled) in settled.iter_mut().enumerate().filter(|(_, settled)| !**settled) {
            *settled = true;
            ready.push_back(outcome(index));
        }
        self.tell(state);
    }

    /// The same, because nobody wants them any more. Whoever still reads disks is to leave off.
    pub(super) fn cancel(&self, outcome: impl Fn(usize) -> Outcome) {
        {
            let mut state = self.lock();
            state.is_cancelled = true;
            // Told while it is held: who hears it stays until it has been let go of.
            if let Some(teller) = state.teller.take() {
                teller.tell();
            }
        }
        self.settle(outcome);
    }

    /// Lets `teller` be told when this is cancelled, until [`let_go_of_teller`](Self::let_go_of_teller).
    pub(super) fn tell_when_cancelled(&self, teller: Teller) {
        let mut state = self.lock();
        if state.is_cancelled {
            teller.tell();
        } else {
            state.teller = Some(teller);
        }
    }

    /// To be called before who hears the teller goes: to tell nobody is SIGPIPE, which ends the host's process.
    pub(super) fn let_go_of_teller(&self) {
        self.lock().teller = None;
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.lock().is_cancelled
    }

    /// Waits for the next result, at most `limit`. When the time for all disks is over, `late` makes up for what is missing.
    pub(super) fn next(&self, limit: Duration, late: impl Fn(usize) -> Outcome) -> Next {
        let now = Instant::now();
        // A time beyond the calendar is none.
        let until = now.checked_add(limit).map_or(self.over, |until| until.min(self.over));
        let is_waiting = |state: &mut State| state.ready.is_empty() && !state.is_settled();
        let left = until.saturating_duration_since(now);
        let waited = self.changed.wait_timeout_while(self.lock(), left, is_waiting);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if is_waiting(&mut state) && Instant::now() >= self.over {
            drop(state);
            self.settle(late);
            state = self.lock();
        }
        let next = state.ready.pop_front();
        let is_settled = state.is_settled();
        state.ring();
        match next {
            Some(outcome) => Next::Outcome(Box::new(outcome)),
            None if is_settled => Next::End,
            None => Next::Nothing,
        }
    }

    /// A descriptor that can be read from while [`next`](Self::next) need not wait.
    pub(super) fn descriptor(&self) -> Result<RawFd, Fault> {
        let mut state = self.lock();
        if state.bell.is_none() {
            let pipe = io::pipe().map_err(|error| Fault::of_io("cannot make a pipe", &error))?;
            state.bell = Some(Bell { reader: pipe.0, writer: pipe.1, is_rung: false });
            state.ring();
        }
        let descriptor = state.bell.as_ref().map(|bell| bell.reader.as_raw_fd());
        descriptor.ok_or_else(|| Fault::invalid("there is no descriptor"))
    }

    fn tell(&self, mut state: MutexGuard<'_, State>) {
        state.ring();
        drop(state);
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing in here is half done where a panic could be.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_settled(&self) -> bool {
        self.settled.iter().all(|settled| *settled)
    }

    /// Makes the bell what it should be. One byte at most is in the pipe: neither end ever waits.
    fn ring(&mut self) {
        let should = !self.ready.is_empty() || self.is_settled();
        let Some(bell) = &mut self.bell else { return };
        let moved = match (bell.is_rung, should) {
            (false, true) => bell.writer.write_all(b"!"),
            (true, false) => bell.reader.read_exact(&mut [0]),
            _ => return,
        };
        bell.is_rung = should && moved.is_ok();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::thread;

    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

    use super::super::status::Status;
    use super::*;

    fn outcome(index: usize) -> Outcome {
        Outcome::missing(index, Arc::new([]), Fault::new(Status::Cancelled, "made up"))
    }

    fn is_readable(descriptor: RawFd) -> bool {
        // SAFETY: the gathering keeps it open, and nobody else owns it.
        let descriptor = unsafe { std::os::fd::BorrowedFd::borrow_raw(descriptor) };
        poll(&mut [PollFd::new(descriptor, PollFlags::POLLIN)], PollTimeout::ZERO).unwrap() == 1
    }

    fn number(next: Next) -> Option<usize> {
        if let Next::Outcome(outcome) = next { Some(outcome.index()) } else { None }
    }

    const SOON: Duration = Duration::from_millis(20);

    #[test]
    fn results_come_in_the_order_in_which_they_are_delivered_and_each_once() {
        let gathering = Gathering::new(3, Duration::from_secs(60));
        let descriptor = gathering.descriptor().unwrap();
        assert!(!is_readable(descriptor));
        assert!(matches!(gathering.next(SOON, outcome), Next::Nothing));
        for index in [2, 0, 2, 7] {
            gathering.deliver(outcome(index));
        }
        assert!(is_readable(descriptor));
        assert_eq!(number(gathering.next(SOON, outcome)), Some(2));
        assert_eq!(number(gathering.next(SOON, outcome)), Some(0));
        assert!(!is_readable(descriptor));
        gathering.deliver(outcome(1));
        assert_eq!(number(gathering.next(Duration::MAX, outcome)), Some(1));
        assert!(matches!(gathering.next(Duration::MAX, outcome), Next::End));
        assert!(is_readable(descriptor));
    }

    #[test]
    fn who_waits_hears_of_a_cancel_at_once() {
        let gathering = Arc::new(Gathering::new(1, Duration::from_secs(60)));
        let waits = Arc::clone(&gathering);
        let thread = thread::spawn(move || number(waits.next(Duration::MAX, outcome)));
        thread::sleep(SOON);
        let start = Instant::now();
        gathering.cancel(outcome);
        gathering.cancel(outcome);
        assert_eq!(thread.join().unwrap(), Some(0));
        assert!(start.elapsed() < Duration::from_secs(10));
        assert!(gathering.is_cancelled());
        assert!(matches!(gathering.next(SOON, outcome), Next::End));
    }

    #[test]
    fn when_the_time_is_over_all_have_results() {
        let gathering = Gathering::new(2, SOON);
        assert_eq!(number(gathering.next(Duration::MAX, outcome)), Some(0));
        gathering.deliver(outcome(1));
        assert_eq!(number(gathering.next(Duration::ZERO, outcome)), Some(1));
        assert!(matches!(gathering.next(Duration::MAX, outcome), Next::End));
    }

    #[test]
    fn no_disk_is_the_end() {
        let gathering = Gathering::new(0, SOON);
        assert!(is_readable(gathering.descriptor().unwrap()));
        assert!(matches!(gathering.next(Duration::MAX, outcome), Next::End));
    }
}
