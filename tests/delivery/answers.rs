//! The courier before endpoints that behave, and endpoints that do not.

use std::path::Path;
use std::time::{Duration, Instant};

use stone_smart::channel::{
    Endpoint as Url, HttpCourier, Limits, Overview, ProxyAddress, Reason, Round, Route, Spool, Timeouts,
    Which,
};

use crate::authority::Authority;
use crate::endpoint::{Answer, Endpoint};

const BODY: &str = r#"{"DISK_1":{"20261122-150000":{"model_name":"DISK 1"}}}"#;

pub(crate) struct Host {
    folder: tempfile::TempDir,
    pub(crate) spool: Spool,
    pub(crate) authority: Authority,
}

impl Host {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::new(folder.path(), Limits::default());
        let authority = Authority::new(folder.path());
        Self { folder, spool, authority }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn add(&self, body: &str) {
        self.spool.add(0, |out| out.write_all(body.as_bytes())).unwrap();
    }

    pub(crate) fn courier(&self, url: &str, proxy: Option<&str>) -> HttpCourier {
        let route = Route {
            endpoint: Url::parse(url).unwrap(),
            proxy: proxy.map(|proxy| ProxyAddress::parse(proxy).unwrap()),
            ca_file: Some(self.authority.file.clone()),
        };
        let second = Duration::from_secs(1);
        HttpCourier::new(route, Timeouts { connect: 10 * second, idle: 2 * second, total: 20 * second })
    }

    pub(crate) fn deliver(&self, courier: &HttpCourier) -> Round {
        self.deliver_at(courier, 0)
    }

    fn deliver_at(&self, courier: &HttpCourier, now: i64) -> Round {
        self.spool.deliver(courier, Which::All, &|| now, &|| true).unwrap()
    }

    pub(crate) fn overview(&self) -> Overview {
        self.spool.overview().unwrap()
    }
}

/// One report, one answer; what came of it.
fn after(answer: Answer) -> (Host, Round) {
    after_some(&[answer])
}

/// One report and some answers, two hours apart; what came of the last one.
fn after_some(answers: &[Answer]) -> (Host, Round) {
    let host = Host::new();
    let endpoint = Endpoint::start(answers, Some(host.authority.server()));
    host.add(BODY);
    let courier = host.courier(&endpoint.url(), None);
    let rounds = (0..).step_by(7200).zip(answers).map(|(now, _)| host.deliver_at(&courier, now));
    let last = rounds.last().unwrap();
    (host, last)
}

#[test]
fn a_request_is_a_put_of_the_very_bytes_and_tells_nothing_else() {
    let host = Host::new();
    let endpoint = Endpoint::start(&[], Some(host.authority.server()));
    host.add(BODY);
    host.add(BODY);
    assert_eq!(host.deliver(&host.courier(&endpoint.url(), None)).delivered.len(), 2);
    let requests = endpoint.requests();
    let mut keys = Vec::new();
    for request in &requests {
        assert_eq!(request.body, BODY.as_bytes());
        let key = request.header("Idempotency-Key").unwrap().trim_matches('"').to_owned();
        assert_eq!((key.len(), key.as_bytes()[14]), (36, b'4'), "a random UUID in quotes");
        let mut lines: Vec<String> = request.head.trim_end().lines().map(str::to_ascii_lowercase).collect();
        lines.sort();
        let expected = [
            format!("content-length: {}", BODY.len()),
            "content-type: application/json".to_owned(),
            format!("host: localhost:{}", endpoint.port),
            format!("idempotency-key: \"{key}\""),
            "put /device http/1.1".to_owned(),
            "user-agent: stone".to_owned(),
        ];
        assert_eq!(lines, expected);
        keys.push(key);
    }
    assert_ne!(keys[0], keys[1]);
}

#[test]
fn an_unknown_authority_is_refused_with_advice_and_gets_no_byte_of_the_report() {
    let (host, other) = (Host::new(), Host::new());
    let endpoint = Endpoint::start(&[], Some(other.authority.server()));
    host.add(BODY);
    let failure = host.deliver(&host.courier(&endpoint.url(), None)).failure.unwrap();
    assert!(failure.contains("UnknownIssuer") && failure.contains("ca_file"), "{failure}");
    assert!(endpoint.requests().is_empty());
    // The right authority, and another name than the certificate's.
    let endpoint = Endpoint::start(&[], Some(host.authority.server()));
    let url = format!("https://localhost.:{}/device", endpoint.port).replace("localhost.", "ip6-localhost");
    let failure = host.deliver(&host.courier(&url, None)).failure.unwrap();
    assert!(endpoint.requests().is_empty(), "{failure}");
}

#[test]
fn a_redirect_is_not_followed() {
    let host = Host::new();
    let target = Endpoint::start(&[], None);
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        let location = target.url();
        let text = format!("HTTP/1.1 {status}\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
        let endpoint = Endpoint::start(&[Answer::Text(text)], Some(host.authority.server()));
        host.add(BODY);
        let failure = host.deliver(&host.courier(&endpoint.url(), None)).failure.unwrap();
        assert!(failure.contains(&location) && failure.contains("device_url"), "{failure}");
    }
    assert_eq!(target.connections(), 0);
    assert_eq!(host.overview().waiting, 5);
}

#[test]
fn what_endpoints_do_wrong_is_told_and_survived() {
    let garbage = "\u{1b}[2J not http\r\n\r\n".to_owned();
    let endless_head = format!("HTTP/1.1 200 OK\r\nX: {}", "y".repeat(100_000));
    for (answer, word) in [
        (Answer::status("500 Oops"), "answers 500"),
        (Answer::status("404 Not Found"), "answers 404"),
        (Answer::Text(garbage), "does not speak HTTP"),
        (Answer::Text(endless_head), "does not speak HTTP"),
        (Answer::Hang, "took too long to answer"),
        (Answer::Drop, "cannot reach"),
        (Answer::DropAtOnce, "cannot reach"),
        (Answer::Endless, "answers 500: oops"),
    ] {
        let start = Instant::now();
        let (host, round) = after(answer.clone());
        let failure = round.failure.unwrap_or_else(|| panic!("{answer:?}"));
        assert!(failure.contains(word) && failure.contains("https://localhost"), "{answer:?}: {failure}");
        assert!(failure.len() < 400 && !failure.contains('\u{1b}'), "{failure}");
        assert!(!failure.contains("docs.rs"), "in words of ours: {failure}");
        assert!(start.elapsed() < Duration::from_secs(10), "{answer:?}");
        assert_eq!(host.overview().waiting, 1, "{answer:?}");
    }
}

#[test]
fn what_the_endpoint_will_never_take_is_given_up_and_counted() {
    let text = "HTTP/1.1 400 Bad Request\r\nContent-Length: 9\r\n\r\nbad stamp";
    let refusal = Answer::Text(text.to_owned());
    let (host, round) = after(refusal.clone());
    assert!(round.failure.is_some_and(|failure| failure.contains("400: bad stamp")));
    assert_eq!(host.overview().waiting, 1, "once may be a mistake");
    let (host, round) = after_some(&[refusal.clone(), refusal]);
    assert!(round.failure.is_none());
    assert!(round.given_up[0].2.contains("400: bad stamp"), "{round:?}");
    let too_large = Answer::status("413 Too Large");
    let (_, round) = after_some(&[too_large.clone(), too_large]);
    assert_eq!(round.given_up[0].1, Reason::Refused);
    assert_eq!((host.overview().waiting, host.overview().given_up[&Reason::Refused]), (0, 1));
    let text = "HTTP/1.1 413 Too Large\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n";
    let (host, round) = after(Answer::Text(text.to_owned()));
    assert!(round.failure.is_some());
    assert!(host.overview().next_attempt.unwrap() >= 3600);
}

#[test]
fn what_may_be_a_secret_in_a_url_is_repeated_by_nobody() {
    let host = Host::new();
    let said = "Cannot PUT /device?token=s3cret%2Fword: s3cret/word is unknown";
    let moved = "HTTP/1.1 302 Found\r\nLocation: https://me:s3cret@elsewhere.example/login?next=/device&token=s3cret%2Fword\r\n\
                 Content-Length: 0\r\n\r\n";
    let answers = [
        Answer::Text(format!("HTTP/1.1 404 Not Found\r\nContent-Length: {}\r\n\r\n{said}", said.len())),
        Answer::Text(moved.to_owned()),
        Answer::DropAtOnce,
        Answer::Text("what?\r\n\r\n".to_owned()),
    ];
    let endpoint = Endpoint::start(&answers, Some(host.authority.server()));
    host.add(BODY);
    let courier = host.courier(&format!("{}?token=s3cret%2Fword", endpoint.url()), None);
    for word in [
        "404: Cannot PUT /device: *** is unknown",
        "redirects to https://elsewhere.example/login:",
        "cannot",
        "HTTP",
    ] {
        let failure = host.deliver(&courier).failure.unwrap();
        assert!(
            failure.contains(word) && !failure.contains("s3cret") && !failure.contains("me:"),
            "{failure}"
        );
    }
    assert!(!format!("{:?}", host.overview()).contains("s3cret"));
    assert_eq!(host.deliver(&courier).delivered.len(), 1);
    assert!(endpoint.requests().last().unwrap().head.contains("/device?token=s3cret%2Fword"));
}

#[test]
fn a_report_on_its_way_ends_in_the_middle_when_it_may_not_be_sent_any_more() {
    use std::io::Read;
    use std::sync::atomic::{AtomicBool, Ordering};

    let host = Host::new();
    let length = 64 << 20;
    host.spool.add(0, |out| out.write_all(&vec![b'x'; length])).unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let allowed = AtomicBool::new(true);
    let (round, got) = std::thread::scope(|scope| {
        let endpoint = scope.spawn(|| {
            let (mut stream, _) = listener.accept().unwrap();
            let mut buffer = vec![0; 1 << 20];
            stream.read_exact(&mut buffer).unwrap();
            // From here on nothing may be sent; what the kernel had taken before still comes.
            allowed.store(false, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(200));
            buffer.len() + stream.read_to_end(&mut buffer).unwrap_or(0)
        });
        let courier = host.courier(&format!("http://localhost:{port}/device"), None);
        let may = || allowed.load(Ordering::SeqCst);
        let round = host.spool.deliver(&courier, Which::All, &|| 0, &may).unwrap();
        (round, endpoint.join().unwrap())
    });
    assert!(round.forbidden && round.failure.is_none(), "{round:?}");
    assert!(got < length, "{got} bytes came");
    assert_eq!((host.overview().waiting, host.overview().last_failure), (1, None));
    assert!(host.spool.is_at_rest(Duration::ZERO).unwrap());
}

#[test]
fn an_endpoint_that_says_so_gets_gzip_until_it_says_otherwise() {
    let host = Host::new();
    let accepts = "HTTP/1.1 200 OK\r\nAccept-Encoding: gzip\r\nContent-Length: 0\r\n\r\n".to_owned();
    let answers = [Answer::Text(accepts), Answer::status("200 OK"), Answer::status("415 No")];
    let endpoint = Endpoint::start(&answers, Some(host.authority.server()));
    let long = format!(r#"{{"DISK":"{}"}}"#, "0123456789".repeat(1000));
    for _ in 0..4 {
        host.add(&long);
        assert_eq!(host.deliver(&host.courier(&endpoint.url(), None)).delivered.len(), 1);
    }
    let requests = endpoint.requests();
    let packed: Vec<bool> =
        requests.iter().map(|request| request.header("Content-Encoding") == Some("gzip")).collect();
    assert_eq!(packed, [false, true, true, false, false], "415: the same report again, as it is");
    assert_eq!(requests[2].header("Idempotency-Key"), requests[3].header("Idempotency-Key"));
    let mut body = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&requests[1].body[..]), &mut body)
        .unwrap();
    assert_eq!(body, long);
    // RFC 1952: no time of packing in the header.
    assert_eq!(requests[1].body[4..8], [0; 4]);
}

#[test]
fn an_endpoint_that_is_not_there_is_named() {
    let host = Host::new();
    host.add(BODY);
    let failure = host.deliver(&host.courier("https://127.0.0.1:9/device", None)).failure.unwrap();
    assert!(failure.contains("127.0.0.1:9") && failure.contains("refused"), "{failure}");
    let failure = host.deliver(&host.courier("https://nowhere.invalid/device", None)).failure.unwrap();
    assert!(failure.contains("nowhere.invalid"), "{failure}");
}

/// A server of OpenSSL's that speaks one version of TLS. It ends when it is dropped.
struct Server(std::process::Child);

impl Server {
    fn of(host: &Host, version: &str) -> (Self, u16) {
        let file = host.folder().join("server.pem");
        std::fs::write(&file, host.authority.pem()).unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = std::process::Command::new("openssl")
            .args([
                "s_server",
                version,
                "-cipher",
                "DEFAULT@SECLEVEL=0",
                "-quiet",
                "-www",
                "-accept",
                &port.to_string(),
            ])
            .arg("-cert")
            .arg(&file)
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let start = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(start.elapsed() < Duration::from_secs(20), "openssl does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        (Self(child), port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

#[test]
fn a_real_server_below_tls_1_2_is_refused_and_one_of_1_2_is_not() {
    let said = |version: &str| {
        let host = Host::new();
        let (_server, port) = Server::of(&host, version);
        host.add(BODY);
        let round = host.deliver(&host.courier(&format!("https://localhost:{port}/"), None));
        format!("{:?} {:?}", round.failure, round.given_up)
    };
    for version in ["-tls1", "-tls1_1"] {
        let said = said(version);
        assert!(said.contains("ProtocolVersion") || said.contains("TLS 1.2"), "{version}: {said}");
    }
    for version in ["-tls1_2", "-tls1_3"] {
        let said = said(version);
        assert!(!said.contains("ProtocolVersion") && !said.contains("TLS 1.2"), "{version}: {said}");
    }
}

#[test]
fn tls_below_1_2_is_refused() {
    let host = Host::new();
    // A server hello of TLS 1.0, as an old server answers.
    let hello: &[u8] = &[22, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1];
    let text = String::from_utf8(hello.iter().copied().chain([0; 36]).collect()).unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        std::io::Write::write_all(&mut stream, text.as_bytes()).unwrap();
        std::thread::sleep(Duration::from_secs(5));
    });
    host.add(BODY);
    let failure = host.deliver(&host.courier(&format!("https://localhost:{port}/"), None)).failure.unwrap();
    assert!(failure.contains("TLS 1.2"), "{failure}");
}
