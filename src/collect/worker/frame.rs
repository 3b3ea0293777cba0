//! The frames from the worker to the front: a length of 32 bits, then a kind and what belongs to it. Decoding is pure.

use std::time::Duration;

use crate::transport::megaraid::Entry;
use crate::transport::wire::{Put, Reader};

/// Version of the protocol; the first thing that either side says.
pub(super) const VERSION: u16 = 1;
/// The longest frame: an answer of smartctl, which is the longest of all answers, and its wrapping.
pub(super) const LONGEST: usize = 17 << 20;

/// What the worker says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FromWorker<'a> {
    /// The first frame.
    Hello {
        /// Version of its protocol.
        version: u16,
    },
    /// The turn of a disk has come.
    Started {
        /// Number of the disk in the setup.
        slot: u32,
        /// How long ago.
        age: Duration,
    },
    /// More of the transcript of a disk: whole entries.
    Said {
        /// Number of the disk in the setup.
        slot: u32,
        /// The entries, not looked into.
        entries: &'a [u8],
    },
    /// The turn of a disk is over.
    Ended {
        /// Number of the disk in the setup.
        slot: u32,
        /// How long it took.
        took: Duration,
        /// How.
        end: End,
    },
    /// What a RAID controller says of its disks.
    Listed {
        /// Number of the controller in the setup.
        index: u32,
        /// Number of each disk and what is known of it, or why there is no list, in words.
        listing: Result<Vec<Entry>, String>,
    },
}

/// How the turn of a disk ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// All that it has to say is in the transcript.
    Done,
    /// It was not asked: why, in words.
    Told(String),
    /// It sleeps and was left asleep.
    Asleep,
    /// It did not answer in time; its thread is left behind.
    Late,
    /// The worker is at fault.
    Panicked,
    /// Another logical unit of its drive does not answer.
    SameDrive,
    /// There was no time left for it.
    RoundOver,
    /// There was no thread for it: why, in words.
    NoThread(String),
}

impl FromWorker<'_> {
    /// Adds the frame to `out`.
    pub fn encode(&self, out: &mut Vec<u8>) {
        framed(out, |out| match self {
            Self::Hello { version } => {
                out.put_u8(0);
                out.put_u16(*version);
            }
            Self::Started { slot, age } => {
                out.put_u8(1);
                out.put_u32(*slot);
                out.put_time(*age);
            }
            Self::Said { slot, entries } => {
                out.put_u8(2);
                out.put_u32(*slot);
                out.extend(*entries);
            }
            Self::Ended { slot, took, end } => {
                out.put_u8(3);
                out.put_u32(*slot);
                out.put_time(*took);
                put_end(out, end);
            }
            Self::Listed { index, listing } => {
                out.put_u8(4);
                out.put_u32(*index);
                put_listing(out, listing);
            }
        });
    }
}

impl<'a> FromWorker<'a> {
    /// Takes the frame that `bytes` begin with: it, and how long it is. `Ok(None)`: it is not whole yet.
    ///
    /// # Errors
    /// These are no frames.
    pub fn decode(bytes: &'a [u8]) -> Result<Option<(Self, usize)>, Malformed> {
        let Some((body, len)) = body(bytes, LONGEST)? else { return Ok(None) };
        let mut reader = Reader::new(body);
        let frame = Self::read(&mut reader).ok_or(Malformed)?;
        Ok(Some((frame, len)))
    }

    fn read(reader: &mut Reader<'a>) -> Option<Self> {
        let frame = match reader.u8()? {
            0 => Self::Hello { version: reader.u16()? },
            1 => Self::Started { slot: reader.u32()?, age: reader.time()? },
            2 => return Some(Self::Said { slot: reader.u32()?, entries: reader.rest() }),
            3 => Self::Ended { slot: reader.u32()?, took: reader.time()?, end: end(reader)? },
            4 => Self::Listed { index: reader.u32()?, listing: listing(reader)? },
            _ => return None,
        };
        reader.is_empty().then_some(frame)
    }
}

/// What came are no frames of this protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

/// Adds a frame whose body `write` makes.
pub(super) fn framed(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.put_u32(0);
    write(out);
    let len = u32::try_from(out.len() - start - 4).unwrap_or(u32::MAX);
    out[start..start + 4].copy_from_slice(&len.to_le_bytes());
}

/// The body of the frame that `bytes` begin with, and the length of the frame. `Ok(None)`: it is not whole yet.
pub(super) fn body(bytes: &[u8], longest: usize) -> Result<Option<(&[u8], usize)>, Malformed> {
    let Some((head, rest)) = bytes.split_first_chunk::<4>() else { return Ok(None) };
    let len = usize::try_from(u32::from_le_bytes(*head)).map_err(|_| Malformed)?;
    if len > longest {
        return Err(Malformed);
    }
    Ok(rest.get(..len).map(|body| (body, len + 4)))
}

fn put_end(out: &mut Vec<u8>, end: &End) {
    match end {
        End::Done => out.put_u8(0),
        End::Told(words) => {
            out.put_u8(1);
            out.put_bytes(words.as_bytes());
        }
        End::Asleep => out.put_u8(2),
        End::Late => out.put_u8(3),
        End::Panicked => out.put_u8(4),
        End::SameDrive => out.put_u8(5),
        End::RoundOver => out.put_u8(6),
        End::NoThread(words) => {
            out.put_u8(7);
            out.put_bytes(words.as_bytes());
        }
    }
}

fn put_listing(out: &mut Vec<u8>, listing: &Result<Vec<Entry>, String>) {
    match listing {
        Ok(entries) => {
            out.put_u8(0);
            for (target, info) in entries {
                out.put_u8(*target);
                out.put_some(info.as_ref(), |out, info| out.put_bytes(info));
            }
        }
        Err(words) => {
            out.put_u8(1);
            out.put_bytes(words.as_bytes());
        }
    }
}

fn listing(reader: &mut Reader<'_>) -> Option<Result<Vec<Entry>, String>> {
    if reader.flag()? {
        return Some(Err(reader.text()?));
    }
    let mut entries = Vec::new();
    while !reader.is_empty() {
        let target = reader.u8()?;
        entries.push((target, reader.some(Reader::bytes)?.map(<[u8]>::to_vec)));
    }
    Some(Ok(entries))
}

fn end(reader: &mut Reader<'_>) -> Option<End> {
    Some(match reader.u8()? {
        0 => End::Done,
        1 => End::Told(reader.text()?),
        2 => End::Asleep,
        3 => End::Late,
        4 => End::Panicked,
        5 => End::SameDrive,
        6 => End::RoundOver,
        7 => End::NoThread(reader.text()?),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn frames() -> Vec<FromWorker<'static>> {
        let ended = |end| FromWorker::Ended { slot: 7, took: Duration::from_micros(99), end };
        vec![
            FromWorker::Hello { version: VERSION },
            FromWorker::Started { slot: 1, age: Duration::from_millis(3) },
            FromWorker::Said { slot: 2, entries: b"entries" },
            FromWorker::Said { slot: 2, entries: b"" },
            ended(End::Done),
            ended(End::Told("no".to_owned())),
            ended(End::Asleep),
            ended(End::Late),
            ended(End::Panicked),
            ended(End::SameDrive),
            ended(End::RoundOver),
            ended(End::NoThread("EAGAIN".to_owned())),
            FromWorker::Listed { index: 0, listing: Ok(vec![(8, Some(vec![1, 2])), (9, None)]) },
            FromWorker::Listed { index: 0, listing: Err("no".to_owned()) },
        ]
    }

    #[test]
    fn frames_come_back_one_after_another() {
        let mut bytes = Vec::new();
        frames().iter().for_each(|frame| frame.encode(&mut bytes));
        let mut rest = bytes.as_slice();
        for frame in frames() {
            let (decoded, len) = FromWorker::decode(rest).unwrap().unwrap();
            assert_eq!(decoded, frame);
            rest = &rest[len..];
        }
        assert_eq!(FromWorker::decode(rest), Ok(None));
    }

    #[test]
    fn every_beginning_of_a_frame_is_waited_for() {
        for frame in frames() {
            let mut bytes = Vec::new();
            frame.encode(&mut bytes);
            for end in 0..bytes.len() {
                assert_eq!(FromWorker::decode(&bytes[..end]), Ok(None));
            }
        }
    }

    #[test]
    fn a_frame_too_long_or_with_something_behind_is_none() {
        assert_eq!(FromWorker::decode(&[0xff; 8]), Err(Malformed));
        assert_eq!(FromWorker::decode(&[0; 4]), Err(Malformed));
        assert_eq!(FromWorker::decode(&[4, 0, 0, 0, 0, 1, 0, 0]), Err(Malformed));
    }

    #[test]
    fn words_of_a_worker_are_cut_and_cleaned() {
        let mut bytes = Vec::new();
        let end = End::Told(format!("\x1b[2J{}", "x".repeat(10_000)));
        FromWorker::Ended { slot: 0, took: Duration::ZERO, end }.encode(&mut bytes);
        let (frame, _) = FromWorker::decode(&bytes).unwrap().unwrap();
        let FromWorker::Ended { end: End::Told(words), .. } = frame else { panic!("{frame:?}") };
        assert!(words.len() < 1000 && !words.contains('\x1b'));
    }

    proptest! {
        #[test]
        fn hostile_bytes_do_no_harm(mut bytes in prop::collection::vec(any::<u8>(), 0..64), len in 0..80u32) {
            if let Some(head) = bytes.first_chunk_mut() {
                *head = len.to_le_bytes();
            }
            if let Ok(Some((_, len))) = FromWorker::decode(&bytes) {
                prop_assert!(len <= bytes.len());
            }
        }
    }
}
