//! ATA commands through a SCSI transport: SAT-5 ATA PASS-THROUGH (16).

use std::time::Duration;

use super::{Command, Completion, ScsiCdb, TaskFile, Transport, TransportError};

/// ATA commands to a drive behind a SCSI / ATA translation layer: libata, a SAS adapter or a USB bridge.
///
/// SCSI commands go through as they are, to the translation layer. An answer to IDENTIFY DEVICE is kept and given again:
/// it tells whether there is an ATA drive at all, before it is asked for its pages.
#[derive(Debug)]
pub struct Sat<T> {
    scsi: T,
    identify: Option<Box<[u8; 512]>>,
}

impl<T: Transport> Sat<T> {
    /// ATA over the SCSI transport `scsi`.
    pub fn new(scsi: T) -> Self {
        Self { scsi, identify: None }
    }
}

impl<T: Transport> Transport for Sat<T> {
    fn execute(
        &mut self,
        command: &Command,
        data: &mut [u8],
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        match command {
            Command::Ata(task_file) => {
                let is_identify = *task_file == TaskFile::identify_device();
                if let (true, Some(kept), Some(to)) = (is_identify, &self.identify, data.get_mut(..512)) {
                    to.copy_from_slice(kept.as_slice());
                    return Ok(Completion { data_len: 512, ..Completion::default() });
                }
                let passed = Command::Scsi(ScsiCdb::ata_pass_through_16(task_file));
                let completion = self.scsi.execute(&passed, data, timeout)?;
                if is_identify && completion.data_len == 512 {
                    self.identify = data.first_chunk().map(|identify| Box::new(*identify));
                }
                // A translator may send registers unasked, and then not always those of this command.
                let registers = completion.registers.filter(|_| task_file.wants_registers());
                Ok(Completion { registers, ..completion })
            }
            Command::Scsi(_) => self.scsi.execute(command, data, timeout),
            Command::Nvme(_) => Err(TransportError::WrongKind { transport: "SAT", command: command.kind() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::{NvmeAdmin, Registers};

    const SECOND: Duration = Duration::from_secs(1);
    const REGISTERS: Registers = Registers { error: 0, count: 0, lba: 0xc2_4f00, device: 0, status: 0x50 };

    /// Notes the command and answers with registers.
    #[derive(Debug, Default)]
    struct Notebook(Vec<Vec<u8>>);

    impl Transport for Notebook {
        fn execute(
            &mut self,
            command: &Command,
            data: &mut [u8],
            _: Duration,
        ) -> Result<Completion, TransportError> {
            let Command::Scsi(cdb) = command else { panic!("{command:?}") };
            assert_eq!(command.data_len(), data.len());
            self.0.push(cdb.bytes().to_vec());
            Ok(Completion { data_len: data.len(), registers: Some(REGISTERS), result: 0 })
        }
    }

    #[test]
    fn an_ata_command_becomes_a_pass_through() {
        let mut sat = Sat::new(Notebook::default());
        let identify = TaskFile::identify_device();
        let done = sat.execute(&Command::Ata(identify.clone()), &mut [0; 512], SECOND).unwrap();
        assert_eq!((done.data_len, done.registers), (512, None));
        let status = TaskFile::smart_return_status();
        let done = sat.execute(&Command::Ata(status.clone()), &mut [], SECOND).unwrap();
        assert_eq!((done.data_len, done.registers), (0, Some(REGISTERS)));
        assert_eq!(sat.scsi.0, [identify.pass_through_16(), status.pass_through_16()]);
    }

    #[test]
    fn scsi_goes_through_and_nvme_does_not() {
        let mut sat = Sat::new(Notebook::default());
        sat.execute(&Command::Scsi(ScsiCdb::inquiry(36)), &mut [0; 36], SECOND).unwrap();
        assert_eq!(sat.scsi.0, [[0x12, 0, 0, 0, 36, 0]]);
        let wrong = sat.execute(&Command::Nvme(NvmeAdmin::identify(1, 0)), &mut [0; 4096], SECOND);
        assert!(matches!(wrong, Err(TransportError::WrongKind { command: "NVMe", .. })));
    }
}
