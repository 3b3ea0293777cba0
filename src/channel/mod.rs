//! The device channel: the device report of this host, made of anonymised records only, and its delivery.
//!
//! A report that is to be sent is put into the [`Spool`] first, and lies there, whole and synced, until the endpoint has acknowledged
//! it (a status of 2xx). Whatever fails in between, a process that is killed included, it is sent again, under the same random key
//! (`Idempotency-Key`), by which the receiver leaves out what comes twice. It is given up only if the endpoint says that it will never
//! take it, or if it is older or more than the [`Limits`] allow; what was given up is counted.
//!
//! A [`Courier`] carries it: over HTTP with the feature `http`.

mod address;
mod chance;
mod courier;
mod device_report;
pub(crate) mod durable;
#[cfg(feature = "http")]
mod http;
mod sample;
mod spool;
mod streamed;

pub use address::{AddressError, Endpoint, ProxyAddress, Scheme};
pub use chance::{Chance, Key, pause, until_next_report};
pub use courier::{Courier, DeliveryError, Verdict};
pub use device_report::{DeviceReport, NotInCalendar};
#[cfg(feature = "http")]
pub use http::{HttpCourier, Route, Timeouts, check_certificates};
pub use spool::{Failure, Known, Limits, Overview, Parcel, Reason, Round, Spool, SpoolError, Which};
pub use streamed::{NamedDevice, StreamedReport};
