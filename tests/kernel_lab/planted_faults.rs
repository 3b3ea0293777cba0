//! The judge of disks that hang is judged: made-up results that are good, and faults planted into them that it must find.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::faults::{self, End, LISTED, QUESTIONS, RACING, WITH_TIMEOUTS};

const NODES: &str = "\
ata-ssd /dev/sda
scsi-ssd /dev/sdb
scsi-hdd /dev/sdc
scsi-hdd-failing /dev/sdd
ata-hdd-failing /dev/sde
ata-hdd-old /dev/sdf
nvme /dev/nvme1n1
";

/// The reports of the recorded drives.
const DRIVES: [(&str, &str); 4] = [
    (
        "drives-answering",
        "HUNG ata-ssd 85 09\nHUNG scsi-ssd 4d 00\nMANAGED ata-ssd ABORT TASK answered\nEND\n",
    ),
    ("drives-refusing", "MANAGED ata-hdd-failing ABORT TASK refused\nEND\n"),
    ("drives-silent", "MANAGED scsi-hdd ABORT TASK never answered\nEND\n"),
    ("drives-undetected", "HUNG ata-ssd-faulty 12 00\nEND\n"),
];

fn put(folder: &Path, file: &str, text: &str) {
    fs::write(folder.join(file), text).expect("the folder can be written");
}

/// Answers a question in `seconds`; nothing is left of it.
fn answer(folder: &Path, name: &str, exit: u8, seconds: f64, devices: &[Value]) {
    put(folder, &format!("{name}.out"), &json!({"devices": devices}).to_string());
    put(folder, &format!("{name}.exit"), &format!("{exit}\n"));
    put(folder, &format!("{name}.seconds"), &format!("{seconds:.2}\n"));
    put(folder, &format!("{name}.processes"), "");
}

fn whole(path: &str) -> Value {
    json!({"path": path, "outcome": "ok", "record": {"stone": {"sections": {}}}})
}

/// It hung in `command` after two answers and as many more as `more` says.
fn hung(path: &str, command: &str, more: usize) -> Value {
    let mut sections =
        json!({"one": {"outcome": "ok"}, "two": {"outcome": "ok"}, "last": {"outcome": "timed_out"}});
    for index in 0..more {
        sections[format!("more-{index}")] = json!({"outcome": "ok"});
    }
    let stone = json!({"sections": sections, "stopped_at": {"command": command}});
    json!({"path": path, "outcome": "ok", "record": {"stone": stone}, "hung_in": command})
}

fn failed(path: &str, words: &str) -> Value {
    json!({"path": path, "outcome": "failed", "error": format!("so it is: {words}")})
}

fn told(path: &str, end: End) -> Value {
    match end {
        End::Whole => whole(path),
        End::Hung(command) => hung(path, command, 1),
        End::Cut(command) => {
            let mut disk = hung(path, command, 1);
            disk["hung_in"] = Value::Null;
            disk
        }
        End::LeftAlone(words) | End::Lost(words) => failed(path, words),
        End::NotWhole => failed(path, "gone"),
    }
}

/// Writes results without a fault.
pub(crate) fn good(folder: &Path) {
    for (host, report) in DRIVES {
        put(folder, host, report);
    }
    let folder = &folder.join("faults");
    fs::create_dir(folder).expect("the folder can be written");
    put(folder, "nodes", NODES);
    put(folder, "timeouts", "");
    for question in QUESTIONS.iter().chain(&WITH_TIMEOUTS) {
        let node = |name: &str| {
            let line = NODES.lines().find_map(|line| line.strip_prefix(&format!("{name} ")));
            line.expect("a drive of the table").replace("1n1", "1")
        };
        let mut disks: Vec<Value> =
            question.disks.iter().map(|(name, end)| told(&node(name), *end)).collect();
        disks.extend((0..question.whole).map(|index| whole(&format!("/dev/sdx{index}"))));
        answer(folder, question.name, question.exit, question.seconds, &disks);
    }
    for name in RACING {
        answer(folder, name, 0, 1.0, &[whole("/dev/sdx0"), whole("/dev/sdx1")]);
    }
    for (name, command) in LISTED {
        let quarantine = json!({"left_alone": true, "command": command});
        answer(folder, name, 0, 1.0, &[json!({"path": "/dev/sda", "quarantine": quarantine})]);
    }
    answer(folder, "front", 137, 3.0, &[]);
    answer(folder, "smartctl-silent", 0, 3.2, &[]);
    put(folder, "smartctl-silent.out", &json!({"smartctl": {"exit_status": 4}}).to_string());
    let mut debug = vec![whole("/dev/sdx0"); 3];
    debug.push(hung("/dev/sdx3", "scsi:12", 1));
    answer(folder, "debug-first", 1, 3.0, &debug);
    answer(folder, "probe-ls", 0, 1.0, &vec![json!({}); 8]);
}

/// What the judge says of results with a fault.
fn with(plant: impl FnOnce(&Path)) -> Vec<String> {
    let folder = tempfile::tempdir().expect("the folder can be written");
    good(folder.path());
    plant(folder.path());
    faults::judge(folder.path()).1
}

#[test]
fn each_planted_fault_is_found() {
    let question = |name: &'static str, exit: u8, seconds: f64, disk: Value| {
        move |folder: &Path| {
            let disks = [disk, whole("/dev/sdx0"), whole("/dev/sdx1")];
            answer(&folder.join("faults"), name, exit, seconds, &disks);
        }
    };
    let left = |name: &'static str, text: &'static str| {
        move |folder: &Path| put(&folder.join("faults"), &format!("{name}.processes"), text)
    };
    let report = |host: &'static str, text: &'static str| move |folder: &Path| put(folder, host, text);
    let statistics = || hung("/dev/sda", "ata:2f/04", 1);
    let found: [(&str, Vec<String>); 17] = [
        ("sg-first: ended with Some(0)", with(question("sg-first", 0, 5.2, statistics()))),
        ("sg-first: took Some(61.0) s", with(question("sg-first", 1, 61.0, statistics()))),
        (
            "sg-first: ata-ssd was to be Hung",
            with(question("sg-first", 1, 5.2, hung("/dev/sda", "ata:ec", 1))),
        ),
        ("2 sections", with(question("sg-first", 1, 5.2, hung("/dev/sda", "ata:2f/04", 0)))),
        ("sg-first: nothing is said of ata-ssd", with(question("sg-first", 1, 5.2, whole("/dev/sdz")))),
        ("sg-again: ata-ssd was to be LeftAlone", with(question("sg-again", 1, 5.2, statistics()))),
        (
            "killed: scsi-ssd was to be Cut",
            with(question("killed", 1, 3.2, hung("/dev/sdb", "scsi:4d/0d.00", 1))),
        ),
        (
            "deleted: scsi-hdd-failing was to be NotWhole",
            with(question("deleted", 1, 3.0, whole("/dev/sdd"))),
        ),
        ("many: 3 whole records, not 360", with(question("many", 0, 3.0, whole("/dev/sda")))),
        ("stopped: left behind: 7 7 T", with(left("stopped", "7 7 T\n"))),
        (
            "silent-again: left behind: 7 7 Z, 7 9 D, 8 8 D",
            with(left("silent-again", "7 7 Z\n7 9 D\n8 8 D\n")),
        ),
        ("a front that died left behind", with(left("front", "7 7 S\n"))),
        ("still there after the time-out", with(left("sd-ended", "7 7 Z\n7 9 D\n"))),
        ("smartctl-silent: ended with Some(124)", with(question("smartctl-silent", 124, 60.0, json!({})))),
        ("sg-ls does not say that the disk hung in", with(question("sg-ls", 0, 1.0, json!({})))),
        ("VIOLATION scsi-hdd 2a", with(report("drives-silent", "VIOLATION scsi-hdd 2a\nEND\n"))),
        ("did not: MANAGED ata-hdd-failing", with(report("drives-refusing", "END\n"))),
    ];
    for (words, findings) in found {
        assert!(findings.iter().any(|finding| finding.contains(words)), "{words}: {findings:?}");
    }
    let zombies = with(left("stopped", "7 7 Z\n"));
    assert!(zombies.is_empty(), "what waits to be collected is gone: {zombies:?}");
}
