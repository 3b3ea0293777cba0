//! One walk over a record along the policy: only what the policy knows is looked at, so the depth is the policy's.

use std::collections::HashSet;

use super::account::{Fate, Step, Watch};
use super::known::Known;
use super::policy::{Form, List, Policy, Rule, Target, is_text};
use super::tape::{Item, Member, Members};

/// Values and members looked at in one record; the largest real ones have some 10,000.
const MOST_VALUES: usize = 200_000;
/// Blanks that may follow a text, as padding of a field.
const MOST_PADDING: usize = 8;
/// Seconds in the step to which moments are rounded.
const HOUR: u64 = 3600;
/// Bytes that leave for each entry, about.
const BYTES: usize = 20;
/// Of the fixed keys of an object so many are remembered as bits; only a whole record has more.
const FIXED: usize = 256;

/// A walk over one record; what may leave is written as it is found.
pub(super) struct Walk<'a, W> {
    policy: &'static Policy,
    known: &'a Known<'a>,
    host: &'a str,
    watch: &'a mut W,
    left: usize,
    out: Vec<u8>,
}

/// A value that may leave.
enum Sent<'t> {
    Flag(bool),
    Whole(u64),
    Negative(i64),
    Text(&'t str),
}

/// What was written of a value.
#[derive(PartialEq)]
enum Written {
    Nothing,
    Whole(u64),
    Other,
}

impl<'a, W: Watch> Walk<'a, W> {
    pub(super) fn new(
        policy: &'static Policy,
        known: &'a Known<'a>,
        host: &'a str,
        watch: &'a mut W,
    ) -> Self {
        Self { policy, known, host, watch, left: MOST_VALUES, out: Vec::new() }
    }

    /// What may leave of `record`, as JSON.
    pub(super) fn record(mut self, record: Members<'_>) -> Vec<u8> {
        self.out.reserve(BYTES * record.len().min(1024));
        if self.object(Policy::ROOT, record) == Written::Nothing {
            self.out.extend_from_slice(b"{}");
        }
        self.out
    }

    fn object(&mut self, node: usize, object: Members<'_>) -> Written {
        let start = self.begin(b'{');
        let (mut fixed, mut others) = ([0u64; FIXED / 64], HashSet::new());
        let mut last = None;
        for member in object {
            self.watch.enter(Step::Key(member.key));
            if !self.may_go_on() {
                self.watch.leave();
                break;
            }
            let before = self.out.len();
            self.key(member, start);
            let written = match member.target {
                Some(target) if self.names_identifier(member.key, target) => {
                    self.watch.note(Fate::Identifying, Some(self.policy.node(target.node)));
                    Written::Nothing
                }
                Some(target) => self.value(target.node, member, object),
                None => self.companion(node, member, last),
            };
            // Of two members with the same key the first counts.
            let is_first = written != Written::Nothing
                && match member.target {
                    Some(Target { sibling: Some(sibling), .. }) if sibling < FIXED => {
                        let (word, bit) = (&mut fixed[sibling / 64], 1 << (sibling % 64));
                        let is_new = *word & bit == 0;
                        *word |= bit;
                        is_new
                    }
                    _ => others.insert(member.key),
                };
            match written {
                Written::Whole(number) if is_first => last = Some((member.key, number)),
                _ if is_first => {}
                _ => self.out.truncate(before),
            }
            self.watch.leave();
        }
        if self.out.len() == start + 1 && !object.is_empty() {
            self.out.truncate(start);
            return Written::Nothing;
        }
        self.out.push(b'}');
        Written::Other
    }

    /// Is `key`, which only has the form of those that the policy lets through, an identifier?
    fn names_identifier(&self, key: &str, target: Target) -> bool {
        target.sibling.is_none() && !self.policy.is_foreign(target.node) && self.known.is_in(key)
    }

    fn value(&mut self, node: usize, member: Member<'_>, parent: Members<'_>) -> Written {
        match member.item {
            Item::Object if self.policy.node(node).has_members() => self.object(node, member.inside),
            Item::Array => match self.policy.items(node) {
                Some(node) => self.items(node, member.inside),
                None => self.nothing(node),
            },
            Item::Object => self.nothing(node),
            Item::Null => Written::Nothing,
            _ => self.leaf(node, member.item, parent),
        }
    }

    fn items(&mut self, node: usize, items: Members<'_>) -> Written {
        if let Some(fate) = self.refuses(node, items) {
            self.watch.note(fate, Some(self.policy.node(node)));
            return Written::Nothing;
        }
        let start = self.begin(b'[');
        let mut all_null = true;
        let mut kept = false;
        for (index, item) in items.into_iter().enumerate() {
            self.watch.enter(Step::Item(index));
            let on = self.may_go_on();
            if on {
                self.comma(start);
                match self.value(node, item, Members::default()) {
                    // Holes keep the places of the others.
                    Written::Nothing => self.out.extend_from_slice(b"null"),
                    _ => kept = true,
                }
                all_null &= *item.item == Item::Null;
            }
            self.watch.leave();
            if !on {
                all_null = false;
                break;
            }
        }
        if !kept && !all_null {
            // Without any other there is nothing to tell.
            self.out.truncate(start);
            return Written::Nothing;
        }
        self.out.push(b']');
        Written::Other
    }

    /// Why an array is not sent whatever its items are: it is not such as the policy expects, or what each of them hides they show
    /// together.
    fn refuses(&self, node: usize, items: Members<'_>) -> Option<Fate> {
        let [judge, ..] = self.policy.node(node).rules.as_slice() else { return None };
        let numbers = || items.into_iter().filter_map(Member::as_u64);
        let fits = match judge.list {
            List::Any => true,
            List::AtMost(most) => items.len() <= most,
            List::Ascending => numbers().zip(numbers().skip(1)).all(|(one, next)| one < next),
        };
        let identifies = match judge.rule {
            _ if !fits => return Some(Fate::Unfit),
            Rule::Text(_) => {
                let sent = |text: &&str| self.judge(&judge.rule, &Item::Text((*text).into())).0.is_some();
                self.known.is_in_all(items.into_iter().filter_map(Member::as_text).filter(sent))
            }
            Rule::Whole { .. } => self.known.is_in_list(items),
            _ => false,
        };
        identifies.then_some(Fate::Identifying)
    }

    fn leaf(&mut self, node: usize, value: &Item<'_>, parent: Members<'_>) -> Written {
        let mut fate = Fate::Unfit;
        for judge in &self.policy.node(node).rules {
            let excepted = judge.unless.is_some_and(|(sibling, texts)| {
                // What does not pass itself says nothing of its neighbour.
                let sibling = parent.get(sibling).and_then(Member::as_text);
                let sibling = sibling.filter(|text| !text.trim().is_empty() && is_text(text));
                sibling
                    .is_none_or(|sibling| texts.iter().any(|text| text.eq_ignore_ascii_case(sibling.trim())))
            });
            let (out, this) = if excepted { (None, Fate::Dropped) } else { self.judge(&judge.rule, value) };
            if let Some(out) = out {
                self.watch.note(this, Some(self.policy.node(node)));
                return self.write(&out);
            }
            if this != Fate::Unfit {
                fate = this;
            }
        }
        self.watch.note(fate, Some(self.policy.node(node)));
        Written::Nothing
    }

    fn judge<'t>(&self, rule: &Rule, value: &'t Item<'_>) -> (Option<Sent<'t>>, Fate)
    where
        'a: 't,
    {
        match (rule, value) {
            (Rule::Flag, Item::Bool(flag)) => (Some(Sent::Flag(*flag)), Fate::Kept),
            (Rule::Whole { .. }, Item::Unsigned(number)) if self.known.is_number((*number).into()) => {
                (None, Fate::Identifying)
            }
            (Rule::Whole { .. }, Item::Wide(number)) if self.known.is_number(**number) => {
                (None, Fate::Identifying)
            }
            (Rule::Whole { min, max, .. }, Item::Unsigned(number)) => {
                let low = u64::try_from(*min).is_ok_and(|min| *number < min);
                keep_if(!low && number <= max, Sent::Whole(*number))
            }
            (Rule::Whole { .. }, Item::Negative(number)) if self.known.is_negative_number(*number) => {
                (None, Fate::Identifying)
            }
            (Rule::Whole { min, .. }, Item::Negative(number)) => {
                keep_if(number >= min, Sent::Negative(*number))
            }
            (Rule::Hour, Item::Unsigned(seconds)) if *seconds < 1 << 40 => {
                (Some(Sent::Whole(seconds - seconds % HOUR)), Fate::Rounded)
            }
            (Rule::Text(Form::OneOf(texts)), Item::Text(text)) => {
                keep_if(texts.contains(&text.as_ref()), Sent::Text(text))
            }
            (Rule::Text(Form::Words), Item::Text(text)) => match is_text(text) {
                true if self.known.is_in(text) => (None, Fate::Identifying),
                fits => keep_if(fits, Sent::Text(text)),
            },
            (Rule::Text(Form::Pattern { fits, counts, .. }), Item::Text(text)) => {
                let trimmed = text.trim_end_matches(' ');
                let is_in =
                    || if *counts { self.known.is_in_count(trimmed) } else { self.known.is_in(trimmed) };
                match fits(trimmed) && text.len() - trimmed.len() <= MOST_PADDING {
                    true if is_in() => (None, Fate::Identifying),
                    fits => keep_if(fits, Sent::Text(text)),
                }
            }
            (Rule::Host, Item::Text(_)) => (Some(Sent::Text(self.host)), Fate::Replaced),
            (Rule::Drop(_), _) => (None, Fate::Dropped),
            _ => (None, Fate::Unfit),
        }
    }

    /// `KEY_s`, which smartctl adds behind a wide number: kept if the number was, and if it says the same. Numbers so
    /// wide that they have `KEY_le` are not sent.
    fn companion(&mut self, node: usize, member: Member<'_>, last: Option<(&str, u64)>) -> Written {
        let base = member.key.strip_suffix("_s").or_else(|| member.key.strip_suffix("_le"));
        let said = last.filter(|(key, _)| base == Some(*key)).map(|(_, number)| number);
        let text = member.as_text().filter(|text| said.is_some_and(|number| *text == number.to_string()));
        let known = base.and_then(|base| self.policy.member(node, base));
        let fate = match (text, known) {
            (Some(_), _) => Fate::Kept,
            (None, Some(_)) => Fate::Unfit,
            (None, None) => Fate::Unknown,
        };
        self.watch.note(fate, known.map(|known| self.policy.node(known.node)));
        text.map_or(Written::Nothing, |text| self.write(&Sent::Text(text)))
    }

    /// An object or array where the policy has none.
    fn nothing(&mut self, node: usize) -> Written {
        let node = self.policy.node(node);
        let known = node.rules.iter().any(|judge| matches!(judge.rule, Rule::Drop(_)));
        self.watch.note(if known { Fate::Dropped } else { Fate::Unfit }, Some(node));
        Written::Nothing
    }

    fn may_go_on(&mut self) -> bool {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            self.watch.note(Fate::TooMuch, None);
        }
        self.left > 0
    }

    /// Begins an object or array; where it stands.
    fn begin(&mut self, bracket: u8) -> usize {
        self.out.push(bracket);
        self.out.len() - 1
    }

    fn comma(&mut self, start: usize) {
        if self.out.len() > start + 1 {
            self.out.push(b',');
        }
    }

    /// A key that stays is one of the policy, or made of its words: it needs no escapes. What does not stay is taken back.
    fn key(&mut self, member: Member<'_>, start: usize) {
        if let Some(target) = member.target.filter(|target| target.sibling.is_some()) {
            // With the comma before it.
            let skip = usize::from(self.out.len() == start + 1);
            self.out.extend_from_slice(&self.policy.node(target.node).written.as_bytes()[skip..]);
            return;
        }
        self.comma(start);
        self.out.push(b'"');
        self.out.extend_from_slice(member.key.as_bytes());
        self.out.extend_from_slice(b"\":");
    }

    fn write(&mut self, value: &Sent<'_>) -> Written {
        match value {
            Sent::Flag(true) => self.out.extend_from_slice(b"true"),
            Sent::Flag(false) => self.out.extend_from_slice(b"false"),
            Sent::Whole(number) => {
                whole(&mut self.out, *number);
                return Written::Whole(*number);
            }
            Sent::Negative(number) => {
                self.out.push(b'-');
                whole(&mut self.out, number.unsigned_abs());
            }
            Sent::Text(text) => string(&mut self.out, text),
        }
        Written::Other
    }
}

fn whole(out: &mut Vec<u8>, mut left: u64) {
    let mut digits = [b'0'; 20];
    let mut first = digits.len() - 1;
    for (at, digit) in digits.iter_mut().enumerate().rev() {
        *digit += (left % 10) as u8;
        left /= 10;
        first = at;
        if left == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[first..]);
}

/// A text that fits a form is printable ASCII: only these two need an escape.
fn string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    for part in text.split_inclusive(['"', '\\']) {
        match part.as_bytes() {
            [head @ .., last @ (b'"' | b'\\')] => {
                out.extend_from_slice(head);
                out.extend_from_slice(&[b'\\', *last]);
            }
            part => out.extend_from_slice(part),
        }
    }
    out.push(b'"');
}

fn keep_if(fits: bool, value: Sent<'_>) -> (Option<Sent<'_>>, Fate) {
    if fits { (Some(value), Fate::Kept) } else { (None, Fate::Unfit) }
}
