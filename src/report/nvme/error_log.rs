//! The Error Information log.

use crate::decode::nvme::{ErrorEntry, ErrorInformation, Status};
use crate::object;
use crate::report::{Object, Value};

/// Entries are at their place in the log: unused ones are holes, none after the last. `size` is how many the log can
/// hold; those not read count as unread only where all that were read are in use up to the last.
pub(super) fn log(log: &ErrorInformation, size: u16) -> Object {
    let read = log.entries.len();
    let used = log.entries.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
    let unread = if used == read { usize::from(size).saturating_sub(read) } else { 0 };
    let mut object = object! {
        "size" => size,
        "read" => count(read),
        "unread" => count(unread),
    };
    if used > 0 {
        let entries = log.entries.iter().take(used).map(|slot| slot.as_ref().map(entry));
        object.set("table", Value::array(entries));
    }
    object
}

/// A number of entries, 256 at most.
fn count(entries: usize) -> Value {
    u16::try_from(entries).unwrap_or(u16::MAX).into()
}

fn entry(entry: &ErrorEntry) -> Object {
    let mut object = object! { "error_count" => entry.error_count };
    object.set_some("submission_queue_id", entry.submission_queue).set_some("command_id", entry.command_id);
    if let Some(status) = entry.status {
        object.set("status_field", status_field(status)).set("phase_tag", entry.phase_tag);
    }
    object.set_some("parm_error_location", entry.parameter_error_location);
    if let Some(lba) = entry.lba {
        object.object("lba").set_unsafe("value", lba);
    }
    object.set_some("nsid", entry.nsid).set_some("vendor_specific", entry.vendor_log_page);
    object
}

fn status_field(status: Status) -> Object {
    object! {
        "value" => status.0,
        "do_not_retry" => status.do_not_retry(),
        "status_code_type" => status.code_type(),
        "status_code" => status.code(),
        "string" => status.words(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(counts: &[u8]) -> ErrorInformation {
        let entries = counts.iter().flat_map(|count| {
            let mut entry = [0; 64];
            entry[0] = *count;
            entry[12..14].copy_from_slice(&0x8004u16.to_le_bytes());
            entry[14..24].fill(0xff);
            entry[24..28].fill(0xff);
            entry
        });
        ErrorInformation::decode(&entries.collect::<Vec<u8>>()).unwrap()
    }

    #[test]
    fn a_log_without_errors_has_no_table() {
        let wanted = object! { "size" => 64u8, "read" => 3u8, "unread" => 0u8 };
        assert_eq!(log(&decode(&[0, 0, 0]), 64), wanted);
    }

    #[test]
    fn unused_entries_are_holes_and_a_full_log_has_more() {
        let half = log(&decode(&[9, 0, 7, 0]), 64);
        assert_eq!(half.get("unread"), Some(&0u8.into()));
        let table = half.get("table").and_then(Value::as_array).unwrap();
        assert_eq!(table.len(), 3);
        assert_eq!(table[1], Value::Null);
        let status = object! {
            "value" => 0x4002u16,
            "do_not_retry" => true,
            "status_code_type" => 0u8,
            "status_code" => 2u8,
            "string" => "Invalid Field in Command",
        };
        let entry = object! {
            "error_count" => 7u8,
            "submission_queue_id" => 0u8,
            "command_id" => 0u8,
            "status_field" => status,
            "phase_tag" => false,
        };
        assert_eq!(table[2], entry.into());
        assert_eq!(log(&decode(&[9, 8]), 64).get("unread"), Some(&62u8.into()));
        assert_eq!(log(&decode(&[9, 8]), 0).get("unread"), Some(&0u8.into()));
    }
}
