//! Size and block sizes of a block device: `BLKGETSIZE64`, `BLKSSZGET`, `BLKPBSZGET`.

use std::ffi::{c_int, c_uint};
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};

use nix::sys::ioctl::ioctl_num_type;

/// Number of `BLKSSZGET`.
pub const BLKSSZGET: ioctl_num_type = nix::request_code_none!(0x12, 104);
/// Number of `BLKGETSIZE64`. It is made with the size of `size_t`, but the kernel writes 64 bits everywhere.
pub const BLKGETSIZE64: ioctl_num_type = nix::request_code_read!(0x12, 114, size_of::<usize>());
/// Number of `BLKPBSZGET`.
pub const BLKPBSZGET: ioctl_num_type = nix::request_code_none!(0x12, 123);

mod call {
    use std::ffi::{c_int, c_uint};

    nix::ioctl_read_bad!(size64, super::BLKGETSIZE64, u64);
    nix::ioctl_read_bad!(logical, super::BLKSSZGET, c_int);
    nix::ioctl_read_bad!(physical, super::BLKPBSZGET, c_uint);
}

/// Size in bytes of the block device behind `fd`.
///
/// # Errors
/// `ENOTTY`: not a block device.
pub fn size_bytes(fd: BorrowedFd<'_>) -> io::Result<u64> {
    let mut bytes: u64 = 0;
    // SAFETY: `bytes` is exclusively borrowed, and the kernel writes one 64-bit number (block/ioctl.c).
    unsafe { call::size64(fd.as_raw_fd(), &raw mut bytes) }?;
    Ok(bytes)
}

/// Logical block size in bytes.
///
/// # Errors
/// `ENOTTY`: not a block device. `InvalidData`: the kernel gave a negative size.
pub fn logical_block_size(fd: BorrowedFd<'_>) -> io::Result<u32> {
    let mut bytes: c_int = 0;
    // SAFETY: `bytes` is exclusively borrowed, and the kernel writes one int (block/ioctl.c).
    unsafe { call::logical(fd.as_raw_fd(), &raw mut bytes) }?;
    u32::try_from(bytes)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "negative logical block size"))
}

/// Physical block size in bytes, as the device claims it.
///
/// # Errors
/// `ENOTTY`: not a block device.
pub fn physical_block_size(fd: BorrowedFd<'_>) -> io::Result<u32> {
    let mut bytes: c_uint = 0;
    // SAFETY: `bytes` is exclusively borrowed, and the kernel writes one unsigned int (block/ioctl.c).
    unsafe { call::physical(fd.as_raw_fd(), &raw mut bytes) }?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::fd::AsFd;

    use super::*;

    #[test]
    fn what_is_not_a_block_device_is_refused() {
        let null = File::open("/dev/null").unwrap();
        for error in [
            size_bytes(null.as_fd()).unwrap_err(),
            logical_block_size(null.as_fd()).map(u64::from).unwrap_err(),
            physical_block_size(null.as_fd()).map(u64::from).unwrap_err(),
        ] {
            assert_eq!(error.raw_os_error(), Some(nix::libc::ENOTTY));
        }
    }
}
