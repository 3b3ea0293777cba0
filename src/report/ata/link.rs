//! `ata_pending_defects_log` and `sata_phy_event_counters`.

use crate::decode::ata::{Pages, PendingDefect, PendingDefects, PhyEventCounter};
use crate::object;
use crate::report::{Object, Value};

pub(super) fn emit(pages: &Pages, record: &mut Object) {
    record.set_some("ata_pending_defects_log", pages.pending_defects.as_ref().map(pending_defects));
    if let Some(log) = &pages.phy_event_counters {
        let table = Some(Value::array(log.counters.iter().map(counter)));
        let mut counters = Object::new();
        counters.set_some("table", table.filter(|_| !log.counters.is_empty())).set("reset", false);
        record.set("sata_phy_event_counters", counters);
    }
}

fn pending_defects(log: &PendingDefects) -> Object {
    let mut object = object! { "size" => log.capacity(), "count" => log.count };
    if !log.defects.is_empty() {
        object.set("table", Value::array(log.defects.iter().map(defect)));
    }
    object
}

fn defect(defect: &PendingDefect) -> Object {
    let mut object = Object::new();
    object.set_unsafe("lba", defect.lba);
    object.set_some("power_on_hours", defect.hours);
    object
}

fn counter(counter: &PhyEventCounter) -> Object {
    object! {
        "id" => counter.id,
        "name" => name(counter.id),
        "size" => counter.bytes,
        "value" => counter.value,
        "overflow" => counter.is_full(),
    }
}

/// Name of the event (Serial ATA 3.5, "Phy event counter identifiers").
fn name(id: u16) -> &'static str {
    match id {
        0x001 => "Command failed due to ICRC error",
        0x002 => "R_ERR response for data FIS",
        0x003 => "R_ERR response for device-to-host data FIS",
        0x004 => "R_ERR response for host-to-device data FIS",
        0x005 => "R_ERR response for non-data FIS",
        0x006 => "R_ERR response for device-to-host non-data FIS",
        0x007 => "R_ERR response for host-to-device non-data FIS",
        0x008 => "Device-to-host non-data FIS retries",
        0x009 => "Transition from drive PhyRdy to drive PhyNRdy",
        0x00a => "Device-to-host register FISes sent due to a COMRESET",
        0x00b => "CRC errors within host-to-device FIS",
        0x00d => "Non-CRC errors within host-to-device FIS",
        0x00f => "R_ERR response for host-to-device data FIS, CRC",
        0x010 => "R_ERR response for host-to-device data FIS, non-CRC",
        0x012 => "R_ERR response for host-to-device non-data FIS, CRC",
        0x013 => "R_ERR response for host-to-device non-data FIS, non-CRC",
        0x8000.. => "Vendor specific",
        _ => "Unknown",
    }
}
