//! What became of each section of a record.

use crate::object;
use crate::report::Object;

/// What became of one section: whether it is in the record, and if not, why.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// Asked for, answered, decoded.
    Ok,
    /// The device says it has no such page, or refused it as unknown: nothing is wrong.
    Unsupported,
    /// The device answered with an error.
    Failed {
        /// SCSI sense key, additional sense code and its qualifier, where there was sense data.
        sense: Option<[u8; 3]>,
        /// ATA STATUS and ERROR, or the NVMe status code (with its type in bits 10:8), where there was one.
        status: Option<u32>,
        /// In words.
        reason: String,
    },
    /// No answer within the command's time-out.
    TimedOut,
    /// The device answered, with bytes that are not the page.
    Malformed {
        /// In words.
        reason: String,
    },
    /// Not asked any more: an earlier command got no answer, or the deadline had passed.
    NotAsked,
}

impl Outcome {
    /// The word that stands for it in the record.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unsupported => "unsupported",
            Self::Failed { .. } => "failed",
            Self::TimedOut => "timed_out",
            Self::Malformed { .. } => "malformed",
            Self::NotAsked => "not_asked",
        }
    }

    /// Is something wrong: was the section to be had, and is it missing?
    pub fn is_gap(&self) -> bool {
        !matches!(self, Self::Ok | Self::Unsupported)
    }
}

/// One section of the record, as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its key under `stone.sections`: the page's name.
    pub name: &'static str,
    /// What became of it.
    pub outcome: Outcome,
    /// Commands sent for it.
    pub commands: u32,
    /// Bytes the device returned for it.
    pub bytes: u64,
}

impl Section {
    /// The section as it stands under `stone.sections`.
    pub fn to_object(&self) -> Object {
        let mut object = object! { "outcome" => self.outcome.word() };
        if self.commands > 0 {
            object.set("commands", self.commands).set("bytes", self.bytes);
        }
        match &self.outcome {
            Outcome::Failed { sense, status, reason } => {
                if let Some([key, asc, ascq]) = *sense {
                    object.set("sense", object! { "key" => key, "asc" => asc, "ascq" => ascq });
                }
                object.set_some("status", *status).set("reason", reason.clone());
            }
            Outcome::Malformed { reason } => {
                object.set("reason", reason.clone());
            }
            _ => {}
        }
        object
    }
}
