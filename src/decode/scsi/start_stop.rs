//! Start-Stop Cycle Counter log page (0Eh): made when, started how often.

use super::log_parameter::LogPage;
use crate::decode::DecodeError;

/// Start-Stop Cycle Counter log page (0Eh), SPC-6. `None`: not reported, or all ones.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct StartStop {
    /// Date of manufacture. Parameter 0001h.
    pub manufactured: Option<ManufactureDate>,
    /// Specified cycle count over device lifetime. Parameter 0003h.
    pub specified_cycles: Option<u64>,
    /// Accumulated start-stop cycles. Parameter 0004h.
    pub cycles: Option<u64>,
    /// Specified load-unload count over device lifetime. Parameter 0005h.
    pub specified_load_unload: Option<u64>,
    /// Accumulated load-unload cycles. Parameter 0006h.
    pub load_unload: Option<u64>,
}

/// When a device was made, as it says it: ASCII digits, which may also be blanks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManufactureDate {
    /// Four characters, or fewer before a NUL. Bytes 4 to 7 of the parameter.
    pub year: String,
    /// Two characters, or fewer before a NUL. Bytes 8 and 9 of the parameter.
    pub week: String,
}

impl StartStop {
    pub(super) fn decode(page: LogPage<'_>) -> Result<Self, DecodeError> {
        if page.parameters().next().is_none() {
            return Err(page.short(10));
        }
        Ok(Self {
            manufactured: page.parameter(1).and_then(ManufactureDate::decode),
            specified_cycles: page.counter(3),
            cycles: page.counter(4),
            specified_load_unload: page.counter(5),
            load_unload: page.counter(6),
        })
    }
}

impl ManufactureDate {
    fn decode(value: &[u8]) -> Option<Self> {
        let (year, week) = (value.get(..4)?, value.get(4..6)?);
        // Blanks are kept; a date that was never set to anything is none.
        let text = |bytes: &[u8]| -> String {
            let characters = bytes.iter().take_while(|&&byte| byte != 0);
            characters
                .map(|&byte| if (0x20..0x7f).contains(&byte) { char::from(byte) } else { '?' })
                .collect()
        };
        if value.iter().all(|&byte| byte == 0xff) {
            None
        } else {
            Some(Self { year: text(year), week: text(week) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::scsi::testing::log_page;

    fn decode(bytes: &[u8]) -> Result<StartStop, DecodeError> {
        StartStop::decode(LogPage::parse("x", 0x0e, 0, bytes).unwrap())
    }

    #[test]
    fn dates_and_cycles() {
        let bytes = log_page(
            0x0e,
            0,
            &[(1, b"201950"), (3, &[0, 0, 0x27, 0x10]), (4, &[0xff; 4]), (6, &[0, 0, 4, 0x9d])],
        );
        let page = decode(&bytes).unwrap();
        assert_eq!(page.manufactured, Some(ManufactureDate { year: "2019".into(), week: "50".into() }));
        assert_eq!((page.specified_cycles, page.cycles), (Some(10_000), None));
        assert_eq!((page.specified_load_unload, page.load_unload), (None, Some(1181)));
    }

    #[test]
    fn every_prefix_is_an_error_or_has_gaps() {
        let whole = log_page(0x0e, 0, &[(1, b"201950"), (3, &[0, 0, 0x27, 0x10])]);
        for length in 4..whole.len() {
            let page = decode(&whole[..length]);
            assert_eq!(page.is_err(), length < 14);
            assert!(!page.is_ok_and(|page| page.specified_cycles.is_some()));
        }
        assert_eq!(decode(&log_page(0x0e, 0, &[(1, b"2019"), (3, &[])])), Ok(StartStop::default()));
        assert_eq!(decode(&log_page(0x0e, 0, &[(1, &[0xff; 6])])), Ok(StartStop::default()));
    }
}
