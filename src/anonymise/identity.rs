//! What tells one disk from all others: the stuff of its pseudonym, and never sent.

use std::fmt;

use super::policy::Policy;
use super::tape::{Member, Members, Tape};
use crate::report::Record;

/// The identifiers of one disk, from its record or from the facts of udev.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// Vendor, where the protocol has one beside the model: SCSI's. `ATA` counts as none.
    pub vendor: Option<String>,
    /// Model, as the disk says it.
    pub model: Option<String>,
    /// Serial number.
    pub serial: Option<String>,
    /// World Wide Name, logical unit id or EUI-64, in hex.
    pub wwn: Option<String>,
}

impl Identity {
    /// The identifiers in `record`; what it does not say is `None`.
    pub fn of(record: &Record) -> Self {
        Self::of_members(Tape::of(Policy::get(), &record.0).members())
    }

    pub(super) fn of_members(record: Members<'_>) -> Self {
        let [mut vendors, mut models, mut serial] = [[None; 4]; 3];
        for member in record {
            // Of two members with the same key the first counts.
            let place = match member.key() {
                "scsi_vendor" => &mut vendors[0],
                "vendor" => &mut vendors[1],
                "model_name" => &mut models[0],
                "scsi_product" => &mut models[1],
                "product" => &mut models[2],
                "scsi_model_name" => &mut models[3],
                "serial_number" => &mut serial[0],
                _ => continue,
            };
            place.get_or_insert(member);
        }
        if said(serial[0]).is_none() {
            serial[1] = record.at_path("seagate_farm_log.page_1_drive_information.serial_number");
        }
        let [vendor, model, serial] =
            [vendors, models, serial].map(|places| places.into_iter().find_map(said).map(str::to_owned));
        Self { vendor, model, serial, wwn: world_wide_name(record) }
    }

    /// The parts that the pseudonym is made of; `None`: nothing tells this disk from others.
    ///
    /// * A serial number counts together with the model: vendors do not know of each other's.
    /// * A weak serial number ([`is_weak`]) counts together with the WWN as well, where there is one.
    /// * Without serial number the WWN counts alone: it is unique by itself.
    ///
    /// Only letters and digits count, and no difference of case, so that padding and separators, which
    /// differ between sources, make no other disk.
    pub(super) fn parts(&self) -> Option<Vec<String>> {
        let fold = |text: &str| {
            let mut folded = letters_and_digits(text);
            folded.make_ascii_uppercase();
            folded
        };
        let fold_some = |text: &Option<String>| text.as_deref().map(fold).filter(|text| !text.is_empty());
        let wwn = || {
            let wwn = without(fold_some(&self.wwn)?, "0X");
            wwn.bytes().any(|digit| digit != b'0').then_some(wwn)
        };
        let Some(serial) = fold_some(&self.serial) else {
            return Some(vec!["wwn".into(), wwn()?]);
        };
        let vendor = fold_some(&self.vendor).filter(|vendor| vendor != "ATA").unwrap_or_default();
        let model = without(fold_some(&self.model).unwrap_or_default(), &vendor);
        let mut parts = Vec::with_capacity(4);
        let wwn = if is_weak(serial.as_bytes()) { wwn() } else { None };
        parts.extend(["serial".to_owned(), model, serial]);
        parts.extend(wwn);
        Some(parts)
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(..)")
    }
}

/// Too short, or too uniform, to tell disks of one model apart: `1`, `0000`, `XXXXXXXX`.
pub(super) fn is_weak(serial: &[u8]) -> bool {
    serial.len() < 6 || is_uniform(serial)
}

/// Made of one or two different letters or digits.
pub(super) fn is_uniform(serial: &[u8]) -> bool {
    let other = |than: &[u8]| {
        serial.iter().copied().find(|byte| !than.iter().any(|than| byte.eq_ignore_ascii_case(than)))
    };
    let second = serial.first().and_then(|first| Some([*first, other(&[*first])?]));
    second.and_then(|two| other(&two)).is_none()
}

/// Letters and digits only: what stands between them differs between sources.
pub(super) fn letters_and_digits(text: &str) -> String {
    let mut kept = text.to_owned();
    kept.retain(|letter| letter.is_ascii_alphanumeric());
    kept
}

/// Without what it begins with, if it does.
fn without(mut text: String, prefix: &str) -> String {
    if text.starts_with(prefix) {
        text.drain(..prefix.len());
    }
    text
}

/// The text of a member, without blanks around it, if there is any.
fn said(member: Option<Member<'_>>) -> Option<&str> {
    member.and_then(Member::as_text).map(str::trim).filter(|text| !text.is_empty())
}

fn world_wide_name(record: Members<'_>) -> Option<String> {
    let wwn = || {
        let wwn = record.get("wwn")?.inside;
        Some(number(wwn, "naa", 4)? << 60 | number(wwn, "oui", 24)? << 36 | number(wwn, "id", 36)?)
    };
    let unit = || record.get("logical_unit_id").and_then(Member::as_text).map(str::to_owned);
    wwn().map(|wwn| format!("{wwn:016x}")).or_else(unit).or_else(|| eui64(record))
}

fn eui64(record: Members<'_>) -> Option<String> {
    let namespaces = record.get("nvme_namespaces")?.inside;
    let eui64 = namespaces.into_iter().find_map(|namespace| namespace.inside.get("eui64"))?.inside;
    Some(format!("{:016x}", number(eui64, "oui", 24)? << 40 | number(eui64, "ext_id", 40)?))
}

/// The number of so many bits that `key` has.
fn number(object: Members<'_>, key: &str, bits: u32) -> Option<u64> {
    object.get(key).and_then(Member::as_u64).filter(|number| number >> bits == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object;
    use crate::report::Value;

    fn disk(model: &str, serial: &str, wwn: &str) -> Identity {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Identity { vendor: None, model: some(model), serial: some(serial), wwn: some(wwn) }
    }

    #[test]
    fn the_same_disk_has_the_same_parts_from_every_source() {
        let native = Identity {
            vendor: Some("HGST".into()),
            ..disk("HGST HUSMR3280ASS200", "  0QV1ABCA ", "0x5000CCA0")
        };
        let udev =
            Identity { vendor: Some("HGST    ".into()), ..disk("HUSMR3280ASS200 ", "0QV1ABCA", "5000cca0") };
        assert_eq!(native.parts(), udev.parts());
        assert_eq!(
            disk("WDC  WD1", "WD-WMC1 2345", "").parts(),
            disk("WDC_WD1", "wd-wmc1_2345", "5000").parts()
        );
    }

    #[test]
    fn weak_serials_do_not_make_one_disk_of_two() {
        assert_ne!(disk("A", "1", "").parts(), disk("B", "1", "").parts());
        assert_ne!(disk("A", "0000", "5001").parts(), disk("A", "0000", "5002").parts());
        assert_eq!(disk("A", "K3S00FJF", "5001").parts(), disk("A", "K3S00FJF", "").parts());
        assert_ne!(disk("A", "", "5001").parts(), disk("A", "", "5002").parts());
        assert_eq!(disk("A", " - ", "0x0000000000000000").parts(), None);
        assert!(is_weak(b"0000") && is_weak(b"XXXXXXXX") && is_weak(b"abcAB") && !is_weak(b"K3S00FJF"));
    }

    #[test]
    fn they_are_found_in_records_of_all_protocols() {
        let ata = object! {
            "model_name" => "ST1", "serial_number" => "S1",
            "wwn" => object! { "naa" => 5u8, "oui" => 0xc50u32, "id" => 0xa_1b2c_3d4fu64 },
        };
        assert_eq!(Identity::of(&Record(ata)).wwn.as_deref(), Some("5000c50a1b2c3d4f"));
        let scsi = object! { "vendor" => "SEAGATE", "product" => "ST2", "logical_unit_id" => "0x5000c500" };
        assert_eq!(Identity::of(&Record(scsi)).parts(), Some(vec!["wwn".into(), "5000C500".into()]));
        let nvme = object! {
            "nvme_namespaces" => Value::array([object! { "eui64" => object! { "oui" => 0x2538u32, "ext_id" => 7u8 } }]),
        };
        assert_eq!(Identity::of(&Record(nvme)).wwn.as_deref(), Some("0025380000000007"));
        assert_eq!(Identity::of(&Record::default()), Identity::default());
        assert_eq!(format!("{:?}", disk("m", "secret", "w")), "Identity(..)");
    }
}
