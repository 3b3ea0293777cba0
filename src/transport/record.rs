//! Writes what goes through another transport into a dump, from which `replay` answers the same.

use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

use super::dump::{Dump, Kind};
use super::{Command, Completion, NvmeAdmin, ScsiCdb, TaskFile, Transport, TransportError};

/// A transport that records the one inside it.
#[derive(Debug)]
pub struct Record<T> {
    inner: T,
    dump: Dump,
    /// Keys of the commands that were answered.
    answered: HashSet<String>,
    failure: Option<TransportError>,
}

impl<T: Transport> Record<T> {
    /// Records `inner` into a new dump in `folder`, which must be empty or missing.
    ///
    /// # Errors
    /// See [`Dump::create`].
    pub fn new(inner: T, folder: &Path, kind: Kind) -> Result<Self, TransportError> {
        Ok(Self { inner, dump: Dump::create(folder, kind)?, answered: HashSet::new(), failure: None })
    }

    /// What went wrong with writing, if anything: an exchange itself is never disturbed by it.
    pub fn into_failure(self) -> Option<TransportError> {
        self.failure
    }

    fn write(
        &mut self,
        command: &Command,
        data: &[u8],
        end: &Result<Completion, TransportError>,
    ) -> Result<(), TransportError> {
        let completion = match end {
            Ok(completion) => completion,
            Err(error) => return self.write_failure(command, error),
        };
        // A fault of a dump holds for all commands of its key. The drive may refuse one of them, several pages of a log
        // at once perhaps, and answer another: then its answers count.
        let key = command.key();
        self.dump.take_back("fail", &format!("{key},"))?;
        self.answered.insert(key);
        let data = data.get(..completion.data_len).unwrap_or(data);
        match command {
            Command::Ata(task_file) => self.write_ata(task_file, data, completion),
            Command::Scsi(cdb) => self.write_scsi(cdb, data),
            Command::Nvme(admin) => self.write_nvme(admin, data),
        }
    }

    /// A command the device does not know needs no trace: what a dump does not hold is answered so. A log is another
    /// matter, since a replay answers one that is listed and not recorded with zeros, and makes the list of SCSI pages.
    fn write_failure(&mut self, command: &Command, error: &TransportError) -> Result<(), TransportError> {
        let how = match error {
            _ if self.answered.contains(&command.key()) => return Ok(()),
            error if error.is_unsupported() && !is_made_up(command) => return Ok(()),
            TransportError::TimedOut(_) => "timeout",
            TransportError::Ata { error, .. } if error & 0x40 != 0 => "unc",
            TransportError::Scsi { status: 0x08, .. } => "busy",
            TransportError::Scsi { sense: Some(sense), .. } if sense.key == 0x03 => "unc",
            TransportError::Scsi { sense: Some(sense), .. } if sense.key == 0x02 => "notready",
            _ => "abort",
        };
        self.dump.set("fail", &format!("{},{how}", command.key()))
    }

    fn write_ata(
        &mut self,
        command: &TaskFile,
        data: &[u8],
        completion: &Completion,
    ) -> Result<(), TransportError> {
        let address = command.lba().to_le_bytes()[0];
        match (command.opcode(), command.feature()) {
            (0xec, _) => self.dump.put("identify.bin", 0, data),
            (0xb0, 0xd0) => self.dump.put("smart_data.bin", 0, data),
            (0xb0, 0xd1) => self.dump.put("smart_thresholds.bin", 0, data),
            (0xb0, 0xd5) => self.dump.put(&format!("smart_log_{address:02x}.bin"), 0, data),
            (0x2f, _) => {
                let [_, low, _, _, _, high, _, _] = command.lba().to_le_bytes();
                let offset = usize::from(u16::from_le_bytes([low, high])) * 512;
                self.dump.put(&format!("gp_log_{address:02x}.bin"), offset, data)
            }
            (0xb0, 0xda) => {
                let failing =
                    completion.registers.is_some_and(|registers| registers.lba & 0xff_ff00 == 0x2c_f400);
                self.dump.set("smart_status", if failing { "fail" } else { "pass" })
            }
            (0xb0, 0xd6) => match (command.payload(), completion.registers) {
                (Some([3, _, _, _, selection, ..]), Some(registers)) => {
                    let [low, _] = registers.count.to_le_bytes();
                    let [high, ..] = registers.lba.to_le_bytes();
                    let name = if selection == 1 { "erc_read" } else { "erc_write" };
                    self.dump.set(name, &u16::from_le_bytes([low, high]).to_string())
                }
                _ => Ok(()),
            },
            (0xe5, _) if completion.registers.is_some_and(|registers| registers.count == 0) => {
                self.dump.set("power", "standby")
            }
            _ => Ok(()),
        }
    }

    fn write_scsi(&mut self, cdb: &ScsiCdb, data: &[u8]) -> Result<(), TransportError> {
        match *cdb.bytes() {
            [0x12, 0, ..] => self.dump.put("inquiry.bin", 0, data),
            [0x12, _, page, ..] => self.dump.put(&format!("vpd_{page:02x}.bin"), 0, data),
            [0x25, ..] => self.dump.put("readcap10.bin", 0, data),
            [0x9e, ..] => self.dump.put("readcap16.bin", 0, data),
            [0x4d, _, page, subpage, ..] => {
                self.dump.put(&format!("log_{:02x}_{subpage:02x}.bin", page & 0x3f), 0, data)
            }
            [0x1a, _, page, ..] => {
                let block_descriptors = data.get(3).map_or(0, |len| usize::from(*len));
                self.write_mode_page(page, data.get(4 + block_descriptors..))
            }
            [0x5a, _, page, ..] => {
                let len = [data.get(6), data.get(7)].map(|byte| byte.copied().unwrap_or(0));
                self.write_mode_page(page, data.get(8 + usize::from(u16::from_be_bytes(len))..))
            }
            [0x37, _, format, ..] => self.write_grown_defects(format, data, 2),
            [0xb7, format, ..] => self.write_grown_defects(format, data, 4),
            _ => Ok(()),
        }
    }

    fn write_mode_page(&mut self, control_and_page: u8, page: Option<&[u8]>) -> Result<(), TransportError> {
        let name = match control_and_page >> 6 {
            0 => format!("mode_{:02x}.bin", control_and_page & 0x3f),
            control => format!("mode_{:02x}_{control}.bin", control_and_page & 0x3f),
        };
        page.map_or(Ok(()), |page| self.dump.put(&name, 0, page))
    }

    fn write_grown_defects(&mut self, format: u8, data: &[u8], offset: usize) -> Result<(), TransportError> {
        let len = data
            .get(offset..)
            .unwrap_or_default()
            .iter()
            .fold(0u64, |len, byte| (len << 8) | u64::from(*byte));
        let descriptor = if format & 7 == 0 { 4 } else { 8 };
        self.dump.set("glist", &(len / descriptor).to_string())
    }

    fn write_nvme(&mut self, command: &NvmeAdmin, data: &[u8]) -> Result<(), TransportError> {
        let [cdw10, _, cdw12, cdw13] = command.cdw();
        let [code, ..] = cdw10.to_le_bytes();
        let nsid = command.nsid();
        let (name, offset) = match (command.opcode(), code) {
            (0x06, 0x00) => (format!("id_ns_{nsid}.bin"), 0),
            (0x06, 0x01) => ("id_ctrl.bin".to_owned(), 0),
            // The list of namespaces follows from those that are recorded.
            (0x06, 0x02) => return Ok(()),
            (0x06, code) => (format!("id_cns_{code:02x}_{nsid}.bin"), 0),
            (_, lid) => (format!("log_{lid:02x}.bin"), u64::from(cdw13) << 32 | u64::from(cdw12)),
        };
        self.dump.put(&name, usize::try_from(offset).unwrap_or(usize::MAX), data)
    }
}

/// Is it a command that a replay answers without a recording: one that reads an ATA log, or the list of SCSI log pages?
fn is_made_up(command: &Command) -> bool {
    match command {
        Command::Ata(command) => matches!((command.opcode(), command.feature()), (0x2f, _) | (0xb0, 0xd5)),
        Command::Scsi(cdb) => matches!(cdb.bytes(), [0x4d, _, page, ..] if page & 0x3f == 0),
        Command::Nvme(_) => false,
    }
}

impl<T: Transport> Transport for Record<T> {
    fn execute(
        &mut self,
        command: &Command,
        data: &mut [u8],
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        let end = self.inner.execute(command, data, timeout);
        if let Err(failure) = self.write(command, data, &end) {
            self.failure.get_or_insert(failure);
        }
        end
    }
}

impl Transport for Box<dyn Transport> {
    fn execute(
        &mut self,
        command: &Command,
        data: &mut [u8],
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        self.as_mut().execute(command, data, timeout)
    }
}
