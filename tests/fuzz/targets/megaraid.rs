//! What a MegaRAID controller says of its disks.

use stone_smart::device::BlockDevice;
use stone_smart::transport::megaraid;

/// The list of disks, after its length in 16 bits; then what the controller knows of one.
pub fn megaraid(bytes: &[u8]) {
    let Some((length, rest)) = bytes.split_first_chunk() else { return };
    let (list, info) = rest.split_at(usize::from(u16::from_le_bytes(*length)).min(rest.len()));
    let disks = megaraid::listed(list);
    assert!(disks.is_sorted() && disks.len() <= 256);
    let disk = megaraid::with_info(BlockDevice::default(), info);
    let texts = [disk.vendor, disk.model, disk.revision, disk.wwn];
    assert!(texts.iter().flatten().all(|text| !text.is_empty() && !text.chars().any(char::is_control)));
}
