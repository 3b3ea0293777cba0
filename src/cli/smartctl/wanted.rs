//! The parts of a report that can be asked for: which pages each needs, and which keys of the record belong to it.

use super::{keys, pages};
use crate::object;
use crate::report::{Object, Value};
use crate::transport::dump::Kind;

/// A part of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Info,
    Health,
    Capabilities,
    Attributes,
    Errors,
    /// The summary log of an ATA disk that has no extended one.
    ErrorsInstead,
    ExtendedErrors,
    SelfTests,
    /// The standard log of an ATA disk that has no extended one.
    SelfTestsInstead,
    ExtendedSelfTests,
    Selective,
    GeneralDirectory,
    SmartDirectory,
    SctStatus,
    SctHistory,
    SctRecovery,
    Statistics,
    Defects,
    SataPhy,
    Background,
    SasPhy,
    Endurance,
    GeneralStatistics,
    Tape,
    Zones,
    Environment,
    Farm,
    /// What stands in the log that [`Part::Farm`] only names.
    FarmLog,
    Acoustic,
    Power,
    Notification,
    Lookahead,
    Security,
    WriteCache,
    /// `-g all`.
    Settings,
    /// `-x`: what only a complete record has.
    Everything,
    /// The words of IDENTIFY DEVICE, or bytes of logs, which are no part of a record.
    Bytes,
}

/// What `-a` and `-x` have in common.
const ALL: &[Part] = &[Part::Info, Part::Health, Part::Capabilities, Part::Attributes, Part::Selective];

/// A set of parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Parts(u64);

impl Parts {
    pub(super) fn add(&mut self, part: Part) {
        self.0 |= 1 << part as u32;
    }

    pub(super) fn has(self, part: Part) -> bool {
        self.0 & 1 << part as u32 != 0
    }

    pub(super) fn has_any(self, parts: &[Part]) -> bool {
        parts.iter().any(|part| self.has(*part))
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    fn extend(&mut self, parts: &[Part]) {
        parts.iter().for_each(|part| self.add(*part));
    }

    /// `-a`.
    pub(super) fn add_all(&mut self) {
        self.extend(ALL);
        self.extend(&[Part::Errors, Part::SelfTests]);
    }

    /// `-x`.
    pub(super) fn add_everything(&mut self) {
        self.extend(ALL);
        self.add_settings();
        // Of an ATA disk the logs of errors and self-tests that -a shows only where there are no extended ones.
        self.extend(&[
            Part::Everything,
            Part::ErrorsInstead,
            Part::SelfTestsInstead,
            Part::ExtendedErrors,
            Part::ExtendedSelfTests,
            Part::GeneralDirectory,
            Part::SmartDirectory,
            Part::SctStatus,
            Part::SctHistory,
            Part::SctRecovery,
            Part::Statistics,
            Part::Defects,
            Part::SataPhy,
            Part::Background,
            Part::SasPhy,
            Part::GeneralStatistics,
            Part::Tape,
            Part::Zones,
            Part::Environment,
            Part::Endurance,
            Part::Farm,
        ]);
    }

    /// `-g all`.
    pub(super) fn add_settings(&mut self) {
        self.extend(&[
            Part::Settings,
            Part::Acoustic,
            Part::Power,
            Part::Notification,
            Part::Lookahead,
            Part::Security,
            Part::WriteCache,
        ]);
    }

    /// Is the page `name` of a disk that speaks `kind` asked for? Those that smartctl does not read are not, whatever is
    /// wanted.
    pub(super) fn need_page(self, kind: Kind, name: &str) -> bool {
        // SCSI and NVMe have a page of this name; smartctl reads that of SCSI.
        if kind == Kind::Nvme && name == "supported_log_pages" {
            return false;
        }
        pages::PAGES.iter().any(|(parts, pages)| pages.contains(&name) && self.has_any(parts))
    }

    /// Takes from `record` what was not asked for. What the table does not know is part of a complete record only.
    pub(super) fn keep(self, record: Object) -> Object {
        let failed =
            (self.has(Part::Health) && !self.has(Part::Attributes)).then(|| failed(&record)).flatten();
        let mut kept: Object = record.into_iter().filter(|(key, _)| self.has_key(key)).collect();
        if let Some((table, temperature)) = failed {
            kept.set("ata_smart_attributes", table).set_some("temperature", temperature);
        }
        // The formats and features of a namespace come with -c, the rest of it with -i.
        if let Some(namespaces) = kept.remove("nvme_namespaces") {
            const ABLE: &[&str] = &["features", "lba_formats"];
            let namespaces = match (self.has(Part::Info), self.has(Part::Capabilities)) {
                (true, true) => namespaces,
                (true, false) => members(namespaces, |key| !ABLE.contains(&key)),
                (false, _) => members(namespaces, |key| key == "id" || ABLE.contains(&key)),
            };
            kept.set("nvme_namespaces", namespaces);
        }
        // Of the statistics, -l ssd shows those of solid state drives.
        if !self.has(Part::Statistics)
            && let Some(Value::Array(pages)) = kept
                .get("ata_device_statistics")
                .is_some()
                .then(|| kept.object("ata_device_statistics").remove("pages"))
                .flatten()
        {
            let number = |page: &Value| page.as_object()?.get("number")?.as_u64();
            let pages = pages.into_iter().filter(|page| number(page) == Some(0x07));
            kept.object("ata_device_statistics").set("pages", Value::array(pages));
        }
        kept
    }

    fn has_key(self, key: &str) -> bool {
        let mut known = false;
        for (parts, keys) in keys::KEYS {
            if keys
                .iter()
                .any(|name| name.strip_suffix('*').map_or(*name == key, |start| key.starts_with(start)))
            {
                if self.has_any(parts) {
                    return true;
                }
                known = true;
            }
        }
        keys::ALWAYS.contains(&key) || (!known && self.has(Part::Everything))
    }
}

/// `-H` shows the attributes that have reached their thresholds, and no others; and beside them the temperature.
fn failed(record: &Object) -> Option<(Object, Option<Value>)> {
    let failed = |entry: &&Value| {
        let when = entry.as_object().and_then(|entry| entry.get("when_failed")).and_then(Value::as_str);
        when.is_some_and(|when| !when.is_empty())
    };
    let table = record.at("ata_smart_attributes.table")?.as_array()?;
    let table: Vec<Value> = table.iter().filter(failed).cloned().collect();
    (!table.is_empty()).then(|| (object! { "table" => table }, record.get("temperature").cloned()))
}

/// The members of the objects in a list for which `is_kept`.
fn members(list: Value, is_kept: impl Fn(&str) -> bool) -> Value {
    let of_item = |item| match item {
        Value::Object(object) => {
            object.into_iter().filter(|(key, _)| is_kept(key.as_ref())).collect::<Object>().into()
        }
        other => other,
    };
    match list {
        Value::Array(items) => Value::array(items.into_iter().map(of_item)),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(parts: &[Part]) -> Parts {
        let mut set = Parts::default();
        set.extend(parts);
        set
    }

    fn record() -> Object {
        object! {
            "device" => object! { "name" => "/dev/sda" },
            "serial_number" => "MADEUP",
            "smart_status" => object! { "passed" => true },
            "temperature" => object! { "current" => 30 },
            "scsi_self_test_3" => object! { "code" => 1 },
            "ata_smart_error_log" => object! { "extended" => Object::new(), "summary" => Object::new() },
            "brand_new" => 1,
        }
    }

    fn keys(parts: Parts) -> Vec<String> {
        parts.keep(record()).iter().map(|(key, _)| key.to_owned()).collect()
    }

    #[test]
    fn a_part_has_its_own_keys_and_no_others() {
        assert_eq!(keys(parts(&[])), ["device"]);
        assert_eq!(keys(parts(&[Part::Info])), ["device", "serial_number"]);
        assert_eq!(keys(parts(&[Part::Health])), ["device", "smart_status"]);
        assert_eq!(keys(parts(&[Part::SelfTests])), ["device", "scsi_self_test_3"]);
        let mut everything = Parts::default();
        everything.add_everything();
        assert_eq!(keys(everything).len(), record().len());
    }

    #[test]
    fn only_what_is_needed_is_read() {
        let info = parts(&[Part::Info]);
        assert!(
            info.need_page(Kind::Nvme, "identify_namespace") && !info.need_page(Kind::Nvme, "smart_health")
        );
        let health = parts(&[Part::Health]);
        assert!(
            health.need_page(Kind::Ata, "smart_status") && !health.need_page(Kind::Ata, "summary_error_log")
        );
        let mut everything = Parts::default();
        everything.add_everything();
        for own in ["ocp_smart", "endurance_group", "active_namespaces", "supported_log_pages"] {
            assert!(!everything.need_page(Kind::Nvme, own), "{own}");
        }
        assert!(everything.need_page(Kind::Scsi, "supported_log_pages"));
    }
}
