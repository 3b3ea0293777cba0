//! Decodes a recorded disk: prints its record (smartctl's JSON), and what is wrong with the disk.
//!
//!     stone device dump /dev/sda -o sda.dump
//!     cargo run --example decode_dump -- sda.dump

use std::error::Error;
use std::io::{self, Write};
use std::path::PathBuf;

use stone_smart::device::BlockDevice;
use stone_smart::health;
use stone_smart::report::Value;
use stone_smart::source::{Limits, Native, Source};

fn main() -> Result<(), Box<dyn Error>> {
    let folder: PathBuf = std::env::args_os().nth(1).ok_or("which dump?")?.into();
    let limits = Limits::new(Limits::COMMAND, Limits::DISK);
    let record = Native::new().read(&BlockDevice::recorded(&folder), &limits)?;
    for finding in health::check(&record, None) {
        writeln!(io::stderr(), "{:?}: {}", finding.severity, finding.words)?;
    }
    writeln!(io::stdout(), "{}", Value::from(record.0))?;
    Ok(())
}
