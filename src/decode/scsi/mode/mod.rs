//! Mode pages (SPC-6, "Mode parameters").

mod informational_exceptions_control;
mod page;

pub use informational_exceptions_control::InformationalExceptionsControl;

pub(super) use page::ModePage;
