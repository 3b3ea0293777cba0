//! The device report: anonymised records of this host, as they are sent.

use std::mem::MaybeUninit;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::anonymiser::{Anonymiser, anonymised, json};
use super::guard::{guard, release};
use super::record::Record;
use super::status::{Fault, Status};
use super::text::Text;
use super::{lent, put, wanted};
use crate::anonymise;
use crate::channel::DeviceReport;
use crate::source::{chain, now};

/// A device report that grows. Threads may share it: records may be added at the same time.
#[derive(Debug)]
pub struct Report {
    anonymiser: Arc<anonymise::Anonymiser>,
    report: Mutex<DeviceReport>,
}

impl Report {
    fn lock(&self) -> MutexGuard<'_, DeviceReport> {
        self.report.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A report of this host without a device. The caller owns it: stone_report_free. The anonymiser may be given back before.
#[unsafe(no_mangle)]
pub extern "C" fn stone_report_new(
    anonymiser: Option<&Anonymiser>,
    out: Option<&mut MaybeUninit<Box<Report>>>,
) -> Status {
    guard(|| {
        let out = wanted(out, "out")?;
        let anonymiser = Arc::clone(&lent(anonymiser, "anonymiser")?.0);
        let report = Mutex::new(DeviceReport::new(anonymiser.host().clone()));
        out.write(Box::new(Report { anonymiser, report }));
        Ok(())
    })
}

/// Adds what may leave of a record, under the time that stands in it (`local_time`), or now. A record that nothing tells from
/// those of other disks is left out and counted, and so is one for whose hour the disk has a sample of each second already.
///
/// STONE_STATUS_INVALID_ARGUMENT: its time is beyond the calendar, of the years 0 to 9999, and nothing was added.
#[unsafe(no_mangle)]
pub extern "C" fn stone_report_add(report: Option<&Report>, record: Option<&Record>) -> Status {
    guard(|| {
        let (report, record) = (lent(report, "report")?, lent(record, "record")?);
        let sample = anonymised(&report.anonymiser, record)?;
        let time = record.time().unwrap_or_else(|| now().time_t);
        report.lock().add(time, sample).map_err(|error| Fault::invalid(chain(&error)))
    })
}

/// How many devices and samples are in the report, and how many samples were left out (`nameless`): nothing told them from those
/// of other disks, or of their hour there was no second left. Each of the three may be NULL.
#[unsafe(no_mangle)]
pub extern "C" fn stone_report_counts(
    report: Option<&Report>,
    devices: Option<&mut MaybeUninit<usize>>,
    samples: Option<&mut MaybeUninit<usize>>,
    nameless: Option<&mut MaybeUninit<usize>>,
) -> Status {
    guard(|| {
        let report = lent(report, "report")?.lock();
        put(devices, report.devices());
        put(samples, report.samples());
        put(nameless, report.nameless().saturating_add(report.crowded()));
        Ok(())
    })
}

/// The report as it is shown: {host: {device: {YYYYMMDD-HHMMSS: record}}}. The caller owns the text: stone_text_free.
#[unsafe(no_mangle)]
pub extern "C" fn stone_report_json(
    report: Option<&Report>,
    out: Option<&mut MaybeUninit<Box<Text>>>,
) -> Status {
    guard(|| {
        let out = wanted(out, "out")?;
        let text = json(&*lent(report, "report")?.lock())?;
        out.write(text);
        Ok(())
    })
}

/// What is sent of this host: {device: {YYYYMMDD-HHMMSS: record}}, the bytes that stand under the host's name in
/// stone_report_json. The caller owns the text: stone_text_free.
#[unsafe(no_mangle)]
pub extern "C" fn stone_report_body(
    report: Option<&Report>,
    out: Option<&mut MaybeUninit<Box<Text>>>,
) -> Status {
    guard(|| {
        let out = wanted(out, "out")?;
        let mut body = Vec::new();
        let written = lent(report, "report")?.lock().write_body(&mut body);
        let internal = |error: &dyn std::error::Error| Fault::new(Status::Internal, chain(error));
        written.map_err(|error| internal(&error))?;
        out.write(Text::new(String::from_utf8(body).map_err(|error| internal(&error))?));
        Ok(())
    })
}

/// Gives the report back. NULL is let pass.
#[unsafe(no_mangle)]
pub extern "C" fn stone_report_free(report: Option<Box<Report>>) {
    release(report);
}
