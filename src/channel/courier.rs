//! Who carries a report to the endpoint, and what may come of it.

use std::io;
use std::time::Duration;

use thiserror::Error;

use super::spool::{Known, Parcel};

/// Carries reports to an endpoint.
pub trait Courier {
    /// Sends one; `Ok` if the endpoint has acknowledged it. What is learned about the other side goes to `known`.
    ///
    /// # Errors
    /// It was not acknowledged: see [`DeliveryError::verdict`].
    fn put(&self, parcel: &Parcel<'_>, known: &mut Known) -> Result<(), DeliveryError>;
}

/// Whether to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The endpoint says that it will never take this report. One that says so twice, at different times, is believed.
    Never,
    /// It may be taken later, but not before the endpoint asked for.
    Later(Option<Duration>),
}

/// Why a report was not acknowledged. No message holds a user or a password.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DeliveryError {
    /// The endpoint, or the proxy before it, is not reached, or the connection broke.
    #[error("cannot reach {to}")]
    Connection {
        /// The endpoint, and the proxy if there is one.
        to: String,
        /// What the kernel said.
        #[source]
        source: io::Error,
    },
    /// The name of the endpoint or of the proxy cannot be resolved.
    #[error("cannot reach {to}: its name is not known")]
    Name {
        /// The endpoint, and the proxy if there is one.
        to: String,
    },
    /// TLS failed: an unknown certificate, a wrong name, an old version.
    #[error("{to} is not who it should be, or speaks no TLS 1.2 or 1.3: {reason}")]
    Tls {
        /// The endpoint, and the proxy if there is one.
        to: String,
        /// What TLS says.
        reason: String,
    },
    /// It took too long.
    #[error("{to} took too long to {step}")]
    Timeout {
        /// The endpoint, and the proxy if there is one.
        to: String,
        /// What it was to do.
        step: &'static str,
    },
    /// The proxy does not connect to the endpoint.
    #[error("the proxy {proxy} {reason}")]
    Proxy {
        /// The proxy.
        proxy: String,
        /// What is wrong, in words.
        reason: String,
    },
    /// The endpoint wants the report elsewhere. It is not followed: nobody has agreed to send there.
    #[error(
        "{to} answers {status} and redirects to {location}: set device_url, or url, to where reports should go"
    )]
    Redirect {
        /// The endpoint.
        to: String,
        /// The status code.
        status: u16,
        /// Where it points to.
        location: String,
    },
    /// The endpoint has answered, and did not take it.
    #[error("{to} answers {status}{said}")]
    Status {
        /// The endpoint.
        to: String,
        /// The status code.
        status: u16,
        /// The beginning of what it said, after a colon, or nothing.
        said: String,
        /// When it wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// What came back is no answer.
    #[error("{to} does not speak HTTP: {reason}")]
    Garbage {
        /// The endpoint.
        to: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Nothing was sent, since certificates or the report cannot be read.
    #[error("cannot {action}")]
    Local {
        /// What was tried.
        action: String,
        /// What the kernel said.
        #[source]
        source: io::Error,
    },
}

impl DeliveryError {
    /// Whether to try again. What may be a fault of the network, of the settings or of the endpoint's operators is
    /// tried again; only where the endpoint says that it is the report itself, it is not.
    pub fn verdict(&self) -> Verdict {
        match self {
            // RFC 9110: with Retry-After, Content Too Large is temporary.
            Self::Status { status: 413, retry_after: Some(asked), .. } => Verdict::Later(Some(*asked)),
            Self::Status { status: 400 | 411 | 413 | 414 | 415 | 417 | 422 | 431, .. } => Verdict::Never,
            Self::Status { retry_after, .. } => Verdict::Later(*retry_after),
            _ => Verdict::Later(None),
        }
    }
}
