//! What a MegaRAID controller says of its physical disks: `MR_PD_LIST` and `MR_PD_INFO` of the driver. Pure.

use crate::device::{BlockDevice, Link};

/// Room for the list: the driver itself knows of 256 disks at most.
pub(super) const LIST_LEN: usize = HEAD + 256 * ENTRY;
/// `struct MR_PD_INFO`.
pub(super) const INFO_LEN: usize = 512;

/// Size in bytes and number of entries, 32 bits each.
const HEAD: usize = 8;
/// `struct MR_PD_ADDRESS`.
const ENTRY: usize = 24;
/// Types of SCSI devices that are disks (SPC-6, PERIPHERAL DEVICE TYPE): direct access, host-managed zoned.
const DISK_TYPES: [u8; 2] = [0x00, 0x14];

/// Offsets in `MR_PD_INFO`.
mod at {
    /// Standard INQUIRY data, 96 bytes.
    pub(super) const INQUIRY: usize = 4;
    /// Device Identification VPD page (83h), its first 64 bytes.
    pub(super) const IDENTIFICATION: usize = 100;
    /// Size in blocks, 64 bits.
    pub(super) const RAW_SIZE: usize = 232;
    /// Bytes of a block, 16 bits. 0: older firmware, which counts blocks of 512 bytes.
    pub(super) const BLOCK_SIZE: usize = 404;
}

/// Numbers of the disks in a list, each once, in ascending order. An enclosure is none; one whose number does not fit
/// into a frame cannot be reached.
pub fn disks(list: &[u8]) -> Vec<u8> {
    let number = |at: usize| u32::from_le_bytes(bytes(list, at).unwrap_or_default());
    let length = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    // Beyond what the controller has written there are zeros, which look like a disk.
    let entries = list.get(HEAD..length(number(0)).min(list.len())).unwrap_or_default();
    let entries = entries.chunks_exact(ENTRY).take(length(number(4)));
    let disk = |entry: &[u8]| {
        let kind = entry.get(6)?;
        DISK_TYPES.contains(kind).then(|| u8::try_from(u16::from_le_bytes(bytes(entry, 0)?)).ok())?
    };
    let mut disks: Vec<u8> = entries.filter_map(disk).collect();
    disks.sort_unstable();
    disks.dedup();
    disks
}

/// `disk` with what `info` says of it.
pub fn with_info(disk: BlockDevice, info: &[u8]) -> BlockDevice {
    let inquiry = info.get(at::INQUIRY..at::IDENTIFICATION).unwrap_or_default();
    let vendor = text(inquiry, 8, 8);
    let block_size = bytes(info, at::BLOCK_SIZE).map(u16::from_le_bytes).filter(|&size| size > 0);
    let blocks = bytes(info, at::RAW_SIZE).map(u64::from_le_bytes).filter(|&size| size > 0);
    BlockDevice {
        link: match vendor.as_deref() {
            None => disk.link,
            // As SAT-5 wants it of every translator, the controller's firmware among them.
            Some("ATA") => Link::Sata,
            // A translation without a pass-through that we know.
            Some("NVMe") => Link::Unknown,
            Some(_) => Link::Sas,
        },
        vendor,
        model: text(inquiry, 16, 16),
        revision: text(inquiry, 32, 4),
        wwn: info.get(at::IDENTIFICATION..).and_then(|page| wwn(page.get(..64)?)),
        size_bytes: blocks.map(|blocks| blocks.saturating_mul(block_size.unwrap_or(512).into())),
        logical_block_size: block_size.map(u32::from),
        ..disk
    }
}

fn bytes<const N: usize>(from: &[u8], at: usize) -> Option<[u8; N]> {
    from.get(at..)?.first_chunk().copied()
}

/// A field of INQUIRY data without its padding, and nothing that a terminal would obey.
fn text(inquiry: &[u8], at: usize, len: usize) -> Option<String> {
    let field = inquiry.get(at..at.saturating_add(len))?;
    let text: String = String::from_utf8_lossy(field).chars().filter(|c| !c.is_control()).collect();
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The NAA designator of the logical unit (SPC-6, Device Identification VPD page), as udev writes it.
fn wwn(page: &[u8]) -> Option<String> {
    let (&[_, 0x83, _, _], mut rest) = page.split_first_chunk()? else { return None };
    // Each turn takes at least the four bytes of a designator's header.
    while let Some((&[_, kind, _, len], after)) = rest.split_first_chunk() {
        let designator = after.get(..usize::from(len))?;
        // ASSOCIATION 0 (logical unit), DESIGNATOR TYPE 3 (NAA).
        if kind & 0x3f == 0x03 && !designator.is_empty() {
            let digits: String = designator.iter().map(|byte| format!("{byte:02x}")).collect();
            return Some(format!("0x{digits}"));
        }
        rest = after.get(usize::from(len)..)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry(id: u16, kind: u8) -> Vec<u8> {
        let mut entry = vec![0; ENTRY];
        entry[..2].copy_from_slice(&id.to_le_bytes());
        (entry[2], entry[3], entry[6]) = (0xff, 0xff, kind);
        entry
    }

    fn list(size: u32, count: u32, entries: &[Vec<u8>]) -> Vec<u8> {
        let mut list = [size.to_le_bytes(), count.to_le_bytes()].concat();
        entries.iter().for_each(|entry| list.extend(entry));
        list.resize(LIST_LEN, 0);
        list
    }

    #[test]
    fn disks_without_enclosures() {
        let entries =
            [entry(20, 0), entry(8, 0), entry(252, 0x0d), entry(9, 0x14), entry(300, 0), entry(8, 0)];
        assert_eq!(disks(&list(152, 6, &entries)), [8, 9, 20]);
    }

    #[test]
    fn a_list_that_lies_about_itself() {
        let entries = [entry(20, 0), entry(8, 0)];
        assert_eq!(disks(&list(56, u32::MAX, &entries)), [8, 20], "more disks than bytes");
        assert_eq!(disks(&list(u32::MAX, 2, &entries)), [8, 20], "longer than the buffer");
        assert_eq!(disks(&list(56, 1, &entries)), [20]);
        assert_eq!(disks(&list(50, 2, &entries)), [20], "ends within an entry");
        for size in 0..=HEAD {
            assert_eq!(disks(&list(u32::try_from(size).unwrap(), 2, &entries)), [0; 0]);
        }
        assert_eq!(disks(&[]), [0; 0]);
        assert_eq!(disks(&[0xff; LIST_LEN]), [0; 0]);
        assert_eq!(disks(&[0; LIST_LEN]), [0; 0]);
    }

    fn info(vendor: &[u8; 8], block_size: u16) -> Vec<u8> {
        let mut info = vec![0; INFO_LEN];
        info[12..20].copy_from_slice(vendor);
        info[20..40].copy_from_slice(b"ST4000NM0023    0004");
        let identification =
            [&[0, 0x83, 0, 20, 2, 1, 0, 4][..], b"T10x", &[1, 3, 0, 8], &[0x50, 2, 0x53, 0x54, 0, 0, 0, 1]];
        info[100..124].copy_from_slice(&identification.concat());
        info[232..240].copy_from_slice(&1000_u64.to_le_bytes());
        info[404..406].copy_from_slice(&block_size.to_le_bytes());
        info
    }

    #[test]
    fn what_the_controller_knows_of_a_disk() {
        let disk = with_info(BlockDevice::default(), &info(b"SEAGATE ", 4096));
        assert_eq!(disk.link, Link::Sas);
        assert_eq!(disk.vendor.as_deref(), Some("SEAGATE"));
        assert_eq!(disk.model.as_deref(), Some("ST4000NM0023"));
        assert_eq!(disk.revision.as_deref(), Some("0004"));
        assert_eq!(disk.wwn.as_deref(), Some("0x5002535400000001"));
        assert_eq!((disk.size_bytes, disk.logical_block_size), (Some(4_096_000), Some(4096)));
        let disk = with_info(BlockDevice::default(), &info(b"ATA     ", 0));
        assert_eq!(disk.link, Link::Sata);
        assert_eq!((disk.size_bytes, disk.logical_block_size), (Some(512_000), None));
    }

    #[test]
    fn a_controller_that_knows_nothing_adds_nothing() {
        let disk = BlockDevice { name: "megaraid,5".to_owned(), ..BlockDevice::default() };
        for len in [0, 4, 100, 232, 404, INFO_LEN] {
            assert_eq!(with_info(disk.clone(), &vec![0; len]), disk, "{len}");
        }
    }

    proptest! {
        #[test]
        fn hostile_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..700)) {
            prop_assert!(disks(&bytes).is_sorted());
            let disk = with_info(BlockDevice::default(), &bytes);
            let texts = [disk.vendor, disk.model, disk.revision, disk.wwn];
            prop_assert!(texts.iter().flatten().all(|text| !text.chars().any(char::is_control)));
        }
    }
}
