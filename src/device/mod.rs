//! Which disks: facts of udev and sysfs, and how partitions, device-mapper and daemons lead to them. No command is sent.

mod block_device;

pub use block_device::{BlockDevice, Hctl, Link, Place};
mod interim;
pub use interim::{DeviceError, Roots, enumerate, find};
