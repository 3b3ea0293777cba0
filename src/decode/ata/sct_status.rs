//! SCT Status (log E0h), ACS-5: temperatures, and what the last SCT command did.

use super::{Pages, Request, sector};
use crate::decode::bytes::{all_zero, le16, le32, u8_at};
use crate::decode::{Answer, DecodeError, Page};

/// The page, as the source asks for it.
pub(super) const PAGE: Page<Pages> = Page {
    name: "sct_status",
    title: "SCT Status (SMART READ LOG E0h)",
    requests: |pages| {
        let usable = pages.identify.as_ref().and_then(|identify| identify.usable_sct()).is_some();
        if usable { vec![Request::SmartReadLog { address: 0xe0, pages: 1 }] } else { Vec::new() }
    },
    decode: |_, answer, pages| {
        pages.sct_status = Some(SctStatus::decode(answer)?);
        Ok(())
    },
};

/// SCT Status, format version 2 or 3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SctStatus {
    /// Version of this format: 2 or 3. Bytes 0 and 1.
    pub format_version: u16,
    /// Vendor specific version. Bytes 2 and 3.
    pub sct_version: u16,
    /// State: 0 active, 1 standby, 2 asleep, 3 self-test, 4 off-line data collection, 5 SCT command. Byte 10.
    pub state: u8,
    /// Extended status code of the last SCT command; FFFFh: it is still running. Bytes 14 and 15.
    pub extended_status: u16,
    /// Action code of the last SCT command. Bytes 16 and 17.
    pub action: u16,
    /// Function code of the last SCT command. Bytes 18 and 19.
    pub function: u16,
    /// Temperatures in degrees Celsius. Bytes 200 to 205.
    pub temperatures: SctTemperatures,
    /// Times the temperature was above, and below, the recommended limits. `None`: an old format without them.
    /// Bytes 206 to 213.
    pub limit_counts: Option<LimitCounts>,
    /// The word of SMART RETURN STATUS: C24Fh passed, 2CF4h failed. `None`: 0, not reported. Bytes 214 and 215.
    pub smart_status: Option<u16>,
    /// Vendor specific bytes. `None`: all are zero. Bytes 480 to 511.
    pub vendor_specific: Option<[u8; 32]>,
}

/// Temperatures in degrees Celsius. `None`: the drive does not know, or has an old format without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SctTemperatures {
    /// Now.
    pub current: Option<i8>,
    /// Lowest since power-on.
    pub power_cycle_min: Option<i8>,
    /// Highest since power-on.
    pub power_cycle_max: Option<i8>,
    /// Lowest ever.
    pub lifetime_min: Option<i8>,
    /// Highest ever.
    pub lifetime_max: Option<i8>,
    /// Highest that is recommended for operation.
    pub operating_max: Option<i8>,
}

/// Times the temperature was outside the recommended limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitCounts {
    /// Above.
    pub over: u32,
    /// Below.
    pub under: u32,
}

/// A temperature; 80h stands for "not known".
pub(super) fn celsius(byte: u8) -> Option<i8> {
    Some(i8::from_le_bytes([byte])).filter(|&degrees| degrees != i8::MIN)
}

impl SctStatus {
    pub(super) fn decode(answer: &Answer<'_>) -> Result<Self, DecodeError> {
        let data = sector::first(answer, PAGE.title)?;
        let word = |offset| le16(data, offset).unwrap_or(0);
        let degrees = |offset| u8_at(data, offset).and_then(celsius);
        let format_version = word(0);
        if !(2..=3).contains(&format_version) {
            let (field, value) = ("format version", format_version.into());
            return Err(DecodeError::Field { page: PAGE.title, field, value });
        }
        // An old format ends behind the highest temperatures: what was added later is zero then.
        let added = [data.get(201..202), data.get(203..204), data.get(206..214)];
        let is_old = added.into_iter().flatten().all(all_zero);
        Ok(Self {
            format_version,
            sct_version: word(2),
            state: u8_at(data, 10).unwrap_or(0),
            extended_status: word(14),
            action: word(16),
            function: word(18),
            temperatures: SctTemperatures {
                current: degrees(200),
                power_cycle_min: degrees(201).filter(|_| !is_old),
                power_cycle_max: degrees(202),
                lifetime_min: degrees(203).filter(|_| !is_old),
                lifetime_max: degrees(204),
                operating_max: degrees(205).filter(|&degrees| degrees > 0 && !is_old),
            },
            limit_counts: (!is_old).then(|| LimitCounts {
                over: le32(data, 206).unwrap_or(0),
                under: le32(data, 210).unwrap_or(0),
            }),
            smart_status: Some(word(214)).filter(|&status| status != 0 && !is_old),
            vendor_specific: data
                .get(480..512)
                .and_then(|bytes| bytes.try_into().ok())
                .filter(|bytes: &[u8; 32]| !all_zero(bytes) && !is_old),
        })
    }

    /// Is an SCT command still running? Then another one would be refused.
    pub fn is_busy(&self) -> bool {
        self.extended_status == 0xffff
    }

    /// Was the last SCT command that of `action` and `function`?
    pub fn answers(&self, action: u16, function: u16) -> bool {
        self.action == action && self.function == function
    }
}

impl Pages {
    /// Does the drive take SCT commands of a kind, and none is running?
    pub(super) fn takes_sct(&self, has: fn(super::SctCapabilities) -> bool) -> bool {
        let capable = self.identify.as_ref().and_then(|identify| identify.usable_sct()).is_some_and(has);
        capable && self.sct_status.as_ref().is_some_and(|status| !status.is_busy())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(bytes: &[(usize, u8)]) -> Result<SctStatus, DecodeError> {
        let mut data = [0; 512];
        data[0] = 3;
        for &(offset, byte) in bytes {
            data[offset] = byte;
        }
        SctStatus::decode(&Answer { data: &data, ..Answer::default() })
    }

    #[test]
    fn temperatures_are_signed_and_may_be_unknown() {
        let all = status(&[(200, 30), (201, 0xf6), (202, 0x80), (203, 0xec), (204, 55), (205, 60), (206, 2)])
            .unwrap();
        assert_eq!(
            all.temperatures,
            SctTemperatures {
                current: Some(30),
                power_cycle_min: Some(-10),
                power_cycle_max: None,
                lifetime_min: Some(-20),
                lifetime_max: Some(55),
                operating_max: Some(60),
            }
        );
        assert_eq!(all.limit_counts, Some(LimitCounts { over: 2, under: 0 }));
    }

    #[test]
    fn an_old_format_ends_behind_the_highest_temperatures() {
        let old = status(&[(200, 30), (202, 40), (204, 50), (205, 60), (215, 0xc2), (490, 1)]).unwrap();
        assert_eq!(old.temperatures.lifetime_max, Some(50));
        assert_eq!((old.temperatures.lifetime_min, old.temperatures.operating_max), (None, None));
        assert_eq!((old.limit_counts, old.smart_status, old.vendor_specific), (None, None, None));
    }

    #[test]
    fn another_format_is_refused() {
        assert!(matches!(status(&[(0, 4)]), Err(DecodeError::Field { value: 4, .. })));
    }

    #[test]
    fn a_running_command_and_the_last_one() {
        let running = status(&[(14, 0xff), (15, 0xff), (16, 5), (18, 1)]).unwrap();
        assert!(running.is_busy() && running.answers(5, 1) && !running.answers(3, 2));
    }
}
