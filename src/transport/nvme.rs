//! NVMe admin commands, on the controller's character device or the block node of a namespace.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use stone_smart_sys::nvme::{self, Admin, Reply};

use super::{Command, Completion, Transport, TransportError};

/// NVMe admin commands to a controller (`/dev/nvme0`), or to the controller of a namespace (`/dev/nvme0n1`).
#[derive(Debug)]
pub struct Nvme {
    node: File,
}

impl Nvme {
    /// A transport over an open node. What kind of node it is, the first command tells.
    pub fn new(node: File) -> Self {
        Self { node }
    }
}

impl Transport for Nvme {
    fn execute(
        &mut self,
        command: &Command,
        data: &mut [u8],
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        let Command::Nvme(admin) = command else {
            return Err(TransportError::WrongKind { transport: "NVMe", command: command.kind() });
        };
        let data = command.room(data)?;
        let admin = Admin { opcode: admin.opcode(), nsid: admin.nsid(), cdw10_13: admin.cdw() };
        let begun = Instant::now();
        let ended = nvme::admin(self.node.as_fd(), &admin, data, timeout);
        judge(ended, data.len(), begun.elapsed(), timeout)
    }
}

/// Status codes by which a controller or the kernel tells that a command was aborted: Command Abort Requested (0/07h),
/// Command Aborted By Host (3/71h).
const ABORTED: [u16; 2] = [0x007, 0x371];

/// What the reply amounts to, after `elapsed` of `timeout`.
fn judge(
    ended: io::Result<Reply>,
    data_len: usize,
    elapsed: Duration,
    timeout: Duration,
) -> Result<Completion, TransportError> {
    let late = elapsed >= timeout;
    match ended {
        // NVMe knows no residual count: a command that succeeded sent everything.
        Ok(Reply { status: 0, result }) => {
            let [d0, d1, d2, d3, ..] = result.to_le_bytes();
            Ok(Completion { data_len, registers: None, result: u32::from_le_bytes([d0, d1, d2, d3]) })
        }
        // At the time-out the kernel has the controller abort the command.
        Ok(Reply { status, .. }) if late && ABORTED.contains(&(status & 0x7ff)) => {
            Err(TransportError::TimedOut(timeout))
        }
        Ok(Reply { status, .. }) => Err(TransportError::Nvme(status)),
        // No signal: the kernel waits here without heeding any. It has cancelled the command, because its time was
        // over or because the controller was reset for another's sake.
        Err(error) if error.raw_os_error() == Some(nix::libc::EINTR) => {
            Err(TransportError::TimedOut(timeout))
        }
        Err(error) => Err(TransportError::Refused(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::{NvmeAdmin, ScsiCdb};

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn success_gives_all_data_and_dword_0() {
        let reply = Reply { status: 0, result: 0x0102_0304_0506_0708 };
        let done = judge(Ok(reply), 512, Duration::ZERO, SECOND).unwrap();
        assert_eq!(done, Completion { data_len: 512, registers: None, result: 0x0506_0708 });
    }

    #[test]
    fn a_status_is_an_error_with_its_bits() {
        let invalid_log =
            judge(Ok(Reply { status: 0x4109, result: 0 }), 512, Duration::ZERO, SECOND).unwrap_err();
        assert!(matches!(invalid_log, TransportError::Nvme(0x4109)));
        assert!(invalid_log.is_unsupported());
    }

    #[test]
    fn an_abort_is_a_time_out_only_when_the_time_is_over() {
        let aborted = Reply { status: 0x0007, result: 0 };
        assert!(matches!(judge(Ok(aborted), 0, SECOND, SECOND), Err(TransportError::TimedOut(SECOND))));
        assert!(matches!(judge(Ok(aborted), 0, Duration::ZERO, SECOND), Err(TransportError::Nvme(0x0007))));
        let cancelled = judge(Err(io::Error::from_raw_os_error(nix::libc::EINTR)), 0, Duration::ZERO, SECOND);
        assert!(matches!(cancelled, Err(TransportError::TimedOut(SECOND))));
    }

    #[test]
    fn a_refusal_says_what_to_do() {
        let denied = judge(Err(io::Error::from_raw_os_error(nix::libc::EACCES)), 0, Duration::ZERO, SECOND);
        let denied = denied.unwrap_err().to_string();
        assert!(denied.contains("CAP_SYS_ADMIN"), "{denied}");
    }

    #[test]
    fn what_is_no_controller_refuses() {
        let mut transport = Nvme::new(File::open("/dev/null").unwrap());
        let identify = Command::Nvme(NvmeAdmin::identify(1, 0));
        let refused = transport.execute(&identify, &mut [0; 4096], SECOND);
        assert!(matches!(refused, Err(TransportError::Refused(_))), "{refused:?}");
        let wrong = transport.execute(&Command::Scsi(ScsiCdb::test_unit_ready()), &mut [], SECOND);
        assert!(matches!(wrong, Err(TransportError::WrongKind { command: "SCSI", .. })));
    }
}
