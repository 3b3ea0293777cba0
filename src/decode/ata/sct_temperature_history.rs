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
    /// Number of entries, 1 to 478. Bytes 30 and 31.
    pub size: u16,
    /// Entry of the newest value, from 0. Bytes 32 and 33.
    pub index: u16,
    /// Degrees Celsius by entry. `None`: nothing was written there, or the drive slept. Empty where size or index are
    /// wrong. Bytes 34 to 511.
    pub entries: Vec<Option<i8>>,
}

impl TemperatureHistory {
    fn decode(answer: &Answer<'_>) -> Result<Self, DecodeError> {
        let data = sector::first(answer, PAGE.title)?;
        let word = |offset| le16(data, offset).unwrap_or(0);
        let degrees = |offset| u8_at(data, offset).and_then(celsius);
        let (version, size, index) = (word(0), word(30), word(32));
        let is_whole = size <= CAPACITY && index < size;
        let table = data.get(34..).filter(|_| is_whole).unwrap_or_default();
        Ok(Self {
            version,
            sampling_minutes: word(2),
            logging_minutes: word(4),
            operating_max: degrees(6),
            limit_max: degrees(7),
            operating_min: degrees(8),
            limit_min: degrees(9),
            size,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(data: &[u8]) -> Answer<'_> {
        Answer { data, ..Answer::default() }
    }

    fn table(size: u16, index: u16) -> [u8; 512] {
        let mut data = [0; 512];
        data[0] = 2;
        data[30..32].copy_from_slice(&size.to_le_bytes());
        data[32..34].copy_from_slice(&index.to_le_bytes());
        data[34..38].copy_from_slice(&[30, 31, 0x80, 0xff]);
        data
    }

    fn status(action: u8, function: u8) -> [u8; 512] {
        let mut data = [0; 512];
        data[0] = 3;
        data[16] = action;
        data[18] = function;
        data
    }

    #[test]
    fn the_oldest_entry_comes_first() {
        let history = TemperatureHistory::decode(&answer(&table(4, 1))).unwrap();
        assert_eq!(history.oldest_first().collect::<Vec<_>>(), [None, Some(-1), Some(30), Some(31)]);
        for (size, index) in [(4, 4), (479, 0), (0, 0)] {
            assert!(TemperatureHistory::decode(&answer(&table(size, index))).unwrap().entries.is_empty());
        }
    }

    #[test]
    fn a_table_counts_only_if_the_last_command_was_ours() {
        let [table_request, status_request] =
            [0xe1, 0xe0].map(|address| Request::SmartReadLog { address, pages: 1 });
        let mut pages = Pages::default();
        (PAGE.decode)(&table_request, &answer(&table(4, 1)), &mut pages).unwrap();
        let other = (PAGE.decode)(&status_request, &answer(&status(3, 2)), &mut pages);
        assert!(matches!(other, Err(DecodeError::OtherPage { got: 3, .. })));
        assert!(pages.temperature_history.is_none());
        (PAGE.decode)(&status_request, &answer(&status(5, 1)), &mut pages).unwrap();
        assert!(pages.temperature_history.is_some());
    }
}
