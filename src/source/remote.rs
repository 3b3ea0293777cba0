//! A disk is asked in one process, and its record made in another, of the transcript of what it answered.

use std::path::PathBuf;
use std::time::Duration;

use super::auto::by_its_way;
use super::native::{Extent, Native, Power};
use super::{Limits, Smartctl, SourceError};
use crate::device::BlockDevice;
use crate::report::Record;
use crate::transport::transcript::{After, Paper, Playback, Transcribe, smartctl};

/// How disks are reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Backend {
    /// Natively where there is a way in, by smartctl otherwise.
    #[default]
    Auto,
    /// By ioctl.
    Native,
    /// By smartctl 7.0 or newer.
    Smartctl,
}

/// How disks are asked: plain data, which goes to the process that asks them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asking {
    /// How they are reached.
    pub backend: Backend,
    /// The smartctl to use.
    pub smartctl: PathBuf,
    /// Disks that sleep as deeply are left asleep. `None`: they are read, and may wake.
    pub asleep: Option<Power>,
    /// How much they are asked for.
    pub extent: Extent,
}

impl Asking {
    fn native(&self) -> Native {
        Native::new().leaving_asleep(self.asleep).to_extent(self.extent)
    }
}

/// Asks disks, and writes down what they answer.
#[derive(Debug)]
pub struct Asker {
    backend: Backend,
    native: Native,
    smartctl: Smartctl,
}

impl Asker {
    /// Asks as `asking` says.
    pub fn new(asking: &Asking) -> Self {
        Self { backend: asking.backend, native: asking.native(), smartctl: Smartctl::new(&asking.smartctl) }
    }

    /// Asks a disk for all it has, and writes down what it answers. That it does not say who it is, the transcript
    /// tells.
    ///
    /// # Errors
    /// It was not asked.
    pub fn ask(&self, device: &BlockDevice, limits: &Limits, paper: &Paper) -> Result<(), SourceError> {
        match self.backend {
            Backend::Auto => by_its_way(
                device,
                &self.native,
                |device| self.natively(device, limits, paper),
                |device| self.by_smartctl(device, limits, paper),
            ),
            Backend::Native => self.natively(device, limits, paper),
            Backend::Smartctl => self.by_smartctl(device, limits, paper),
        }
    }

    fn natively(&self, device: &BlockDevice, limits: &Limits, paper: &Paper) -> Result<(), SourceError> {
        let native = &self.native;
        let mut transport = Transcribe::new(native.open(device)?, paper);
        if let Err(error) = native.converse(device, &mut native.dialogue(&mut transport, *limits)) {
            tracing::debug!(%error, "the disk does not identify itself");
        }
        Ok(())
    }

    fn by_smartctl(&self, device: &BlockDevice, limits: &Limits, paper: &Paper) -> Result<(), SourceError> {
        let (output, status) = self.smartctl.ask(device, limits)?;
        paper.smartctl(&output, status);
        Ok(())
    }
}

/// Something that makes a record of a transcript.
pub trait Make: Sync {
    /// The record of a disk that was asked for so long: by its transcript, after which `after` was the case.
    fn make(&self, device: &BlockDevice, transcript: &[u8], after: After, took: Duration) -> Made;
}

/// Makes records of transcripts, and nothing else.
#[derive(Debug, Default)]
pub struct Making {
    native: Native,
}

/// What a transcript amounts to.
#[derive(Debug)]
pub struct Made {
    /// The record, or why there is none. `None`: the transcript is not that of a conversation with this disk.
    pub result: Option<Result<Record, SourceError>>,
    /// [Key](crate::transport::Command::key) of the command in which the transcript ends. `None`: all have their ends.
    pub unanswered: Option<String>,
    /// Key of the command whose end was its time-out. `None`: there is none.
    pub timed_out: Option<String>,
}

impl Making {
    /// Makes records of what was asked for by `asking`.
    pub fn new(asking: &Asking) -> Self {
        Self { native: asking.native() }
    }
}

impl Make for Making {
    fn make(&self, device: &BlockDevice, transcript: &[u8], after: After, took: Duration) -> Made {
        if let Some((output, status)) = smartctl(transcript) {
            let result = Some(Smartctl::record(device, output, status, took));
            return Made { result, unanswered: None, timed_out: None };
        }
        let mut playback = Playback::new(transcript, after);
        // The time was the disk's; here nothing is waited for.
        let limits = Limits::new(Limits::COMMAND, Limits::DISK);
        let conversation = self.native.converse(device, &mut self.native.dialogue(&mut playback, limits));
        let result = conversation.map(|conversation| self.native.record(device, &conversation, took));
        Made {
            result: (!playback.is_foreign()).then_some(result),
            unanswered: playback.unanswered().map(str::to_owned),
            timed_out: playback.timed_out().map(str::to_owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::source::Source;

    fn fixtures() -> Vec<BlockDevice> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let folders = folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
        folders
            .filter(|path| path.join("device.conf").exists())
            .map(|path| BlockDevice::recorded(&path))
            .collect()
    }

    fn asking() -> Asking {
        Asking { smartctl: "smartctl".into(), ..Asking::default() }
    }

    /// Without what counts time.
    fn timeless(record: Record) -> Record {
        let Record(mut object) = record;
        object.set("local_time", 0);
        object.object("stone").set("duration_ms", 0);
        Record(object)
    }

    #[test]
    fn a_record_is_the_same_wherever_it_is_made() {
        let limits = Limits::new(Limits::COMMAND, Limits::DISK);
        assert!(!fixtures().is_empty());
        for (asleep, extent) in [(None, Extent::Whole), (Some(Power::Sleep), Extent::Quick)] {
            let asking = Asking { asleep, extent, ..asking() };
            for device in fixtures() {
                let paper = Paper::default();
                Asker::new(&asking).ask(&device, &limits, &paper).unwrap();
                let made = Making::new(&asking).make(&device, &paper.take(), After::Nothing, Duration::ZERO);
                let here = asking.native().read(&device, &limits).unwrap();
                assert_eq!(timeless(made.result.unwrap().unwrap()), timeless(here), "{}", device.name);
                assert_eq!((made.unanswered, made.timed_out), (None, None));
            }
        }
    }

    #[test]
    fn a_transcript_cut_anywhere_gives_what_was_said_until_then() {
        let limits = Limits::new(Limits::COMMAND, Limits::DISK);
        for device in fixtures() {
            let paper = Paper::default();
            Asker::new(&asking()).ask(&device, &limits, &paper).unwrap();
            let transcript = paper.take();
            let mut records = 0;
            for end in (0..transcript.len()).step_by(97) {
                let after = After::Silence(Duration::from_secs(1));
                let made = Making::default().make(&device, &transcript[..end], after, Duration::ZERO);
                // Cut within an exchange it is no transcript; between two it is that of a disk that hangs.
                if let Some(Ok(record)) = made.result {
                    records += 1;
                    assert!(record.is_cut_short(), "{} {end}", device.name);
                    assert!(record.0.at("stone.stopped_at.command").is_some());
                    assert!(made.unanswered.is_some());
                }
            }
            assert!(records < transcript.len());
        }
    }
}
