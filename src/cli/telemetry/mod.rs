//! `stone telemetry ...`

mod explain;
mod opt_in;
mod report;
mod rotate_id;
#[cfg(feature = "http")]
mod send;
mod show_device;
mod status;

pub(super) use opt_in::{off, on};
pub(super) use rotate_id::rotate_id;
#[cfg(feature = "http")]
pub(super) use send::send;
pub(super) use show_device::show_device;
pub(super) use status::status;
