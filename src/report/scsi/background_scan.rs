//! What the disk found when it read itself through, and what waits to be rewritten.

use super::names;
use crate::decode::scsi::{BackgroundScan, Pages, PendingDefects, ScanResult};
use crate::object;
use crate::report::{Object, Value};

pub(super) fn emit(pages: &Pages, record: &mut Object) {
    if let Some(defects) = &pages.pending_defects {
        record.set("scsi_pending_defects", pending(defects));
    }
    if let Some(scan) = &pages.background_scan {
        record.set("scsi_background_scan", background(scan));
    }
}

fn pending(log: &PendingDefects) -> Object {
    let mut pending = object! { "count" => log.count };
    if !log.defects.is_empty() {
        pending.set("table", table(log));
    }
    pending
}

/// The index is the parameter code, as smartctl has it, so that item 0 is `null`. Codes that do not count up from 1
/// would make it mostly holes: those defects are left to `count`.
fn table(log: &PendingDefects) -> Value {
    let mut table = vec![Value::Null; log.defects.len() + 1];
    for defect in &log.defects {
        if let Some(item) = table.get_mut(usize::from(defect.code)) {
            let hours = defect.power_on_hours;
            *item = object! { "lba" => defect.lba, "accum_power_on_hours" => hours }.into();
        }
    }
    Value::Array(table)
}

fn background(scan: &BackgroundScan) -> Object {
    let mut status = object! { "value" => scan.status };
    status
        .set_some("string", names::background_scan_status(scan.status))
        .set("number_scans_performed", scan.scans)
        .set("scan_progress", percent(scan.progress))
        .set("number_medium_scans_performed", scan.medium_scans.unwrap_or(0));
    let mut background = object! { "status" => status };
    for found in &scan.results {
        background.set(format!("result_{}", found.code), result(found));
    }
    background
}

fn result(found: &ScanResult) -> Object {
    let [key, asc, ascq] = found.sense;
    let mut reassign = object! { "value" => found.reassign_status };
    reassign.set_some("string", names::reassign_status(found.reassign_status));
    object! {
        "parameter_code" => found.code,
        "accumulated_power_on" => object! { "minutes" => found.power_on_minutes },
        "lba" => found.lba,
        "sense_key" => object! { "value" => key, "string" => names::sense_key(key) },
        "asc" => asc,
        "ascq" => ascq,
        "reassign_status" => reassign,
    }
}

/// 65,536ths as percent with two digits after the point, rounded half to even as `printf` does.
fn percent(progress: u16) -> String {
    let scaled = u32::from(progress) * 10_000;
    let (mut hundredths, rest) = (scaled / 65_536, scaled % 65_536);
    if rest > 32_768 || (rest == 32_768 && hundredths % 2 == 1) {
        hundredths += 1;
    }
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percents() {
        for (progress, words) in [
            (0, "0.00%"),
            (1, "0.00%"),
            (327, "0.50%"),
            (6118, "9.34%"),
            (32_768, "50.00%"),
            (65_535, "100.00%"),
        ] {
            assert_eq!(percent(progress), words);
        }
    }
}
