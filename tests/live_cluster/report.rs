//! The report of a cluster, beside that of its own module: every key of one is in the other with the same value, but for
//! what COMPATIBILITY.md lists; and no name of the cluster is in it.

use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::cluster::Cluster;

/// In every name that is made up here.
const CANARY: &str = "canary";

pub(crate) fn is_equal_in_meaning_to_that_of_the_clusters_own_module(cluster: &Cluster) {
    fill(cluster);
    let real = cluster.json(&["telemetry", "show-all"]);
    let drive = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/ata-ssd");
    let all = cluster.stone_must("host", &["telemetry", "show-all", "-f", "json", "--drives", drive]);
    let ours = all.json();
    let mut differences = Vec::new();
    compare("", &real["report"], &ours["report"], &mut differences);
    assert!(differences.is_empty(), "{differences:#?}");
    // What the cluster was filled with is there.
    let report = &ours["report"];
    assert_eq!(report["pools"].as_array().unwrap().len(), real["report"]["pools"].as_array().unwrap().len());
    let erasure = report["pools"].as_array().unwrap().iter().find(|pool| pool["type"] == "erasure").unwrap();
    assert_eq!(
        (&erasure["erasure_code_profile"]["k"], &erasure["erasure_code_profile"]["m"]),
        (&"2".into(), &"1".into())
    );
    assert_eq!(report["rbd"]["num_images_by_pool"], serde_json::json!([1]));
    assert_eq!(report["crashes"].as_array().unwrap().len(), 1);
    let changed = report["config"]["cluster_changed"].as_array().unwrap();
    assert!(changed.contains(&"osd_max_backfills".into()), "{changed:?}");
    assert!(ours["device_report"].as_object().is_some_and(|hosts| hosts.len() == 1));
    tells_no_name(cluster, &all.out);
}

/// Pools, images, objects, a profile, options and a crash, named so that they are found again.
fn fill(cluster: &Cluster) {
    let named = |name: &str| format!("{CANARY}-{name}");
    let pool = named("pool");
    cluster.must(&["osd", "pool", "create", &pool, "16", "16", "replicated"]);
    cluster.must(&["osd", "pool", "create", &named("rbd"), "8"]);
    cluster.must(&["osd", "pool", "application", "enable", &named("rbd"), "rbd"]);
    cluster.must(&[
        "osd",
        "erasure-code-profile",
        "set",
        &named("profile"),
        "k=2",
        "m=1",
        "crush-failure-domain=osd",
    ]);
    cluster.must(&["osd", "pool", "create", &named("erasure"), "8", "8", "erasure", &named("profile")]);
    for (who, option, value) in [
        ("osd", "osd_max_backfills", "2"),
        ("global", "mon_max_pg_per_osd", "400"),
        ("osd.1", "debug_osd", "1/5"),
        ("mgr", "mgr/telemetry/contact", "canary@example.com"),
        ("osd.2", "debug_asok_assert_abort", "true"),
    ] {
        cluster.must(&["config", "set", who, option, value]);
    }
    let conf = cluster.conf();
    let run = |program: &str, words: &[&str]| {
        let mut command = std::process::Command::new("timeout");
        let output = command.arg("60").arg(program).args(words).env("CEPH_CONF", &conf).output().unwrap();
        assert!(output.status.success(), "{program} {words:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    run("rbd", &["pool", "init", &named("rbd")]);
    run("rbd", &["create", "--size", "16M", &format!("{}/{}", named("rbd"), named("image"))]);
    run("rados", &["-p", &pool, "put", &named("object"), "/etc/hostname"]);
    // A real crash: the daemon aborts, and leaves a record of it for the cluster.
    let socket = cluster.path("run/osd.2.asok");
    let meta = (0..40).find_map(|_| {
        _ = cluster.ceph(&["daemon", socket.to_str().unwrap(), "assert"]);
        thread::sleep(Duration::from_millis(500));
        let crashes = std::fs::read_dir(cluster.path("crash")).unwrap();
        crashes.map(|crash| crash.unwrap().path().join("meta")).find(|meta| meta.exists())
    });
    cluster.must(&["crash", "post", "-i", meta.expect("a record of the crash").to_str().unwrap()]);
    cluster.again();
}

/// Whether two values mean the same, at a place that both have.
fn same(path: &str, real: &Value, ours: &Value) -> bool {
    let texts = || Some((real.as_str()?, ours.as_str()?));
    let last = path.rsplit('/').next().unwrap_or_default();
    match last {
        // Each has its own, and the time is now.
        "report_id" | "report_timestamp" => real != ours && ours.is_string(),
        // Its module does not know yet what it will do.
        "mode" if path == "/balancer/mode" => real == "" || real == ours,
        // Both are pseudonyms, behind the kind of the daemon.
        "entity_name" => texts().is_some_and(|(real, ours)| real.split('.').next() == ours.split('.').next()),
        "assert_file" => texts().is_some_and(|(real, ours)| real.trim_start_matches("./") == ours),
        // Function, thread and time are left out.
        "assert_msg" => texts().is_some_and(|(real, ours)| real.contains(ours)),
        // What somebody built the kernel with, and called it.
        "utsname_release" | "utsname_version" => texts().is_some_and(|(real, ours)| real.starts_with(ours)),
        "kernel_version" | "kernel_description" => {
            let count =
                |counts: &Value| counts.as_object().unwrap().values().filter_map(Value::as_u64).sum::<u64>();
            let begins =
                |name: &String| real.as_object().unwrap().keys().any(|real| real.starts_with(name.as_str()));
            count(real) == count(ours) && ours.as_object().unwrap().keys().all(begins)
        }
        // They change from one question to the next.
        "total_used_bytes" | "total_avail_bytes" => real.is_u64() && ours.is_u64(),
        _ => real == ours,
    }
}

fn compare(path: &str, real: &Value, ours: &Value, differences: &mut Vec<String>) {
    let inner = |path: &str| !path.ends_with("/kernel_version") && !path.ends_with("/kernel_description");
    match (real, ours) {
        (Value::Object(one), Value::Object(other)) if inner(path) => {
            for key in one.keys().chain(other.keys().filter(|key| !one.contains_key(*key))) {
                let path = format!("{path}/{key}");
                match (one.get(key), other.get(key)) {
                    (Some(real), Some(ours)) => compare(&path, real, ours, differences),
                    (real, ours) => differences.push(format!("{path}: {real:?} and {ours:?}")),
                }
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (real, ours)) in one.iter().zip(other).enumerate() {
                compare(&format!("{path}/{index}"), real, ours, differences);
            }
        }
        _ if same(path, real, ours) => {}
        _ => differences.push(format!("{path}: {real} and {ours}")),
    }
}

/// No pool, image, object, profile, contact; nor the cluster's id, an address, a path or what its hosts are called.
fn tells_no_name(cluster: &Cluster, text: &str) {
    let fsid = cluster.must(&["fsid"]);
    let folder = cluster.path("").display().to_string();
    for secret in [CANARY, fsid.trim(), "127.0.0.1", folder.trim_end_matches('/'), "/var/lib", "MADEUP"] {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
    let nodes = cluster.json(&["node", "ls"]);
    let hosts = nodes.as_object().unwrap().values().flat_map(|hosts| hosts.as_object().unwrap().keys());
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    for host in hosts {
        assert!(!text.split(|c| !is_word(c)).any(|word| word == host), "{host} is in {text}");
    }
}
