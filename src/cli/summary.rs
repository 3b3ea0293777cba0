//! One line about a round: how many disks were read, in what time, and why the others were not.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal};
use std::time::Duration;

use super::output::say;
use crate::collect::{CollectError, Collected};
use crate::source::SourceError;

/// What came of one disk, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fate {
    Read,
    CutShort,
    Hung,
    InQuarantine,
    NotReached,
    Asleep,
    Unreadable,
}

impl Fate {
    pub(super) fn of(one: &Collected) -> Self {
        match &one.result {
            Ok(record) if record.is_cut_short() => Self::CutShort,
            Ok(_) => Self::Read,
            Err(CollectError::Hung { .. } | CollectError::Opening(_) | CollectError::Deadline(_)) => {
                Self::Hung
            }
            Err(CollectError::SameDrive) => Self::Hung,
            Err(CollectError::Quarantined(_)) => Self::InQuarantine,
            Err(CollectError::RoundOver(_) | CollectError::Interrupted) => Self::NotReached,
            Err(CollectError::Source(SourceError::Asleep)) => Self::Asleep,
            Err(_) => Self::Unreadable,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::CutShort => "stopped answering",
            Self::Hung => "without an answer",
            Self::InQuarantine => "in quarantine",
            Self::NotReached => "not reached in time",
            Self::Asleep => "left asleep",
            Self::Unreadable => "cannot be read",
        }
    }
}

/// Says it, if there is more than one disk: to people at a terminal always, to a log only when something is missing.
pub(super) fn say_what_came(fates: &[Fate], took: Duration) {
    let is_missing = |fate: &Fate| !matches!(fate, Fate::Read | Fate::Asleep);
    if fates.len() > 1 && (io::stderr().is_terminal() || fates.iter().any(is_missing)) {
        say(line(fates, took));
    }
}

fn line(fates: &[Fate], took: Duration) -> String {
    let mut counts = BTreeMap::new();
    for fate in fates {
        *counts.entry(*fate).or_insert(0_usize) += 1;
    }
    let read = counts.remove(&Fate::Read).unwrap_or(0);
    let mut line = format!("{read} of {} disks read in {:.1} s", fates.len(), took.as_secs_f32());
    for (fate, count) in counts {
        line.push_str(&format!(", {count} {}", fate.words()));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_told_with_its_cause() {
        let took = Duration::from_millis(3240);
        assert_eq!(line(&[Fate::Read, Fate::Read], took), "2 of 2 disks read in 3.2 s");
        assert_eq!(
            line(&[Fate::Asleep, Fate::Hung, Fate::Read, Fate::CutShort, Fate::Hung], took),
            "1 of 5 disks read in 3.2 s, 1 stopped answering, 2 without an answer, 1 left asleep"
        );
    }
}
