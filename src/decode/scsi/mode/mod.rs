//! Mode pages (SPC-6, "Mode parameters").

mod caching;
mod control;
mod informational_exceptions_control;
mod page;
mod protocol_specific_port;

pub use caching::Caching;
pub use control::Control;
pub use informational_exceptions_control::InformationalExceptionsControl;
pub use protocol_specific_port::ProtocolSpecificPort;

pub(super) use page::ModePage;
