//! How much of its endurance a disk has used.

use crate::report::{Object, Record, Value};

/// Endurance used, in percent: 0 new, 100 all that the vendor promises, above 100 beyond that. `None`: the disk does not say.
///
/// It is `endurance_used.current_percent`; in records of older smartctls the device statistics (page 07h, offset 8), the
/// NVMe health log (Percentage Used) or the SCSI log page 11h, which are what it is made of.
pub fn wear(record: &Record) -> Option<u64> {
    let number = |path: &str| record.0.at(path).and_then(Value::as_u64);
    number("endurance_used.current_percent")
        .or_else(|| number("nvme_smart_health_information_log.percentage_used"))
        .or_else(|| number("scsi_percentage_used_endurance_indicator"))
        .or_else(|| statistic(&record.0, 7, 8))
}

/// A valid number of the ATA device statistics.
fn statistic(record: &Object, page: u64, offset: u64) -> Option<u64> {
    let find = |list: &'_ Value, key: &str, number: u64| {
        let is = |item: &&Object| item.get(key).and_then(Value::as_u64) == Some(number);
        list.as_array()?.iter().filter_map(Value::as_object).find(is).cloned()
    };
    let page = find(record.at("ata_device_statistics.pages")?, "number", page)?;
    let entry = find(page.get("table")?, "offset", offset)?;
    let valid = entry.at("flags.valid").and_then(Value::as_bool) != Some(false);
    entry.get("value").and_then(Value::as_u64).filter(|_| valid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_found_in_records_of_all_ages() {
        let of = |text: &str| wear(&Record(serde_json::from_str(text).unwrap()));
        assert_eq!(
            of(r#"{"endurance_used":{"current_percent":3},"scsi_percentage_used_endurance_indicator":9}"#),
            Some(3)
        );
        assert_eq!(of(r#"{"nvme_smart_health_information_log":{"percentage_used":130}}"#), Some(130));
        assert_eq!(of(r#"{"scsi_percentage_used_endurance_indicator":0}"#), Some(0));
        let pages = |valid: bool| {
            format!(
                r#"{{"ata_device_statistics":{{"pages":[{{"number":7,"table":[{{"offset":8,"value":4,"flags":{{"valid":{valid}}}}}]}}]}}}}"#
            )
        };
        assert_eq!((of(&pages(true)), of(&pages(false))), (Some(4), None));
        assert_eq!(of(r#"{"ata_device_statistics":{"pages":[{"number":7,"table":3}]}}"#), None);
    }
}
