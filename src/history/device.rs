//! The disks of the history: by the cluster's id, with where each was last seen.

use std::fmt;

use crate::report::{Record, Value};

/// A disk as the history knows it. For the operator of the host: it is full of identifiers.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Device {
    /// Id by the cluster's rules: `VENDOR_MODEL_SERIAL`, or `MODEL_SERIAL`.
    pub device_id: String,
    /// Kernel name when it was last read: `sda`.
    pub name: String,
    /// Name under /dev/disk/by-path, or empty.
    pub path: String,
    /// Daemons that kept their data on it then: `osd.3`.
    pub daemons: Vec<String>,
    /// What tells it from others; a part that a round does not say stays as it was known.
    pub identifiers: Identifiers,
}

/// The identifiers of a disk, in its own words.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Identifiers {
    /// Vendor.
    pub vendor: Option<String>,
    /// Model.
    pub model: Option<String>,
    /// Serial number.
    pub serial: Option<String>,
    /// World Wide Name, in hex.
    pub wwn: Option<String>,
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Device").field("name", &self.name).finish_non_exhaustive()
    }
}

impl fmt::Debug for Identifiers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identifiers(..)")
    }
}

/// The id of the disk of `record` by the cluster's rules, where udev has none for it: a recorded disk, one behind a RAID
/// controller. `None`: the record has no model or no serial number.
pub fn device_id(record: &Record) -> Option<String> {
    let text =
        |path: &str| record.0.at(path).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    let scsi = || Some((text("scsi_vendor").or(text("vendor"))?, text("scsi_product").or(text("product"))?));
    let serial = text("serial_number")?;
    let id = match scsi() {
        Some((vendor, product)) => format!("{vendor}_{product}_{serial}"),
        None => format!("{}_{serial}", text("model_name")?),
    };
    // Words joined by one `_`, as udev joins them.
    Some(id.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object;

    #[test]
    fn ids_are_the_clusters() {
        let scsi =
            object! { "scsi_vendor" => "HGST", "scsi_product" => "HUH72 ", "serial_number" => "7PH X" };
        assert_eq!(device_id(&Record(scsi)).as_deref(), Some("HGST_HUH72_7PH_X"));
        let ata = object! { "model_name" => "SAMSUNG  MZ7L", "serial_number" => "S45\"" };
        assert_eq!(device_id(&Record(ata)).as_deref(), Some("SAMSUNG_MZ7L_S45\""));
        assert_eq!(device_id(&Record(object! { "model_name" => "ST1" })), None);
        assert_eq!(device_id(&Record(object! { "serial_number" => "S1" })), None);
    }
}
