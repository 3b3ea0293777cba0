//! The cluster report: sent by one of the hosts of a cluster, apart from the device report.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::Value;

use crate::endpoint::{Answer, Endpoint};
use crate::ran::Ran;
use crate::stone::{Stone, drives};

/// A cluster's command with a state of its own, and the two endpoints that its options name.
struct Cluster {
    folder: tempfile::TempDir,
    report: Endpoint,
    device: Endpoint,
}

impl Cluster {
    /// The endpoint of the cluster report answers so.
    fn new(answers: &[Answer]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stores/ceph");
        // A copy is of whoever runs this, wherever the repository is from: root runs no other.
        fs::copy(program, folder.path().join("ceph")).unwrap();
        let cluster =
            Self { folder, report: Endpoint::start(answers, None), device: Endpoint::start(&[], None) };
        cluster.option("url", &cluster.report.url());
        cluster.option("device_url", &cluster.device.url());
        cluster
    }

    fn option(&self, name: &str, value: &str) {
        let folder = self.folder.path().join("ceph.d/config");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("mgr%telemetry%{name}")), value).unwrap();
    }

    /// Once a cluster report of this host waits, the cluster's command does this before it answers.
    fn once_waiting(&self, host: &Stone, what: &str) {
        let program = self.folder.path().join("ceph");
        let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stores/ceph");
        fs::remove_file(&program).unwrap();
        let spool = host.state.path().join("cluster-spool");
        let script = format!(
            "#!/bin/sh\nls {}/*.report >/dev/null 2>&1 && {{ {what}; }}\n. {}\n",
            spool.display(),
            real.display()
        );
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
    }

    fn refuse(&self, words: &str) {
        fs::write(self.folder.path().join("ceph.d/refused"), words).unwrap();
    }

    /// Runs a command of a host.
    fn run(&self, host: &Stone, words: &[&str]) -> Ran {
        let program = self.folder.path().join("ceph");
        host.run(&[words, &["--cluster", "--program", program.to_str().unwrap()]].concat())
    }

    fn must(&self, host: &Stone, words: &[&str]) -> Ran {
        let ran = self.run(host, words);
        assert_eq!(ran.status, 0, "{words:?}: {ran:?}");
        ran
    }

    fn status(&self, host: &Stone) -> Value {
        self.must(host, &["telemetry", "status", "-f", "json"]).json()
    }
}

fn send<'a>(more: &[&'a str], drive: &'a str) -> Vec<&'a str> {
    [&["telemetry", "send"], more, &["--drives", drive]].concat()
}

#[test]
fn both_reports_go_to_their_endpoints_and_have_nothing_in_common() {
    let (cluster, host, drive) = (Cluster::new(&[]), Stone::new(), drives("ata-ssd"));
    let ran = cluster.run(&host, &send(&[], &drive));
    assert_eq!((ran.status, ran.out.as_str()), (1, ""), "{ran:?}");
    assert!(ran.err.contains("cdla.io"), "{ran:?}");
    cluster.must(&host, &["telemetry", "on", "--license", "sharing-1-0"]);
    assert!(!host.state.path().join("telemetry.json").exists(), "it is kept in the cluster");
    let ran = cluster.must(&host, &send(&[], &drive));
    assert!(
        ran.out.contains(&format!("Device report sent to {} (devices: 1)", cluster.device.url())),
        "{ran:?}"
    );
    assert!(ran.out.contains(&format!("Cluster report sent to {}\n", cluster.report.url())), "{ran:?}");
    let (report, device) = (cluster.report.requests(), cluster.device.requests());
    assert_eq!((report.len(), device.len()), (1, 1));
    assert_eq!((cluster.report.connections(), cluster.device.connections()), (1, 1));
    assert_ne!(report[0].header("Idempotency-Key"), device[0].header("Idempotency-Key"));
    let texts = [&report[0], &device[0]].map(|one| String::from_utf8(one.body.clone()).unwrap() + &one.head);
    let ids = |text: &str| -> Vec<String> {
        let is_id = |word: &&str| word.len() == 36 && word.matches('-').count() == 4;
        text.split(|c: char| !c.is_ascii_hexdigit() && c != '-').filter(is_id).map(str::to_owned).collect()
    };
    assert!(!ids(&texts[0]).is_empty() && !ids(&texts[1]).is_empty(), "{texts:?}");
    assert!(ids(&texts[0]).iter().all(|id| !texts[1].contains(id)), "{texts:?}");
    // What is sent is what is shown, but for the time.
    let sent: Value = serde_json::from_slice(&report[0].body).unwrap();
    let shown = cluster.must(&host, &["telemetry", "show", "-f", "json"]).json();
    let steady = |mut report: Value| {
        report.as_object_mut().unwrap().remove("report_timestamp").unwrap();
        report
    };
    assert_eq!(steady(sent), steady(shown));
    let status = cluster.status(&host);
    assert_eq!(
        (&status["cluster_channel"]["reports"], &status["cluster_channel"]["waiting"]),
        (&1.into(), &0.into())
    );
    assert_eq!(status["kept_by"], "cluster");
}

#[test]
fn one_host_of_the_cluster_sends_its_report() {
    let (cluster, drive) = (Cluster::new(&[]), drives("ata-ssd"));
    let hosts = [Stone::new(), Stone::new()];
    cluster.must(&hosts[0], &["telemetry", "on", "--license", "sharing-1-0"]);
    let ends: Vec<Ran> = std::thread::scope(|scope| {
        let sending = hosts.each_ref().map(|host| {
            let (cluster, words) = (&cluster, send(&["--due", "-f", "json"], &drive));
            scope.spawn(move || cluster.run(host, &words))
        });
        sending.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(ends.iter().all(|ran| ran.status == 0), "{ends:?}");
    // Those who came at once may have given way to each other.
    for host in &hosts {
        cluster.must(host, &send(&["ceph", "--due"], &drive));
    }
    assert_eq!(cluster.report.requests().len(), 1, "one cluster report");
    assert_eq!(cluster.device.requests().len(), 2, "a device report of each host");
    for host in &hosts {
        let status = cluster.status(host);
        assert_eq!((&status["enabled"], &status["cluster_channel"]["reports"]), (&true.into(), &1.into()));
    }
    // By hand it is sent again, as another report.
    let ran = cluster.must(&hosts[1], &send(&["stone", "-f", "json"], &drive)).json();
    assert_eq!((&ran["delivered"], &ran["reports"][0]["report"]), (&1.into(), &"ceph".into()));
    let keys: Vec<_> = cluster
        .report
        .requests()
        .iter()
        .map(|request| request.header("Idempotency-Key").unwrap().to_owned())
        .collect();
    assert!(keys.len() == 2 && keys[0] != keys[1], "{keys:?}");
}

/// The secret is replaced, here or on another host, between making a report and sending it.
#[test]
fn a_report_whose_pseudonyms_are_replaced_meanwhile_is_not_sent() {
    let (cluster, host, drive) = (Cluster::new(&[]), Stone::new(), drives("ata-ssd"));
    cluster.must(&host, &["telemetry", "on", "--license", "sharing-1-0"]);
    let shown = || cluster.must(&host, &["telemetry", "show", "-f", "json"]).json()["report_id"].clone();
    let old = shown();
    let secret = cluster.folder.path().join("ceph.d/key/stone%telemetry%secret");
    let other = cluster.folder.path().join("other");
    fs::write(&other, "5a".repeat(32)).unwrap();
    // Whatever is asked of the cluster once the report waits finds another secret.
    let replace = format!("[ -s {0} ] && mv {0} {1}", other.display(), secret.display());
    cluster.once_waiting(&host, &replace);
    let ran = cluster.run(&host, &send(&["ceph"], &drive));
    assert_eq!((ran.status, cluster.report.connections()), (3, 0), "{ran:?}");
    assert!(ran.err.contains("1 reports that waited under replaced pseudonyms"), "{ran:?}");
    assert!(!other.exists(), "it was replaced");
    let status = &cluster.status(&host)["cluster_channel"];
    assert_eq!((&status["waiting"], &status["given_up"]["withdrawn"]), (&0.into(), &1.into()));
    cluster.must(&host, &send(&["ceph", "--due"], &drive));
    let requests = cluster.report.requests();
    let sent: Value = serde_json::from_slice(&requests[0].body).unwrap();
    assert!(requests.len() == 1 && sent["report_id"] == shown() && sent["report_id"] != old, "{sent}");
}

#[test]
fn what_one_host_cannot_deliver_another_one_sends_under_the_same_key() {
    let cluster = Cluster::new(&[Answer::status("503 Busy")]);
    let hosts = [Stone::new(), Stone::new()];
    cluster.must(&hosts[0], &["telemetry", "on", "--license", "sharing-1-0"]);
    let failed = cluster.run(&hosts[0], &["telemetry", "send", "ceph"]);
    assert_eq!(failed.status, 3, "{failed:?}");
    assert!(failed.err.contains("503") && failed.err.contains("waits"), "{failed:?}");
    assert_eq!(cluster.status(&hosts[0])["cluster_channel"]["waiting"], 1);
    // Its pause is not over, but the other host's turn has come.
    cluster.must(&hosts[0], &["telemetry", "send", "ceph", "--due"]);
    cluster.must(&hosts[1], &["telemetry", "send", "ceph", "--due"]);
    let requests = cluster.report.requests();
    let keys: Vec<_> = requests.iter().filter_map(|request| request.header("Idempotency-Key")).collect();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1], "the receiver keeps one");
    assert_eq!(cluster.status(&hosts[0])["cluster_channel"]["reports"], 1);
    // The next one takes the place of what still waits there.
    cluster.must(&hosts[0], &["telemetry", "send", "ceph"]);
    let status = cluster.status(&hosts[0]);
    assert_eq!(
        (&status["cluster_channel"]["waiting"], &status["cluster_channel"]["reports"]),
        (&0.into(), &2.into())
    );
    assert_eq!(status["cluster_channel"]["given_up"]["replaced"], 1);
}

#[test]
fn a_slow_store_gives_the_turn() {
    let (cluster, host) = (Cluster::new(&[]), Stone::new());
    cluster.must(&host, &["telemetry", "on", "--license", "sharing-1-0"]);
    // Two such commands take longer than a claim has by default.
    fs::write(cluster.folder.path().join("ceph.d/slow"), "config-key").unwrap();
    cluster.must(&host, &["telemetry", "send", "ceph"]);
    assert_eq!(cluster.report.requests().len(), 1);
}

#[test]
fn what_waits_on_a_host_is_withdrawn_when_another_one_switches_off() {
    let (cluster, drive) = (Cluster::new(&[]), drives("ata-ssd"));
    let hosts = [Stone::new(), Stone::new()];
    let on = || cluster.must(&hosts[1], &["telemetry", "on", "--license", "sharing-1-0"]);
    on();
    cluster.option("device_url", "http://127.0.0.1:9/device");
    let device = |more: &[&str]| cluster.run(&hosts[0], &send(&[&["device"], more].concat(), &drive));
    assert_eq!(device(&[]).status, 3);
    // Who agrees once more while it is on withdraws nothing.
    std::thread::sleep(std::time::Duration::from_secs(1));
    on();
    assert_eq!(device(&[]).status, 3);
    assert_eq!(cluster.status(&hosts[0])["device_channel"]["waiting"], 2);
    cluster.must(&hosts[1], &["telemetry", "off"]);
    std::thread::sleep(std::time::Duration::from_secs(1));
    on();
    cluster.option("device_url", &cluster.device.url());
    let ran = device(&["--due"]);
    assert!(ran.status == 0 && ran.err.contains("2 reports of before are withdrawn"), "{ran:?}");
    assert_eq!(cluster.device.requests().len(), 1, "one that was made since");
    assert_eq!(cluster.status(&hosts[0])["device_channel"]["given_up"]["withdrawn"], 2);
}

#[test]
fn commands_are_taken_as_the_clusters_own_module_takes_them() {
    let (cluster, host) = (Cluster::new(&[]), Stone::new());
    assert_eq!(cluster.run(&host, &["telemetry", "on", "gpl"]).status, 1);
    assert_eq!(cluster.run(&host, &["telemetry", "on", "sharing-1-0", "--license", "sharing-1-0"]).status, 2);
    cluster.must(&host, &["telemetry", "on", "sharing-1-0"]);
    cluster.must(&host, &["telemetry", "send", "--endpoint", "ceph"]);
    assert_eq!((cluster.report.requests().len(), cluster.device.connections()), (1, 0));
    assert_eq!(cluster.run(&host, &["telemetry", "send", "--endpoint", "nosuch"]).status, 2);
}

#[test]
fn channels_switch_each_report_and_off_holds_for_all_hosts() {
    let (cluster, drive) = (Cluster::new(&[]), drives("ata-ssd"));
    let hosts = [Stone::new(), Stone::new()];
    cluster.must(&hosts[0], &["telemetry", "on", "--license", "sharing-1-0"]);
    let set = |name: &str, value: &str| {
        cluster.must(&hosts[1], &["config", "set", "mgr", &format!("mgr/telemetry/{name}"), value]);
    };
    set("channel_device", "false");
    let ran = cluster.must(&hosts[0], &send(&[], &drive));
    assert!(ran.out.starts_with("Cluster report sent") && ran.out.lines().count() == 1, "{ran:?}");
    let ran = cluster.run(&hosts[0], &send(&["device", "ceph"], &drive));
    assert_eq!(ran.status, 1, "one was named that is off: {ran:?}");
    assert!(ran.err.contains("channel_device") && ran.out.contains("Cluster report sent"), "{ran:?}");
    set("channel_basic", "false");
    set("channel_crash", "false");
    let ran = cluster.run(&hosts[0], &send(&["-f", "json"], &drive));
    assert_eq!((ran.status, &ran.json()["errno"]), (1, &1.into()), "{ran:?}");
    set("channel_basic", "true");
    cluster.must(&hosts[1], &["telemetry", "off"]);
    assert_eq!(cluster.run(&hosts[0], &send(&["ceph"], &drive)).status, 1);
    assert_eq!(cluster.must(&hosts[0], &send(&["ceph", "--license", "sharing-1-0"], &drive)).status, 0);
    assert_eq!((cluster.report.requests().len(), cluster.device.connections()), (3, 0));
}

#[test]
fn what_the_cluster_does_not_say_is_named_and_what_it_refuses_to_keep_stops_all() {
    let (cluster, host) = (Cluster::new(&[]), Stone::new());
    cluster.must(&host, &["telemetry", "on", "--license", "sharing-1-0"]);
    cluster.refuse("crash ls");
    let ran = cluster.run(&host, &["telemetry", "send", "ceph"]);
    assert_eq!(ran.status, 1, "delivered, but not whole: {ran:?}");
    let sent: Value = serde_json::from_slice(&cluster.report.requests()[0].body).unwrap();
    assert_eq!(sent["missing"], serde_json::json!({"crash ls": "refused"}));
    cluster.refuse("config-key");
    for words in
        [&["telemetry", "send"][..], &["telemetry", "status"], &["config", "dump"], &["telemetry", "off"]]
    {
        let ran = cluster.run(&host, words);
        assert_eq!((ran.status, ran.out.as_str()), (3, ""), "{words:?}");
        assert!(ran.err.contains("nothing is sent") && ran.err.contains("access denied"), "{ran:?}");
    }
    assert_eq!(cluster.report.requests().len(), 1);
}

#[test]
fn who_agreed_to_less_is_warned_and_told_what_is_new() {
    let (cluster, host, drive) = (Cluster::new(&[]), Stone::new(), drives("ata-ssd"));
    let health = |host: &Stone| cluster.status(host)["health"].clone();
    let diff = |host: &Stone| cluster.must(host, &["telemetry", "diff", "-f", "json"]).json();
    assert_eq!((health(&host), &diff(&host)["agreed_to"]), (serde_json::json!({}), &Value::Null));
    let would_tell = |host: &Stone| cluster.must(host, &["telemetry", "diff"]).out;
    assert!(would_tell(&host).contains("basic_base") && !would_tell(&host).contains("ident_base"));
    cluster.option("channel_ident", "true");
    assert!(would_tell(&host).contains("ident_base"));
    cluster.option("channel_ident", "false");
    cluster.must(&host, &["telemetry", "on", "--license", "sharing-1-0"]);
    assert_eq!((&diff(&host)["new"], &diff(&host)["agreed_to"]), (&serde_json::json!([]), &3.into()));
    // As somebody left it who agreed to an earlier revision.
    let key = cluster.folder.path().join("ceph.d/key/stone%telemetry%opt-in");
    fs::write(&key, r#"{"revision":2,"license":"sharing-1-0","time":5}"#).unwrap();
    let warning = &health(&host)["TELEMETRY_CHANGED"];
    assert_eq!(warning["severity"], "HEALTH_WARN");
    assert_eq!(warning["summary"]["message"], "Telemetry requires re-opt-in");
    assert_eq!(diff(&host)["new"].as_array().unwrap().len(), 4);
    let plain = cluster.must(&host, &["telemetry", "diff"]).out;
    assert!(plain.contains("device_base") && plain.contains("--license sharing-1-0"), "{plain}");
    let listed = cluster.must(&host, &["telemetry", "collection", "ls"]).out;
    assert!(listed.contains("NOT REPORTING: requires re-opt-in") && listed.contains("REVISION"), "{listed}");
    for report in ["ceph", "device"] {
        let ran = cluster.run(&host, &send(&[report], &drive));
        assert_eq!(ran.status, 1);
        assert!(ran.err.contains("telemetry diff"), "{ran:?}");
    }
    assert_eq!(cluster.report.connections() + cluster.device.connections(), 0);
    cluster.must(&host, &["telemetry", "on", "--license", "sharing-1-0"]);
    assert_eq!(
        (health(&host), cluster.status(&host)["last_opt_revision"].clone()),
        (serde_json::json!({}), 3.into())
    );
}

#[test]
fn a_bad_value_stops_all_sending_and_is_told_beside_the_other_options() {
    let (cluster, host, drive) = (Cluster::new(&[]), Stone::new(), drives("ata-ssd"));
    cluster.must(&host, &["telemetry", "on", "--license", "sharing-1-0"]);
    cluster.option("interval", "1");
    cluster.option("contact", "Ada");
    let status = cluster.status(&host);
    assert_eq!((&status["interval"], &status["contact"]), (&Value::Null, &"Ada".into()));
    let warning = &status["health"]["TELEMETRY_BAD_OPTION"];
    assert_eq!((&warning["severity"], &warning["summary"]["count"]), (&"HEALTH_WARN".into(), &1.into()));
    assert!(
        warning["detail"][0]["message"].as_str().unwrap().contains("mgr/telemetry/interval"),
        "{warning}"
    );
    let get = |name: &str| cluster.run(&host, &["config", "get", "mgr", &format!("mgr/telemetry/{name}")]);
    assert_eq!((get("contact").status, get("contact").out.trim_end()), (0, "Ada"));
    let wrong = get("interval");
    assert!(wrong.status == 3 && wrong.out.is_empty() && wrong.err.contains("8 to 8784"), "{wrong:?}");
    assert_eq!(cluster.run(&host, &["config", "dump"]).status, 1);
    assert_eq!(cluster.run(&host, &send(&[], &drive)).status, 3);
    assert_eq!(cluster.report.connections() + cluster.device.connections(), 0);
    cluster.must(&host, &["config", "set", "mgr", "mgr/telemetry/interval", "8"]);
    assert_eq!(cluster.status(&host)["health"], serde_json::json!({}));
}

#[test]
fn a_report_that_was_delivered_and_not_noted_is_followed_by_the_next() {
    let (cluster, host, drive) = (Cluster::new(&[]), Stone::new(), drives("ata-ssd"));
    cluster.must(&host, &["telemetry", "on", "--license", "sharing-1-0"]);
    cluster.must(&host, &send(&["ceph"], &drive));
    // As if the cluster had not taken the note.
    let note = cluster.folder.path().join("ceph.d/key/stone%telemetry%note%sent");
    fs::remove_file(note).unwrap();
    let ran = cluster.must(&host, &send(&["ceph"], &drive));
    assert!(ran.out.contains("Cluster report sent to"), "{ran:?}");
    assert_eq!(
        (cluster.report.bodies().len(), &cluster.status(&host)["cluster_channel"]["reports"]),
        (2, &2.into())
    );
}

#[test]
fn a_host_without_cluster_sends_its_report_alone_and_the_clusters_when_it_is_named() {
    let (cluster, host, drive) = (Cluster::new(&[]), Stone::new(), drives("ata-ssd"));
    host.set("url", &cluster.report.url());
    host.on(&cluster.device.url());
    host.must(&send(&[], &drive));
    assert_eq!((cluster.report.connections(), cluster.device.connections()), (0, 1));
    let program = cluster.folder.path().join("ceph").display().to_string();
    host.must(&["telemetry", "send", "ceph", "--program", &program]);
    assert_eq!(cluster.report.requests().len(), 1);
    let ran = host.run(&["telemetry", "send", "stone", "--program", "/nonexistent/ceph"]);
    assert_eq!(ran.status, 3, "{ran:?}");
    assert!(ran.err.contains("--conf"), "{ran:?}");
}
