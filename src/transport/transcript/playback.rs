//! Answers from a transcript.

use std::time::Duration;

use super::entries::{Answer, Exchange, entry, exchange};
use crate::transport::wire::Reader;
use crate::transport::{Command, Completion, Transport, TransportError};

/// Why a transcript ends where it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// All was said: what is not in it was not asked.
    Nothing,
    /// The next command was sent, and there was no answer for so long.
    Silence(Duration),
}

/// A transport that answers from a transcript, as long as the same is asked in the same order.
///
/// The transcript may be anyone's bytes: it is checked as it is read, and nothing is given but what was asked for.
#[derive(Debug)]
pub struct Playback<'a> {
    entries: Reader<'a>,
    after: After,
    is_foreign: bool,
    unanswered: Option<String>,
    timed_out: Option<String>,
}

impl<'a> Playback<'a> {
    /// Answers from `transcript`, beyond which `after` is the case.
    pub fn new(transcript: &'a [u8], after: After) -> Self {
        Self { entries: Reader::new(transcript), after, is_foreign: false, unanswered: None, timed_out: None }
    }

    /// Was something asked that the transcript does not hold at that place, or is it no transcript?
    pub fn is_foreign(&self) -> bool {
        self.is_foreign
    }

    /// Key of the command in which the transcript ends: nobody waited for its end. `None`: all have one.
    pub fn unanswered(&self) -> Option<&str> {
        self.unanswered.as_deref()
    }

    /// Key of the command whose end was its time-out. `None`: there is none.
    pub fn timed_out(&self) -> Option<&str> {
        self.timed_out.as_deref()
    }

    /// The next exchange. `Ok(None)`: there is none; `Err`: this is no transcript.
    fn next(&mut self) -> Result<Option<Exchange<'a>>, Foreign> {
        while !self.entries.is_empty() {
            match self.entries.u8() {
                Some(entry::OPENED) => {}
                Some(entry::EXCHANGE) => return exchange(&mut self.entries).map(Some).ok_or(Foreign),
                Some(entry::SMARTCTL) => {
                    self.entries.u8().and_then(|_| self.entries.bytes()).ok_or(Foreign)?;
                }
                _ => return Err(Foreign),
            }
        }
        Ok(None)
    }
}

impl Transport for Playback<'_> {
    fn execute(
        &mut self,
        command: &Command,
        data: &mut [u8],
        _: Duration,
    ) -> Result<Completion, TransportError> {
        if self.is_foreign {
            return Err(TransportError::NotSent);
        }
        match self.next() {
            Ok(Some(exchange)) if exchange.command == command.identity() => {
                if let Err(TransportError::TimedOut(_)) = exchange.end {
                    self.timed_out = Some(command.key());
                }
                let Answer { mut completion, bytes } = exchange.end?;
                let room = command.room(data)?;
                completion.data_len = bytes.len().min(room.len());
                room[..completion.data_len].copy_from_slice(&bytes[..completion.data_len]);
                Ok(completion)
            }
            Ok(None) => match self.after {
                After::Nothing => Err(TransportError::NotSent),
                After::Silence(time) => {
                    self.after = After::Nothing;
                    self.unanswered = Some(command.key());
                    Err(TransportError::TimedOut(time))
                }
            },
            Ok(Some(_)) | Err(Foreign) => {
                self.is_foreign = true;
                Err(TransportError::NotSent)
            }
        }
    }
}

/// What smartctl printed, and its exit status. `None`: it was not called, or did not end.
pub fn smartctl(transcript: &[u8]) -> Option<(&[u8], u8)> {
    let mut entries = Reader::new(transcript);
    loop {
        match entries.u8()? {
            entry::OPENED => {}
            entry::EXCHANGE => _ = exchange(&mut entries)?,
            entry::SMARTCTL => {
                let status = entries.u8()?;
                return Some((entries.bytes()?, status));
            }
            _ => return None,
        }
    }
}

/// The bytes are no transcript of this conversation.
struct Foreign;
