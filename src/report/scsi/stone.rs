//! What smartctl's JSON has no key for, or a wrong value: `stone.scsi`.

use crate::decode::scsi::{ErrorCounters, Pages};
use crate::report::Object;

pub(super) fn emit(pages: &Pages, record: &mut Object) {
    let mut scsi = Object::new();
    if let Some(protection) = pages.capacity.as_ref().and_then(|capacity| capacity.long.as_ref()?.protection)
    {
        scsi.set("protection_intervals_per_block", protection.intervals());
    }
    if let Some(characteristics) = &pages.block_device_characteristics {
        scsi.set("rotation_rate_reported", characteristics.rotation_rate != 0);
    }
    error_counters(pages, &mut scsi);
    if !scsi.is_empty() {
        record.object("stone").set("scsi", scsi);
    }
}

/// The counters that were reported, with the exact number of bytes.
fn error_counters(pages: &Pages, scsi: &mut Object) {
    let mut logs = Object::new();
    for (name, counters) in
        [("read", pages.read_errors), ("write", pages.write_errors), ("verify", pages.verify_errors)]
    {
        logs.set_some(name, counters.map(|counters| log(&counters)).filter(|log| !log.is_empty()));
    }
    if !logs.is_empty() {
        scsi.set("error_counters", logs);
    }
}

fn log(counters: &ErrorCounters) -> Object {
    let mut log = Object::new();
    log.set_some("corrected_fast", counters.corrected_fast)
        .set_some("corrected_delayed", counters.corrected_delayed)
        .set_some("retried", counters.retried)
        .set_some("corrected", counters.corrected)
        .set_some("algorithm_invocations", counters.algorithm_invocations)
        .set_some("bytes_processed", counters.bytes_processed)
        .set_some("uncorrected", counters.uncorrected);
    log
}
