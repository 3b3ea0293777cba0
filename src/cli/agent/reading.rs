//! A round of disks as it is served: what came of each, and the metrics of its record.

use std::time::Duration;

use crate::agent::Seen;
use crate::cli::args::HowArgs;
use crate::cli::reading::reason;
use crate::cli::summary::Fate;
use crate::collect::Collected;
use crate::device::{BlockDevice, Place};
use crate::metrics::{self, Disk, Lines, Outcome};

/// Beside the deadlines of disks and round: finding the disks, asking controllers for theirs, storing records.
const SLACK: Duration = Duration::from_secs(300);

/// What is served of a disk; `values` makes the metrics of its record.
pub(super) fn seen(one: &Collected, values: Option<Lines>) -> Seen {
    let outcome = match Fate::of(one) {
        Fate::Read => Outcome::Read,
        Fate::CutShort => Outcome::CutShort,
        Fate::Hung => Outcome::Hung,
        Fate::InQuarantine => Outcome::Quarantined,
        Fate::NotReached => Outcome::NotReached,
        Fate::Asleep => Outcome::Asleep,
        Fate::Unreadable => Outcome::Unreadable,
    };
    let disk = disk(&one.device);
    Seen {
        told: metrics::of_disk(&disk, outcome, Some(one.took)),
        label: disk.label,
        outcome,
        reason: one.result.as_ref().err().map(reason),
        values,
    }
}

/// The label of a disk: its node without `/dev/`; the name of a dump.
pub(super) fn label(device: &BlockDevice) -> String {
    match &device.place {
        Place::Dump(_) => device.name.clone(),
        _ => {
            let path = device.path().display().to_string();
            path.strip_prefix("/dev/").unwrap_or(&path).to_owned()
        }
    }
}

fn disk(device: &BlockDevice) -> Disk {
    Disk {
        label: label(device),
        device_id: device.device_id.clone(),
        path: device.by_path.first().map(|path| path.display().to_string()),
        daemons: device.daemons.clone(),
        model: device.model.clone(),
        serial: device.serial.clone(),
    }
}

/// The longest that a round may take, with all that belongs to it.
pub(super) fn longest_round(how: &HowArgs) -> Duration {
    how.round_deadline.saturating_add(how.deadline).saturating_add(SLACK)
}
