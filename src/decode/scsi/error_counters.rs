//! Write (02h), Read (03h) and Verify (05h) Error Counter log pages.

use super::log_parameter::LogPage;
use crate::decode::DecodeError;

/// One of the error counter log pages, SPC-6. All count from the counters' last reset; `None`: not reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ErrorCounters {
    /// Errors corrected without substantial delay. Parameter 0000h.
    pub corrected_fast: Option<u64>,
    /// Errors corrected with possible delays. Parameter 0001h.
    pub corrected_delayed: Option<u64>,
    /// Total: rereads or rewrites. Parameter 0002h.
    pub retried: Option<u64>,
    /// Total errors corrected. Parameter 0003h.
    pub corrected: Option<u64>,
    /// Total times correction algorithm processed. Parameter 0004h.
    pub algorithm_invocations: Option<u64>,
    /// Total bytes processed; a few vendors count other units here. Parameter 0005h.
    pub bytes_processed: Option<u64>,
    /// Total uncorrected errors. Parameter 0006h.
    pub uncorrected: Option<u64>,
}

impl ErrorCounters {
    pub(super) fn decode(page: LogPage<'_>) -> Result<Self, DecodeError> {
        if page.parameters().next().is_none() {
            return Err(page.short(9));
        }
        let mut counters = Self::default();
        for parameter in page.parameters() {
            let counter = match parameter.code {
                0 => &mut counters.corrected_fast,
                1 => &mut counters.corrected_delayed,
                2 => &mut counters.retried,
                3 => &mut counters.corrected,
                4 => &mut counters.algorithm_invocations,
                5 => &mut counters.bytes_processed,
                6 => &mut counters.uncorrected,
                _ => continue,
            };
            *counter = parameter.number();
        }
        Ok(counters)
    }

    /// Has anything been counted at all?
    pub fn any(&self) -> bool {
        let Self {
            corrected_fast,
            corrected_delayed,
            retried,
            corrected,
            algorithm_invocations,
            bytes_processed,
            uncorrected,
        } = *self;
        [
            corrected_fast,
            corrected_delayed,
            retried,
            corrected,
            algorithm_invocations,
            bytes_processed,
            uncorrected,
        ]
        .into_iter()
        .flatten()
        .any(|counter| counter != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::scsi::testing::log_page;

    #[test]
    fn counters_of_any_length() {
        let bytes =
            log_page(0x03, 0, &[(0, &[7]), (5, &[0, 0, 0, 1, 0, 0, 0, 0]), (7, &[1]), (0x8000, &[9])]);
        let counters = ErrorCounters::decode(LogPage::parse("x", 0x03, 0, &bytes).unwrap()).unwrap();
        let expected =
            ErrorCounters { corrected_fast: Some(7), bytes_processed: Some(1 << 32), ..Default::default() };
        assert_eq!(counters, expected);
        assert!(counters.any() && !ErrorCounters::default().any());
    }
}
