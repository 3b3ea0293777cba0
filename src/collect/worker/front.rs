//! The front: starts a worker, keeps what each disk says, and makes the records. Every wait in here has an end.

use std::ffi::OsString;
use std::io::{self, Write};
use std::os::fd::BorrowedFd;
use std::path::PathBuf;
use std::process::Child;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::desk::Desk;
use super::frame::FromWorker;
use super::process::{Left, Manner, Process, Recipe};
use super::setup::Setup;
use super::{Interrupt, Interrupts};
use crate::collect::{Collected, Options};
use crate::device::BlockDevice;
use crate::source::{Asking, Make, Making};

/// How much is read at once.
const CHUNK: usize = 256 << 10;
/// How long a worker that is told to stop may take to say what it has.
const LAST_WORDS: Duration = Duration::from_millis(100);

/// Reads disks by a worker process, a new one for each round.
#[derive(Debug)]
pub struct Worker {
    recipe: Recipe,
    /// Those that could not be ended, to be collected when they can.
    left: Vec<Child>,
}

/// What came of a round.
#[derive(Debug)]
pub struct Round {
    /// The disks, in the order in which they were given.
    pub collected: Vec<Collected>,
    /// What ended it before its time. `None`: nothing did.
    pub interrupt: Option<Interrupt>,
    /// The worker, if it is stuck in the kernel with a disk that hangs. `None`: it is gone.
    pub left: Option<Left>,
}

impl Worker {
    /// Starts `program` with `arguments` as worker: a program that calls [`serve`](super::serve).
    pub fn new(program: impl Into<PathBuf>, arguments: impl IntoIterator<Item = OsString>) -> Self {
        let arguments = arguments.into_iter().collect();
        Self { recipe: Recipe { program: program.into(), arguments }, left: Vec::new() }
    }

    /// Lets a worker read `devices` as `asking` says, all at once or `options.jobs` at a time; `each` sees every one as
    /// it ends. An interrupt ends the round with what has been read.
    pub fn collect(
        &mut self,
        devices: Vec<BlockDevice>,
        asking: &Asking,
        options: &Options,
        interrupts: Option<&Interrupts>,
        each: impl FnMut(&Collected),
    ) -> Round {
        self.collect_by(&Making::new(asking), devices, asking, options, interrupts, each)
    }

    /// The same with the records made by `making`.
    pub fn collect_by(
        &mut self,
        making: &dyn Make,
        devices: Vec<BlockDevice>,
        asking: &Asking,
        options: &Options,
        interrupts: Option<&Interrupts>,
        each: impl FnMut(&Collected),
    ) -> Round {
        self.left.retain_mut(|child| !matches!(child.try_wait(), Ok(Some(_))));
        let setup = Setup { parent: std::process::id(), options: *options, asking: asking.clone(), devices };
        let frame = setup.encode();
        let mut desk = Desk::new(setup.devices, making, options, each);
        if desk.is_done() {
            return Round { collected: desk.into_collected(), interrupt: None, left: None };
        }
        let process = match Process::start(&self.recipe) {
            Ok(process) => process,
            Err(error) => {
                desk.give_up(&format!("cannot be started: {error}"));
                return Round { collected: desk.into_collected(), interrupt: None, left: None };
            }
        };
        let mut line =
            Line { process, unsent: frame, unread: Vec::new(), chunk: vec![0; CHUNK], is_open: true };
        let interrupt = line.run(&mut desk, interrupts);
        let manner = if desk.all_ended_by_themselves() { Manner::Gently } else { Manner::Firmly };
        line.forward_stderr();
        let left = line.process.end(manner).and_then(|(child, left)| {
            self.left.push(child);
            left
        });
        Round { collected: desk.into_collected(), interrupt, left }
    }
}

/// The pipes to a worker, and what is on its way.
struct Line {
    process: Process,
    unsent: Vec<u8>,
    unread: Vec<u8>,
    chunk: Vec<u8>,
    is_open: bool,
}

impl Line {
    /// Hears the worker until all disks have ended, or it is over with it.
    fn run<F: FnMut(&Collected)>(
        &mut self,
        desk: &mut Desk<'_, F>,
        interrupts: Option<&Interrupts>,
    ) -> Option<Interrupt> {
        let stop = interrupts.and_then(Interrupts::descriptor);
        while !desk.is_done() {
            if !self.is_open {
                let words = self.process.end_in_words();
                desk.give_up(&words.map_or("closed its pipe".to_owned(), |words| format!("ended ({words})")));
                break;
            }
            let until = desk.end_of_patience();
            self.exchange(desk, until, stop);
            if let Some(interrupt) = interrupts.and_then(Interrupts::take) {
                self.process.close();
                let until = Instant::now() + LAST_WORDS;
                while self.is_open && Instant::now() < until && !desk.is_done() {
                    self.exchange(desk, until, None);
                }
                desk.interrupt();
                return Some(interrupt);
            }
            desk.look_at_the_clock(Instant::now());
        }
        None
    }

    /// Waits until something can be moved, at most until `until`, and moves it.
    fn exchange<F: FnMut(&Collected)>(
        &mut self,
        desk: &mut Desk<'_, F>,
        until: Instant,
        stop: Option<BorrowedFd<'_>>,
    ) {
        let mut waiting = vec![
            PollFd::new(self.process.stdout(), PollFlags::POLLIN),
            PollFd::new(self.process.stderr(), PollFlags::POLLIN),
        ];
        waiting.extend(stop.map(|stop| PollFd::new(stop, PollFlags::POLLIN)));
        if !self.unsent.is_empty() {
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
        self.send();
        if can_read {
            self.hear(desk);
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
    fn hear<F: FnMut(&Collected)>(&mut self, desk: &mut Desk<'_, F>) {
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
                    if desk.take(&frame, Instant::now()).is_ok() {
                        continue;
                    }
                }
                Ok(None) => break,
                Err(_) => {}
            }
            desk.give_up("says what cannot be understood");
            self.is_open = false;
            break;
        }
        self.unread.drain(..taken.min(self.unread.len()));
    }

    /// Passes on what the worker says to people, without anything that a terminal would obey.
    fn forward_stderr(&mut self) {
        let mut chunk = [0; 8 << 10];
        if let Ok(Some(len)) = self.process.read_stderr(&mut chunk) {
            let text = String::from_utf8_lossy(chunk.get(..len).unwrap_or_default()).into_owned();
            let plain: String =
                text.chars().filter(|c| *c == '\n' || *c == '\t' || !c.is_control()).collect();
            _ = io::stderr().lock().write_all(plain.as_bytes());
        }
    }
}
