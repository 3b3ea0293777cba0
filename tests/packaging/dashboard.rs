//! Alerts by promtool, and each query of the dashboard by a real Prometheus that scrapes a real agent.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{complaint, is_there, packaged};

/// What runs until the test is over.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

/// Waits until there is something.
pub(crate) fn until<T>(what: &str, found: impl Fn() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(40);
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(Instant::now() < end, "{what} does not come");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn exchange(mut stream: impl Read + Write, path: &str) -> Option<String> {
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned())
}

pub(crate) fn ask_socket(socket: &Path, path: &str) -> Option<String> {
    exchange(UnixStream::connect(socket).ok()?, path)
}

fn ask(port: u16, path: &str) -> Option<String> {
    exchange(TcpStream::connect(("127.0.0.1", port)).ok()?, path)
}

/// A port that nobody listens to now.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// For the query of a URL.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

/// What Prometheus answers. `None`: it does not yet.
fn api(port: u16, path: &str) -> Option<Value> {
    // Its answers are chunked.
    let text = ask(port, path)?;
    let json = text.get(text.find('{')?..=text.rfind('}')?)?;
    serde_json::from_str(json).ok()
}

fn query(port: u16, query: &str) -> Value {
    let answer = until("an answer", || api(port, &format!("/api/v1/query?query={}", escaped(query))));
    assert_eq!(answer["status"], "success", "{query}: {answer}");
    answer["data"]["result"].clone()
}

#[test]
fn the_alerts_fire_when_they_should() {
    if !is_there("promtool") {
        return;
    }
    let folder = packaged("monitoring");
    for words in [["check", "rules", "stone.rules.yml"], ["test", "rules", "stone.rules.test.yml"]] {
        let said = complaint(Command::new("promtool").args(words).current_dir(&folder));
        assert!(said.is_none(), "{words:?}: {}", said.unwrap_or_default());
    }
    let (rules, tests) = ["stone.rules.yml", "stone.rules.test.yml"]
        .map(|name| fs::read_to_string(folder.join(name)).unwrap())
        .into();
    for alert in rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")) {
        assert!(tests.contains(&format!("alertname: {alert}\n")), "{alert} has no test");
    }
}

#[test]
fn every_query_of_the_dashboard_has_an_answer() {
    if !is_there("prometheus") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let drives = folder.path().join("drives");
    // One of each kind that says what others do not, and one that stops answering.
    for (name, line) in [
        ("ata-hdd", ""),
        ("ata-hdd-failing", ""),
        ("ata-ssd", ""),
        ("nvme-dc", ""),
        ("scsi-hdd", ""),
        ("scsi-ssd", ""),
        ("scsi-hdd-old", "hang=after:9\n"),
    ] {
        let (from, to) =
            (Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name), drives.join(name));
        fs::create_dir_all(&to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
        let conf = to.join("device.conf");
        fs::write(&conf, fs::read_to_string(&conf).unwrap() + line).unwrap();
    }
    let (port, prometheus) = (free_port(), free_port());
    let _agent = Running(
        Command::new(env!("CARGO_BIN_EXE_stone"))
            .args(["agent", "--deadline", "2", "--socket"])
            .arg(folder.path().join("stone.sock"))
            .args(["--listen", &format!("127.0.0.1:{port}"), "--drives"])
            .arg(&drives)
            .env("STONE_STATE_DIR", folder.path().join("state"))
            .stderr(Stdio::null())
            .spawn()
            .unwrap(),
    );
    until("a round", || ask(port, "/metrics").filter(|text| text.contains("\nstone_rounds_total 1\n")));
    let config = folder.path().join("prometheus.yml");
    let rules = packaged("monitoring").join("stone.rules.yml");
    let text = format!(
        "global: {{scrape_interval: 1s, evaluation_interval: 1s}}\nrule_files: ['{}']\n\
         scrape_configs: [{{job_name: stone, static_configs: [{{targets: ['127.0.0.1:{port}']}}]}}]\n",
        rules.display()
    );
    fs::write(&config, text).unwrap();
    let _prometheus = Running(
        Command::new("prometheus")
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.tsdb.path={}", folder.path().join("tsdb").display()))
            .arg(format!("--web.listen-address=127.0.0.1:{prometheus}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap(),
    );
    until("a scrape", || {
        let path = format!("/api/v1/query?query={}", escaped("stone_rounds_total == 1"));
        api(prometheus, &path)?["data"]["result"].as_array().filter(|found| !found.is_empty()).cloned()
    });
    let up = query(prometheus, "up{job=\"stone\"}");
    assert_eq!(up[0]["value"][1], "1", "it takes every line");

    let text = fs::read_to_string(packaged("monitoring").join("stone-dashboard.json")).unwrap();
    let dashboard: Value = serde_json::from_str(&text).unwrap();
    let mut asked = 0;
    for panel in dashboard["panels"].as_array().unwrap() {
        for target in panel["targets"].as_array().unwrap() {
            let written = target["expr"].as_str().unwrap();
            let found = query(prometheus, &written.replace("$job", "stone").replace("$instance", ".*"));
            assert!(!found.as_array().unwrap().is_empty(), "{}: {written}", panel["title"]);
            asked += 1;
        }
    }
    assert!(asked >= 16, "{asked} queries");
    let fired = |rules: &[Value], alert: &str| {
        rules.iter().any(|rule| rule["name"] == alert && rule["state"] == "firing")
    };
    let rules = until("the alerts", || {
        let groups = api(prometheus, "/api/v1/rules")?["data"]["groups"].as_array()?.clone();
        let rules: Vec<Value> =
            groups.iter().flat_map(|group| group["rules"].as_array().cloned().unwrap_or_default()).collect();
        ["StoneDiskFailing", "StoneDiskHung"].iter().all(|alert| fired(&rules, alert)).then_some(rules)
    });
    assert!(rules.iter().all(|rule| rule["health"] == "ok"), "{rules:?}");
}
