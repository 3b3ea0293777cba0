//! Programs that call smartctl, unmodified, with `stone` in its place: what they make of the made-up drives is what they
//! make of them with smartctl 7.3.
//!
//! `./x test` fetches the programs and says where they are:
//!
//! ```text
//! tests/consumers/fetch OUTDIR && STONE_CONSUMERS=OUTDIR cargo test --test consumers
//! ```
//!
//! `golden/` is what each says of the drives with the real smartctl. Where the measurement lab's interposer is to be had
//! (`STONE_LAB_LIBRARY=libreplay.so`), `golden/` is compared with a real smartctl, and with `STONE_LAB_SET=FOLDER` all that
//! the programs say of a whole folder of drives with smartctl and with stone; `STONE_GOLDEN=write` writes `golden/` anew.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test, its helpers included")]

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the scripts end with where a part is absent.
const ABSENT: i32 = 75;

struct Consumer {
    name: &'static str,
    /// May this line be only with one of the two, for a reason that COMPATIBILITY.md has?
    differs: fn(line: &str) -> bool,
}

const CONSUMERS: &[Consumer] = &[
    // A temperature that the disk does not know: smartctl prints "<not available>", which the script takes for 0.
    Consumer { name: "smartmon.sh", differs: |line| line.ends_with("smart_id=\"194\"} 0.000000e+00") },
    Consumer { name: "smartmon.py", differs: |_| false },
    // -a has the self-test log of NVMe, as since smartctl 7.4.
    Consumer { name: "pysmart", differs: |line| line.starts_with("nvme") && line.contains("tests[") },
    Consumer { name: "munin-temperature", differs: |_| false },
    Consumer { name: "munin-smart", differs: |_| false },
    Consumer { name: "zabbix", differs: of_zabbix },
];

/// `model_name` of SCSI disks is new in smartctl 7.4; smartctl 7.3 aborts at one of the drives; and a wrong checksum is told.
fn of_zabbix(line: &str) -> bool {
    line.starts_with("smart.disk.get")
        && (line.contains(".model_name ")
            || line.contains("Cannot unmarshal JSON")
            || line.starts_with("smart.disk.get[/dev/sdi].")
            || line.starts_with("smart.disk.get[/dev/sde].error"))
}

/// Says so even where the test harness captures what is printed.
fn skipped(why: &str) {
    _ = writeln!(std::io::stderr(), "SKIPPED: {why}");
}

fn place(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn fetched() -> Option<PathBuf> {
    let fetched = std::env::var_os("STONE_CONSUMERS").map(PathBuf::from);
    if fetched.is_none() {
        skipped("no consumer was asked, for want of STONE_CONSUMERS (`./x test` sets it)");
    }
    fetched
}

/// What the consumer says, run by `stand` (its arguments before the command) and with the variables `lab`.
fn ask(
    stand: &[OsString],
    lab: &[(&str, &Path)],
    fetched: &Path,
    consumer: &str,
) -> Option<BTreeSet<String>> {
    let mut command = match stand {
        [] => Command::new(place("tests/consumers/ask")),
        arguments => {
            let mut command = Command::new(place("tests/consumers/stand"));
            command.args(arguments).arg(place("tests/consumers/ask"));
            command
        }
    };
    let path = format!("{}:/usr/sbin:/usr/bin:/sbin:/bin", place("tests/consumers/bin").display());
    let output =
        command.arg(fetched).arg(consumer).env("PATH", path).envs(lab.iter().copied()).output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(ABSENT) {
        skipped(&format!("{consumer}: {}", words.trim()));
        return None;
    }
    assert!(output.status.success(), "{consumer}: {words}");
    let lines = String::from_utf8(output.stdout).unwrap();
    Some(lines.lines().map(str::to_owned).collect())
}

/// Each line of one must be in the other, but for what may differ.
fn compare(consumer: &Consumer, smartctl: &BTreeSet<String>, stone: &BTreeSet<String>) {
    let differences: Vec<&String> =
        smartctl.symmetric_difference(stone).filter(|line| !(consumer.differs)(line)).collect();
    assert!(
        differences.is_empty(),
        "{}, with one of smartctl and stone alone: {differences:#?}",
        consumer.name
    );
}

fn golden(consumer: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(place("tests/consumers/golden").join(consumer)).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn consumers_find_in_stone_what_they_find_in_smartctl() {
    let Some(fetched) = fetched() else { return };
    let stand: [OsString; 3] = ["-r".into(), place("fixtures").into(), env!("CARGO_BIN_EXE_stone").into()];
    for consumer in CONSUMERS {
        let Some(said) = ask(&stand, &[], &fetched, consumer.name) else { continue };
        compare(consumer, &golden(consumer.name), &said);
    }
}

/// The expectations themselves hold what was put into the drives: serial numbers, hours, temperatures, health.
#[test]
fn the_expectations_are_of_the_made_up_drives() {
    let has = |consumer, line: &str| assert!(golden(consumer).contains(line), "{consumer}: {line}");
    has("pysmart", "sdd.serial MADEUP-AH0001");
    has("pysmart", "sdd.model STONE HDD 18T7K");
    has("pysmart", "sdd.assessment PASS");
    has("pysmart", "sda.assessment FAIL");
    has("pysmart", "sdd.dev_interface() sat");
    has("pysmart", "sdd.temperature() 36");
    has("zabbix", "smart.disk.get[/dev/sdd].power_on_time 21734");
    has("zabbix", "smart.disk.get[/dev/sdj].serial_number MADEUP-SS0006");
    has("zabbix", "smart.disk.get[/dev/sdj].temperature 52");
    has("munin-temperature", "nvme2.value 72");
    has("smartmon.sh", "smartmon_device_smart_healthy{disk=\"/dev/sda\",type=\"sat\"} 0");
    has(
        "smartmon.sh",
        "smartmon_power_cycle_count_raw_value{disk=\"/dev/sdj\",type=\"scsi\",smart_id=\"12\"} 9.100000e+01",
    );
    has("smartmon.py", "smartmon_device_errors{device=\"/dev/sdd\",disk=\"0\"} 6");
    has("munin-smart", "sda Reallocated_Sector_Ct.critical 140:");
}

/// A folder with the made-up drives under the names that `stand` gives them, for the interposer.
fn made_up() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("consumers");
    _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let names = Command::new(place("tests/consumers/names")).arg(place("fixtures")).output().unwrap();
    for line in String::from_utf8(names.stdout).unwrap().lines() {
        let [name, _, drive] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        symlink(place("fixtures").join(drive), folder.join(name)).unwrap();
    }
    folder
}

#[test]
fn the_lab_agrees() {
    let Some(fetched) = fetched() else { return };
    let Some(library) = std::env::var_os("STONE_LAB_LIBRARY").map(PathBuf::from) else {
        skipped("no consumer was asked with the real smartctl, for want of STONE_LAB_LIBRARY");
        return;
    };
    let made = made_up();
    let write = std::env::var_os("STONE_GOLDEN").is_some_and(|word| word == "write");
    for consumer in CONSUMERS {
        let lab = [("REPLAY_DIR", made.as_path()), ("LD_PRELOAD", library.as_path())];
        let Some(said) = ask(&[], &lab, &fetched, consumer.name) else { continue };
        if write {
            let text: String = said.iter().map(|line| format!("{line}\n")).collect();
            fs::write(place("tests/consumers/golden").join(consumer.name), text).unwrap();
        }
        assert_eq!(said, golden(consumer.name), "{}", consumer.name);
    }
    let Some(set) = std::env::var_os("STONE_LAB_SET").map(PathBuf::from) else {
        skipped("no set of drives was asked, for want of STONE_LAB_SET");
        return;
    };
    let lab = [("REPLAY_DIR", set.as_path()), ("LD_PRELOAD", library.as_path())];
    for consumer in CONSUMERS {
        let Some(smartctl) = ask(&[], &lab, &fetched, consumer.name) else { continue };
        let stone = ask(&[env!("CARGO_BIN_EXE_stone").into()], &lab, &fetched, consumer.name);
        compare(consumer, &smartctl, &stone.expect("it ran before"));
    }
}
