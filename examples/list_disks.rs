//! Lists the physical disks of this host: each once, whatever lies on it or leads to it. No command is sent to them.
//!
//!     cargo run --example list_disks            this host
//!     cargo run --example list_disks -- COPY    a copy of another host's /sys, /dev, /run and /var

use std::error::Error;
use std::io::{self, Write};

use stone_smart::device::{self, Roots};

fn main() -> Result<(), Box<dyn Error>> {
    let roots = std::env::args_os().nth(1).map_or_else(Roots::default, Roots::at);
    let mut out = io::stdout().lock();
    for disk in device::enumerate(&roots)? {
        let model = disk.model.as_deref().unwrap_or("of unknown model");
        let gigabytes = disk.size_bytes.unwrap_or(0) / 1_000_000_000;
        writeln!(out, "{}  {model}  {gigabytes} GB  {}", disk.path().display(), disk.link.word())?;
        for daemon in &disk.daemons {
            writeln!(out, "    used by {daemon}")?;
        }
    }
    Ok(())
}
