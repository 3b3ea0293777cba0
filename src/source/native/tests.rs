//! What a disk behind a USB bridge is taken for, how many commands a disk gets, and what stops its reading.

use std::io;
use std::path::Path;
use std::thread;
use std::time::Duration;

use nix::libc;

use super::{Dialogue, Extent, Kind, Native, protocol, walk};
use crate::decode;
use crate::device::{BlockDevice, Link, Place};
use crate::report::{Record, Value};
use crate::source::{Limits, Source, SourceError};
use crate::transport::{Command, Completion, Replay, Sat, ScsiCdb, Sense, Transport, TransportError};

/// A USB bridge with its maker's name in its INQUIRY data.
struct Bridge {
    ata: Ata,
    /// The commands that came: operation codes, of ATA commands where they are passed through.
    commands: Vec<u8>,
}

/// What it does with ATA PASS-THROUGH.
enum Ata {
    /// It passes IDENTIFY DEVICE on to a drive with this answer.
    Answers(Box<[u8; 512]>),
    Refuses,
    Hangs,
}

impl Bridge {
    fn new(ata: Ata) -> Self {
        Self { ata, commands: Vec::new() }
    }
}

impl Transport for Bridge {
    fn execute(
        &mut self,
        command: &Command,
        data: &mut [u8],
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        let Command::Scsi(cdb) = command else { panic!("{command:?}") };
        self.commands.push(match cdb.bytes() {
            [0x85, .., ata, _] => *ata,
            other => other[0],
        });
        match (cdb.bytes(), &self.ata) {
            ([0x12, 0, ..], _) => {
                data[8..16].copy_from_slice(b"JMicron ");
                Ok(Completion { data_len: 36, ..Completion::default() })
            }
            ([0x85, .., 0xec, _], Ata::Answers(identify)) => {
                data.copy_from_slice(identify.as_slice());
                Ok(Completion { data_len: 512, ..Completion::default() })
            }
            ([0x85, ..], Ata::Hangs) => Err(TransportError::TimedOut(timeout)),
            _ => {
                let sense = Some(Sense { key: 0x05, asc: 0x20, ascq: 0x00 });
                Err(TransportError::Scsi { status: 0x02, sense })
            }
        }
    }
}

fn device(removable: Option<bool>) -> BlockDevice {
    BlockDevice { link: Link::Usb, removable, place: Place::Node("/dev/sdx".into()), ..Default::default() }
}

/// What a bridge is taken for, and the commands that came.
fn ask(ata: Ata, removable: Option<bool>) -> (Result<Kind, SourceError>, Vec<u8>) {
    let mut bridge = Bridge::new(ata);
    let mut sat = Sat::new(&mut bridge);
    let limits = Limits::new(Limits::COMMAND, Limits::DISK);
    let kind = protocol(&device(removable), &mut Dialogue::new(&mut sat, limits));
    (kind, bridge.commands)
}

/// The IDENTIFY DEVICE data of a made drive.
fn identify() -> [u8; 512] {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/ata-ssd");
    let replay = Replay::open(&folder).unwrap();
    replay.dump().answer("identify.bin").unwrap().unwrap().try_into().unwrap()
}

#[test]
fn a_drive_behind_a_bridge_that_passes_ata_on_is_asked_once() {
    let (kind, commands) = ask(Ata::Answers(Box::new(identify())), Some(false));
    assert_eq!((kind.unwrap(), commands.as_slice()), (Kind::Ata, &[0xec][..]));

    let mut bridge = Bridge::new(Ata::Answers(Box::new(identify())));
    let mut sat = Sat::new(&mut bridge);
    let limits = Limits::new(Limits::COMMAND, Limits::DISK);
    let record = Native::new().read_through(&device(Some(false)), &mut Dialogue::new(&mut sat, limits));
    assert_eq!(record.unwrap().0.at("device.protocol"), Some(&"ATA".into()));
    assert_eq!(bridge.commands.iter().filter(|command| **command == 0xec).count(), 1);
    assert!(bridge.commands.contains(&0xb0) && !bridge.commands.contains(&0x12), "{:x?}", bridge.commands);
}

#[test]
fn a_bridge_that_does_not_know_ata_costs_one_command_more() {
    for ata in [
        Ata::Refuses,
        Ata::Answers(Box::new([0; 512])),
        Ata::Answers(Box::new([b' '; 512])),
        Ata::Answers(Box::new([0xff; 512])),
    ] {
        let (kind, commands) = ask(ata, Some(false));
        assert_eq!((kind.unwrap(), commands.as_slice()), (Kind::Scsi, &[0xec, 0x12][..]));
    }
}

#[test]
fn a_disk_whose_link_is_unknown_is_asked_who_it_is_once() {
    let mut bridge = Bridge::new(Ata::Refuses);
    let device = BlockDevice { link: Link::Unknown, ..device(None) };
    let mut dialogue = Dialogue::new(&mut bridge, Limits::new(Limits::COMMAND, Limits::DISK));
    Native::new().leaving_asleep(Some(super::Power::Standby)).read_through(&device, &mut dialogue).unwrap();
    // INQUIRY, REQUEST SENSE, TEST UNIT READY: each once.
    assert_eq!(bridge.commands.get(..3), Some(&[0x12, 0x03, 0x00][..]), "{:x?}", bridge.commands);
}

#[test]
fn a_stick_is_not_sent_an_ata_command() {
    let (kind, commands) = ask(Ata::Hangs, Some(true));
    assert_eq!((kind.unwrap(), commands.as_slice()), (Kind::Scsi, &[0x12][..]));
}

#[test]
fn a_bridge_that_hangs_is_not_asked_on() {
    let (kind, commands) = ask(Ata::Hangs, None);
    assert!(matches!(kind, Err(SourceError::Identify { command: "IDENTIFY DEVICE", .. })), "{kind:?}");
    assert_eq!(commands, [0xec]);
}

#[test]
fn the_answer_that_is_kept_is_the_drives() {
    let mut bridge = Bridge::new(Ata::Answers(Box::new(identify())));
    let mut sat = Sat::new(&mut bridge);
    let command = Command::Ata(crate::transport::TaskFile::identify_device());
    for _ in 0..3 {
        let mut data = [0; 512];
        let end = sat.execute(&command, &mut data, Limits::COMMAND).unwrap();
        assert_eq!((end.data_len, data), (512, identify()));
    }
    sat.execute(&Command::Scsi(ScsiCdb::inquiry(36)), &mut [0; 36], Limits::COMMAND).unwrap();
    assert_eq!(bridge.commands, [0xec, 0x12]);
}

/// Commands that a made drive of `fixtures/` is sent, and the names of its sections.
fn commands(drive: &str, extent: Extent) -> (u64, Record) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(drive);
    let limits = Limits::new(Duration::from_secs(5), Duration::from_secs(20));
    let record = Native::new().to_extent(extent).read(&BlockDevice::recorded(&folder), &limits).unwrap();
    (record.0.at("stone.commands").and_then(|count| count.as_u64()).unwrap(), record)
}

#[test]
fn a_record_costs_no_more_commands_than_promised() {
    // A data centre NVMe drive has logs that smartctl does not read; `smartctl -x` costs it 5.
    for (drive, whole, quick) in [
        ("ata-hdd", 20, 6),
        ("ata-hdd-failing", 20, 6),
        ("ata-hdd-old", 20, 6),
        ("ata-ssd", 20, 6),
        ("ata-ssd-faulty", 20, 6),
        ("scsi-hdd", 28, 8),
        ("scsi-hdd-old", 28, 8),
        ("scsi-ssd", 28, 8),
        ("nvme-dc", 11, 3),
        ("nvme-consumer", 5, 3),
    ] {
        let (count, all) = commands(drive, Extent::Whole);
        assert!(count <= whole, "{drive}: {count} commands");
        let (count, record) = commands(drive, Extent::Quick);
        assert!(count <= quick, "{drive}: {count} commands");
        for key in ["smart_status", "temperature", "power_on_time"] {
            assert_eq!(record.0.get(key).is_some(), all.0.get(key).is_some(), "{drive}: {key}");
        }
    }
}

#[test]
fn every_page_of_a_quick_reading_is_a_page() {
    fn all<P: walk::Speak>() -> bool {
        P::QUICK.iter().all(|name| P::PAGES.iter().any(|page| page.name == *name))
    }
    assert!(all::<decode::ata::Pages>() && all::<decode::scsi::Pages>() && all::<decode::nvme::Pages>());
}

/// A drive that is removed after some commands, or takes its time for each.
struct Trying {
    replay: Replay,
    answers: u32,
    latency: Duration,
}

impl Transport for Trying {
    fn execute(
        &mut self,
        command: &Command,
        data: &mut [u8],
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        thread::sleep(self.latency);
        let gone = || TransportError::Refused(io::Error::from_raw_os_error(libc::ENODEV));
        self.answers = self.answers.checked_sub(1).ok_or_else(gone)?;
        self.replay.execute(command, data, timeout)
    }
}

#[test]
fn a_record_is_cut_short_where_the_disk_leaves_and_where_its_time_is_over() {
    let read = |drive: &str, answers: u32, latency: u64| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(drive);
        let device = BlockDevice::recorded(&folder);
        let replay = Replay::open(&folder).unwrap();
        let mut transport = Trying { replay, answers, latency: Duration::from_millis(latency) };
        let native = Native::new();
        let limits = Limits::new(Limits::COMMAND, Duration::from_millis(300));
        let conversation = native.converse(&device, &mut native.dialogue(&mut transport, limits)).unwrap();
        native.record(&device, &conversation, Duration::ZERO)
    };
    for drive in ["ata-hdd", "scsi-hdd", "nvme-dc"] {
        assert!(!read(drive, u32::MAX, 0).is_cut_short(), "{drive}");
        // The one waits for nothing any more, the other for an answer that comes.
        for (answers, latency) in [(4, 0), (u32::MAX, 70)] {
            let record = read(drive, answers, latency);
            assert!(record.is_cut_short(), "{drive} {answers}");
            assert!(record.0.at("stone.stopped_at.page").is_some(), "{drive} {answers}");
        }
    }
}

#[test]
fn every_command_is_counted_also_whether_the_disk_sleeps() {
    for (drive, for_sleep) in [("ata-hdd", 1), ("ata-ssd", 1), ("scsi-hdd", 1), ("nvme-dc", 0)] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(drive);
        let device = BlockDevice::recorded(&folder);
        let read = |asleep| {
            let replay = Replay::open(&folder).unwrap();
            let mut transport = Trying { replay, answers: u32::MAX, latency: Duration::ZERO };
            let native = Native::new().leaving_asleep(asleep);
            let limits = Limits::new(Limits::COMMAND, Limits::DISK);
            let record = native.read_through(&device, &mut Dialogue::new(&mut transport, limits));
            let counted = record.unwrap().0.at("stone.commands").and_then(Value::as_u64).unwrap();
            assert_eq!(counted, u64::from(u32::MAX - transport.answers), "{drive}");
            counted
        };
        assert_eq!(read(Some(super::Power::Standby)) - read(None), for_sleep, "{drive}");
    }
}
