//! What a disk says to a copy of this process, and passes on exchange by exchange: what came before it hung is kept.

use std::io::{self, Write};
use std::time::Duration;

use thiserror::Error;

use super::process::{self, End};
use crate::device::BlockDevice;
use crate::source::{chain, native};
use crate::transport::transcript::{After, Paper, Playback, Transcribe};
use crate::transport::{Command, Completion, Transport, TransportError};

/// The most that a disk says: the longest logs that can be asked for, and the rest.
const MOST: usize = 128 << 20;
/// First byte of what the copy says: the way to the disk is open and a transcript follows, or it is not and words do.
const OPEN: u8 = 0;
const CLOSED: u8 = 1;

/// What a disk has said.
#[derive(Debug)]
pub struct Dictation {
    transcript: Vec<u8>,
    after: After,
    /// How long it took.
    pub took: Duration,
}

/// Why nothing of a disk was heard.
#[derive(Debug, Error)]
pub enum NotHeard {
    /// There is no way to it: why, in words.
    #[error("{0}")]
    NotOpened(String),
    /// Its node could not be opened in time.
    #[error("its node could not be opened within {} s", .0.as_secs_f32())]
    Late(Duration),
    /// There is no process that could ask it.
    #[error("no process can be started for it")]
    NotStarted(#[source] io::Error),
    /// The program is at fault, or somebody has killed it.
    #[error("the process that asks it failed")]
    Broken,
}

/// Opens the way to `device` in a copy of this process and lets `ask` speak through it, for so long as `time` says.
/// This process must have no other threads.
///
/// # Errors
/// See [`NotHeard`].
pub fn dictate(
    device: &BlockDevice,
    time: Duration,
    ask: impl FnOnce(&mut dyn Transport),
) -> Result<Dictation, NotHeard> {
    let heard = process::apart(time, MOST, |out| {
        // Whoever does not listen has given the disk up.
        _ = match native::open(device) {
            Ok(transport) => speak(transport, out, ask),
            Err(error) => out.write_all(&[CLOSED]).and_then(|()| out.write_all(chain(&error).as_bytes())),
        };
    });
    let heard = heard.map_err(NotHeard::NotStarted)?;
    match (heard.bytes.split_first(), heard.end) {
        (_, End::Broken) => Err(NotHeard::Broken),
        (Some((&CLOSED, words)), End::Done) => {
            Err(NotHeard::NotOpened(String::from_utf8_lossy(words).into_owned()))
        }
        (Some((&OPEN, transcript)), end) => {
            let after = if end == End::Late { After::Silence(time) } else { After::Nothing };
            Ok(Dictation { transcript: transcript.to_vec(), after, took: heard.took })
        }
        (_, End::Late) => Err(NotHeard::Late(time)),
        (_, End::Done) => Err(NotHeard::Broken),
    }
}

fn speak(
    transport: Box<dyn Transport>,
    out: &mut (dyn Write + Send),
    ask: impl FnOnce(&mut dyn Transport),
) -> io::Result<()> {
    let paper = Paper::default();
    let inner = Transcribe::new(transport, &paper);
    out.write_all(&[OPEN]).and_then(|()| out.write_all(&paper.take()))?;
    ask(&mut Dictated { inner, paper: &paper, out });
    Ok(())
}

/// A transport that passes on what goes through it at once: the next command may be the one in which it hangs.
struct Dictated<'a> {
    inner: Transcribe<'a>,
    paper: &'a Paper,
    out: &'a mut (dyn Write + Send),
}

impl Transport for Dictated<'_> {
    fn execute(
        &mut self,
        command: &Command,
        data: &mut [u8],
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        let end = self.inner.execute(command, data, timeout);
        _ = self.out.write_all(&self.paper.take());
        end
    }
}

impl Dictation {
    /// Lets `ask`, which asks the same as before, hear the same answers. `None`: it did not ask the same.
    pub fn replay<T>(&self, ask: impl FnOnce(&mut dyn Transport) -> T) -> Option<T> {
        let mut playback = Playback::new(&self.transcript, self.after);
        let answered = ask(&mut playback);
        (!playback.is_foreign()).then_some(answered)
    }

    /// Was the time over before the disk had said all?
    pub fn is_late(&self) -> bool {
        self.after != After::Nothing
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::transport::{Replay, TaskFile};

    const SECOND: Duration = Duration::from_secs(1);

    /// What the drive of a fixture says to as many commands.
    fn said(commands: usize) -> Vec<u8> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/ata-hdd");
        let mut out = Vec::new();
        let replay = Box::new(Replay::open(&folder).unwrap());
        speak(replay, &mut out, |transport| {
            for _ in 0..commands {
                let identify = Command::Ata(TaskFile::identify_device());
                assert_eq!(transport.execute(&identify, &mut [0; 512], SECOND).unwrap().data_len, 512);
            }
        })
        .unwrap();
        out
    }

    #[test]
    fn each_answer_is_passed_on_as_it_comes() {
        assert_eq!(said(0)[0], OPEN);
        assert!(said(2).len() > said(1).len() + 500 && said(1).len() > said(0).len() + 500);
    }

    #[test]
    fn who_asks_the_same_hears_the_same_and_then_silence() {
        let transcript = said(1)[1..].to_vec();
        let late = Dictation { transcript, after: After::Silence(SECOND), took: SECOND };
        assert!(late.is_late());
        let identify = Command::Ata(TaskFile::identify_device());
        let answers = late.replay(|transport| {
            let first = transport.execute(&identify, &mut [0; 512], SECOND).is_ok();
            (first, transport.execute(&identify, &mut [0; 512], SECOND))
        });
        assert!(matches!(answers, Some((true, Err(TransportError::TimedOut(SECOND))))), "{answers:?}");
        let other = Command::Ata(TaskFile::smart_read_data());
        assert!(late.replay(|transport| _ = transport.execute(&other, &mut [0; 512], SECOND)).is_none());
    }
}
