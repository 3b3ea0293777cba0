//! Disks that hung: which of them are not asked for now, remembered in a file.
//!
//! A disk is left alone as long as the worker that hangs in it is there, and then with pauses that grow each time it
//! hangs again. An answer ends it.

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;
use nix::unistd::{AccessFlags, access};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::worker::Left;
use crate::device::BlockDevice;
use crate::own_file;

/// Its file in the folder of all state.
const FILE: &str = "quarantine.json";
/// The largest file that is read, in bytes.
const LARGEST: u64 = 4 << 20;
/// The first pause, in seconds; each is twice the one before.
const FIRST_PAUSE: u64 = 60;
/// The longest pause, in seconds.
const LONGEST_PAUSE: u64 = 6 * 3600;
/// Workers that may be stuck at the same time: then no disk that hung is asked, whatever its pause.
pub const MOST_STUCK: usize = 4;

/// The disks that hung, by a hash of what identifies them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Quarantine {
    file: PathBuf,
    entries: BTreeMap<String, Entry>,
    is_changed: bool,
}

/// What is remembered of a disk that hung.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// How often it hung, one time after another.
    pub times: u32,
    /// When it hung last, in seconds since 1970 UTC.
    pub since: u64,
    /// Until when it is left alone, in seconds since 1970 UTC.
    pub until: u64,
    /// The command it hung in, by its key; `open`: as its node was opened.
    pub command: String,
    /// Process id and start time of the worker that was left behind in it. `None`: none was.
    pub worker: Option<(u32, u64)>,
}

impl Entry {
    fn is_stuck(&self) -> bool {
        self.worker.is_some_and(|(pid, start)| Left { pid, start }.is_there())
    }
}

/// What the file holds.
#[derive(Serialize, Deserialize)]
struct Document {
    version: u32,
    disks: BTreeMap<String, Entry>,
}

const VERSION: u32 = 1;

/// Are disks asked whose pauses are not over?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// They are not.
    Kept,
    /// They are, unless a worker hangs in them.
    Lifted,
}

impl Quarantine {
    /// What is remembered in `folder`; nothing where there is no such file, or no such file of ours.
    pub fn load(folder: &Path) -> Self {
        let file = folder.join(FILE);
        let read = || -> Option<Document> {
            let mut text = Vec::new();
            // A pipe would be waited for.
            let file =
                OpenOptions::new().read(true).custom_flags(OFlag::O_NONBLOCK.bits()).open(&file).ok()?;
            file.take(LARGEST).read_to_end(&mut text).ok()?;
            serde_json::from_slice(&text).ok().filter(|document: &Document| document.version == VERSION)
        };
        let entries = read().map(|document| document.disks).unwrap_or_default();
        Self { file, entries, is_changed: false }
    }

    /// Makes `folder` if it is not there: can disks be remembered in it?
    ///
    /// # Errors
    /// They cannot.
    pub fn prepare(folder: &Path) -> io::Result<()> {
        own_file::make_folder(folder)?;
        access(folder, AccessFlags::W_OK | AccessFlags::X_OK)?;
        // Not one that a link or a device stands for: it will be replaced.
        match fs::symlink_metadata(folder.join(FILE)) {
            Ok(file) if !file.is_file() => Err(io::Error::other(format!("{FILE} in it is no file"))),
            Ok(_) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Is nothing remembered?
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What is remembered of `device`. `None`: it did not hang.
    pub fn of(&self, device: &BlockDevice) -> Option<&Entry> {
        if self.is_empty() {
            return None;
        }
        self.entries.get(&key(device))
    }

    /// Why `device` is not asked at `now`, in seconds since 1970 UTC. `None`: it is.
    pub fn refusal(&self, device: &BlockDevice, now: u64, rule: Rule) -> Option<String> {
        let entry = self.of(device)?;
        let hung = format!("it hung {} ({})", ago(now, entry.since), entry.command);
        if entry.is_stuck() {
            let pid = entry.worker.map_or(0, |(pid, _)| pid);
            return Some(format!("{hung}, and process {pid} still waits for it"));
        }
        if self.stuck_workers() >= MOST_STUCK {
            return Some(format!("{hung}, and {MOST_STUCK} processes wait for disks already"));
        }
        // A clock that was set back must not lock a disk away.
        let left = entry.until.saturating_sub(now).min(LONGEST_PAUSE);
        if rule == Rule::Lifted || left == 0 {
            return None;
        }
        Some(format!("{hung}, and is asked again in {}", time(left)))
    }

    /// Workers that are stuck.
    pub fn stuck_workers(&self) -> usize {
        let stuck = self.entries.values().filter(|entry| entry.is_stuck());
        stuck.filter_map(|entry| entry.worker).collect::<HashSet<_>>().len()
    }

    /// Remembers that `device` hung in `command` at `now`, and that `worker` was left behind with it.
    pub fn hung(&mut self, device: &BlockDevice, command: &str, now: u64, worker: Option<Left>) {
        let times = self.of(device).map_or(0, |entry| entry.times).saturating_add(1);
        let pause = FIRST_PAUSE.saturating_mul(1 << (times - 1).min(16)).min(LONGEST_PAUSE);
        let entry = Entry {
            times,
            since: now,
            until: now.saturating_add(pause),
            command: command.to_owned(),
            worker: worker.map(|left| (left.pid, left.start)),
        };
        self.entries.insert(key(device), entry);
        self.is_changed = true;
    }

    /// Forgets `device`: it has answered.
    pub fn answered(&mut self, device: &BlockDevice) {
        if !self.is_empty() {
            self.is_changed |= self.entries.remove(&key(device)).is_some();
        }
    }

    /// Writes the file, if anything has changed: whole, or not at all.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn save(&mut self) -> io::Result<()> {
        if !self.is_changed {
            return Ok(());
        }
        let document = Document { version: VERSION, disks: self.entries.clone() };
        if let Some(folder) = self.file.parent() {
            own_file::make_folder(folder)?;
        }
        let unfinished = self.file.with_extension(format!("{}", std::process::id()));
        let write = || {
            _ = fs::remove_file(&unfinished);
            let mut file = own_file::open(&unfinished, OpenOptions::new().write(true).create_new(true))?;
            file.write_all(&serde_json::to_vec(&document)?)?;
            file.sync_all()?;
            fs::rename(&unfinished, &self.file)
        };
        let end = write();
        if end.is_err() {
            _ = fs::remove_file(&unfinished);
        } else {
            self.is_changed = false;
        }
        end
    }
}

/// A hash of what identifies a disk best, so that the file holds no serial number.
fn key(device: &BlockDevice) -> String {
    let path = || device.path().display().to_string();
    let identity = device.device_id.clone().or_else(|| device.wwn.clone()).unwrap_or_else(path);
    let hash = Sha256::digest(format!("{identity} {}", device.hctl.map_or(0, |hctl| hctl.lun)));
    hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn ago(now: u64, since: u64) -> String {
    format!("{} ago", time(now.saturating_sub(since)))
}

fn time(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        _ => format!("{} h", seconds / 3600),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn disk(id: &str) -> BlockDevice {
        BlockDevice { device_id: Some(id.to_owned()), ..BlockDevice::default() }
    }

    /// A process that is there, and one that is not.
    fn there() -> Left {
        let stat = fs::read_to_string("/proc/self/stat").unwrap();
        let start = stat.rsplit_once(')').unwrap().1.split_whitespace().nth(19).unwrap().parse().unwrap();
        Left { pid: std::process::id(), start }
    }

    #[test]
    fn pauses_grow_and_end() {
        let mut quarantine = Quarantine::default();
        let disk = disk("A");
        let mut now = 1_000_000;
        let mut pauses = Vec::new();
        for _ in 0..12 {
            quarantine.hung(&disk, "ata:ec", now, None);
            let until = quarantine.of(&disk).unwrap().until;
            assert!(quarantine.refusal(&disk, until - 1, Rule::Kept).is_some());
            assert_eq!(quarantine.refusal(&disk, until - 1, Rule::Lifted), None);
            assert_eq!(quarantine.refusal(&disk, until, Rule::Kept), None);
            pauses.push(until - now);
            now = until;
        }
        assert_eq!(pauses[..4], [60, 120, 240, 480]);
        assert_eq!(pauses.last(), Some(&LONGEST_PAUSE));
        quarantine.answered(&disk);
        assert_eq!(quarantine.of(&disk), None);
    }

    #[test]
    fn a_disk_in_which_a_worker_hangs_is_never_asked() {
        let mut quarantine = Quarantine::default();
        quarantine.hung(&disk("A"), "open", 0, Some(there()));
        for rule in [Rule::Kept, Rule::Lifted] {
            let refusal = quarantine.refusal(&disk("A"), u64::MAX, rule).unwrap();
            assert!(refusal.contains("still waits for it"), "{refusal}");
        }
        assert_eq!(quarantine.refusal(&disk("B"), 0, Rule::Kept), None);
        quarantine.hung(&disk("A"), "open", 0, Some(Left { start: 1, ..there() }));
        assert_eq!(quarantine.refusal(&disk("A"), u64::MAX, Rule::Kept), None, "it is gone");
    }

    #[test]
    fn stuck_workers_are_counted_once() {
        let mut quarantine = Quarantine::default();
        quarantine.hung(&disk("A"), "open", 0, Some(there()));
        quarantine.hung(&disk("B"), "open", 0, Some(there()));
        quarantine.hung(&disk("C"), "open", 0, None);
        assert_eq!(quarantine.stuck_workers(), 1);
    }

    #[test]
    fn it_is_remembered_without_names_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state");
        let mut quarantine = Quarantine::load(&state);
        quarantine.save().unwrap();
        assert!(!state.exists(), "nothing to remember, nothing to write");
        quarantine.hung(&disk("MODEL_SERIAL"), "ata:b0/d0", 7, Some(there()));
        quarantine.save().unwrap();
        let file = state.join(FILE);
        assert!(!fs::read_to_string(&file).unwrap().contains("SERIAL"));
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(&state).unwrap().count(), 1);
        assert_eq!(Quarantine::load(&state).entries, quarantine.entries);
    }

    #[test]
    fn a_folder_that_cannot_be_written_to_is_known_before() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state/below");
        Quarantine::prepare(&state).unwrap();
        assert_eq!(fs::metadata(&state).unwrap().permissions().mode() & 0o777, 0o700);
        fs::write(state.join("file"), "").unwrap();
        assert!(Quarantine::prepare(&state.join("file")).is_err());
        assert!(Quarantine::prepare(Path::new("/proc/self")).is_err());
        nix::unistd::mkfifo(&state.join(FILE), nix::sys::stat::Mode::S_IRWXU).unwrap();
        assert!(Quarantine::prepare(&state).is_err());
        assert!(Quarantine::load(&state).is_empty(), "nobody waits for a pipe");
    }

    #[test]
    fn a_file_of_something_else_is_nothing() {
        let folder = tempfile::tempdir().unwrap();
        for text in
            ["", "[]", "{\"version\":2,\"disks\":{}}", "{\"version\":1,\"disks\":{\"a\":{\"times\":-1}}}"]
        {
            fs::write(folder.path().join(FILE), text).unwrap();
            assert_eq!(Quarantine::load(folder.path()).entries, BTreeMap::new(), "{text}");
        }
    }
}
