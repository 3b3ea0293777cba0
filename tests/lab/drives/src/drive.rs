//! One drive: a thread that answers one command after the other, so that a slow or hung drive holds up no other.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use stone_smart::transport::dump::Kind;
use stone_smart::transport::{Delay, Replay};

use crate::Error;
use crate::answer::Answers;
use crate::harm::would_change;
use crate::report::Report;
use crate::request::{Request, Response};

/// Task management functions (SAM-6), by their numbers in VIRTIO.
const FUNCTIONS: [&str; 8] = [
    "ABORT TASK",
    "ABORT TASK SET",
    "CLEAR ACA",
    "CLEAR TASK SET",
    "I_T NEXUS RESET",
    "LOGICAL UNIT RESET",
    "QUERY TASK",
    "QUERY TASK SET",
];
const ABORT_TASK: u32 = 0;
const ABORT_ALL: [u32; 4] = [1, 3, 4, 5];

/// What becomes of a task management request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Management {
    /// The commands meant are aborted.
    Done,
    /// The drive will not.
    Refused,
    /// No answer, ever.
    Unanswered,
}

impl Management {
    /// By the word of `abort=` in `device.conf`; without one aborts are answered.
    fn of(word: Option<&str>) -> Option<Self> {
        match word {
            None | Some("answered") => Some(Self::Done),
            Some("refused") => Some(Self::Refused),
            Some("never") => Some(Self::Unanswered),
            Some(_) => None,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Done => "answered",
            Self::Refused => "refused",
            Self::Unanswered => "never answered",
        }
    }
}

/// The commands of a drive. The host gives a tag to another command as soon as it has been answered.
#[derive(Default)]
struct Tasks {
    waiting: VecDeque<(Request, u64)>,
    /// Tag of the command under way.
    current: Option<u64>,
    /// It is to end now.
    is_aborted: bool,
    /// Commands that have ended.
    ended: u64,
}

/// A drive, seen from the host.
pub(crate) struct Drive {
    name: String,
    management: Management,
    tasks: Mutex<Tasks>,
    changed: Condvar,
    commands: AtomicU64,
    report: Arc<Report>,
}

impl Drive {
    /// Opens the dump in `folder` and starts its thread.
    pub(crate) fn start(folder: &Path, report: Arc<Report>) -> Result<Arc<Self>, Error> {
        let name = folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy().into_owned();
        let replay = Replay::open(folder).map_err(|error| format!("{name}: {error}"))?;
        if replay.kind() == Kind::Nvme {
            return Err(format!("{name} is an NVMe drive, not one for a SCSI host").into());
        }
        let word = replay.dump().value("abort");
        let management =
            Management::of(word).ok_or_else(|| format!("{name}: abort={}", word.unwrap_or_default()))?;
        let drive = Arc::new(Self {
            name,
            management,
            tasks: Mutex::default(),
            changed: Condvar::new(),
            commands: AtomicU64::new(0),
            report,
        });
        let answers = Answers::new(replay);
        let its_own = Arc::clone(&drive);
        thread::spawn(move || its_own.answer_all(answers));
        Ok(drive)
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Commands that came so far.
    pub(crate) fn commands(&self) -> u64 {
        self.commands.load(Ordering::Relaxed)
    }

    fn tasks(&self) -> MutexGuard<'_, Tasks> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a command, to be answered when its turn has come.
    pub(crate) fn take(&self, request: Request, tag: u64) {
        self.commands.fetch_add(1, Ordering::Relaxed);
        self.tasks().waiting.push_back((request, tag));
        self.changed.notify_all();
    }

    /// The next command.
    fn next(&self) -> Request {
        let mut tasks = self.tasks();
        loop {
            if let Some((request, tag)) = tasks.waiting.pop_front() {
                tasks.current = Some(tag);
                tasks.is_aborted = false;
                return request;
            }
            tasks = self.changed.wait(tasks).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn answer_all(&self, mut answers: Answers) {
        loop {
            let request = self.next();
            let aborted = match request.command() {
                None => true,
                Some((cdb, sent)) => {
                    if would_change(&cdb, sent) {
                        self.report.violation(&self.name, &cdb);
                    }
                    !self.wait(answers.delay(&cdb, sent), &cdb)
                }
            };
            if aborted {
                request.fail(Response::Aborted);
            } else if let Some((cdb, sent)) = request.command() {
                let ended = answers.end(&cdb, sent, request.room());
                request.end(&ended);
            }
            let mut tasks = self.tasks();
            tasks.current = None;
            tasks.ended += 1;
            self.changed.notify_all();
        }
    }

    /// Waits until the answer is due. `false`: the command was aborted before.
    fn wait(&self, delay: Delay, cdb: &[u8; 32]) -> bool {
        let waits = |tasks: &mut Tasks| !tasks.is_aborted;
        if let Delay::After(latency) = delay {
            let waited = self.changed.wait_timeout_while(self.tasks(), latency, waits);
            let (tasks, _) = waited.unwrap_or_else(PoisonError::into_inner);
            return !tasks.is_aborted;
        }
        self.report.hung(&self.name, cdb);
        drop(self.changed.wait_while(self.tasks(), waits));
        false
    }

    /// A task management request. Aborted commands are answered before it is.
    pub(crate) fn manage(&self, function: u32, tag: u64) -> Management {
        let name = usize::try_from(function).ok().and_then(|function| FUNCTIONS.get(function));
        let name = name.unwrap_or(&"unknown function");
        self.report.line(&format!("MANAGED {} {name} {}", self.name, self.management.word()));
        if self.management == Management::Done {
            let is_meant = |other: u64| match function {
                ABORT_TASK => other == tag,
                function => ABORT_ALL.contains(&function),
            };
            let mut tasks = self.tasks();
            // One that only waits for its turn does not wait for the one before it, which may hang.
            let (meant, others): (VecDeque<_>, VecDeque<_>) =
                std::mem::take(&mut tasks.waiting).into_iter().partition(|(_, tag)| is_meant(*tag));
            tasks.waiting = others;
            for (request, _) in meant {
                request.fail(Response::Aborted);
            }
            if tasks.current.is_some_and(is_meant) {
                tasks.is_aborted = true;
                self.changed.notify_all();
                let before = tasks.ended;
                drop(self.changed.wait_while(tasks, |tasks| tasks.ended == before));
            }
        }
        self.management
    }
}
