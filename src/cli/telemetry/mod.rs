//! `stone telemetry ...`

mod rotate_id;
mod show_device;

pub(super) use rotate_id::rotate_id;
pub(super) use show_device::show_device;
