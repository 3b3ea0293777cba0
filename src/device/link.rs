//! How a SCSI disk is attached, from its place, driver and names.

use super::Link;
use super::topology::Topology;

/// Drivers all of whose disks are logical ones.
const RAID_DRIVERS: &[&str] =
    &["3w-9xxx", "3w-sas", "3w-xxxx", "arcmsr", "hptiop", "ips", "ipr", "megaraid_mbox", "pmcraid", "stex"];

/// First words of the models that RAID controllers give their logical disks.
const RAID_MODELS: &[&str] = &[
    "LOGICAL VOLUME",
    "PERC ",
    "PRAID ",
    "RAID ",
    "SERVERAID",
    "MR9",
    "MEGARAID",
    "UCSC-RAID",
    "UCSC-MRAID",
    "DELLBOSS VD",
    "VIRTUALDISK",
];

/// Vendors whose every disk is a logical one.
const RAID_VENDORS: &[&str] = &["ARECA", "AMCC", "3WARE"];

/// The link of a disk of the SCSI disk driver.
pub(super) fn scsi_link(
    topology: &Topology<'_>,
    driver: Option<&str>,
    vendor: Option<&str>,
    model: Option<&str>,
) -> Link {
    if topology.usb {
        return Link::Usb;
    }
    if is_raid(topology, driver, vendor, model) {
        return Link::Raid;
    }
    // Every translator of SCSI to ATA (libata, the firmware of a SAS adapter) calls the vendor "ATA": SAT-5, INQUIRY.
    if topology.ata || vendor == Some("ATA") {
        return Link::Sata;
    }
    if topology.hctl.is_some() { Link::Sas } else { Link::Unknown }
}

fn is_raid(topology: &Topology<'_>, driver: Option<&str>, vendor: Option<&str>, model: Option<&str>) -> bool {
    let starts = |text: Option<&str>, words: &[&str]| {
        let text = text.unwrap_or_default().to_ascii_uppercase();
        words.iter().any(|word| text.starts_with(word))
    };
    let channel = topology.hctl.map(|hctl| hctl.channel);
    match driver {
        // Physical disks (JBOD) are on channels 0 and 1, logical ones above.
        Some("megaraid_sas") if channel.is_some_and(|channel| channel >= 2) => return true,
        // Logical disks are on channel 0, physical ones above.
        Some("aacraid") if channel == Some(0) => return true,
        Some(driver) if RAID_DRIVERS.contains(&driver) => return true,
        _ => {}
    }
    starts(vendor, RAID_VENDORS) || starts(model, RAID_MODELS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(path: &str, driver: &str, vendor: &str, model: &str) -> Link {
        scsi_link(&Topology::parse(path), Some(driver), Some(vendor), Some(model))
    }

    #[test]
    fn what_a_disk_is_attached_by() {
        let sas = "../../devices/pci0000:3a/0000:3b:00.0/host6/port-6:0/end_device-6:0/target6:0:3/6:0:3:0/block/sdb";
        let jbod = "../../devices/pci0000:3a/0000:3b:00.0/host6/target6:0:3/6:0:3:0/block/sdb";
        let logical = "../../devices/pci0000:3a/0000:3b:00.0/host6/target6:2:0/6:2:0:0/block/sdb";
        let ahci = "../../devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda";
        let usb =
            "../../devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/host3/target3:0:0/3:0:0:0/block/sdb";
        let virtio = "../../devices/pci0000:00/0000:00:05.0/virtio2/host2/target2:0:0/2:0:0:0/block/sda";
        for (path, driver, vendor, model, expected) in [
            (ahci, "ahci", "ATA", "ST4000NM0035-1V4", Link::Sata),
            (ahci, "ahci", "ATA", "DELLBOSS VD", Link::Raid),
            (sas, "mpt3sas", "ATA", "HUS726T4TALA6L4", Link::Sata),
            (sas, "mpt3sas", "SEAGATE", "ST8000NM0075", Link::Sas),
            (sas, "mpt3sas", "LSI", "Logical Volume", Link::Raid),
            (usb, "xhci_hcd", "ATA", "WDC WD40", Link::Usb),
            (virtio, "virtio-pci", "QEMU", "QEMU HARDDISK", Link::Sas),
            (jbod, "megaraid_sas", "ATA", "HUS726T4TALA6L4", Link::Sata),
            (jbod, "megaraid_sas", "SEAGATE", "ST8000NM0075", Link::Sas),
            (logical, "megaraid_sas", "FTS", "named by the user", Link::Raid),
            (jbod, "mpi3mr", "DELL", "PERC H965i Front", Link::Raid),
            (jbod, "smartpqi", "HPE", "LOGICAL VOLUME", Link::Raid),
            (jbod, "hpsa", "HP", "LOGICAL VOLUME", Link::Raid),
            (jbod, "aacraid", "ASR7805", "data", Link::Raid),
            (jbod, "arcmsr", "Areca", "ARC-1882-VOL#000", Link::Raid),
            ("../../block/sda", "", "", "", Link::Unknown),
            ("../../block/sda", "", "ATA", "ST500NM0011", Link::Sata),
        ] {
            assert_eq!(link(path, driver, vendor, model), expected, "{driver} {vendor} {model}");
        }
    }
}
