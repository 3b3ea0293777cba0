//! SCSI: INQUIRY data, VPD pages, mode pages and log pages of SPC-6, SBC-4, ZBC-2 and SPL-5.

mod capacity;
mod error_counters;
mod grown_defects;
mod informational_exceptions;
mod inquiry;
pub mod log_parameter;
pub mod mode;
mod pages;
mod request;
mod sense;
mod supported_logs;
mod temperature;
#[cfg(test)]
pub(crate) mod testing;
pub mod vpd;

pub use capacity::{Capacity, LongCapacity, Protection};
pub use error_counters::ErrorCounters;
pub use grown_defects::GrownDefects;
pub use informational_exceptions::InformationalExceptions;
pub use inquiry::Inquiry;
pub use pages::{PAGES, Pages};
pub use request::Request;
pub use sense::SenseData;
pub use supported_logs::SupportedLogs;
pub use temperature::Temperature;
