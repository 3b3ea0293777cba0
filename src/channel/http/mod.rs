//! Carrying reports by HTTP: one PUT a report, over TLS 1.2 or 1.3, with the roots of the system; redirects are not followed.
//!
//! The request tells as little as it can: no version, no cookie, no clock. The environment (`HTTPS_PROXY`, `NO_PROXY` and their
//! like) is not looked at: what goes through a proxy is what the options say, under every service manager and shell.
//! `SSL_CERT_FILE` and `SSL_CERT_DIR` name other roots, as for other programs.

mod answer;
mod certificates;
mod courier;
mod fault;
mod proxy;

pub use certificates::check_certificates;
pub use courier::{HttpCourier, Route, Timeouts};
