//! Pending Defects log page (15h/01h): blocks that could not be read and were not yet rewritten.

use super::log_parameter::LogPage;
use crate::decode::DecodeError;
use crate::decode::bytes::{be32, be64};

/// Pending Defects log page (15h/01h), SBC-4.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PendingDefects {
    /// PENDING DEFECT COUNT; there may be more than are listed. Parameter 0000h, bytes 4 to 7.
    pub count: u32,
    /// The defects that are listed.
    pub defects: Vec<PendingDefect>,
}

/// A pending defect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PendingDefect {
    /// Parameter code, 0001h to F000h.
    pub code: u16,
    /// ACCUMULATED POWER ON HOURS when it was found. Bytes 4 to 7.
    pub power_on_hours: u32,
    /// LOGICAL BLOCK ADDRESS. Bytes 8 to 15.
    pub lba: u64,
}

impl PendingDefects {
    pub(super) fn decode(page: LogPage<'_>) -> Result<Self, DecodeError> {
        let count = page.parameter(0).and_then(|value| be32(value, 0)).ok_or_else(|| page.short(12))?;
        // A page has no room for more than 4,095 of them.
        let defects = page.parameters().filter(|parameter| (1..=0xf000).contains(&parameter.code));
        let defects = defects.filter_map(|defect| {
            Some(PendingDefect {
                code: defect.code,
                power_on_hours: be32(defect.value, 0)?,
                lba: be64(defect.value, 4)?,
            })
        });
        Ok(Self { count, defects: defects.collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::scsi::testing::log_page;

    #[test]
    fn a_count_and_its_list() {
        let defect = [0, 0, 0, 77, 0, 0, 0, 0, 0, 0, 3, 0xe8];
        let whole = log_page(0x15, 1, &[(0, &[0, 0, 0, 2]), (2, &defect)]);
        let decode = |bytes: &[u8]| PendingDefects::decode(LogPage::parse("x", 0x15, 1, bytes).unwrap());
        let page = decode(&whole).unwrap();
        assert_eq!(page.count, 2);
        assert_eq!(page.defects, [PendingDefect { code: 2, power_on_hours: 77, lba: 1000 }]);
        for length in 4..whole.len() {
            let page = decode(&whole[..length]);
            assert_eq!(page.is_err(), length < 12);
            assert!(!page.is_ok_and(|page| !page.defects.is_empty()));
        }
    }
}
