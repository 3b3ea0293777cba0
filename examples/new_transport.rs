//! A way to a disk that this crate does not have: whatever can carry a command and bring back its answer can be read.
//!
//! This one carries nothing itself: it measures what goes through another. One over a network or a controller's own
//! ioctl differs only in what `execute` does.
//!
//!     cargo run --example new_transport -- /dev/nvme0

use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use stone_smart::device::{self, BlockDevice, Roots};
use stone_smart::source::{Limits, Native};
use stone_smart::transport::{self, Command, Completion, Transport, TransportError};

/// Notes what was asked, how much came, and how long it took.
struct Metered<T> {
    inner: T,
    seen: Vec<(String, Result<usize, String>, Duration)>,
}

impl<T: Transport> Transport for Metered<T> {
    fn execute(
        &mut self,
        command: &Command,
        data: &mut [u8],
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        // `command` says all there is to send: `TaskFile`, `ScsiCdb` and `NvmeAdmin` give their fields and bytes. Only
        // reading commands can be made, and the device may fill `command.room(data)`, not more.
        let start = Instant::now();
        let end = self.inner.execute(command, data, timeout);
        let bytes = end.as_ref().map(|completion| completion.data_len).map_err(ToString::to_string);
        self.seen.push((command.key(), bytes, start.elapsed()));
        end
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("which disk, or which dump?")?;
    let path = Path::new(&path);
    let disk = if path.is_dir() {
        BlockDevice::recorded(path)
    } else {
        device::find(&Roots::default(), path)?.into_iter().next().ok_or("there is no disk behind it")?
    };

    let mut metered = Metered { inner: transport::open(&disk)?, seen: Vec::new() };
    let source = Native::new();
    let limits = Limits::new(Limits::COMMAND, Limits::DISK);
    let record = source.read_through(&disk, &mut source.dialogue(&mut metered, limits))?;

    let mut out = io::stdout().lock();
    for (key, bytes, took) in &metered.seen {
        match bytes {
            Ok(bytes) => writeln!(out, "{key:<20} {bytes:>6} bytes {took:>12?}")?,
            Err(error) => writeln!(out, "{key:<20} {error}")?,
        }
    }
    let model = record.0.get("model_name").and_then(|model| model.as_str()).unwrap_or("a disk");
    writeln!(out, "{model}: {} commands", metered.seen.len())?;
    Ok(())
}
