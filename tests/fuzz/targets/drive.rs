//! A drive that answers each command with what the input has for it.

use std::time::Duration;

use stone_smart::transport::{Command, Completion, Registers, Sense, Transport, TransportError};

use super::input::{Chunk, Input, tag};

/// In the flags of an answer: all bytes that were asked for came, zeros after those of the input.
const WHOLE: u8 = 1 << 2;
/// What decoders look at first (checksums, page codes) is set right.
const MENDED: u8 = 1 << 3;
/// The transport says that more came than there was room for.
const OVERLONG: u8 = 1 << 4;

/// The drive. What the input has no answer for it does not know.
pub(super) struct Drive<'a> {
    answers: Vec<Chunk<'a>>,
}

impl<'a> Drive<'a> {
    pub(super) fn new(input: Input<'a>) -> Self {
        Self { answers: input.chunks().collect() }
    }
}

/// The answer of a device that does not know `command`.
fn unknown(command: &Command) -> TransportError {
    match command {
        Command::Ata(_) => TransportError::Ata { status: 0x51, error: 0x04 },
        Command::Scsi(_) => {
            TransportError::Scsi { status: 0x02, sense: Some(Sense { key: 0x05, asc: 0x20, ascq: 0x00 }) }
        }
        Command::Nvme(_) => TransportError::Nvme(0x4001),
    }
}

impl Transport for Drive<'_> {
    fn execute(
        &mut self,
        command: &Command,
        data: &mut [u8],
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        let tag = tag(&command.key());
        let Some(found) = self.answers.iter().position(|answer| answer.tag == tag) else {
            return Err(unknown(command));
        };
        let Chunk { flags, bytes, .. } = self.answers.remove(found);
        let registers = match flags & 3 {
            0 => None,
            1 => registers(bytes),
            2 => Some(Registers { lba: 0xc2_4f00, status: 0x50, ..Registers::default() }),
            _ => return Err(failure(bytes, timeout)),
        };
        let came = bytes.len().min(data.len());
        data[..came].copy_from_slice(&bytes[..came]);
        let data_len = match flags {
            flags if flags & OVERLONG != 0 => usize::MAX,
            flags if flags & WHOLE != 0 => data.len(),
            _ => came,
        };
        if flags & MENDED != 0 {
            mend(command, data);
        }
        Ok(Completion { data_len, registers, result: bytes.first().copied().unwrap_or(0).into() })
    }
}

/// Any registers, from the first bytes of an answer.
pub(super) fn registers(bytes: &[u8]) -> Option<Registers> {
    let &[error, count0, count1, device, status, lba0, lba1, lba2, lba3, lba4, lba5, ..] = bytes else {
        return None;
    };
    Some(Registers {
        error,
        count: u16::from_le_bytes([count0, count1]),
        lba: u64::from_le_bytes([lba0, lba1, lba2, lba3, lba4, lba5, 0, 0]),
        device,
        status,
    })
}

fn failure(bytes: &[u8], timeout: Duration) -> TransportError {
    let byte = |index: usize| bytes.get(index).copied().unwrap_or(0);
    match byte(0) % 6 {
        0 => TransportError::TimedOut(timeout),
        1 => TransportError::Host { host: byte(1).into(), driver: byte(2).into() },
        2 => TransportError::Scsi { status: byte(1), sense: None },
        3 => {
            let sense = Sense { key: byte(2) & 0x0f, asc: byte(3), ascq: byte(4) };
            TransportError::Scsi { status: byte(1), sense: Some(sense) }
        }
        4 => TransportError::Ata { status: byte(1), error: byte(2) },
        _ => TransportError::Nvme(u16::from_le_bytes([byte(1), byte(2)])),
    }
}

/// Sets what is looked at first, which a fuzzer would take long to guess.
pub(super) fn mend(command: &Command, data: &mut [u8]) {
    match command {
        Command::Ata(_) => checksums(data),
        Command::Scsi(cdb) => {
            let head: &[u8] = match *cdb.bytes() {
                [0x12, 0, ..] => &[0],
                [0x12, _, page, ..] => &[0, page, 0],
                [0x4d, _, page, 0, ..] => &[page & 0x3f, 0],
                [0x4d, _, page, subpage, ..] => &[page & 0x3f | 0x40, subpage],
                _ => &[],
            };
            data.iter_mut().zip(head).for_each(|(byte, right)| *byte = *right);
        }
        Command::Nvme(_) => {}
    }
}

/// The checksum of each 512-byte page, and the signature of IDENTIFY DEVICE data before it.
pub(super) fn checksums(data: &mut [u8]) {
    for page in data.chunks_exact_mut(512) {
        page[510] = 0xa5;
        page[511] = 0;
        page[511] = page.iter().fold(0_u8, |sum, byte| sum.wrapping_sub(*byte));
    }
}
