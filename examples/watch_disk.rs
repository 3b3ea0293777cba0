//! Watches one disk: reads it now and then, and prints its health and temperature when they change.
//!
//!     cargo run --example watch_disk -- /dev/sda          every minute, for ever
//!     cargo run --example watch_disk -- /dev/sda 1 3      every second, three times

use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

use stone_smart::device::{self, BlockDevice, Roots};
use stone_smart::source::native::{Extent, Power};
use stone_smart::source::{Limits, Native, Source, chain};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("which disk?")?;
    let pause = arguments.next().map_or(Ok(60), |seconds| seconds.parse())?;
    let rounds = arguments.next().map_or(Ok(usize::MAX), |rounds| rounds.parse())?;

    let disk = find(Path::new(&path))?;
    // Three to eight commands, and none at all while it sleeps.
    let source = Native::new().to_extent(Extent::Quick).leaving_asleep(Some(Power::Standby));
    let mut before = String::new();
    for round in 0..rounds {
        if round > 0 {
            thread::sleep(Duration::from_secs(pause));
        }
        let now = look(&source, &disk);
        if now != before {
            writeln!(io::stdout(), "{path}: {now}")?;
            before = now;
        }
    }
    Ok(())
}

/// A folder is taken for a recorded disk (`stone device dump`).
fn find(path: &Path) -> Result<BlockDevice, Box<dyn Error>> {
    if path.is_dir() {
        return Ok(BlockDevice::recorded(path));
    }
    // A partition or a volume leads to its disk, or to several.
    let disks = device::find(&Roots::default(), path)?;
    Ok(disks.into_iter().next().ok_or("there is no disk behind it")?)
}

fn look(source: &Native, disk: &BlockDevice) -> String {
    let limits = Limits::new(Limits::COMMAND, Limits::DISK);
    match source.read(disk, &limits) {
        Err(error) => chain(&error),
        Ok(record) => {
            let health = match record.0.at("smart_status.passed").and_then(|passed| passed.as_bool()) {
                Some(true) => "passed",
                Some(false) => "FAILED",
                None => "health unknown",
            };
            match record.0.at("temperature.current") {
                Some(celsius) => format!("{health}, {celsius} C"),
                None => format!("{health}, temperature unknown"),
            }
        }
    }
}
