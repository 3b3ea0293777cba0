//! Commands through a MegaRAID controller by `MEGASAS_IOC_FIRMWARE`: to a disk behind it, or for its list of disks.
//!
//! The driver (`megaraid_sas`) has no header for programs. Layouts are those of the kernel's own
//! `drivers/scsi/megaraid/megaraid_sas.h`: a packet in the order of the host, with a frame of the controller's firmware
//! (MFI) within, which is little-endian. A frame is written byte by byte, at the offsets below.
//!
//! The call is made on the driver's management node, one for all controllers of the host. Opening it takes
//! CAP_SYS_ADMIN. It waits in the kernel until the firmware has answered, and nothing ends that sooner: the time-out of
//! the frame is the firmware's to keep. Each controller takes a few commands at a time from all programs, the others
//! queue.

use std::io;
use std::mem::offset_of;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::ptr;
use std::time::Duration;

use nix::libc::iovec;

use crate::sg::Data;

/// Buffers of a packet, of which one is used.
const BUFFERS: usize = 16;
/// Bytes of a frame, with its list of buffers.
const FRAME: usize = 128;

/// `struct megasas_iocpacket`.
#[derive(Clone, Copy)]
#[repr(C, packed)]
struct Packet {
    /// Number of the SCSI host.
    host_no: u16,
    pad: u16,
    /// Where in the frame the driver puts its own address of the data.
    sgl_off: u32,
    sge_count: u32,
    /// Where in the frame our address of the sense data stands, and the driver puts its own.
    sense_off: u32,
    sense_len: u32,
    frame: [u8; FRAME],
    sgl: [iovec; BUFFERS],
}

const _: () = assert!(offset_of!(Packet, sgl_off) == 4);
const _: () = assert!(offset_of!(Packet, sense_len) == 16);
const _: () = assert!(offset_of!(Packet, frame) == 20);
const _: () = assert!(offset_of!(Packet, sgl) == 148);
const _: () = assert!(size_of::<Packet>() == 148 + BUFFERS * 2 * size_of::<usize>());

mod call {
    nix::ioctl_readwrite!(firmware, b'M', 1, super::Packet);
}

/// Offsets in a frame. Those up to DATA_LEN are the same in every frame.
mod at {
    pub(super) const COMMAND: usize = 0x00;
    pub(super) const SENSE_LEN: usize = 0x01;
    pub(super) const COMMAND_STATUS: usize = 0x02;
    pub(super) const TARGET: usize = 0x04;
    pub(super) const CDB_LEN: usize = 0x06;
    pub(super) const BUFFER_COUNT: usize = 0x07;
    pub(super) const FLAGS: usize = 0x10;
    pub(super) const TIMEOUT: usize = 0x12;
    pub(super) const DATA_LEN: usize = 0x14;
    /// Pass-through: address of the sense data, as wide as a pointer.
    pub(super) const SENSE: usize = 0x18;
    pub(super) const CDB: usize = 0x20;
    /// Pass-through: list of buffers.
    pub(super) const BUFFERS: usize = 0x30;
    /// Direct command: opcode, mailbox of 12 bytes, list of buffers.
    pub(super) const OPCODE: usize = 0x18;
    pub(super) const MAILBOX: usize = 0x1c;
    pub(super) const DIRECT_BUFFERS: usize = 0x28;
}

/// MFI_CMD_PD_SCSI_IO: a SCSI command to a physical disk.
const PASS_THROUGH: u8 = 0x04;
/// MFI_CMD_DCMD: a direct command to the firmware.
const DIRECT: u8 = 0x05;
/// What the command status is before the firmware has set it (MFI_STAT_INVALID_STATUS).
const NO_STATUS: u8 = 0xff;

/// Flags of a frame: the direction of the data.
const TO_DEVICE: u16 = 0x08;
const FROM_DEVICE: u16 = 0x10;

/// MR_DCMD_PD_LIST_QUERY.
const LIST: u32 = 0x0201_0100;
/// MR_DCMD_PD_GET_INFO.
const INFO: u32 = 0x0202_0000;

/// Sends the command descriptor block `cdb` (at most 16 bytes) to the disk `target` behind the controller that is SCSI
/// host `host`, and returns the command status (`MFI_STAT_*`): 00h OK, 2Dh the disk ended the command otherwise and there
/// may be sense data. The SCSI status itself stays in the kernel, as does how much data there was: data and `sense` are
/// zero where nothing came.
///
/// `timeout` is told to the firmware in whole seconds, rounded up.
///
/// # Errors
/// The kernel did not take the command: `ENODEV` no such controller, or it is out of order; `EBUSY` it is being reset;
/// `EINTR` a signal came before the command was sent. `InvalidInput`: `cdb`, `sense` or the data are longer than the
/// frame can say.
pub fn pass_through(
    node: BorrowedFd<'_>,
    host: u16,
    target: u8,
    cdb: &[u8],
    data: Data<'_>,
    sense: &mut [u8],
    timeout: Duration,
) -> io::Result<u8> {
    sense.fill(0);
    // The driver copies every buffer back to where it came from, those that went to the device as well.
    let mut copy;
    let (direction, data): (u16, &mut [u8]) = match data {
        Data::In(bytes) if !bytes.is_empty() => {
            bytes.fill(0);
            (FROM_DEVICE, bytes)
        }
        Data::Out(bytes) if !bytes.is_empty() => {
            copy = bytes.to_vec();
            (TO_DEVICE, &mut copy)
        }
        _ => (0, &mut []),
    };
    let mut frame = pass_through_frame(target, cdb, direction, data.len(), sense.len(), timeout)?;
    let sense_pointer = sense.as_mut_ptr().expose_provenance().to_ne_bytes();
    put(&mut frame, at::SENSE, &sense_pointer);
    send(node, host, frame, at::BUFFERS, data, sense.len())
}

/// Asks the controller that is SCSI host `host` for the list of its physical disks (`MR_PD_LIST`); returns the command
/// status.
///
/// # Errors
/// As of [`pass_through`].
pub fn disk_list(node: BorrowedFd<'_>, host: u16, list: &mut [u8], timeout: Duration) -> io::Result<u8> {
    list.fill(0);
    // Mailbox 0: all disks, whatever they are used for.
    let frame = direct_frame(LIST, 0, list.len(), timeout)?;
    send(node, host, frame, at::DIRECT_BUFFERS, list, 0)
}

/// Asks it for what it knows of the physical disk `device` (`MR_PD_INFO`); the disk is not asked. Returns the command
/// status.
///
/// # Errors
/// As of [`pass_through`].
pub fn disk_info(
    node: BorrowedFd<'_>,
    host: u16,
    device: u16,
    info: &mut [u8],
    timeout: Duration,
) -> io::Result<u8> {
    info.fill(0);
    let frame = direct_frame(INFO, device, info.len(), timeout)?;
    send(node, host, frame, at::DIRECT_BUFFERS, info, 0)
}

fn pass_through_frame(
    target: u8,
    cdb: &[u8],
    direction: u16,
    data_len: usize,
    sense_len: usize,
    timeout: Duration,
) -> io::Result<[u8; FRAME]> {
    let cdb_len = u8::try_from(cdb.len()).ok().filter(|&len| len <= 16).ok_or_else(too_long)?;
    let mut frame = frame(PASS_THROUGH, direction, data_len, timeout)?;
    put(&mut frame, at::SENSE_LEN, &[u8::try_from(sense_len).map_err(|_| too_long())?]);
    put(&mut frame, at::TARGET, &[target]);
    put(&mut frame, at::CDB_LEN, &[cdb_len]);
    put(&mut frame, at::CDB, cdb);
    Ok(frame)
}

fn direct_frame(opcode: u32, mailbox: u16, data_len: usize, timeout: Duration) -> io::Result<[u8; FRAME]> {
    let mut frame = frame(DIRECT, FROM_DEVICE, data_len, timeout)?;
    put(&mut frame, at::OPCODE, &opcode.to_le_bytes());
    put(&mut frame, at::MAILBOX, &mailbox.to_le_bytes());
    Ok(frame)
}

/// What every frame has.
fn frame(command: u8, direction: u16, data_len: usize, timeout: Duration) -> io::Result<[u8; FRAME]> {
    let mut frame = [0; FRAME];
    put(&mut frame, at::COMMAND, &[command]);
    put(&mut frame, at::COMMAND_STATUS, &[NO_STATUS]);
    put(&mut frame, at::BUFFER_COUNT, &[u8::from(data_len > 0)]);
    put(&mut frame, at::FLAGS, &direction.to_le_bytes());
    put(&mut frame, at::TIMEOUT, &seconds(timeout).to_le_bytes());
    let data_len = u32::try_from(data_len).map_err(|_| too_long())?;
    put(&mut frame, at::DATA_LEN, &data_len.to_le_bytes());
    Ok(frame)
}

/// Sends a frame whose sense data, if any, goes to where the pointer at [`at::SENSE`] leads, `sense_len` bytes.
fn send(
    node: BorrowedFd<'_>,
    host: u16,
    frame: [u8; FRAME],
    buffers: usize,
    data: &mut [u8],
    sense_len: usize,
) -> io::Result<u8> {
    let none = iovec { iov_base: ptr::null_mut(), iov_len: 0 };
    let mut sgl = [none; BUFFERS];
    sgl[0] = iovec { iov_base: data.as_mut_ptr().cast(), iov_len: data.len() };
    let length = |len: usize| u32::try_from(len).map_err(|_| too_long());
    let mut packet = Packet {
        host_no: host,
        pad: 0,
        sgl_off: length(buffers)?,
        sge_count: u32::from(!data.is_empty()),
        sense_off: length(at::SENSE)?,
        sense_len: length(sense_len)?,
        frame,
        sgl,
    };
    // SAFETY: `packet` is exclusively borrowed. Its two pointers come from `&mut` slices that outlive the call, with their
    // lengths beside them: `data` in the first of the buffers, of which `sge_count` are used, and the sense data in the frame
    // (or length 0). The driver copies as many bytes to each and one byte to the frame, before the call returns.
    unsafe { call::firmware(node.as_raw_fd(), &raw mut packet) }?;
    Ok(packet.frame[at::COMMAND_STATUS])
}

fn put(frame: &mut [u8; FRAME], at: usize, bytes: &[u8]) {
    frame[at..at + bytes.len()].copy_from_slice(bytes);
}

fn too_long() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "too long for a MegaRAID frame")
}

/// Whole seconds, rounded up; never 0, which would mean for ever.
fn seconds(timeout: Duration) -> u16 {
    let whole = timeout.as_secs().saturating_add(u64::from(timeout.subsec_nanos() > 0));
    u16::try_from(whole).unwrap_or(u16::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::fd::AsFd;

    use super::*;

    #[test]
    fn a_command_to_a_disk_byte_by_byte() {
        let inquiry = [0x12, 1, 0x83, 1, 0, 0];
        let frame =
            pass_through_frame(5, &inquiry, FROM_DEVICE, 256, 96, Duration::from_millis(2500)).unwrap();
        #[rustfmt::skip]
        let golden = [
            0x04, 96, 0xff, 0, 5, 0, 6, 1,  0, 0, 0, 0, 0, 0, 0, 0,
            0x10, 0, 3, 0, 0, 1, 0, 0,      0, 0, 0, 0, 0, 0, 0, 0,
            0x12, 1, 0x83, 1, 0, 0, 0, 0,   0, 0, 0, 0, 0, 0, 0, 0,
        ];
        assert_eq!(frame[..48], golden);
        assert_eq!(frame[48..], [0; 80], "the driver writes its buffers here");
    }

    #[test]
    fn a_command_without_data_has_no_buffer() {
        let frame = pass_through_frame(0, &[0; 6], 0, 0, 96, Duration::ZERO).unwrap();
        assert_eq!(
            (frame[at::BUFFER_COUNT], &frame[at::FLAGS..at::SENSE]),
            (0, &[0, 0, 1, 0, 0, 0, 0, 0][..])
        );
    }

    #[test]
    fn questions_to_the_controller_byte_by_byte() {
        let frame = direct_frame(LIST, 0, 6152, Duration::from_secs(10)).unwrap();
        #[rustfmt::skip]
        let golden = [
            0x05, 0, 0xff, 0, 0, 0, 0, 1,     0, 0, 0, 0, 0, 0, 0, 0,
            0x10, 0, 10, 0, 0x08, 0x18, 0, 0, 0, 1, 1, 2, 0, 0, 0, 0,
        ];
        assert_eq!(frame[..32], golden);
        assert_eq!(frame[32..], [0; 96]);
        let frame = direct_frame(INFO, 0x0102, 512, Duration::MAX).unwrap();
        assert_eq!(frame[0x10..0x20], [0x10, 0, 0xff, 0xff, 0, 2, 0, 0, 0, 0, 2, 2, 2, 1, 0, 0]);
    }

    #[test]
    fn the_number_of_the_call_is_the_kernels() {
        // _IOWR('M', 1, struct megasas_iocpacket), 404 bytes where pointers have 8.
        let number = nix::request_code_readwrite!(b'M', 1, size_of::<Packet>());
        if size_of::<usize>() == 8 && cfg!(any(target_arch = "x86_64", target_arch = "aarch64")) {
            assert_eq!(number, 0xc194_4d01);
        }
    }

    #[test]
    fn what_does_not_fit_a_frame_is_refused_before_the_kernel_sees_it() {
        let null = File::open("/dev/null").unwrap();
        let second = Duration::from_secs(1);
        let ask = |cdb: &[u8], sense: &mut [u8]| {
            pass_through(null.as_fd(), 0, 0, cdb, Data::None, sense, second).unwrap_err().kind()
        };
        assert_eq!(ask(&[0; 17], &mut [0; 96]), io::ErrorKind::InvalidInput);
        assert_eq!(ask(&[0; 6], &mut [0; 256]), io::ErrorKind::InvalidInput);
    }

    #[test]
    fn the_kernels_refusal_comes_back_as_its_error() {
        let null = File::open("/dev/null").unwrap();
        let second = Duration::from_secs(1);
        let (mut data, mut sense) = ([0xa5; 36], [0xa5; 96]);
        let cdb = [0x12, 0, 0, 0, 36, 0];
        let refused =
            pass_through(null.as_fd(), 0, 0, &cdb, Data::In(&mut data), &mut sense, second).unwrap_err();
        assert_eq!(refused.raw_os_error(), Some(nix::libc::ENOTTY));
        assert_eq!((data, sense), ([0; 36], [0; 96]), "nothing stale is left");
        let list = disk_list(null.as_fd(), 0, &mut [0; 32], second).unwrap_err();
        assert_eq!(list.raw_os_error(), Some(nix::libc::ENOTTY));
        let info = disk_info(null.as_fd(), 0, 0, &mut [0; 512], second).unwrap_err();
        assert_eq!(info.raw_os_error(), Some(nix::libc::ENOTTY));
    }
}
