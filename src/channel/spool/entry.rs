//! One report on disk: its bytes as they are sent, and behind them one line that says what they are.

use std::cell::Cell;
use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::anonymise::Pseudonym;
use crate::channel::chance::Key;

/// How the file is laid out; grows when an older program could not read it.
const FORMAT: u32 = 1;
/// The longest last line, in bytes.
const LONGEST_LINE: u64 = 512;
/// While a report goes out, it is not asked more often whether it still may.
const ASKED_EVERY: Duration = Duration::from_millis(100);
/// Nor for more than one part in so many of the time: where the cluster has to be asked, an answer takes a while.
const ASKED_SHARE: u32 = 10;

/// The line behind the body.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    format: u32,
    key: String,
    /// Seconds since 1970 UTC.
    made: i64,
    /// Length of the body.
    bytes: u64,
    /// Of the body, in hex.
    sha256: String,
    /// Of the secret that its names were made with. `None`: it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    names: Option<String>,
}

/// A report that waits.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) key: Key,
    pub(super) path: PathBuf,
    /// When it was made, in seconds since 1970 UTC.
    pub(super) made: i64,
    /// Length of what is sent.
    pub(super) bytes: u64,
    /// Of the secret that its names were made with. `None`: it does not say.
    pub(super) names: Option<String>,
    sha256: String,
}

/// Why a file is no report that can be sent.
#[derive(Debug, Error)]
pub(super) enum EntryError {
    /// The file system refused.
    #[error("cannot be read")]
    Unreadable(#[source] io::Error),
    /// A later version of this program wrote it.
    #[error("was written by a later version of this program")]
    Later,
    /// It is not what was written.
    #[error("is damaged: {0}")]
    Damaged(&'static str),
}

impl From<io::Error> for EntryError {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error)
    }
}

/// Writes a report of at most `limit` bytes, with `names` of that secret. `Err` of the kind `FileTooLarge`: it is larger.
pub(super) fn write(
    file: &mut File,
    key: &Key,
    made: i64,
    names: Option<&Pseudonym>,
    limit: u64,
    body: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<u64> {
    let mut measured = Measured { out: BufWriter::new(file), digest: Sha256::new(), bytes: 0, limit };
    body(&mut measured)?;
    let Measured { mut out, digest, bytes, .. } = measured;
    let names = names.map(ToString::to_string);
    let sha256 = hex(&digest.finalize());
    let line = Line { format: FORMAT, key: key.to_string(), made, bytes, sha256, names };
    out.write_all(b"\n")?;
    serde_json::to_writer(&mut out, &line)?;
    out.write_all(b"\n")?;
    out.flush()?;
    Ok(bytes)
}

impl Entry {
    /// Reads what the last line of the file says, without the body.
    pub(super) fn open(path: &Path, key: Key) -> Result<Self, EntryError> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        let tail = length.min(LONGEST_LINE);
        file.seek(SeekFrom::Start(length - tail))?;
        let mut text = Vec::new();
        file.take(tail).read_to_end(&mut text)?;
        let text = text.strip_suffix(b"\n").ok_or(EntryError::Damaged("its end is missing"))?;
        let start = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |before| before + 1);
        let line: Line = serde_json::from_slice(&text[start..])
            .map_err(|_| EntryError::Damaged("its last line does not say what it is"))?;
        if line.format != FORMAT {
            return Err(EntryError::Later);
        }
        let behind = (text.len() - start) as u64 + 2;
        if line.key != key.as_str() || line.bytes.checked_add(behind) != Some(length) {
            return Err(EntryError::Damaged("its last line is not about it"));
        }
        let Line { made, bytes, sha256, names, .. } = line;
        Ok(Self { key, path: path.to_owned(), made, bytes, names, sha256 })
    }

    /// Opens it to be sent for as long as `may_go`, if it is what was written.
    pub(super) fn parcel<'a>(&self, may_go: &'a dyn Fn() -> bool) -> Result<Parcel<'a>, EntryError> {
        let file = File::open(&self.path)?;
        let mut digest = Measured { out: io::sink(), digest: Sha256::new(), bytes: 0, limit: self.bytes };
        let read = io::copy(&mut (&file).take(self.bytes), &mut digest)?;
        if read != self.bytes || hex(&digest.digest.finalize()) != self.sha256 {
            return Err(EntryError::Damaged("its bytes are not those that were written"));
        }
        let leave = Leave {
            may_go,
            asked: Cell::new(Instant::now()),
            pause: Cell::new(ASKED_EVERY),
            ended: Cell::new(false),
        };
        Ok(Parcel { key: self.key.clone(), bytes: self.bytes, file, leave })
    }
}

/// A report to be sent, as it lies on disk.
pub struct Parcel<'a> {
    key: Key,
    bytes: u64,
    file: File,
    leave: Leave<'a>,
}

impl Parcel<'_> {
    /// Its key.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Length of its body.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The body, from its beginning. One reader at a time: they share a position. Once it may not be sent any more, it cannot be
    /// read to its end.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn body(&self) -> io::Result<impl Read + use<'_>> {
        (&self.file).seek(SeekFrom::Start(0))?;
        Ok(Watched { body: (&self.file).take(self.bytes), leave: &self.leave })
    }

    /// Whether its reader was stopped, since it may not be sent any more.
    pub(super) fn is_stopped(&self) -> bool {
        self.leave.ended.get()
    }
}

impl fmt::Debug for Parcel<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parcel").field("key", &self.key).field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

/// The leave to send a report, asked for again and again while it goes out.
struct Leave<'a> {
    may_go: &'a dyn Fn() -> bool,
    asked: Cell<Instant>,
    pause: Cell<Duration>,
    ended: Cell<bool>,
}

impl Leave<'_> {
    fn lasts(&self) -> bool {
        if !self.ended.get() && self.asked.get().elapsed() >= self.pause.get() {
            let start = Instant::now();
            self.ended.set(!(self.may_go)());
            self.pause.set(ASKED_EVERY.max(start.elapsed() * ASKED_SHARE));
            self.asked.set(Instant::now());
        }
        !self.ended.get()
    }
}

/// A body that ends with an error as soon as it may not be sent any more.
struct Watched<'a, R> {
    body: R,
    leave: &'a Leave<'a>,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.leave.lasts() {
            self.body.read(buffer)
        } else {
            Err(io::Error::new(io::ErrorKind::PermissionDenied, "it may not be sent any more"))
        }
    }
}

/// Counts and digests what goes through.
struct Measured<W> {
    out: W,
    digest: Sha256,
    bytes: u64,
    limit: u64,
}

impl<W: Write> Write for Measured<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.digest.update(&bytes[..written]);
        self.bytes += written as u64;
        if self.bytes > self.limit {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
