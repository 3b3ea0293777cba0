//! What an endpoint answers, read with distrust.

use std::io::Read;
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use ureq::http::HeaderMap;
use ureq::http::header::{ACCEPT_ENCODING, HeaderName, LOCATION, RETRY_AFTER};
use ureq::{Body, http::Response};

use crate::channel::{DeliveryError, Endpoint};

/// Bytes of an answer that are read.
const READ: u64 = 64 << 10;
/// Characters of an answer that are shown.
const SHOWN: usize = 120;

/// Whether the endpoint says that it takes requests packed by gzip (RFC 9110, 12.5.3).
pub(super) fn takes_gzip(headers: &HeaderMap) -> bool {
    let texts = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    texts.flat_map(|text| text.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let weight = parts.find_map(|part| part.strip_prefix("q="));
        named && weight.is_none_or(|weight| weight.parse::<f32>().is_ok_and(|weight| weight > 0.0))
    })
}

/// `Ok` if the report was acknowledged.
pub(super) fn judge(endpoint: &Endpoint, answer: &mut Response<Body>) -> Result<(), DeliveryError> {
    let (status, to) = (answer.status().as_u16(), endpoint.to_string());
    // Read in any case: an endpoint that still speaks when the connection is closed may take it for an abort.
    let mut text = Vec::new();
    _ = answer.body_mut().as_reader().take(READ).read_to_end(&mut text);
    match status {
        200..=299 => Ok(()),
        300..=399 => {
            let location = header(answer.headers(), LOCATION)
                .map_or("nowhere".to_owned(), |location| printable(&endpoint.conceal(&bare(location))));
            Err(DeliveryError::Redirect { to, status, location })
        }
        _ => {
            let text = printable(&endpoint.conceal(&String::from_utf8_lossy(&text)));
            let said = if text.is_empty() { text } else { format!(": {text}") };
            Err(DeliveryError::Status { to, status, said, retry_after: retry_after(answer.headers()) })
        }
    }
}

/// Seconds, or a date (RFC 9110, 10.2.3).
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = header(headers, RETRY_AFTER)?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let time = rfc2822::parse(text).ok()?.timestamp();
    let seconds = time.as_second().saturating_sub(Timestamp::now().as_second());
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

fn header(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// A URL without user, password, query and fragment: they may be secrets, of this host or of others.
fn bare(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let start = url.find("//").map_or(0, |slashes| slashes + 2);
    let (scheme, rest) = url.split_at(start);
    let authority = rest.find('/').unwrap_or(rest.len());
    let user = rest[..authority].rfind('@').map_or(0, |at| at + 1);
    format!("{scheme}{}", &rest[user..])
}

/// The beginning of a text of others, on one line, without what a terminal would obey.
fn printable(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_graphic()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").chars().take(SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn gzip_is_taken_at_its_word() {
        for (text, takes) in [
            ("gzip", true),
            ("br, GZIP;q=0.5", true),
            ("gzip;q=0", false),
            ("identity", false),
            ("gzipped", false),
            ("", false),
            ("*", false),
        ] {
            assert_eq!(takes_gzip(&headers(ACCEPT_ENCODING, text)), takes, "{text}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let of = |text| retry_after(&headers(RETRY_AFTER, text));
        assert_eq!(of("120"), Some(Duration::from_secs(120)));
        assert_eq!(of("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::ZERO));
        assert!(of("Fri, 01 Jan 2100 00:00:00 GMT").unwrap() > Duration::from_secs(86_400));
        for wrong in ["", "-1", "soon", "99999999999999999999999", "Sun, 99 Nov"] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_redirect_is_told_without_what_may_be_a_secret() {
        for (location, shown) in [
            ("https://a.example/b?token=c", "https://a.example/b"),
            ("https://me:se@cret@a.example:8/b@c#d", "https://a.example:8/b@c"),
            ("//me@a.example", "//a.example"),
            ("/b?c//d@e", "/b"),
            ("me:secret@a.example/b", "a.example/b"),
            ("?c", ""),
        ] {
            assert_eq!(bare(location), shown, "{location}");
        }
    }

    #[test]
    fn texts_of_others_are_harmless() {
        assert_eq!(printable("a\x1b[2Jb\r\nc\u{202e}d"), "a [2Jb c d");
        assert_eq!(printable(&"x".repeat(5000)).len(), SHOWN);
    }
}
