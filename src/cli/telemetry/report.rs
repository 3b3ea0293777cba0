//! The device report of this host, from a fresh reading of its disks.

use crate::anonymise::Anonymiser;
use crate::channel::DeviceReport;
use crate::cli::args::DiskArgs;
use crate::cli::{disks, output};
use crate::report::{Record, Value};
use crate::source::native::Extent;

/// A report, and how many disks it was to be about.
pub(super) struct Made {
    pub(super) report: DeviceReport,
    pub(super) wanted: usize,
}

/// Reads the disks; those that cannot be read have their lines on standard error.
pub(super) fn make(anonymiser: &Anonymiser, args: &DiskArgs) -> Made {
    let found = disks::wanted(args);
    if found.devices.is_empty() && found.missing == 0 {
        output::say("this host has no disk with SMART data");
    }
    let collected = disks::read(found.devices, &args.how, Extent::Whole);
    let mut report = DeviceReport::new(anonymiser.host().clone());
    for record in collected.iter().filter_map(|one| one.result.as_ref().ok()) {
        report.add(time(record), anonymiser.anonymise(record));
    }
    if report.nameless() > 0 {
        output::say(format_args!("{} disks are left out: nothing tells them from others", report.nameless()));
    }
    Made { report, wanted: collected.len() + found.missing }
}

/// When a record was made, in seconds since 1970 UTC.
fn time(record: &Record) -> i64 {
    record.0.at("local_time.time_t").and_then(Value::as_i64).unwrap_or(0)
}
