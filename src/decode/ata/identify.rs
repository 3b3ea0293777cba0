//! IDENTIFY DEVICE data (ECh), ACS-5: who the drive is, and what it can do.

use std::ops::RangeInclusive;

use super::{Pages, Request, SmartData};
use crate::decode::bytes::{self, bit, bits, checksum_is_zero, le16};
use crate::decode::{Answer, DecodeError, Page};

/// The page, as the source asks for it.
pub(super) const PAGE: Page<Pages> = Page {
    name: "identify",
    title: "IDENTIFY DEVICE data (ECh)",
    requests: |_| vec![Request::IdentifyDevice],
    decode: |_, answer, pages| {
        pages.identify = Some(Identify::decode(answer, pages.firmware_bugs.swapped_identity)?);
        Ok(())
    },
};

/// IDENTIFY DEVICE data, 256 words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identify {
    /// Serial number, 20 characters. An identifier. Words 10 to 19.
    pub serial_number: Option<String>,
    /// Firmware revision, 8 characters. Words 23 to 26.
    pub firmware_revision: Option<String>,
    /// Model number, 40 characters. Words 27 to 46.
    pub model_number: Option<String>,
    /// Additional product identifier, 8 characters: of the system's maker. Words 170 to 173.
    pub additional_product_id: Option<String>,
    /// World wide name. An identifier. `None`: word 87 says there is none. Words 108 to 111.
    pub wwn: Option<WorldWideName>,
    /// Number of user addressable logical sectors. `None`: the drive says 0.
    /// The larger of words 100 to 103 (48-bit addresses, where it has them) and 60 and 61 (28-bit ones).
    pub sectors: Option<u64>,
    /// Extended number of user addressable sectors. `None`: word 69 bit 3 says there is none. Words 230 to 233.
    pub extended_sectors: Option<u64>,
    /// Bytes in a logical sector. Words 106, 117 and 118.
    pub logical_sector_bytes: u32,
    /// Bytes in a physical sector. Word 106.
    pub physical_sector_bytes: u32,
    /// Nominal media rotation rate. Word 217.
    pub rotation: Rotation,
    /// Nominal form factor, its code in bits 3:0. `None`: not reported. Word 168.
    pub form_factor: Option<u16>,
    /// DATA SET MANAGEMENT with TRIM. `None`: not supported. Words 169 and 69.
    pub trim: Option<Trim>,
    /// ZONED CAPABILITIES, 2 bits: 1 host aware, 2 device managed. Word 69.
    pub zoned: u8,
    /// Major version number: bit n for version n. Word 80.
    pub major_version: u16,
    /// Minor version number. Word 81.
    pub minor_version: u16,
    /// Transport major version number: bits 15:12 the transport, 1 for serial. Word 222.
    pub transport_version: u16,
    /// Serial ATA capabilities: bits 3:1 the supported speeds. Word 76.
    pub sata_capabilities: u16,
    /// Serial ATA additional capabilities: bits 3:1 the current speed. Word 77.
    pub sata_additional: u16,
    /// The SMART feature set.
    pub smart: SmartSupport,
    /// SMART error logging. Words 84 and 87, bit 0.
    pub smart_error_logging: bool,
    /// SMART self-test. Words 84 and 87, bit 1.
    pub smart_self_test: bool,
    /// General Purpose Logging feature set (READ LOG EXT). Words 84 and 87, bit 5.
    pub general_purpose_logging: bool,
    /// Volatile write cache. `None`: no such feature. Words 82 and 85, bit 5.
    pub write_cache: Option<bool>,
    /// Read look-ahead. `None`: no such feature. Words 82 and 85, bit 6.
    pub read_lookahead: Option<bool>,
    /// Advanced Power Management. `None`: no such feature. Words 83, 86 and 91.
    pub apm: Option<PowerManagement>,
    /// Automatic Acoustic Management (obsolete since ACS-2). `None`: no such feature. Words 83, 86 and 94.
    pub aam: Option<AcousticManagement>,
    /// Device Statistics Notification. `None`: no such feature. Words 119 and 120, bit 9.
    pub statistics_notification: Option<bool>,
    /// Security status. `None`: no Security feature set. Word 128.
    pub security: Option<u16>,
    /// Master password identifier. Word 92.
    pub master_password_id: u16,
    /// SCT Command Transport, word 206. `None`: not supported.
    pub sct: Option<SctCapabilities>,
    /// The data is whole: its signature is missing (then there is no checksum), or its sum is zero. Word 255.
    pub checksum_ok: bool,
}

/// World wide name, 64 bits in three parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorldWideName {
    /// Name Address Authority, 4 bits: 5 for IEEE registered.
    pub naa: u8,
    /// Organizationally Unique Identifier, 24 bits.
    pub oui: u32,
    /// What the maker gave it, 36 bits.
    pub id: u64,
}

/// Nominal media rotation rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rotation {
    /// Not reported, or a reserved value.
    #[default]
    NotReported,
    /// Non-rotating: a solid state drive.
    Solid,
    /// Rotations in a minute.
    PerMinute(u16),
}

/// What becomes of trimmed sectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trim {
    /// Each read of a trimmed sector returns the same (DRAT). Word 69 bit 14.
    pub deterministic: bool,
    /// A trimmed sector reads as zeros (RZAT). Word 69 bit 5.
    pub zeroed: bool,
}

/// Is there SMART, and is it on?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SmartSupport {
    /// The drive has the feature set. `None`: words 82 and 83 do not tell.
    pub available: Option<bool>,
    /// It is switched on. `None`: words 85 to 87 do not tell.
    pub enabled: Option<bool>,
}

/// Advanced Power Management.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PowerManagement {
    /// Switched on.
    pub enabled: bool,
    /// 1 (least power) to 254 (best performance); 128 and above without standby.
    pub level: u8,
}

/// Automatic Acoustic Management.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AcousticManagement {
    /// Switched on.
    pub enabled: bool,
    /// 128 (quiet) to 254 (fast).
    pub level: u8,
    /// The level the maker recommends.
    pub recommended: u8,
}

/// SCT Command Transport, word 206.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SctCapabilities(pub u16);

impl SctCapabilities {
    /// SCT Error Recovery Control, bit 3.
    pub fn error_recovery_control(self) -> bool {
        bit(self.0, 3)
    }

    /// SCT Feature Control, bit 4.
    pub fn feature_control(self) -> bool {
        bit(self.0, 4)
    }

    /// SCT Data Tables, bit 5.
    pub fn data_tables(self) -> bool {
        bit(self.0, 5)
    }
}

impl Identify {
    /// Its length in bytes.
    pub const BYTES: usize = 512;

    /// `texts_as_they_are`: the bytes of the older texts are not swapped, against the standard.
    fn decode(answer: &Answer<'_>, texts_as_they_are: bool) -> Result<Self, DecodeError> {
        let short = DecodeError::Short { page: PAGE.title, need: Self::BYTES, got: answer.data.len() };
        let data = answer.data.get(..Self::BYTES).ok_or(short)?;
        // No drive says nothing, and a dead link is all ones.
        for (byte, word) in [(0x00, 0x0000), (0xff, 0xffff)] {
            if data.iter().all(|&found| found == byte) {
                return Err(DecodeError::Field { page: PAGE.title, field: "every word", value: word });
            }
        }
        let words = Words(data);
        let text = if texts_as_they_are { bytes::text } else { bytes::ata_text };
        let sector_size = words.at(106);
        let logical =
            if words.valid(106) && bit(sector_size, 12) { words.dword(117).wrapping_mul(2) } else { 512 };
        let exponent = if words.valid(106) && bit(sector_size, 13) { sector_size & 0xf } else { 0 };
        let additional = words.at(69);
        Ok(Self {
            serial_number: words.bytes(10..=19).and_then(text),
            firmware_revision: words.bytes(23..=26).and_then(text),
            model_number: words.bytes(27..=46).and_then(text),
            additional_product_id: words.bytes(170..=173).and_then(bytes::ata_text),
            wwn: (words.at(87) & 0xc100 == 0x4100).then(|| words.world_wide_name()),
            sectors: words.sectors(),
            extended_sectors: bit(additional, 3).then(|| words.qword(230)),
            logical_sector_bytes: logical,
            physical_sector_bytes: logical.checked_shl(u32::from(exponent)).unwrap_or(logical),
            rotation: match words.at(217) {
                1 => Rotation::Solid,
                rate @ 0x0401..=0xfffe => Rotation::PerMinute(rate),
                _ => Rotation::NotReported,
            },
            form_factor: Some(words.at(168)).filter(|&code| code != 0),
            trim: bit(words.at(169), 0)
                .then(|| Trim { deterministic: bit(additional, 14), zeroed: bit(additional, 5) }),
            zoned: words.low(69) & 3,
            major_version: words.at(80),
            minor_version: words.at(81),
            transport_version: words.at(222),
            sata_capabilities: words.at(76),
            sata_additional: words.at(77),
            smart: words.smart(),
            smart_error_logging: words.of_any(0),
            smart_self_test: words.of_any(1),
            general_purpose_logging: words.of_first(5),
            write_cache: words.feature(82, 5),
            read_lookahead: words.feature(82, 6),
            apm: words.feature(83, 3).map(|enabled| PowerManagement { enabled, level: words.low(91) }),
            aam: words.feature(83, 9).map(|enabled| AcousticManagement {
                enabled,
                level: words.low(94),
                recommended: words.high(94),
            }),
            statistics_notification: (words.valid(119) && words.valid(120) && bit(words.at(119), 9))
                .then(|| bit(words.at(120), 9)),
            security: Some(words.at(128)).filter(|&status| bit(status, 0)),
            master_password_id: words.at(92),
            sct: Some(words.at(206)).filter(|&word| bit(word, 0)).map(SctCapabilities),
            checksum_ok: words.low(255) != 0xa5 || checksum_is_zero(data),
        })
    }

    /// SMART error logging: words 84 and 87 tell since ATA-6, byte 370 of the SMART data before.
    pub fn logs_errors(&self, data: Option<&SmartData>) -> bool {
        let tells = bit(self.major_version, 6) || bit(self.major_version, 7);
        (tells && self.smart_error_logging) || data.is_some_and(|data| data.error_logging)
    }

    /// SATA Phy Event Counters log. Word 76 bit 10.
    pub fn phy_event_counters(&self) -> bool {
        bit(self.sata_capabilities, 10) && self.sata_capabilities != 0xffff
    }

    /// Security locked: SCT and media commands are refused. Word 128 bits 1 and 2.
    pub fn is_locked(&self) -> bool {
        self.security.is_some_and(|status| status & 0b110 == 0b110)
    }

    /// SCT commands, unless the drive is locked.
    pub fn usable_sct(&self) -> Option<SctCapabilities> {
        self.sct.filter(|_| !self.is_locked())
    }
}

/// The words of the data; a word beyond the end is 0, the standard's "not reported".
struct Words<'a>(&'a [u8]);

impl Words<'_> {
    fn at(&self, word: usize) -> u16 {
        word.checked_mul(2).and_then(|offset| le16(self.0, offset)).unwrap_or(0)
    }

    fn low(&self, word: usize) -> u8 {
        self.at(word).to_le_bytes()[0]
    }

    fn high(&self, word: usize) -> u8 {
        self.at(word).to_le_bytes()[1]
    }

    fn dword(&self, word: usize) -> u32 {
        u32::from(self.at(word)) | u32::from(self.at(word.saturating_add(1))) << 16
    }

    fn qword(&self, word: usize) -> u64 {
        u64::from(self.dword(word)) | u64::from(self.dword(word.saturating_add(2))) << 32
    }

    fn bytes(&self, words: RangeInclusive<usize>) -> Option<&[u8]> {
        self.0.get(words.start().checked_mul(2)?..words.end().checked_mul(2)?.checked_add(2)?)
    }

    /// Bits 15:14 are 01b: the word is filled in.
    fn valid(&self, word: usize) -> bool {
        bits(self.at(word).into(), 15, 14) == 1
    }

    /// A bit that stands in word 84 (supported) and in word 87 (enabled): the first of them that is filled in.
    fn of_first(&self, number: u32) -> bool {
        [84, 87].into_iter().find(|&word| self.valid(word)).is_some_and(|word| bit(self.at(word), number))
    }

    /// The same, of any of the two that is filled in.
    fn of_any(&self, number: u32) -> bool {
        [84, 87].into_iter().any(|word| self.valid(word) && bit(self.at(word), number))
    }

    /// A feature by its bit in word 82 or 83 (supported) and 85 or 86 (enabled).
    fn feature(&self, supported: usize, number: u32) -> Option<bool> {
        let enabled = supported.saturating_add(3);
        (self.valid(83) && bit(self.at(supported), number)).then(|| bit(self.at(enabled), number))
    }

    fn smart(&self) -> SmartSupport {
        // Bit 15 of word 0: PACKET commands, and no SMART; but 848Ah is a CompactFlash card.
        if bit(self.at(0), 15) && self.at(0) != 0x848a {
            return SmartSupport { available: Some(false), enabled: None };
        }
        SmartSupport {
            available: self.valid(83).then(|| bit(self.at(82), 0)),
            enabled: self.valid(87).then(|| bit(self.at(85), 0)),
        }
    }

    fn sectors(&self) -> Option<u64> {
        let extended = self.valid(83) && bit(self.at(83), 10);
        let sectors = if extended { self.qword(100) } else { 0 };
        Some(sectors.max(self.dword(60).into())).filter(|&count| count != 0)
    }

    fn world_wide_name(&self) -> WorldWideName {
        let name = (108usize..=111).fold(0u64, |name, word| name << 16 | u64::from(self.at(word)));
        WorldWideName {
            naa: u8::try_from(bits(name, 63, 60)).unwrap_or_default(),
            oui: u32::try_from(bits(name, 59, 36)).unwrap_or_default(),
            id: bits(name, 35, 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identify(words: &[(usize, u16)]) -> Result<Identify, DecodeError> {
        let mut data = [0; Identify::BYTES];
        for &(word, value) in words {
            data[word * 2..word * 2 + 2].copy_from_slice(&value.to_le_bytes());
        }
        Identify::decode(&Answer { data: &data, ..Answer::default() }, false)
    }

    #[test]
    fn texts_have_their_bytes_swapped() {
        let drive = identify(&[(27, u16::from_be_bytes(*b"DI")), (28, u16::from_be_bytes(*b"SK"))]).unwrap();
        assert_eq!(drive.model_number.as_deref(), Some("DISK"));
        assert_eq!(drive.serial_number, None);
    }

    #[test]
    fn texts_of_a_drive_that_does_not_swap_them() {
        let mut data = [0; Identify::BYTES];
        data[54..94].fill(b' ');
        data[54..58].copy_from_slice(b"DISK");
        data[340..348].copy_from_slice(b"IDKS    ");
        let answer = Answer { data: &data, ..Answer::default() };
        let model = |as_they_are| Identify::decode(&answer, as_they_are).unwrap().model_number;
        assert_eq!((model(true).as_deref(), model(false).as_deref()), (Some("DISK"), Some("IDKS")));
        let additional = |as_they_are| Identify::decode(&answer, as_they_are).unwrap().additional_product_id;
        assert_eq!([additional(true), additional(false)], [Some("DISK".to_owned()), Some("DISK".to_owned())]);
    }

    #[test]
    fn sectors_are_counted_with_48_bits_where_there_are_that_many() {
        let count = [(60, 0xffff), (61, 0x0fff), (100, 0x2000), (101, 0x1000), (102, 1)];
        let with = identify(&[&count[..], &[(83, 0x4400)]].concat()).unwrap();
        assert_eq!(with.sectors, Some(0x1_1000_2000));
        let without = identify(&[&count[..], &[(83, 0x4000)]].concat()).unwrap();
        assert_eq!(without.sectors, Some(0x0fff_ffff));
    }

    #[test]
    fn sector_sizes() {
        let advanced = identify(&[(106, 0x6003)]).unwrap();
        assert_eq!((advanced.logical_sector_bytes, advanced.physical_sector_bytes), (512, 4096));
        let native = identify(&[(106, 0x5000), (117, 2048)]).unwrap();
        assert_eq!((native.logical_sector_bytes, native.physical_sector_bytes), (4096, 4096));
        let not_filled_in = identify(&[(106, 0x3003), (117, 2048)]).unwrap();
        assert_eq!((not_filled_in.logical_sector_bytes, not_filled_in.physical_sector_bytes), (512, 512));
    }

    #[test]
    fn world_wide_name_in_its_parts() {
        let drive =
            identify(&[(87, 0x4100), (108, 0x5000), (109, 0xc500), (110, 0x1234), (111, 0x5678)]).unwrap();
        assert_eq!(drive.wwn, Some(WorldWideName { naa: 5, oui: 0x00_0c50, id: 0x0_1234_5678 }));
    }

    #[test]
    fn smart_is_on_off_or_unknown() {
        let on = identify(&[(82, 1), (83, 0x4000), (85, 1), (87, 0x4000)]).unwrap();
        assert_eq!(on.smart, SmartSupport { available: Some(true), enabled: Some(true) });
        let silent = identify(&[(82, 1), (85, 1)]).unwrap();
        assert_eq!(silent.smart, SmartSupport { available: None, enabled: None });
        for (general, available) in [(0x85c0, false), (0x848a, true)] {
            let drive = identify(&[(0, general), (82, 1), (83, 0x4000), (87, 0x4000)]).unwrap();
            assert_eq!(drive.smart.available, Some(available), "{general:04x}");
        }
    }

    #[test]
    fn zeros_and_ones_are_no_drive() {
        for byte in [0x00, 0xff] {
            let data = [byte; Identify::BYTES];
            let drive = Identify::decode(&Answer { data: &data, ..Answer::default() }, false);
            assert!(matches!(drive, Err(DecodeError::Field { .. })), "{byte:02x}");
        }
    }

    #[test]
    fn a_signature_makes_the_checksum_count() {
        assert!(identify(&[(0, 0x0040)]).unwrap().checksum_ok);
        assert!(!identify(&[(0, 0x0040), (255, 0x00a5)]).unwrap().checksum_ok);
        assert!(identify(&[(0, 0x0040), (255, 0x1ba5)]).unwrap().checksum_ok);
    }

    #[test]
    fn a_locked_drive_takes_no_sct() {
        let locked = identify(&[(128, 0x0007), (206, 0x003d)]).unwrap();
        assert!(locked.is_locked() && locked.sct.is_some() && locked.usable_sct().is_none());
        let open = identify(&[(128, 0x0021), (206, 0x003d)]).unwrap();
        assert!(open.usable_sct().is_some_and(SctCapabilities::data_tables));
    }
}
