//! The drives under `fixtures/` with a broken way to them: answers that end early, or come with wrong bits.

use std::path::{Path, PathBuf};
use std::time::Duration;

use stone_smart::device::BlockDevice;
use stone_smart::report::Record;
use stone_smart::source::native::{self, Dialogue};
use stone_smart::source::{Limits, Native, SourceError};
use stone_smart::transport::{Command, Completion, Transport, TransportError};

fn drives() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let entries = std::fs::read_dir(folder).expect("fixtures/ can be listed");
    let mut drives: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry of fixtures/").path())
        .filter(|folder| folder.join("device.conf").exists())
        .collect();
    drives.sort();
    assert!(!drives.is_empty());
    drives
}

/// What happens to the bytes of an answer on the way.
type Harm = dyn Fn(&mut [u8]) -> usize + Send;

/// A transport that does harm to every answer.
struct Broken {
    inner: Box<dyn Transport>,
    harm: Box<Harm>,
}

impl Transport for Broken {
    fn execute(
        &mut self,
        command: &Command,
        data: &mut [u8],
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        let mut completion = self.inner.execute(command, data, timeout)?;
        completion.data_len = (self.harm)(&mut data[..completion.data_len]);
        Ok(completion)
    }
}

fn read(
    native: &Native,
    drive: &Path,
    harm: impl Fn(&mut [u8]) -> usize + Send + 'static,
) -> Result<Record, SourceError> {
    let device = BlockDevice::recorded(drive);
    let inner = native::open(&device).expect("a dump that can be opened");
    let mut broken = Broken { inner, harm: Box::new(harm) };
    let limits = Limits::new(Limits::COMMAND, Limits::DISK);
    native.read_through(&device, &mut Dialogue::new(&mut broken, limits))
}

/// The record as text; every section has an outcome, and what is malformed says so.
fn check(drive: &Path, record: &Record) {
    let text = serde_json::to_string(&record.0).expect("a record is JSON");
    let value: serde_json::Value = serde_json::from_str(&text).expect("and can be read");
    let sections = value["stone"]["sections"].as_object().expect("sections");
    assert!(!sections.is_empty(), "{}", drive.display());
    for (name, section) in sections {
        let outcome = section["outcome"].as_str().unwrap_or_default();
        assert!(!outcome.is_empty(), "{}: {name}", drive.display());
        assert_eq!(outcome == "malformed", section["reason"].is_string() && outcome != "failed", "{name}");
    }
}

#[test]
fn answers_that_end_early_are_gaps() {
    let native = Native::new();
    let lengths = (0..=20).chain([32, 36, 44, 64, 96, 97, 128, 252, 256, 508, 511, 512, 560, 1023, 1024]);
    for drive in drives() {
        for length in lengths.clone() {
            // An `Err` is for the page that identifies the disk: without it there is no record.
            if let Ok(record) = read(&native, &drive, move |data: &mut [u8]| data.len().min(length)) {
                assert_ne!(length, 0, "{}", drive.display());
                check(&drive, &record);
            }
        }
        let whole =
            read(&native, &drive, |data: &mut [u8]| data.len()).expect("an unharmed drive has a record");
        check(&drive, &whole);
    }
}

#[test]
fn wrong_bits_do_no_harm() {
    let native = Native::new();
    for drive in drives() {
        for seed in 1..20_u64 {
            let harm = move |data: &mut [u8]| {
                let mut state = seed;
                let mut next = || {
                    state =
                        state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    usize::try_from(state >> 33).unwrap_or_default()
                };
                // One to sixteen bytes, most of them near the start, where lengths and counts are.
                for _ in 0..=seed % 16 {
                    let range = if next() % 4 == 0 { data.len() } else { data.len().min(64) };
                    if let Some(byte) = next().checked_rem(range).and_then(|index| data.get_mut(index)) {
                        let [value, ..] = next().to_le_bytes();
                        *byte = if value < 0x40 { 0xff } else { value };
                    }
                }
                data.len()
            };
            if let Ok(record) = read(&native, &drive, harm) {
                check(&drive, &record);
            }
        }
    }
}
