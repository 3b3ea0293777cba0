//! smartmontools' drive database, read at run time where it is installed: what it knows of a drive model.
//!
//! The file is C source: entries of five strings, `{ family, model, firmware, warning, presets }`, where model and
//! firmware are POSIX extended regular expressions that must match as a whole. smartctl compiles every expression of
//! the file each time it runs, which is over 90 % of its instructions; here none is compiled.

mod bracket;
mod check;
mod entries;
mod lexer;
mod list;
mod pattern;
mod presets;
mod syntax;
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

/// What the administrator knows better: smartctl looks here first.
const LOCAL: &str = "/etc/smart_drivedb.h";

/// The databases that are used where none is named, the one that counts first.
fn installed<'p>() -> impl Iterator<Item = &'p Path> {
    let there = |path: &&Path| path.exists();
    let usual = USUAL_PATHS.iter().map(Path::new).find(there);
    Some(Path::new(LOCAL)).filter(there).into_iter().chain(usual)
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
    #[error(
        "the drive database {path} cannot be understood from line {line} on: at column {column} {expected}; what stands before is used"
    )]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Byte in the line, from 1.
        column: usize,
        /// What should stand there, in words.
        expected: &'static str,
    },
    /// What should fit models or firmware revisions is no expression.
    #[error("the drive database {path} has no POSIX expression in line {line} ({reason}): nothing fits it")]
    Expression {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Why it is none.
        reason: &'static str,
    },
    /// An option of an entry is unknown.
    #[error(
        "the drive database {path} has an option in line {line} that is not understood, {option:?}: it is left out"
    )]
    Option {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// The option and its value.
        option: String,
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
    /// Reads the installed database, behind the administrator's own. None installed is no error: the standard names
    /// stand in for it.
    pub fn installed() -> (Self, Vec<DatabaseError>) {
        Self::read(&installed().collect::<Vec<_>>())
    }

    /// Reads the database in `path`, and behind it the installed one.
    pub fn before_installed(path: &Path) -> (Self, Vec<DatabaseError>) {
        Self::read(&std::iter::once(path).chain(installed()).collect::<Vec<_>>())
    }

    /// Reads the databases in `paths`, the first that knows a drive counts. A broken one is worth warnings, not a
    /// failure: what is sound in it is used, and the others are. Faults inside entries are looked for only where a
    /// person may have made them, not in what distributions install.
    pub fn read(paths: &[&Path]) -> (Self, Vec<DatabaseError>) {
        let mut entries = Entries::default();
        let mut errors = Vec::new();
        for &path in paths {
            match File::open(path).and_then(|file| entries.add(file.take(LARGEST))) {
                Err(source) => errors.push(DatabaseError::Read { path: path.to_path_buf(), source }),
                Ok(added) => {
                    errors.extend(added.broken.as_ref().map(|broken| DatabaseError::Syntax {
                        path: path.to_path_buf(),
                        line: broken.line,
                        column: broken.column,
                        expected: broken.expected,
                    }));
                    if !USUAL_PATHS.iter().any(|usual| Path::new(usual) == path) {
                        errors.extend(check::faults(&entries, &added, path));
                    }
                }
            }
        }
        (Self { entries, known: Mutex::default() }, errors)
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const SOUND: &str = "{ \"Sound\", \"DISK.*\", \"\", \"\", \"-v 9,minutes\" },\n";

    /// What is known of "DISK 1" from files with these texts, and what is wrong with them.
    fn read(texts: &[&str]) -> (Option<String>, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        let write = |(number, text)| {
            let path = folder.path().join(format!("{number}.h"));
            fs::write(&path, text).unwrap();
            path
        };
        let paths: Vec<PathBuf> = texts.iter().enumerate().map(write).collect();
        let (database, errors) = Database::read(&paths.iter().map(PathBuf::as_path).collect::<Vec<_>>());
        let place = folder.path().display().to_string();
        let errors = errors.iter().map(|error| error.to_string().replace(&place, ""));
        (database.presets("DISK 1", "").model_family.clone(), errors.collect())
    }

    #[test]
    fn a_broken_file_does_not_spoil_the_other() {
        for (broken, line) in [("garbage", 1), ("/* open", 0), ("\n{ \"a\", \"b\" },", 2), ("}\n", 0)] {
            let (family, errors) = read(&[broken, SOUND]);
            assert_eq!(family.as_deref(), Some("Sound"), "{broken}");
            assert_eq!(errors.len(), usize::from(line > 0), "{broken}: {errors:?}");
            assert!(
                errors
                    .iter()
                    .all(|error| error.contains(&format!("/0.h cannot be understood from line {line} ")))
            );
            let (family, errors) = read(&[SOUND, &format!("\n{broken}")]);
            assert_eq!(family.as_deref(), Some("Sound"), "{broken}");
            assert!(
                errors.iter().all(
                    |error| error.contains(&format!("/1.h cannot be understood from line {} ", line + 1))
                )
            );
        }
    }

    #[test]
    fn a_broken_file_says_what_was_expected_and_where() {
        for (broken, place) in [
            ("garbage", "line 1 on: at column 1 { should begin an entry"),
            ("\"a\"", "line 1 on: at column 1 { should begin an entry"),
            (
                "{ \"A\", \"B.*\" \"\", \"\" },",
                "line 1 on: at column 21 , should stand: an entry has five strings",
            ),
            ("{ \"A\",\n\"\", \"\", \"\", \"\", \"\" },", "line 2 on: at column 15 } should stand"),
            ("{ \"A\",\n{ \"B\"", "line 2 on: at column 1 a string should stand"),
            ("{ \"A\" ,", "line 1 on: at column 8 a string should stand"),
            ("{ \"A\", \"B", "line 1 on: at column 8 a string has no end in its line"),
            ("{ A }", "line 1 on: at column 3 a string should stand"),
        ] {
            let (_, errors) = read(&[broken]);
            assert!(errors.len() == 1 && errors[0].contains(place), "{broken}: {errors:?}");
        }
    }

    #[test]
    fn what_is_wrong_inside_entries_is_told_with_its_line() {
        let faults = |model: &str, firmware: &str, presets: &str| {
            let entry = format!("{{ \"Wrong\",\n\"{model}\",\n\"{firmware}\", \"\",\n\"{presets}\" }},\n");
            let (family, errors) = read(&[SOUND, &entry]);
            assert_eq!(family.as_deref(), Some("Sound"));
            errors
        };
        assert_eq!(faults("DISK", "0[0-9]", "-v 9,min2hour,Name -F swapid"), Vec::<String>::new());
        for (model, firmware, presets, word) in [
            ("ST.*(", "", "", "no POSIX expression in line 2 (a ( is not closed)"),
            ("ST", "[", "", "no POSIX expression in line 3 (a [ is not closed"),
            ("ST", "", "-v 9,fortnights", "an option in line 4 that is not understood, \"-v 9,fortnights\""),
            (
                "ST",
                "",
                "-v 9,raw48 -F nonsense",
                "an option in line 4 that is not understood, \"-F nonsense\"",
            ),
            ("ST", "", "-v", "an option in line 4 that is not understood, \"-v\""),
        ] {
            let errors = faults(model, firmware, presets);
            assert!(
                errors.len() == 1 && errors[0].contains(word) && errors[0].contains("/1.h"),
                "{errors:?}"
            );
        }
        let (_, errors) = read(&[&"{ \"\", \"(\", \"\", \"\", \"\" },".repeat(1000)]);
        assert_eq!(errors.len(), 16);
    }
}
