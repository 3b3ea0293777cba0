//! What a disk answered, written down as it goes, and given again to whoever asks the same: a disk is asked in one
//! process, and its record made in another.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::wire::{Put, Reader};
use super::{Command, Completion, Registers, Sense, Transport, TransportError};

/// Kinds of entries.
mod entry {
    pub(super) const OPENED: u8 = 0;
    pub(super) const EXCHANGE: u8 = 1;
    pub(super) const SMARTCTL: u8 = 2;
}

/// A transcript while it is written: whoever holds it may take away what is there so far, whole entries.
#[derive(Debug, Default)]
pub struct Paper(Mutex<Vec<u8>>);

impl Paper {
    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        // Nothing that holds the lock can panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that the way to the disk is open.
    pub fn opened(&self) {
        self.lock().put_u8(entry::OPENED);
    }

    /// Notes what smartctl printed, and its exit status.
    pub fn smartctl(&self, output: &[u8], status: u8) {
        let mut out = self.lock();
        out.put_u8(entry::SMARTCTL);
        out.put_u8(status);
        out.put_bytes(output);
    }

    fn exchange(&self, command: &Command, end: &Result<Completion, TransportError>, data: &[u8]) {
        let mut out = self.lock();
        out.put_u8(entry::EXCHANGE);
        out.extend(command.identity());
        match end {
            Ok(completion) => {
                out.put_u8(0);
                let data = data.get(..completion.data_len).unwrap_or(data);
                put_completion(&mut out, completion, data);
            }
            Err(error) => put_error(&mut out, error),
        }
    }

    /// Takes away what is there.
    pub fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.lock())
    }
}

/// A transport that writes down what goes through the one inside it.
pub struct Transcribe<'a> {
    inner: Box<dyn Transport>,
    paper: &'a Paper,
}

impl fmt::Debug for Transcribe<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transcribe").field("paper", &self.paper).finish_non_exhaustive()
    }
}

impl<'a> Transcribe<'a> {
    /// Writes what goes through `inner` on `paper`.
    pub fn new(inner: Box<dyn Transport>, paper: &'a Paper) -> Self {
        paper.opened();
        Self { inner, paper }
    }
}

impl Transport for Transcribe<'_> {
    fn execute(
        &mut self,
        command: &Command,
        data: &mut [u8],
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        let end = self.inner.execute(command, data, timeout);
        self.paper.exchange(command, &end, data);
        end
    }
}

/// Why a transcript ends where it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// All was said: what is not in it was not asked.
    Nothing,
    /// The next command was sent, and there was no answer for so long.
    Silence(Duration),
}

/// A transport that answers from a transcript, as long as the same is asked in the same order.
///
/// The transcript may be anyone's bytes: it is checked as it is read, and nothing is given but what was asked for.
#[derive(Debug)]
pub struct Playback<'a> {
    entries: Reader<'a>,
    after: After,
    is_foreign: bool,
    unanswered: Option<String>,
}

impl<'a> Playback<'a> {
    /// Answers from `transcript`, beyond which `after` is the case.
    pub fn new(transcript: &'a [u8], after: After) -> Self {
        Self { entries: Reader::new(transcript), after, is_foreign: false, unanswered: None }
    }

    /// Was something asked that the transcript does not hold at that place, or is it no transcript?
    pub fn is_foreign(&self) -> bool {
        self.is_foreign
    }

    /// Key of the command that got no answer. `None`: all were answered.
    pub fn unanswered(&self) -> Option<&str> {
        self.unanswered.as_deref()
    }

    /// The next exchange. `Ok(None)`: there is none; `Err`: this is no transcript.
    fn next(&mut self) -> Result<Option<Exchange<'a>>, Foreign> {
        while !self.entries.is_empty() {
            match self.entries.u8() {
                Some(entry::OPENED) => {}
                Some(entry::EXCHANGE) => return exchange(&mut self.entries).map(Some).ok_or(Foreign),
                Some(entry::SMARTCTL) => {
                    self.entries.u8().and_then(|_| self.entries.bytes()).ok_or(Foreign)?;
                }
                _ => return Err(Foreign),
            }
        }
        Ok(None)
    }
}

impl Transport for Playback<'_> {
    fn execute(
        &mut self,
        command: &Command,
        data: &mut [u8],
        _: Duration,
    ) -> Result<Completion, TransportError> {
        if self.is_foreign {
            return Err(TransportError::NotSent);
        }
        match self.next() {
            Ok(Some(exchange)) if exchange.command == command.identity() => {
                let Answer { mut completion, bytes } = exchange.end?;
                let room = command.room(data)?;
                completion.data_len = bytes.len().min(room.len());
                room[..completion.data_len].copy_from_slice(&bytes[..completion.data_len]);
                Ok(completion)
            }
            Ok(None) => match self.after {
                After::Nothing => Err(TransportError::NotSent),
                After::Silence(time) => {
                    self.after = After::Nothing;
                    self.unanswered = Some(command.key());
                    Err(TransportError::TimedOut(time))
                }
            },
            Ok(Some(_)) | Err(Foreign) => {
                self.is_foreign = true;
                Err(TransportError::NotSent)
            }
        }
    }
}

/// What smartctl printed, and its exit status. `None`: it was not called, or did not end.
pub fn smartctl(transcript: &[u8]) -> Option<(&[u8], u8)> {
    let mut entries = Reader::new(transcript);
    loop {
        match entries.u8()? {
            entry::OPENED => {}
            entry::EXCHANGE => _ = exchange(&mut entries)?,
            entry::SMARTCTL => {
                let status = entries.u8()?;
                return Some((entries.bytes()?, status));
            }
            _ => return None,
        }
    }
}

/// The bytes are no transcript of this conversation.
struct Foreign;

struct Exchange<'a> {
    command: [u8; Command::IDENTITY],
    end: Result<Answer<'a>, TransportError>,
}

struct Answer<'a> {
    completion: Completion,
    bytes: &'a [u8],
}

fn exchange<'a>(entries: &mut Reader<'a>) -> Option<Exchange<'a>> {
    let command = entries.array()?;
    let end = match entries.u8()? {
        0 => {
            let result = entries.u32()?;
            let registers = entries.some(registers)?;
            let bytes = entries.bytes()?;
            Ok(Answer { completion: Completion { data_len: bytes.len(), registers, result }, bytes })
        }
        kind => Err(error(kind, entries)?),
    };
    Some(Exchange { command, end })
}

fn put_completion(out: &mut Vec<u8>, completion: &Completion, data: &[u8]) {
    out.put_u32(completion.result);
    out.put_some(completion.registers, |out, registers| {
        out.extend([registers.error, registers.device, registers.status]);
        out.put_u16(registers.count);
        out.put_u64(registers.lba);
    });
    out.put_bytes(data);
}

fn registers(entries: &mut Reader<'_>) -> Option<Registers> {
    let [error, device, status] = entries.array()?;
    Some(Registers { error, device, status, count: entries.u16()?, lba: entries.u64()? })
}

/// Words that a `WrongKind` is made of.
const KINDS: [&str; 6] = ["SG_IO", "SAT", "NVMe", "SCSI", "ATA", "MegaRAID"];

fn put_error(out: &mut Vec<u8>, error: &TransportError) {
    let index = |word: &str| {
        u8::try_from(KINDS.iter().position(|kind| *kind == word).unwrap_or(KINDS.len())).unwrap_or(u8::MAX)
    };
    match error {
        TransportError::Refused(error) => {
            out.put_u8(1);
            out.put_io_error(error);
        }
        TransportError::TimedOut(time) => {
            out.put_u8(2);
            out.put_time(*time);
        }
        TransportError::Host { host, driver } => {
            out.put_u8(3);
            out.put_u16(*host);
            out.put_u16(*driver);
        }
        TransportError::Scsi { status, sense } => {
            out.extend([4, *status]);
            out.put_some(*sense, |out, sense| out.extend([sense.key, sense.asc, sense.ascq]));
        }
        TransportError::Ata { status, error } => out.extend([5, *status, *error]),
        TransportError::Nvme(status) => {
            out.put_u8(6);
            out.put_u16(*status);
        }
        TransportError::MegaRaid(status) => out.extend([7, *status]),
        TransportError::WrongKind { transport, command } => out.extend([8, index(transport), index(command)]),
        TransportError::Dump { file, source } => {
            out.put_u8(9);
            out.put_bytes(file.as_bytes());
            out.put_io_error(source);
        }
        TransportError::DumpWrite { path, source } => {
            out.put_u8(10);
            out.put_path(path);
            out.put_io_error(source);
        }
        TransportError::NotSent => out.put_u8(11),
    }
}

fn error(kind: u8, entries: &mut Reader<'_>) -> Option<TransportError> {
    let word = |index: u8| KINDS.get(usize::from(index)).copied().unwrap_or("another");
    Some(match kind {
        1 => TransportError::Refused(entries.io_error()?),
        2 => TransportError::TimedOut(entries.time()?),
        3 => TransportError::Host { host: entries.u16()?, driver: entries.u16()? },
        4 => {
            let status = entries.u8()?;
            let sense = entries.some(Reader::array)?.map(|[key, asc, ascq]| Sense { key, asc, ascq });
            TransportError::Scsi { status, sense }
        }
        5 => TransportError::Ata { status: entries.u8()?, error: entries.u8()? },
        6 => TransportError::Nvme(entries.u16()?),
        7 => TransportError::MegaRaid(entries.u8()?),
        8 => TransportError::WrongKind { transport: word(entries.u8()?), command: word(entries.u8()?) },
        9 => TransportError::Dump { file: entries.text()?, source: entries.io_error()? },
        10 => TransportError::DumpWrite { path: entries.path()?, source: entries.io_error()? },
        11 => TransportError::NotSent,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::PathBuf;

    use proptest::prelude::*;

    use super::*;
    use crate::transport::{NvmeAdmin, ScsiCdb, TaskFile};

    const SECOND: Duration = Duration::from_secs(1);

    /// Answers one after another with what it was given.
    struct Script(Vec<Result<Completion, TransportError>>);

    impl Transport for Script {
        fn execute(
            &mut self,
            _: &Command,
            data: &mut [u8],
            _: Duration,
        ) -> Result<Completion, TransportError> {
            data.fill(0x5a);
            self.0.remove(0)
        }
    }

    fn commands() -> Vec<Command> {
        vec![
            Command::Ata(TaskFile::identify_device()),
            Command::Ata(TaskFile::sct_read_timer()),
            Command::Ata(TaskFile::sct_write_timer()),
            Command::Ata(TaskFile::read_log_ext(4, 1, 1)),
            Command::Ata(TaskFile::read_log_ext(4, 2, 1)),
            Command::Scsi(ScsiCdb::inquiry(96)),
            Command::Scsi(ScsiCdb::inquiry(36)),
            Command::Nvme(NvmeAdmin::get_log_page(2, 1, 512)),
            Command::Nvme(NvmeAdmin::get_log_page(2, 2, 512)),
            Command::Nvme(NvmeAdmin::identify(1, 0)),
        ]
    }

    fn errors() -> Vec<TransportError> {
        let sense = Some(Sense { key: 5, asc: 0x24, ascq: 1 });
        vec![
            TransportError::Refused(io::Error::from_raw_os_error(1)),
            TransportError::Refused(io::Error::other("words")),
            TransportError::TimedOut(SECOND),
            TransportError::Host { host: 7, driver: 8 },
            TransportError::Scsi { status: 2, sense },
            TransportError::Scsi { status: 8, sense: None },
            TransportError::Ata { status: 0x51, error: 4 },
            TransportError::Nvme(0x4002),
            TransportError::MegaRaid(0x2d),
            TransportError::WrongKind { transport: "SAT", command: "NVMe" },
            TransportError::Dump { file: "identify.bin".into(), source: io::Error::from_raw_os_error(5) },
            TransportError::DumpWrite { path: PathBuf::from("/x"), source: io::Error::from_raw_os_error(28) },
            TransportError::NotSent,
        ]
    }

    #[test]
    fn each_command_is_told_from_the_others() {
        let mut identities: Vec<_> = commands().iter().map(Command::identity).collect();
        identities.sort_unstable();
        identities.dedup();
        assert_eq!(identities.len(), commands().len());
    }

    #[test]
    fn every_end_comes_back_as_it_was() {
        let registers = Registers { error: 1, count: 2, lba: 0xc2_4f00, device: 3, status: 0x50 };
        let done = Completion { data_len: 512, registers: Some(registers), result: 9 };
        let paper = Paper::default();
        let command = Command::Ata(TaskFile::identify_device());
        let ends = errors().into_iter().map(Err).chain([Ok(done)]).collect();
        let mut transcribe = Transcribe::new(Box::new(Script(ends)), &paper);
        for _ in 0..=errors().len() {
            _ = transcribe.execute(&command, &mut [0; 512], SECOND);
        }
        let transcript = paper.take();
        assert!(paper.take().is_empty());
        let mut playback = Playback::new(&transcript, After::Nothing);
        for error in errors() {
            let played = playback.execute(&command, &mut [0; 512], SECOND).unwrap_err();
            assert_eq!(format!("{played:?}").replace("Custom { kind: Other, error: \"words\" }", ""), {
                format!("{error:?}").replace("Custom { kind: Other, error: \"words\" }", "")
            });
        }
        let mut data = [0; 512];
        assert_eq!(playback.execute(&command, &mut data, SECOND).unwrap(), done);
        assert_eq!(data, [0x5a; 512]);
        assert!(matches!(playback.execute(&command, &mut data, SECOND), Err(TransportError::NotSent)));
        assert!(!playback.is_foreign() && playback.unanswered().is_none());
    }

    #[test]
    fn beyond_the_end_the_next_command_is_the_one_that_got_no_answer() {
        let mut playback = Playback::new(&[entry::OPENED], After::Silence(SECOND));
        let command = Command::Ata(TaskFile::smart_read_data());
        let error = playback.execute(&command, &mut [0; 512], SECOND).unwrap_err();
        assert!(matches!(error, TransportError::TimedOut(SECOND)));
        assert_eq!(playback.unanswered(), Some("ata:b0/d0"));
    }

    #[test]
    fn an_answer_to_something_else_is_not_given() {
        let paper = Paper::default();
        let mut transcribe = Transcribe::new(Box::new(Script(vec![Ok(Completion::default())])), &paper);
        transcribe.execute(&commands()[5], &mut [0; 96], SECOND).unwrap();
        let transcript = paper.take();
        let mut playback = Playback::new(&transcript, After::Silence(SECOND));
        let end = playback.execute(&commands()[6], &mut [0; 36], SECOND);
        assert!(matches!(end, Err(TransportError::NotSent)) && playback.is_foreign());
    }

    #[test]
    fn smartctls_answer_is_found_behind_exchanges() {
        let paper = Paper::default();
        Transcribe::new(Box::new(Script(vec![Err(TransportError::NotSent)])), &paper)
            .execute(&commands()[0], &mut [0; 512], SECOND)
            .unwrap_err();
        paper.smartctl(b"{}", 4);
        let transcript = paper.take();
        assert_eq!(smartctl(&transcript), Some((&b"{}"[..], 4)));
        for end in 0..transcript.len() {
            assert_eq!(smartctl(&transcript[..end]), None, "{end}");
        }
    }

    proptest! {
        #[test]
        fn hostile_transcripts_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            for command in commands() {
                let mut data = vec![0; command.data_len()];
                let mut framed = vec![entry::EXCHANGE];
                framed.extend(command.identity());
                framed.extend(&bytes);
                for transcript in [&bytes, &framed] {
                    let mut playback = Playback::new(transcript, After::Nothing);
                    if let Ok(completion) = playback.execute(&command, &mut data, SECOND) {
                        prop_assert!(completion.data_len <= data.len());
                    }
                    _ = smartctl(transcript);
                }
            }
        }
    }
}
