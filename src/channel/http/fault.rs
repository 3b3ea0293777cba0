//! The HTTP library's errors, in words of ours.

use std::io;

use ureq::{Error, Timeout};

use crate::channel::{DeliveryError, Endpoint};

/// What `error` means for a report on its way to `endpoint`, through `proxy`.
pub(super) fn explain(error: Error, endpoint: &Endpoint, proxy: Option<&str>) -> DeliveryError {
    let to = endpoint.to_string();
    let way = proxy.map_or(to.to_owned(), |proxy| format!("{to} through the proxy {proxy}"));
    match error {
        Error::Timeout(timeout) => DeliveryError::Timeout { to: way, step: step(timeout) },
        Error::HostNotFound => DeliveryError::Name { to: way },
        Error::Rustls(error) => tls(way, &error),
        Error::Io(source) => match source.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            Some(error) => tls(way, error),
            None if source.kind() == io::ErrorKind::TimedOut => {
                DeliveryError::Timeout { to: way, step: "answer" }
            }
            // The libraries say it each in its own words, one of them with a page about it.
            None if source.kind() == io::ErrorKind::UnexpectedEof => {
                let words = "it closed the connection before it had answered";
                DeliveryError::Connection { to: way, source: io::Error::new(source.kind(), words) }
            }
            None => DeliveryError::Connection { to: way, source },
        },
        Error::ConnectProxyFailed(said) => {
            DeliveryError::Proxy { proxy: proxy.unwrap_or_default().to_owned(), reason: refusal(&said, &to) }
        }
        Error::Protocol(error) => DeliveryError::Garbage { to: way, reason: error.to_string() },
        Error::LargeResponseHeader(..) => {
            DeliveryError::Garbage { to: way, reason: "the header of its answer does not end".to_owned() }
        }
        other => DeliveryError::Garbage { to: way, reason: endpoint.conceal(&other.to_string()) },
    }
}

fn tls(to: String, error: &rustls::Error) -> DeliveryError {
    let hint = match error {
        rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer) => {
            " (if it has an authority of its own, name its certificate: mgr/telemetry/ca_file)"
        }
        _ => "",
    };
    DeliveryError::Tls { to, reason: format!("{error}{hint}") }
}

/// What a proxy says that does not connect. The library tells its status code only in words.
fn refusal(said: &str, to: &str) -> String {
    let status = said.split(|c: char| !c.is_ascii_digit()).find(|digits| digits.len() == 3);
    match status {
        Some("407") => "asks for another user or password (407): set them in mgr/telemetry/proxy".to_owned(),
        Some(status) => format!("does not connect to {to}: it answers {status}"),
        None => format!("does not connect to {to}: {said}"),
    }
}

fn step(timeout: Timeout) -> &'static str {
    match timeout {
        Timeout::Resolve => "be found by its name",
        Timeout::Connect => "connect",
        Timeout::SendRequest | Timeout::SendBody | Timeout::PerWrite => "take the report",
        _ => "answer",
    }
}
