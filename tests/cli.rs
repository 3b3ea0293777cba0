//! The program from outside: arguments in, standard output, standard error and exit status out.
#![allow(clippy::unwrap_used, reason = "a test says where it fails")]

use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// Names of the made drives.
fn drives() -> Vec<String> {
    let entries = fs::read_dir(fixtures()).unwrap().map(|entry| entry.unwrap());
    let dumps = entries.filter(|entry| entry.path().join("device.conf").exists());
    let mut names: Vec<String> = dumps.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

struct Stone {
    state: tempfile::TempDir,
}

impl Stone {
    fn new() -> Self {
        Self { state: tempfile::tempdir().unwrap() }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stone"));
        command.args(arguments).env("STONE_STATE_DIR", self.state.path()).stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        Ran(self.command(arguments).output().unwrap())
    }

    fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let mut command = self.command(arguments);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        Ran(child.wait_with_output().unwrap())
    }
}

struct Ran(Output);

impl Ran {
    fn status(&self) -> i32 {
        self.0.status.code().expect("ended by itself")
    }

    fn out(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).unwrap()
    }

    fn err(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.0.stdout)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.out(), self.err()))
    }
}

#[test]
fn every_command_has_help() {
    let stone = Stone::new();
    let commands: [&[&str]; 18] = [
        &[],
        &["device"],
        &["device", "ls"],
        &["device", "info"],
        &["device", "scrape-health-metrics"],
        &["device", "get-health-metrics"],
        &["device", "check-health"],
        &["device", "query"],
        &["device", "dump"],
        &["device", "decode"],
        &["device", "anonymise"],
        &["telemetry", "show-device"],
        &["telemetry", "preview-device"],
        &["telemetry", "on"],
        &["telemetry", "status"],
        &["telemetry", "send"],
        &["config"],
        &["config", "set"],
    ];
    for command in commands {
        let ran = stone.run(&[command, &["--help"]].concat());
        assert_eq!(ran.status(), 0, "{command:?}: {}", ran.err());
        assert!(ran.out().contains("Usage: stone"), "{command:?}");
    }
}

#[test]
fn the_version_is_that_of_the_package() {
    let ran = Stone::new().run(&["--version"]);
    assert_eq!(ran.status(), 0);
    assert!(ran.out().starts_with(concat!("stone ", env!("CARGO_PKG_VERSION"))), "{}", ran.out());
}

#[test]
fn a_wrong_command_line_is_exit_2_and_prints_nothing_on_standard_output() {
    let stone = Stone::new();
    let wrong: [&[&str]; 6] = [
        &["devise"],
        &["device", "query", "--deadline", "never"],
        &["device", "query", "--jobs", "0"],
        &["device", "query", "--backend", "magic"],
        &["device", "query", "/dev/sda", "--drives", "x"],
        &["device", "dump", "/dev/sda"],
    ];
    for arguments in wrong {
        let ran = stone.run(arguments);
        assert_eq!((ran.status(), ran.out().as_str()), (2, ""), "{arguments:?}");
        assert!(!ran.err().is_empty(), "{arguments:?}");
    }
}

#[test]
fn all_recorded_drives_are_read_in_the_order_of_their_names() {
    let stone = Stone::new();
    let folder = fixtures().display().to_string();
    let query = stone.run(&["device", "query", "-f", "json", "--drives", &folder]);
    assert_eq!(query.status(), 0, "{}", query.err());
    let answer = query.json();
    let names: Vec<&str> =
        answer["devices"].as_array().unwrap().iter().map(|device| device["name"].as_str().unwrap()).collect();
    assert_eq!(names, drives());
    for device in answer["devices"].as_array().unwrap() {
        assert_eq!(device["outcome"], "ok", "{device}");
        assert!(device["record"]["model_name"].is_string(), "{device}");
        assert_eq!(device["record"]["stone"]["source"], "native");
    }
    let decode = stone.run(&["device", "decode", "-f", "json", &folder]);
    assert_eq!(decode.json()["devices"].as_array().unwrap().len(), names.len());
}

#[test]
fn plain_text_has_a_line_for_each_of_several_drives_and_details_of_one() {
    let stone = Stone::new();
    let all = stone.run(&["device", "query", "--drives", &fixtures().display().to_string()]);
    assert_eq!(all.out().lines().count(), drives().len() + 1, "{}", all.out());
    assert!(all.out().contains("FAILED"), "one of them fails: {}", all.out());
    let one = stone.run(&["device", "decode", &fixtures().join("ata-hdd-failing").display().to_string()]);
    assert!(one.out().contains("Reallocated_Sector_Ct"), "{}", one.out());
    assert!(
        one.out().lines().any(|line| line.starts_with("Health:") && line.ends_with("FAILED")),
        "{}",
        one.out()
    );
}

#[test]
fn what_is_no_disk_is_said_in_one_line() {
    let stone = Stone::new();
    let file = stone.state.path().join("a-file");
    fs::write(&file, "text").unwrap();
    for (path, words) in [
        ("/dev/does-not-exist", "/dev/does-not-exist: no such device"),
        (file.to_str().unwrap(), "is a regular file, not a block or character device"),
        ("/dev/null", "/dev/null"),
    ] {
        let ran = stone.run(&["device", "query", "-f", "json", path]);
        assert_eq!(ran.status(), 3, "{path}");
        assert_eq!(ran.json()["devices"], Value::Array(Vec::new()), "{path}");
        assert_eq!(ran.err().lines().count(), 1, "{}", ran.err());
        assert!(ran.err().starts_with("stone: ") && ran.err().contains(words), "{}", ran.err());
    }
}

/// A folder with two drives that can be read and one with `conf` for its `device.conf`.
fn fleet(conf: &str) -> tempfile::TempDir {
    let fleet = tempfile::tempdir().unwrap();
    for name in ["ata-ssd", "nvme-consumer"] {
        symlink(fixtures().join(name), fleet.path().join(name)).unwrap();
    }
    let odd = fleet.path().join("odd");
    fs::create_dir(&odd).unwrap();
    fs::write(odd.join("device.conf"), conf).unwrap();
    fleet
}

#[test]
fn a_disk_that_fails_costs_only_itself() {
    let stone = Stone::new();
    for (conf, words) in [
        ("kind=floppy\n", "device.conf"),
        ("kind=ata\n", "IDENTIFY DEVICE"),
        ("kind=ata\nhang=all\n", "left alone"),
        ("kind=scsi\nhang=all\nhang_kernel=1\n", "no answer"),
        ("kind=nvme\nfail=nvme:06,abort\n", "Identify"),
    ] {
        let fleet = fleet(conf);
        let folder = fleet.path().display().to_string();
        let arguments = [
            "device",
            "query",
            "-f",
            "json",
            "--deadline",
            "3",
            "--command-timeout",
            "1",
            "--drives",
            &folder,
        ];
        let ran = stone.run(&arguments);
        assert_eq!(ran.status(), 1, "{conf}: {}", ran.err());
        let outcomes: Vec<Value> = ran.json()["devices"]
            .as_array()
            .unwrap()
            .iter()
            .map(|device| device["outcome"].clone())
            .collect();
        assert_eq!(outcomes, ["ok", "ok", "failed"], "{conf}");
        let err = ran.err();
        let lines: Vec<&str> = err.lines().collect();
        let [disk, round] = lines.as_slice() else { panic!("{err}") };
        assert!(disk.contains(words), "{conf}: {err}");
        assert!(round.starts_with("stone: 2 of 3 disks read in "), "{conf}: {err}");
    }
}

#[test]
fn a_disk_that_stops_answering_keeps_the_sections_it_gave() {
    let fleet = tempfile::tempdir().unwrap();
    let drive = fleet.path().join("drive");
    fs::create_dir(&drive).unwrap();
    for entry in fs::read_dir(fixtures().join("ata-hdd")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), drive.join(entry.file_name())).unwrap();
    }
    fs::write(drive.join("device.conf"), "kind=ata\nhang=ata:b0/d1\nhang_kernel=1\n").unwrap();
    let stone = Stone::new();
    let folder = fleet.path().display().to_string();
    let ran = stone.run(&["device", "query", "-f", "json", "--command-timeout", "0.5", "--drives", &folder]);
    let answer = ran.json();
    let record = &answer["devices"][0]["record"];
    let sections = record["stone"]["sections"].as_object().unwrap();
    let with = |outcome: &str| sections.values().filter(|section| section["outcome"] == outcome).count();
    assert_eq!(sections["smart_thresholds"]["outcome"], "timed_out", "{sections:?}");
    assert_eq!(with("timed_out"), 1);
    assert!(with("ok") >= 2 && with("not_asked") >= 1, "{sections:?}");
    assert!(record["ata_smart_data"].is_object());
    assert_ne!(record["smartctl"]["exit_status"].as_u64().unwrap() & 6, 0, "it is not reported as fine");
}

#[test]
fn the_device_report_holds_no_identifier() {
    let stone = Stone::new();
    let folder = fixtures().display().to_string();
    for command in ["show-device", "preview-device"] {
        let ran = stone.run(&["telemetry", command, "-f", "json", "--drives", &folder]);
        assert_eq!(ran.status(), 0, "{}", ran.err());
        let report = ran.json();
        let hosts = report.as_object().unwrap();
        assert_eq!(hosts.len(), 1);
        assert_eq!(hosts.values().next().unwrap().as_object().unwrap().len(), drives().len());
        let text = ran.out().to_lowercase();
        for word in ["madeup", "025354", "5354", "\"serial_number\":\"", "/dev/", "\"wwn\"", "eui64"] {
            assert!(!text.contains(word), "{word}");
        }
    }
    let secret = fs::metadata(stone.state.path().join("telemetry-secret")).unwrap();
    assert_eq!(secret.permissions().mode() & 0o777, 0o600);
}

#[test]
fn pseudonyms_stay_the_same_with_one_secret_and_differ_with_another() {
    let report = |stone: &Stone| {
        let folder = fixtures().display().to_string();
        stone.run(&["telemetry", "show-device", "-f", "json", "--drives", &folder]).json()
    };
    let names = |report: &Value| -> Vec<String> {
        let hosts = report.as_object().unwrap();
        hosts
            .iter()
            .flat_map(|(host, devices)| {
                std::iter::once(host.clone()).chain(devices.as_object().unwrap().keys().cloned())
            })
            .collect()
    };
    let (stone, other) = (Stone::new(), Stone::new());
    let first = names(&report(&stone));
    assert_eq!(first, names(&report(&stone)));
    let strange = names(&report(&other));
    assert!(first.iter().all(|name| !strange.contains(name)));
}

#[test]
fn json_of_smartctl_is_anonymised_from_a_file_or_standard_input() {
    let stone = Stone::new();
    let text = br#"{"json_format_version":[1,0],"model_name":"DISK 12","serial_number":"CANARY77","wwn":{"naa":5,"oui":1,"id":2},
        "user_capacity":{"blocks":8,"bytes":4096},"smartctl":{"output":["CANARY77"]}}"#;
    let from_input = stone.run_with_input(&["device", "anonymise", "-", "-f", "json"], text);
    assert_eq!(from_input.status(), 0, "{}", from_input.err());
    assert_eq!(from_input.json()["user_capacity"]["bytes"], 4096);
    let all = from_input.out() + &from_input.err();
    assert!(!all.contains("CANARY77") && !all.contains("wwn"), "{all}");
    let file = stone.state.path().join("smartctl.json");
    fs::write(&file, text).unwrap();
    let from_file = stone.run(&["device", "anonymise", file.to_str().unwrap(), "-f", "json"]);
    assert_eq!(from_file.out(), from_input.out());
    let garbage = stone.run_with_input(&["device", "anonymise", "-"], b"{\"serial_number\": CANARY77");
    assert_eq!((garbage.status(), garbage.out().as_str()), (3, ""));
    assert!(
        garbage.err().contains("no JSON: line 1") && !garbage.err().contains("CANARY77"),
        "{}",
        garbage.err()
    );
}

#[test]
fn a_secret_that_others_can_read_is_refused_with_advice() {
    let stone = Stone::new();
    let secret = stone.state.path().join("telemetry-secret");
    fs::write(&secret, [0x5a; 32]).unwrap();
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o644)).unwrap();
    let ran = stone.run(&["telemetry", "show-device", "--drives", &fixtures().display().to_string()]);
    assert_eq!((ran.status(), ran.out().as_str()), (3, ""));
    assert!(ran.err().contains("telemetry-secret"), "{}", ran.err());
    assert!(!ran.err().to_lowercase().contains("5a5a"), "{}", ran.err());
}

#[test]
fn without_a_state_folder_the_report_is_shown_with_pseudonyms_for_once() {
    let stone = Stone::new();
    let file = stone.state.path().join("file");
    fs::write(&file, "").unwrap();
    let folder = file.join("state").display().to_string();
    let drive = fixtures().join("ata-ssd").display().to_string();
    let run = || stone.run(&["telemetry", "show-device", "--state-dir", &folder, "--drives", &drive]);
    let (first, second) = (run(), run());
    assert_eq!(first.status(), 0, "{}", first.err());
    assert!(
        first.err().contains("made for this once") && first.err().contains("--state-dir"),
        "{}",
        first.err()
    );
    assert_ne!(first.json(), second.json());
}

#[test]
fn a_reader_that_has_gone_is_no_error() {
    let stone = Stone::new();
    let folder = fixtures().display().to_string();
    let mut command = stone.command(&["device", "query", "-f", "json-pretty", "--drives", &folder]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_smartctl_source_refuses_a_dump() {
    let stone = Stone::new();
    let drive = fixtures().join("ata-ssd").display().to_string();
    let ran = stone.run(&["device", "query", "-f", "json", "--backend", "smartctl", "--drives", &drive]);
    assert_eq!(ran.status(), 3, "{}", ran.err());
    assert_eq!(ran.json()["devices"][0]["outcome"], "failed");
    assert!(ran.err().contains("smartctl cannot read a dump: use --backend native"), "{}", ran.err());
}

#[test]
fn a_dump_of_a_dump_gives_the_same_record() {
    let stone = Stone::new();
    for name in drives() {
        let copy = stone.state.path().join(&name).display().to_string();
        let original = fixtures().join(&name).display().to_string();
        let dump = stone.run(&["device", "dump", &original, "-o", &copy]);
        assert_eq!(dump.status(), 0, "{name}: {}", dump.err());
        let (copied, first) = (record(&stone, &copy), record(&stone, &original));
        let differing =
            first.as_object().unwrap().iter().find(|(key, value)| copied[key.as_str()] != **value);
        assert!(differing.is_none(), "{name}: {}", differing.unwrap().0);
        let again = stone.run(&["device", "dump", &original, "-o", &copy]);
        assert_eq!(again.status(), 3, "a folder that is not empty is left alone");
        assert!(again.err().contains("the folder is not empty"), "{}", again.err());
    }
}

/// The record of a dump, without what differs between two readings.
fn record(stone: &Stone, folder: &str) -> Value {
    let mut record =
        stone.run(&["device", "query", "-f", "json", folder]).json()["devices"][0]["record"].take();
    for key in ["local_time", "device"] {
        record.as_object_mut().unwrap().remove(key);
    }
    record["stone"].as_object_mut().unwrap().remove("duration_ms");
    record
}

#[test]
fn a_dump_of_a_drive_that_refuses_part_of_a_log_holds_the_rest() {
    let stone = Stone::new();
    let drive = stone.state.path().join("drive");
    fs::create_dir(&drive).unwrap();
    for entry in fs::read_dir(fixtures().join("ata-hdd")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), drive.join(entry.file_name())).unwrap();
    }
    let log = fs::read(drive.join("gp_log_04.bin")).unwrap();
    assert!(log.len() > 1536, "some of its pages are to be missing");
    fs::write(drive.join("gp_log_04.bin"), &log[..1536]).unwrap();
    let copy = stone.state.path().join("copy").display().to_string();
    let drive = drive.display().to_string();
    let dump = stone.run(&["device", "dump", &drive, "-o", &copy]);
    assert_eq!(dump.status(), 0, "{}", dump.err());
    let first = record(&stone, &drive);
    assert!(first["ata_device_statistics"].is_object(), "the pages that are there are read");
    assert_eq!(record(&stone, &copy), first);
}

#[test]
fn a_dump_is_for_its_owner_alone() {
    let stone = Stone::new();
    let copy = stone.state.path().join("copy");
    let drive = fixtures().join("ata-ssd").display().to_string();
    let dump = stone.run(&["device", "dump", &drive, "-o", &copy.display().to_string()]);
    assert_eq!(dump.status(), 0, "{}", dump.err());
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&copy), 0o700);
    for entry in fs::read_dir(&copy).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn a_dump_of_a_disk_that_hangs_ends_and_leaves_nothing_behind() {
    let stone = Stone::new();
    let fleet = fleet("kind=ata\nhang=all\n");
    let source = fleet.path().join("odd").display().to_string();
    let copy = stone.state.path().join("copy");
    let ran = stone.run(&["device", "dump", &source, "-o", copy.to_str().unwrap(), "--deadline", "1"]);
    assert_eq!(ran.status(), 3, "{}", ran.err());
    assert_eq!(fs::read_dir(stone.state.path()).unwrap().count(), 0);
}

#[test]
fn one_job_reads_what_waits_behind_a_disk_that_hangs() {
    let stone = Stone::new();
    let fleet = fleet("kind=ata\n");
    fs::create_dir(fleet.path().join("a-first")).unwrap();
    fs::write(fleet.path().join("a-first/device.conf"), "kind=ata\nhang=all\n").unwrap();
    let folder = fleet.path().display().to_string();
    let arguments = ["device", "query", "-f", "json", "--jobs", "1", "--deadline", "2", "--drives", &folder];
    let answer = stone.run(&arguments).json();
    let outcomes: Vec<&Value> =
        answer["devices"].as_array().unwrap().iter().map(|device| &device["outcome"]).collect();
    assert_eq!(outcomes, ["failed", "ok", "ok", "failed"]);
}

#[test]
fn sections_that_nobody_asked_for_are_not_called_unsupported() {
    let stone = Stone::new();
    let fleet = tempfile::tempdir().unwrap();
    for (name, conf) in [
        ("scsi-hdd", "kind=scsi\nfail=scsi:4d,unc\n"),
        ("ata-hdd", "kind=ata\nhang=after:2\nhang_kernel=1\n"),
    ] {
        let drive = fleet.path().join(name);
        fs::create_dir(&drive).unwrap();
        for entry in fs::read_dir(fixtures().join(name)).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), drive.join(entry.file_name())).unwrap();
        }
        fs::write(drive.join("device.conf"), conf).unwrap();
        let drive = drive.display().to_string();
        let ran = stone.run(&["device", "query", "-f", "json", "--command-timeout", "0.3", &drive]);
        let answer = ran.json();
        let sections = answer["devices"][0]["record"]["stone"]["sections"].as_object().unwrap().clone();
        let with = |outcome: &str| sections.values().filter(|section| section["outcome"] == outcome).count();
        assert!(with("not_asked") > 5, "{name}: {sections:?}");
    }
    // The one that timed out is not read as whole, nor as healthy.
    let ata = fleet.path().join("ata-hdd").display().to_string();
    let asked = ["device", "query", "--command-timeout", "0.3", "--ignore-quarantine", &ata];
    let plain = stone.run(&asked);
    assert_eq!(plain.status(), 1, "{}", plain.err());
    assert!(plain.err().contains("stopped answering"), "{}", plain.err());
    assert!(!plain.out().contains("PASSED"), "{}", plain.out());
    // And it is left alone for a while.
    let again = stone.run(&["device", "query", &ata]);
    assert_eq!(again.status(), 3, "{}", again.err());
    assert!(again.err().contains("it hung"), "{}", again.err());
}

#[test]
fn a_gone_reader_of_standard_error_is_no_error() {
    let stone = Stone::new();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let status =
        stone.command(&["device", "query", "/dev/nope"]).stderr(full).stdout(Stdio::null()).status().unwrap();
    assert_eq!(status.code(), Some(3));
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let folder = fixtures().display().to_string();
    let mut command = stone.command(&["device", "decode", &folder, "-vvv", "-f", "json"]);
    let output = command.stderr(full).stdout(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(serde_json::from_slice::<Value>(&output.stdout).is_ok());
}

#[test]
fn listing_disks_needs_no_disk() {
    let list = Stone::new().run(&["device", "ls", "-f", "json"]);
    assert_eq!(list.status(), 0, "{}", list.err());
    assert!(list.json().is_array());
}

#[test]
fn man_pages_and_completions_are_made() {
    let stone = Stone::new();
    let folder = stone.state.path().join("generated");
    for what in ["man", "completions"] {
        let ran = stone.run(&["generate", what, folder.to_str().unwrap()]);
        assert_eq!(ran.status(), 0, "{}", ran.err());
    }
    for file in [
        "stone.1",
        "stone-device-query.1",
        "stone-telemetry-show-device.1",
        "stone-telemetry-send.1",
        "stone-config-set.1",
        "stone.bash",
        "_stone",
        "stone.fish",
    ] {
        assert!(fs::metadata(folder.join(file)).is_ok_and(|file| file.len() > 100), "{file}");
    }
}

/// A line of sudoers that lets any argument pass is no way to run one's own program as root.
#[test]
#[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
fn root_runs_no_program_of_somebody_else() {
    let stone = Stone::new();
    let (folder, program) = (stone.state.path(), stone.state.path().join("theirs"));
    if fs::metadata(folder).unwrap().uid() != 0 {
        return eprintln!("SKIPPED: it takes root");
    }
    fs::write(&program, "#!/bin/sh\ntouch \"$0.ran\"\n").unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let drive = fixtures().join("ata-hdd");
    let ask = || {
        let how = ["device", "query", "--backend", "smartctl", "--smartctl", program.to_str().unwrap()];
        stone.run(&[&how[..], &[drive.to_str().unwrap()]].concat())
    };
    assert_eq!(ask().status(), 3, "a dump is not read by smartctl");
    chown(&program, Some(65_534), Some(65_534)).unwrap();
    let refused = ask();
    assert_eq!(refused.status(), 2, "{}", refused.err());
    assert!(refused.err().contains("theirs is not owned by root"), "{}", refused.err());
    chown(&program, Some(0), Some(0)).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o757)).unwrap();
    assert!(ask().err().contains("theirs is writable by its group or by others"));
    // The same by a name that is looked up.
    let by_name = stone
        .command(&["device", "query", "--smartctl", "theirs", drive.to_str().unwrap()])
        .env("PATH", folder)
        .output()
        .unwrap();
    assert_eq!(by_name.status.code(), Some(2));
    // And the command of the cluster.
    let cluster = ["telemetry", "show", "--program", program.to_str().unwrap()];
    let refused = stone.run(&cluster);
    assert_eq!(refused.status(), 2, "{}", refused.err());
    assert!(!folder.join("theirs.ran").exists());
}
