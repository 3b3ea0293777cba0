//! Seagate's Field Accessible Reliability Metrics log (A6h), as Seagate documents it for SATA: pages of 16 KiB, each of
//! 8-byte fields. Which field means what, the record knows.

use super::{Pages, Request};
use crate::decode::bytes::{ata_text_untrimmed, le64};
use crate::decode::{Answer, DecodeError, Page};

/// The log's address.
const ADDRESS: u8 = 0xa6;
/// Sectors in one page of it.
const SECTORS: u16 = 32;
/// "REMRAF" read as a number: what the first field of the header holds.
const SIGNATURE: u64 = 0x4641_524d_4552;

/// The log, as the source asks for it: page by page, for no adapter takes 96 KiB at once for sure.
pub(super) const PAGE: Page<Pages> = Page {
    name: "farm",
    title: "Field Accessible Reliability Metrics log (READ LOG EXT A6h)",
    requests: |pages| {
        let sectors = if pages.is_seagate() { pages.general_log(ADDRESS) } else { 0 };
        let starts = FarmPage::ALL.iter().map(|page| u16::from(page.number()).saturating_mul(SECTORS));
        starts
            .take_while(|start| start.saturating_add(SECTORS) <= sectors)
            .map(|page| Request::ReadLogExt { address: ADDRESS, page, pages: SECTORS })
            .collect()
    },
    decode: |request, answer, pages| {
        let Request::ReadLogExt { page: start, .. } = *request else {
            return Ok(());
        };
        let Some(page) =
            FarmPage::ALL.into_iter().find(|page| Some(page.number().into()) == start.checked_div(SECTORS))
        else {
            return Ok(());
        };
        let fields = page.decode(answer)?;
        pages.farm.get_or_insert_default().pages.push((page, fields));
        Ok(())
    },
};

impl Pages {
    /// Is it a drive of Seagate's? Log addresses A0h and above mean something else on others.
    pub fn is_seagate(&self) -> bool {
        let model = self.identify.as_ref().and_then(|identify| identify.model_number.as_deref());
        let number = model.and_then(|model| model.strip_prefix("ST"));
        self.family_is_seagate
            || number.is_some_and(|number| number.starts_with(|first: char| first.is_ascii_digit()))
    }
}

/// A page of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FarmPage {
    /// Page 0: versions and sizes.
    Header,
    /// Page 1: what the drive is, and how long it has run.
    DriveInformation,
    /// Page 2: commands.
    Workload,
    /// Page 3: errors.
    Errors,
    /// Page 4: temperatures and voltages.
    Environment,
    /// Page 5: heads and error rates.
    Reliability,
}

impl FarmPage {
    const ALL: [Self; 6] = [
        Self::Header,
        Self::DriveInformation,
        Self::Workload,
        Self::Errors,
        Self::Environment,
        Self::Reliability,
    ];

    /// Its number, which is that of its place in the log too.
    pub fn number(self) -> u8 {
        self as u8
    }

    fn decode(self, answer: &Answer<'_>) -> Result<Box<[u64]>, DecodeError> {
        let fields: Box<[u64]> = answer.data.chunks_exact(8).filter_map(|bytes| le64(bytes, 0)).collect();
        let (field, wanted) = match self {
            Self::Header => ("the signature", SIGNATURE),
            page => ("the page number", page.number().into()),
        };
        let need = 512;
        let first = fields.first().filter(|_| answer.data.len() >= need);
        let got = answer.data.len();
        let first = first.ok_or(DecodeError::Short { page: PAGE.title, need, got })? & VALUE;
        if first == wanted {
            Ok(fields)
        } else {
            Err(DecodeError::Field { page: PAGE.title, field, value: first })
        }
    }
}

/// Bits 55:0 of a field are its value; bit 63 says that the drive has it, bit 62 that it is valid.
const VALUE: u64 = (1 << 56) - 1;
const IS_VALID: u64 = 0b11 << 62;

/// Field Accessible Reliability Metrics, the pages that were read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Farm {
    pages: Vec<(FarmPage, Box<[u64]>)>,
}

impl Farm {
    /// Heads of which the log can tell.
    pub const HEADS: usize = 24;

    /// Was that page read?
    pub fn has(&self, page: FarmPage) -> bool {
        self.pages.iter().any(|(read, _)| *read == page)
    }

    /// Field `number` of `page`, 56 bits. `None`: the page was not read, or the drive has no valid value.
    pub fn field(&self, page: FarmPage, number: usize) -> Option<u64> {
        let (_, fields) = self.pages.iter().find(|(read, _)| *read == page)?;
        let field = *fields.get(number)?;
        (field & IS_VALID == IS_VALID).then_some(field & VALUE)
    }

    /// The text in `count` fields from `first` on: four characters in each, swapped by twos, blanks kept.
    pub fn text(&self, page: FarmPage, first: usize, count: usize) -> String {
        let fields = (first..).take(count).filter_map(|number| self.field(page, number));
        fields.map(|field| ata_text_untrimmed(field.to_le_bytes().get(..4).unwrap_or_default())).collect()
    }

    /// The words of a world wide name in two fields from `first` on: the upper word of each comes first.
    pub fn world_wide_name(&self, page: FarmPage, first: usize) -> Option<u64> {
        let half = |number| {
            Some(self.field(page, number)? & 0xffff_ffff).map(|half| (half << 16 | half >> 16) & 0xffff_ffff)
        };
        Some(half(first)? << 32 | half(first.checked_add(1)?)?)
    }

    /// Heads of the drive, at most [`Farm::HEADS`]. Page 1.
    pub fn heads(&self) -> usize {
        let heads = self.field(FarmPage::DriveInformation, 11).and_then(|heads| usize::try_from(heads).ok());
        heads.unwrap_or(0).min(Self::HEADS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::ata::{Identify, LogDirectory};

    fn page(first: u64, fields: &[(usize, u64)]) -> Vec<u8> {
        let mut data = vec![0; 16384];
        data[..8].copy_from_slice(&(first | IS_VALID).to_le_bytes());
        for &(number, value) in fields {
            data[8 * number..8 * number + 8].copy_from_slice(&value.to_le_bytes());
        }
        data
    }

    fn drive(model: &str, sectors: u16) -> Pages {
        let mut directory = vec![0; 512];
        directory[2 * usize::from(ADDRESS)..][..2].copy_from_slice(&sectors.to_le_bytes());
        let identify = Identify { model_number: Some(model.to_owned()), ..Identify::default() };
        let log_directory = LogDirectory::decode(&Answer { data: &directory, ..Answer::default() }, "").ok();
        Pages { identify: Some(identify), log_directory, ..Pages::default() }
    }

    fn read(pages: &mut Pages, number: u16, data: &[u8]) -> Result<(), DecodeError> {
        let request = Request::ReadLogExt { address: ADDRESS, page: number * SECTORS, pages: SECTORS };
        (PAGE.decode)(&request, &Answer { data, ..Answer::default() }, pages)
    }

    #[test]
    fn only_a_seagate_drive_that_lists_it_is_asked() {
        assert_eq!((PAGE.requests)(&drive("ST1000", 208)).len(), 6);
        assert_eq!((PAGE.requests)(&drive("ST1000", 70)).len(), 2, "as much of it as is listed");
        assert!((PAGE.requests)(&drive("ST1000", 0)).is_empty());
        assert!((PAGE.requests)(&drive("STONE", 208)).is_empty());
        let of_the_family = Pages { family_is_seagate: true, ..drive("MADEUP", 208) };
        assert_eq!((PAGE.requests)(&of_the_family).len(), 6);
    }

    #[test]
    fn a_field_counts_where_the_drive_says_so() {
        let mut pages = drive("ST1000", 208);
        let fields = [(11, IS_VALID | 300), (12, 1 << 63 | 5), (13, 7), (14, u64::MAX)];
        read(&mut pages, 1, &page(1, &fields)).unwrap();
        let farm = pages.farm.unwrap();
        let field = |number| farm.field(FarmPage::DriveInformation, number);
        assert_eq!([field(11), field(12), field(13)], [Some(300), None, None]);
        assert_eq!((field(14), field(99_999)), (Some(VALUE), None));
        assert_eq!((farm.heads(), farm.field(FarmPage::Errors, 2)), (24, None));
    }

    #[test]
    fn texts_and_names_have_their_words_swapped() {
        let mut pages = drive("ST1000", 208);
        let word = |bytes: &[u8; 4]| IS_VALID | u64::from(u32::from_le_bytes(*bytes));
        let fields = [
            (2, word(b"BADC")),
            (3, word(b"E  F")),
            (4, IS_VALID | 0xc500_5000),
            (5, IS_VALID | 0x5678_1234),
        ];
        read(&mut pages, 1, &page(1, &fields)).unwrap();
        let farm = pages.farm.unwrap();
        assert_eq!(farm.text(FarmPage::DriveInformation, 2, 2), "ABCD EF ");
        assert_eq!(farm.world_wide_name(FarmPage::DriveInformation, 4), Some(0x5000_c500_1234_5678));
        assert_eq!(farm.world_wide_name(FarmPage::DriveInformation, 5), None);
    }

    #[test]
    fn other_pages_and_short_ones_are_refused() {
        let mut pages = drive("ST1000", 208);
        assert!(read(&mut pages, 0, &page(SIGNATURE, &[])).is_ok());
        assert!(matches!(read(&mut pages, 0, &page(1, &[])), Err(DecodeError::Field { .. })));
        assert!(matches!(read(&mut pages, 3, &page(4, &[])), Err(DecodeError::Field { .. })));
        let whole = page(5, &[]);
        for length in [0, 7, 8, 511] {
            assert!(
                matches!(read(&mut pages, 5, &whole[..length]), Err(DecodeError::Short { .. })),
                "{length}"
            );
        }
    }
}
