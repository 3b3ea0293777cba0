//! The loop: what is due is begun, what ends is noted, who asks is told, and SIGTERM ends it within seconds.

use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::process::Command;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use sd_notify::NotifyState;

use super::board::{Board, Round, Sending};
use super::clock::Now;
use super::schedule::Schedule;
use super::sender::Sender;
use super::signals::{Signals, Told};
use crate::collect::worker::{Interrupts, Teller};

/// The loop looks around at least this often.
const TICK: Duration = Duration::from_secs(1);
/// Time for the threads to end after SIGTERM; a disk that hangs is left behind then.
const TO_LEAVE: Duration = Duration::from_secs(2);

/// What the service is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duties {
    /// Read the disks.
    pub reads: bool,
    /// A round that takes longer than this is stuck, and the watchdog is no longer told that all is well.
    pub longest_round: Duration,
    /// How often options are looked at.
    pub look: Duration,
}

/// What the options and the state say.
#[derive(Debug, Clone)]
pub struct Facts {
    /// From one round to the next.
    pub period: Duration,
    /// What there is to send.
    pub sending: Sending,
}

/// How a round ended.
#[derive(Debug)]
pub struct RoundEnd {
    /// What is served from now on. `None`: what was.
    pub round: Option<Round>,
    /// Whether all that belongs to it was done. If not, why was said, and the next one comes sooner.
    pub is_well: bool,
}

const FAILED: RoundEnd = RoundEnd { round: None, is_well: false };

/// The work itself, brought by the face of the program.
pub trait Work: Send + Sync + 'static {
    /// Reads all disks; ends early when `interrupts` say so.
    fn round(&self, interrupts: &Interrupts) -> RoundEnd;

    /// Looks at options and state. `None`: they cannot be read, which was said; those of before hold.
    fn facts(&self) -> Option<Facts>;

    /// The command that sends what is due. `None`: nothing is sent by this service.
    fn sender(&self) -> Option<Command>;

    /// When the disks were read last, in seconds since 1970 UTC, by what outlasts a process.
    fn last_round(&self) -> Option<i64>;
}

/// What other threads tell the loop.
enum News {
    Facts(Box<Facts>),
    Round(RoundEnd),
}

/// Wakes the loop.
#[derive(Clone)]
struct Bell {
    news: mpsc::Sender<News>,
    wire: Arc<Mutex<UnixStream>>,
}

impl Bell {
    fn ring(&self, news: News) {
        _ = self.news.send(news);
        // A wire that is full wakes the loop as well.
        _ = self.wire.lock().unwrap_or_else(PoisonError::into_inner).write(&[1]);
    }
}

/// Runs the service until SIGTERM or SIGINT.
///
/// # Errors
/// It cannot be started.
pub fn run(
    work: Arc<dyn Work>,
    board: Arc<Board>,
    duties: Duties,
    ready: impl FnOnce() -> io::Result<()>,
) -> io::Result<()> {
    let signals = Signals::hold()?;
    let (mut wire, far) = UnixStream::pair()?;
    wire.set_nonblocking(true)?;
    far.set_nonblocking(true)?;
    let (sender, news) = mpsc::channel();
    let bell = Bell { news: sender, wire: Arc::new(Mutex::new(far)) };

    let facts = work.facts();
    let period = facts.as_ref().map_or(Duration::from_secs(86_400), |facts| facts.period);
    let schedule = Schedule::new(Now::read(), period, work.last_round());
    let look = look_at_options(work.clone(), bell.clone(), duties.look)?;
    let mut service = Service {
        work,
        board,
        duties,
        schedule,
        sending: facts.map(|facts| facts.sending).unwrap_or_default(),
        look,
        bell,
        reader: None,
        sender: None,
        watchdog: Watchdog::new(),
    };
    service.show();
    ready()?;
    tell(&[NotifyState::Ready]);
    loop {
        match signals.take() {
            Some(Told::End) => break,
            Some(Told::Reload) => service.reload(),
            None => {}
        }
        service.hear(&news);
        service.begin_what_is_due();
        service.show();
        service.watchdog.pet(service.is_well());
        let mut waits = [
            PollFd::new(signals.descriptor(), PollFlags::POLLIN),
            PollFd::new(wire.as_fd(), PollFlags::POLLIN),
        ];
        match poll(&mut waits, PollTimeout::try_from(TICK).unwrap_or(PollTimeout::MAX)) {
            Ok(_) | Err(nix::errno::Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
        let mut rung = [0; 64];
        while matches!(wire.read(&mut rung), Ok(1..)) {}
    }
    tell(&[NotifyState::Stopping]);
    service.end(&news);
    Ok(())
}

struct Service {
    work: Arc<dyn Work>,
    board: Arc<Board>,
    duties: Duties,
    schedule: Schedule,
    sending: Sending,
    look: SyncSender<()>,
    bell: Bell,
    /// Ends the round that is under way. `None`: none is.
    reader: Option<Teller>,
    sender: Option<Sender>,
    watchdog: Watchdog,
}

impl Service {
    fn hear(&mut self, news: &Receiver<News>) {
        for news in news.try_iter() {
            match news {
                News::Facts(facts) => {
                    self.schedule.set_period(Now::read(), facts.period);
                    if facts.sending.route != self.sending.route {
                        self.schedule.lift_send_pause(Now::read());
                    }
                    self.sending = facts.sending;
                }
                News::Round(end) => {
                    self.reader = None;
                    self.round_ended(end);
                }
            }
        }
        if let Some(is_well) = self.sender.as_mut().and_then(Sender::ended) {
            self.sender = None;
            self.schedule.send_ended(Now::read(), is_well);
            self.look_anew();
        }
    }

    fn round_ended(&mut self, end: RoundEnd) {
        let now = Now::read();
        self.schedule.round_ended(now, end.is_well);
        if let Some(round) = end.round {
            self.board.put(round, now);
        }
        self.look_anew();
    }

    /// What was known of reports is so no longer: until it is known what is due, nothing is.
    fn look_anew(&mut self) {
        self.sending.outgoing = Default::default();
        self.look_now();
    }

    fn begin_what_is_due(&mut self) {
        let now = Now::read();
        let due = if self.duties.reads {
            self.schedule.take(now, &self.sending.outgoing)
        } else {
            self.schedule.take_send(now, &self.sending.outgoing)
        };
        if due.round {
            self.begin_round();
        }
        if due.send {
            match self.work.sender().map(Sender::start) {
                Some(Ok(sender)) => self.sender = Some(sender),
                Some(Err(error)) => {
                    tracing::warn!(%error, "no process can be started that sends");
                    self.schedule.send_ended(now, false);
                }
                None => self.schedule.send_ended(now, true),
            }
        }
    }

    /// One thread for one round: there is never a second one, for the schedule knows that the first has not ended.
    fn begin_round(&mut self) {
        let begun = Interrupts::told().and_then(|(interrupts, teller)| {
            let (work, bell) = (self.work.clone(), self.bell.clone());
            thread::Builder::new().name("read".into()).spawn(move || {
                let round = || work.round(&interrupts);
                let end = std::panic::catch_unwind(std::panic::AssertUnwindSafe(round));
                bell.ring(News::Round(end.unwrap_or(FAILED)));
            })?;
            Ok(teller)
        });
        match begun {
            Ok(teller) => self.reader = Some(teller),
            Err(error) => {
                tracing::warn!(%error, "no thread can be started that reads disks");
                self.schedule.round_ended(Now::read(), false);
            }
        }
    }

    fn reload(&mut self) {
        self.schedule.lift_pauses(Now::read());
        self.look_now();
    }

    fn look_now(&self) {
        // It looks already, or is about to.
        _ = self.look.try_send(());
    }

    fn show(&self) {
        let next = self.duties.reads.then(|| self.schedule.next_round());
        self.board.plan(next, self.schedule.period());
        if self.work.sender().is_some() {
            self.board.sending(self.sending.clone());
        }
    }

    /// Is no round stuck?
    fn is_well(&self) -> bool {
        let longest = i64::try_from(self.duties.longest_round.as_millis()).unwrap_or(i64::MAX);
        self.schedule.reading_since().is_none_or(|since| Now::read().boot.saturating_sub(since) < longest)
    }

    /// What has been read is stored, what is being sent waits; whoever hangs is left behind.
    fn end(&mut self, news: &Receiver<News>) {
        if let Some(reader) = &self.reader {
            reader.tell();
        }
        if let Some(sender) = &mut self.sender {
            sender.end();
        }
        let until = Instant::now() + TO_LEAVE;
        while self.reader.is_some() {
            match news.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(News::Round(_)) => self.reader = None,
                Ok(News::Facts(_)) => {}
                Err(_) => break,
            }
        }
    }
}

/// A thread that looks at options and state, every `pause` and when it is asked to: a cluster may take its time to answer.
fn look_at_options(work: Arc<dyn Work>, bell: Bell, pause: Duration) -> io::Result<SyncSender<()>> {
    let (ask, asked) = mpsc::sync_channel(1);
    thread::Builder::new().name("options".into()).spawn(move || {
        while !matches!(asked.recv_timeout(pause), Err(RecvTimeoutError::Disconnected)) {
            if let Some(facts) = work.facts() {
                bell.ring(News::Facts(Box::new(facts)));
            }
        }
    })?;
    Ok(ask)
}

/// Tells systemd, where it wants to know.
fn tell(state: &[NotifyState<'_>]) {
    _ = sd_notify::notify(state).inspect_err(|error| tracing::debug!(%error, "systemd cannot be told"));
}

/// The watchdog of systemd: it has to be told that all is well.
struct Watchdog {
    /// `None`: there is none.
    pause: Option<Duration>,
    last: Option<Instant>,
}

impl Watchdog {
    fn new() -> Self {
        Self { pause: sd_notify::watchdog_enabled().map(|limit| limit / 3), last: None }
    }

    fn pet(&mut self, is_well: bool) {
        let Some(pause) = self.pause.filter(|_| is_well) else { return };
        if self.last.is_none_or(|last| last.elapsed() >= pause) {
            tell(&[NotifyState::Watchdog]);
            self.last = Some(Instant::now());
        }
    }
}
