//! `stone telemetry show`, `show-all`, `channel ls` and `collection ls`, with a made `ceph` command and without one.
#![allow(clippy::unwrap_used, reason = "a test says where it fails")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use serde_json::Value;

/// Answers as a small cluster does, writes down how it was called, and refuses what STONE_REFUSED names.
const CEPH: &str = r#"#!/bin/sh
echo "$*" >> "$0.calls"
if [ -n "$STONE_REFUSED" ]; then
    case "$*" in *$STONE_REFUSED*) echo "Error EACCES: access denied" >&2; exit 13 ;; esac
fi
if [ -n "$STONE_HUNG" ]; then
    # As without a manager: some commands wait for one for ever, in a process of their own.
    case "$*" in *"crash ls"*|*"config show"*|*"service dump"*|*"balancer status"*) sleep 600 & wait ;; esac
fi
case "$*" in
    *"config ls"*) echo '["osd_max_backfills"]' ;;
    *"osd dump"*) echo '{"require_osd_release": "pacific", "osds": [{"osd": 0, "up": 1}], "pools": []}' ;;
    *"crash ls"*) echo '[{"crash_id": "2026-11-22T11:10:09Z_1", "entity_name": "osd.0", "utsname_hostname": "node7"}]' ;;
    *"node ls"*) echo '{"osd": {"node7": []}}' ;;
    *"config dump"* | *metadata*) echo '[]' ;;
    *) echo '{}' ;;
esac
"#;

struct Host {
    dir: tempfile::TempDir,
}

struct Ran {
    status: i32,
    out: String,
    err: String,
}

impl Ran {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {} {}", self.out, self.err))
    }
}

impl Host {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let ceph = dir.path().join("ceph");
        fs::write(&ceph, CEPH).unwrap();
        fs::set_permissions(&ceph, fs::Permissions::from_mode(0o755)).unwrap();
        Self { dir }
    }

    fn path(&self, name: &str) -> String {
        self.dir.path().join(name).display().to_string()
    }

    fn run(&self, refused: &str, arguments: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stone"));
        command.arg("telemetry").args(arguments).stdin(Stdio::null());
        let path = format!("{}:{}", self.dir.path().display(), std::env::var("PATH").unwrap());
        command.env("PATH", path).env("STONE_STATE_DIR", self.path("state")).env("STONE_REFUSED", refused);
        let output = command.output().unwrap();
        Ran {
            status: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

const DRIVE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/ata-ssd");

#[test]
fn the_report_of_the_cluster_is_shown_as_json_alone() {
    let host = Host::new();
    let program = host.path("ceph");
    for command in ["show", "preview"] {
        let ran =
            host.run("", &[command, "--program", &program, "--conf", "/our.conf", "--name", "client.stone"]);
        assert_eq!((ran.status, ran.err.as_str()), (0, ""));
        let report = ran.json();
        assert_eq!(report["channels"], serde_json::json!(["basic", "crash", "device"]), "{report}");
        assert_eq!(report["crashes"].as_array().unwrap().len(), 1);
        assert!(report.get("missing").is_none() && !ran.out.contains("node7"), "{}", ran.out);
    }
    let calls = fs::read_to_string(host.path("ceph.calls")).unwrap();
    assert!(
        calls.lines().all(|call| call.contains("--conf /our.conf") && call.contains("--name client.stone"))
    );
    let chosen = host.run("", &["show", "crash", "-f", "json", "--program", &program]);
    assert_eq!((chosen.json()["channels"].as_array().unwrap().len(), chosen.out.lines().count()), (1, 1));
}

#[test]
fn what_the_cluster_refuses_is_said_and_named_in_the_report() {
    let host = Host::new();
    let ran = host.run("crash", &["show", "--program", &host.path("ceph")]);
    assert_eq!(ran.status, 1);
    assert!(ran.err.contains("crash ls") && ran.err.contains("access denied"), "{}", ran.err);
    let report = ran.json();
    assert_eq!(report["missing"]["crash ls"], "refused");
    assert!(!ran.out.contains("access denied"), "what the command complains about is not for the report");
}

#[test]
fn without_a_cluster_it_is_said_what_to_do_and_the_device_report_works() {
    let host = Host::new();
    let absent = host.path("absent");
    for (refused, program) in [("", &absent), (" --format", &host.path("ceph"))] {
        let ran = host.run(refused, &["show", "--program", program]);
        assert_eq!((ran.status, ran.out.as_str()), (3, ""));
        assert!(ran.err.contains("--conf") && ran.err.contains("show-device"), "{}", ran.err);
        let ran = host.run(refused, &["show", "-f", "json", "--program", program]);
        assert_eq!((ran.status, &ran.json()["code"]), (3, &"EIO".into()));
    }
    let ran = host.run("", &["show-all", "--program", &absent, "--drives", DRIVE]);
    assert_eq!(ran.status, 1);
    let both = ran.json();
    assert_eq!(both.as_object().unwrap().keys().collect::<Vec<_>>(), ["device_report"]);
    let device = host.run("", &["show-device", "--drives", DRIVE]);
    assert_eq!((device.status, device.json().as_object().unwrap().len()), (0, 1));
}

#[test]
fn what_cannot_be_read_is_an_error_and_no_default() {
    let host = Host::new();
    let absent = host.path("absent");
    for words in [
        &["channel", "ls"][..],
        &["collection", "ls"],
        &["show-device", "--drives", DRIVE],
        &["show-all", "--drives", DRIVE],
        &["show"],
    ] {
        let to = ["--cluster", "--program", &absent];
        let ran = host.run("", &[words, &to].concat());
        assert_eq!((ran.status, ran.out.as_str()), (3, ""), "{words:?}");
        let ran = host.run("", &[words, &to, &["-f", "json"]].concat());
        assert_eq!((ran.status, &ran.json()["code"]), (3, &"EIO".into()), "{words:?}");
    }
}

#[test]
fn without_a_manager_all_else_is_told_and_nothing_made_up() {
    let host = Host::new();
    let ceph = fs::read_to_string(host.path("ceph")).unwrap().replace("$STONE_HUNG", "hung");
    let pools = r#""pools": [{"pool_name": "images", "type": 1, "application_metadata": {"rbd": {}}}]"#;
    let ceph = ceph.replace(r#""pools": []"#, pools).replace(r#"{"node7": []}"#, r#"{"node7": [0, 1, 2]}"#);
    fs::write(host.path("ceph"), ceph).unwrap();
    let rbd = "#!/bin/sh\ncase \"$1\" in ls) echo '[\"vm7\", \"vm8\"]' ;; *) echo '{\"mode\": \"disabled\"}' ;; esac\n";
    fs::write(host.path("rbd"), rbd).unwrap();
    fs::set_permissions(host.path("rbd"), fs::Permissions::from_mode(0o755)).unwrap();
    let ran = host.run("", &["show", "--cluster-deadline", "4", "--program", &host.path("ceph")]);
    assert_eq!(ran.status, 1, "{}", ran.err);
    let report = ran.json();
    let missing = &report["missing"];
    for words in ["crash ls", "config show", "service dump", "balancer status"] {
        assert_eq!(missing[words], "timed_out", "{report:#}");
    }
    let images = serde_json::json!({"num_pools": 1, "num_images_by_pool": [2], "mirroring_by_pool": [false]});
    assert_eq!(report["rbd"], images);
    assert_eq!(report["config"], serde_json::json!({"cluster_changed": []}));
    assert!(report.get("crashes").is_none() && report.get("balancer").is_none());
    assert!(report["osd"].is_object() && report["usage"].is_object() && report["crush"].is_object());
    assert_eq!(missing.as_object().unwrap().len(), 4, "{missing}");
}

#[test]
fn a_wrong_command_line_is_told_in_json_too() {
    let host = Host::new();
    for words in [&["bogus"][..], &["show", "bogus"], &["show", "--cluster-deadline", "0"]] {
        let ran = host.run("", words);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{words:?}");
        for format in [&["-f", "json"][..], &["-fjson"], &["--format=json-pretty"]] {
            let ran = host.run("", &[words, format].concat());
            let told = ran.json();
            assert_eq!((ran.status, &told["code"], &told["errno"]), (2, &"EINVAL".into(), &22.into()));
            assert!(!ran.err.is_empty() && told["error"].as_str().unwrap().len() > 10, "{told}");
        }
    }
    assert!(host.run("", &["show", "--help", "-f", "json"]).out.contains("Usage"));
}

#[test]
fn both_reports_stand_beside_each_other() {
    let host = Host::new();
    for command in ["show-all", "preview-all"] {
        let ran = host.run("", &[command, "--program", &host.path("ceph"), "--drives", DRIVE]);
        assert_eq!((ran.status, ran.err.as_str()), (0, ""));
        let both = ran.json();
        assert!(both["report"]["report_id"].is_string() && both["device_report"].is_object(), "{both}");
    }
}

#[test]
fn channels_and_collections_say_whether_they_are_shared() {
    let host = Host::new();
    let channels = host.run("", &["channel", "ls", "-f", "json"]).json();
    let named = |list: &Value, key: &str| -> Vec<String> {
        list.as_array().unwrap().iter().map(|one| one[key].to_string().replace('"', "")).collect()
    };
    assert_eq!(named(&channels, "name"), ["basic", "crash", "device", "ident"]);
    assert_eq!(named(&channels, "enabled"), ["true", "true", "true", "false"]);
    let plain = host.run("", &["channel", "ls"]).out;
    assert!(plain.starts_with("NAME") && plain.contains("DEFAULT") && plain.lines().count() == 5, "{plain}");
    let off = host.run("", &["collection", "ls", "-f", "json"]).json();
    assert!(named(&off, "status").iter().all(|status| status == "NOT REPORTING: not opted-in"), "{off}");
    assert_eq!(host.run("", &["on", "--license", "sharing-1-0"]).status, 0);
    let on = host.run("", &["collection", "ls", "-f", "json"]).json();
    let statuses = ["REPORTING", "REPORTING", "REPORTING", "NOT REPORTING: channel ident is off"];
    assert_eq!(named(&on, "status"), statuses);
    assert_eq!(named(&on, "name"), ["basic_base", "crash_base", "device_base", "ident_base"]);
}
