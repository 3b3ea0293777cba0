//! What the worker has to say, gathered and written in few and large pieces, by a thread that no disk can hold up.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::frame::{End, FromWorker, VERSION};
use crate::transport::megaraid::Entry;
use crate::transport::transcript::Paper;

/// What is written at once, about: what a pipe holds.
const PIECE: usize = 64 << 10;
/// How long what a disk has said may wait for more.
const PAUSE: Duration = Duration::from_millis(50);

/// What waits to be written.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    state: Mutex<State>,
    changed: Condvar,
    /// Held while frames are written, so that none comes between the parts of another; in it the room of those before.
    writing: Mutex<Vec<u8>>,
}

#[derive(Debug, Default)]
struct State {
    frames: Vec<u8>,
    /// Disks whose turn it is.
    running: BTreeMap<u32, Running>,
    /// Is there something that should not wait?
    urgent: bool,
}

#[derive(Debug)]
struct Running {
    since: Instant,
    announced: bool,
    paper: Arc<Paper>,
}

impl Outbox {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that holds the lock can panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first word.
    pub(super) fn hello(&self) {
        FromWorker::Hello { version: VERSION }.encode(&mut self.lock().frames);
    }

    /// The turn of `slot` has come: what it says will be on `paper`.
    pub(super) fn start(&self, slot: u32, paper: Arc<Paper>) {
        self.lock().running.insert(slot, Running { since: Instant::now(), announced: false, paper });
    }

    /// The turn of `slot` is over.
    pub(super) fn end(&self, slot: u32, end: End, took: Duration) {
        let mut state = self.lock();
        if let Some(mut running) = state.running.remove(&slot) {
            running.gather(slot, &mut state.frames);
        }
        FromWorker::Ended { slot, took, end }.encode(&mut state.frames);
        state.urgent = true;
        self.changed.notify_one();
    }

    /// A controller has said, or not, which disks it has.
    pub(super) fn listed(&self, index: u32, listing: Result<Vec<Entry>, String>) {
        let mut state = self.lock();
        FromWorker::Listed { index, listing }.encode(&mut state.frames);
        state.urgent = true;
        self.changed.notify_one();
    }

    /// Writes to `out` whenever there is something, until `out` is closed.
    pub(super) fn keep_writing(&self, out: &mut impl Write) {
        let mut gathered = Instant::now();
        let mut end = self.gather_into(out);
        while end.is_ok() {
            self.rest();
            end = if gathered.elapsed() >= PAUSE {
                gathered = Instant::now();
                self.gather_into(out)
            } else {
                self.write(out)
            };
        }
    }

    /// Gathers what the disks have said whose turn is not over, and writes it, a piece after the other: what hundreds of
    /// them have said would take much room at once.
    pub(super) fn gather_into(&self, out: &mut impl Write) -> io::Result<()> {
        let running: Vec<u32> = self.lock().running.keys().copied().collect();
        for slot in running {
            let is_full = {
                let mut guard = self.lock();
                let State { frames, running, .. } = &mut *guard;
                if let Some(running) = running.get_mut(&slot) {
                    running.gather(slot, frames);
                }
                frames.len() >= PIECE
            };
            if is_full {
                self.write(out)?;
            }
        }
        self.write(out)
    }

    /// Waits until there is something that should not wait, at most for a pause.
    fn rest(&self) {
        let state = self.lock();
        if !state.urgent {
            // That it may be woken for nothing does no harm.
            drop(self.changed.wait_timeout(state, PAUSE));
        }
    }

    /// Writes to `out` what is gathered.
    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let mut writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        writing.clear();
        {
            let mut state = self.lock();
            state.urgent = false;
            std::mem::swap(&mut state.frames, &mut writing);
        }
        if writing.is_empty() {
            return Ok(());
        }
        out.write_all(&writing)?;
        out.flush()
    }
}

impl Running {
    /// Adds what is new to `frames`.
    fn gather(&mut self, slot: u32, frames: &mut Vec<u8>) {
        if !self.announced {
            self.announced = true;
            FromWorker::Started { slot, age: self.since.elapsed() }.encode(frames);
        }
        let entries = self.paper.take();
        if !entries.is_empty() {
            FromWorker::Said { slot, entries: &entries }.encode(frames);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(outbox: &Outbox) -> Vec<String> {
        let mut bytes = Vec::new();
        outbox.gather_into(&mut bytes).unwrap();
        let mut rest = bytes.as_slice();
        let mut kinds = Vec::new();
        while let Some((frame, len)) = FromWorker::decode(rest).unwrap() {
            kinds.push(match frame {
                FromWorker::Hello { .. } => "hello".to_owned(),
                FromWorker::Started { slot, .. } => format!("started {slot}"),
                FromWorker::Said { slot, entries } => format!("said {slot} {}", entries.len()),
                FromWorker::Ended { slot, end, .. } => format!("ended {slot} {end:?}"),
                FromWorker::Listed { index, .. } => format!("listed {index}"),
            });
            rest = &rest[len..];
        }
        kinds
    }

    #[test]
    fn a_turn_is_told_in_its_order_and_once() {
        let outbox = Outbox::default();
        outbox.hello();
        let paper = Arc::new(Paper::default());
        outbox.start(4, Arc::clone(&paper));
        assert_eq!(written(&outbox), ["hello", "started 4"]);
        assert_eq!(written(&outbox), [""; 0]);
        paper.opened();
        paper.smartctl(b"{}", 0);
        assert_eq!(written(&outbox), ["said 4 9"]);
        paper.opened();
        outbox.end(4, End::Done, Duration::ZERO);
        assert_eq!(written(&outbox), ["said 4 1", "ended 4 Done"]);
    }

    #[test]
    fn much_is_written_in_pieces() {
        struct Pieces(Vec<usize>);
        impl Write for Pieces {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0.push(bytes.len());
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let outbox = Outbox::default();
        for slot in 0..100 {
            let paper = Arc::new(Paper::default());
            paper.smartctl(&[b' '; 10_000], 0);
            outbox.start(slot, paper);
        }
        let mut pieces = Pieces(Vec::new());
        outbox.gather_into(&mut pieces).unwrap();
        let Pieces(lengths) = pieces;
        assert!(lengths.iter().sum::<usize>() > 1_000_000);
        assert!(lengths.iter().all(|len| *len < PIECE + 11_000), "{lengths:?}");
    }

    #[test]
    fn one_that_never_began_only_ends() {
        let outbox = Outbox::default();
        outbox.end(1, End::SameDrive, Duration::ZERO);
        assert_eq!(written(&outbox), ["ended 1 SameDrive"]);
    }
}
