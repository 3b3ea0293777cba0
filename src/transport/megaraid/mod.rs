//! Disks behind MegaRAID controllers: the driver's node, the controller's list of disks, SCSI commands to one of them.

mod disks;
mod list;
mod node;
mod scsi;

pub use disks::{ALL, Entry, disks, from_listing, listing};
#[doc(hidden)]
pub use list::{disks as listed, with_info};
pub use scsi::MegaRaid;
