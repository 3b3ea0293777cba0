//! SCSI commands by `SG_IO`: one safe function over slices.

use std::ffi::c_void;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::ptr;
use std::time::Duration;

use crate::bindings::{SG_DXFER_FROM_DEV, SG_DXFER_NONE, SG_DXFER_TO_DEV, sg_io_hdr};

mod call {
    nix::ioctl_readwrite_bad!(sg_io, crate::bindings::SG_IO, crate::bindings::sg_io_hdr);
}

/// What a command transfers.
#[derive(Debug)]
pub enum Data<'a> {
    /// Nothing.
    None,
    /// From the device.
    In(&'a mut [u8]),
    /// To the device. For the payload of the two reading SCT commands of ATA, which travels this way.
    Out(&'a [u8]),
}

/// How a command ended, as `sg_io_hdr` says it. All of it must be looked at: the call succeeds where the command failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reply {
    /// SCSI status (SAM-6): 00h GOOD, 02h CHECK CONDITION ...
    pub status: u8,
    /// What the host adapter's driver says, `DID_*`; 0: nothing amiss.
    pub host: u16,
    /// What the SCSI mid-layer says, `DRIVER_*`; 08h: there is sense data. Always 0 or 08h since Linux 5.14.
    pub driver: u16,
    /// Bytes of sense data that were written; at most as many as there was room for.
    pub sense_len: usize,
    /// Bytes of data that were transferred, by the adapter's account of what was left over.
    pub data_len: usize,
    /// Time the kernel measured, in steps of a millisecond.
    pub duration: Duration,
}

/// Sends the command descriptor block `cdb` to the SCSI device behind `fd` and waits until it has ended or was aborted.
///
/// `timeout` is counted in milliseconds, from 1 ms to `i32::MAX` ms: 0 would mean the kernel's default and `u32::MAX`
/// for ever. On a block node (`/dev/sda`) the kernel makes at least 7 s of it, and nothing ends the wait sooner; on
/// a SCSI generic node (`/dev/sg0`) a deadly signal does.
///
/// # Errors
/// The kernel did not take the command, or a signal came (see the [crate]); `InvalidInput`: `cdb`, `sense` or
/// the data are longer than the header can say.
pub fn submit(
    fd: BorrowedFd<'_>,
    cdb: &[u8],
    data: Data<'_>,
    sense: &mut [u8],
    timeout: Duration,
) -> io::Result<Reply> {
    let (direction, pointer, len) = match data {
        Data::In(bytes) if !bytes.is_empty() => (SG_DXFER_FROM_DEV, bytes.as_mut_ptr().cast(), bytes.len()),
        // The header knows one kind of pointer; the kernel only reads what goes to the device.
        Data::Out(bytes) if !bytes.is_empty() => {
            (SG_DXFER_TO_DEV, bytes.as_ptr().cast_mut().cast(), bytes.len())
        }
        _ => (SG_DXFER_NONE, ptr::null_mut::<c_void>(), 0),
    };
    let mut header = sg_io_hdr {
        interface_id: i32::from(b'S'),
        dxfer_direction: direction,
        cmd_len: length(cdb.len())?,
        mx_sb_len: length(sense.len())?,
        iovec_count: 0,
        dxfer_len: length(len)?,
        dxferp: pointer,
        // Likewise: the kernel only reads the command.
        cmdp: cdb.as_ptr().cast_mut(),
        sbp: sense.as_mut_ptr(),
        timeout: milliseconds(timeout),
        flags: 0,
        pack_id: 0,
        usr_ptr: ptr::null_mut(),
        status: 0,
        masked_status: 0,
        msg_status: 0,
        sb_len_wr: 0,
        host_status: 0,
        driver_status: 0,
        resid: 0,
        duration: 0,
        info: 0,
    };
    // SAFETY: `header` is exclusively borrowed. Its three pointers come from slices that outlive the call, each with
    // its own length beside it (or null with length 0), those the kernel writes to from `&mut`; the kernel's contract
    // (sg.h) is to write at most `dxfer_len` bytes of data from the device and `mx_sb_len` of sense data, and without
    // SG_FLAG_DIRECT_IO or mmap it does so only before the call returns.
    unsafe { call::sg_io(fd.as_raw_fd(), &raw mut header) }?;
    Ok(Reply {
        status: header.status,
        host: header.host_status,
        driver: header.driver_status,
        sense_len: usize::from(header.sb_len_wr).min(sense.len()),
        // A negative remainder is an adapter's slip: nothing was left over then.
        data_len: len.saturating_sub(usize::try_from(header.resid).unwrap_or(0)),
        duration: Duration::from_millis(header.duration.into()),
    })
}

fn length<T: TryFrom<usize>>(len: usize) -> io::Result<T> {
    T::try_from(len).map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "too long for sg_io_hdr"))
}

/// `timeout` as the kernel takes it, rounded up: never 0 (its default) nor so much that it would mean for ever.
pub(crate) fn milliseconds(timeout: Duration) -> u32 {
    u32::try_from(timeout.as_nanos().div_ceil(1_000_000))
        .unwrap_or(u32::MAX)
        .clamp(1, i32::MAX.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::fd::AsFd;

    use super::*;

    #[test]
    fn what_does_not_fit_the_header_is_refused_before_the_kernel_sees_it() {
        let null = File::open("/dev/null").unwrap();
        let second = Duration::from_secs(1);
        let long_cdb = submit(null.as_fd(), &[0; 256], Data::None, &mut [0; 32], second);
        assert_eq!(long_cdb.unwrap_err().kind(), io::ErrorKind::InvalidInput);
        let long_sense = submit(null.as_fd(), &[0; 6], Data::None, &mut [0; 256], second);
        assert_eq!(long_sense.unwrap_err().kind(), io::ErrorKind::InvalidInput);
    }

    #[test]
    fn the_kernels_refusal_comes_back_as_its_error() {
        let null = File::open("/dev/null").unwrap();
        let mut data = [0xa5; 36];
        let refused =
            submit(null.as_fd(), &[0x12, 0, 0, 0, 36, 0], Data::In(&mut data), &mut [0; 32], Duration::ZERO);
        assert_eq!(refused.unwrap_err().raw_os_error(), Some(nix::libc::ENOTTY));
        assert_eq!(data, [0xa5; 36]);
    }

    #[test]
    fn a_time_out_is_never_none_nor_for_ever() {
        assert_eq!(milliseconds(Duration::ZERO), 1);
        assert_eq!(milliseconds(Duration::from_millis(2500)), 2500);
        assert_eq!(milliseconds(Duration::from_micros(2001)), 3);
        assert_eq!(milliseconds(Duration::MAX), 0x7fff_ffff);
    }
}
