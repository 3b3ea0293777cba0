//! An endpoint on loopback that answers as it is told, and remembers what came.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A request, as it came.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// Request line and headers.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }
}

/// What it does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// These bytes.
    Text(String),
    /// Nothing, until it hangs up.
    Hang,
    /// The connection is closed after the request was read.
    Drop,
    /// The connection is closed before.
    DropAtOnce,
    /// An answer whose body does not end.
    Endless,
}

impl Answer {
    pub(crate) fn status(status: &str) -> Self {
        Self::Text(format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n"))
    }
}

#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    has_hung_up: AtomicBool,
    requests: Mutex<Vec<Request>>,
    answers: Mutex<Vec<Answer>>,
}

/// It lives as long as the test.
#[derive(Clone)]
pub(crate) struct Endpoint {
    seen: Arc<Seen>,
    pub(crate) port: u16,
    scheme: &'static str,
}

impl Endpoint {
    /// Answers these, one after another, then 200.
    pub(crate) fn start(answers: &[Answer], tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Seen::default());
        *seen.answers.lock().unwrap() = answers.iter().rev().cloned().collect();
        let shared = seen.clone();
        let scheme = if tls.is_some() { "https" } else { "http" };
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                let (seen, tls) = (shared.clone(), tls.clone());
                std::thread::spawn(move || match tls {
                    None => _ = serve(stream, &seen),
                    Some(config) => {
                        let connection = ServerConnection::new(config).unwrap();
                        _ = serve(StreamOwned::new(connection, stream), &seen);
                    }
                });
            }
        });
        Self { seen, port, scheme }
    }

    pub(crate) fn url(&self) -> String {
        format!("{}://localhost:{}/device", self.scheme, self.port)
    }

    /// Who waits for an answer gets none.
    pub(crate) fn hang_up(&self) {
        self.seen.has_hung_up.store(true, Ordering::SeqCst);
    }

    pub(crate) fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.seen.requests.lock().unwrap().clone()
    }

    /// The bodies by their keys; the same key with another body is a fault.
    pub(crate) fn bodies(&self) -> BTreeMap<String, Vec<u8>> {
        let mut bodies = BTreeMap::new();
        for request in self.requests() {
            let key = request.header("Idempotency-Key").expect("each request has a key").to_owned();
            let before = bodies.insert(key, request.body.clone());
            assert!(before.is_none_or(|before| before == request.body), "one key, two bodies");
        }
        bodies
    }
}

fn serve<S: Read + Write>(stream: S, seen: &Seen) -> io::Result<()> {
    let next = || seen.answers.lock().unwrap().pop().unwrap_or(Answer::status("200 OK"));
    if matches!(seen.answers.lock().unwrap().last(), Some(Answer::DropAtOnce)) {
        next();
        return Ok(());
    }
    let mut stream = BufReader::new(stream);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if stream.read_line(&mut head)? == 0 {
                return Ok(());
            }
        }
        let mut request = Request { head, body: Vec::new() };
        let length: u64 = request.header("Content-Length").map_or(0, |length| length.parse().unwrap());
        (&mut stream).take(length).read_to_end(&mut request.body)?;
        if request.body.len() as u64 != length {
            return Ok(());
        }
        seen.requests.lock().unwrap().push(request);
        match next() {
            Answer::Text(text) => stream.get_mut().write_all(text.as_bytes())?,
            Answer::Hang => {
                while !seen.has_hung_up.load(Ordering::SeqCst) {
                    std::thread::sleep(Duration::from_millis(10));
                }
                return Ok(());
            }
            Answer::Drop | Answer::DropAtOnce => return Ok(()),
            Answer::Endless => {
                stream.get_mut().write_all(b"HTTP/1.1 500 Oops\r\nTransfer-Encoding: chunked\r\n\r\n")?;
                loop {
                    stream.get_mut().write_all(b"4\r\noops\r\n")?;
                }
            }
        }
        stream.get_mut().flush()?;
    }
}

/// The bytes that a port is sent, unanswered: who connects, and what they say first.
pub(crate) fn eavesdropper() -> (u16, Arc<Mutex<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ear = heard.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let ear = ear.clone();
            std::thread::spawn(move || _ = listen(stream, &ear));
        }
    });
    (port, heard)
}

fn listen(mut stream: TcpStream, ear: &Mutex<Vec<u8>>) -> io::Result<()> {
    let mut buffer = [0; 4096];
    loop {
        match stream.read(&mut buffer)? {
            0 => return Ok(()),
            count => ear.lock().unwrap().extend_from_slice(&buffer[..count]),
        }
    }
}
