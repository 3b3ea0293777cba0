//! smartmontools' drive database, read at run time where it is installed: what it knows of a drive model.
//!
//! The file is C source: entries of five strings, `{ family, model, firmware, warning, presets }`, where model and
//! firmware are POSIX extended regular expressions that must match as a whole. smartctl compiles every expression of
//! the file each time it runs, which is over 90 % of its instructions; here none is compiled.

mod entries;
mod lexer;
mod list;
mod pattern;
mod presets;
mod usb;

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use thiserror::Error;

use crate::decode::ata::FirmwareBugs;
use crate::device::UsbBridge;
use crate::report::Presets;
use entries::Entries;
pub use list::{Known, RAW_FORMATS};
pub use presets::{is_option, with_options};
pub use usb::{BridgeWay, KnownBridge};

/// Where distributions and `update-smart-drivedb` put it, the newer one first.
pub const USUAL_PATHS: &[&str] = &[
    "/var/lib/smartmontools/drivedb/drivedb.h",
    "/usr/share/smartmontools/drivedb.h",
    "/usr/local/share/smartmontools/drivedb.h",
];

fn installed() -> Option<&'static Path> {
    USUAL_PATHS.iter().map(Path::new).find(|path| path.exists())
}

/// The largest file that is read: the real one has 300 KB.
const LARGEST: u64 = 16 << 20;

/// Why the database cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DatabaseError {
    /// The file cannot be read.
    #[error("the drive database {path} cannot be read")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The file is not a drive database from some line on.
    #[error("the drive database {path} cannot be understood from line {line} on; what stands before is used")]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
    },
}

/// A drive database in memory.
#[derive(Debug, Default)]
pub struct Database {
    entries: Entries,
    /// A fleet has few models: each is looked up once.
    known: Mutex<HashMap<(String, String), Arc<Presets>>>,
}

impl Database {
    /// Reads the installed database. None installed is no error: the standard names stand in for it.
    pub fn installed() -> (Self, Option<DatabaseError>) {
        match installed() {
            Some(path) => Self::read(&[path]),
            None => (Self::default(), None),
        }
    }

    /// Reads the database in `path`, and behind it the installed one.
    pub fn before_installed(path: &Path) -> (Self, Option<DatabaseError>) {
        let paths: Vec<&Path> = std::iter::once(path).chain(installed()).collect();
        Self::read(&paths)
    }

    /// Reads the databases in `paths`, the first that knows a drive counts. A broken one is worth a warning, not a
    /// failure: what is sound in it is used.
    pub fn read(paths: &[&Path]) -> (Self, Option<DatabaseError>) {
        let mut text = Vec::new();
        let mut error = None;
        for path in paths {
            let read = File::open(path).and_then(|file| file.take(LARGEST).read_to_end(&mut text));
            if let Err(source) = read {
                error = error.or(Some(DatabaseError::Read { path: path.to_path_buf(), source }));
            }
            // The end of a file is the end of its last line.
            text.push(b'\n');
        }
        let (entries, wrong) = Entries::parse(text);
        let syntax = |line| DatabaseError::Syntax {
            path: paths.first().map_or_else(PathBuf::new, |path| path.to_path_buf()),
            line,
        };
        (Self { entries, known: Mutex::default() }, error.or(wrong.map(syntax)))
    }

    /// Is there nothing in it?
    pub fn is_empty(&self) -> bool {
        self.entries.all().next().is_none()
    }

    /// What is known of a USB bridge. `None`: nothing.
    pub fn usb_bridge(&self, bridge: UsbBridge) -> Option<KnownBridge> {
        usb::of(&self.entries, bridge)
    }

    /// What the firmware of a drive does wrong, without a look at all else that is known of it.
    pub fn firmware_bugs(&self, model: &str, firmware: &str) -> FirmwareBugs {
        if !presets::may_have_bugs(&self.entries, model, firmware) {
            return FirmwareBugs::default();
        }
        self.presets(model, firmware).firmware_bugs
    }

    /// What is known of the drive whose IDENTIFY DEVICE data have this model number and firmware revision.
    pub fn presets(&self, model: &str, firmware: &str) -> Arc<Presets> {
        let key = (model.to_owned(), firmware.to_owned());
        // A poisoned lock only means that another disk's look-up failed: the map is still sound.
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(presets) = known.get(&key) {
            return Arc::clone(presets);
        }
        let is_first = known.is_empty();
        drop(known);
        let presets = Arc::new(if is_first {
            presets::of(&self.entries, self.entries.all(), model, firmware)
        } else {
            presets::of(&self.entries, self.entries.for_model(model), model, firmware)
        });
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&presets));
        presets
    }
}
