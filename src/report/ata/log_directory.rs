//! `ata_log_directory`: which logs the drive has.

use crate::decode::ata::Pages;
use crate::report::{Object, Value};

pub(super) fn emit(pages: &Pages, record: &mut Object) {
    let (general, smart) = (pages.log_directory.as_ref(), pages.smart_log_directory.as_ref());
    let mut directory = Object::new();
    directory.set_some("gp_dir_version", general.map(|general| general.version));
    if let Some(smart) = smart {
        directory.set("smart_dir_version", smart.version).set("smart_dir_multi_sector", smart.version == 1);
    }
    if directory.is_empty() {
        return;
    }
    let mut table = Vec::with_capacity(64);
    for address in 0..=0xff {
        let own = address == 0;
        let in_general = general.map_or(0, |general| if own { 1 } else { general.pages(address) });
        let in_smart = smart.map_or(0, |smart| if own { 1 } else { smart.smart_pages(address) });
        if in_general > 0 || in_smart > 0 {
            table.push(Value::from(row(address, in_general, in_smart)));
        }
    }
    directory.set("table", table);
    record.set("ata_log_directory", directory);
}

fn row(address: u8, general: u16, smart: u8) -> Object {
    let (name, read, write) = log(address);
    let mut row = Object::new();
    row.set("address", address).set("name", name);
    if read {
        row.set("read", true).set("write", write);
    }
    row.set_some("gp_sectors", Some(general).filter(|&sectors| sectors > 0));
    row.set_some("smart_sectors", Some(smart).filter(|&sectors| sectors > 0));
    row
}

/// Name of the log at `address` (ACS-5, "log address definition").
pub fn log_name(address: u8) -> &'static str {
    log(address).0
}

/// Name of the log at `address`; is it known to be for reading, and for writing (ACS-5, "log address definition")?
fn log(address: u8) -> (&'static str, bool, bool) {
    let (name, access) = match address {
        0x00 => ("Log Directory", "r"),
        0x01 => ("Summary SMART error log", "r"),
        0x02 => ("Comprehensive SMART error log", "r"),
        0x03 => ("Ext. Comprehensive SMART error log", "r"),
        0x04 => ("Device Statistics log", "r"),
        0x05 => ("Reserved for CFA", "r"),
        0x06 => ("SMART self-test log", "r"),
        0x07 => ("Extended self-test log", "r"),
        0x08 => ("Power Conditions log", "r"),
        0x09 => ("Selective self-test log", "rw"),
        0x0a => ("Device Statistics Notification", "rw"),
        0x0b => ("Reserved for CFA", ""),
        0x0c => ("Pending Defects log", "r"),
        0x0d => ("LPS Mis-alignment log", "r"),
        0x0e => ("Reserved for ZAC-2", ""),
        0x0f => ("Sense Data for Successful NCQ Cmds log", "r"),
        0x10 => ("NCQ Command Error log", "r"),
        0x11 => ("SATA Phy Event Counters log", "r"),
        0x12 => ("SATA NCQ Non-Data log", "r"),
        0x13 => ("SATA NCQ Send and Receive log", "r"),
        0x14 => ("Hybrid Information log", "r"),
        0x15 => ("Rebuild Assist log", "rw"),
        0x16 => ("Out Of Band Management Control log", "rw"),
        0x17 => ("Reserved for Serial ATA", ""),
        0x18 => ("Command Duration Limits log", "rw"),
        0x19 => ("LBA Status log", "r"),
        0x20 => ("Streaming performance log [OBS-8]", "r"),
        0x21 => ("Write stream error log", "r"),
        0x22 => ("Read stream error log", "r"),
        0x23 => ("Delayed sector log [OBS-8]", "r"),
        0x24 => ("Current Device Internal Status Data log", "r"),
        0x25 => ("Saved Device Internal Status Data log", "r"),
        0x2f => ("Set Sector Configuration", ""),
        0x30 => ("IDENTIFY DEVICE data log", "r"),
        0x42 => ("Mutate Configurations log", "r"),
        0x47 => ("Concurrent Positioning Ranges log", "r"),
        0x53 => ("Sense Data log", "r"),
        0x80..=0x9f => ("Host vendor specific log", "rw"),
        0xa0..=0xdf => ("Device vendor specific log", ""),
        0xe0 => ("SCT Command/Status", "rw"),
        0xe1 => ("SCT Data Transfer", "rw"),
        _ => ("Reserved", ""),
    };
    (name, !access.is_empty(), access == "rw")
}
