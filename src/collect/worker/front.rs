//! The front: starts a worker, keeps what each disk says, and makes the records. Every wait in here has an end.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Child;
use std::time::{Duration, Instant};

use super::desk::Desk;
use super::frame::{FromWorker, Malformed, VERSION};
use super::line::{Ear, Line};
use super::order::Order;
use super::process::{Left, Manner, Process, Recipe};
use super::setup::Setup;
use super::workshop;
use super::{Interrupt, Interrupts};
use crate::collect::{CollectError, Collected, Options};
use crate::device::{BlockDevice, MegaRaidController};
use crate::source::{Asking, Backend, Make, Making};
use crate::transport::megaraid;

/// How long a worker that is told to stop may take to say what it has.
const LAST_WORDS: Duration = Duration::from_millis(100);

/// Reads disks by a worker process, a new one for each round.
#[derive(Debug)]
pub struct Worker {
    recipe: Recipe,
    /// For the next round.
    ready: Option<Process>,
    /// That of the last round, which has nothing more to do, and ends.
    ending: Option<Process>,
    /// Those that could not be ended, to be collected when they can.
    left: Vec<Child>,
}

/// What came of a round.
#[derive(Debug)]
pub struct Round<T> {
    /// What was made of the disks, in the order in which they were given.
    pub collected: Vec<T>,
    /// What ended it before its time. `None`: nothing did.
    pub interrupt: Option<Interrupt>,
    /// The worker, if it is stuck in the kernel with a disk that hangs. `None`: it is gone.
    pub left: Option<Left>,
}

impl Worker {
    /// Starts `program` with `arguments` as worker: a program that calls [`serve`](super::serve).
    pub fn new(program: impl Into<PathBuf>, arguments: impl IntoIterator<Item = OsString>) -> Self {
        let arguments = arguments.into_iter().collect();
        let recipe = Recipe { program: program.into(), arguments };
        Self { recipe, ready: None, ending: None, left: Vec::new() }
    }

    /// Starts the process for the next round, so that it is there when the disks are known. That it cannot be started,
    /// the round tells.
    pub fn start(&mut self) {
        if self.ready.is_none() {
            self.ready = Process::start(&self.recipe).ok();
        }
    }

    /// Lets a worker read `devices` as `asking` says, all at once or `options.jobs` at a time; `each` sees every one as
    /// it ends. An interrupt ends the round with what has been read.
    ///
    /// Of each disk is kept what `finish` makes of it, on one of as many threads as there are processors, while others
    /// are still read. What takes less room than a record (its text has a tenth of its size) is best made there: then
    /// there are never more records than processors.
    pub fn collect<T: Send>(
        &mut self,
        devices: Vec<BlockDevice>,
        asking: &Asking,
        options: &Options,
        interrupts: Option<&Interrupts>,
        finish: impl Fn(Collected) -> T + Sync,
        each: impl FnMut(&BlockDevice),
    ) -> Round<T> {
        self.collect_by(&Making::new(asking), devices, asking, options, interrupts, finish, each)
    }

    /// The same with the records made by `making`.
    #[expect(clippy::too_many_arguments, reason = "a round is made of these, and nothing else is")]
    pub fn collect_by<T: Send>(
        &mut self,
        making: &dyn Make,
        devices: Vec<BlockDevice>,
        asking: &Asking,
        options: &Options,
        interrupts: Option<&Interrupts>,
        finish: impl Fn(Collected) -> T + Sync,
        mut each: impl FnMut(&BlockDevice),
    ) -> Round<T> {
        self.collect_the_ended();
        if devices.is_empty() {
            return Round { collected: Vec::new(), interrupt: None, left: None };
        }
        let setup = Setup {
            parent: std::process::id(),
            options: *options,
            asking: asking.clone(),
            controllers: Vec::new(),
            devices,
        };
        let process = self.ready.take().map_or_else(|| Process::start(&self.recipe), Ok);
        let count = setup.devices.len();
        let (mut interrupt, mut left) = (None, None);
        let collected = workshop::run(count, making, &finish, |order| {
            let frame = setup.encode();
            let mut desk = Desk::new(setup.devices, options, |ended| {
                each(&ended.device);
                order(ended);
            });
            match process {
                Ok(process) => {
                    let mut line = Line::new(process, frame);
                    interrupt = hear(&mut line, &mut desk, interrupts);
                    if desk.all_ended_by_themselves() {
                        // It ends by itself. There is better to do than to wait for it.
                        self.ending = Some(line.leave());
                    } else {
                        left = self.end(line, Manner::Firmly);
                    }
                }
                Err(error) => desk.give_up(&format!("cannot be started: {error}")),
            }
        });
        Round { collected, interrupt, left }
    }

    /// Lets a worker ask `controllers` for their disks, within [`megaraid::ALL`]; for each its disks, or why there is no
    /// list.
    pub fn list(
        &mut self,
        controllers: &[MegaRaidController],
    ) -> Vec<Result<Vec<BlockDevice>, CollectError>> {
        let mut lists = Lists::new(controllers);
        let asking = Asking { backend: Backend::Native, smartctl: PathBuf::new(), ..Asking::default() };
        let setup = Setup {
            parent: std::process::id(),
            options: Options::default(),
            asking,
            controllers: controllers.to_vec(),
            devices: Vec::new(),
        };
        match Process::start(&self.recipe) {
            Err(error) => lists.give_up(&format!("cannot be started: {error}")),
            Ok(process) => {
                let mut line = Line::new(process, setup.encode());
                let until = Instant::now() + megaraid::ALL;
                while !lists.is_done() && Instant::now() < until && line.is_open() {
                    line.exchange(&mut lists, until, None);
                }
                if !line.is_open() {
                    lists.give_up(&line.why_it_is_closed());
                }
                let manner = if lists.is_done() { Manner::Gently } else { Manner::Firmly };
                self.end(line, manner);
            }
        }
        lists.into_results()
    }

    /// Is the program a worker that this one understands? It is started, asked for nothing and ended. `None`: it has said
    /// nothing within `limit`.
    pub fn is_understood(&mut self, limit: Duration) -> Option<bool> {
        self.collect_the_ended();
        let setup = Setup {
            parent: std::process::id(),
            options: Options::default(),
            asking: Asking { smartctl: PathBuf::new(), ..Asking::default() },
            controllers: Vec::new(),
            devices: Vec::new(),
        };
        let Ok(process) = Process::start(&self.recipe) else { return Some(false) };
        let (mut line, mut greeting) = (Line::quiet(process, setup.encode()), Greeting(None));
        let until = Instant::now() + limit;
        while !greeting.is_done() && Instant::now() < until {
            if line.is_open() {
                line.exchange(&mut greeting, until, None);
            } else {
                greeting.0.get_or_insert(false);
            }
        }
        let manner = if greeting.0 == Some(true) { Manner::Gently } else { Manner::Firmly };
        self.end(line, manner);
        greeting.0
    }

    /// Collects what has ended of the processes of earlier rounds, so that the system forgets them; a fraction of a second at
    /// most. The next round does it too.
    pub fn collect_the_ended(&mut self) {
        let ended = self.ending.take().and_then(|process| process.end(Manner::Gently));
        self.left.extend(ended.map(|(child, _)| child));
        self.left.retain_mut(|child| !matches!(child.try_wait(), Ok(Some(_))));
    }

    fn end(&mut self, line: Line, manner: Manner) -> Option<Left> {
        let (child, left) = line.end(manner)?;
        self.left.push(child);
        left
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.collect_the_ended();
        if let Some(process) = self.ready.take() {
            process.end(Manner::Gently);
        }
    }
}

/// Hears the worker until all disks have ended, or it is over with it.
fn hear<F: FnMut(Order)>(
    line: &mut Line,
    desk: &mut Desk<F>,
    interrupts: Option<&Interrupts>,
) -> Option<Interrupt> {
    let stop = interrupts.and_then(Interrupts::descriptor);
    while !desk.is_done() {
        if !line.is_open() {
            desk.give_up(&line.why_it_is_closed());
            break;
        }
        let patience = desk.end_of_patience();
        line.exchange(desk, patience, stop);
        if let Some(interrupt) = interrupts.and_then(Interrupts::take) {
            line.close();
            let until = Instant::now() + LAST_WORDS;
            while line.is_open() && Instant::now() < until && !desk.is_done() {
                line.exchange(desk, until, None);
            }
            desk.interrupt();
            return Some(interrupt);
        }
        desk.look_at_the_clock(Instant::now());
    }
    None
}

/// Is what a program says first the greeting of a worker?
struct Greeting(Option<bool>);

impl Ear for Greeting {
    fn is_done(&self) -> bool {
        self.0.is_some()
    }

    fn take(&mut self, frame: FromWorker<'_>) -> Result<(), Malformed> {
        self.0.get_or_insert(matches!(frame, FromWorker::Hello { version: VERSION }));
        Ok(())
    }

    fn give_up(&mut self, _: &str) {
        self.0.get_or_insert(false);
    }
}

/// The lists of controllers, as they come.
struct Lists<'a> {
    controllers: &'a [MegaRaidController],
    lists: Vec<Option<Result<Vec<BlockDevice>, CollectError>>>,
}

impl<'a> Lists<'a> {
    fn new(controllers: &'a [MegaRaidController]) -> Self {
        Self { controllers, lists: controllers.iter().map(|_| None).collect() }
    }

    fn into_results(self) -> Vec<Result<Vec<BlockDevice>, CollectError>> {
        let late = || Err(CollectError::Deadline(megaraid::ALL));
        self.lists.into_iter().map(|list| list.unwrap_or_else(late)).collect()
    }
}

impl Ear for Lists<'_> {
    fn is_done(&self) -> bool {
        self.lists.iter().all(Option::is_some)
    }

    fn take(&mut self, frame: FromWorker<'_>) -> Result<(), Malformed> {
        match frame {
            FromWorker::Hello { version: VERSION } => Ok(()),
            FromWorker::Listed { index, listing } => {
                let index = usize::try_from(index).map_err(|_| Malformed)?;
                let (controller, list) =
                    self.controllers.get(index).zip(self.lists.get_mut(index)).ok_or(Malformed)?;
                let disks = listing.map(|listing| megaraid::from_listing(controller, &listing));
                *list = Some(disks.map_err(CollectError::Told));
                Ok(())
            }
            _ => Err(Malformed),
        }
    }

    fn give_up(&mut self, words: &str) {
        for list in self.lists.iter_mut().filter(|list| list.is_none()) {
            *list = Some(Err(CollectError::Worker(words.to_owned())));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program of the shell.
    fn understood(script: &str) -> Option<bool> {
        Worker::new("/bin/sh", ["-c".into(), script.into()]).is_understood(Duration::from_millis(500))
    }

    #[test]
    fn a_worker_is_known_by_its_greeting() {
        let folder = tempfile::tempdir().unwrap();
        let says = |frame: FromWorker<'_>| {
            let mut bytes = Vec::new();
            frame.encode(&mut bytes);
            let file = folder.path().join("says");
            std::fs::write(&file, bytes).unwrap();
            understood(&format!("cat {}; cat > /dev/null", file.display()))
        };
        assert_eq!(says(FromWorker::Hello { version: VERSION }), Some(true));
        assert_eq!(says(FromWorker::Hello { version: VERSION + 1 }), Some(false));
        assert_eq!(says(FromWorker::Said { slot: 0, entries: b"" }), Some(false));
        assert_eq!(understood("echo what do you want; cat > /dev/null"), Some(false));
        assert_eq!(understood("exit 0"), Some(false));
        assert_eq!(Worker::new("/nonexistent", []).is_understood(Duration::from_secs(9)), Some(false));
        let start = Instant::now();
        assert_eq!(understood("exec sleep 60"), None);
        assert!(start.elapsed() < Duration::from_secs(10));
    }
}
