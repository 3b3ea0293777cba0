//! The error counter log pages.

use crate::decode::scsi::{ErrorCounters, Pages};
use crate::object;
use crate::report::Object;

pub(super) fn emit(pages: &Pages, record: &mut Object) {
    let verify = pages.verify_errors.filter(ErrorCounters::any);
    let mut logs = Object::new();
    for (name, counters) in [("read", pages.read_errors), ("write", pages.write_errors), ("verify", verify)] {
        logs.set_some(name, counters.map(|counters| log(&counters)));
    }
    if !logs.is_empty() {
        record.set("scsi_error_counter_log", logs);
    }
}

/// As smartctl says it, a counter that is not reported is 0; `stone` has the reported ones only.
fn log(counters: &ErrorCounters) -> Object {
    let number = |counter: Option<u64>| counter.unwrap_or(0);
    object! {
        "errors_corrected_by_eccfast" => number(counters.corrected_fast),
        "errors_corrected_by_eccdelayed" => number(counters.corrected_delayed),
        "errors_corrected_by_rereads_rewrites" => number(counters.retried),
        "total_errors_corrected" => number(counters.corrected),
        "correction_algorithm_invocations" => number(counters.algorithm_invocations),
        "gigabytes_processed" => gigabytes(number(counters.bytes_processed)),
        "total_uncorrected_errors" => number(counters.uncorrected),
    }
}

/// Bytes as 10^9 bytes with three digits after the point, rounded half to even as `printf` does.
fn gigabytes(bytes: u64) -> String {
    let (mut megabytes, rest) = (bytes / 1_000_000, bytes % 1_000_000);
    if rest > 500_000 || (rest == 500_000 && megabytes % 2 == 1) {
        megabytes += 1;
    }
    format!("{}.{:03}", megabytes / 1000, megabytes % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gigabytes_to_three_digits() {
        for (bytes, words) in [
            (0, "0.000"),
            (499_999, "0.000"),
            (500_001, "0.001"),
            (1_500_000, "0.002"),
            (88_818_000_000, "88.818"),
            (999_999_999_999, "1000.000"),
            (u64::MAX, "18446744073.710"),
        ] {
            assert_eq!(gigabytes(bytes), words, "{bytes}");
        }
    }
}
