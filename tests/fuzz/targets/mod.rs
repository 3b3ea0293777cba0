//! What each fuzz target does with its input: everything that takes bytes which somebody else made.
//!
//! A target panics where a promise is broken; that it ends in time and within its memory, libFuzzer watches.

mod address;
mod arguments;
mod device;
mod drive;
mod drivedb;
mod dump;
mod history;
mod input;
mod megaraid;
mod pages;
mod record;
mod sense;
mod setup;
mod smartctl;
mod spool;
mod worker;

pub use address::address;
pub use arguments::arguments;
pub use device::device;
pub use drivedb::drivedb;
pub use dump::dump;
pub use history::history;
pub use megaraid::megaraid;
pub use pages::{ata, nvme, scsi};
pub use sense::sense;
pub use setup::setup;
pub use smartctl::smartctl;
pub use spool::spool;
pub use worker::worker;

/// Takes an input, and panics where it does harm.
pub type Target = fn(&[u8]);

/// Every target, by the name of its program and of its folder in `corpus/`.
pub const TARGETS: &[(&str, Target)] = &[
    ("address", address),
    ("arguments", arguments),
    ("ata", ata),
    ("device", device),
    ("drivedb", drivedb),
    ("dump", dump),
    ("history", history),
    ("megaraid", megaraid),
    ("nvme", nvme),
    ("scsi", scsi),
    ("sense", sense),
    ("setup", setup),
    ("smartctl", smartctl),
    ("spool", spool),
    ("worker", worker),
];
