//! What a drive answers: the recorded answers, and around them what makes a disk of it for the kernel.

use std::time::Duration;

use stone_smart::transport::dump::Kind;
use stone_smart::transport::{Command, Completion, Delay, Registers, Replay, TransportError};

use crate::command::{PassThrough, decode};
use crate::harm::would_change;
use crate::request::Ended;
use crate::sat::{self, Identify};

const CHECK_CONDITION: u8 = 0x02;
/// ATA STATUS of a command that ended well: DRDY, and the obsolete DSC.
const GOOD: Registers = Registers { error: 0, count: 0, lba: 0, device: 0, status: 0x50 };

/// The answers of one drive.
pub(crate) struct Answers {
    replay: Replay,
    /// IDENTIFY DEVICE data of an ATA drive.
    identify: Option<Identify>,
}

/// READ of all lengths.
fn is_read(cdb: &[u8; 32]) -> bool {
    matches!(cdb[0], 0x08 | 0x28 | 0x88 | 0xa8)
}

impl Answers {
    pub(crate) fn new(replay: Replay) -> Self {
        let identify = (replay.kind() == Kind::Ata).then(|| {
            let data = replay.dump().answer("identify.bin").ok().flatten();
            Identify::new(&data.unwrap_or_default())
        });
        Self { replay, identify }
    }

    /// When the drive answers. What is not in a dump at all is answered at once, but by a drive that is dead, and reads of
    /// the medium, which take as long as other commands.
    pub(crate) fn delay(&mut self, cdb: &[u8; 32], sent: &[u8]) -> Delay {
        match decode(cdb, sent) {
            Some(command) => self.replay.delay(&command),
            None if self.replay.dump().values("hang").any(|hang| hang == "all") => Delay::Never,
            None if is_read(cdb) => {
                let latency = self.replay.dump().number("latency_us");
                Delay::After(Duration::from_micros(latency.unwrap_or(0)))
            }
            None => Delay::After(Duration::ZERO),
        }
    }

    /// The answer to a command with room for `room` bytes.
    pub(crate) fn end(&mut self, cdb: &[u8; 32], sent: &[u8], room: usize) -> Ended {
        if would_change(cdb, sent) {
            // DATA PROTECT, WRITE PROTECTED.
            return refused(0x07, 0x27, 0x00);
        }
        if is_read(cdb) {
            // The medium is empty.
            return good(vec![0; room]);
        }
        match cdb[0] {
            // SYNCHRONIZE CACHE
            0x35 | 0x91 => return good(Vec::new()),
            // REPORT LUNS: LUN 0.
            0xa0 => return good([&[0, 0, 0, 8][..], &[0; 12]].concat()),
            _ => {}
        }
        if let Some(passed) = PassThrough::decode(cdb).filter(|_| self.identify.is_some()) {
            return self.pass_through(&passed, decode(cdb, sent));
        }
        if let Some(ended) = self.identify.as_ref().and_then(|identify| translated(identify, cdb)) {
            return ended;
        }
        // ILLEGAL REQUEST, INVALID COMMAND OPERATION CODE.
        let Some(command) = decode(cdb, sent) else { return refused(0x05, 0x20, 0x00) };
        match self.ask(&command) {
            Ok((data, _)) => good(data),
            Err(TransportError::Scsi { status, sense }) => {
                let sense = sense.map(|sense| fixed_sense(sense.key, sense.asc, sense.ascq));
                Ended { status, sense: sense.unwrap_or_default(), data: Vec::new() }
            }
            // HARDWARE ERROR, INTERNAL TARGET FAILURE: the dump cannot be read.
            Err(_) => refused(0x04, 0x44, 0x00),
        }
    }

    fn ask(&mut self, command: &Command) -> Result<(Vec<u8>, Completion), TransportError> {
        let mut data = vec![0; command.data_len()];
        let completion = self.replay.answer(command, &mut data)?;
        data.truncate(completion.data_len);
        Ok((data, completion))
    }

    /// An ATA command, with its registers as sense data where it failed or they were asked for.
    fn pass_through(&mut self, passed: &PassThrough, command: Option<Command>) -> Ended {
        let aborted = TransportError::Ata { status: 0x51, error: 0x04 };
        let end = command.map_or(Err(aborted), |command| self.ask(&command));
        let (sense, data) = match end {
            Ok((data, _)) if !passed.registers => return good(data),
            Ok((data, completion)) => {
                let registers = completion.registers.unwrap_or(GOOD);
                // RECOVERED ERROR, ATA PASS-THROUGH INFORMATION AVAILABLE.
                (sat::sense(0x01, 0x00, 0x1d, &registers, passed.extend), data)
            }
            Err(TransportError::Ata { status, error }) => {
                let registers = Registers { status, error, ..Registers::default() };
                // MEDIUM ERROR, UNRECOVERED READ ERROR for UNC; ABORTED COMMAND.
                let (key, asc) = if error & 0x40 != 0 { (0x03, 0x11) } else { (0x0b, 0x00) };
                (sat::sense(key, asc, 0, &registers, passed.extend), Vec::new())
            }
            Err(_) => return refused(0x04, 0x44, 0x00),
        };
        Ended { status: CHECK_CONDITION, sense, data }
    }
}

/// What the translation answers itself. `None`: the replayed drive does.
fn translated(identify: &Identify, cdb: &[u8; 32]) -> Option<Ended> {
    let [opcode, b1, b2, b3, b4, _, _, b7, b8, ..] = *cdb;
    let (data, length) = match opcode {
        0x12 if b1 & 1 == 1 => (identify.vital_product_data(b2), u16::from_be_bytes([b3, b4])),
        0x25 => (Some(identify.capacity_10()), 8),
        0x9e if b1 & 0x1f == 0x10 => (Some(identify.capacity_16()), 32),
        0x1a | 0x5a if b3 != 0 => (None, 0),
        0x1a => {
            let page = identify.mode_page(b2 & 0x3f);
            (page.map(|page| [&[length_of(&page, 3)[1], 0, 0, 0], page.as_slice()].concat()), b4.into())
        }
        0x5a => {
            let page = identify.mode_page(b2 & 0x3f);
            let header = |page: Vec<u8>| [&length_of(&page, 6)[..], &[0; 6], &page].concat();
            (page.map(header), u16::from_be_bytes([b7, b8]))
        }
        _ => return None,
    };
    Some(match data {
        Some(mut data) => {
            data.truncate(length.into());
            good(data)
        }
        // ILLEGAL REQUEST, INVALID FIELD IN CDB.
        None => refused(0x05, 0x24, 0x00),
    })
}

/// Length of mode data after its own field: what is left of the header, and the page.
fn length_of(page: &[u8], header: usize) -> [u8; 2] {
    u16::try_from(page.len() + header).unwrap_or(u16::MAX).to_be_bytes()
}

fn good(data: Vec<u8>) -> Ended {
    Ended { data, ..Ended::default() }
}

fn refused(key: u8, asc: u8, ascq: u8) -> Ended {
    Ended { status: CHECK_CONDITION, sense: fixed_sense(key, asc, ascq), data: Vec::new() }
}

/// Sense data in fixed format.
fn fixed_sense(key: u8, asc: u8, ascq: u8) -> Vec<u8> {
    vec![0x70, 0, key, 0, 0, 0, 0, 10, 0, 0, 0, 0, asc, ascq, 0, 0, 0, 0]
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn answers(drive: &str) -> Answers {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../fixtures");
        Answers::new(Replay::open(&fixtures.join(drive)).unwrap())
    }

    fn end(drive: &str, bytes: &[u8]) -> Ended {
        let mut cdb = [0; 32];
        cdb[..bytes.len()].copy_from_slice(bytes);
        answers(drive).end(&cdb, &[], 4096)
    }

    #[test]
    fn a_failing_ata_drive_says_so_in_its_registers() {
        let status = [0x85, 0x06, 0x20, 0, 0xda, 0, 0, 0, 0, 0, 0x4f, 0, 0xc2, 0, 0xb0, 0];
        let ended = end("ata-hdd-failing", &status);
        assert_eq!((ended.status, &ended.sense[..4]), (2, &[0x72, 1, 0, 0x1d][..]));
        assert_eq!((ended.sense[17], ended.sense[19]), (0xf4, 0x2c));
    }

    #[test]
    fn an_unknown_ata_command_is_aborted_and_a_scsi_drive_knows_none() {
        let dma_log = [0x85, 0x0d, 0x0e, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0x47, 0];
        let ended = end("ata-ssd", &dma_log);
        assert_eq!((ended.status, ended.sense[1], ended.sense[11], ended.sense[21]), (2, 0x0b, 0x04, 0x51));
        assert_eq!(end("scsi-hdd", &dma_log), refused(0x05, 0x20, 0x00));
    }

    #[test]
    fn reads_give_zeros_and_writes_are_refused() {
        assert_eq!(end("scsi-hdd", &[0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0]), good(vec![0; 4096]));
        for drive in ["ata-hdd", "scsi-hdd"] {
            assert_eq!(end(drive, &[0x2a, 0, 0, 0, 0, 0, 0, 0, 1, 0]), refused(0x07, 0x27, 0x00));
        }
    }

    #[test]
    fn answers_are_no_longer_than_was_asked_for() {
        for drive in ["ata-hdd", "scsi-hdd"] {
            assert_eq!(end(drive, &[0x12, 0, 0, 0, 36, 0]).data.len(), 36);
            assert_eq!(end(drive, &[0x12, 1, 0x83, 0, 4, 0]).data.len(), 4);
            assert_eq!(end(drive, &[0xa0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0]).data.len(), 16);
        }
    }
}
