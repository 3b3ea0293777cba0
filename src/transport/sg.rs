//! SCSI commands over `SG_IO`: status, host, driver and sense data all looked at.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::thread;
use std::time::{Duration, Instant};

use stone_smart_sys::sg::{self, Data, Reply};

use super::sense::{Answers, SenseData};
use super::{Command, Completion, ScsiCdb, Transport, TransportError};

/// SCSI commands to a disk, through its SCSI generic node (`/dev/sg3`) or its block node (`/dev/sda`).
///
/// The generic node is better: a process that waits there for a dying disk can be killed, one that waits at the block
/// node cannot, and there the kernel makes at least 7 s of any time-out.
#[derive(Debug)]
pub struct ScsiGeneric {
    node: File,
}

/// Room for sense data; SPC-6 allows no more.
const SENSE_LEN: usize = 252;
/// How often a command is sent at most that the device or its adapter wants to have again.
const ATTEMPTS: u32 = 5;
/// How long a busy device is left alone.
pub(super) const BUSY_PAUSE: Duration = Duration::from_millis(100);

impl ScsiGeneric {
    /// A transport over an open node. What kind of node it is, the first command tells.
    pub fn new(node: File) -> Self {
        Self { node }
    }

    fn attempt(&self, cdb: &ScsiCdb, data: &mut [u8], timeout: Duration) -> Verdict {
        let mut sense = [0; SENSE_LEN];
        let payload = cdb.payload();
        let data = match &payload {
            Some(payload) => Data::Out(payload),
            None if data.is_empty() => Data::None,
            None => Data::In(data),
        };
        match sg::submit(self.node.as_fd(), cdb.bytes(), data, &mut sense, timeout) {
            Ok(reply) => {
                let answers = if cdb.is_ata_pass_through() { Answers::AtaPassThrough } else { Answers::Scsi };
                let sense = sense.get(..reply.sense_len).unwrap_or(&sense);
                judge(&reply, SenseData::decode(sense, answers), timeout)
            }
            // The kernel has let go of the command. Every command only reads, so it may be sent twice.
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                Verdict::Again { why: TransportError::Refused(error), pause: Duration::ZERO }
            }
            Err(error) => Verdict::Failed(TransportError::Refused(error)),
        }
    }
}

impl Transport for ScsiGeneric {
    fn execute(
        &mut self,
        command: &Command,
        data: &mut [u8],
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        let Command::Scsi(cdb) = command else {
            return Err(TransportError::WrongKind { transport: "SG_IO", command: command.kind() });
        };
        let data = command.room(data)?;
        patiently(timeout, |left| self.attempt(cdb, data, left))
    }
}

/// How one attempt ended.
#[derive(Debug)]
pub(super) enum Verdict {
    Done(Completion),
    Failed(TransportError),
    /// Not executed, for a reason that passes.
    Again {
        why: TransportError,
        pause: Duration,
    },
}

/// Makes attempts, each with the time that is left, until one is final.
pub(super) fn patiently(
    timeout: Duration,
    mut attempt: impl FnMut(Duration) -> Verdict,
) -> Result<Completion, TransportError> {
    let begun = Instant::now();
    let mut attempts = 1;
    loop {
        let left = timeout.saturating_sub(begun.elapsed());
        match attempt(left) {
            Verdict::Done(completion) => return Ok(completion),
            Verdict::Failed(error) => return Err(relative_to(timeout, error)),
            Verdict::Again { why, pause } => {
                if attempts == ATTEMPTS || timeout.saturating_sub(begun.elapsed()) <= pause {
                    return Err(why);
                }
                attempts += 1;
                thread::sleep(pause);
            }
        }
    }
}

/// A time-out is told as the whole time that was granted, not as what was left for the last attempt.
fn relative_to(timeout: Duration, error: TransportError) -> TransportError {
    match error {
        TransportError::TimedOut(_) => TransportError::TimedOut(timeout),
        other => other,
    }
}

/// SCSI status codes (SAM-6).
pub(super) mod status {
    pub(in crate::transport) const GOOD: u8 = 0x00;
    pub(in crate::transport) const CHECK_CONDITION: u8 = 0x02;
    pub(super) const CONDITION_MET: u8 = 0x04;
    pub(super) const BUSY: u8 = 0x08;
    pub(in crate::transport) const RESERVATION_CONFLICT: u8 = 0x18;
    pub(super) const TASK_SET_FULL: u8 = 0x28;
}

/// Host status codes of the kernel, `DID_*`.
mod host {
    pub(super) const OK: u16 = 0x00;
    pub(super) const BUS_BUSY: u16 = 0x02;
    pub(super) const TIME_OUT: u16 = 0x03;
    /// Aborted: behind a command that hangs, or as it hung itself.
    pub(super) const ABORT: u16 = 0x05;
    pub(super) const RESET: u16 = 0x08;
    pub(super) const SOFT_ERROR: u16 = 0x0b;
    pub(super) const IMM_RETRY: u16 = 0x0c;
    pub(super) const REQUEUE: u16 = 0x0d;
    pub(super) const TRANSPORT_DISRUPTED: u16 = 0x0e;
}

/// Driver status codes of kernels before 5.14, `DRIVER_*`; the upper four bits were suggestions.
mod driver {
    pub(super) const MASK: u16 = 0x0f;
    pub(super) const OK: u16 = 0x00;
    pub(super) const TIMEOUT: u16 = 0x06;
    /// There is sense data: no error by itself.
    pub(super) const SENSE: u16 = 0x08;
}

/// What `reply` and its sense data amount to.
pub(super) fn judge(reply: &Reply, sense: Option<SenseData>, timeout: Duration) -> Verdict {
    let driver = reply.driver & driver::MASK;
    let adapter = || TransportError::Host { host: reply.host, driver: reply.driver };
    let device = || TransportError::Scsi { status: reply.status, sense: sense.map(|data| data.sense) };
    match reply.host {
        host::OK => {}
        host::TIME_OUT | host::ABORT => return Verdict::Failed(TransportError::TimedOut(timeout)),
        host::BUS_BUSY
        | host::RESET
        | host::SOFT_ERROR
        | host::IMM_RETRY
        | host::REQUEUE
        | host::TRANSPORT_DISRUPTED => return Verdict::Again { why: adapter(), pause: BUSY_PAUSE },
        // Others may only repeat what the device says better itself.
        _ if reply.status == status::CHECK_CONDITION && sense.is_some() => {}
        _ => return Verdict::Failed(adapter()),
    }
    match driver {
        driver::OK | driver::SENSE => {}
        driver::TIMEOUT => return Verdict::Failed(TransportError::TimedOut(timeout)),
        _ => return Verdict::Failed(adapter()),
    }
    match (reply.status, sense) {
        // UNIT ATTENTION tells of an event before the command, a deferred error of another command: in both cases
        // this one was not executed, and the next attempt is.
        (status::GOOD | status::CHECK_CONDITION, Some(data)) if data.deferred || data.sense.key == 0x06 => {
            Verdict::Again { why: device(), pause: Duration::ZERO }
        }
        // Old kernels and some adapters deliver sense data under status GOOD.
        (status::GOOD | status::CHECK_CONDITION, Some(data)) => match data.verdict(reply.status) {
            Ok(registers) => Verdict::Done(Completion { data_len: reply.data_len, registers, result: 0 }),
            Err(error) => Verdict::Failed(error),
        },
        (status::GOOD | status::CONDITION_MET, _) => {
            Verdict::Done(Completion { data_len: reply.data_len, ..Completion::default() })
        }
        (status::BUSY | status::TASK_SET_FULL, _) => Verdict::Again { why: device(), pause: BUSY_PAUSE },
        _ => Verdict::Failed(device()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::{Sense, TaskFile};

    const REPLY: Reply =
        Reply { status: 0, host: 0, driver: 0, sense_len: 0, data_len: 36, duration: Duration::ZERO };
    const SECOND: Duration = Duration::from_secs(1);

    fn fixed(response: u8, key: u8, asc: u8) -> Option<SenseData> {
        let mut bytes = [0; 18];
        (bytes[0], bytes[2], bytes[7], bytes[12]) = (response, key, 10, asc);
        SenseData::decode(&bytes, Answers::Scsi)
    }

    fn is_done(reply: Reply, sense: Option<SenseData>) -> bool {
        matches!(judge(&reply, sense, SECOND), Verdict::Done(done) if done.data_len == 36)
    }

    fn failure(reply: Reply, sense: Option<SenseData>) -> TransportError {
        match judge(&reply, sense, SECOND) {
            Verdict::Failed(error) => error,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_command_that_ended_well() {
        assert!(is_done(REPLY, None));
        assert!(is_done(Reply { status: 0x04, ..REPLY }, None));
        // RECOVERED ERROR, with and without the flag of old kernels.
        assert!(is_done(Reply { status: 0x02, ..REPLY }, fixed(0x70, 1, 0x17)));
        assert!(is_done(Reply { status: 0x02, driver: 0x08, ..REPLY }, fixed(0x70, 1, 0x17)));
    }

    #[test]
    fn every_field_can_tell_of_a_failure() {
        assert!(matches!(failure(Reply { host: 0x03, ..REPLY }, None), TransportError::TimedOut(SECOND)));
        assert!(matches!(failure(Reply { host: 0x05, ..REPLY }, None), TransportError::TimedOut(SECOND)));
        assert!(matches!(failure(Reply { driver: 0x26, ..REPLY }, None), TransportError::TimedOut(SECOND)));
        assert!(failure(Reply { host: 0x01, ..REPLY }, None).is_lost());
        assert!(failure(Reply { host: 0x04, ..REPLY }, None).is_lost());
        let adapter = failure(Reply { driver: 0x07, ..REPLY }, None);
        assert!(matches!(adapter, TransportError::Host { host: 0, driver: 7 }), "{adapter}");
        let conflict = failure(Reply { status: 0x18, ..REPLY }, None);
        assert!(matches!(conflict, TransportError::Scsi { status: 0x18, sense: None }), "{conflict}");
        let bare = failure(Reply { status: 0x02, ..REPLY }, None);
        assert!(matches!(bare, TransportError::Scsi { status: 0x02, sense: None }), "{bare}");
        let hidden = failure(Reply { driver: 0x08, ..REPLY }, fixed(0x70, 5, 0x20));
        assert!(hidden.is_unsupported(), "{hidden}");
    }

    #[test]
    fn the_devices_words_count_more_than_the_adapters_echo() {
        // DID_TARGET_FAILURE together with MEDIUM ERROR.
        let error = failure(Reply { status: 0x02, host: 0x10, ..REPLY }, fixed(0x70, 3, 0x11));
        assert!(
            matches!(error, TransportError::Scsi { sense: Some(Sense { key: 3, asc: 0x11, .. }), .. }),
            "{error}"
        );
    }

    #[test]
    fn what_passes_is_tried_again() {
        for (reply, sense) in [
            (Reply { status: 0x02, ..REPLY }, fixed(0x70, 6, 0x29)),
            (Reply { status: 0x02, ..REPLY }, fixed(0x71, 4, 0x44)),
            (Reply { status: 0x08, ..REPLY }, None),
            (Reply { status: 0x28, ..REPLY }, None),
            (Reply { host: 0x0d, ..REPLY }, None),
        ] {
            assert!(matches!(judge(&reply, sense, SECOND), Verdict::Again { .. }), "{reply:?}");
        }
    }

    fn again(pause: Duration) -> Verdict {
        Verdict::Again { why: TransportError::Scsi { status: 0x08, sense: None }, pause }
    }

    #[test]
    fn attempts_end_with_success_with_their_number_or_with_the_time() {
        let mut attempts = 0;
        let done = patiently(SECOND, |left| {
            attempts += 1;
            assert!(left <= SECOND);
            if attempts < 3 { again(Duration::ZERO) } else { Verdict::Done(Completion::default()) }
        });
        assert!(done.is_ok());

        attempts = 0;
        let busy = patiently(SECOND, |_| {
            attempts += 1;
            again(Duration::ZERO)
        });
        assert!(matches!(busy, Err(TransportError::Scsi { status: 0x08, .. })));
        assert_eq!(attempts, ATTEMPTS);

        attempts = 0;
        let late = patiently(Duration::from_millis(20), |_| {
            attempts += 1;
            again(Duration::from_millis(30))
        });
        assert!(late.is_err());
        assert_eq!(attempts, 1);
    }

    #[test]
    fn a_time_out_names_the_whole_time() {
        let late = patiently(SECOND, |_| Verdict::Failed(TransportError::TimedOut(Duration::ZERO)));
        assert!(matches!(late, Err(TransportError::TimedOut(SECOND))));
    }

    #[test]
    fn what_is_no_scsi_device_refuses() {
        let mut transport = ScsiGeneric::new(File::open("/dev/null").unwrap());
        let inquiry = Command::Scsi(ScsiCdb::inquiry(36));
        let refused = transport.execute(&inquiry, &mut [0; 36], SECOND);
        assert!(matches!(refused, Err(TransportError::Refused(_))), "{refused:?}");
        let short = transport.execute(&inquiry, &mut [0; 35], SECOND);
        assert!(
            matches!(&short, Err(TransportError::Refused(error)) if error.kind() == io::ErrorKind::InvalidInput)
        );
        let identify = Command::Ata(TaskFile::identify_device());
        let wrong = transport.execute(&identify, &mut [0; 512], SECOND);
        assert!(matches!(wrong, Err(TransportError::WrongKind { command: "ATA", .. })));
    }
}
