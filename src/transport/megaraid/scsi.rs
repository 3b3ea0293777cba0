//! SCSI commands to a disk behind a MegaRAID controller.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use stone_smart_sys::megaraid;
use stone_smart_sys::sg::{Data, Reply};

use super::node;
use crate::device::MegaRaidMember;
use crate::transport::sense::{Answers, SenseData};
use crate::transport::sg::{BUSY_PAUSE, Verdict, judge, patiently, status};
use crate::transport::{Command, Completion, OpenError, ScsiCdb, Transport, TransportError};

/// SCSI commands to one disk behind a MegaRAID controller.
///
/// The driver waits as long as the firmware does, and nothing ends that sooner. It tells neither the SCSI status nor how
/// many bytes came: data that the disk did not send are zero, and every answer is as long as its command asked for.
#[derive(Debug)]
pub struct MegaRaid {
    node: File,
    host: u16,
    target: u8,
}

/// Room for sense data: as much as the driver has for its own commands.
const SENSE_LEN: usize = 96;

/// Command status of the firmware (MFI_STAT_*).
mod mfi {
    pub(super) const OK: u8 = 0x00;
    pub(super) const SCSI_DONE_WITH_ERROR: u8 = 0x2d;
    pub(super) const SCSI_RESERVATION_CONFLICT: u8 = 0x2f;
}

impl MegaRaid {
    /// Opens the way to `member`. Whether the disk is there, the first command tells.
    ///
    /// # Errors
    /// The driver's node cannot be opened.
    pub fn open(member: &MegaRaidMember) -> Result<Self, OpenError> {
        Ok(Self { node: node::open()?, host: member.host(), target: member.target() })
    }

    fn attempt(&self, cdb: &ScsiCdb, data: &mut [u8], timeout: Duration) -> Verdict {
        let mut sense = [0; SENSE_LEN];
        let payload = cdb.payload();
        let data_len = data.len();
        let data = match &payload {
            Some(payload) => Data::Out(payload),
            None if data.is_empty() => Data::None,
            None => Data::In(data),
        };
        let begun = Instant::now();
        let sent = megaraid::pass_through(
            self.node.as_fd(),
            self.host,
            self.target,
            cdb.bytes(),
            data,
            &mut sense,
            timeout,
        );
        match sent {
            Ok(command_status) => {
                let answers = if cdb.is_ata_pass_through() { Answers::AtaPassThrough } else { Answers::Scsi };
                let sense = SenseData::decode(&sense, answers);
                let took = begun.elapsed();
                verdict(command_status, sense, data_len, timeout, took)
            }
            Err(error) => refused(error),
        }
    }
}

impl Transport for MegaRaid {
    fn execute(
        &mut self,
        command: &Command,
        data: &mut [u8],
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        let Command::Scsi(cdb) = command else {
            return Err(TransportError::WrongKind { transport: "MegaRAID", command: command.kind() });
        };
        let data = command.room(data)?;
        patiently(timeout, |left| self.attempt(cdb, data, left))
    }
}

/// What a command status and its sense data amount to.
fn verdict(
    command_status: u8,
    sense: Option<SenseData>,
    data_len: usize,
    timeout: Duration,
    took: Duration,
) -> Verdict {
    let scsi = |status| {
        let reply = Reply { status, host: 0, driver: 0, sense_len: 0, data_len, duration: took };
        judge(&reply, sense, timeout)
    };
    let failed = TransportError::MegaRaid(command_status);
    match command_status {
        mfi::OK => scsi(status::GOOD),
        mfi::SCSI_DONE_WITH_ERROR if sense.is_some() => scsi(status::CHECK_CONDITION),
        mfi::SCSI_RESERVATION_CONFLICT => {
            Verdict::Failed(TransportError::Scsi { status: status::RESERVATION_CONFLICT, sense: None })
        }
        // The firmware has no status of its own for a disk that does not answer.
        _ if took >= timeout => Verdict::Failed(TransportError::TimedOut(timeout)),
        // BUSY or TASK SET FULL, most likely: what has no sense data passes.
        mfi::SCSI_DONE_WITH_ERROR => Verdict::Again { why: failed, pause: BUSY_PAUSE },
        _ => Verdict::Failed(failed),
    }
}

/// The driver did not send the command.
fn refused(error: io::Error) -> Verdict {
    let pause = match error.kind() {
        // A signal came while it waited for its turn.
        io::ErrorKind::Interrupted => Duration::ZERO,
        // The controller is being reset.
        io::ErrorKind::ResourceBusy => BUSY_PAUSE,
        _ => return Verdict::Failed(TransportError::Refused(error)),
    };
    Verdict::Again { why: TransportError::Refused(error), pause }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::{Sense, TaskFile};

    const SECOND: Duration = Duration::from_secs(1);
    const AT_ONCE: Duration = Duration::ZERO;

    fn illegal_request() -> Option<SenseData> {
        let mut bytes = [0; SENSE_LEN];
        (bytes[0], bytes[2], bytes[7], bytes[12]) = (0x70, 5, 10, 0x20);
        SenseData::decode(&bytes, Answers::Scsi)
    }

    #[test]
    fn a_command_that_ended_well_is_as_long_as_was_asked_for() {
        let done = verdict(mfi::OK, None, 252, SECOND, AT_ONCE);
        assert!(matches!(done, Verdict::Done(Completion { data_len: 252, .. })), "{done:?}");
    }

    #[test]
    fn the_registers_of_an_ata_command_come_as_sense_data() {
        let mut bytes = [0; SENSE_LEN];
        bytes[..10].copy_from_slice(&[0x72, 1, 0, 0x1d, 0, 0, 0, 14, 0x09, 0x0c]);
        (bytes[17], bytes[19], bytes[21]) = (0x4f, 0xc2, 0x50);
        let sense = SenseData::decode(&bytes, Answers::AtaPassThrough);
        for command_status in [mfi::OK, mfi::SCSI_DONE_WITH_ERROR] {
            let Verdict::Done(done) = verdict(command_status, sense, 0, SECOND, AT_ONCE) else { panic!() };
            assert_eq!(done.registers.map(|registers| registers.lba), Some(0xc2_4f00));
        }
    }

    #[test]
    fn the_disks_own_words_are_passed_on() {
        let refused = verdict(mfi::SCSI_DONE_WITH_ERROR, illegal_request(), 36, SECOND, AT_ONCE);
        let Verdict::Failed(error) = refused else { panic!("{refused:?}") };
        assert!(
            matches!(error, TransportError::Scsi { status: 2, sense: Some(Sense { key: 5, .. }) }),
            "{error}"
        );
        let conflict = verdict(mfi::SCSI_RESERVATION_CONFLICT, None, 36, SECOND, AT_ONCE);
        assert!(matches!(conflict, Verdict::Failed(TransportError::Scsi { status: 0x18, .. })));
    }

    #[test]
    fn what_the_controller_says_is_told() {
        let failure = |command_status, took| match verdict(command_status, None, 36, SECOND, took) {
            Verdict::Failed(error) => error,
            other => panic!("{other:?}"),
        };
        let gone = failure(0x0c, AT_ONCE);
        assert!(gone.is_lost());
        assert_eq!(gone.to_string(), "the RAID controller answered command status 0x0c: it has no such disk");
        assert!(!failure(0x2e, AT_ONCE).is_lost());
        assert!(matches!(failure(0x2e, SECOND), TransportError::TimedOut(SECOND)));
        assert!(matches!(failure(mfi::SCSI_DONE_WITH_ERROR, SECOND), TransportError::TimedOut(SECOND)));
        let busy = verdict(mfi::SCSI_DONE_WITH_ERROR, None, 36, SECOND, AT_ONCE);
        assert!(matches!(busy, Verdict::Again { why: TransportError::MegaRaid(0x2d), .. }));
    }

    #[test]
    fn a_command_that_was_not_sent_may_be_sent_later() {
        let of = |errno| refused(io::Error::from_raw_os_error(errno));
        assert!(matches!(of(nix::libc::EINTR), Verdict::Again { .. }));
        assert!(matches!(of(nix::libc::EBUSY), Verdict::Again { .. }));
        assert!(matches!(of(nix::libc::ENODEV), Verdict::Failed(error) if error.is_lost()));
    }

    #[test]
    fn what_is_no_controller_refuses() {
        let mut transport = MegaRaid { node: File::open("/dev/null").unwrap(), host: 0, target: 0 };
        let inquiry = Command::Scsi(ScsiCdb::inquiry(36));
        let refused = transport.execute(&inquiry, &mut [0; 36], SECOND);
        assert!(matches!(refused, Err(TransportError::Refused(_))), "{refused:?}");
        let identify = Command::Ata(TaskFile::identify_device());
        let wrong = transport.execute(&identify, &mut [0; 512], SECOND);
        assert!(matches!(wrong, Err(TransportError::WrongKind { transport: "MegaRAID", command: "ATA" })));
    }
}
