//! Canaries from outside: the identifiers of made drives, planted in every page and every text, on every way to the outside.
#![allow(clippy::unwrap_used, reason = "a test says where it fails")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use proptest::prelude::*;
use serde_json::{Value, json};
use stone_smart::anonymise::{Anonymised, Anonymiser, Identity, Secret};
use stone_smart::device::{BlockDevice, Place};
use stone_smart::report::Record;
use stone_smart::source::{Limits, Native, Smartctl, Source};

/// What the report must not hold: short ones stand in texts by chance.
const SHORTEST: usize = 8;

fn drives() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let folders = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut drives: Vec<PathBuf> = folders.filter(|folder| folder.join("device.conf").exists()).collect();
    drives.sort();
    drives
}

fn read(drive: &Path) -> Option<Record> {
    let device = BlockDevice { place: Place::Dump(drive.into()), ..BlockDevice::default() };
    Native::new().read(&device, &Limits::new(Limits::COMMAND, Limits::DISK)).ok()
}

fn anonymiser() -> Anonymiser {
    Anonymiser::new(Secret::from_bytes([9; 32]), "osd-17.example.com").and_never(["osd-17.example.com"])
}

/// The identifiers in a record: what stands where the policy says that one does.
fn identifiers(record: &Record) -> Vec<String> {
    let json = json(record);
    let entries = anonymiser().explain(record);
    let mut found: Vec<String> = entries
        .iter()
        .filter(|entry| entry.why == "identifies the disk")
        .filter_map(|entry| {
            let pointer = entry.path.replace(['.', '['], "/").replace(']', "");
            Some(json.pointer(&format!("/{pointer}"))?.as_str()?.trim().to_owned())
        })
        .chain(Identity::of(record).wwn)
        .map(|text| text.trim_start_matches("0x").to_owned())
        .filter(|text| fold(text).len() >= SHORTEST && fold(text).bytes().any(|byte| byte != b'0'))
        .collect();
    found.sort();
    found.dedup();
    found
}

/// By way of text: a tree of serde_json's has no numbers of 128 bits.
fn json(record: &Record) -> Value {
    serde_json::from_str(&serde_json::to_string(&record.0).unwrap()).unwrap()
}

fn fold(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// The spellings of an identifier: as it is, cases, ATA's byte order, backwards, hex either way, a number either way,
/// quoted, split, escaped.
fn spellings(plain: &str) -> Vec<String> {
    let pairs = |text: &str| -> String {
        let letters: Vec<char> = text.chars().collect();
        letters.chunks(2).flat_map(|pair| pair.iter().rev()).collect()
    };
    let hex =
        |bytes: &mut dyn Iterator<Item = u8>| bytes.map(|byte| format!("{byte:02X}")).collect::<String>();
    let (head, tail) = plain.split_at(plain.len() / 2);
    let mut out = vec![
        plain.to_owned(),
        plain.to_lowercase(),
        plain.to_uppercase(),
        pairs(plain),
        plain.chars().rev().collect(),
        hex(&mut plain.bytes()),
        hex(&mut plain.bytes().rev()),
        format!("0x{plain}"),
        format!("\"{plain}\""),
        format!("{head}_{tail}"),
        format!("{head} {tail}"),
        plain.bytes().map(|byte| format!("%{byte:02X}")).collect(),
        plain.bytes().map(|byte| format!("\\u{byte:04x}")).collect(),
        plain.chars().map(|char| format!("{char}_")).collect(),
        plain.chars().map(|char| format!("{char} ")).collect(),
        hex(&mut pairs(plain).bytes()),
        hex(&mut pairs(plain).bytes()).to_lowercase(),
        hex(&mut plain.to_lowercase().bytes()),
        plain.bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(" "),
        plain.to_lowercase().bytes().map(|byte| byte.to_string()).collect(),
    ];
    if let Ok(number) = u64::from_str_radix(plain, 16) {
        let swapped = number.swap_bytes();
        out.extend([number.to_string(), swapped.to_string(), format!("{swapped:016x}")]);
    }
    out
}

/// Letters and digits in words of four, as a key could have them: `0x5000_0xc500`.
fn in_fours(text: &str) -> String {
    let letters: Vec<char> = fold(text).chars().collect();
    let words = letters.chunks(4).map(|word| format!("0x{}", word.iter().collect::<String>()));
    words.collect::<Vec<_>>().join("_")
}

/// The identifier in `text`, however it is spelt there.
fn leak<'a>(text: &str, identifiers: &'a [String]) -> Option<&'a String> {
    let (folded, bare) = (fold(text), fold(&text.replace("0x", "")));
    let is_in = |spelling: String| folded.contains(&fold(&spelling)) || bare.contains(&fold(&spelling));
    identifiers.iter().find(|plain| spellings(plain).into_iter().any(is_in))
}

/// All that leaves of a record.
fn leaves(record: &Record) -> String {
    let whole = anonymiser().anonymise(record);
    let along = anonymiser().anonymise_json(&serde_json::to_vec(&record.0).unwrap()).unwrap();
    let text = |out: &Anonymised| {
        format!("{:?} {}", out.name().map(ToString::to_string), serde_json::to_string(out).unwrap())
    };
    text(&whole) + &text(&along)
}

fn copy(drive: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(drive).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// Writes `bytes` over a page of the dump; `place` and `page` are taken modulo what there is.
fn plant(dump: &Path, page: usize, place: usize, bytes: &[u8]) {
    let mut pages: Vec<PathBuf> = fs::read_dir(dump).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "bin"));
    pages.sort();
    let path = &pages[page % pages.len()];
    let mut content = fs::read(path).unwrap();
    let Some(room) = content.len().checked_sub(bytes.len()) else { return };
    let at = place % (room + 1);
    content[at..at + bytes.len()].copy_from_slice(bytes);
    fs::write(path, content).unwrap();
}

/// The made drives that say who they are, and how.
fn named() -> &'static [(PathBuf, Vec<String>)] {
    static NAMED: OnceLock<Vec<(PathBuf, Vec<String>)>> = OnceLock::new();
    NAMED.get_or_init(|| {
        let named = drives().into_iter().map(|drive| (drive.clone(), identifiers(&read(&drive).unwrap())));
        named.filter(|(_, identifiers)| !identifiers.is_empty()).collect()
    })
}

/// 150 drives; more for who has the time.
fn cases() -> u32 {
    std::env::var("STONE_CANARIES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(150)
}

/// Where on which page of a drive is which of its identifiers planted, in which spelling, or as a number?
type Plant = (usize, usize, usize, usize, bool);

/// Plants identifiers of a drive on its pages; gives the one that leaves.
fn planted(drive: usize, plants: &[Plant]) -> Option<String> {
    let (drive, identifiers) = &named()[drive % named().len()];
    let dump = tempfile::tempdir().unwrap();
    copy(drive, dump.path());
    for (page, place, which, spelling, as_number) in plants {
        let plain = &identifiers[which % identifiers.len()];
        let spellings = spellings(plain);
        let text = &spellings[spelling % spellings.len()];
        match u64::from_str_radix(plain, 16) {
            Ok(number) if *as_number && spelling % 2 == 0 => {
                plant(dump.path(), *page, *place, &number.to_be_bytes());
            }
            Ok(number) if *as_number => plant(dump.path(), *page, *place, &number.to_le_bytes()),
            _ => plant(dump.path(), *page, *place, text.as_bytes()),
        }
    }
    // Where a plant hit the page that says who the disk is, it is another disk, or none.
    let record = read(dump.path())?;
    let found = self::identifiers(&record);
    if identifiers.iter().all(|plain| found.contains(plain)) {
        leak(&leaves(&record), identifiers).cloned()
    } else {
        None
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_page_of_a_drive_leaks_its_identifiers(
        drive in any::<usize>(),
        plants in proptest::collection::vec(any::<Plant>(), 1..8),
    ) {
        prop_assert_eq!(planted(drive, &plants), None);
    }
}

#[test]
fn what_leaked_once_does_not_leak_again() {
    // Of a SAS disk: its serial number in a place of which only chance knew.
    let plant = (210999958610755788, 7037667871325691857, 217364665862656231, 15070235839043914151, false);
    assert_eq!(planted(16580102447801407157, &[plant]), None);
}

/// A program that answers as smartctl would, with `json` and `status`.
fn fake(folder: &Path, json: &Value, status: u8) -> PathBuf {
    let path = folder.join("smartctl");
    fs::write(folder.join("answer.json"), json.to_string()).unwrap();
    let script = format!("#!/bin/sh\ncat '{}'\nexit {status}\n", folder.join("answer.json").display());
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    path
}

#[test]
fn no_text_of_smartctl_leaks_identifiers() {
    let device =
        BlockDevice { name: "null".into(), place: Place::Node("/dev/null".into()), ..BlockDevice::default() };
    for drive in drives() {
        let record = read(&drive).unwrap();
        let identifiers = identifiers(&record);
        let mut answer = self::json(&record);
        answer.as_object_mut().unwrap().remove("stone");
        let all: Vec<String> = identifiers.iter().flat_map(|plain| spellings(plain)).collect();
        let message =
            |text: &String| json!({ "string": format!("Device {text}: open failed"), "severity": "error" });
        let argv: Vec<&str> =
            ["smartctl", "-x", "/dev/sda"].into_iter().chain(all.iter().map(String::as_str)).collect();
        answer["smartctl"] = json!({
            "version": [7, 3], "svn_revision": "5338", "platform_info": "x86_64-linux-6.1.0-13-amd64",
            "build_info": all[0], "argv": argv,
            "messages": all.iter().map(message).collect::<Vec<_>>(),
            "output": all.iter().map(|text| format!("Serial Number:    {text}")).collect::<Vec<_>>(),
            "exit_status": 0,
        });
        for (index, text) in all.iter().enumerate() {
            answer[format!("unknown_{index}")] = json!(text);
            answer[format!("key {text}")] = json!({ text: text });
            let key = |separator: &str| text.to_lowercase().replace(' ', separator);
            for key in [key("_"), key(""), in_fours(text)] {
                answer["scsi_zoned_block_device_statistics"][key.as_str()] = json!(3);
                answer["scsi_general_statistics_and_performance_log"]["idle_time"][key.as_str()] = json!(3);
                answer["nvme_smart_health_information_add_log"]["Device stats"][key.as_str()] =
                    json!({ "raw": 3 });
            }
        }
        let folder = tempfile::tempdir().unwrap();
        let limits = || Limits::new(Limits::COMMAND, Limits::DISK);
        let source = Smartctl::new(fake(folder.path(), &answer, 0));
        let read = source.read(&device, &limits()).unwrap();
        let text = leaves(&read);
        assert_eq!(leak(&text, &identifiers), None, "{}: {text}", drive.display());
        for stranger in ["amd64", "/dev/", "osd-17", "linux"] {
            assert!(!text.contains(stranger), "{}: {stranger}", drive.display());
        }
        for planted in all.iter().step_by(3) {
            answer["smartctl"]["messages"] = json!([message(planted)]);
            let folder = tempfile::tempdir().unwrap();
            let error = Smartctl::new(fake(folder.path(), &answer, 2)).read(&device, &limits());
            if let Err(error) = error {
                let text = format!("{error} {error:?}");
                assert_eq!(leak(&text, &identifiers), None, "{text}");
            }
        }
    }
}

#[test]
fn no_message_and_no_log_at_any_verbosity_tells_an_identifier() {
    let drives = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let drives = drives.to_str().unwrap();
    let identifiers: Vec<String> =
        self::drives().iter().flat_map(|drive| self::identifiers(&read(drive).unwrap())).collect();
    assert!(identifiers.len() > 20, "{identifiers:?}");
    let state = tempfile::tempdir().unwrap();
    let (device, _) = {
        let record = read(&self::drives()[0]).unwrap();
        (stone_smart::history::device_id(&record).unwrap(), record)
    };
    let commands: &[(&[&str], bool)] = &[
        (&["device", "query", "--drives", drives], false),
        (&["device", "scrape-health-metrics", "--drives", drives], true),
        (&["device", "get-health-metrics", &device], false),
        (&["device", "info", &device], false),
        (&["device", "check-health"], false),
        (&["telemetry", "show-device"], true),
        (&["telemetry", "show-device", "--drives", drives], true),
        (&["telemetry", "show-device", "--explain", "--drives", drives], true),
        (&["telemetry", "rotate-id"], true),
        (&["telemetry", "show-device"], true),
    ];
    for verbosity in ["", "-v", "-vv", "-vvv"] {
        for (command, public) in commands {
            let mut stone = Command::new(env!("CARGO_BIN_EXE_stone"));
            stone.args(*command).args((!verbosity.is_empty()).then_some(verbosity));
            let output = stone.arg("--state-dir").arg(state.path()).output().unwrap();
            let (out, err) =
                (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
            assert_eq!(leak(&err, &identifiers), None, "{command:?} {verbosity}: {err}");
            assert!(!public || leak(&out, &identifiers).is_none(), "{command:?} {verbosity}");
            assert!(output.status.code().is_some_and(|status| status < 2), "{command:?}: {err}");
        }
    }
}

/// A disk of this host. It is not touched: a made smartctl answers for it.
fn any_disk() -> Option<String> {
    let output =
        Command::new(env!("CARGO_BIN_EXE_stone")).args(["device", "ls", "-f", "json"]).output().unwrap();
    let listed: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let text = listed.to_string();
    let names =
        fs::read_dir("/sys/block").ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut nodes =
        names.map(|name| format!("/dev/{name}")).filter(|node| text.contains(&format!("\"{node}\"")));
    nodes.next()
}

/// All that the files below `folder` hold, but for the history, which is the operator's own, and the secret.
fn kept(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            text += &kept(&path);
        } else if !name.starts_with("history") && name != "telemetry-secret" {
            text += &String::from_utf8_lossy(&fs::read(&path).unwrap());
        }
    }
    text
}

/// The program with a smartctl that says the identifiers in every text there is, on standard error too, and fails or not.
#[test]
#[allow(clippy::print_stderr, reason = "what is skipped is said aloud")]
fn no_way_of_what_smartctl_says_tells_an_identifier() {
    let Some(disk) = any_disk() else {
        eprintln!("SKIPPED: this host has no disk that a made smartctl could answer for");
        return;
    };
    let drive = self::drives()
        .into_iter()
        .find(|drive| drive.ends_with("scsi-ssd"))
        .unwrap_or_else(|| self::drives()[0].clone());
    let record = read(&drive).unwrap();
    let identifiers = identifiers(&record);
    let all: Vec<String> = identifiers.iter().flat_map(|plain| spellings(plain)).collect();
    let mut answer = self::json(&record);
    answer.as_object_mut().unwrap().remove("stone");
    let messages: Vec<Value> = all
        .iter()
        .map(|text| json!({ "string": format!("Device {text}: open failed"), "severity": "error" }))
        .collect();
    answer["smartctl"] = json!({
        "version": [7, 3], "svn_revision": "5338", "platform_info": all[0], "build_info": all[0], "argv": all,
        "messages": messages, "output": all, "exit_status": 0,
    });
    answer["model_name"] = json!(format!("MADE UP {}", all[0]));
    for status in [0, 2, 4] {
        let (folder, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        answer["smartctl"]["exit_status"] = json!(status);
        let program = fake(folder.path(), &answer, status);
        let script = fs::read_to_string(&program)
            .unwrap()
            .replace("exit", &format!("echo '{}' >&2\nexit", identifiers.join(" ")));
        fs::write(&program, script).unwrap();
        let how = ["--backend", "smartctl", "--smartctl", program.to_str().unwrap()];
        let (shown, on) = (["telemetry", "show-device"], ["--license", "sharing-1-0"]);
        let commands: &[(Vec<&str>, bool)] = &[
            ([&["device", "query"], &how[..], &[&disk]].concat(), false),
            ([&["device", "scrape-health-metrics"], &how[..], &[&disk]].concat(), true),
            (shown.to_vec(), true),
            ([&shown[..], &["--explain"], &how, &[&disk]].concat(), true),
            ([&shown[..], &how, &[&disk]].concat(), true),
            (vec!["config", "set", "mgr", "mgr/telemetry/device_url", "http://127.0.0.1:1/"], true),
            ([&["telemetry", "send"], &on[..], &how].concat(), true),
            (vec!["telemetry", "status"], true),
        ];
        for verbosity in ["-q", "-v", "-vv", "-vvv"] {
            for (command, public) in commands {
                let mut stone = Command::new(env!("CARGO_BIN_EXE_stone"));
                stone.args(command).args((verbosity != "-q").then_some(verbosity));
                let output = stone.arg("--state-dir").arg(state.path()).output().unwrap();
                let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
                let (out, err) = (text(&output.stdout), text(&output.stderr));
                assert_eq!(leak(&err, &identifiers), None, "{command:?} {verbosity} {status}: {err}");
                assert!(
                    !public || leak(&out, &identifiers).is_none(),
                    "{command:?} {verbosity} {status}: {out}"
                );
                // The disk was read, or the operator told why not.
                assert_eq!(
                    out.contains("MADE UP"),
                    !public && status != 2,
                    "{command:?} {verbosity} {status}: {out}{err}"
                );
            }
        }
        let kept = kept(state.path());
        assert_eq!(leak(&kept, &identifiers), None, "{status}: {kept}");
        assert_eq!(
            kept.contains("\"sha256\""),
            status != 2,
            "a report waits if there was something to report: {kept}"
        );
    }
}

/// Serial numbers that are nothing but trouble for whoever replaces text in text.
#[test]
fn serials_that_are_words_of_json_corrupt_nothing() {
    let healthy = read(&drives()[0]).unwrap();
    for serial in ["1", "0", "0000", "e", "\"", "\\", "\":{\"", "null", "true", "name", "\u{0}", "ST", " "] {
        let mut record = healthy.clone();
        record.0.set("serial_number", serial.to_owned());
        let out = anonymiser().anonymise(&record);
        let mut clean = healthy.clone();
        clean.0.remove("serial_number");
        assert_eq!(out.record(), anonymiser().anonymise(&clean).record(), "{serial:?}");
        let text = serde_json::to_string(&out).unwrap();
        assert!(serde_json::from_str::<Value>(&text).is_ok(), "{serial:?}");
    }
}
