//! `stone telemetry ...`

mod cluster;
mod diff;
mod explain;
mod list;
mod opt_in;
mod report;
mod rotate_id;
#[cfg(feature = "http")]
mod send;
mod settings;
mod show;
mod show_device;
mod status;

pub(super) use diff::diff;
pub(super) use list::{channels, list_collections};
pub(super) use opt_in::{off, on};
pub(super) use rotate_id::rotate_id;
#[cfg(feature = "http")]
pub(super) use send::send;
pub(super) use show::{show, show_all};
pub(super) use show_device::show_device;
pub(super) use status::status;

use settings::{settings, settings_or_default};
