//! Log pages of vendors: the cache statistics of Seagate (37h) and the factory log of Seagate and Hitachi (3Eh).

use super::Inquiry;
use super::log_parameter::LogPage;
use crate::decode::DecodeError;

/// Whose log pages it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Vendor {
    Seagate,
    Hitachi,
}

impl Vendor {
    /// By the INQUIRY data. `None`: another vendor's, whose pages of these numbers mean something else.
    pub(super) fn of(inquiry: &Inquiry) -> Option<Self> {
        match inquiry.vendor.as_deref()? {
            "SEAGATE" => Some(Self::Seagate),
            "HITACHI" | "HGST" => Some(Self::Hitachi),
            _ => None,
        }
    }
}

/// Seagate's Cache Statistics log page (37h). All count from the counters' last reset; `None`: not reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheStatistics {
    /// Logical blocks sent to an initiator. Parameter 0000h.
    pub blocks_sent: Option<u64>,
    /// Logical blocks received from an initiator. Parameter 0001h.
    pub blocks_received: Option<u64>,
    /// Logical blocks read from the cache and sent to an initiator. Parameter 0002h.
    pub blocks_sent_from_cache: Option<u64>,
    /// Read and write commands not longer than a cache segment. Parameter 0003h.
    pub commands_within_segment: Option<u64>,
    /// Read and write commands longer than a cache segment. Parameter 0004h.
    pub commands_beyond_segment: Option<u64>,
}

impl CacheStatistics {
    pub(super) fn decode(page: LogPage<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            blocks_sent: page.counter(0),
            blocks_received: page.counter(1),
            blocks_sent_from_cache: page.counter(2),
            commands_within_segment: page.counter(3),
            commands_beyond_segment: page.counter(4),
        })
    }
}

/// Factory log page (3Eh) of Seagate and Hitachi.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct FactoryLog {
    /// Power on minutes. Parameter 0000h, 4 bytes.
    pub power_on_minutes: u32,
}

impl FactoryLog {
    /// More than 40 years: not minutes, or not this page.
    const UNBELIEVABLE: u32 = 40 * 365 * 24 * 60;

    pub(super) fn decode(page: LogPage<'_>) -> Result<Self, DecodeError> {
        let minutes = page.parameter(0).and_then(|value| Some(u32::from_be_bytes(value.try_into().ok()?)));
        let power_on_minutes = minutes.ok_or_else(|| page.short(12))?;
        if power_on_minutes > Self::UNBELIEVABLE {
            return Err(page.odd("power on minutes", power_on_minutes.into()));
        }
        Ok(Self { power_on_minutes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::scsi::testing::log_page;

    #[test]
    fn power_on_minutes_that_can_be() {
        let decode = |value: &[u8]| {
            FactoryLog::decode(
                LogPage::parse("x", 0x3e, 0, &log_page(0x3e, 0, &[(8, &[0; 4]), (0, value)])).unwrap(),
            )
        };
        assert_eq!(decode(&[0, 0x04, 0x93, 0xe7]).unwrap().power_on_minutes, 300_007);
        assert!(decode(&[0xff; 4]).is_err());
        assert!(decode(&[0; 8]).is_err());
    }

    #[test]
    fn cache_counters() {
        let bytes = log_page(0x37, 0, &[(0, &[0, 0, 1, 0]), (3, &[7]), (4, &[0xff; 4])]);
        let page = CacheStatistics::decode(LogPage::parse("x", 0x37, 0, &bytes).unwrap()).unwrap();
        assert_eq!((page.blocks_sent, page.commands_within_segment), (Some(256), Some(7)));
        assert_eq!((page.blocks_received, page.commands_beyond_segment), (None, None));
    }
}
