//! NVMe admin commands by `NVME_IOCTL_ADMIN64_CMD`, or `NVME_IOCTL_ADMIN_CMD` where the kernel is older than 5.5.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::ioctl::ioctl_num_type;

use crate::bindings::{nvme_passthru_cmd, nvme_passthru_cmd64, nvme_passthru_cmd64__bindgen_ty_1};
use crate::sg::milliseconds;

/// Number of `NVME_IOCTL_ADMIN_CMD`.
pub const NVME_IOCTL_ADMIN_CMD: ioctl_num_type =
    nix::request_code_readwrite!(b'N', 0x41, size_of::<nvme_passthru_cmd>());
/// Number of `NVME_IOCTL_ADMIN64_CMD`.
pub const NVME_IOCTL_ADMIN64_CMD: ioctl_num_type =
    nix::request_code_readwrite!(b'N', 0x47, size_of::<nvme_passthru_cmd64>());

mod call {
    use crate::bindings::{nvme_passthru_cmd, nvme_passthru_cmd64};

    nix::ioctl_readwrite_bad!(admin, super::NVME_IOCTL_ADMIN_CMD, nvme_passthru_cmd);
    nix::ioctl_readwrite_bad!(admin64, super::NVME_IOCTL_ADMIN64_CMD, nvme_passthru_cmd64);
}

/// An admin command without its data; what is not here is zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Admin {
    /// Opcode. Its bits 1:0 say what is transferred: 10b, from the controller.
    pub opcode: u8,
    /// Namespace Identifier.
    pub nsid: u32,
    /// Command DWORDs 10 to 13.
    pub cdw10_13: [u32; 4],
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reply {
    /// Status field of the completion queue entry, without the phase tag: Status Code in bits 7:0, Status Code
    /// Type in 10:8, Do Not Retry in 14. 0: successful.
    pub status: u16,
    /// DWORD 0 of the completion queue entry, and DWORD 1 above it where the kernel gives it.
    pub result: u64,
}

/// Sends an admin command that reads to the controller behind `fd` and waits for its end.
///
/// `data` receives what the controller returns. `timeout` is counted as in [`sg::submit`](crate::sg::submit).
///
/// # Errors
/// The kernel did not take the command, or cancelled it (see the [crate]); `InvalidInput`: `opcode` moves data
/// to the controller, or `data` is 4 GiB or longer. A status of the controller is not an error here: see [`Reply`].
pub fn admin(fd: BorrowedFd<'_>, command: &Admin, data: &mut [u8], timeout: Duration) -> io::Result<Reply> {
    // Bit 0: to the controller. The kernel derives the direction from the opcode alone.
    if command.opcode & 1 == 1 {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the opcode moves data to the controller"));
    }
    match admin64(fd, command, data, timeout) {
        Err(Errno::ENOTTY) => Ok(admin32(fd, command, data, timeout)?),
        ended => Ok(ended?),
    }
}

fn admin64(fd: BorrowedFd<'_>, command: &Admin, data: &mut [u8], timeout: Duration) -> nix::Result<Reply> {
    let [cdw10, cdw11, cdw12, cdw13] = command.cdw10_13;
    let (addr, data_len) = buffer(data)?;
    let mut passthru = nvme_passthru_cmd64 {
        opcode: command.opcode,
        flags: 0,
        rsvd1: 0,
        nsid: command.nsid,
        cdw2: 0,
        cdw3: 0,
        metadata: 0,
        addr,
        metadata_len: 0,
        __bindgen_anon_1: nvme_passthru_cmd64__bindgen_ty_1 { data_len },
        cdw10,
        cdw11,
        cdw12,
        cdw13,
        cdw14: 0,
        cdw15: 0,
        timeout_ms: milliseconds(timeout),
        rsvd2: 0,
        result: 0,
    };
    // SAFETY: `passthru` is exclusively borrowed; `addr` and `data_len` are those of a `&mut` slice that outlives the
    // call, and the kernel writes at most `data_len` bytes there, before the call returns; there is no metadata.
    let status = unsafe { call::admin64(fd.as_raw_fd(), &raw mut passthru) }?;
    Ok(Reply { status: status_field(status), result: passthru.result })
}

fn admin32(fd: BorrowedFd<'_>, command: &Admin, data: &mut [u8], timeout: Duration) -> nix::Result<Reply> {
    let [cdw10, cdw11, cdw12, cdw13] = command.cdw10_13;
    let (addr, data_len) = buffer(data)?;
    let mut passthru = nvme_passthru_cmd {
        opcode: command.opcode,
        flags: 0,
        rsvd1: 0,
        nsid: command.nsid,
        cdw2: 0,
        cdw3: 0,
        metadata: 0,
        addr,
        metadata_len: 0,
        data_len,
        cdw10,
        cdw11,
        cdw12,
        cdw13,
        cdw14: 0,
        cdw15: 0,
        timeout_ms: milliseconds(timeout),
        result: 0,
    };
    // SAFETY: as in `admin64`.
    let status = unsafe { call::admin(fd.as_raw_fd(), &raw mut passthru) }?;
    Ok(Reply { status: status_field(status), result: passthru.result.into() })
}

/// Address and length of `data` for the kernel, which wants no address where there is nothing to transfer.
fn buffer(data: &mut [u8]) -> nix::Result<(u64, u32)> {
    let len = u32::try_from(data.len()).map_err(|_| Errno::EINVAL)?;
    // An address fits 64 bits on every machine Linux runs on.
    Ok((if len == 0 { 0 } else { data.as_mut_ptr().expose_provenance() as u64 }, len))
}

/// A positive return value of the ioctl is the status field (15 bits), not success.
fn status_field(returned: i32) -> u16 {
    u16::try_from(returned).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::fd::AsFd;

    use super::*;

    const IDENTIFY: Admin = Admin { opcode: 0x06, nsid: 0, cdw10_13: [1, 0, 0, 0] };

    #[test]
    fn opcodes_that_send_data_are_refused_before_the_kernel_sees_them() {
        let null = File::open("/dev/null").unwrap();
        for opcode in [0x01, 0x09, 0x11, 0x81, 0xc1] {
            let refused =
                admin(null.as_fd(), &Admin { opcode, ..IDENTIFY }, &mut [], Duration::ZERO).unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::InvalidInput, "{opcode:#04x}");
        }
    }

    #[test]
    fn both_forms_pass_the_kernels_refusal_on() {
        let null = File::open("/dev/null").unwrap();
        let refused = admin(null.as_fd(), &IDENTIFY, &mut [0; 4096], Duration::from_secs(1)).unwrap_err();
        assert_eq!(refused.raw_os_error(), Some(nix::libc::ENOTTY));
    }

    #[test]
    fn a_positive_return_is_the_controllers_status() {
        assert_eq!(status_field(0), 0);
        assert_eq!(status_field(0x4109), 0x4109);
        assert_eq!(status_field(i32::MAX), 0xffff);
    }
}
