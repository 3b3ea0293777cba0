//! Which disks the arguments mean.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::args::{Backend, DiskArgs, HowArgs};
use super::output::{self, chain, complain};
use super::worker;
use crate::collect::CollectError;
use crate::collect::behind_raid::Controllers;
use crate::device::{self, BlockDevice, Link, MegaRaidController, Roots};
use crate::source::Smartctl;
use crate::transport::dump::is_dump;

/// Disks that were found, and how many of those asked for were not.
#[derive(Default)]
pub(super) struct Found {
    pub(super) devices: Vec<BlockDevice>,
    /// Names that lead to no disk, and controllers that do not tell theirs; each had its line on standard error.
    pub(super) missing: usize,
}

impl Found {
    fn nothing() -> Self {
        Self { devices: Vec::new(), missing: 1 }
    }
}

/// What there is of disks, to list it.
pub(super) fn find(paths: &[PathBuf]) -> Found {
    let (mut found, controllers) = look(paths);
    found.missing += complain_of_silent(&controllers);
    found
}

/// The disk to record that `path` leads to.
pub(super) fn find_readable(path: &Path) -> Found {
    let (mut found, controllers) = look(&[path.to_owned()]);
    controllers.leave_out_logical_disks(&mut found.devices);
    found.missing += complain_of_silent(&controllers);
    found
}

/// A line for each controller whose disks nobody lists. How many these are.
fn complain_of_silent(controllers: &Controllers) -> usize {
    let complain = |(controller, error): (&MegaRaidController, &CollectError)| {
        complain(&format!("disks behind the MegaRAID controller of SCSI host {}", controller.host), error);
    };
    controllers.silent().map(complain).count()
}

/// The disks that `paths` lead to, or all disks if there are none: each once, in the order of the names. The folder of
/// a dump stands for its disk. Those behind MegaRAID controllers come last.
fn look(paths: &[PathBuf]) -> (Found, Controllers) {
    let roots = Roots::default();
    let mut controllers = Controllers::of(&roots);
    if paths.is_empty() {
        let mut found = match device::enumerate(&roots) {
            Ok(devices) => Found { devices, missing: 0 },
            Err(error) => {
                complain("devices", &error);
                Found::nothing()
            }
        };
        controllers.add_all(&mut found.devices, &mut worker::new(0));
        return (found, controllers);
    }
    let mut found = Found { devices: Vec::new(), missing: 0 };
    for path in paths {
        let found_here = if is_dump(path) {
            Ok(vec![BlockDevice::recorded(path)])
        } else if let Some(disk) = controllers.named(path, &mut worker::new(0)) {
            Ok(vec![disk])
        } else {
            device::find(&roots, path)
        };
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
                output::say(format_args!("{}", chain(&error)));
                found.missing += 1;
            }
        }
    }
    controllers.add_behind(&mut found.devices, &mut worker::new(0));
    (found, controllers)
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
pub(super) fn meant(args: &DiskArgs) -> Found {
    wanted(&args.drives, &args.devices, &args.how)
}

/// The recorded disks in `drives`; else those that `paths` lead to, or all.
pub(super) fn wanted(drives: &Option<PathBuf>, paths: &[PathBuf], how: &HowArgs) -> Found {
    let mut found = match drives {
        Some(folder) => recorded(folder),
        None => {
            let (mut found, mut controllers) = look(paths);
            if how.backend != Backend::Native {
                controllers.ask_smartctl(&Smartctl::new(&how.smartctl), &mut found.devices);
            }
            controllers.leave_out_logical_disks(&mut found.devices);
            found.missing += complain_of_silent(&controllers);
            found
        }
    };
    // A disk without SMART data is worth a complaint when it was named, not when all are read.
    if paths.is_empty() {
        found.devices.retain(|device| device.link != Link::Virtio);
    }
    found
}
