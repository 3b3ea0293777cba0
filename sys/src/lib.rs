//! The ioctls that read SMART data from Linux block devices, behind safe functions over slices.
//!
//! Here is all the `unsafe` of `stone-smart` that faces the kernel. Each module but the last is one family of ioctls:
//!
//! * [`sg`]: SCSI commands by `SG_IO`, version 3 of its header;
//! * [`megaraid`]: SCSI commands to disks behind a MegaRAID controller, and its list of them;
//! * [`nvme`]: NVMe admin commands;
//! * [`block`]: size and block sizes of a block device;
//! * [`process`]: no ioctl, but a process that may hang in one instead of this one.
//!
//! The functions move bytes and know nothing of their meaning; which commands may be sent is decided by the types of
//! `stone_smart::transport`.
//!
//! # Signals
//!
//! No function repeats an interrupted call, because what [`ErrorKind::Interrupted`](std::io::ErrorKind::Interrupted)
//! means differs. From [`sg`], on a SCSI generic node: a signal came, the kernel has let go of the command and will
//! drop its answer; a reading command may be sent again. (After a handler with `SA_RESTART` the kernel itself sends it
//! again, with the whole time-out.) From [`nvme`]: the kernel has cancelled the command
//! because it took too long or the controller was reset; sending it again is no remedy. From [`megaraid`]: the command
//! was not sent. Block nodes and [`block`] cannot be interrupted.
//!
//! # Bindings
//!
//! [`bindings`] is the output of bindgen, committed, so that building needs no libclang. To make it anew:
//!
//! ```text
//! STONE_BLESS=1 cargo test -p stone-smart-sys --features regenerate --test bindings
//! ```
//!
//! Without `STONE_BLESS` the same command compares the committed file with what bindgen makes of the headers of this
//! machine. `tests/headers.rs` asks the C compiler for every size, offset and number, and needs no feature.
//! A build with `regenerate` uses the bindings just made, not those committed.

/// `sg_io_hdr`, `nvme_passthru_cmd` and their constants, under the names of the C headers: output of bindgen.
#[cfg(not(feature = "regenerate"))]
#[allow(missing_docs, missing_debug_implementations, non_camel_case_types, reason = "generated")]
pub mod bindings;
/// `sg_io_hdr`, `nvme_passthru_cmd` and their constants, as bindgen has just made them.
#[cfg(feature = "regenerate")]
#[allow(missing_docs, missing_debug_implementations, non_camel_case_types, reason = "generated")]
pub mod bindings {
    include!(concat!(env!("OUT_DIR"), "/bindings.rs"));
}
pub mod block;
pub mod megaraid;
pub mod nvme;
pub mod process;
pub mod sg;
