//! The device channel: the device report of this host, made of anonymised records only.

mod device_report;
mod streamed;

pub use device_report::DeviceReport;
pub use streamed::{NamedDevice, StreamedReport};
