//! The answers of a recorded ATA drive, and of the SCSI face its host adapter gives it.

use super::{check_condition, give, hexadecimal};
use crate::transport::dump::Dump;
use crate::transport::{Completion, Registers, ScsiCdb, TaskFile, TransportError};

/// What earlier commands left behind in the drive.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Action and function code of the last SCT command. `None`: as the recorded SCT status has it.
    sct: Option<(u8, u8)>,
}

const ABORTED: TransportError = TransportError::Ata { status: 0x51, error: 0x04 };
/// STATUS of a command that ended well: DRDY, and the obsolete DSC.
const GOOD: u8 = 0x50;

pub(super) fn execute(
    dump: &Dump,
    state: &mut State,
    command: &TaskFile,
    data: &mut [u8],
) -> Result<Completion, TransportError> {
    let address = command.lba().to_le_bytes()[0];
    match (command.opcode(), command.feature()) {
        (0xec, _) => file(dump, "identify.bin", data),
        (0xb0, 0xd0) => file(dump, "smart_data.bin", data),
        (0xb0, 0xd1) => file(dump, "smart_thresholds.bin", data),
        (0xb0, 0xd5) => {
            let completion = log(dump, "smart", address, 0, data)?;
            if let (0xe0, Some((action, function)), Some(status)) = (address, state.sct, data.get_mut(14..20))
            {
                // SCT Status: extended status code, action code, function code.
                status.copy_from_slice(&[0, 0, action, 0, function, 0]);
            }
            Ok(completion)
        }
        (0xb0, 0xd6) => sct(dump, state, command),
        (0xb0, 0xda) => {
            // ACS-5 SMART RETURN STATUS: C24Fh in LBA 23:8 while no threshold is exceeded, 2CF4h when one is.
            let failing = dump.value("smart_status") == Some("fail");
            let lba = if failing { 0x2c_f400 } else { 0xc2_4f00 };
            Ok(registers(Registers { lba, status: GOOD, ..Registers::default() }))
        }
        (0xe5, _) => {
            let count = if dump.value("power") == Some("standby") { 0x00 } else { 0xff };
            Ok(registers(Registers { count, status: GOOD, ..Registers::default() }))
        }
        (0x2f, _) => {
            let [_, low, _, _, _, high, _, _] = command.lba().to_le_bytes();
            log(dump, "gp", address, u16::from_le_bytes([low, high]), data)
        }
        _ => Err(ABORTED),
    }
}

/// An SCT command: a value where it is recorded (`erc_read=70`), in COUNT 7:0 and LBA 7:0.
fn sct(dump: &Dump, state: &mut State, command: &TaskFile) -> Result<Completion, TransportError> {
    let Some([action, _, function, _, selection, ..]) = command.payload() else {
        return Err(ABORTED);
    };
    state.sct = Some((action, function));
    if action != 3 {
        return Ok(Completion::default());
    }
    let limit = dump.number(if selection == 1 { "erc_read" } else { "erc_write" }).ok_or(ABORTED)?;
    let [low, high, ..] = limit.to_le_bytes();
    let lba = u64::from(high) | command.lba() & !0xff;
    Ok(registers(Registers { count: low.into(), lba, status: GOOD, ..Registers::default() }))
}

fn registers(registers: Registers) -> Completion {
    Completion { registers: Some(registers), ..Completion::default() }
}

fn file(dump: &Dump, name: &str, data: &mut [u8]) -> Result<Completion, TransportError> {
    match dump.answer(name)? {
        Some(answer) if answer.len() >= data.len() => Ok(give(&answer, data)),
        _ => Err(ABORTED),
    }
}

/// A log: its recorded pages; what the directory lists and nobody recorded is zeros, as an empty log is.
fn log(
    dump: &Dump,
    space: &str,
    address: u8,
    page: u16,
    data: &mut [u8],
) -> Result<Completion, TransportError> {
    let name = format!("{space}_log_{address:02x}.bin");
    let start = usize::from(page) * 512;
    let end = start.saturating_add(data.len());
    if let Some(answer) = dump.answer(&name)? {
        return answer.get(start..end).map(|pages| give(pages, data)).ok_or(ABORTED);
    }
    if address == 0 {
        let directory = directory(dump, space);
        return if end <= 512 { Ok(give(&directory, data)) } else { Err(ABORTED) };
    }
    let directory = dump.answer(&format!("{space}_log_00.bin"))?.ok_or(ABORTED)?;
    if end <= listed_pages(&directory, space, address) * 512 {
        data.fill(0);
        return Ok(Completion { data_len: data.len(), ..Completion::default() });
    }
    Err(ABORTED)
}

fn listed_pages(directory: &[u8], space: &str, address: u8) -> usize {
    let entry = usize::from(address) * 2;
    let [low, high] =
        [directory.get(entry), directory.get(entry + 1)].map(|byte| usize::from(*byte.unwrap_or(&0)));
    if space == "gp" { low | high << 8 } else { low }
}

/// The log directory of a dump that has none: the logs that were recorded.
fn directory(dump: &Dump, space: &str) -> [u8; 512] {
    let mut directory = [0; 512];
    directory[0] = 1;
    for address in dump.between(&format!("{space}_log_")).filter_map(hexadecimal).filter(|page| *page > 0) {
        let pages = dump.len(&format!("{space}_log_{address:02x}.bin")).map_or(0, |len| len / 512);
        let pages = u16::try_from(pages).unwrap_or(u16::MAX);
        let entry = usize::from(address) * 2;
        let [low, high] = pages.to_le_bytes();
        directory[entry] = low;
        if space == "gp" {
            directory[entry + 1] = high;
        }
    }
    directory
}

/// The SCSI commands that a SCSI/ATA translation answers for the drive (SAT-5): INQUIRY alone is needed.
pub(super) fn translate(dump: &Dump, cdb: &ScsiCdb, data: &mut [u8]) -> Result<Completion, TransportError> {
    match cdb.bytes() {
        [0x00, ..] => Ok(Completion::default()),
        [0x12, 0, ..] => {
            let identify =
                dump.answer("identify.bin")?.filter(|identify| identify.len() == 512).ok_or(ABORTED)?;
            let mut inquiry = [b' '; 96];
            inquiry[..8].copy_from_slice(&[0, 0, 5, 2, 91, 0, 0, 2]);
            inquiry[8..16].copy_from_slice(b"ATA     ");
            inquiry[36..].fill(0);
            // Model from IDENTIFY words 27 on, revision from words 25 and 26: the characters of a word are swapped.
            for i in 0..16 {
                inquiry[16 + i] = identify[54 + (i ^ 1)];
            }
            for i in 0..4 {
                inquiry[32 + i] = identify[50 + (i ^ 1)];
            }
            Ok(give(&inquiry, data))
        }
        _ => Err(check_condition(0x05, 0x20, 0x00)),
    }
}
