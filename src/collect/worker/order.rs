//! A disk whose turn is over, and all that its record is made of.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::frame::Malformed;
use crate::collect::{CollectError, Collected};
use crate::device::BlockDevice;
use crate::report::Record;
use crate::source::{Make, SourceError};
use crate::transport::transcript::After;

/// The longest transcript of one disk: an answer of smartctl, which is the longest of all, and the rest.
pub(super) const LONGEST: usize = 20 << 20;
/// The longest transcripts of all disks together that are kept at the same time.
const LONGEST_TOGETHER: usize = 256 << 20;

/// What a disk has said, as far as the worker has told.
#[derive(Debug)]
pub(super) struct Transcript {
    bytes: Vec<u8>,
    /// Bytes of all transcripts that are kept.
    together: Arc<AtomicUsize>,
}

impl Transcript {
    /// Nothing yet, beside others of `together` bytes.
    pub(super) fn new(together: &Arc<AtomicUsize>) -> Self {
        Self { bytes: Vec::new(), together: Arc::clone(together) }
    }

    /// Has it said nothing yet?
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Adds `entries`.
    ///
    /// # Errors
    /// No disk says so much.
    pub(super) fn add(&mut self, entries: &[u8]) -> Result<(), Malformed> {
        self.bytes.extend(entries);
        let together = self.together.fetch_add(entries.len(), Ordering::Relaxed) + entries.len();
        if self.bytes.len() > LONGEST || together > LONGEST_TOGETHER { Err(Malformed) } else { Ok(()) }
    }
}

impl Drop for Transcript {
    fn drop(&mut self) {
        self.together.fetch_sub(self.bytes.len(), Ordering::Relaxed);
    }
}

/// A disk whose turn is over.
#[derive(Debug)]
pub(super) struct Order {
    /// Its number in the setup.
    pub(super) slot: usize,
    pub(super) device: BlockDevice,
    pub(super) took: Duration,
    /// What it has said, or why it was not asked.
    pub(super) matter: Result<Said, CollectError>,
}

/// What a disk has said until the end of its turn.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) transcript: Transcript,
    pub(super) after: After,
    /// Where that is not enough for a record, this is why, beyond the disk. `None`: the disk knows why.
    pub(super) otherwise: Option<CollectError>,
    /// The time that it had, and let pass. `None`: it ended before, if only with a time-out.
    pub(super) hung: Option<Duration>,
}

impl Order {
    /// Makes the record. That may panic, which costs this record alone.
    pub(super) fn fulfil(self, making: &dyn Make) -> Collected {
        let Self { device, took, matter, .. } = self;
        let made = catch_unwind(AssertUnwindSafe(|| matter.map(|said| said.make(&device, took, making))));
        let (result, hung_in) = match made {
            Ok(Ok(made)) => made,
            Ok(Err(error)) => (Err(error), None),
            Err(_) => (Err(CollectError::Panicked), None),
        };
        Collected { device, result, took, hung_in }
    }
}

impl Said {
    /// The record, or why there is none, and the command in which the disk hung.
    fn make(
        self,
        device: &BlockDevice,
        took: Duration,
        making: &dyn Make,
    ) -> (Result<Record, CollectError>, Option<String>) {
        let Self { transcript, after, otherwise, hung } = self;
        if let Some(limit) = hung.filter(|_| transcript.is_empty()) {
            return (Err(CollectError::Opening(limit)), Some("open".to_owned()));
        }
        let made = making.make(device, &transcript.bytes, after, took);
        let foreign =
            || CollectError::Worker("tells of another conversation than that with this disk".to_owned());
        let result = match (made.result, hung) {
            (Some(Err(SourceError::Identify { command, .. })), Some(limit)) if made.unanswered.is_some() => {
                Err(CollectError::Hung { command, limit })
            }
            (Some(result), _) => result.map_err(CollectError::from),
            (None, _) => Err(foreign()),
        };
        // A kernel that ends the command at its time-out, and takes it back from the disk, only hides that the disk hung.
        let hung_in = made.timed_out.or(made.unanswered.filter(|_| hung.is_some()));
        (result.map_err(|error| otherwise.unwrap_or(error)), hung_in)
    }
}
