//! `stone telemetry ...`

mod show_device;

pub(super) use show_device::show_device;
