//! What became of the values of a record: counted, or path by path.

use std::fmt;

use super::policy::Node;

/// What became of one value, or of a part of a record that is not in the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fate {
    /// Sent as it was.
    Kept,
    /// Sent less exactly.
    Rounded,
    /// Replaced by a pseudonym.
    Replaced,
    /// Left out: the policy says so.
    Dropped,
    /// Left out: it has not the type, range or form that the policy expects at its path.
    Unfit,
    /// Left out: an identifier of the disk or of the host is in it.
    Identifying,
    /// Left out: its path is not in the policy.
    Unknown,
    /// Left out: the record is larger than any record is.
    TooMuch,
}

impl Fate {
    /// How many there are; the last one is named here.
    const ALL: usize = Self::TooMuch as usize + 1;

    /// Does something of the value leave?
    pub(super) fn is_sent(self) -> bool {
        matches!(self, Self::Kept | Self::Rounded | Self::Replaced)
    }
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kept => "kept",
            Self::Rounded => "rounded",
            Self::Replaced => "replaced by a pseudonym",
            Self::Dropped => "dropped",
            Self::Unfit => "dropped: not as expected",
            Self::Identifying => "dropped: an identifier is in it",
            Self::Unknown => "dropped: unknown path",
            Self::TooMuch => "dropped: too much",
        })
    }
}

/// How many values met which fate. A dropped object or array counts once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counters {
    /// Sent as they were.
    pub kept: u64,
    /// Sent less exactly.
    pub rounded: u64,
    /// Replaced by a pseudonym.
    pub replaced: u64,
    /// Left out by the policy.
    pub dropped: u64,
    /// Left out, since they had not the expected type, range or form.
    pub unfit: u64,
    /// Left out, since an identifier of the disk or of the host was in them.
    pub identifying: u64,
    /// Left out, since their path is not in the policy.
    pub unknown: u64,
    /// Left out, since the record was too large.
    pub too_much: u64,
}

impl std::ops::AddAssign for Counters {
    fn add_assign(&mut self, other: Self) {
        self.kept += other.kept;
        self.rounded += other.rounded;
        self.replaced += other.replaced;
        self.dropped += other.dropped;
        self.unfit += other.unfit;
        self.identifying += other.identifying;
        self.unknown += other.unknown;
        self.too_much += other.too_much;
    }
}

/// One line of the account of a record: for the eyes of its owner, since the path may hold what the record does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The path, with the numbers of items: `ata_smart_attributes.table[3].raw.string`.
    pub path: String,
    /// What became of the value there.
    pub fate: Fate,
    /// What the policy expects there, or why it lets nothing pass.
    pub why: String,
}

/// One step of a walk.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step<'a> {
    Key(&'a str),
    Item(usize),
}

/// Somebody who watches a walk over a record.
pub(super) trait Watch {
    /// The walk goes down to here.
    fn enter(&mut self, step: Step<'_>);
    /// The walk goes back up.
    fn leave(&mut self);
    /// This became of the value here, by the rules of the policy's `node`.
    fn note(&mut self, fate: Fate, node: Option<&Node>);
}

/// Counts only: paths cost nothing.
#[derive(Debug, Default)]
pub(super) struct Tally([u64; Fate::ALL]);

impl Tally {
    pub(super) fn counters(&self) -> Counters {
        let of = |fate: Fate| self.0[fate as usize];
        Counters {
            kept: of(Fate::Kept),
            rounded: of(Fate::Rounded),
            replaced: of(Fate::Replaced),
            dropped: of(Fate::Dropped),
            unfit: of(Fate::Unfit),
            identifying: of(Fate::Identifying),
            unknown: of(Fate::Unknown),
            too_much: of(Fate::TooMuch),
        }
    }
}

impl Watch for Tally {
    fn enter(&mut self, _: Step<'_>) {}

    fn leave(&mut self) {}

    fn note(&mut self, fate: Fate, _: Option<&Node>) {
        self.0[fate as usize] += 1;
    }
}

/// Writes every path down.
#[derive(Debug, Default)]
pub(super) struct Account {
    pub(super) entries: Vec<Entry>,
    path: String,
    lengths: Vec<usize>,
}

impl Watch for Account {
    fn enter(&mut self, step: Step<'_>) {
        self.lengths.push(self.path.len());
        match step {
            Step::Key(key) if self.path.is_empty() => self.path += key,
            Step::Key(key) => self.path.extend([".", key]),
            Step::Item(index) => self.path += &format!("[{index}]"),
        }
    }

    fn leave(&mut self) {
        self.path.truncate(self.lengths.pop().unwrap_or(0));
    }

    fn note(&mut self, fate: Fate, node: Option<&Node>) {
        let why = node.map_or_else(|| "the policy has no row for it".to_owned(), Node::why);
        self.entries.push(Entry { path: self.path.clone(), fate, why });
    }
}
