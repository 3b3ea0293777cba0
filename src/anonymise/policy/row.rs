//! One row of the policy: a path, and what becomes of the values there.

use super::text::Form;

/// What becomes of the values at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Sent as it is, if it has the row's type and lies in its range, set or pattern.
    Public,
    /// Replaced by a keyed pseudonym.
    Pseudonym,
    /// Sent less exactly than it was read.
    Rounded,
    /// Never sent.
    Dropped,
}

impl Class {
    /// The word in tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Pseudonym => "pseudonym",
            Self::Rounded => "rounded",
            Self::Dropped => "dropped",
        }
    }
}

/// Why a known path is never sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::anonymise) enum Why {
    /// It names this one disk, or the thing it is plugged into. It is also searched for in what is sent.
    Identifier,
    /// It says where the disk is: host, node, slot, neighbour.
    Place,
    /// Where data lies on the disk.
    Address,
    /// A moment of time.
    Time,
    /// Free text, which can hold anything.
    FreeText,
    /// Bytes whose meaning only the vendor knows.
    Vendor,
    /// It was set by the owner of the disk.
    Owner,
}

impl Why {
    /// In words, for tables.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Identifier => "identifies the disk",
            Self::Place => "says where the disk is",
            Self::Address => "says where data lies on the disk",
            Self::Time => "moment of time",
            Self::FreeText => "free text",
            Self::Vendor => "meaning known to the vendor only",
            Self::Owner => "set by the owner",
        }
    }
}

/// How the values at a path are judged.
#[derive(Debug, Clone, Copy)]
pub(in crate::anonymise) enum Rule {
    /// Sent if it is `true` or `false`.
    Flag,
    /// Sent if it is a whole number in the range.
    Whole { unit: &'static str, min: i64, max: u64 },
    /// Whole seconds since 1970, sent rounded down to the hour.
    Hour,
    /// Sent if it has the form.
    Text(&'static Form),
    /// Replaced by the pseudonym of this host.
    Host,
    /// Never sent.
    Drop(Why),
}

impl Rule {
    /// Range of a number, form of a text, or why nothing is sent.
    fn form(&self) -> String {
        match self {
            Self::Flag => String::new(),
            Self::Whole { min, max, .. } => format!("{min} to {max}"),
            Self::Hour => "since 1970, rounded down to the hour".into(),
            Self::Text(form) => form.description(),
            Self::Host => "pseudonym of the host".into(),
            Self::Drop(why) => why.words().into(),
        }
    }

    /// What is expected of a value, or why none is sent, in one phrase.
    pub(super) fn words(&self, unless: Option<(&str, &[&str])>) -> String {
        let phrase = match self {
            Self::Flag => "true or false".into(),
            Self::Whole { unit: "", .. } => format!("a whole number, {}", self.form()),
            Self::Whole { unit, .. } => format!("a whole number, {} {unit}", self.form()),
            Self::Hour => format!("seconds {}", self.form()),
            Self::Text(_) => format!("a text, {}", self.form()),
            Self::Host | Self::Drop(_) => self.form(),
        };
        phrase + &exception(unless).unwrap_or_default()
    }
}

/// Which arrays may stand around the values of a row. Others are dropped whole: bytes in a row can spell anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::anonymise) enum List {
    /// Any.
    Any,
    /// Of at most so many items.
    AtMost(usize),
    /// Of numbers each larger than the one before.
    Ascending,
}

/// One row: a path, its rule, and an exception.
///
/// In a path `.` leads to a member, `[]` to the items of an array, a final `_N` stands for a number of one to three
/// digits, `*` for any key made of words of the vocabulary, and `{a,b}` for `a` and `b` in turn.
/// Two rows for one path are alternatives: the value may fit either.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) path: &'static str,
    pub(super) rule: Rule,
    /// Drop the value where this sibling has one of these texts.
    pub(super) unless: Option<(&'static str, &'static [&'static str])>,
    pub(super) list: List,
}

/// No disk counts further in its life, and all eight-byte identifiers of T10 and IEEE that begin with an NAA lie above.
pub(super) const MOST: u64 = (1 << 60) - 1;

const fn row(path: &'static str, rule: Rule) -> Row {
    Row { path, rule, unless: None, list: List::Any }
}

/// `true` or `false`.
pub(super) const fn flag(path: &'static str) -> Row {
    row(path, Rule::Flag)
}

/// A number of events or things.
pub(super) const fn count(path: &'static str) -> Row {
    amount(path, "")
}

/// A number with a unit, from 0.
pub(super) const fn amount(path: &'static str, unit: &'static str) -> Row {
    number(path, unit, 0, MOST)
}

/// A code of one byte.
pub(super) const fn byte(path: &'static str) -> Row {
    number(path, "", 0, 0xff)
}

/// A code, or a set of bits, of two bytes.
pub(super) const fn word(path: &'static str) -> Row {
    number(path, "", 0, 0xffff)
}

/// Degrees Celsius.
pub(super) const fn celsius(path: &'static str) -> Row {
    number(path, "C", -128, 65535)
}

/// A number in a range.
pub(super) const fn number(path: &'static str, unit: &'static str, min: i64, max: u64) -> Row {
    row(path, Rule::Whole { unit, min, max })
}

/// A moment, rounded to the hour.
pub(super) const fn hour(path: &'static str) -> Row {
    row(path, Rule::Hour)
}

/// A text of a known form.
pub(super) const fn text(path: &'static str, form: &'static Form) -> Row {
    row(path, Rule::Text(form))
}

/// The pseudonym of the host stands here.
pub(super) const fn host(path: &'static str) -> Row {
    row(path, Rule::Host)
}

/// Never sent.
pub(super) const fn dropped(path: &'static str, why: Why) -> Row {
    row(path, Rule::Drop(why))
}

impl Row {
    /// Except where the member `sibling` of the same object has one of `texts`.
    pub(super) const fn unless(mut self, sibling: &'static str, texts: &'static [&'static str]) -> Self {
        self.unless = Some((sibling, texts));
        self
    }

    /// Only in such arrays.
    pub(super) const fn only_in(mut self, list: List) -> Self {
        self.list = list;
        self
    }
}

/// A row of the policy, for people and for schemas.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PolicyRow {
    /// Key path: `.` leads to a member, `[]` to the items of an array, `_N` is a number of up to three digits,
    /// `*` any key made of words of the vocabulary.
    pub path: String,
    /// What becomes of the values.
    pub class: Class,
    /// JSON type of what is sent: `boolean`, `integer`, `string`; empty where nothing is.
    pub kind: &'static str,
    /// Unit of a number; empty: a count, a code, or no number.
    pub unit: &'static str,
    /// Range of a number, form of a string, or why nothing is sent.
    pub form: String,
}

/// Where a row does not hold, in words.
fn exception(unless: Option<(&str, &[&str])>) -> Option<String> {
    unless.map(|(sibling, texts)| format!(", unless {sibling} is {}", texts.join(" or ")))
}

impl PolicyRow {
    pub(super) fn new(path: &str, row: &Row) -> Self {
        let (class, kind, unit) = match row.rule {
            Rule::Flag => (Class::Public, "boolean", ""),
            Rule::Whole { unit, .. } => (Class::Public, "integer", unit),
            Rule::Hour => (Class::Rounded, "integer", "s"),
            Rule::Text(_) => (Class::Public, "string", ""),
            Rule::Host => (Class::Pseudonym, "string", ""),
            Rule::Drop(_) => (Class::Dropped, "", ""),
        };
        let mut form = row.rule.form();
        if let Some(exception) = exception(row.unless) {
            form += &exception;
        }
        form += &match row.list {
            List::Any => String::new(),
            List::AtMost(most) => format!(", at most {most} items"),
            List::Ascending => ", each item larger than the one before".into(),
        };
        Self { path: path.into(), class, kind, unit, form }
    }
}
