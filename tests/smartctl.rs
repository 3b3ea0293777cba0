//! `stone smartctl` from outside, over the made drives of fixtures/: arguments in, JSON or text and smartctl's exit status out.
#![allow(clippy::unwrap_used, reason = "a test says where it fails")]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

fn drive(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name).to_str().unwrap().to_owned()
}

/// Output and exit status of `stone smartctl OPTIONS DEVICE`.
fn smartctl(options: &str, device: &str) -> (String, i32) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stone"));
    command.arg("smartctl").args(options.split_whitespace()).arg(device);
    let output = command.output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), output.status.code().unwrap())
}

fn json(options: &str, name: &str) -> Value {
    let (text, status) = smartctl(options, &drive(name));
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["smartctl"]["exit_status"], status, "{options} {name}");
    json
}

fn keys(json: &Value) -> Vec<&str> {
    json.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn each_part_has_its_keys_and_no_others() {
    let always = ["device", "json_format_version", "local_time", "smartctl", "stone"];
    let rest = |options: &str, name: &str| -> Vec<String> {
        let json = json(options, name);
        keys(&json).into_iter().filter(|key| !always.contains(key)).map(str::to_owned).collect()
    };
    assert_eq!(rest("--json=c", "ata-hdd"), Vec::<String>::new());
    for name in ["ata-hdd", "nvme-dc"] {
        assert_eq!(rest("-H -j", name), ["smart_status"], "{name}");
    }
    // As smartctl has it: two of the pages that could tell of trouble belong to the health of a SCSI disk.
    assert_eq!(rest("-H -j", "scsi-hdd"), ["scsi_format_status", "smart_status"]);
    assert_eq!(rest("-j -c", "ata-hdd"), ["ata_sct_capabilities", "ata_smart_data"]);
    assert_eq!(rest("-j -l error", "ata-hdd"), ["ata_smart_error_log"]);
    assert_eq!(rest("-j -l error", "scsi-hdd"), ["scsi_error_counter_log"]);
    assert_eq!(rest("-j -l error", "nvme-dc"), ["nvme_error_information_log"]);
    assert!(rest("-j -i", "nvme-dc").contains(&"serial_number".to_owned()));
    assert!(rest("-j -A", "ata-hdd").contains(&"ata_smart_attributes".to_owned()));
}

#[test]
fn only_what_is_asked_for_is_read() {
    let sections = |options: &str, name: &str| -> Vec<String> {
        keys(&json(options, name)["stone"]["sections"]).into_iter().map(str::to_owned).collect()
    };
    assert_eq!(sections("-i -j", "ata-hdd"), ["identify"]);
    assert_eq!(sections("-H -j", "nvme-dc"), ["identify_controller", "smart_health"]);
    assert!(!sections("-x -j", "nvme-dc").contains(&"ocp_smart".to_owned()));
}

#[test]
fn a_failing_disk_has_the_bits_of_smartctl() {
    let failing = json("-H -A -j", "ata-hdd-failing");
    assert_eq!(failing["smart_status"]["passed"], false);
    let status = failing["smartctl"]["exit_status"].as_u64().unwrap();
    assert_eq!(status & (8 | 16), 8 | 16);
    // Its error log and its self-tests were not asked for.
    assert_eq!(status & (64 | 128), 0);
    let all = json("-x -j", "ata-hdd-failing")["smartctl"]["exit_status"].as_u64().unwrap();
    assert_eq!(all & (64 | 128), 64 | 128);
    let shown = json("-H -j", "ata-hdd-failing");
    assert!(!shown["ata_smart_attributes"]["table"].as_array().unwrap().is_empty());
}

#[test]
fn what_ceph_calls_fits_and_holds_the_text() {
    for entry in fs::read_dir(drive("")).unwrap() {
        let path = entry.unwrap().path();
        if !path.join("device.conf").exists() {
            continue;
        }
        let (text, status) = smartctl("-x --json=o", path.to_str().unwrap());
        assert!(text.len() <= 64 << 10, "{}: {} bytes", path.display(), text.len());
        let json: Value = serde_json::from_str(&text).unwrap();
        // A drive without a disc is not ready: bit 1, as smartctl has it.
        let not_ready = if path.ends_with("scsi-cd") { 2 } else { 0 };
        assert_eq!(status & 3, not_ready, "{}", path.display());
        assert!(json["smartctl"]["output"][0].as_str().unwrap().starts_with("smartctl 7."));
        assert!(json["device"]["protocol"].is_string());
    }
}

#[test]
fn noserial_leaves_out_what_identifies_the_disk() {
    for (name, options) in [("ata-hdd", "-x"), ("scsi-hdd", "-x"), ("nvme-dc", "-x")] {
        let (with, _) = smartctl(&format!("{options} --json=c"), &drive(name));
        let (without, _) = smartctl(&format!("{options} --json=c -q noserial"), &drive(name));
        assert!(with.contains("MADEUP"), "{name}");
        assert!(!without.contains("MADEUP"), "{name}: {without}");
        for key in ["\"wwn\"", "\"logical_unit_id\"", "sas_address", "\"nguid\"", "\"identity\""] {
            assert!(!without.contains(key), "{name}: {key}");
        }
    }
}

#[test]
fn a_wrong_call_says_so_in_json_too() {
    for (options, word) in [
        ("--json=c --frobnicate", "--frobnicate"),
        ("--json=c -t short", "smartmontools"),
        ("-l fancy -j", "fancy"),
        ("-A -j -B /no/such/drivedb.h", "/no/such/drivedb.h"),
    ] {
        let (text, status) = smartctl(options, "/dev/null");
        let json: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((status, json["smartctl"]["exit_status"].as_i64()), (1, Some(1)), "{options}");
        let message = &json["smartctl"]["messages"][0];
        assert_eq!(message["severity"], "error");
        assert!(message["string"].as_str().unwrap().contains(word), "{options}: {message}");
    }
    let (text, status) = smartctl("-i --json=c", "/dev/sd-no-such-disk");
    assert_eq!(status, 2);
    assert!(text.contains("Smartctl open device: /dev/sd-no-such-disk failed: "), "{text}");
    for device in ["/dev/null", "/no/such/disk", "/tmp"] {
        let (text, status) = smartctl("-i --json=c", device);
        assert_eq!(status, 1, "{device}");
        assert!(text.contains(&format!("{device}: Unable to detect device type: ")), "{text}");
    }
}

#[test]
fn text_has_the_lines_that_programs_look_for() {
    let lines = [
        ("ata-hdd", "-a", "=== START OF INFORMATION SECTION ==="),
        ("ata-hdd", "-a", "Serial Number:    MADEUP"),
        ("ata-hdd", "-a", "SMART support is: Enabled"),
        ("ata-hdd", "-a", "SMART overall-health self-assessment test result: PASSED"),
        ("ata-hdd-failing", "-H", "SMART overall-health self-assessment test result: FAILED!"),
        (
            "ata-hdd",
            "-A",
            "ID# ATTRIBUTE_NAME          FLAG     VALUE WORST THRESH TYPE      UPDATED  WHEN_FAILED RAW_VALUE",
        ),
        ("ata-hdd", "-A -f brief", "ID# ATTRIBUTE_NAME          FLAGS    VALUE WORST THRESH FAIL RAW_VALUE"),
        ("scsi-hdd", "-H", "SMART Health Status: OK"),
        ("scsi-hdd", "-A", "Elements in grown defect list: "),
        ("scsi-hdd", "-i", "Serial number:        MADEUP"),
        ("nvme-dc", "-A", "SMART/Health Information (NVMe Log 0x02)"),
        ("nvme-dc", "-A", "Percentage Used:                    "),
    ];
    for (name, options, line) in lines {
        let (text, _) = smartctl(options, &drive(name));
        assert!(
            text.lines().any(|found| found.starts_with(line)),
            "{name} {options}: no {line:?} in\n{text}"
        );
    }
    // Two lines and an empty one stand before the first section: some programs skip lines by their number.
    let (text, _) = smartctl("-A", &drive("ata-hdd"));
    assert_eq!(text.lines().position(|line| line.starts_with("=== START")), Some(3));
    assert_eq!(smartctl("-H -q silent", &drive("ata-hdd")).0, "");
    let (bad, _) = smartctl("-a -q errorsonly", &drive("ata-hdd-failing"));
    assert!(bad.contains("FAILED!") && bad.contains("Error Count: ") && !bad.contains("Serial"), "{bad}");
    assert_eq!(smartctl("-H -A -q errorsonly", &drive("ata-hdd")).0, "");
}

#[test]
fn every_form_of_json_says_the_same() {
    let (flat, _) = smartctl("-H --json=g", &drive("ata-hdd"));
    assert!(flat.lines().any(|line| line == "json.smart_status.passed = true;"), "{flat}");
    let (yaml, _) = smartctl("-H --json=y", &drive("ata-hdd"));
    assert!(yaml.starts_with("---\n") && yaml.contains("\nsmart_status:\n  passed: true\n"), "{yaml}");
    let (sorted, _) = smartctl("-H --json=cs", &drive("ata-hdd"));
    assert!(sorted.starts_with("{\"device\":") && sorted.lines().count() == 1, "{sorted}");
}

/// A copy of a made drive with further lines in its device.conf.
fn with(name: &str, lines: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("sdx");
    fs::create_dir(&copy).unwrap();
    for entry in fs::read_dir(drive(name)).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, copy.join(path.file_name().unwrap())).unwrap();
    }
    let conf = fs::read_to_string(copy.join("device.conf")).unwrap();
    fs::write(copy.join("device.conf"), format!("{conf}\n{lines}\n")).unwrap();
    (folder, copy)
}

#[test]
fn who_asks_for_the_power_mode_gets_it() {
    for options in ["-n standby -i -j", "-n never -x -j", "-n sleep,1 -a -j"] {
        let json = json(options, "ata-hdd");
        assert_eq!(json["power_mode"]["ata_value"], 255, "{options}");
        assert_eq!(json["stone"]["sections"]["power_mode"]["commands"], 1, "{options}");
    }
    assert!(json("-x -j", "ata-hdd").get("power_mode").is_none());
}

#[test]
fn a_drive_without_smart_or_all_ones_is_never_fine() {
    let (_folder, device) = with("ata-hdd", "");
    let file = device.join("identify.bin");
    let mut identify = fs::read(&file).unwrap();
    // Words 82 and 85, bit 0: the SMART feature set.
    for byte in [164, 170] {
        identify[byte] &= !1;
    }
    identify[511] = identify[..511].iter().fold(0u8, |sum, byte| sum.wrapping_sub(*byte));
    fs::write(&file, &identify).unwrap();
    let status = |options: &str| smartctl(options, device.to_str().unwrap()).1;
    for options in
        ["-H", "-A", "-c", "-l error", "-l selftest", "-l xselftest", "-l selective", "-x", "-H -i -j"]
    {
        assert_eq!(status(options) & 7, 4, "{options}");
    }
    assert_eq!((status("-i"), status("-l devstat"), status("-l directory")), (0, 0, 0));
    fs::write(&file, [0xff; 512]).unwrap();
    assert_eq!((status("-H"), status("-x --json=c")), (2, 2));
}

#[test]
fn a_disk_that_stops_answering_is_never_fine_and_the_call_ends() {
    for (lines, status) in
        [("hang=ata:\nhang_kernel=1", 2), ("hang=ata:b0/d0\nhang_kernel=1", 4), ("hang=ata:b0/d0", 4)]
    {
        let (_folder, device) = with("ata-hdd", lines);
        let start = Instant::now();
        let mut command = Command::new(env!("CARGO_BIN_EXE_stone"));
        command.args(["smartctl", "-x", "--json=c"]).arg(&device).env("STONE_DEADLINE", "2");
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{lines}");
        assert!(start.elapsed() < Duration::from_secs(30));
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_ne!(json["smart_status"]["passed"], true, "{lines}");
        let message = &json["smartctl"]["messages"][0];
        assert_eq!(message["severity"], "error");
        assert!(message["string"].as_str().unwrap().contains("no answer"), "{message}");
        assert_eq!(json["model_name"].is_string(), status == 4, "what came before is kept: {lines}");
    }
}

#[test]
fn called_by_the_name_it_is_smartctl() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("smartctl");
    symlink(env!("CARGO_BIN_EXE_stone"), &program).unwrap();
    let output = Command::new(&program).args(["-H", "--json=c", &drive("ata-hdd")]).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["smart_status"]["passed"], true);
    assert_eq!(json["smartctl"]["argv"][0], "smartctl");
    let version = Command::new(&program).arg("-V").output().unwrap();
    assert!(String::from_utf8(version.stdout).unwrap().starts_with("smartctl 7."));
}

#[test]
fn the_status_tells_of_what_was_asked_for_alone() {
    let status = |options: &str, name: &str| smartctl(options, &drive(name)).1;
    // NVMe has its health in the log of the attributes; this drive warns.
    assert_eq!((status("-A", "nvme-dc"), status("-H", "nvme-dc")), (0, 8));
    // It lists a background scan and refuses it, and -A reads that for the hours.
    assert_eq!((status("-A", "scsi-hdd-failing"), status("-l background", "scsi-hdd-failing")), (0, 4));
    // No log page at all, and of those the self-tests must be there.
    assert_eq!((status("-A", "qemu-scsi-hdd"), status("-a", "qemu-scsi-hdd")), (0, 4));
    // A dump answers only as what it was recorded from.
    assert_eq!((status("-d sat -i", "scsi-hdd"), status("-d sat -i", "ata-hdd")), (2, 0));
}

#[test]
fn text_has_what_programs_look_for() {
    let text = |options: &str, name: &str| smartctl(options, &drive(name)).0;
    assert!(text("-V", "").contains(" release 7.5 "));
    for name in ["ata-hdd", "qemu-ahci-bare"] {
        assert!(text("-l sataphy", name).lines().nth(3).unwrap().contains("GP Log 0x11"), "{name}");
    }
    assert!(text("-c", "ata-ssd").contains("in progress...\n\t\t\t\t\t40% of test remaining."));
    // Whatever follows "SMART Health Status:" and is not "OK" is a failure to programs.
    assert!(!text("-H", "qemu-scsi-hdd").contains("SMART Health Status"));
}

/// What becomes of an option.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// It is done: exit status 0, or findings of the disk.
    Done,
    /// It would change the drive: exit status 1, and what to use instead.
    Refused,
    /// It is understood, and there is a line that says that it is not done.
    NotSupported,
}

/// Every option of smartctl's manual, and some of newer versions.
const OPTIONS: &[(&str, End)] = &[
    ("-i", End::Done),
    ("--info", End::Done),
    ("--identify", End::Done),
    ("--identify=n", End::Done),
    ("--identify=wb", End::Done),
    ("-a", End::Done),
    ("--all", End::Done),
    ("-x", End::Done),
    ("--xall", End::Done),
    ("-x -a", End::Done),
    ("-g all", End::Done),
    ("-g aam", End::Done),
    ("-g apm", End::Done),
    ("-g dsn", End::Done),
    ("-g lookahead", End::Done),
    ("-g security", End::Done),
    ("-g wcache", End::Done),
    ("-g rcache", End::Done),
    ("--get=wcreorder", End::NotSupported),
    ("-g wcache-sct", End::NotSupported),
    ("-s on", End::Refused),
    ("--smart=off", End::Refused),
    ("-s security-freeze", End::Refused),
    ("--set=standby,now", End::Refused),
    ("-s wcache-sct,off,p", End::Refused),
    ("-o on", End::Refused),
    ("--offlineauto=off", End::Refused),
    ("-S on", End::Refused),
    ("--saveauto=off", End::Refused),
    ("-t short", End::Refused),
    ("--test=select,0-max", End::Refused),
    ("-C", End::Refused),
    ("--captive", End::Refused),
    ("-X", End::Refused),
    ("--abort", End::Refused),
    ("-j -i", End::Done),
    ("--json=cgiosuvy -i", End::Done),
    ("-q errorsonly -H", End::Done),
    ("-q silent -H", End::Done),
    ("--quietmode=noserial -i", End::Done),
    ("-d auto -i", End::Done),
    ("-d test", End::Done),
    ("-d test -x", End::Done),
    ("-T normal -i", End::Done),
    ("-T conservative -i", End::Done),
    ("-T permissive -T permissive -i", End::Done),
    ("--tolerance=verypermissive -i", End::Done),
    ("-b warn -i", End::Done),
    ("-b exit -i", End::Done),
    ("--badsum=ignore -i", End::Done),
    ("-r ioctl -i", End::Done),
    ("-r ataioctl,2 -i", End::Done),
    ("-r scsiioctl -i", End::Done),
    ("--report=nvmeioctl,1 -i", End::Done),
    ("-n never -i", End::Done),
    ("-n sleep -i", End::Done),
    ("-n standby,0 -i", End::Done),
    ("--nocheck=idle,3,5 -i", End::Done),
    ("-H", End::Done),
    ("-H -H", End::Done),
    ("--health", End::Done),
    ("-c", End::Done),
    ("--capabilities", End::Done),
    ("-A", End::Done),
    ("--attributes", End::Done),
    ("-A -f old", End::Done),
    ("-A -f brief", End::Done),
    ("-A -f hex", End::Done),
    ("-A -f hex,id", End::Done),
    ("-A --format=hex,val", End::Done),
    ("-l error", End::Done),
    ("-l error,4", End::Done),
    ("-l xerror", End::Done),
    ("-l xerror,20", End::Done),
    ("-l xerror,20,error", End::Done),
    ("-l xerror,error", End::Done),
    ("-l selftest", End::Done),
    ("-l xselftest", End::Done),
    ("-l xselftest,2,selftest", End::Done),
    ("-l selective", End::Done),
    ("-l directory", End::Done),
    ("-l directory,g", End::Done),
    ("-l directory,s", End::Done),
    ("-l background", End::Done),
    ("-l scttemp", End::Done),
    ("-l scttempsts", End::Done),
    ("-l scttemphist", End::Done),
    ("-l scttempint,5", End::Refused),
    ("-l scttempint,5,p", End::Refused),
    ("-l scterc", End::Done),
    ("-l scterc,70,70", End::Refused),
    ("-l scterc,70,70,p", End::Refused),
    ("-l scterc,reset", End::Refused),
    ("-l devstat", End::Done),
    ("-l devstat,0", End::Done),
    ("-l devstat,7", End::Done),
    ("-l defects", End::Done),
    ("-l defects,100", End::Done),
    ("-l envrep", End::Done),
    ("-l sataphy", End::Done),
    ("-l scterc,p", End::Done),
    ("-l devstat,reset", End::Refused),
    ("-l sataphy,reset", End::Refused),
    ("-l sasphy", End::Done),
    ("-l sasphy,reset", End::Refused),
    ("-l tapealert", End::NotSupported),
    ("-l tapedevstat", End::NotSupported),
    ("-l zdevstat", End::Done),
    ("-l genstats", End::Done),
    ("-l farm", End::Done),
    ("-l gplog,0x04,0-max", End::Done),
    ("-l smartlog,0x06", End::Done),
    ("-l nvmelog,0x2,0x200", End::Done),
    ("--log=ssd", End::Done),
    ("-A -v 9,minutes", End::Done),
    ("-A -v N,raw48:012345", End::Done),
    ("-v help", End::Done),
    ("-A --vendorattribute=5,raw16(raw16),Mine", End::Done),
    ("-F none -A", End::Done),
    ("-F nologdir -A", End::Done),
    ("-F samsung -F samsung2 -F samsung3 -A", End::Done),
    ("-F xerrorlba -F swapid -A", End::Done),
    ("-P use -A", End::Done),
    ("-P ignore -A", End::Done),
    ("-P show", End::Done),
    ("-P showall", End::Done),
    ("-h", End::Done),
    ("--usage", End::Done),
    ("-V", End::Done),
    ("--license", End::Done),
];

#[test]
fn every_option_is_done_or_refused_or_said_to_be_left_out() {
    for (options, end) in OPTIONS {
        for name in ["ata-hdd", "scsi-hdd", "nvme-dc"] {
            let (text, status) = smartctl(options, &drive(name));
            let found = if status & 1 != 0 {
                assert!(text.contains("smartmontools' own smartctl"), "{options}: {text}");
                End::Refused
            } else if text.contains("not supported, ") {
                End::NotSupported
            } else {
                End::Done
            };
            assert_eq!(found, *end, "{options} {name}: {text}");
            assert_eq!(status & 6, 0, "{options} {name}: {text}");
        }
    }
}

/// Smartctl as `script`, and a program that is called smartctl in the folder before it in PATH and is this one.
fn beside(script: Option<&str>) -> (tempfile::TempDir, std::ffi::OsString) {
    let folder = tempfile::tempdir().unwrap();
    let (ours, theirs) = (folder.path().join("ours"), folder.path().join("theirs"));
    for path in [&ours, &theirs] {
        fs::create_dir(path).unwrap();
    }
    symlink(env!("CARGO_BIN_EXE_stone"), ours.join("smartctl")).unwrap();
    if let Some(script) = script {
        fs::write(theirs.join("smartctl"), format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(theirs.join("smartctl"), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let path = std::env::join_paths([&ours, &theirs]).unwrap();
    (folder, path)
}

#[test]
fn a_controller_that_only_smartmontools_knows_is_read_by_its_smartctl() {
    let (folder, path) = beside(Some("echo \"called: $*\"; exit 68"));
    for kind in
        ["areca,3/1", "cciss,2", "3ware,5", "aacraid,0,0,2", "jmb39x-q,1", "usbjmicron,x", "sat+sntrealtek"]
    {
        let mut command = Command::new(folder.path().join("ours/smartctl"));
        let output = command.args(["-a", "-d", kind, "/dev/sg2"]).env("PATH", &path).output().unwrap();
        assert_eq!(output.status.code(), Some(68), "{kind}");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("called: -a -d {kind} /dev/sg2\n"));
    }
    // What changes a drive is refused before.
    let mut command = Command::new(folder.path().join("ours/smartctl"));
    let output =
        command.args(["-t", "short", "-d", "cciss,0", "/dev/sg2"]).env("PATH", &path).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_script_that_leads_back_is_not_run_for_ever() {
    let stone = env!("CARGO_BIN_EXE_stone");
    let (folder, path) = beside(Some(&format!("exec {stone} smartctl \"$@\"")));
    let mut command = Command::new(folder.path().join("ours/smartctl"));
    let output = command.args(["-j", "-a", "-d", "hpt,1/2", "/dev/sda"]).env("PATH", &path).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(json["smartctl"]["messages"][0]["string"].as_str().unwrap().contains("install smartmontools"));
}

#[test]
fn everything_costs_no_more_commands_than_promised() {
    for (name, most) in [("ata-hdd", 20), ("ata-ssd", 20), ("scsi-hdd", 28), ("scsi-ssd", 28), ("nvme-dc", 5)]
    {
        let commands = json("-x -j", name)["stone"]["commands"].as_u64().unwrap();
        assert!(commands <= most, "{name}: {commands} commands");
    }
}

#[test]
fn a_part_of_a_log_is_what_was_asked_for() {
    let json = |options: &str| json(options, "ata-hdd");
    let pages = |options: &str| json(options)["ata_device_statistics"]["pages"].as_array().map(Vec::len);
    assert!(pages("-j -l devstat") > Some(1));
    assert_eq!(pages("-j -l devstat,1"), Some(1));
    assert_eq!(pages("-j -l devstat,0"), None);
    assert_eq!(json("-j -l devstat,0")["ata_device_statistics"]["supported_pages"][0]["number"], 0);
    let both = json("-j -x -a");
    assert_eq!(keys(&both["ata_smart_error_log"]), ["extended", "summary"]);
    assert_eq!(keys(&json("-j -x")["ata_smart_error_log"]), ["extended"]);
}

#[test]
fn bytes_and_words_are_printed_without_what_identifies_the_disk() {
    let (text, status) = smartctl("-l gplog,0x04,0-1 -l smartlog,0x06", &drive("ata-hdd"));
    assert_eq!((status, text.lines().filter(|line| line.starts_with("0000000: ")).count()), (0, 2), "{text}");
    let (text, _) = smartctl("--identify=wb", &drive("ata-hdd"));
    assert!(text.contains("MADEUP") && text.contains("Phy event counters"), "{text}");
    assert!(!smartctl("--identify=wb -q noserial", &drive("ata-hdd")).0.contains("MADEUP"));
}

#[test]
fn text_says_what_json_has_no_key_for() {
    let text = |options: &str, name: &str| smartctl(options, &drive(name)).0;
    for options in ["-x", "-a", "-l error"] {
        assert!(text(options, "scsi-hdd").contains("\nNon-medium error count:       14\n"), "{options}");
    }
    assert_eq!(json("-l error -j", "scsi-hdd")["stone"]["scsi"]["non_medium_errors"], 14);
    assert!(text("-n never -i", "ata-hdd").contains("\nPower mode is:    ACTIVE or IDLE\n"));
    assert!(text("-n never -i", "scsi-hdd").contains("\nPower mode is:        ACTIVE\n"));
    assert!(!text("-i", "ata-hdd").contains("Power mode"));
    let (_folder, asleep) = with("ata-hdd", "power=standby");
    let asleep = smartctl("-n sleep -i", asleep.to_str().unwrap()).0;
    assert!(asleep.contains("\nPower mode was:   STANDBY\n"), "{asleep}");
    for options in ["-H", "-A", "-l ssd"] {
        assert!(text(options, "scsi-ssd").contains("\nPercentage used endurance indicator: "), "{options}");
    }
    // The last line but one of a SCSI disk is no heading of nothing.
    assert!(!text("-i", "scsi-hdd").contains("SMART DATA SECTION"));
}

#[test]
fn the_drive_database_warns_in_the_text() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("drivedb.h");
    let entry =
        "{ \"A Family\", \".*\", \"\",\n  \"Update the firmware:\\n\" \"http://example.org/\", \"\" },\n";
    fs::write(&file, entry).unwrap();
    let text = |options: &str| smartctl(&format!("{options} -B {}", file.display()), &drive("ata-hdd")).0;
    let warning = "\n\n==> WARNING: Update the firmware:\nhttp://example.org/\n\nSMART support is: ";
    for options in ["-i", "-x"] {
        assert!(text(options).contains(warning), "{options}: {}", text(options));
    }
    assert!(!text("-H").contains("WARNING"));
    assert!(!smartctl("-i -P ignore", &drive("ata-hdd")).0.contains("WARNING"));
}

#[test]
fn settings_are_the_lines_of_smartctl() {
    let lines = |options: &str, name: &str| -> Vec<String> {
        smartctl(options, &drive(name)).0.lines().skip(3).map(str::to_owned).collect()
    };
    assert_eq!(lines("-g wcache", "ata-hdd"), ["Write cache is:   Enabled", ""]);
    assert_eq!(lines("-g aam", "ata-hdd"), ["AAM feature is:   Unavailable", ""]);
    let scsi = lines("-g all", "scsi-hdd");
    assert!(scsi[0].starts_with("Read Cache is:        ") && scsi[1].starts_with("Writeback Cache is:   "));
    assert_eq!(scsi.len(), 3, "{scsi:?}");
}

#[test]
fn logs_that_scripts_scrape_are_the_lines_of_smartctl() {
    let text = |options: &str, name: &str| smartctl(options, &drive(name)).0;
    for options in ["-l scterc", "-l scterc,p"] {
        let lines = "\nSCT Error Recovery Control:\n           Read:     70 (7.0 seconds)\n          Write: Disabled\n";
        assert!(text(options, "ata-hdd").contains(lines), "{}", text(options, "ata-hdd"));
    }
    assert!(text("-l scterc", "qemu-ahci-bare").contains("\nSCT Commands not supported\n"));
    let status = text("-l scttempsts", "ata-hdd");
    let line = |text: &str, start: &str| {
        let found = text.lines().find(|line| line.starts_with(start));
        found.map(str::to_owned).unwrap_or_else(|| panic!("no {start:?} in\n{text}"))
    };
    assert!(line(&status, "Current Temperature:                    ").ends_with(" Celsius"));
    assert!(line(&status, "Power Cycle Min/Max Temperature:     ").ends_with(" Celsius"));
    let history = text("-l scttemphist", "ata-hdd");
    assert!(history.contains("\nTemperature History Size (Index):    "), "{history}");
    let phy = text("-l sataphy", "ata-hdd");
    assert!(phy.contains("\nID      Size     Value  Description\n0x0001  "), "{phy}");
    let power = text("-c", "nvme-dc");
    assert!(
        power.contains("\nSt Op     Max   Active     Idle   RL RT WL WT  Ent_Lat  Ex_Lat\n 0 + "),
        "{power}"
    );
    assert!(line(&power, "Firmware Updates (0x").contains(" Slot"));
    for options in ["-i -c", "-c"] {
        let formats = text(options, "nvme-consumer");
        let table = "\nSupported LBA Sizes (NSID 0x1)\nId Fmt  Data  Metadt  Rel_Perf\n 0 ";
        assert!(formats.contains(table), "{formats}");
    }
    assert!(!text("-x", "ata-ssd").contains("Reliability Metrics"));
}

#[test]
fn the_format_status_of_a_sas_disk_is_four_lines() {
    let (text, _) = smartctl("-H", &drive("scsi-hdd"));
    let lines = [
        "Grown defects during certification <not available>",
        "Total blocks reassigned during format = 0",
        "Total new blocks reassigned = 27",
        "Power on minutes since format = 1232714",
    ];
    let found: Vec<&str> =
        text.lines().skip_while(|line| !line.starts_with("Grown defects during")).take(4).collect();
    assert_eq!(found, lines, "{text}");
}

#[test]
fn logs_of_an_ata_disk_are_laid_out_as_programs_know_them() {
    let text = |options: &str| smartctl(options, &drive("ata-hdd")).0;
    let directory = text("-l directory");
    for line in [
        "General Purpose Log Directory Version 1",
        "Address    Access  R/W   Size  Description",
        "0x00       GPL,SL  R/O      1  Log Directory",
        "0x24       GPL     R/O   1223  Current Device Internal Status Data log",
        "0xa4       GPL     VS     208  Device vendor specific log",
    ] {
        assert!(directory.lines().any(|found| found == line), "no {line:?} in\n{directory}");
    }
    let selective = text("-l selective");
    assert!(selective.contains("\nSelective self-test flags (0x"), "{selective}");
    assert!(
        selective.contains("\nIf Selective self-test is pending on power-up, resume after "),
        "{selective}"
    );
    let defects = text("-l defects");
    assert!(defects.contains("\nPending Defects log (GP Log 0x0c)"), "{defects}");
    let status = text("-c");
    let tabs = "\t\t\t\t\t";
    let words = ["completed\n", "without error or no self-test has ever \n", "been run.\n"].join(tabs);
    assert!(status.contains(&format!("(   0)\tThe previous self-test routine {words}")), "{status}");
    assert!(text("-x").contains("\nWt Cache Reorder: "));
}

#[test]
fn the_list_of_attributes_is_named_where_one_of_them_failed() {
    let text = |options: &str| smartctl(options, &drive("ata-hdd-failing")).0;
    assert!(text("-H -A").contains("\nSee vendor-specific Attribute list for failed Attributes.\n"));
    assert!(!text("-H").contains("See vendor-specific"));
    assert!(!smartctl("-H -A", &drive("ata-hdd")).0.contains("See vendor-specific"));
}

#[test]
fn a_failing_disk_says_so_in_the_words_that_are_looked_for() {
    let (text, _) = smartctl("-H", &drive("ata-hdd-failing"));
    assert!(
        text.contains("FAILED!\nDrive failure expected in less than 24 hours. SAVE ALL DATA.\n"),
        "{text}"
    );
    assert!(!smartctl("-H", &drive("ata-hdd")).0.contains("SAVE ALL DATA"));
}

#[test]
fn ceph_has_its_answer_within_two_seconds_from_a_disk_that_hangs() {
    for lines in ["hang=ata:\nhang_kernel=1", "hang=ata:b0/d0\nhang_kernel=1", "hang=ata:b0/d0"] {
        let (_folder, device) = with("ata-hdd", lines);
        let start = Instant::now();
        let (text, status) = smartctl("-x --json=o", device.to_str().unwrap());
        assert!(start.elapsed() < Duration::from_secs(2), "{lines}: {:?}", start.elapsed());
        assert_ne!(status & 6, 0, "{lines}");
        serde_json::from_str::<Value>(&text).unwrap();
    }
}

/// Changes a file of a drive, and makes the checksum of its sector right again.
fn alter(device: &Path, file: &str, sector: usize, change: impl FnOnce(&mut [u8])) {
    let path = device.join(file);
    let mut data = fs::read(&path).unwrap();
    let bytes = &mut data[512 * sector..512 * (sector + 1)];
    change(bytes);
    bytes[511] = bytes[..511].iter().fold(0u8, |sum, byte| sum.wrapping_sub(*byte));
    fs::write(&path, data).unwrap();
}

fn altered(options: &str, device: &Path) -> Value {
    let (text, status) = smartctl(options, device.to_str().unwrap());
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["smartctl"]["exit_status"], status, "{options}");
    json
}

/// Does a message have these words?
fn is_told(json: &Value, words: &str) -> bool {
    let messages = json["smartctl"]["messages"].as_array().into_iter().flatten();
    messages.filter_map(|message| message["string"].as_str()).any(|message| message.contains(words))
}

#[test]
fn a_verdict_by_the_attributes_counts_as_one_of_the_drive() {
    for (lines, status) in [("fail=ata:b0/da,abort", 28), ("fail=ata:b0/da,unc", 28)] {
        let (_folder, device) = with("ata-hdd-failing", lines);
        let json = altered("-H -j", &device);
        assert_eq!(json["smart_status"]["passed"], false, "{lines}");
        assert_eq!(json["smartctl"]["exit_status"], status, "{lines}");
        assert!(smartctl("-H", device.to_str().unwrap()).0.contains("result: FAILED!"), "{lines}");
    }
}

#[test]
fn all_of_a_sas_disk_has_its_self_tests_in_the_text() {
    let (text, _) = smartctl("-x", &drive("scsi-hdd"));
    assert!(text.contains("\nSMART Self-test log\nNum  Test "), "{text}");
    assert!(text.contains("\nLong (extended) Self-test duration: "), "{text}");
}

#[test]
fn only_what_is_wrong_is_said_in_any_layout() {
    let text = |options: &str, device: &str| smartctl(&format!("-q errorsonly {options}"), device).0;
    let failing = drive("ata-hdd-failing");
    for options in ["-x", "-a", "-A", "-A -f brief", "-H"] {
        let text = text(options, &failing);
        assert!(
            text.contains("\n  5 Reallocated_Sector_Ct ") && text.contains("ID# ATTRIBUTE_NAME "),
            "{text}"
        );
        assert!(!text.contains("Power_On_Hours"), "{text}");
        let told = options != "-A" && options != "-A -f brief";
        assert_eq!(text.contains("Drive failure expected in less than 24 hours."), told, "{options}: {text}");
    }
    for (options, name) in
        [("-H -A", "scsi-hdd"), ("-x", "nvme-consumer"), ("-H -A -c", "ata-hdd"), ("", "ata-hdd")]
    {
        assert_eq!(text(options, &drive(name)), "", "{name}");
    }
    // Errors are no health, and are told one below the other.
    let errors = text("-x", &drive("ata-hdd"));
    assert!(errors.lines().all(|line| line.is_empty() || line.contains("Error ")), "{errors}");
    assert!(errors.starts_with("Device Error Count: 6\nError 6 [5] occurred at"), "{errors}");
    // Of a SAS disk nothing but a self-test that failed.
    let lines = text("-x", &drive("scsi-hdd"));
    let starts: Vec<&str> = lines.lines().map(|line| line.split("  ").next().unwrap()).collect();
    assert_eq!(starts, ["Num", "# 2", ""], "{lines}");
    assert!(lines.contains("Failed in segment -->"), "{lines}");
}

#[test]
fn of_an_extended_self_test_log_one_sector_alone_is_a_gap() {
    // The directory says how many sectors it has; there is only one.
    for (sectors, failed) in [(2u16, 4), (256, 0)] {
        let (_folder, device) = with("ata-hdd-failing", "fail=ata:2f/11,abort");
        let mut one = fs::read(device.join("gp_log_07.bin")).unwrap();
        one.truncate(512);
        fs::write(device.join("gp_log_07.bin"), one).unwrap();
        alter(&device, "gp_log_00.bin", 0, |directory| {
            directory[14..16].copy_from_slice(&sectors.to_le_bytes());
        });
        let json = altered("-l xselftest,selftest -j", &device);
        assert_eq!(json["smartctl"]["exit_status"].as_u64().unwrap() & 4, failed, "{sectors}");
        assert!(is_told(&json, &format!("1 of its {sectors} sectors came")), "{}", json["smartctl"]);
        assert_eq!(keys(&json["ata_smart_self_test_log"]), ["extended", "standard"], "{sectors}");
    }
}

#[test]
fn device_statistics_without_a_list_are_a_gap() {
    let (_folder, device) = with("ata-hdd", "");
    assert_eq!(altered("-x -j", &device)["smartctl"]["exit_status"].as_u64().unwrap() & 4, 0);
    alter(&device, "gp_log_04.bin", 0, |list| list[8] = 0);
    let json = altered("-x -j", &device);
    assert_eq!(json["smartctl"]["exit_status"].as_u64().unwrap() & 4, 4);
    assert!(is_told(&json, "number of entries is 0x0"), "{}", json["smartctl"]);
    assert_eq!(json["stone"]["sections"]["device_statistics"]["outcome"], "malformed");
}

#[test]
fn statistics_that_are_listed_are_read_whatever_the_directory_says() {
    let (_folder, device) = with("ata-hdd", "");
    let all = altered("-l devstat -j", &device)["ata_device_statistics"].clone();
    alter(&device, "gp_log_00.bin", 0, |directory| directory[8..10].copy_from_slice(&[1, 0]));
    assert_eq!(altered("-l devstat -j", &device)["ata_device_statistics"], all);
}

#[test]
fn a_page_of_statistics_is_named_as_the_standard_has_it() {
    let page = |options: &str| json(options, "ata-hdd")["ata_device_statistics"]["pages"].clone();
    assert_eq!(page("-j -l devstat,0x05"), page("-j -l devstat,5"));
    assert_eq!(page("-j -l devstat,0x05")[0]["number"], 5);
}

#[test]
fn what_a_device_is_costs_its_identification_alone() {
    for (name, commands) in [("ata-hdd", 1), ("scsi-hdd", 1), ("nvme-dc", 1)] {
        let test = json("-j -x -n standby -d test", name);
        assert!(test["stone"]["commands"].as_u64().unwrap() <= commands, "{name}: {}", test["stone"]);
        assert!(test.get("smart_status").is_none() && test["device"]["protocol"].is_string(), "{name}");
    }
    // Though it fails, which is not asked.
    assert_eq!(smartctl("-d test -x", &drive("ata-hdd-failing")).1, 0);
}

#[test]
fn a_namespace_that_is_not_there_is_named() {
    let (text, status) = smartctl("-d nvme,0x63 -i", &drive("nvme-dc"));
    assert_eq!(status, 2, "{text}");
    assert!(text.contains("\nthe controller has no namespace 0x63\n"), "{text}");
    assert_eq!(smartctl("-d nvme,0x63 -c -j", &drive("nvme-dc")).1, 2);
    assert_eq!(smartctl("-d nvme,0x1 -i", &drive("nvme-dc")).1, 0);
    let (text, status) = smartctl("-d nvme,1 -i", &drive("nvme-dc"));
    assert!(status == 1 && text.contains("nvme[,0xNSID]"), "{text}");
}

#[test]
fn a_scan_for_what_it_does_not_know_finds_nothing() {
    for kind in ["usb", "foo", "usbjmicron", "by-id"] {
        let (text, status) = smartctl(&format!("-j -d {kind}"), "--scan");
        let json: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((status, json["devices"].as_array().map(Vec::len)), (0, Some(0)), "{kind}");
        assert!(
            smartctl(&format!("-d {kind}"), "--scan").0.starts_with(&format!("# -d \"{kind}\"")),
            "{kind}"
        );
    }
}

#[test]
fn the_device_statistics_name_the_log_that_they_come_from() {
    let (text, _) = smartctl("-l devstat", &drive("ata-hdd"));
    assert!(
        text.contains("\nDevice Statistics (GP Log 0x04)\nPage  Offset Size        Value Flags "),
        "{text}"
    );
    let flag = |letter: &str| {
        text.lines().any(|line| line.trim_start().trim_start_matches(['|', '_']).starts_with(letter))
    };
    assert!([" C ", " D ", " N "].into_iter().all(flag), "{text}");
    // Without the log in the general directory the SMART log has them.
    let (_folder, device) = with("ata-hdd", "");
    alter(&device, "gp_log_00.bin", 0, |directory| directory[8..10].fill(0));
    let text = smartctl("-l devstat", device.to_str().unwrap()).0;
    assert!(text.contains("\nDevice Statistics (SMART Log 0x04)\n"), "{text}");
    alter(&device, "smart_log_00.bin", 0, |directory| directory[8..10].fill(0));
    let text = smartctl("-l devstat", device.to_str().unwrap()).0;
    assert!(text.contains("\nDevice Statistics (GP/SMART Log 0x04) not supported\n"), "{text}");
}
