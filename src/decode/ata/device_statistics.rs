//! Device Statistics log (04h), ACS-5.

use super::device_statistics_fields::Statistic;
use super::{Pages, Request, sector};
use crate::decode::bytes::{le16, le64, u8_at};
use crate::decode::{Answer, DecodeError, Page};

/// Pages 00h to 0Fh are read at once; the standard defines no higher one but FFh.
const AT_ONCE: u16 = 16;

/// All pages of the standard in one command, as the source asks for them.
pub(super) const PAGE: Page<Pages> = Page {
    name: "device_statistics",
    title: "Device Statistics log (04h)",
    requests: |pages| match (pages.general_log(0x04), pages.smart_log(0x04, false)) {
        (0, 0) => Vec::new(),
        (0, count) => pages.if_smart(Request::SmartReadLog { address: 0x04, pages: count.min(16) }),
        (count, _) => vec![Request::ReadLogExt { address: 0x04, page: 0, pages: count.min(AT_ONCE) }],
    },
    decode: |_, answer, pages| {
        let listed = DeviceStatistics::list(answer)?;
        let sectors = sector::all(answer, PAGE.title)?;
        let wanted = |&(number, _): &(u8, &[u8])| listed.contains(&number);
        let read = (0..=u8::MAX).zip(sectors).skip(1).filter(wanted);
        let read = read.map(|(number, data)| StatisticsPage::decode(number, data)).collect();
        pages.device_statistics = Some(DeviceStatistics { listed, pages: read });
        Ok(())
    },
};

/// The list of pages alone, for drives that refuse to return several pages at once.
pub(super) const LIST: Page<Pages> = Page {
    name: "device_statistics_list",
    title: "Device Statistics log (04h), list of supported pages",
    requests: |pages| {
        if pages.device_statistics.is_none() && pages.general_log(0x04) > 1 {
            vec![Request::ReadLogExt { address: 0x04, page: 0, pages: 1 }]
        } else {
            Vec::new()
        }
    },
    decode: |_, answer, pages| {
        let listed = DeviceStatistics::list(answer)?;
        pages.device_statistics = Some(DeviceStatistics { listed, pages: Vec::new() });
        Ok(())
    },
};

/// The listed pages that did not come so far, one by one.
pub(super) const SINGLE: Page<Pages> = Page {
    name: "device_statistics_pages",
    title: "Device Statistics log (04h), further pages",
    requests: |pages| {
        let length = pages.general_log(0x04);
        if length == 0 {
            return Vec::new();
        }
        // What the list has and the directory does not count is asked for as well, where the standard has such a page:
        // one of the two is wrong.
        let may_be = |&page: &u16| page < length.max(AT_ONCE) || page == 0xff;
        let missing = pages.device_statistics.as_ref().map(DeviceStatistics::missing).unwrap_or_default();
        missing
            .into_iter()
            .filter(may_be)
            .map(|page| Request::ReadLogExt { address: 0x04, page, pages: 1 })
            .collect()
    },
    decode: |request, answer, pages| {
        let Request::ReadLogExt { page, .. } = *request else {
            return Ok(());
        };
        let data = sector::first(answer, SINGLE.title)?;
        if let Some((statistics, number)) = pages.device_statistics.as_mut().zip(u8::try_from(page).ok()) {
            statistics.pages.push(StatisticsPage::decode(number, data));
        }
        Ok(())
    },
};

/// Device Statistics log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceStatistics {
    /// Numbers of the supported pages, in the drive's order; 0 is the list itself. Page 00h.
    pub listed: Vec<u8>,
    /// The pages that were read.
    pub pages: Vec<StatisticsPage>,
}

/// One page of statistics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatisticsPage {
    /// Its number.
    pub number: u8,
    /// Revision of the page. Bytes 0 and 1. `None`: the page says that it is another one, and is not decoded.
    pub revision: Option<u16>,
    /// Its statistics that are supported.
    pub entries: Vec<StatisticsEntry>,
}

/// One statistic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatisticsEntry {
    /// What the standard says of it. `None`: nothing.
    pub statistic: Option<&'static Statistic>,
    /// Where it stands in the page, in bytes.
    pub offset: u16,
    /// Flags: bit 7 supported, 6 valid, 5 normalised, 4 supports notification, 3 monitored condition met.
    pub flags: u8,
    /// The seven bytes below the flags.
    pub bytes: u64,
}

impl StatisticsEntry {
    /// Its value, in the unit of the statistic. `None`: the drive says that it is not valid.
    pub fn value(&self) -> Option<i64> {
        if self.flags & 0x40 == 0 {
            return None;
        }
        let (bytes, signed) =
            self.statistic.map_or((7, false), |statistic| (statistic.bytes, statistic.signed));
        let unused = 64u32.saturating_sub(u32::from(bytes).saturating_mul(8));
        let top = self.bytes.checked_shl(unused)?;
        if signed {
            i64::from_le_bytes(top.to_le_bytes()).checked_shr(unused)
        } else {
            i64::try_from(top.checked_shr(unused)?).ok()
        }
    }
}

impl DeviceStatistics {
    fn list(answer: &Answer<'_>) -> Result<Vec<u8>, DecodeError> {
        let data = sector::first(answer, PAGE.title)?;
        if let Some(got @ 1..) = u8_at(data, 2) {
            return Err(DecodeError::OtherPage { page: LIST.title, got: got.into() });
        }
        let count = usize::from(u8_at(data, 8).unwrap_or(0));
        if count == 0 {
            return Err(DecodeError::Field { page: LIST.title, field: "number of entries", value: 0 });
        }
        Ok(data.get(9..).unwrap_or_default().iter().take(count).copied().collect())
    }

    /// The page of that number, if it was read.
    pub fn page(&self, number: u8) -> Option<&StatisticsPage> {
        self.pages.iter().find(|page| page.number == number)
    }

    /// The value at `offset` of page `number`.
    pub fn value(&self, number: u8, offset: u16) -> Option<i64> {
        self.page(number)?.entries.iter().find(|entry| entry.offset == offset)?.value()
    }

    fn missing(&self) -> Vec<u16> {
        let mut missing: Vec<u16> = self
            .listed
            .iter()
            .filter(|&&number| number != 0 && self.page(number).is_none())
            .map(|&number| number.into())
            .collect();
        missing.sort_unstable();
        missing.dedup();
        missing
    }
}

impl StatisticsPage {
    fn decode(number: u8, data: &[u8]) -> Self {
        if u8_at(data, 2) != Some(number) {
            return Self { number, revision: None, entries: Vec::new() };
        }
        let mut entries = Vec::with_capacity(16);
        let slots = data.get(8..).unwrap_or_default().chunks_exact(8);
        for (offset, bytes) in (8u16..).step_by(8).zip(slots) {
            let Some(word) = le64(bytes, 0) else {
                break;
            };
            let statistic = Statistic::of(number, offset);
            let [.., fifth, sixth, flags] = word.to_le_bytes();
            if flags & 0x80 == 0 {
                continue;
            }
            // Behind the last statistic some drives leave other data: where a field is not known, its upper bytes tell.
            if statistic.is_none() && (fifth != 0 || sixth != 0) {
                break;
            }
            entries.push(StatisticsEntry { statistic, offset, flags, bytes: word & 0x00ff_ffff_ffff_ffff });
        }
        Self { number, revision: le16(data, 0), entries }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::ata::LogDirectory;

    fn page(number: u8, entries: &[(usize, [u8; 8])]) -> Vec<u8> {
        let mut data = vec![0; 512];
        data[0] = 1;
        data[2] = number;
        for (offset, entry) in entries {
            data[*offset..offset + 8].copy_from_slice(entry);
        }
        data
    }

    fn value(statistics: u8, entry: (usize, [u8; 8])) -> Option<i64> {
        StatisticsPage::decode(statistics, &page(statistics, &[entry])).entries.first()?.value()
    }

    #[test]
    fn values_have_the_width_and_sign_of_their_statistic() {
        let full = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xc0];
        assert_eq!(value(1, (8, full)), Some(0xffff_ffff));
        assert_eq!(value(1, (24, full)), Some(0xffff_ffff_ffff));
        assert_eq!(value(5, (8, [0xf6, 0, 0, 0, 0, 0, 0, 0xc0])), Some(-10));
        assert_eq!(value(8, (8, [1, 2, 0, 0, 0, 0, 0, 0xc0])), Some(0x201));
        assert_eq!(value(1, (8, [5, 0, 0, 0, 0, 0, 0, 0x80])), None, "supported, not valid");
        assert_eq!(value(1, (8, [5, 0, 0, 0, 0, 0, 0, 0x40])), None, "not supported");
    }

    #[test]
    fn other_data_behind_the_statistics_is_not_read() {
        let known = [1, 0, 0, 0, 0, 0, 0, 0xc0];
        let other = [1, 2, 3, 4, 5, 6, 7, 0xc0];
        let read = StatisticsPage::decode(7, &page(7, &[(8, known), (16, other), (24, known)]));
        assert_eq!(read.entries.len(), 1);
        assert_eq!(StatisticsPage::decode(6, &page(7, &[(8, known)])).revision, None);
    }

    #[test]
    fn pages_that_did_not_come_are_asked_for_one_by_one() {
        let mut list = page(0, &[]);
        list[8..12].copy_from_slice(&[3, 0, 5, 1]);
        let mut pages = Pages::default();
        let all = Request::ReadLogExt { address: 4, page: 0, pages: 2 };
        let data = [list, page(1, &[(16, [9, 0, 0, 0, 0, 0, 0, 0xc0])])].concat();
        (PAGE.decode)(&all, &Answer { data: &data, ..Answer::default() }, &mut pages).unwrap();
        let statistics = pages.device_statistics.unwrap();
        assert_eq!((statistics.listed.clone(), statistics.missing()), (vec![0, 5, 1], vec![5]));
        assert_eq!(
            (statistics.value(1, 16), statistics.value(1, 8), statistics.value(5, 8)),
            (Some(9), None, None)
        );
    }

    #[test]
    fn of_pages_beyond_the_directory_those_of_the_standard_are_asked_for() {
        let mut directory = [0; 512];
        directory[8] = 2;
        let directory = LogDirectory::decode(&Answer { data: &directory, ..Answer::default() }, "").ok();
        let listed = vec![0, 0xff, 8, 8, 0x80];
        let pages = Pages {
            log_directory: directory,
            device_statistics: Some(DeviceStatistics { listed, pages: Vec::new() }),
            ..Pages::default()
        };
        let single = |page| Request::ReadLogExt { address: 0x04, page, pages: 1 };
        assert_eq!((SINGLE.requests)(&pages), [single(8), single(0xff)]);
    }

    #[test]
    fn another_page_is_no_list() {
        let data = page(3, &[]);
        let list = DeviceStatistics::list(&Answer { data: &data, ..Answer::default() });
        assert!(matches!(list, Err(DecodeError::OtherPage { got: 3, .. })));
        let data = page(0, &[]);
        let list = DeviceStatistics::list(&Answer { data: &data, ..Answer::default() });
        assert!(matches!(list, Err(DecodeError::Field { value: 0, .. })), "{list:?}");
    }
}
