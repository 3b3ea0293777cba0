//! One drive: a thread that answers one command after the other, so that a slow or hung drive holds up no other.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
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

/// Tags of commands, which are unique while they are pending.
#[derive(Debug, Default)]
struct Tags {
    pending: BTreeSet<u64>,
    /// Those of them that are to end now.
    aborted: BTreeSet<u64>,
}

/// A drive, seen from the host.
pub(crate) struct Drive {
    name: String,
    management: Management,
    inbox: Sender<(Request, u64)>,
    tags: Mutex<Tags>,
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
        let (inbox, requests) = channel();
        let drive = Arc::new(Self {
            name,
            management,
            inbox,
            tags: Mutex::default(),
            changed: Condvar::new(),
            commands: AtomicU64::new(0),
            report,
        });
        let answers = Answers::new(replay);
        let its_own = Arc::clone(&drive);
        thread::spawn(move || its_own.answer_all(answers, &requests));
        Ok(drive)
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Commands that came so far.
    pub(crate) fn commands(&self) -> u64 {
        self.commands.load(Ordering::Relaxed)
    }

    fn tags(&self) -> MutexGuard<'_, Tags> {
        self.tags.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a command, to be answered when its turn has come.
    pub(crate) fn take(&self, request: Request, tag: u64) {
        self.commands.fetch_add(1, Ordering::Relaxed);
        self.tags().pending.insert(tag);
        // The thread lives as long as the drive does.
        _ = self.inbox.send((request, tag));
    }

    fn answer_all(&self, mut answers: Answers, requests: &Receiver<(Request, u64)>) {
        for (request, tag) in requests {
            let aborted = match request.command() {
                None => true,
                Some((cdb, sent)) => {
                    if would_change(&cdb, sent) {
                        self.report.violation(&self.name, &cdb);
                    }
                    !self.wait(answers.delay(&cdb, sent), tag, &cdb)
                }
            };
            if aborted {
                request.fail(Response::Aborted);
            } else if let Some((cdb, sent)) = request.command() {
                let ended = answers.end(&cdb, sent, request.room());
                request.end(&ended);
            }
            let mut tags = self.tags();
            tags.pending.remove(&tag);
            tags.aborted.remove(&tag);
            self.changed.notify_all();
        }
    }

    /// Waits until the answer is due. `false`: the command was aborted before.
    fn wait(&self, delay: Delay, tag: u64, cdb: &[u8; 32]) -> bool {
        let waits = |tags: &mut Tags| !tags.aborted.contains(&tag);
        if let Delay::After(latency) = delay {
            let waited = self.changed.wait_timeout_while(self.tags(), latency, waits);
            let (tags, _) = waited.unwrap_or_else(PoisonError::into_inner);
            return !tags.aborted.contains(&tag);
        }
        self.report.hung(&self.name, cdb);
        drop(self.changed.wait_while(self.tags(), waits));
        false
    }

    /// A task management request. Aborted commands are answered before it is.
    pub(crate) fn manage(&self, function: u32, tag: u64) -> Management {
        let name = usize::try_from(function).ok().and_then(|function| FUNCTIONS.get(function));
        let name = name.unwrap_or(&"unknown function");
        self.report.line(&format!("MANAGED {} {name} {}", self.name, self.management.word()));
        if self.management == Management::Done {
            let mut tags = self.tags();
            let doomed: BTreeSet<u64> = match function {
                ABORT_TASK => BTreeSet::from([tag]).intersection(&tags.pending).copied().collect(),
                all if ABORT_ALL.contains(&all) => tags.pending.clone(),
                _ => BTreeSet::new(),
            };
            tags.aborted.extend(&doomed);
            self.changed.notify_all();
            drop(self.changed.wait_while(tags, |tags| !tags.pending.is_disjoint(&doomed)));
        }
        self.management
    }
}
