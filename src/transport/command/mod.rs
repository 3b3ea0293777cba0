//! Commands, by protocol: private fields, and constructors for reading commands only.

mod any;
mod ata;
#[cfg(feature = "worker")]
mod identity;
mod nvme;
mod scsi;

pub use any::Command;
pub use ata::TaskFile;
pub use nvme::NvmeAdmin;
pub use scsi::ScsiCdb;
