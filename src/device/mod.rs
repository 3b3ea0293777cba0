//! Which disks: facts of udev and sysfs, and how partitions, device-mapper and daemons lead to them. No command is sent.
//!
//! ```text
//! enumerate -> host -> disk, nvme -> merge        every physical disk, once
//! find -> node -> graph -> the same               what a path leads to
//! megaraid                                        controllers whose disks have no node
//! ```
//!
//! sysfs says what there is, udev's database what it is called: udev is only asked about what sysfs lists, so that a
//! disk that was pulled meanwhile is in neither.

mod block_device;
mod device_id;
mod disk;
mod enumerate;
mod error;
mod find;
mod graph;
mod host;
mod link;
mod links;
mod megaraid;
mod merge;
mod names;
mod node;
mod nvme;
mod osd;
mod roots;
mod sysfs;
#[cfg(test)]
mod tests;
mod topology;
mod udev;

pub use block_device::{BlockDevice, Hctl, Link, Place, UsbBridge};
pub use enumerate::enumerate;
pub use error::DeviceError;
pub use find::find;
pub use megaraid::{MegaRaidController, MegaRaidMember, megaraid_controllers};
pub use names::natural_order;
pub use roots::Roots;
