//! One HTTP exchange: a request of bounded size within bounded time, an answer, and the connection is closed.

use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

/// Bytes that request line and headers may have together.
const LARGEST_HEAD: usize = 8 << 10;
/// Headers that a request may have.
const MOST_HEADERS: usize = 64;
/// Time to send the request.
const TO_ASK: Duration = Duration::from_secs(5);
/// Time to take the answer.
const TO_TAKE: Duration = Duration::from_secs(30);
/// Time for who still sends to see that it was answered.
const TO_LEAVE: Duration = Duration::from_millis(500);
/// As much is written at once.
const CHUNK: usize = 64 << 10;

/// A connection whose waits can be bounded.
pub(super) trait Connection: Read + Write {
    /// Neither reading nor writing waits longer than this, which is not zero.
    fn bound(&self, limit: Duration) -> io::Result<()>;

    /// Says that nothing more is written.
    fn finish(&self) -> io::Result<()>;
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    status: &'static str,
    kind: &'static str,
    allow: bool,
    body: String,
}

impl Answer {
    pub(super) fn ok(kind: &'static str, body: String) -> Self {
        Self { status: "200 OK", kind, allow: false, body }
    }

    pub(super) fn refusal(status: &'static str) -> Self {
        Self { status, kind: "text/plain; charset=utf-8", allow: false, body: format!("{status}\n") }
    }
}

/// Reads a request, and answers it by `page`, which has one for each path it knows.
pub(super) fn exchange(
    connection: &mut dyn Connection,
    page: &dyn Fn(&str) -> Option<Answer>,
) -> io::Result<()> {
    let until = Instant::now() + TO_ASK;
    let mut head = Vec::new();
    let (answer, has_body) = loop {
        if let Some(ready) = understood(&head, page) {
            break ready;
        }
        let mut chunk = [0; 1024];
        let count = match patiently(connection, until, |connection| connection.read(&mut chunk)) {
            Ok(0) => return Ok(()),
            Ok(count) => count,
            Err(error) if is_late(&error) => break (Answer::refusal("408 Request Timeout"), true),
            Err(error) => return Err(error),
        };
        head.extend_from_slice(chunk.get(..count).unwrap_or_default());
    };
    let until = Instant::now() + TO_TAKE;
    let allow = if answer.allow { "Allow: GET, HEAD\r\n" } else { "" };
    let text = format!(
        "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n{allow}Cache-Control: no-store\r\n\
         X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
        answer.status,
        answer.kind,
        answer.body.len()
    );
    all(connection, until, text.as_bytes())?;
    if has_body {
        all(connection, until, answer.body.as_bytes())?;
    }
    connection.finish()?;
    // A connection that is closed with bytes unread is reset, and the answer may be lost with it.
    let until = Instant::now() + TO_LEAVE;
    let mut rest = [0; 1024];
    while patiently(connection, until, |connection| connection.read(&mut rest))? > 0 {}
    Ok(())
}

/// The answer to a request, and whether its body is wanted. `None`: the request is not whole yet.
fn understood(head: &[u8], page: &dyn Fn(&str) -> Option<Answer>) -> Option<(Answer, bool)> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    match request.parse(head) {
        Ok(httparse::Status::Partial) if head.len() < LARGEST_HEAD => None,
        Ok(httparse::Status::Partial) | Err(httparse::Error::TooManyHeaders) => {
            Some((Answer::refusal("431 Request Header Fields Too Large"), true))
        }
        Ok(httparse::Status::Complete(_)) => {
            let path = request.path.unwrap_or_default();
            let path = path.split_once('?').map_or(path, |(path, _)| path);
            let (method, answer) = (request.method, page(path));
            Some(match (method, answer) {
                (Some("GET"), Some(answer)) => (answer, true),
                (Some("HEAD"), Some(answer)) => (answer, false),
                (Some("HEAD"), None) => (Answer::refusal("404 Not Found"), false),
                (_, Some(_)) => (Answer { allow: true, ..Answer::refusal("405 Method Not Allowed") }, true),
                (_, None) => (Answer::refusal("404 Not Found"), true),
            })
        }
        Err(_) => Some((Answer::refusal("400 Bad Request"), true)),
    }
}

fn all(connection: &mut dyn Connection, until: Instant, bytes: &[u8]) -> io::Result<()> {
    let mut rest = bytes;
    while !rest.is_empty() {
        let chunk = rest.get(..CHUNK).unwrap_or(rest);
        match patiently(connection, until, |connection| connection.write(chunk))? {
            0 => return Err(io::ErrorKind::WriteZero.into()),
            count => rest = rest.get(count..).unwrap_or_default(),
        }
    }
    Ok(())
}

/// Reads or writes, waiting no longer than `until`.
fn patiently(
    connection: &mut dyn Connection,
    until: Instant,
    mut step: impl FnMut(&mut dyn Connection) -> io::Result<usize>,
) -> io::Result<usize> {
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        connection.bound(left)?;
        match step(connection) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

fn is_late(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn page(path: &str) -> Option<Answer> {
        (path == "/metrics").then(|| Answer::ok("text/plain", "m 1\n".into()))
    }

    fn status(head: &[u8]) -> Option<&'static str> {
        understood(head, &page).map(|(answer, _)| answer.status)
    }

    #[test]
    fn requests_are_answered_by_path_and_method() {
        for (request, wanted) in [
            ("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n", Some("200 OK")),
            ("GET /metrics?x=y HTTP/1.0\r\n\r\n", Some("200 OK")),
            ("HEAD /metrics HTTP/1.1\r\n\r\n", Some("200 OK")),
            ("POST /metrics HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", Some("405 Method Not Allowed")),
            ("GET /../../etc/passwd HTTP/1.1\r\n\r\n", Some("404 Not Found")),
            ("DELETE /x HTTP/1.1\r\n\r\n", Some("404 Not Found")),
            ("GET /metrics HTTP/1.1\r\nHost: a\r\n", None),
            ("", None),
            ("\u{16}\u{3}\u{1}\u{2}", Some("400 Bad Request")),
            ("GET /metrics\r\n\r\n", Some("400 Bad Request")),
        ] {
            assert_eq!(status(request.as_bytes()), wanted, "{request:?}");
        }
        let (_, has_body) = understood(b"HEAD /metrics HTTP/1.1\r\n\r\n", &page).unwrap();
        assert!(!has_body);
    }

    #[test]
    fn what_is_too_large_is_refused() {
        let wide = format!("GET /metrics HTTP/1.1\r\nX: {}", "a".repeat(LARGEST_HEAD));
        assert_eq!(status(wide.as_bytes()), Some("431 Request Header Fields Too Large"));
        let many = format!("GET /metrics HTTP/1.1\r\n{}", "X: y\r\n".repeat(MOST_HEADERS + 1));
        assert_eq!(status(many.as_bytes()), Some("431 Request Header Fields Too Large"));
    }

    proptest! {
        #[test]
        fn nothing_that_is_sent_does_harm(bytes in proptest::collection::vec(any::<u8>(), 0..LARGEST_HEAD + 9)) {
            let answer = status(&bytes);
            prop_assert!(answer.is_some() || bytes.len() < LARGEST_HEAD);
        }
    }
}
