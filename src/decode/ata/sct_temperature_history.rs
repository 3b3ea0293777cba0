//! SCT Data Table 2, ACS-5: the temperature history.

use super::sct_status::{SctStatus, celsius};
use super::{Pages, Request, SctCapabilities, sector};
use crate::decode::bytes::{le16, u8_at};
use crate::decode::{Answer, DecodeError, Page};

/// The page, as the source asks for it: the SCT command, its table, and the status that says whose answer it was.
pub(super) const PAGE: Page<Pages> = Page {
    name: "sct_temperature_history",
    title: "SCT temperature history (action 5, function 1, table 2)",
    requests: |pages| {
        if pages.takes_sct(SctCapabilities::data_tables) {
            vec![
                Request::SctTemperatureHistory,
                Request::SmartReadLog { address: 0xe1, pages: 1 },
                Request::SmartReadLog { address: 0xe0, pages: 1 },
            ]
        } else {
            Vec::new()
        }
    },
    decode: |request, answer, pages| {
        match request {
            Request::SmartReadLog { address: 0xe1, .. } => {
                pages.unverified_temperatures = Some(TemperatureHistory::decode(answer)?);
            }
            Request::SmartReadLog { address: 0xe0, .. } => {
                let status = SctStatus::decode(answer)?;
                if !status.answers(5, 1) {
                    return Err(DecodeError::OtherPage { page: PAGE.title, got: status.action.into() });
                }
                pages.temperature_history = pages.unverified_temperatures.take();
            }
            _ => {}
        }
        Ok(())
    },
};

/// The most entries a table of one sector holds.
const CAPACITY: u16 = 478;

/// Temperature history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemperatureHistory {
    /// Version of the format: 2. Bytes 0 and 1.
    pub version: u16,
    /// Minutes between two samples. Bytes 2 and 3.
    pub sampling_minutes: u16,
    /// Minutes between two entries of the table. Bytes 4 and 5.
    pub logging_minutes: u16,
    /// Highest temperature recommended for operation, degrees Celsius. Byte 6.
    pub operating_max: Option<i8>,
    /// Highest temperature allowed. Byte 7.
    pub limit_max: Option<i8>,
    /// Lowest temperature recommended for operation. Byte 8.
    pub operating_min: Option<i8>,
    /// Lowest temperature allowed. Byte 9.
    pub limit_min: Option<i8>,
    /// Entry of the newest value, from 0. Bytes 32 and 33.
    pub index: u16,
    /// Degrees Celsius by entry. `None`: nothing was written there, or the drive slept. Bytes 34 to 511.
    pub entries: Vec<Option<i8>>,
}

impl TemperatureHistory {
    fn decode(answer: &Answer<'_>) -> Result<Self, DecodeError> {
        let data = sector::first(answer, PAGE.title)?;
        let word = |offset| le16(data, offset).unwrap_or(0);
        let degrees = |offset| u8_at(data, offset).and_then(celsius);
        let (version, size, index) = (word(0), word(30), word(32));
        let refuse =
            |field, value: u16| Err(DecodeError::Field { page: PAGE.title, field, value: value.into() });
        if version == 0 || version == 0xffff {
            return refuse("format version", version);
        }
        if !(1..=CAPACITY).contains(&size) {
            return refuse("number of entries", size);
        }
        if index >= size {
            return refuse("index", index);
        }
        let table = data.get(34..).unwrap_or_default();
        Ok(Self {
            version,
            sampling_minutes: word(2),
            logging_minutes: word(4),
            operating_max: degrees(6),
            limit_max: degrees(7),
            operating_min: degrees(8),
            limit_min: degrees(9),
            index,
            entries: table.iter().take(size.into()).map(|&byte| celsius(byte)).collect(),
        })
    }

    /// The entries from the oldest to the newest.
    pub fn oldest_first(&self) -> impl Iterator<Item = Option<i8>> {
        let next = usize::from(self.index).saturating_add(1);
        let (newer, older) = self.entries.split_at_checked(next).unwrap_or((&self.entries, &[]));
        older.iter().chain(newer).copied()
    }
}
