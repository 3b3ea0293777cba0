//! The history from outside: what the commands store and say, `kill -9`, several processes, a full file system.
#![allow(clippy::unwrap_used, reason = "a test says where it fails")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use stone_smart::history::History;

/// Made drives of each protocol, healthy ones and failing ones.
const DRIVES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");

fn stone(state: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stone"));
    command.args(arguments).arg("--state-dir").arg(state).stdin(Stdio::null());
    command
}

fn run(state: &Path, arguments: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = stone(state, arguments).output().unwrap();
    (status.code().unwrap(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

fn json(state: &Path, arguments: &[&str]) -> Value {
    let (status, out, err) = run(state, arguments);
    assert_eq!(status, 0, "{arguments:?}: {err}");
    serde_json::from_str(&out).unwrap()
}

fn scrape(state: &Path) -> Child {
    let arguments = ["device", "scrape-health-metrics", "--drives", DRIVES, "-f", "json"];
    stone(state, &arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Device id and stamp of each sample that the program said it stored.
fn stored(out: &[u8]) -> BTreeSet<(String, String)> {
    let answer: Value = serde_json::from_slice(out).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    answer["stored"]
        .as_array()
        .unwrap()
        .iter()
        .map(|sample| (text(&sample["devid"]), text(&sample["stamp"])))
        .collect()
}

/// Device id and stamp of each sample that is there, all of them readable.
fn kept(state: &Path) -> BTreeSet<(String, String)> {
    let history = History::open(state).unwrap();
    assert!(history.set_aside().is_none(), "it is damaged");
    let mut kept = BTreeSet::new();
    for known in history.devices().unwrap() {
        for taken in history.taken_of(known.number).unwrap() {
            assert!(history.record(&taken).unwrap().is_some());
            kept.insert((known.device.device_id.clone(), taken.stamp.to_string()));
        }
    }
    kept
}

#[test]
fn what_is_scraped_is_shown_to_the_operator_and_reported_without_identifiers() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path();
    assert_eq!(run(state, &["device", "check-health"]).0, 3, "nothing was scraped");
    let (status, out, err) = run(state, &["device", "scrape-health-metrics", "--drives", DRIVES]);
    assert_eq!((status, out.as_str(), err.as_str()), (0, "", ""));
    let samples = kept(state);
    assert!(samples.len() >= 8, "{samples:?}");
    for (device_id, stamp) in &samples {
        let all = json(state, &["device", "get-health-metrics", device_id, "-f", "json"]);
        let one = json(state, &["device", "get-health-metrics", device_id, stamp]);
        assert_eq!(all, one);
        let serial = one[stamp]["serial_number"].as_str().unwrap();
        assert!(device_id.ends_with(&serial.replace(' ', "_")), "{device_id}");
        let info = json(state, &["device", "info", device_id, "-f", "json"]);
        assert_eq!(info["devid"].as_str(), Some(device_id.as_str()));
        assert!(["ok", "watch", "FAILING"].contains(&info["health"].as_str().unwrap()), "{info}");
        let wear = one[stamp]["endurance_used"]["current_percent"].as_u64();
        let level = |wear: u64| f64::from(u32::try_from(wear).unwrap()) / 100.0;
        assert_eq!(info["wear_level"].as_f64(), wear.map(level));
    }

    let (status, report, err) = run(state, &["telemetry", "show-device", "-f", "json"]);
    assert_eq!((status, err.as_str()), (0, ""));
    assert!(!report.contains("MADEUP"), "a serial number of a made drive");
    let (_, again, _) = run(state, &["telemetry", "show-device", "-f", "json"]);
    assert_eq!(report, again, "the same samples, the same bytes");
    let report: Value = serde_json::from_str(&report).unwrap();
    let fresh = json(state, &["telemetry", "show-device", "--drives", DRIVES]);
    let names = |report: &Value| -> BTreeSet<String> {
        report
            .as_object()
            .unwrap()
            .values()
            .flat_map(|host| host.as_object().unwrap().keys().cloned())
            .collect()
    };
    assert_eq!(names(&report), names(&fresh), "history or not, the disks have the same pseudonyms");
    assert_eq!(names(&report).len(), samples.len());
}

#[test]
fn health_is_said_as_the_cluster_says_it() {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), &["device", "scrape-health-metrics", "--drives", DRIVES]);
    let (status, plain, _) = run(dir.path(), &["device", "check-health"]);
    assert_eq!(status, 1);
    assert!(plain.starts_with("HEALTH_WARN ") && plain.contains("[WRN] DEVICE_HEALTH: "), "{plain}");
    assert!(plain.contains("its SMART status is FAILED"), "{plain}");
    let (_, out, _) = run(dir.path(), &["device", "check-health", "-f", "json"]);
    let answer: Value = serde_json::from_str(&out).unwrap();
    let check = &answer["checks"]["DEVICE_HEALTH"];
    let details = check["detail"].as_array().unwrap();
    assert_eq!(check["summary"]["count"].as_u64(), Some(details.len() as u64));
    assert_eq!(answer["status"], "HEALTH_WARN");
    let healthy = tempfile::tempdir().unwrap();
    let drive = format!("{DRIVES}/qemu-uas");
    run(healthy.path(), &["device", "scrape-health-metrics", "--drives", &drive]);
    assert_eq!(run(healthy.path(), &["device", "check-health"]), (0, "HEALTH_OK\n".into(), String::new()));
}

#[test]
fn what_is_not_there_is_said_and_is_no_success() {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), &["device", "scrape-health-metrics", "--drives", DRIVES]);
    let (device_id, _) = kept(dir.path()).into_iter().next().unwrap();
    for command in ["get-health-metrics", "info"] {
        let (status, out, err) = run(dir.path(), &["device", command, "nosuch"]);
        assert_eq!((status, out.as_str()), (3, ""));
        assert!(err.contains("no such device"), "{err}");
    }
    let (status, out, _) = run(dir.path(), &["device", "get-health-metrics", &device_id, "20200101-000000"]);
    assert_eq!((status, out.as_str()), (3, "{}\n"));
    assert_eq!(run(dir.path(), &["device", "get-health-metrics", &device_id, "yesterday"]).0, 2);
    let (status, _, err) = run(dir.path(), &["device", "scrape-health-metrics", "nosuch"]);
    assert_eq!(status, 3);
    assert!(err.contains("not found") && !err.contains("nosuch"), "{err}");
}

/// A sequence that looks random and is the same each time.
fn pauses() -> impl Iterator<Item = Duration> {
    let step = |state: &u32| Some(state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
    std::iter::successors(Some(20_261_122), step).map(|state| Duration::from_millis(u64::from(state >> 25)))
}

#[test]
fn a_killed_process_loses_nothing_that_it_said_was_stored() {
    let dir = tempfile::tempdir().unwrap();
    let kills = std::env::var("STONE_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(20);
    let mut said = BTreeSet::new();
    let mut killed = 0;
    for pause in pauses() {
        let mut child = scrape(dir.path());
        std::thread::sleep(pause);
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        if output.stdout.ends_with(b"\n") {
            said.extend(stored(&output.stdout));
        } else {
            killed += 1;
        }
        if killed >= kills {
            break;
        }
    }
    said.extend(stored(&scrape(dir.path()).wait_with_output().unwrap().stdout));
    let kept = kept(dir.path());
    assert!(said.is_subset(&kept), "lost: {:?}", said.difference(&kept).count());
}

#[test]
fn several_processes_wait_for_each_other() {
    let dir = tempfile::tempdir().unwrap();
    let children: Vec<Child> = (0..6).map(|_| scrape(dir.path())).collect();
    let mut said = BTreeSet::new();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        said.extend(stored(&output.stdout));
    }
    assert_eq!(said, kept(dir.path()));
}

/// In a file system of 1 MiB of its own, in a user namespace: no root is needed.
const FULL: &str = r#"
set -e
mount -t tmpfs -o size=1m,mode=700 tmpfs "$STATE"
scrape() { "$STONE" device scrape-health-metrics --drives "$DRIVES" --state-dir "$STATE" -f json; }
scrape > "$OUT/first.out"
dd if=/dev/zero of="$STATE/filler" bs=4k 2> /dev/null || true
set +e
scrape > "$OUT/full.out" 2> "$OUT/full.err"; echo $? > "$OUT/full.status"
# Enough for the files beside the database, not for a round.
rm "$STATE/filler"; dd if=/dev/zero of="$STATE/filler" bs=4k count=$(( $(df -k --output=avail "$STATE" | tail -n 1) / 4 - 12 )) 2> /dev/null
scrape > "$OUT/less.out" 2> "$OUT/less.err"; echo $? > "$OUT/less.status"
rm "$STATE/filler"
scrape > "$OUT/after.out" 2> "$OUT/after.err"; echo $? > "$OUT/after.status"
cp "$STATE/history.db" "$OUT/history.db"
"#;

#[test]
#[expect(clippy::print_stderr, reason = "what is skipped is said aloud")]
fn a_full_file_system_costs_the_round_and_nothing_before_it() {
    let probe = Command::new("unshare").args(["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).output();
    if !probe.is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: no file system can be mounted here (unshare -rm mount -t tmpfs)");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    std::fs::create_dir(&state).unwrap();
    let script = Command::new("unshare")
        .args(["-rm", "sh", "-c", FULL])
        .env("STONE", env!("CARGO_BIN_EXE_stone"))
        .env("DRIVES", DRIVES)
        .env("STATE", &state)
        .env("OUT", dir.path())
        .output()
        .unwrap();
    assert!(script.status.success(), "{}", String::from_utf8_lossy(&script.stderr));
    let read = |name: &str| std::fs::read_to_string(dir.path().join(name)).unwrap();
    for round in ["full", "less"] {
        assert_eq!(read(&format!("{round}.status")).trim(), "3", "{}", read(&format!("{round}.err")));
        let error = read(&format!("{round}.err"));
        assert!(error.contains("no space is left") && error.lines().count() == 1, "{error}");
    }
    assert_eq!((read("after.status").trim(), read("after.err").as_str()), ("0", ""));
    // Its contents, where it can be looked at.
    let copy: PathBuf = dir.path().join("copy");
    std::fs::create_dir(&copy).unwrap();
    std::fs::rename(dir.path().join("history.db"), copy.join("history.db")).unwrap();
    let kept = kept(&copy);
    for round in ["first.out", "after.out"] {
        assert!(stored(read(round).as_bytes()).is_subset(&kept), "{round}");
    }
}
