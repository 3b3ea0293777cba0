//! Which disks the arguments mean, and reading them.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use super::args::{Backend, DiskArgs, HowArgs};
use super::output::{chain, complain};
use crate::collect::{self, Collected, Options};
use crate::device::{self, BlockDevice, Link, Roots};
use crate::source::{Auto, Native, Smartctl, Source};

/// Disks that were found, and how many of those asked for were not.
pub(super) struct Found {
    pub(super) devices: Vec<BlockDevice>,
    /// Names that lead to no disk; each had its line on standard error.
    pub(super) missing: usize,
}

impl Found {
    fn nothing() -> Self {
        Self { devices: Vec::new(), missing: 1 }
    }
}

/// Is it the folder of a recorded disk?
fn is_dump(path: &Path) -> bool {
    path.join("device.conf").is_file()
}

/// The disks that `paths` lead to, or all disks if there are none: each once, in the order of the names. The folder of
/// a dump stands for its disk.
pub(super) fn find(paths: &[PathBuf]) -> Found {
    let roots = Roots::default();
    if paths.is_empty() {
        return match device::enumerate(&roots) {
            Ok(devices) => Found { devices, missing: 0 },
            Err(error) => {
                complain("devices", &error);
                Found::nothing()
            }
        };
    }
    let mut found = Found { devices: Vec::new(), missing: 0 };
    for path in paths {
        let found_here =
            if is_dump(path) { Ok(vec![BlockDevice::recorded(path)]) } else { device::find(&roots, path) };
        match found_here {
            Ok(devices) => {
                for device in devices {
                    if !found.devices.iter().any(|known| known.path() == device.path()) {
                        found.devices.push(device);
                    }
                }
            }
            Err(error) => {
                // The error names the path, and says where a link in it led.
                eprintln!("stone: {}", chain(&error));
                found.missing += 1;
            }
        }
    }
    found
}

/// The dumps in `folder`, or `folder` itself if it is one; by name.
pub(super) fn recorded(folder: &Path) -> Found {
    if is_dump(folder) {
        return Found { devices: vec![BlockDevice::recorded(folder)], missing: 0 };
    }
    let list = || -> io::Result<Vec<PathBuf>> {
        let mut folders: Vec<PathBuf> =
            fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
        folders.retain(|folder| is_dump(folder));
        folders.sort();
        if folders.is_empty() {
            return Err(io::Error::new(
                io::ErrorKind::NotFound,
                "no dump in it: a dump is a folder with device.conf",
            ));
        }
        Ok(folders)
    };
    match list() {
        Ok(folders) => Found {
            devices: folders.iter().map(|folder| BlockDevice::recorded(folder)).collect(),
            missing: 0,
        },
        Err(error) => {
            complain(&folder.display().to_string(), &error);
            Found::nothing()
        }
    }
}

/// The disks that `args` mean.
pub(super) fn wanted(args: &DiskArgs) -> Found {
    let mut found = match &args.drives {
        Some(folder) => recorded(folder),
        None => find(&args.devices),
    };
    // A disk without SMART data is worth a complaint when it was named, not when all are read.
    if args.devices.is_empty() {
        found.devices.retain(|device| device.link != Link::Virtio);
    }
    found
}

/// Reads `devices`, all at once; each that fails has its line on standard error.
pub(super) fn read(devices: Vec<BlockDevice>, how: &HowArgs) -> Vec<Collected> {
    let smartctl = Smartctl::new(&how.smartctl);
    let source: Arc<dyn Source> = match how.backend {
        Backend::Auto => Arc::new(Auto::new(Native::new(), smartctl)),
        Backend::Native => Arc::new(Native::new()),
        Backend::Smartctl => Arc::new(smartctl),
    };
    let options =
        Options { jobs: how.jobs, command_timeout: how.command_timeout, disk_deadline: how.deadline };
    let (start, count) = (Instant::now(), devices.len());
    let mut progress = Progress::new(count);
    let collected = collect::collect(devices, source, &options, |_| progress.step());
    progress.clear();
    for one in &collected {
        if let Err(error) = &one.result {
            complain(&one.device.path().display().to_string(), error);
        }
    }
    tracing::info!(disks = count, took = ?start.elapsed(), "read");
    collected
}

/// Why there is no record, for JSON.
pub(super) fn reason(error: &collect::CollectError) -> String {
    chain(error)
}

/// A counter on a terminal, for more disks than one looks through at a glance.
struct Progress {
    total: usize,
    done: usize,
    shown: bool,
}

impl Progress {
    fn new(total: usize) -> Self {
        Self { total, done: 0, shown: total > 4 && io::stderr().is_terminal() }
    }

    fn step(&mut self) {
        self.done += 1;
        if self.shown {
            eprint!("\r{} of {} disks", self.done, self.total);
            _ = io::stderr().flush();
        }
    }

    fn clear(&self) {
        if self.shown {
            eprint!("\r\x1b[K");
        }
    }
}
