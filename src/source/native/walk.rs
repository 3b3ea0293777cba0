//! Asks for the pages of a protocol one after another, and notes what became of each.

use std::time::Instant;

use crate::decode::ata::{PowerMode, Registers};
use crate::decode::{Answer, DecodeError, Page, Protocol};
use crate::report::{Outcome, Section};
use crate::source::native::Power;
use crate::source::{Limits, SourceError};
use crate::transport::dump::Kind;
use crate::transport::{Command, Completion, ScsiCdb, TaskFile, Transport, TransportError};

/// A protocol that can be asked for its pages through a transport.
pub trait Speak: Protocol {
    /// The pages besides the first that tell health, temperature and counters, by name.
    const QUICK: &'static [&'static str];

    /// The command that asks for `request`.
    fn command(request: &Self::Request) -> Command;

    /// A gentler command for the same request, for devices that refused the first one with `error`.
    fn again(_request: &Self::Request, _error: &TransportError) -> Option<Command> {
        None
    }
}

/// One conversation with one disk.
pub struct Dialogue<'a> {
    transport: &'a mut dyn Transport,
    limits: Limits,
    buffer: Vec<u8>,
    /// Bytes at the beginning of the buffer that may not be zero.
    used: usize,
    /// A command got no answer: the disk is not asked any more.
    lost: bool,
    /// What is asked for: the name of a page, or of a command.
    asking: &'static str,
    /// Where it was lost.
    stopped_at: Option<Stop>,
    /// What was sent and what came, for the record: also what belongs to no page, as whether the disk sleeps.
    sent: Sent,
    /// How commands ended that were sent before their pages ask for them.
    kept: Vec<Kept>,
    /// Which pages are asked for besides the first. `None`: all but those of [`Protocol::ON_REQUEST`].
    wanted: Option<&'a dyn Fn(&str) -> bool>,
    /// [`Protocol::ON_REQUEST`] is asked for as well.
    on_request: bool,
    /// Only [`Speak::QUICK`] is asked for.
    quick: bool,
}

impl std::fmt::Debug for Dialogue<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dialogue")
            .field("limits", &self.limits)
            .field("lost", &self.lost)
            .finish_non_exhaustive()
    }
}

/// How much passed between host and disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sent {
    /// Commands that were sent.
    pub commands: u32,
    /// Bytes that came.
    pub bytes: u64,
}

/// Where a disk stopped answering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// What was asked for, as the standard names it: `SMART READ DATA`.
    pub page: &'static str,
    /// The [key](Command::key) of the command: `ata:b0/d0`.
    pub command: String,
}

/// Allocation length of INQUIRY: the standard data with its version descriptors.
pub(super) const INQUIRY: u16 = 96;

struct Kept {
    command: Command,
    end: Result<Completion, Trouble>,
    data: Vec<u8>,
}

/// Why a page did not come.
enum Trouble {
    Transport(TransportError),
    Decode(DecodeError),
    NotAsked,
}

impl Trouble {
    fn outcome(&self) -> Outcome {
        match self {
            Self::NotAsked => Outcome::NotAsked,
            Self::Decode(error) => Outcome::Malformed { reason: error.to_string() },
            Self::Transport(error) if error.is_unsupported() => Outcome::Unsupported,
            Self::Transport(TransportError::TimedOut(_)) => Outcome::TimedOut,
            Self::Transport(error) => {
                let (sense, status) = match error {
                    TransportError::Scsi { status, sense } => {
                        (sense.map(|sense| [sense.key, sense.asc, sense.ascq]), Some(u32::from(*status)))
                    }
                    TransportError::Ata { status, error } => {
                        (None, Some(u32::from(*status) << 8 | u32::from(*error)))
                    }
                    TransportError::Nvme(status) => (None, Some(u32::from(status & 0x7ff))),
                    _ => (None, None),
                };
                Outcome::Failed { sense, status, reason: error.to_string() }
            }
        }
    }
}

impl<'a> Dialogue<'a> {
    /// Speaks through `transport`, within `limits`.
    pub fn new(transport: &'a mut dyn Transport, limits: Limits) -> Self {
        Self {
            transport,
            limits,
            buffer: Vec::new(),
            used: 0,
            lost: false,
            asking: "the disk",
            stopped_at: None,
            sent: Sent::default(),
            kept: Vec::new(),
            wanted: None,
            on_request: false,
            quick: false,
        }
    }

    /// Asks only for the pages whose names `wanted` accepts, and for the first, which identifies the disk. The others
    /// are no sections of the record.
    #[must_use]
    pub fn only(self, wanted: &'a dyn Fn(&str) -> bool) -> Self {
        Self { wanted: Some(wanted), ..self }
    }

    /// Asks for what is only asked on request, too.
    #[must_use]
    pub fn on_request(self) -> Self {
        Self { on_request: true, ..self }
    }

    /// Asks for health, temperature and counters alone.
    #[must_use]
    pub fn quick(self) -> Self {
        Self { quick: true, ..self }
    }

    /// Are pages asked for that are not without being named?
    pub fn is_chosen(&self) -> bool {
        self.wanted.is_some()
    }

    /// Where the disk stopped answering. `None`: it did not.
    pub fn stopped_at(&self) -> Option<&Stop> {
        self.stopped_at.as_ref()
    }

    /// What was sent until now.
    pub(super) fn sent(&self) -> Sent {
        self.sent
    }

    /// Sends one command whose answer the way itself depends on.
    ///
    /// # Errors
    /// There is no answer: nothing is known of the disk.
    pub fn once(&mut self, command: &Command) -> Result<Vec<u8>, SourceError> {
        self.asking = if let Command::Ata(_) = command { "IDENTIFY DEVICE" } else { "INQUIRY" };
        match self.send(command) {
            Ok(completion) => Ok(self.buffer[..completion.data_len].to_vec()),
            Err(Trouble::Transport(source)) => Err(SourceError::Identify { command: "INQUIRY", source }),
            Err(_) => Err(SourceError::Deadline),
        }
    }

    /// Who a SCSI target is; the answer stays for its page.
    ///
    /// # Errors
    /// There is no answer: nothing is known of the disk.
    pub fn inquiry(&mut self) -> Result<Vec<u8>, SourceError> {
        let command = Command::Scsi(ScsiCdb::inquiry(INQUIRY));
        self.asking = "INQUIRY";
        let end = self.send(&command);
        match &end {
            Ok(completion) => {
                let data = self.buffer[..completion.data_len].to_vec();
                self.keep(command, end);
                Ok(data)
            }
            // Older targets and USB bridges know 36 bytes of INQUIRY and nothing longer.
            Err(_) if !self.lost => self.once(&Command::Scsi(ScsiCdb::inquiry(36))),
            Err(_) => Err(match end {
                Err(Trouble::Transport(source)) => SourceError::Identify { command: "INQUIRY", source },
                _ => SourceError::Deadline,
            }),
        }
    }

    /// Keeps how `command` ended, which was the last one, for its page.
    fn keep(&mut self, command: Command, end: Result<Completion, Trouble>) {
        self.kept.push(Kept { command, end, data: std::mem::take(&mut self.buffer) });
        self.used = 0;
    }

    /// Sends one command that belongs to no page: the bytes of its answer.
    ///
    /// # Errors
    /// The command failed; `None`: it was not sent, since the disk is lost or its time is over.
    pub fn bytes(&mut self, command: &Command) -> Result<Vec<u8>, Option<TransportError>> {
        match self.send(command) {
            Ok(completion) => Ok(self.buffer[..completion.data_len].to_vec()),
            Err(Trouble::Transport(error)) => Err(Some(error)),
            Err(_) => Err(None),
        }
    }

    /// Asks a disk that speaks `kind` whether it sleeps, without waking it. `None`: it does not say; NVMe has no way to.
    /// The answer of an ATA disk stays for its page.
    pub fn power(&mut self, kind: Kind) -> Option<Power> {
        match kind {
            Kind::Ata => {
                let command = Command::Ata(TaskFile::check_power_mode());
                let end = self.send(&command);
                let registers = end.as_ref().ok().and_then(|completion| completion.registers);
                self.keep(command, end);
                let [mode, _] = registers?.count.to_le_bytes();
                Some(Power::of_ata(mode))
            }
            Kind::Scsi => {
                let completion = self.send(&Command::Scsi(ScsiCdb::request_sense())).ok()?;
                Power::of_scsi(self.buffer.get(..completion.data_len)?)
            }
            Kind::Nvme => None,
        }
    }

    /// What an ATA disk has said of how it sleeps. `None`: it was not asked, or did not say.
    pub fn power_mode(&self) -> Option<PowerMode> {
        let asked = Command::Ata(TaskFile::check_power_mode());
        let kept = self.kept.iter().find(|kept| kept.command == asked)?;
        let [mode, _] = kept.end.as_ref().ok()?.registers?.count.to_le_bytes();
        Some(PowerMode(mode))
    }

    /// Makes sure that a disk that speaks `kind` sleeps less deeply than `from`; the answer stays for its page.
    ///
    /// # Errors
    /// It does sleep so deeply, or does not answer.
    pub fn leave_asleep(&mut self, kind: Kind, from: Power) -> Result<(), SourceError> {
        let (command, title) = match kind {
            Kind::Ata => (Command::Ata(TaskFile::check_power_mode()), "CHECK POWER MODE"),
            Kind::Scsi => (Command::Scsi(ScsiCdb::request_sense()), "REQUEST SENSE"),
            Kind::Nvme => return Ok(()),
        };
        self.asking = title;
        let end = self.send(&command);
        let power = match &end {
            Ok(Completion { registers: Some(registers), .. }) => {
                let [mode, _] = registers.count.to_le_bytes();
                Some(Power::of_ata(mode))
            }
            Ok(completion) => self.buffer.get(..completion.data_len).and_then(Power::of_scsi),
            Err(_) if !self.lost => None,
            Err(_) => {
                return Err(match end {
                    Err(Trouble::Transport(source)) => SourceError::Identify { command: title, source },
                    _ => SourceError::Deadline,
                });
            }
        };
        if power.is_some_and(|power| power >= from) {
            return Err(SourceError::Asleep);
        }
        self.keep(command, end);
        Ok(())
    }

    /// Walks the pages of a protocol, the first of which identifies the disk.
    ///
    /// # Errors
    /// The first page did not come.
    pub fn walk<P: Speak>(&mut self, mut pages: P) -> Result<(P, Vec<Section>), SourceError> {
        let sections = self.walk_knowing(&mut pages, |_| ())?;
        Ok((pages, sections))
    }

    /// The same; `identified` is called when the disk has said who it is, so that what is known of its model can tell
    /// what it must not be asked.
    ///
    /// # Errors
    /// The first page did not come.
    pub fn walk_knowing<P: Speak>(
        &mut self,
        pages: &mut P,
        identified: impl FnOnce(&mut P),
    ) -> Result<Vec<Section>, SourceError> {
        let mut identified = Some(identified);
        let mut sections: Vec<Section> = Vec::with_capacity(P::PAGES.len());
        let mut list_is_missing = false;
        for (index, page) in P::PAGES.iter().enumerate() {
            let wanted = match self.wanted {
                Some(wanted) => wanted(page.name),
                None => self.on_request || !P::ON_REQUEST.contains(&page.name),
            };
            let wanted = wanted && (!self.quick || P::QUICK.contains(&page.name));
            if index > 0 && !wanted {
                continue;
            }
            let (mut section, trouble) = self.page(page, pages);
            let asked = section.outcome != Outcome::Unsupported || section.commands > 0;
            if !asked && (list_is_missing || self.lost || self.limits.left().is_none()) {
                section.outcome = Outcome::NotAsked;
            }
            list_is_missing |= section.outcome.is_gap() && P::LISTS.contains(&page.name);
            if index == 0 {
                match trouble {
                    Some(Trouble::Transport(source)) => {
                        return Err(SourceError::Identify { command: page.title, source });
                    }
                    Some(Trouble::Decode(source)) => {
                        return Err(SourceError::Unreadable { command: page.title, source });
                    }
                    Some(Trouble::NotAsked) => return Err(SourceError::Deadline),
                    None => {}
                }
                if let Some(identified) = identified.take() {
                    identified(pages);
                }
            }
            if asked || !P::FALLBACKS.contains(&page.name) {
                sections.push(section);
            }
        }
        Ok(sections)
    }

    /// One page: all its requests. The first trouble is its outcome, the others are asked all the same.
    fn page<P: Speak>(&mut self, page: &Page<P>, pages: &mut P) -> (Section, Option<Trouble>) {
        let mut section = Section { name: page.name, outcome: Outcome::Unsupported, commands: 0, bytes: 0 };
        let mut first_trouble = None;
        self.asking = page.title;
        let span = tracing::debug_span!("page", name = page.name);
        let _entered = span.enter();
        for request in (page.requests)(pages) {
            let trouble = self.request(page, &request, pages, &mut section).err();
            if let Some(Trouble::Transport(error)) = &trouble {
                tracing::debug!(%error, "no answer");
            }
            if section.outcome == Outcome::Unsupported {
                section.outcome = Outcome::Ok;
            }
            if first_trouble.is_none() {
                first_trouble = trouble;
            }
        }
        if let Some(trouble) = &first_trouble {
            section.outcome = trouble.outcome();
        }
        (section, first_trouble)
    }

    fn request<P: Speak>(
        &mut self,
        page: &Page<P>,
        request: &P::Request,
        pages: &mut P,
        section: &mut Section,
    ) -> Result<(), Trouble> {
        let mut end = self.count(&P::command(request), section);
        if let Err(Trouble::Transport(error)) = &end
            && let Some(gentler) = P::again(request, error)
        {
            end = self.count(&gentler, section);
        }
        let completion = end?;
        let answer = Answer {
            data: &self.buffer[..completion.data_len],
            registers: completion.registers.map(|registers| Registers {
                error: registers.error,
                count: registers.count,
                lba: registers.lba,
                device: registers.device,
                status: registers.status,
            }),
            result: completion.result,
        };
        (page.decode)(request, &answer, pages).map_err(Trouble::Decode)
    }

    /// Sends a command that belongs to `section`.
    fn count(&mut self, command: &Command, section: &mut Section) -> Result<Completion, Trouble> {
        let end = self.send(command);
        if !matches!(end, Err(Trouble::NotAsked)) {
            section.commands += 1;
        }
        if let Ok(completion) = &end {
            section.bytes += u64::try_from(completion.data_len).unwrap_or(u64::MAX);
        }
        end
    }

    fn send(&mut self, command: &Command) -> Result<Completion, Trouble> {
        if let Some(at) = self.kept.iter().position(|kept| kept.command == *command) {
            let kept = self.kept.swap_remove(at);
            self.used = kept.data.len();
            self.buffer = kept.data;
            return kept.end;
        }
        let Some(timeout) = self.limits.left().filter(|_| !self.lost) else {
            self.stop_at(command);
            return Err(Trouble::NotAsked);
        };
        let len = command.data_len();
        self.clean(len);
        let start = Instant::now();
        let end = self.transport.execute(command, &mut self.buffer[..len], timeout);
        tracing::trace!(command = command.key(), took = ?start.elapsed(), ok = end.is_ok(), "command");
        if !matches!(end, Err(TransportError::NotSent)) {
            self.sent.commands += 1;
        }
        match end {
            Ok(mut completion) => {
                completion.data_len = completion.data_len.min(len);
                self.used = completion.data_len;
                self.sent.bytes += u64::try_from(completion.data_len).unwrap_or(u64::MAX);
                Ok(completion)
            }
            Err(TransportError::NotSent) => {
                self.used = len;
                self.lost = true;
                self.stop_at(command);
                Err(Trouble::NotAsked)
            }
            Err(error) => {
                self.used = len;
                if error.is_lost() {
                    self.lost = true;
                    self.stop_at(command);
                }
                Err(Trouble::Transport(error))
            }
        }
    }

    /// Remembers the first command that was in vain, or came too late to be sent.
    fn stop_at(&mut self, command: &Command) {
        if self.stopped_at.is_none() {
            self.stopped_at = Some(Stop { page: self.asking, command: command.key() });
        }
    }

    /// Makes the first `len` bytes of the buffer zero: an answer never ends in what is left of another one, whatever
    /// length the device claims for it. Answers are mostly much shorter than the room for them: what they never reach takes
    /// no memory, as long as the room is made once.
    fn clean(&mut self, len: usize) {
        if self.buffer.len() < len {
            self.buffer = vec![0; len];
        } else {
            self.buffer[..self.used].fill(0);
        }
        self.used = 0;
    }
}
