//! What is known of each disk of a round: whose turn it is, what it has said, when one stops waiting for it. No I/O.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::{Duration, Instant};

use super::frame::{End, FromWorker, Malformed, VERSION};
use super::line::Ear;
use super::order::{Order, Said, Transcript};
use crate::collect::pool::GRACE;
use crate::collect::{CollectError, Options};
use crate::device::BlockDevice;
use crate::source::SourceError;
use crate::transport::transcript::After;

/// The disks of a round. `each` takes every one as its turn ends.
pub(super) struct Desk<F> {
    devices: Vec<BlockDevice>,
    slots: Vec<Slot>,
    options: Options,
    begun: Instant,
    /// When the worker was last heard.
    heard: Instant,
    /// Bytes of all transcripts that are kept.
    kept: Arc<AtomicUsize>,
    /// Was there a disk that did not come to its end by itself?
    is_broken: bool,
    each: F,
}

#[derive(Debug)]
enum Slot {
    Waiting,
    Running {
        since: Instant,
        /// When something was last heard of it.
        said: Instant,
        transcript: Transcript,
    },
    Ended,
}

impl<F: FnMut(Order)> Ear for Desk<F> {
    fn is_done(&self) -> bool {
        self.slots.iter().all(|slot| matches!(slot, Slot::Ended))
    }

    fn take(&mut self, frame: FromWorker<'_>) -> Result<(), Malformed> {
        self.hear(&frame, Instant::now())
    }

    /// The worker is gone, or cannot be understood, as `words` say.
    fn give_up(&mut self, words: &str) {
        self.end_all(|| CollectError::Worker(words.to_owned()));
    }
}

impl<F: FnMut(Order)> Desk<F> {
    pub(super) fn new(devices: Vec<BlockDevice>, options: &Options, each: F) -> Self {
        let now = Instant::now();
        Self {
            slots: devices.iter().map(|_| Slot::Waiting).collect(),
            devices,
            options: *options,
            begun: now,
            heard: now,
            kept: Arc::default(),
            is_broken: false,
            each,
        }
    }

    /// Has the worker brought every disk to its end?
    pub(super) fn all_ended_by_themselves(&self) -> bool {
        !self.is_broken
    }

    fn hear(&mut self, frame: &FromWorker<'_>, now: Instant) -> Result<(), Malformed> {
        self.heard = now;
        match frame {
            FromWorker::Hello { version } if *version == VERSION => Ok(()),
            FromWorker::Hello { .. } => Err(Malformed),
            FromWorker::Started { slot, age } => self.start(*slot, now.checked_sub(*age).unwrap_or(now)),
            FromWorker::Said { slot, entries } => self.note(*slot, entries, now),
            FromWorker::Ended { slot, took, end } => self.end(*slot, end, *took),
            FromWorker::Listed { .. } => Err(Malformed),
        }
    }

    fn index(&self, slot: u32) -> Result<usize, Malformed> {
        usize::try_from(slot).ok().filter(|slot| *slot < self.slots.len()).ok_or(Malformed)
    }

    fn start(&mut self, slot: u32, since: Instant) -> Result<(), Malformed> {
        let slot = self.index(slot)?;
        if matches!(self.slots[slot], Slot::Waiting) {
            let since = since.max(self.begun);
            self.slots[slot] = Slot::Running { since, said: since, transcript: Transcript::new(&self.kept) };
        }
        Ok(())
    }

    fn note(&mut self, slot: u32, entries: &[u8], now: Instant) -> Result<(), Malformed> {
        let slot = self.index(slot)?;
        // What a disk says that was given up is of no use.
        if let Slot::Running { transcript, said, .. } = &mut self.slots[slot] {
            transcript.add(entries)?;
            *said = now;
        }
        Ok(())
    }

    fn end(&mut self, slot: u32, end: &End, took: Duration) -> Result<(), Malformed> {
        let slot = self.index(slot)?;
        let without = match end {
            End::Done => {
                self.finish(slot, After::Nothing, took, None);
                return Ok(());
            }
            End::Late => {
                self.is_broken = true;
                self.finish(slot, After::Silence(took), took, None);
                return Ok(());
            }
            End::RoundOver if matches!(self.slots[slot], Slot::Running { .. }) => {
                self.is_broken = true;
                let error = CollectError::RoundOver(self.options.round_deadline);
                self.finish(slot, After::Silence(took), took, Some(error));
                return Ok(());
            }
            End::RoundOver => CollectError::RoundOver(self.options.round_deadline),
            End::Told(words) => CollectError::Told(words.clone()),
            End::Asleep => CollectError::Source(SourceError::Asleep),
            End::Panicked => CollectError::Panicked,
            End::SameDrive => CollectError::SameDrive,
            End::NoThread(words) => CollectError::NoThread(words.clone()),
        };
        self.give(slot, took, Err(without));
        Ok(())
    }

    /// Ends the turn of a disk: its record is made of what it has said, after which `after` is the case. Where that is
    /// not enough for a record, the cause is `otherwise`, if there is one beyond the disk.
    fn finish(&mut self, slot: usize, after: After, took: Duration, otherwise: Option<CollectError>) {
        let matter = match std::mem::replace(&mut self.slots[slot], Slot::Waiting) {
            Slot::Running { since, said, transcript } => {
                let silent = since.checked_add(took).map(|now| now.saturating_duration_since(said));
                let Options { disk_deadline: deadline, command_timeout, .. } = self.options;
                // What the round cut short hung only if it was silent for longer than its command may take: it has said
                // something, so it is one command. What the worker cut short did not hang.
                let is_cut =
                    matches!(otherwise, Some(CollectError::RoundOver(_) | CollectError::Interrupted));
                let is_stuck = is_cut && !transcript.is_empty() && silent >= Some(command_timeout);
                let hung = match after {
                    After::Nothing => None,
                    _ if took >= deadline => Some(deadline),
                    _ => Some(command_timeout).filter(|_| is_stuck),
                };
                Ok(Said { transcript, after, otherwise, hung })
            }
            Slot::Waiting => Err(CollectError::Worker("tells of the end of what never began".to_owned())),
            Slot::Ended => {
                self.slots[slot] = Slot::Ended;
                return;
            }
        };
        self.give(slot, took, matter);
    }

    fn give(&mut self, slot: usize, took: Duration, matter: Result<Said, CollectError>) {
        if !matches!(self.slots[slot], Slot::Ended) {
            self.slots[slot] = Slot::Ended;
            let device = std::mem::take(&mut self.devices[slot]);
            (self.each)(Order { slot, device, took, matter });
        }
    }

    /// When to look at the clock, if nothing is heard.
    pub(super) fn end_of_patience(&self) -> Instant {
        let limit = self.options.disk_deadline + GRACE;
        let mut end = self.begun + self.options.round_deadline;
        for slot in &self.slots {
            match slot {
                Slot::Running { since, .. } => end = end.min(*since + limit),
                // While disks wait, others are read: from a worker that works something is heard.
                Slot::Waiting => end = end.min(self.heard + limit),
                Slot::Ended => {}
            }
        }
        end
    }

    /// Gives up the disks that are late.
    pub(super) fn look_at_the_clock(&mut self, now: Instant) {
        let limit = self.options.disk_deadline + GRACE;
        let round_is_over = now >= self.begun + self.options.round_deadline;
        let is_silent = now >= self.heard + limit;
        for slot in 0..self.slots.len() {
            match self.slots[slot] {
                Slot::Running { since, .. } if round_is_over || now >= since + limit => {
                    self.is_broken = true;
                    let took = now.saturating_duration_since(since);
                    let error = CollectError::RoundOver(self.options.round_deadline);
                    self.finish(slot, After::Silence(took), took, Some(error).filter(|_| round_is_over));
                }
                Slot::Waiting if round_is_over => {
                    let error = CollectError::RoundOver(self.options.round_deadline);
                    self.give(slot, Duration::ZERO, Err(error));
                }
                Slot::Waiting if is_silent => {
                    self.is_broken = true;
                    let error = CollectError::Worker("does not work any more".to_owned());
                    self.give(slot, Duration::ZERO, Err(error));
                }
                _ => {}
            }
        }
    }

    /// Ends all disks: there is no more time for them.
    pub(super) fn interrupt(&mut self) {
        self.end_all(|| CollectError::Interrupted);
    }

    fn end_all(&mut self, error: impl Fn() -> CollectError) {
        let now = Instant::now();
        for slot in 0..self.slots.len() {
            self.is_broken |= !matches!(self.slots[slot], Slot::Ended);
            match self.slots[slot] {
                Slot::Running { since, .. } => {
                    let took = now.saturating_duration_since(since);
                    self.finish(slot, After::Silence(took), took, Some(error()));
                }
                Slot::Waiting => self.give(slot, Duration::ZERO, Err(error())),
                Slot::Ended => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;
    use crate::collect::Collected;
    use crate::collect::worker::order::LONGEST;
    use crate::report::Record;
    use crate::source::{Made, Make};

    /// Makes nothing, and says what it was given.
    struct Given;

    impl Make for Given {
        fn make(&self, _: &BlockDevice, transcript: &[u8], after: After, _: Duration) -> Made {
            let unanswered = (after != After::Nothing).then(|| "ata:ec".to_owned());
            let result = (transcript != b"foreign").then(|| Ok(Record::default()));
            Made { result, unanswered, timed_out: (transcript == b"late").then(|| "ata:b0/d0".to_owned()) }
        }
    }

    const LIMIT: Duration = Duration::from_secs(1);

    type Ended = Rc<RefCell<Vec<Option<Collected>>>>;

    /// A desk, and the disks that have ended, by their slots.
    fn desk(count: usize) -> (Desk<impl FnMut(Order)>, Ended) {
        let options = Options { disk_deadline: LIMIT, ..Options::default() };
        let ended: Ended = Rc::new(RefCell::new((0..count).map(|_| None).collect()));
        let seen = Rc::clone(&ended);
        let each = move |order: Order| {
            let slot = order.slot;
            let before = seen.borrow_mut()[slot].replace(order.fulfil(&Given));
            assert!(before.is_none(), "a disk ends once");
        };
        (Desk::new(vec![BlockDevice::default(); count], &options, each), ended)
    }

    fn all(ended: &Ended) -> Vec<Collected> {
        ended.take().into_iter().map(Option::unwrap).collect()
    }

    fn started(slot: u32) -> FromWorker<'static> {
        FromWorker::Started { slot, age: Duration::ZERO }
    }

    fn said(slot: u32, entries: &'static [u8]) -> FromWorker<'static> {
        FromWorker::Said { slot, entries }
    }

    fn ended(slot: u32, end: End) -> FromWorker<'static> {
        FromWorker::Ended { slot, took: Duration::ZERO, end }
    }

    #[test]
    fn a_turn_from_begin_to_end() {
        let (mut desk, all_ended) = desk(2);
        for frame in [started(1), said(1, b"a"), said(1, b"b"), ended(1, End::Done), ended(0, End::SameDrive)]
        {
            assert!(!desk.is_done());
            desk.take(frame).unwrap();
        }
        assert!(desk.is_done() && desk.all_ended_by_themselves());
        let collected = all(&all_ended);
        assert!(matches!(collected[0].result, Err(CollectError::SameDrive)));
        assert!(collected[1].result.is_ok() && collected[1].hung_in.is_none());
    }

    #[test]
    fn a_late_disk_is_given_up_and_told_where() {
        let (mut desk, all_ended) = desk(3);
        desk.take(started(0)).unwrap();
        desk.take(said(0, b"a")).unwrap();
        desk.take(started(1)).unwrap();
        desk.look_at_the_clock(Instant::now());
        assert!(matches!(desk.slots[0], Slot::Running { .. }));
        desk.look_at_the_clock(Instant::now() + LIMIT + GRACE);
        // What comes too late changes nothing.
        desk.take(said(0, b"b")).unwrap();
        desk.take(ended(0, End::Done)).unwrap();
        assert!(desk.is_done() && !desk.all_ended_by_themselves());
        let collected = all(&all_ended);
        assert!(collected[0].result.is_ok());
        assert_eq!(collected[0].hung_in.as_deref(), Some("ata:ec"));
        assert!(matches!(collected[1].result, Err(CollectError::Opening(LIMIT))));
        assert!(matches!(collected[2].result, Err(CollectError::Worker(_))), "nothing was heard of it");
    }

    #[test]
    fn the_end_of_the_round_shows_who_hung_as_that_of_the_disk_does() {
        let command_timeout = LIMIT / 2;
        for (silent, hung_in) in [(command_timeout, Some("ata:ec")), (command_timeout / 2, None)] {
            let (mut desk, all_ended) = desk(2);
            desk.options = Options { command_timeout, round_deadline: LIMIT * 3 / 4, ..desk.options };
            desk.take(started(0)).unwrap();
            desk.take(started(1)).unwrap();
            let over = desk.begun + desk.options.round_deadline;
            desk.hear(&said(0, b"a"), over.checked_sub(silent).unwrap()).unwrap();
            desk.look_at_the_clock(over + Duration::from_millis(50));
            let collected = all(&all_ended);
            assert_eq!(collected[0].hung_in.as_deref(), hung_in);
            assert_eq!(collected[1].hung_in, None, "it may be smartctl that takes its time");
        }
    }

    #[test]
    fn a_disk_whose_command_the_kernel_took_back_hung_all_the_same() {
        let (mut desk, all_ended) = desk(1);
        for frame in [started(0), said(0, b"late"), ended(0, End::Done)] {
            desk.take(frame).unwrap();
        }
        assert!(desk.all_ended_by_themselves(), "no thread was left behind");
        let collected = all(&all_ended);
        assert!(collected[0].result.is_ok());
        assert_eq!(collected[0].hung_in.as_deref(), Some("ata:b0/d0"));
    }

    #[test]
    fn a_worker_that_is_gone_made_no_disk_hang() {
        let (mut desk, all_ended) = desk(2);
        desk.take(started(0)).unwrap();
        desk.take(said(0, b"a")).unwrap();
        desk.give_up("ended");
        let collected = all(&all_ended);
        assert!(collected.iter().all(|one| one.hung_in.is_none()));
        assert!(collected[0].result.is_ok() && collected[1].result.is_err());
    }

    #[test]
    fn what_a_hostile_worker_says_is_refused() {
        let refused = [
            FromWorker::Hello { version: VERSION + 1 },
            started(2),
            said(u32::MAX, b""),
            ended(2, End::Done),
            FromWorker::Listed { index: 0, listing: Ok(Vec::new()) },
        ];
        for frame in refused {
            assert_eq!(desk(2).0.take(frame), Err(Malformed));
        }
        let (mut desk, all_ended) = desk(2);
        desk.take(ended(0, End::Done)).unwrap();
        desk.take(started(1)).unwrap();
        desk.take(said(1, b"foreign")).unwrap();
        desk.take(ended(1, End::Done)).unwrap();
        assert!(all(&all_ended).iter().all(|one| matches!(one.result, Err(CollectError::Worker(_)))));
    }

    #[test]
    fn a_transcript_without_end_is_refused() {
        static LONG: [u8; 1 << 20] = [0; 1 << 20];
        let (mut desk, _) = desk(1);
        desk.take(started(0)).unwrap();
        let refused = (0..=LONGEST >> 20).find(|_| desk.take(said(0, &LONG)).is_err());
        assert_eq!(refused, Some(LONGEST >> 20));
    }
}
