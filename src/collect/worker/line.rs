//! The pipes to a worker: frames out of them, and words to people. No wait in here is without an end.

use std::io::{self, Write};
use std::os::fd::BorrowedFd;
use std::process::Child;
use std::time::Instant;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::frame::{FromWorker, Malformed};
use super::process::{Left, Manner, Process};

/// How much is read at once: what a pipe holds.
const CHUNK: usize = 64 << 10;

/// Who hears what a worker says.
pub(super) trait Ear {
    /// Is there nothing more to be heard?
    fn is_done(&self) -> bool;

    /// Takes a frame.
    fn take(&mut self, frame: FromWorker<'_>) -> Result<(), Malformed>;

    /// There will be no more frames: `words` say why.
    fn give_up(&mut self, words: &str);
}

/// The pipes to a worker, and what is on its way.
pub(super) struct Line {
    process: Process,
    unsent: Vec<u8>,
    unread: Vec<u8>,
    chunk: Vec<u8>,
    is_open: bool,
    /// Are its words to people kept from them?
    is_quiet: bool,
}

impl Line {
    pub(super) fn new(process: Process, unsent: Vec<u8>) -> Self {
        Self { process, unsent, unread: Vec::new(), chunk: vec![0; CHUNK], is_open: true, is_quiet: false }
    }

    /// The same to a program that may be none of ours: nobody is to hear what it complains of.
    pub(super) fn quiet(process: Process, unsent: Vec<u8>) -> Self {
        Self { is_quiet: true, ..Self::new(process, unsent) }
    }

    /// Does the worker still have something to say?
    pub(super) fn is_open(&self) -> bool {
        self.is_open
    }

    /// Why it has nothing more to say, in words.
    pub(super) fn why_it_is_closed(&mut self) -> String {
        let words = self.process.end_in_words();
        words.map_or_else(|| "closed its pipe".to_owned(), |words| format!("ended ({words})"))
    }

    /// Tells the worker that there is nothing more.
    pub(super) fn close(&mut self) {
        self.process.close();
    }

    /// Tells the worker that there is nothing more, and leaves it to end.
    pub(super) fn leave(mut self) -> Process {
        self.forward_stderr();
        self.process.close();
        self.process
    }

    /// Ends the worker, or leaves it behind if it cannot be ended: then it and what tells it from others.
    pub(super) fn end(mut self, manner: Manner) -> Option<(Child, Option<Left>)> {
        self.forward_stderr();
        self.process.end(manner)
    }

    /// Waits until something can be moved, at most until `until`, and moves it.
    pub(super) fn exchange(&mut self, ear: &mut dyn Ear, until: Instant, stop: Option<BorrowedFd<'_>>) {
        let mut waiting = vec![
            PollFd::new(self.process.stdout(), PollFlags::POLLIN),
            PollFd::new(self.process.stderr(), PollFlags::POLLIN),
        ];
        waiting.extend(stop.map(|stop| PollFd::new(stop, PollFlags::POLLIN)));
        let is_telling = !self.unsent.is_empty();
        if is_telling {
            waiting.extend(self.process.stdin().map(|stdin| PollFd::new(stdin, PollFlags::POLLOUT)));
        }
        // Rounded up: to wake a moment too early would mean to wait for nothing.
        let millis = until.saturating_duration_since(Instant::now()).as_millis() + 1;
        let limit = PollTimeout::try_from(millis).unwrap_or(PollTimeout::MAX);
        if poll(&mut waiting, limit).is_err() {
            // Interrupted: the caller looks around and comes back.
            return;
        }
        let is_ready = |index: usize| waiting.get(index).is_some_and(|one| one.any() == Some(true));
        let (can_read, can_read_words) = (is_ready(0), is_ready(1));
        if is_telling {
            self.send();
        }
        if can_read {
            self.hear(ear);
        }
        if can_read_words {
            self.forward_stderr();
        }
    }

    fn send(&mut self) {
        match self.process.write(&self.unsent) {
            Ok(len) => drop(self.unsent.drain(..len.min(self.unsent.len()))),
            // It is gone, as the other pipe will tell.
            Err(_) => self.unsent.clear(),
        }
    }

    /// Takes what the worker has said.
    fn hear(&mut self, ear: &mut dyn Ear) {
        let len = match self.process.read(&mut self.chunk) {
            Ok(None) => return,
            Ok(Some(len)) if len > 0 => len,
            Ok(Some(_)) | Err(_) => {
                self.is_open = false;
                return;
            }
        };
        self.unread.extend(self.chunk.iter().take(len));
        let mut taken = 0;
        loop {
            match FromWorker::decode(self.unread.get(taken..).unwrap_or_default()) {
                Ok(Some((frame, len))) => {
                    taken += len;
                    if ear.take(frame).is_ok() {
                        continue;
                    }
                }
                Ok(None) => break,
                Err(_) => {}
            }
            ear.give_up("says what cannot be understood");
            self.is_open = false;
            break;
        }
        self.unread.drain(..taken.min(self.unread.len()));
    }

    /// Passes on what the worker says to people, without anything that a terminal would obey.
    fn forward_stderr(&mut self) {
        let mut chunk = [0; 8 << 10];
        if let Ok(Some(len)) = self.process.read_stderr(&mut chunk)
            && !self.is_quiet
        {
            let text = String::from_utf8_lossy(chunk.get(..len).unwrap_or_default()).into_owned();
            let plain: String =
                text.chars().filter(|c| *c == '\n' || *c == '\t' || !c.is_control()).collect();
            _ = io::stderr().lock().write_all(plain.as_bytes());
        }
    }
}
