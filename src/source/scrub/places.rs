//! Where the standards put what identifies a drive, answer by answer.

use std::ops::Range;

use super::swapped;
use super::sweep::Known;
use crate::transport::dump::Kind;

/// What stands where a serial number stood.
const INSTEAD: &[u8] = b"SCRUBBED";

/// Bits of a world wide name, a SAS address or an NAA designator that tell the maker: NAA and OUI.
const MAKER: usize = 28;
/// The same of an EUI-64: the OUI.
const OUI: usize = 24;

/// Blanks the places of the answer `name` that identify the drive, and notes what stood there. `false`: this crate does
/// not ask for such an answer, and nobody knows what is in it.
pub(super) fn clean(kind: Kind, name: &str, bytes: &mut [u8], known: &mut Known) -> bool {
    let Some(name) = name.strip_suffix(".bin") else { return false };
    match kind {
        Kind::Ata => ata(name, bytes, known),
        Kind::Scsi => scsi(name, bytes, known),
        Kind::Nvme => nvme(name, bytes, known),
    }
}

/// Has each sector of this answer a checksum in its last byte?
pub(super) fn has_checksums(kind: Kind, name: &str) -> bool {
    kind == Kind::Ata
        && matches!(
            name,
            "identify.bin"
                | "smart_data.bin"
                | "smart_thresholds.bin"
                | "smart_log_01.bin"
                | "smart_log_06.bin"
                | "smart_log_09.bin"
                | "gp_log_03.bin"
                | "gp_log_07.bin"
        )
}

/// ACS-5: IDENTIFY DEVICE by words, SMART data by bytes.
fn ata(name: &str, bytes: &mut [u8], known: &mut Known) -> bool {
    match name {
        "identify" => {
            for serial in [20..40, 352..412] {
                let text = swapped(bytes.get(serial.clone()).unwrap_or_default());
                known.text(&text);
                let instead = padded(if blank(&text) { b"" } else { INSTEAD }, serial.len());
                put(bytes, serial, &swapped(&instead));
            }
            name_of_the_world(bytes, 216..224, MAKER, true, known);
            // Extension of the world wide name; the vendor's own words.
            zero(bytes, 224..232);
            zero(bytes, 258..320);
            true
        }
        "smart_data" => zero(bytes, 386..511),
        "smart_thresholds" => zero(bytes, 380..511),
        "smart_log_00" | "smart_log_01" | "smart_log_04" | "smart_log_06" | "smart_log_09"
        | "smart_log_e0" | "smart_log_e1" => true,
        "gp_log_00" | "gp_log_03" | "gp_log_04" | "gp_log_07" | "gp_log_0c" | "gp_log_11" | "gp_log_47"
        | "gp_log_e0" | "gp_log_e1" => true,
        _ => false,
    }
}

/// SPC-6, SPL-5 and SBC-4.
fn scsi(name: &str, bytes: &mut [u8], known: &mut Known) -> bool {
    match name {
        "inquiry" => {
            // Vendor specific, where many have the serial number.
            known.text(bytes.get(36..56).unwrap_or_default());
            zero(bytes, 36..56);
            zero(bytes, 96..bytes.len())
        }
        "vpd_80" => {
            let serial = 4..bytes.len();
            let text = bytes.get(serial.clone()).unwrap_or_default().to_vec();
            known.text(&text);
            let instead = padded(if blank(&text) { b"" } else { INSTEAD }, text.len());
            put(bytes, serial, &instead)
        }
        "vpd_83" => designators(bytes, known),
        "log_18_00" => ports(bytes, known),
        "log_0e_00" => {
            // Dates of manufacture and of accounting: ASCII, or blanks.
            each_parameter(bytes, |code, value| {
                if matches!(code, 1 | 2) {
                    value.fill(b' ');
                }
            })
        }
        "vpd_00" | "vpd_86" | "vpd_b1" | "vpd_b2" | "readcap10" | "readcap16" => true,
        "mode_08" | "mode_0a" | "mode_18" | "mode_19" | "mode_1c" | "mode_01" => true,
        "mode_08_1" | "mode_0a_1" | "mode_18_1" | "mode_19_1" | "mode_1c_1" | "mode_01_1" => true,
        "log_00_00" | "log_00_ff" | "log_02_00" | "log_03_00" | "log_05_00" | "log_06_00" | "log_07_00"
        | "log_08_00" | "log_0b_00" | "log_0d_00" | "log_0d_01" | "log_10_00" | "log_11_00" | "log_14_01"
        | "log_15_00" | "log_15_01" | "log_19_00" | "log_2f_00" | "log_37_00" | "log_3e_00" => true,
        _ => false,
    }
}

/// NVMe Base and NVM Command Set specifications.
fn nvme(name: &str, bytes: &mut [u8], known: &mut Known) -> bool {
    match name {
        "id_ctrl" => {
            let text = bytes.get(4..24).unwrap_or_default().to_vec();
            known.text(&text);
            put(bytes, 4..24, &padded(if blank(&text) { b"" } else { INSTEAD }, 20));
            // FRU Globally Unique Identifier; NVM Subsystem NVMe Qualified Name; vendor specific.
            known.binary(bytes.get(112..128).unwrap_or_default());
            zero(bytes, 112..128);
            zero(bytes, 768..1024);
            zero(bytes, 3072..4096)
        }
        "log_00" | "log_01" | "log_02" | "log_03" | "log_06" | "log_09" | "log_c0" => true,
        _ if name.starts_with("id_ns_") => {
            // NGUID has its OUI behind eight bytes of its own.
            known.binary(bytes.get(104..120).unwrap_or_default());
            zero(bytes, 104..120);
            name_of_the_world(bytes, 120..128, OUI, false, known);
            zero(bytes, 384..4096)
        }
        _ => false,
    }
}

/// Device Identification VPD page (83h): its designators.
fn designators(bytes: &mut [u8], known: &mut Known) -> bool {
    let mut rest = bytes.get_mut(4..).unwrap_or_default();
    // Each step takes at least four bytes, so it ends.
    while let [code_set, kind, _, length, designator @ ..] = rest {
        let (code_set, kind, length) = (*code_set & 0x0f, *kind & 0x0f, usize::from(*length));
        let length = length.min(designator.len());
        let (value, next) = designator.split_at_mut(length);
        let all = 0..value.len();
        match (kind, code_set) {
            (2, 1) => name_of_the_world(value, all, OUI, false, known),
            (3, 1) => name_of_the_world(value, all, MAKER, false, known),
            // Which port and group this is.
            (4..=6, 1) => {}
            // The vendor of T10, and whatever the drive says behind it; or a name in text: `naa.5000c500...`.
            (1, _) => text_from(value, 8, known),
            (_, 2 | 3) => {
                text_from(value, value.iter().position(|byte| *byte == b'.').map_or(0, |dot| dot + 8), known)
            }
            _ => {
                known.binary(value);
                value.fill(0);
            }
        }
        rest = next;
    }
    true
}

/// Blanks a text from `from` on: hexadecimal digits stay digits.
fn text_from(value: &mut [u8], from: usize, known: &mut Known) {
    let Some(rest) = value.get_mut(from..) else { return };
    known.text(rest);
    for byte in rest.iter_mut().filter(|byte| byte.is_ascii_graphic()) {
        *byte = b'0';
    }
}

/// Protocol Specific Port log page (18h): addresses of the drive's ports and of what they are attached to.
fn ports(bytes: &mut [u8], known: &mut Known) -> bool {
    each_parameter(bytes, |_, value| {
        let is_sas = value.first().is_some_and(|protocol| protocol & 0x0f == 6);
        let mut rest = value.get_mut(4..).unwrap_or_default();
        if !is_sas {
            rest.fill(0);
        }
        // Each step takes at least four bytes, so it ends.
        while let Some(length) = rest.get(3).map(|length| usize::from(*length) + 4) {
            let (phy, next) = rest.split_at_mut(length.min(rest.len()));
            name_of_the_world(phy, 8..16, MAKER, false, known);
            // Of the adapter or the expander not even the maker.
            name_of_the_world(phy, 16..24, 0, false, known);
            rest = next;
        }
    })
}

/// Shows `each` parameter of a log page: its code and its value.
fn each_parameter(bytes: &mut [u8], mut each: impl FnMut(u16, &mut [u8])) -> bool {
    let mut rest = bytes.get_mut(4..).unwrap_or_default();
    // Each step takes at least four bytes, so it ends.
    while let [high, low, _, length, value @ ..] = rest {
        let code = u16::from_be_bytes([*high, *low]);
        let length = usize::from(*length).min(value.len());
        let (value, next) = value.split_at_mut(length);
        each(code, value);
        rest = next;
    }
    true
}

/// Clears a name that no other drive has but for its first `maker` bits. `is_swapped`: in words of ATA.
fn name_of_the_world(
    bytes: &mut [u8],
    place: Range<usize>,
    maker: usize,
    is_swapped: bool,
    known: &mut Known,
) {
    let Some(there) = bytes.get(place.clone()) else { return };
    let mut name = if is_swapped { swapped(there) } else { there.to_vec() };
    known.binary(&name);
    for (number, byte) in name.iter_mut().enumerate() {
        let kept = maker.saturating_sub(number * 8).min(8);
        *byte &= u8::MAX.checked_shl(u32::try_from(8 - kept).unwrap_or(8)).unwrap_or(0);
    }
    let name = if is_swapped { swapped(&name) } else { name };
    put(bytes, place, &name);
}

/// Zeros where there are so many bytes, and else as far as there are.
fn zero(bytes: &mut [u8], place: Range<usize>) -> bool {
    let end = place.end.min(bytes.len());
    bytes.get_mut(place.start..end).unwrap_or_default().fill(0);
    true
}

/// Puts `new` there, as far as there are bytes.
fn put(bytes: &mut [u8], place: Range<usize>, new: &[u8]) -> bool {
    let there = bytes.get_mut(place.start..).unwrap_or_default();
    there.iter_mut().zip(new).take(place.len()).for_each(|(to, from)| *to = *from);
    true
}

fn padded(text: &[u8], length: usize) -> Vec<u8> {
    let mut padded = text.get(..length.min(text.len())).unwrap_or_default().to_vec();
    padded.resize(length, b' ');
    padded
}

fn blank(text: &[u8]) -> bool {
    text.iter().all(|byte| matches!(byte, 0 | b' '))
}
