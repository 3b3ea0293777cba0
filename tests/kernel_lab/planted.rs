//! The judge is judged: a made-up round that is good, and faults planted into it that it must find.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

const DISKS: &str = "\
qemu-ahci-hdd  ahci        M  SERIAL-ONE   5000c50a11111111  -
qemu-ahci-ssd  recorded    M  SERIAL-TWO   0                 -
raid           megasas     M  SERIAL-FOUR  0                 -
virtual        virtio-blk  -  SERIAL-THREE 0                 -
hostname       host        -  some-host
short          host        -  2000
";

const BLOCKS: &str = "\
sda 100 /sys/devices/x/host0/target0:0:0/0:0:0:0/block/sda
sda1 50 /sys/devices/x/host0/target0:0:0/0:0:0:0/block/sda/sda1
sdb 100 /sys/devices/x/host1/target1:0:0/1:0:0:0/block/sdb
sdc 100 /sys/devices/x/host2/target2:2:0/2:2:0:0/block/sdc
vda 100 /sys/devices/x/virtio0/block/vda
dm-0 50 /sys/devices/virtual/block/dm-0
loop0 50 /sys/devices/virtual/block/loop0
md127 50 /sys/devices/virtual/block/md127
sr0 50 /sys/devices/x/block/sr0
";

/// The report of the recorded drives.
const DRIVES: &str = "DRIVE qemu-ahci-ssd 70\nEND\n";

const BEHIND: &str = "/dev/bus/2/megaraid,0";

fn record(serial: &str) -> Value {
    json!({"serial_number": serial, "rotation_rate": 7200, "wwn": {"naa": 5, "oui": 3152, "id": 44_000_000_001_u64}})
}

/// The record of the disk behind the controller.
fn behind() -> Value {
    let mut record = record("SERIAL-FOUR");
    record["device"] = json!({"type": "megaraid,0"});
    record["user_capacity"] = json!({"bytes": 51_200});
    record
}

fn read(path: &str, record: &Value) -> Value {
    json!({"path": path, "outcome": "ok", "record": record})
}

fn answer(folder: &Path, name: &str, exit: u8, devices: &[Value]) {
    let list = json!(devices);
    write(folder, name, exit, &if name == "ls" { list } else { json!({ "devices": list }) });
}

fn write(folder: &Path, name: &str, exit: u8, json: &Value) {
    fs::write(folder.join(format!("{name}.out")), json.to_string()).expect("the folder can be written");
    fs::write(folder.join(format!("{name}.exit")), format!("{exit}\n")).expect("the folder can be written");
}

/// Writes results without a fault.
pub(crate) fn good(folder: &Path) {
    fs::write(folder.join("disks"), DISKS).expect("the folder can be written");
    fs::write(folder.join("drives"), DRIVES).expect("the folder can be written");
    let (one, two, behind) = (record("SERIAL-ONE"), record("SERIAL-TWO"), behind());
    for name in crate::ROUNDS {
        let round = folder.join(name);
        fs::create_dir_all(round.join("disks")).expect("the folder can be written");
        fs::write(round.join("block-devices"), BLOCKS).expect("the folder can be written");
        let entry = |path: &str, daemons: &[&str]| json!({"path": path, "link": "sata", "size_bytes": 51_200, "daemons": daemons});
        answer(
            &round,
            "ls",
            0,
            &[
                entry("/dev/sda", &["osd.0"]),
                entry("/dev/sdb", &["osd.1"]),
                entry("/dev/sdc", &[]),
                entry("/dev/vda", &[]),
                {
                    let mut member = entry(BEHIND, &[]);
                    member["smartctl_type"] = json!("megaraid,0");
                    member
                },
            ],
        );
        answer(&round, "query", 0, &[read("/dev/sda", &one), read("/dev/sdb", &two), read(BEHIND, &behind)]);
        answer(&round, "query-partition", 0, &[read("/dev/sda", &one)]);
        answer(&round, "query-volume", 0, &[read("/dev/sda", &one)]);
        answer(&round, "usage", 2, &[]);
        answer(&round, "nothing", 3, &[]);
        answer(&round, "some", 1, &[]);
        for report in ["preview-device", "show-device"] {
            write(
                &round,
                report,
                0,
                &json!({"host": {"one": {"time": {"rotation_rate": 7200}}, "two": {}, "four": {}}}),
            );
        }
        let disks = [
            ("sda", "/dev/sda", &one),
            ("sdb", "/dev/sdb", &two),
            // What is read instead of a logical disk.
            ("sdc", BEHIND, &behind),
            ("megaraid,0", BEHIND, &behind),
        ];
        for (node, path, record) in disks {
            let disk = round.join("disks").join(node);
            fs::create_dir(&disk).expect("the folder can be written");
            write(&disk, "smartctl", 0, record);
            if node == "megaraid,0" {
                write(&disk, "drop-in", 0, record);
            }
            answer(&disk, "query", 0, &[read(path, record)]);
            answer(&disk, "dump", 0, &[]);
            answer(&disk, "decode", 0, &[read("dump", record)]);
        }
        let disk = round.join("disks/vda");
        fs::create_dir(&disk).expect("the folder can be written");
        write(&disk, "smartctl", 1, &json!({}));
        answer(&disk, "query", 3, &[json!({"path": "/dev/vda", "outcome": "failed"})]);
    }
}

/// Plants a fault into the second round; what the judge says of it.
fn with(plant: impl FnOnce(&Path)) -> Vec<String> {
    let folder = tempfile::tempdir().expect("the folder can be written");
    good(folder.path());
    plant(&folder.path().join(crate::ROUNDS[1]));
    crate::judge(folder.path()).1
}

#[test]
fn each_planted_fault_is_found() {
    let one = record("SERIAL-ONE");
    let report =
        |leak: Value| move |round: &Path| write(round, "show-device", 0, &json!({"h": {"d": {"t": leak}}}));
    let found: [(&str, Vec<String>); 21] = [
        (
            "rotation_rate is 7200",
            with(|round| {
                let wrong =
                    json!({"serial_number": "SERIAL-ONE", "rotation_rate": "7200", "wwn": one["wwn"]});
                answer(&round.join("disks/sda"), "query", 0, &[read("/dev/sda", &wrong)]);
            }),
        ),
        (
            "does not have sdb",
            with(|round| answer(round, "ls", 0, &[json!({"path": "/dev/sda"}), json!({"path": "/dev/vda"})])),
        ),
        (
            "has loop0, which is no disk",
            with(|round| {
                let mut devices =
                    ["sda", "sdb", "vda", "loop0"].map(|name| json!({"path": format!("/dev/{name}")}));
                devices[0]["daemons"] = json!(["osd.0"]);
                answer(round, "ls", 0, &devices);
            }),
        ),
        (
            "sda 2 times",
            with(|round| {
                answer(
                    round,
                    "ls",
                    0,
                    &["sda", "sda", "sdb", "vda"].map(|name| json!({"path": format!("/dev/{name}")})),
                );
            }),
        ),
        (
            "daemons [] on sdb",
            with(|round| answer(round, "ls", 0, &[json!({"path": "/dev/sdb", "daemons": []})])),
        ),
        (
            "read alone, but not with the others",
            with(|round| answer(round, "query", 0, &[read("/dev/sda", &one)])),
        ),
        (
            "left behind: /tmp/stone-megaraid-1-0",
            with(|round| {
                let node = "/tmp/stone-megaraid-1-0\n";
                fs::write(round.join("nodes-left"), node).expect("the folder can be written");
            }),
        ),
        (
            "device ls does not have megaraid,0",
            with(|round| answer(round, "ls", 0, &[json!({"path": "/dev/sda"})])),
        ),
        (
            "sdc (raid, logical) does not lead to the disk behind it but to \"scsi\"",
            with(|round| {
                let mut logical = behind();
                logical["device"]["type"] = json!("scsi");
                answer(&round.join("disks/sdc"), "query", 0, &[read("/dev/sdc", &logical)]);
            }),
        ),
        (
            "megaraid,0 (raid): as smartctl: rotation_rate is 7200",
            with(|round| {
                let mut other = behind();
                other["rotation_rate"] = json!(0);
                write(&round.join("disks/megaraid,0"), "drop-in", 0, &other);
            }),
        ),
        (
            "as smartctl: no answer, exit Some(2)",
            with(|round| {
                let folder = round.join("disks/megaraid,0");
                fs::write(folder.join("drop-in.out"), "").expect("the folder can be written");
                fs::write(folder.join("drop-in.exit"), "2\n").expect("the folder can be written");
            }),
        ),
        ("query-partition does not lead", with(|round| answer(round, "query-partition", 3, &[]))),
        ("query of no disk ended with Some(0)", with(|round| answer(round, "nothing", 0, &[]))),
        ("was late or crashed", with(|round| answer(round, "some", 124, &[]))),
        ("show-device has SERIAL-ONE", with(report(json!({"x": "a/serial_one!"})))),
        ("show-device has 5000c50a11111111", with(report(json!({"5000:C50A:1111:1111": 1})))),
        (
            "preview-device has 0 disks, 3 were read",
            with(|round| write(round, "preview-device", 0, &json!({}))),
        ),
        (
            "show-device has 2000: LAB_2000",
            with(report(json!({"x": "LAB_2000", "y": 2000, "z": "of the year 2000"}))),
        ),
        (
            "has logical unit 0xaa as {\"sda\", \"sdb\"}",
            with(|round| {
                for (node, mut record) in [("sda", one.clone()), ("sdb", record("SERIAL-TWO"))] {
                    record["logical_unit_id"] = json!("0xaa");
                    write(&round.join("disks").join(node), "smartctl", 0, &record);
                }
            }),
        ),
        ("show-device has 44000000001", with(report(json!([44_000_000_001_u64])))),
        (
            "not a reading command: scsi_dispatch_cmd_start",
            with(|round| {
                let trace = "sh-1 [0] . 1: tracing_mark_write: begin with-udev/disks/sda query\n\
                stone-2 [0] . 1: scsi_dispatch_cmd_start: host_no=0 channel=0 id=0 lun=0 cmnd=(WRITE_10 - raw=2a 00 00)\n\
                sh-1 [0] . 1: tracing_mark_write: end\n";
                fs::write(round.join("trace"), trace).expect("the folder can be written");
            }),
        ),
    ];
    for (words, findings) in found {
        assert!(findings.iter().any(|finding| finding.contains(words)), "{words}: {findings:?}");
        assert!(findings.iter().all(|finding| finding.starts_with("with-udev")), "{words}: {findings:?}");
    }
}

#[test]
fn each_planted_fault_of_the_recorded_drives_is_found() {
    let reports = [
        (
            "would change a drive: qemu-ahci-ssd 2a 00",
            "VIOLATION qemu-ahci-ssd 2a 00\nDRIVE qemu-ahci-ssd 70\nEND\n",
        ),
        ("does not answer: qemu-ahci-ssd 12 00", "HUNG qemu-ahci-ssd 12 00\nDRIVE qemu-ahci-ssd 70\nEND\n"),
        ("qemu-ahci-ssd was not asked", "DRIVE qemu-ahci-ssd 0\nEND\n"),
        ("has no end", "DRIVE qemu-ahci-ssd 70\n"),
    ];
    for (words, report) in reports {
        let folder = tempfile::tempdir().expect("the folder can be written");
        good(folder.path());
        fs::write(folder.path().join("drives"), report).expect("the folder can be written");
        let findings = crate::judge(folder.path()).1;
        assert!(matches!(findings.as_slice(), [finding] if finding.contains(words)), "{words}: {findings:?}");
    }
}
