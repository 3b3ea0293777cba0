//! What came of one disk of a round.

use std::mem::MaybeUninit;
use std::sync::Arc;
use std::time::Duration;

use super::device::Device;
use super::guard::{release, tell};
use super::record::Record;
use super::status::{Fault, Status};
use super::text::Str;
use super::{lent, wanted};
use crate::collect::Collected;
use crate::report;

/// What came of one disk. The caller owns it: stone_result_free. Nothing changes in it: threads may share it.
#[derive(Debug)]
pub struct Outcome {
    index: usize,
    devices: Arc<[Device]>,
    result: Result<Record, Fault>,
    took: Duration,
    hung_in: Option<String>,
}

impl Outcome {
    /// Of the disk of number `index`.
    pub(super) fn new(index: usize, devices: Arc<[Device]>, collected: Collected) -> Self {
        let Collected { result, took, hung_in, .. } = collected;
        let result = match result {
            Ok(report::Record(record)) => Record::new(&record),
            Err(error) => Err(Fault::of_disk(&error)),
        };
        Self { index, devices, result, took, hung_in }
    }

    /// Of a disk that was not read.
    pub(super) fn missing(index: usize, devices: Arc<[Device]>, fault: Fault) -> Self {
        Self { index, devices, result: Err(fault), took: Duration::ZERO, hung_in: None }
    }

    pub(super) fn index(&self) -> usize {
        self.index
    }
}

/// What became of the disk: STONE_STATUS_OK where there is a record, which may lack sections that could not be read.
#[unsafe(no_mangle)]
pub extern "C" fn stone_result_status(result: Option<&Outcome>) -> Status {
    tell(|| Ok(lent(result, "result")?.result.as_ref().map_or_else(|fault| fault.status, |_| Status::Ok)))
}

/// Why there is no record, with all causes. STONE_STATUS_ABSENT: there is one. The text lives as long as the result, and holds
/// no serial number.
#[unsafe(no_mangle)]
pub extern "C" fn stone_result_error(result: Option<&Outcome>, out: Option<&mut MaybeUninit<Str>>) -> Status {
    tell(|| {
        let fault = lent(result, "result")?.result.as_ref().err();
        wanted(out, "out")?.write(Str::some(fault.map(|fault| fault.words.as_str())));
        Ok(if fault.is_some() { Status::Ok } else { Status::Absent })
    })
}

/// The record. It is lent, and lives as long as the result. STONE_STATUS_ABSENT: there is none, and `out` is as it was.
#[unsafe(no_mangle)]
pub extern "C" fn stone_result_record(
    result: Option<&Outcome>,
    out: Option<&mut MaybeUninit<*const Record>>,
) -> Status {
    tell(|| {
        let out = wanted(out, "out")?;
        let Ok(record) = &lent(result, "result")?.result else { return Ok(Status::Absent) };
        out.write(record);
        Ok(Status::Ok)
    })
}

/// The disk. It is lent, and lives as long as the result, even where the list that the round began with has been given back.
#[unsafe(no_mangle)]
pub extern "C" fn stone_result_device(
    result: Option<&Outcome>,
    out: Option<&mut MaybeUninit<*const Device>>,
) -> Status {
    tell(|| {
        let out = wanted(out, "out")?;
        let result = lent(result, "result")?;
        let Some(device) = result.devices.get(result.index) else { return Ok(Status::Absent) };
        out.write(device);
        Ok(Status::Ok)
    })
}

/// Number of the disk in the list that the round began with; SIZE_MAX where `result` is NULL.
#[unsafe(no_mangle)]
pub extern "C" fn stone_result_index(result: Option<&Outcome>) -> usize {
    result.map_or(usize::MAX, |result| result.index)
}

/// How long the disk took, in milliseconds; 0 where `result` is NULL, or the disk was not read.
#[unsafe(no_mangle)]
pub extern "C" fn stone_result_took(result: Option<&Outcome>) -> u64 {
    result.map_or(0, |result| u64::try_from(result.took.as_millis()).unwrap_or(u64::MAX))
}

/// The command that the disk hung in; `open`: it hung as its node was opened. STONE_STATUS_ABSENT: it did not hang, or nobody
/// knows where. There may be a record all the same, of what it said before. The text lives as long as the result.
#[unsafe(no_mangle)]
pub extern "C" fn stone_result_hung_in(
    result: Option<&Outcome>,
    out: Option<&mut MaybeUninit<Str>>,
) -> Status {
    tell(|| {
        let command = lent(result, "result")?.hung_in.as_deref();
        wanted(out, "out")?.write(Str::some(command));
        Ok(if command.is_some() { Status::Ok } else { Status::Absent })
    })
}

/// Gives the result back, with all that it lends. NULL is let pass.
#[unsafe(no_mangle)]
pub extern "C" fn stone_result_free(result: Option<Box<Outcome>>) {
    release(result);
}
