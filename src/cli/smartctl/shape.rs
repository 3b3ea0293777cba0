//! What becomes of a record before it is the answer: names as the caller has them, and no more than was asked for.

use super::options::{Kind, Options};
use super::wanted::{Part, Parts};
use crate::report::{Object, Value};

/// Of logs that were read whole, what was asked for: `-l devstat,PAGE`, `-l defects,N`.
pub(super) fn shorten(record: &mut Object, options: &Options) {
    if let Some(page) = options.statistics
        && record.get("ata_device_statistics").is_some()
    {
        let log = record.object("ata_device_statistics");
        let number = |page: &Value| page.as_object()?.get("number")?.as_u64();
        if let Some(Value::Array(mut pages)) = log.remove("pages") {
            pages.retain(|read| number(read) == Some(page.into()));
            log.set_some("pages", Some(pages).filter(|pages| !pages.is_empty()));
        }
        if log.is_empty() {
            record.remove("ata_device_statistics");
        }
    }
    if let Some(most) = options.defects
        && record.get("ata_pending_defects_log").is_some()
    {
        let log = record.object("ata_pending_defects_log");
        if let Some(Value::Array(mut table)) = log.remove("table") {
            table.truncate(most.into());
            log.set("table", table);
        }
    }
}

/// The name that the caller knows the device by, and the type that was asked for, as smartctl tells them.
pub(super) fn rename(record: &mut Object, name: &str, asked: Kind) {
    let device = record.object("device");
    let spoken = device.get("type").and_then(Value::as_str).unwrap_or_default();
    if spoken.contains("megaraid") {
        return;
    }
    let (info, kind) = match (spoken, asked) {
        ("sat", Kind::Ata) => (name.to_owned(), Some("ata")),
        ("sat", _) => (format!("{name} [SAT]"), None),
        ("scsi", Kind::AtaOrScsi) => (format!("{name} [SCSI]"), None),
        _ => (name.to_owned(), None),
    };
    device.set_some("type", kind);
    device.set("name", name.to_owned()).set("info_name", info);
}

/// `-q noserial`: what smartctl leaves out then, and of `stone` all but how the reading went.
pub(super) fn anonymise(record: &mut Object) {
    for key in ["serial_number", "wwn", "logical_unit_id"] {
        record.remove(key);
    }
    let ports: Vec<String> = record
        .iter()
        .map(|(key, _)| key.to_owned())
        .filter(|key| key.starts_with("scsi_sas_port_"))
        .collect();
    for key in ports {
        if let Some(port) = record.remove(&key) {
            record.set(key, without_addresses(port));
        }
    }
    if let Some(namespaces) = record.remove("nvme_namespaces") {
        record.set("nvme_namespaces", without_addresses(namespaces));
    }
    if let Some(farm) = record.remove("seagate_farm_log") {
        record.set("seagate_farm_log", without_addresses(farm));
    }
    if let Some(stone) = record.remove("stone") {
        record.set("stone", short(stone, Parts::default()));
    }
}

fn without_addresses(value: Value) -> Value {
    const KEYS: &[&str] = &["sas_address", "attached_sas_address", "serial_number", "world_wide_name"];
    match value {
        Value::Object(object) => object
            .into_iter()
            .filter(|(key, _)| !KEYS.contains(&key.as_ref()))
            .map(|(key, value)| (key, without_addresses(value)))
            .collect::<Object>()
            .into(),
        Value::Array(items) => Value::Array(items.into_iter().map(without_addresses).collect()),
        other => other,
    }
}

/// `stone`, of a complete record; otherwise how the reading went, and what smartctl prints and has no key for.
pub(super) fn short(stone: Value, parts: Parts) -> Value {
    const KEYS: &[&str] = &["schema", "source", "sections", "commands", "bytes", "duration_ms"];
    const SCSI: &[&str] =
        &["non_medium_errors", "write_cache_enabled", "read_cache_enabled", "rotation_rate_reported"];
    match stone {
        Value::Object(mut stone) if !parts.has(Part::Everything) => {
            let scsi = stone.remove("scsi");
            let mut kept = only(stone, KEYS);
            if let Some(Value::Object(scsi)) = scsi {
                let scsi = only(scsi, SCSI);
                kept.set_some("scsi", Some(scsi).filter(|scsi| !scsi.is_empty()));
            }
            kept.into()
        }
        other => other,
    }
}

fn only(object: Object, keys: &[&str]) -> Object {
    object.into_iter().filter(|(key, _)| keys.contains(&key.as_ref())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object;

    #[test]
    fn the_device_has_the_name_and_type_that_were_asked_for() {
        let named = |spoken: &'static str, asked| {
            let mut record = object! { "device" => object! { "type" => spoken } };
            rename(&mut record, "sdb", asked);
            let word = |key: &str| record.at(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            (word("device.type"), word("device.info_name"))
        };
        for (spoken, asked, kind, info) in [
            ("sat", Kind::Auto, "sat", "sdb [SAT]"),
            ("sat", Kind::Sat, "sat", "sdb [SAT]"),
            ("sat", Kind::AtaOrScsi, "sat", "sdb [SAT]"),
            ("sat", Kind::Ata, "ata", "sdb"),
            ("scsi", Kind::Auto, "scsi", "sdb"),
            ("scsi", Kind::Scsi, "scsi", "sdb"),
            ("scsi", Kind::AtaOrScsi, "scsi", "sdb [SCSI]"),
            ("nvme", Kind::Nvme(None), "nvme", "sdb"),
        ] {
            assert_eq!(named(spoken, asked), (kind.to_owned(), info.to_owned()), "{spoken} {asked:?}");
        }
        assert_eq!(named("sat+megaraid,3", Kind::MegaRaid(3)).0, "sat+megaraid,3");
    }

    #[test]
    fn without_serial_number_a_namespace_keeps_its_name_as_with_smartctl() {
        let space = object! { "id" => 1u8, "eui64" => object! { "oui" => 1u8, "ext_id" => 2u8 } };
        let mut record = object! { "serial_number" => "X", "nvme_namespaces" => Value::array([space]) };
        anonymise(&mut record);
        assert!(record.get("serial_number").is_none());
        let spaces = record.get("nvme_namespaces").and_then(Value::as_array).unwrap_or_default();
        assert!(
            spaces.iter().all(|space| space.as_object().is_some_and(|space| space.at("eui64.oui").is_some()))
        );
    }
}
