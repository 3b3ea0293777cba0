//! What smartctl's JSON has no key for, or a wrong value: `stone.scsi`.
//!
//! | key | what it is |
//! | --- | --- |
//! | `protection_intervals_per_block` | intervals of protection information in a logical block |
//! | `rotation_rate_reported` | false: the `rotation_rate` of 0 is no answer |
//! | `write_cache_enabled`, `read_cache_enabled` | Caching mode page |
//! | `error_counters.{read,write,verify}` | the counters that were reported; `bytes_processed` in bytes |
//! | `non_medium_errors` | count |
//! | `last_errors[]`, `last_deferred_errors[]` | `code` of the event, and its `text` or `hex` bytes |
//! | `cache_statistics` | blocks and commands since the last reset (Seagate) |
//! | `statistics_interval_ns` | nanoseconds of one interval of the general statistics |

use crate::decode::bytes::text;
use crate::decode::scsi::mode::Caching;
use crate::decode::scsi::{CacheStatistics, ErrorCounters, LastEvents, Pages, TimeInterval};
use crate::object;
use crate::report::{Object, Value};

pub(super) fn emit(pages: &Pages, record: &mut Object) {
    let mut scsi = Object::new();
    if let Some(protection) = pages.capacity.as_ref().and_then(|capacity| capacity.long.as_ref()?.protection)
    {
        scsi.set("protection_intervals_per_block", protection.intervals());
    }
    if let Some(characteristics) = &pages.block_device_characteristics {
        scsi.set("rotation_rate_reported", characteristics.rotation_rate != 0);
    }
    if let Some(Caching { write_cache, read_cache }) = pages.caching {
        scsi.set("write_cache_enabled", write_cache).set("read_cache_enabled", read_cache);
    }
    error_counters(pages, &mut scsi);
    scsi.set_some("non_medium_errors", pages.non_medium_errors.map(|errors| errors.count));
    scsi.set_some("last_errors", pages.last_errors.as_ref().map(events));
    scsi.set_some("last_deferred_errors", pages.last_deferred_errors.as_ref().map(events));
    scsi.set_some("cache_statistics", pages.cache_statistics.as_ref().map(cache));
    let interval = pages.general_statistics.and_then(|page| page.interval);
    scsi.set_some("statistics_interval_ns", interval.and_then(nanoseconds));
    if !scsi.is_empty() {
        record.object("stone").set("scsi", scsi);
    }
}

/// The counters that were reported, with the exact number of bytes.
fn error_counters(pages: &Pages, scsi: &mut Object) {
    let mut logs = Object::new();
    for (name, counters) in
        [("read", pages.read_errors), ("write", pages.write_errors), ("verify", pages.verify_errors)]
    {
        logs.set_some(name, counters.map(|counters| log(&counters)).filter(|log| !log.is_empty()));
    }
    if !logs.is_empty() {
        scsi.set("error_counters", logs);
    }
}

fn log(counters: &ErrorCounters) -> Object {
    let mut log = Object::new();
    log.set_some("corrected_fast", counters.corrected_fast)
        .set_some("corrected_delayed", counters.corrected_delayed)
        .set_some("retried", counters.retried)
        .set_some("corrected", counters.corrected)
        .set_some("algorithm_invocations", counters.algorithm_invocations)
        .set_some("bytes_processed", counters.bytes_processed)
        .set_some("uncorrected", counters.uncorrected);
    log
}

/// The vendor says what they mean; text where all of it is text.
fn events(page: &LastEvents) -> Value {
    Value::array(page.events.iter().map(|event| {
        let is_text = event.bytes.iter().all(|byte| (0x20..0x7f).contains(byte));
        let (key, words) = match text(&event.bytes).filter(|_| is_text) {
            Some(words) => ("text", words),
            None => ("hex", event.bytes.iter().map(|byte| format!("{byte:02x}")).collect()),
        };
        object! { "code" => event.code, key => words }
    }))
}

fn cache(page: &CacheStatistics) -> Object {
    let mut cache = Object::new();
    cache
        .set_some("blocks_sent", page.blocks_sent)
        .set_some("blocks_received", page.blocks_received)
        .set_some("blocks_sent_from_cache", page.blocks_sent_from_cache)
        .set_some("commands_within_segment", page.commands_within_segment)
        .set_some("commands_beyond_segment", page.commands_beyond_segment);
    cache
}

/// `None`: shorter than a nanosecond can say.
fn nanoseconds(interval: TimeInterval) -> Option<u64> {
    let scale = 10u64.pow(9u32.checked_sub(interval.exponent)?);
    u64::from(interval.integer).checked_mul(scale)
}
