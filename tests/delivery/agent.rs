//! The service: it reads, keeps, serves and sends; it is restarted, reloaded, ended, killed, and its options are changed.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use crate::endpoint::Endpoint;
use crate::stone::{Stone, drives};

/// A busy machine starts a process late.
const PATIENCE: Duration = Duration::from_secs(120);

/// A service that runs.
struct Service {
    child: Child,
    socket: PathBuf,
}

impl Service {
    /// `stone agent` or `stone exporter`, with a socket in the state folder.
    fn start(stone: &Stone, words: &[&str]) -> Self {
        Self::start_by(stone, words, |_| ())
    }

    fn start_by(stone: &Stone, words: &[&str], change: impl FnOnce(&mut Command)) -> Self {
        let socket = stone.state.path().join("stone.sock");
        let mut command = stone.command(words);
        command.arg("--socket").arg(&socket).stdout(Stdio::null()).stderr(Stdio::null());
        change(&mut command);
        let service = Self { child: command.spawn().unwrap(), socket };
        service.until("/health", |text| !text.is_empty());
        service
    }

    fn ask(&self, request: &str) -> String {
        let mut answer = String::new();
        // Not there yet, or no longer: an empty answer.
        if let Ok(mut stream) = UnixStream::connect(&self.socket) {
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            _ = stream.write_all(request.as_bytes()).and_then(|()| stream.read_to_string(&mut answer));
        }
        answer
    }

    fn get(&self, path: &str) -> String {
        let answer = self.ask(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default()
    }

    fn health(&self) -> Value {
        serde_json::from_str(&self.get("/health")).unwrap()
    }

    /// Asks for `path` until the answer is as it should be.
    fn until(&self, path: &str, is_right: impl Fn(&str) -> bool) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            let text = self.get(path);
            if is_right(&text) {
                return text;
            }
            assert!(Instant::now() < end, "{path} is not as it should be: {text}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn until_rounds(&self, rounds: u64) -> String {
        self.until("/metrics", |text| text.contains(&format!("\nstone_rounds_total {rounds}\n")))
    }

    fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id().try_into().unwrap()), signal).unwrap();
    }

    /// Ends it; how it ended, and how long that took.
    fn end(mut self) -> (Option<i32>, Duration) {
        let start = Instant::now();
        self.signal(Signal::SIGTERM);
        let status = self.child.wait().unwrap();
        (status.code(), start.elapsed())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// Waits until something is so.
fn until(what: &str, is_so: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A folder of drives that are copies of `made`, with `line` added to what is said of each.
fn copies(folder: &Path, made: &[(&str, &str)]) -> String {
    let drives = folder.join("drives");
    for (index, (name, line)) in made.iter().enumerate() {
        let (from, to) = (PathBuf::from(crate::stone::drives(name)), drives.join(format!("disk{index}")));
        fs::create_dir_all(&to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
        let conf = to.join("device.conf");
        fs::write(&conf, format!("{}{line}\n", fs::read_to_string(&conf).unwrap())).unwrap();
    }
    drives.display().to_string()
}

#[test]
fn it_reads_keeps_serves_and_sends_and_goes_on_after_a_restart() {
    let stone = Stone::new();
    let endpoint = Endpoint::start(&[], None);
    stone.on(&endpoint.url());
    let (fixture, notify) = (drives("ata-ssd"), stone.state.path().join("notify"));
    let systemd = UnixDatagram::bind(&notify).unwrap();
    systemd.set_read_timeout(Some(PATIENCE)).unwrap();
    let hear = || {
        let mut bytes = [0; 256];
        let count = systemd.recv(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes[..count]).into_owned()
    };
    let words = ["agent", "--drives", fixture.as_str()];
    let service = Service::start_by(&stone, &words, |command| {
        command.env("NOTIFY_SOCKET", &notify).env("WATCHDOG_USEC", "3000000");
    });
    assert_eq!(hear().trim(), "READY=1");
    assert_eq!(hear().trim(), "WATCHDOG=1");
    service.until_rounds(1);
    until("a report arrives", || endpoint.requests().len() == 1);
    let metrics = service.until("/metrics", |text| text.contains("\nstone_reports_delivered_total 1\n"));
    assert!(metrics.contains("\nsmartctl_device_smart_status{device=\"ata-ssd\"} 1\n"), "{metrics}");
    assert!(metrics.contains("\nstone_device_outcome{device=\"ata-ssd\",outcome=\"read\"} 1\n"), "{metrics}");
    let health = service.health();
    assert_eq!((&health["status"], &health["sending"]["enabled"]), (&"ok".into(), &true.into()));
    let (status, took) = service.end();
    assert_eq!(status, Some(0));
    assert!(took < Duration::from_secs(3), "{took:?}");
    assert!(!stone.state.path().join("stone.sock").exists());
    while !hear().starts_with("STOPPING=1") {}

    // What was read is served again, and neither read nor sent again before its time.
    let service = Service::start(&stone, &words);
    let metrics = service.get("/metrics");
    assert!(metrics.contains("\nstone_device_age_seconds{device=\"ata-ssd\"} "), "{metrics}");
    std::thread::sleep(Duration::from_secs(4));
    assert!(service.get("/metrics").contains("\nstone_rounds_total 0\n"));
    assert!(service.health()["next_round_in_seconds"].as_u64().unwrap() > 80_000);
    assert_eq!(endpoint.requests().len(), 1);
    // Killed at once, and begun anew beside the socket that it left.
    service.signal(Signal::SIGKILL);
    drop(service);
    assert!(stone.state.path().join("stone.sock").exists());
    let service = Service::start(&stone, &words);
    assert!(service.get("/metrics").contains("\nstone_device_age_seconds"));
    assert_eq!(service.end().0, Some(0));
}

#[test]
fn changed_options_hold_within_seconds() {
    let stone = Stone::new();
    let endpoint = Endpoint::start(&[], None);
    let service = Service::start(&stone, &["agent", "--drives", &drives("nvme-dc")]);
    let metrics = service.until_rounds(1);
    assert!(metrics.contains("\nstone_round_period_seconds 86400\n"), "{metrics}");
    assert!(metrics.contains("\nstone_telemetry_enabled 0\n"), "{metrics}");
    let start = Instant::now();
    stone.set("scrape_frequency", "3600");
    service.until("/metrics", |text| text.contains("\nstone_round_period_seconds 3600\n"));
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
    stone.on(&endpoint.url());
    service.signal(Signal::SIGHUP);
    until("a report arrives", || endpoint.requests().len() == 1);
    stone.must(&["telemetry", "off"]);
    service.until("/metrics", |text| text.contains("\nstone_telemetry_enabled 0\n"));
    assert_eq!(service.end().0, Some(0));
    assert_eq!(endpoint.connections(), 1);
}

#[test]
fn a_disk_that_hangs_delays_nobody_and_sigterm_ends_it_within_seconds() {
    let stone = Stone::new();
    let folder = copies(stone.state.path(), &[("ata-hdd", ""), ("scsi-hdd", "hang=after:5")]);
    let service = Service::start(&stone, &["agent", "--drives", &folder, "--deadline", "50"]);
    // It hangs: who asks is answered at once all the same.
    std::thread::sleep(Duration::from_secs(2));
    let start = Instant::now();
    assert!(service.get("/metrics").contains("stone_rounds_total 0"));
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    let (status, took) = service.end();
    assert_eq!(status, Some(0));
    assert!(took < Duration::from_secs(4), "{took:?}");

    let service =
        Service::start(&stone, &["exporter", "--drives", &folder, "--deadline", "2", "--every", "3600"]);
    let metrics = service.until_rounds(1);
    for line in [
        "stone_device_outcome{device=\"disk1\",outcome=\"cut_short\"} 1",
        "stone_device_outcome{device=\"disk0\",outcome=\"read\"} 1",
        "stone_disks{outcome=\"cut_short\"} 1",
    ] {
        assert!(metrics.lines().any(|one| one == line), "{line}\n{metrics}");
    }
    assert!(metrics.contains("\nstone_device_section_missing{device=\"disk1\""), "{metrics}");
    assert_eq!(service.health()["status"], "missing");
    assert_eq!(service.end().0, Some(0));
}

#[test]
fn an_endpoint_that_is_not_there_is_tried_with_pauses() {
    let stone = Stone::new();
    // A port that nobody listens to.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    stone.on(&format!("http://localhost:{port}/device"));
    let service = Service::start(&stone, &["agent", "--drives", &drives("ata-ssd")]);
    service.until("/metrics", |text| text.contains("\nstone_reports_waiting 1\n"));
    let ledger = || -> Value {
        let text = fs::read_to_string(stone.state.path().join("spool/ledger.json")).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    };
    until("an attempt has failed", || ledger()["last_failure"].is_object());
    std::thread::sleep(Duration::from_secs(6));
    let attempts = ledger()["attempts"].as_object().unwrap().clone();
    assert_eq!(attempts.len(), 1, "one report");
    assert!(attempts.values().all(|one| one["failed"] == 1), "{attempts:?}");
    assert_eq!(service.end().0, Some(0));
}

#[test]
fn a_corrected_endpoint_wakes_what_waits() {
    let stone = Stone::new();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    stone.on(&format!("http://localhost:{port}/device"));
    let service = Service::start(&stone, &["agent", "--drives", &drives("ata-ssd")]);
    until("an attempt has failed", || stone.status()["device_channel"]["last_failure"].is_object());
    service.until("/metrics", |text| text.contains("\nstone_reports_waiting 1\n"));
    let endpoint = Endpoint::start(&[], None);
    stone.set("device_url", &endpoint.url());
    let start = Instant::now();
    until("it has arrived", || endpoint.bodies().len() == 1);
    // Without the pause of a minute and more.
    assert!(start.elapsed() < Duration::from_secs(40), "{:?}", start.elapsed());
    assert_eq!(service.end().0, Some(0));
}

#[test]
fn two_processes_share_the_duties() {
    let stone = Stone::new();
    let endpoint = Endpoint::start(&[], None);
    stone.on(&endpoint.url());
    let sender = Service::start(&stone, &["agent", "--only", "send"]);
    std::thread::sleep(Duration::from_secs(4));
    assert_eq!(endpoint.connections(), 0, "who sends reads no disk, and there is nothing to send yet");
    assert!(sender.health().get("next_round_in_seconds").is_none());
    let socket = stone.state.path().join("collect.sock");
    let mut collector = stone
        .command(&["agent", "--only", "collect", "--drives", &drives("ata-ssd")])
        .arg("--socket")
        .arg(&socket)
        .spawn()
        .unwrap();
    until("a report arrives", || endpoint.requests().len() == 1);
    collector.kill().unwrap();
    collector.wait().unwrap();
    assert_eq!(sender.end().0, Some(0));
}

#[test]
fn who_asks_slowly_or_too_much_is_refused_and_others_are_served() {
    let stone = Stone::new();
    let service = Service::start(&stone, &["exporter", "--drives", &drives("ata-ssd")]);
    service.until_rounds(1);
    // Three that say nothing more: one thread is left for others.
    let slow: Vec<UnixStream> = (0..3).map(|_| UnixStream::connect(&service.socket).unwrap()).collect();
    slow.iter().for_each(|mut stream| stream.write_all(b"GET /metr").unwrap());
    let start = Instant::now();
    assert!(service.get("/metrics").contains("stone_rounds_total 1"));
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    for (request, wanted) in [
        ("GET /metrics HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\n"),
        ("GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 404 Not Found\r\n"),
        ("PUT /metrics HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", "HTTP/1.1 405 Method Not Allowed\r\n"),
        ("\0\u{1}\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n"),
    ] {
        let answer = service.ask(request);
        assert!(answer.starts_with(wanted), "{request:?}: {answer}");
    }
    let mut answer = String::new();
    let mut first = &slow[0];
    first.set_read_timeout(Some(PATIENCE)).unwrap();
    first.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    let huge = format!("GET /metrics HTTP/1.1\r\nX: {}\r\n\r\n", "y".repeat(20_000));
    assert!(service.ask(&huge).starts_with("HTTP/1.1 431 "));
    assert_eq!(service.end().0, Some(0));
    let others = stone.run(&["exporter", "--listen", "0.0.0.0:0"]);
    assert_eq!(others.status, 3);
    assert!(others.err.contains("--listen-to-others"), "{others:?}");
}

/// Two hosts of one cluster, which keeps the settings: two device reports, and one report of the cluster.
#[test]
fn of_two_on_one_cluster_one_sends_the_cluster_report() {
    let cluster = tempfile::tempdir().unwrap();
    let program = cluster.path().join("ceph");
    // A copy is of whoever runs this, wherever the repository is from: root runs no other.
    std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stores/ceph"), &program).unwrap();
    let program = program.to_str().unwrap();
    let (report, device) = (Endpoint::start(&[], None), Endpoint::start(&[], None));
    let hosts = [Stone::new(), Stone::new()];
    let on_cluster = |words: &[&str]| -> Vec<String> {
        words.iter().chain(&["--cluster", "--program", program]).map(|word| (*word).to_owned()).collect()
    };
    let must = |words: &[&str]| {
        let words = on_cluster(words);
        hosts[0].must(&words.iter().map(String::as_str).collect::<Vec<_>>());
    };
    must(&["config", "set", "mgr", "mgr/telemetry/url", &report.url()]);
    must(&["config", "set", "mgr", "mgr/telemetry/device_url", &device.url()]);
    must(&["telemetry", "on", "--license", "sharing-1-0"]);
    let start = |stone: &Stone, drive: &str| {
        let words = on_cluster(&["agent", "--drives", &drives(drive)]);
        Service::start(stone, &words.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let services = [start(&hosts[0], "ata-ssd"), start(&hosts[1], "nvme-dc")];
    until("both device reports arrive", || device.requests().len() == 2);
    until("the cluster report arrives", || report.bodies().len() == 1);
    // Whoever did not send it looks again, and finds it sent.
    std::thread::sleep(Duration::from_secs(35));
    assert_eq!((report.bodies().len(), device.bodies().len()), (1, 2));
    let text = String::from_utf8(report.requests()[0].body.clone()).unwrap();
    assert!(text.contains("\"report_id\""), "{text}");
    services.into_iter().for_each(|service| assert_eq!(service.end().0, Some(0)));
}
