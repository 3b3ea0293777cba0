//! The OSD of a real Ceph scrapes its device through `stone smartctl`, found where its sudo finds smartctl, and what
//! arrives in the cluster is the whole record of the drive.
//!
//! The cluster is `./x cluster`'s own; the OSD is unmodified and calls what it always calls. Its device is a loop device,
//! which has no SMART data: the program at /usr/sbin/smartctl, seen by the daemons of this test alone, hands the call to
//! stone with a made-up drive of `fixtures/` for the device. Needs root, loop devices and Debian's Ceph (`./x test`
//! installs it).
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test, its helpers included")]

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread;
use std::time::Duration;

use serde_json::Value;

const STONE: &str = env!("CARGO_BIN_EXE_stone");
/// What the OSD takes at most is 100 KiB; ours has room to grow within it.
const LONGEST: usize = 64 << 10;
/// Of the first OSD, by what `tests/cluster/cluster` writes for udev.
const DEVICE: &str = "STONE_HDD_18T7K_MADEUP-CL0000";

fn place(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Says so even where the test harness captures what is printed.
fn skipped(why: &str) {
    _ = writeln!(std::io::stderr(), "SKIPPED: no OSD was asked, for want of {why}");
}

fn works(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
}

/// A cluster with one OSD, gone when the test ends, however it ends.
struct Cluster(PathBuf);

impl Cluster {
    /// `smartctl` is what its daemons find at /usr/sbin/smartctl.
    fn up(folder: PathBuf, smartctl: &Path) -> Self {
        let cluster = Self(folder);
        let mut command = Command::new(place("tests/consumers/stand"));
        command.arg(smartctl).arg(place("tests/cluster/cluster")).arg("up").arg(&cluster.0);
        let output = command.env("OSDS", "1").env("PORT", "21450").env("STORE", "loop").output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        cluster
    }

    fn ceph(&self, arguments: &[&str]) -> Output {
        let conf = self.0.join("ceph.conf");
        Command::new("ceph").args(arguments).env("CEPH_CONF", conf).output().unwrap()
    }

    /// The answer of a command that prints JSON.
    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.ceph(arguments);
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "ceph {}: {words}", arguments.join(" "));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        _ = Command::new(place("tests/cluster/cluster")).arg("wipe").arg(&self.0).status();
    }
}

/// The made-up disks. What is no disk has exit status bit 1 set, and an OSD keeps nothing of such.
fn drives() -> Vec<PathBuf> {
    let no_disk = ["scsi-cd", "scsi-enclosure", "scsi-tape"];
    let folders = fs::read_dir(place("fixtures")).unwrap().map(|entry| entry.unwrap().path());
    let is_disk = |folder: &PathBuf| {
        folder.join("drive.json").is_file() && !no_disk.iter().any(|name| folder.ends_with(name))
    };
    let mut drives: Vec<PathBuf> = folders.filter(is_disk).collect();
    drives.sort();
    drives
}

/// What stone itself says of `drive`, called as an OSD calls, and how long that is.
fn said(drive: &Path) -> (Value, usize) {
    let output = Command::new(STONE).args(["smartctl", "-x", "--json=o"]).arg(drive).output().unwrap();
    (serde_json::from_slice(&output.stdout).unwrap(), output.stdout.len())
}

/// A record without what another reading has otherwise, and without what the OSD adds.
fn steady(mut record: Value) -> Value {
    let fields = record.as_object_mut().unwrap();
    fields
        .retain(|key, _| key != "local_time" && !key.starts_with("nvme_vendor") && !key.contains("_add_log"));
    // The text has the time in it; and how long it took differs.
    fields["smartctl"].as_object_mut().unwrap().remove("output");
    fields["stone"].as_object_mut().unwrap().remove("duration_ms");
    record
}

#[test]
fn an_osd_scrapes_through_stone() {
    if !works("ceph-osd", &["--version"]) || !works("sudo", &["--version"]) {
        return skipped("Debian's Ceph and sudo (`./x test` installs them)");
    }
    if !works("losetup", &["-f"]) || !works("unshare", &["-m", "true"]) {
        return skipped("root and loop devices: only on them an OSD knows what it is on");
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cluster");
    _ = Command::new(place("tests/cluster/cluster")).arg("wipe").arg(&folder).status();
    fs::create_dir_all(&folder).unwrap();
    let (smartctl, drive, calls) = (folder.join("smartctl"), folder.join("drive"), folder.join("calls"));
    // sudo hands on no variables, so all is in the program.
    let program = format!(
        "#!/bin/sh\necho \"$*\" >> '{}'\nexec '{STONE}' smartctl \"$1\" \"$2\" \"$(cat '{}')\"\n",
        calls.display(),
        drive.display()
    );
    fs::write(&smartctl, program).unwrap();
    fs::set_permissions(&smartctl, fs::Permissions::from_mode(0o755)).unwrap();
    let drives = drives();
    let healthy = place("fixtures/ata-hdd");
    assert!(drives.contains(&healthy), "{drives:?}");
    fs::write(&drive, healthy.to_str().unwrap()).unwrap();
    let cluster = Cluster::up(folder.clone(), &smartctl);

    // The way through the cluster: the OSD scrapes, the manager stores, and tells again.
    // A manager that has just started fails at it for some seconds.
    let scraped = (0..60).any(|_| {
        let output = cluster.ceph(&["device", "scrape-daemon-health-metrics", "osd.0"]);
        thread::sleep(Duration::from_millis(if output.status.success() { 0 } else { 500 }));
        output.status.success()
    });
    assert!(scraped, "the manager scrapes");
    let stored = (0..60).find_map(|_| {
        let samples = cluster.json(&["device", "get-health-metrics", DEVICE]);
        let newest = samples.as_object().unwrap().values().next_back().cloned();
        if newest.is_none() {
            thread::sleep(Duration::from_millis(500));
        }
        newest
    });
    let stored = stored.expect("a sample arrives in the cluster");
    assert_eq!(stored["serial_number"], "MADEUP-AH0001");
    assert_eq!(stored["temperature"]["current"], 36);
    assert_eq!(stored["power_on_time"]["hours"], 21734);
    assert_eq!(steady(stored), steady(said(&healthy).0));
    let asked = fs::read_to_string(&calls).unwrap();
    assert!(asked.lines().all(|line| line.starts_with("-x --json=o /dev/")), "{asked}");

    // Each drive, as the OSD itself tells it.
    for folder in drives {
        fs::write(&drive, folder.to_str().unwrap()).unwrap();
        let (expected, length) = said(&folder);
        assert!(length < LONGEST, "{}: {length} bytes", folder.display());
        let told = cluster.json(&["tell", "osd.0", "smart"]);
        let told = told[DEVICE].clone();
        let serial = told["serial_number"].as_str().unwrap_or_default();
        assert!(serial.starts_with("MADEUP-"), "{}: {told}", folder.display());
        assert_eq!(steady(told), steady(expected), "{}", folder.display());
    }
}
