//! The way of many samples to the receiver: memory of 10,000 of them, and MB/s beside the Python module's.
//!
//! `cargo bench --bench stream -- speed` (or `memory`, or `instructions`) is a part of it. STONE_CEPH_TOOLS names a folder with `perf.py` and `mkfixture.py`, which time the Python module and make its records; without it
//! the records are those of a made drive, and nothing stands beside.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "figures for people are what this is for")]
#![allow(clippy::unwrap_used, reason = "a benchmark says where it fails")]

use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

use flate2::Compression;
use flate2::write::GzEncoder;
use stone_smart::anonymise::{Anonymiser, Secret};
use stone_smart::history::{Device, History, Identifiers, Sample, Stamp};
use stone_smart::report::{Object, Record, Value};
use stone_smart::telemetry;

/// Samples of the memory figure, and how large each is as JSON.
const SAMPLES: i64 = 10_000;
const SIZE: usize = 30_000;
/// Memory that the way of all samples may take.
const MOST: u64 = 64 << 20;
/// Names the number of records that callgrind watches.
const COUNT: &str = "STONE_STREAM_RECORDS";

fn main() {
    // `cargo test --benches` only wants to know that it builds.
    if env::args().any(|argument| argument == "--test") {
        return;
    }
    if let Some(count) = env::var_os(COUNT) {
        anonymise(count.to_str().unwrap().parse().unwrap());
        return;
    }
    let parts = ["memory", "speed", "instructions"];
    let named = |part: &str| env::args().any(|argument| argument == part);
    let wanted = |part: &str| named(part) || !parts.iter().any(|part| named(part));
    for (part, run) in parts.into_iter().zip([memory, speed, instructions]) {
        if wanted(part) {
            run();
        }
    }
}

fn anonymiser() -> Anonymiser {
    Anonymiser::new(Secret::from_bytes([9; 32]), "osd-17.example.com")
}

/// The record of a made drive, padded with lines of text to 30 KB, as smartctl's output is.
fn record(number: i64) -> Record {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/ata-hdd/expected.json");
    let mut record: Object = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    record.set("serial_number", format!("MADEUP-{number:06}"));
    let length = serde_json::to_vec(&record).unwrap().len();
    let line = "  1 Raw_Read_Error_Rate     POSR--   082   064   044    -    151447048";
    let lines = SIZE.saturating_sub(length) / (line.len() + 3);
    record.object("smartctl").set("output", Value::array(std::iter::repeat_n(line, lines)));
    Record(record)
}

/// Megabytes that this process has had in memory at most.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() << 10
}

/// Counts what is written to it.
struct Count(u64);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn memory() {
    let dir = tempfile::tempdir().unwrap();
    let mut history = History::open(dir.path()).unwrap();
    let now = Stamp(1_795_362_062);
    for number in 0..SAMPLES {
        let record = record(number);
        let device = Device {
            device_id: format!("ST1_MADEUP-{number:06}"),
            identifiers: Identifiers {
                serial: Some(format!("MADEUP-{number:06}")),
                ..Identifiers::default()
            },
            ..Device::default()
        };
        let sample = Sample { device: &device, stamp: now, wear: None, record: &record };
        history.put(&[sample], now, History::RETENTION).unwrap();
    }
    let before = peak();
    let start = Instant::now();
    let anonymiser = anonymiser();
    let samples = telemetry::device_report(&history, &anonymiser, 86_400, now).unwrap();
    let mut gzip = GzEncoder::new(Count(0), Compression::default());
    samples.report().write_body(&mut gzip).unwrap();
    let sent = gzip.finish().unwrap().0;
    let (took, peak) = (start.elapsed(), peak());
    println!(
        "{SAMPLES} samples of {SIZE} bytes from the history through anonymiser and gzip: {:.1} s, {:.1} MB sent, peak {:.1} MB (before: {:.1} MB)",
        took.as_secs_f64(),
        mega(sent),
        mega(peak),
        mega(before),
    );
    assert!(peak < MOST, "more than 64 MiB");
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
fn mega(number: u64) -> f64 {
    number as f64 / 1e6
}

fn speed() {
    let Some(tools) = env::var_os("STONE_CEPH_TOOLS") else {
        let texts: Vec<Vec<u8>> =
            (0..1000).map(|number| serde_json::to_vec(&record(number).0).unwrap()).collect();
        println!("parse, anonymise, serialise: {:.0} MB/s", ours(&texts));
        eprintln!("SKIPPED: STONE_CEPH_TOOLS names no folder with perf.py, so nothing stands beside");
        return;
    };
    for (kind, size) in [("scsi", 8000), ("ata", 30_000)] {
        let make = format!(
            "import json, sys; sys.path.insert(0, '.'); import mkfixture\n\
             for i in range(1000): print(json.dumps(mkfixture.make('{kind}', f'ZC1{{i:07}}', {size})))"
        );
        let python = |arguments: &[&str]| {
            let output = Command::new("python3").args(arguments).current_dir(&tools).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            output.stdout
        };
        let lines = python(&["-c", &make]);
        let texts: Vec<Vec<u8>> =
            lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(<[u8]>::to_vec).collect();
        // Processor time instead of the clock's, here as there: others may be at work on this machine.
        let measure = format!(
            "import runpy, sys, time; time.perf_counter = time.process_time; sys.path.insert(0, '.')\n\
             sys.argv = ['perf.py', '1000', '{size}', '3']; runpy.run_path('perf.py', run_name='__main__')"
        );
        let theirs: Value = serde_json::from_slice(&python(&["-c", &measure])).unwrap();
        let theirs = match theirs.as_object().unwrap().get("send_MB_per_s") {
            Some(Value::Float(number)) => *number,
            other => panic!("{other:?}"),
        };
        let ours = ours(&texts);
        println!(
            "{size} bytes a record: {ours:.0} MB/s, the Python module {theirs:.0} MB/s: {:.1} times",
            ours / theirs
        );
    }
}

/// So many records of 30 KB, from text to what is sent.
fn anonymise(count: i64) {
    let (anonymiser, text) = (anonymiser(), serde_json::to_vec(&record(0).0).unwrap());
    for _ in 0..count {
        assert!(anonymiser.anonymise_json(&text).is_some());
    }
}

/// Instructions for a record, counted by callgrind: the same under any load. What starting costs is taken off.
fn instructions() {
    let count = |records: &str| -> Option<u64> {
        let mut valgrind = Command::new("valgrind");
        valgrind
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(env::current_exe().unwrap());
        let output = valgrind.env(COUNT, records).output().ok()?;
        let text = String::from_utf8_lossy(&output.stderr);
        text.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok())
    };
    match (count("10"), count("110")) {
        (Some(few), Some(many)) => {
            println!("instructions for a record of {SIZE} bytes: {}", (many - few) / 100);
        }
        _ => eprintln!("SKIPPED: no valgrind, so no instructions are counted"),
    }
}

/// Processor time of this process.
fn processor() -> Duration {
    let used = getrusage(UsageWho::RUSAGE_SELF).unwrap();
    let time = used.user_time() + used.system_time();
    Duration::from_micros(time.num_microseconds().try_into().unwrap())
}

/// Megabytes a second of parsing, anonymising and serialising on one core: the median of five, as theirs is.
fn ours(texts: &[Vec<u8>]) -> f64 {
    let anonymiser = anonymiser();
    let bytes: u64 = texts.iter().map(|text| text.len() as u64).sum();
    let mut took = [Duration::ZERO; 5];
    for took in &mut took {
        let start = processor();
        let mut sink = Count(0);
        for text in texts {
            sink.write_all(anonymiser.anonymise_json(text).unwrap().json()).unwrap();
        }
        assert!(sink.0 > 0);
        *took = processor() - start;
    }
    took.sort_unstable();
    mega(bytes) / took[2].as_secs_f64()
}
