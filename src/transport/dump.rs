//! A dump on disk: a folder with `device.conf` and one file for each recorded answer.
//!
//! `device.conf` holds `key=value` lines. `kind` is `ata`, `scsi` or `nvme`; the others describe answers that are
//! not data (`smart_status=pass|fail`, `glist=N`) and faults (`latency_us=N`, `latency_for=KEY,N`, `fail=KEY,HOW`,
//! `hang=all|after:N|KEY`, `hang_kernel=1`), where KEY is a prefix of [`Command::key`](super::Command::key).
//! Answers are in `identify`, `smart_data`, `smart_thresholds`, `smart_log_XX`, `gp_log_XX`, `inquiry`, `vpd_XX`,
//! `log_PP_SS`, `mode_PP`, `readcap10`, `readcap16`, `id_ctrl`, `id_ns_N`, `log_XX`, each with `.bin`, numbers in
//! hexadecimal but for N.

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::ops::Bound;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;

use super::TransportError;

/// The largest recorded answer that is read: a log of 64 MiB is beyond any that is.
const LARGEST_ANSWER: u64 = 64 << 20;
/// The largest `device.conf` that is read.
const LARGEST_CONF: u64 = 64 << 10;

/// What the drive of a dump speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// ATA, behind a SCSI/ATA translation.
    Ata,
    /// SCSI.
    Scsi,
    /// NVMe.
    Nvme,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Ata => "ata",
            Self::Scsi => "scsi",
            Self::Nvme => "nvme",
        }
    }
}

/// Is `folder` that of a dump, one that can be read?
pub fn is_dump(folder: &Path) -> bool {
    open_file(&folder.join("device.conf")).is_ok()
}

/// A dump, opened. Answers are read when they are asked for; which there are is known.
#[derive(Debug, Clone)]
pub struct Dump {
    folder: PathBuf,
    kind: Kind,
    conf: Vec<(String, String)>,
    names: BTreeSet<String>,
}

impl Dump {
    /// Opens the dump in `folder`.
    ///
    /// # Errors
    /// There is no `device.conf`, or it does not say what the drive speaks; the folder cannot be listed, or a name in it is
    /// no text.
    pub fn open(folder: &Path) -> Result<Self, TransportError> {
        let text = read(&folder.join("device.conf"), LARGEST_CONF).and_then(|bytes| {
            String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "is no text"))
        });
        let text = text.map_err(|source| TransportError::Dump { file: "device.conf".to_owned(), source })?;
        let conf: Vec<_> = text
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'))
            .filter_map(|line| line.split_once('='))
            .map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()))
            .collect();
        let kind = match conf.iter().find(|(key, _)| key == "kind").map(|(_, kind)| kind.as_str()) {
            Some("ata") => Kind::Ata,
            Some("scsi") => Kind::Scsi,
            Some("nvme") => Kind::Nvme,
            _ => {
                let source = io::Error::new(
                    io::ErrorKind::InvalidData,
                    "has no line kind=ata, kind=scsi or kind=nvme",
                );
                return Err(TransportError::Dump { file: "device.conf".to_owned(), source });
            }
        };
        let names = names(folder)
            .map_err(|source| TransportError::Dump { file: folder.display().to_string(), source })?;
        Ok(Self { folder: folder.to_owned(), kind, conf, names })
    }

    /// Makes a new dump in `folder`, which is made if it is missing and must be empty. Only its owner can read it: it
    /// holds the serial number of the drive.
    ///
    /// # Errors
    /// The folder cannot be made, or has something in it.
    pub fn create(folder: &Path, kind: Kind) -> Result<Self, TransportError> {
        let make = || {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
            if fs::read_dir(folder)?.next().is_some() {
                return Err(io::Error::new(io::ErrorKind::DirectoryNotEmpty, "the folder is not empty"));
            }
            Ok(())
        };
        make().map_err(|source| TransportError::DumpWrite { path: folder.to_owned(), source })?;
        let mut dump = Self { folder: folder.to_owned(), kind, conf: Vec::new(), names: BTreeSet::new() };
        dump.set("kind", kind.word())?;
        Ok(dump)
    }

    /// What the drive speaks.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The last value of `key` in `device.conf`.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.values(key).last()
    }

    /// The value of `key` as a number.
    pub fn number(&self, key: &str) -> Option<u64> {
        self.value(key)?.parse().ok()
    }

    /// All values of `key`, which may stand there several times.
    pub fn values(&self, key: &str) -> impl Iterator<Item = &str> {
        self.conf.iter().filter(move |(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// The recorded answer in `name`. `None`: there is none.
    ///
    /// # Errors
    /// There is one that cannot be read.
    pub fn answer(&self, name: &str) -> Result<Option<Vec<u8>>, TransportError> {
        if !self.names.contains(name) {
            return Ok(None);
        }
        match read(&self.folder.join(name), LARGEST_ANSWER) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(TransportError::Dump { file: name.to_owned(), source }),
        }
    }

    /// Length of the recorded answer in `name`, in bytes. `None`: there is none.
    pub fn len(&self, name: &str) -> Option<u64> {
        self.names.get(name).and_then(|name| Some(fs::metadata(self.folder.join(name)).ok()?.len()))
    }

    /// What stands between `prefix` and `.bin` in the names of its answers, in order.
    pub fn between<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        let from = self.names.range::<str, _>((Bound::Included(prefix), Bound::Unbounded));
        from.map_while(move |name| name.strip_prefix(prefix)).filter_map(|name| name.strip_suffix(".bin"))
    }

    /// Adds an answer, or lengthens it: `bytes` stand at `offset`.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn put(&mut self, name: &str, offset: usize, bytes: &[u8]) -> Result<(), TransportError> {
        let mut whole = self.answer(name)?.unwrap_or_default();
        let end = offset.saturating_add(bytes.len());
        if whole.len() < end {
            whole.resize(end, 0);
        }
        whole[offset..end].copy_from_slice(bytes);
        self.replace(name, &whole)
    }

    /// The names of its answers, in order: all files but `device.conf`.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Takes the answer in `name` out.
    ///
    /// # Errors
    /// The file cannot be removed.
    pub fn remove(&mut self, name: &str) -> Result<(), TransportError> {
        let path = self.folder.join(name);
        fs::remove_file(&path).map_err(|source| TransportError::DumpWrite { path, source })?;
        self.names.remove(name);
        Ok(())
    }

    /// Puts `bytes` in the place of the answer in `name`.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn replace(&mut self, name: &str, bytes: &[u8]) -> Result<(), TransportError> {
        self.write(name, bytes)?;
        self.names.insert(name.to_owned());
        Ok(())
    }

    /// Takes all lines out of `device.conf` but those of `keys`, and every comment.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn keep_lines(&mut self, keys: &[&str]) -> Result<(), TransportError> {
        self.conf.retain(|(key, _)| keys.contains(&key.as_str()));
        self.write_conf()
    }

    /// Adds a line to `device.conf`, once.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), TransportError> {
        if self.values(key).any(|there| there == value) {
            return Ok(());
        }
        self.conf.push((key.to_owned(), value.to_owned()));
        self.write_conf()
    }

    /// Takes the lines of `key` whose values begin with `prefix` out of `device.conf`.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn take_back(&mut self, key: &str, prefix: &str) -> Result<(), TransportError> {
        let before = self.conf.len();
        self.conf.retain(|(name, value)| name != key || !value.starts_with(prefix));
        if self.conf.len() == before { Ok(()) } else { self.write_conf() }
    }

    fn write_conf(&self) -> Result<(), TransportError> {
        let text: String = self.conf.iter().map(|(key, value)| format!("{key}={value}\n")).collect();
        self.write("device.conf", text.as_bytes())
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), TransportError> {
        let path = self.folder.join(name);
        OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&path)
            .and_then(|mut file| file.write_all(bytes))
            .map_err(|source| TransportError::DumpWrite { path, source })
    }
}

/// The names of the files in `folder`, but for `device.conf`.
fn names(folder: &Path) -> io::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().into_string();
        names.insert(name.map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "has no name in letters"))?);
    }
    names.remove("device.conf");
    Ok(names)
}

/// Opens a regular file to be read. What else it may be is not waited for: a pipe would have to be.
fn open_file(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().read(true).custom_flags(OFlag::O_NONBLOCK.bits()).open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidInput, "is no regular file"))
    }
}

fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = open_file(path)?;
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|len| len > limit) {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("is larger than {limit} bytes")));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use nix::sys::stat::Mode;
    use nix::unistd::mkfifo;

    use super::*;

    #[test]
    fn a_pipe_is_no_dump_and_nobody_waits_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let conf = folder.path().join("device.conf");
        mkfifo(&conf, Mode::S_IRWXU).unwrap();
        assert!(!is_dump(folder.path()));
        assert!(Dump::open(folder.path()).is_err());
        fs::remove_file(&conf).unwrap();
        fs::write(&conf, "kind=ata\n").unwrap();
        mkfifo(&folder.path().join("identify.bin"), Mode::S_IRWXU).unwrap();
        assert!(is_dump(folder.path()));
        let dump = Dump::open(folder.path()).unwrap();
        assert!(dump.answer("identify.bin").is_err());
    }
}
