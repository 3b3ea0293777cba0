//! The bytes of a transcript: a command and how it ended, one after another.

use crate::transport::wire::{Put, Reader};
use crate::transport::{Command, Completion, Registers, Sense, TransportError};

/// Kinds of entries.
pub(super) mod entry {
    pub(in crate::transport::transcript) const OPENED: u8 = 0;
    pub(in crate::transport::transcript) const EXCHANGE: u8 = 1;
    pub(in crate::transport::transcript) const SMARTCTL: u8 = 2;
}

/// A command and how it ended.
pub(super) struct Exchange<'a> {
    pub(super) command: [u8; Command::IDENTITY],
    pub(super) end: Result<Answer<'a>, TransportError>,
}

/// What came back of a command.
pub(super) struct Answer<'a> {
    pub(super) completion: Completion,
    pub(super) bytes: &'a [u8],
}

pub(super) fn exchange<'a>(entries: &mut Reader<'a>) -> Option<Exchange<'a>> {
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

pub(super) fn put_completion(out: &mut Vec<u8>, completion: &Completion, data: &[u8]) {
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

pub(super) fn put_error(out: &mut Vec<u8>, error: &TransportError) {
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
