//! Asks for the pages of a protocol one after another, and notes what became of each.

use std::time::Instant;

use crate::decode::{Answer, DecodeError, Page, Protocol, ata::Registers};
use crate::report::{Outcome, Section};
use crate::source::native::Power;
use crate::source::{Limits, SourceError};
use crate::transport::dump::Kind;
use crate::transport::{Command, Completion, ScsiCdb, TaskFile, Transport, TransportError};

/// A protocol that can be asked for its pages through a transport.
pub trait Speak: Protocol {
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
    /// Which pages are asked for besides the first.
    wanted: &'a dyn Fn(&str) -> bool,
}

impl std::fmt::Debug for Dialogue<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dialogue")
            .field("limits", &self.limits)
            .field("lost", &self.lost)
            .finish_non_exhaustive()
    }
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
        Self { transport, limits, buffer: Vec::new(), used: 0, lost: false, wanted: &|_| true }
    }

    /// Asks only for the pages whose names `wanted` accepts, and for the first, which identifies the disk. The others
    /// are no sections of the record.
    #[must_use]
    pub fn only(self, wanted: &'a dyn Fn(&str) -> bool) -> Self {
        Self { wanted, ..self }
    }

    /// Sends one command whose answer the way itself depends on.
    ///
    /// # Errors
    /// There is no answer: nothing is known of the disk.
    pub fn once(&mut self, command: &Command) -> Result<Vec<u8>, SourceError> {
        match self.send(command) {
            Ok(completion) => Ok(self.buffer[..completion.data_len].to_vec()),
            Err(Trouble::Transport(source)) => Err(SourceError::Identify { command: "INQUIRY", source }),
            Err(_) => Err(SourceError::Deadline),
        }
    }

    /// Asks a disk that speaks `kind` whether it sleeps, without waking it. `None`: it does not say; NVMe has no way to.
    pub fn power(&mut self, kind: Kind) -> Option<Power> {
        match kind {
            Kind::Ata => {
                let completion = self.send(&Command::Ata(TaskFile::check_power_mode())).ok()?;
                let [mode, _] = completion.registers?.count.to_le_bytes();
                Some(Power::of_ata(mode))
            }
            Kind::Scsi => {
                let completion = self.send(&Command::Scsi(ScsiCdb::request_sense())).ok()?;
                Power::of_scsi(self.buffer.get(..completion.data_len)?)
            }
            Kind::Nvme => None,
        }
    }

    /// Walks the pages of a protocol, the first of which identifies the disk.
    ///
    /// # Errors
    /// The first page did not come.
    pub fn walk<P: Speak>(&mut self, mut pages: P) -> Result<(P, Vec<Section>), SourceError> {
        let mut sections: Vec<Section> = Vec::with_capacity(P::PAGES.len());
        let mut list_is_missing = false;
        for (index, page) in P::PAGES.iter().enumerate() {
            if index > 0 && !(self.wanted)(page.name) {
                continue;
            }
            let (mut section, trouble) = self.page(page, &mut pages);
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
            }
            sections.push(section);
        }
        Ok((pages, sections))
    }

    /// One page: all its requests. The first trouble is its outcome, the others are asked all the same.
    fn page<P: Speak>(&mut self, page: &Page<P>, pages: &mut P) -> (Section, Option<Trouble>) {
        let mut section = Section { name: page.name, outcome: Outcome::Unsupported, commands: 0, bytes: 0 };
        let mut first_trouble = None;
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
        let Some(timeout) = self.limits.left().filter(|_| !self.lost) else {
            return Err(Trouble::NotAsked);
        };
        let len = command.data_len();
        self.clean(len);
        let start = Instant::now();
        let end = self.transport.execute(command, &mut self.buffer[..len], timeout);
        tracing::trace!(command = command.key(), took = ?start.elapsed(), ok = end.is_ok(), "command");
        match end {
            Ok(mut completion) => {
                completion.data_len = completion.data_len.min(len);
                self.used = completion.data_len;
                Ok(completion)
            }
            Err(error) => {
                self.used = len;
                self.lost |= error.is_lost();
                Err(Trouble::Transport(error))
            }
        }
    }

    /// Makes the first `len` bytes of the buffer zero: an answer never ends in what is left of another one, whatever
    /// length the device claims for it. Answers are mostly much shorter than the room for them.
    fn clean(&mut self, len: usize) {
        if self.buffer.len() < len {
            self.buffer = vec![0; len];
        } else {
            self.buffer[..self.used].fill(0);
        }
        self.used = 0;
    }
}
