//! One walk over a record along the policy: only what the policy knows is looked at, so the depth is the policy's.

use std::collections::BTreeSet;

use super::account::{Fate, Step, Watch};
use super::known::Known;
use super::policy::{Form, List, Policy, Rule, Target, is_text};
use super::quotes::quote_or_escape;
use super::tape::{Item, Member, Members};

/// Values and members looked at in one record; the largest real ones have some 10,000.
const MOST_VALUES: usize = 200_000;
/// Blanks that may follow a text, as padding of a field.
const MOST_PADDING: usize = 8;
/// Seconds in the step to which moments are rounded.
const HOUR: u64 = 3600;
/// Bytes that leave for each entry, about.
const BYTES: usize = 20;
/// Among so many members of an object the one is looked for that decides about another: real ones have six. Where it is
/// not among them, the other is not sent.
const FEW_SIBLINGS: usize = 64;
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
        let start = self.out.len();
        let (mut fixed, mut others) = ([0u64; FIXED / 64], None::<BTreeSet<&str>>);
        let mut last = None;
        for member in object {
            self.watch.enter(Step::Key(member.key()));
            if !self.may_go_on() {
                self.watch.leave();
                break;
            }
            let before = self.out.len();
            self.key(member);
            let written = match member.target() {
                Some(target) if self.names_identifier(member.key(), target) => {
                    self.watch.note(Fate::Identifying, Some(self.policy.node(target.node())));
                    Written::Nothing
                }
                Some(target) => self.value(target.node(), member, object),
                None => self.companion(node, member, last),
            };
            // Of two members with the same key the first counts.
            let is_first = written != Written::Nothing
                && match member.target().and_then(Target::sibling) {
                    Some(sibling) if sibling < FIXED => {
                        let (word, bit) = (&mut fixed[sibling / 64], 1 << (sibling % 64));
                        let is_new = *word & bit == 0;
                        *word |= bit;
                        is_new
                    }
                    _ => others.get_or_insert_default().insert(member.key()),
                };
            match written {
                Written::Whole(number) if is_first => last = Some((member.key(), number)),
                _ if is_first => {}
                _ => self.out.truncate(before),
            }
            self.watch.leave();
        }
        if self.out.len() == start && !object.is_empty() {
            return Written::Nothing;
        }
        self.bracket(start, b'{', b'}');
        Written::Other
    }

    /// Is `key`, which only has the form of those that the policy lets through, an identifier?
    fn names_identifier(&self, key: &str, target: Target) -> bool {
        target.sibling().is_none() && !self.policy.is_foreign(target.node()) && self.known.is_in(key)
    }

    #[inline(always)]
    fn value(&mut self, node: usize, member: Member<'_>, parent: Members<'_>) -> Written {
        match member.item() {
            Item::Object if self.policy.node(node).has_members() => self.object(node, member.inside),
            Item::Array => match self.policy.items(node) {
                Some(node) => self.items(node, member.inside),
                None => self.nothing(node),
            },
            Item::Object => self.nothing(node),
            Item::Null => Written::Nothing,
            _ => self.leaf(node, member.item(), parent),
        }
    }

    fn items(&mut self, node: usize, items: Members<'_>) -> Written {
        if let Some(fate) = self.refuses(node, items) {
            self.watch.note(fate, Some(self.policy.node(node)));
            return Written::Nothing;
        }
        let start = self.out.len();
        let mut all_null = true;
        let mut kept = false;
        for (index, item) in items.into_iter().enumerate() {
            self.watch.enter(Step::Item(index));
            let on = self.may_go_on();
            if on {
                self.out.push(b',');
                match self.value(node, item, Members::default()) {
                    // Holes keep the places of the others.
                    Written::Nothing => self.out.extend_from_slice(b"null"),
                    _ => kept = true,
                }
                all_null &= *item.item() == Item::Null;
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
        self.bracket(start, b'[', b']');
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
                let sent = |text: &&str| self.judge(&judge.rule, &Item::Text((*text).into())).is_sent();
                self.known.is_in_all(items.into_iter().filter_map(Member::as_text).filter(sent))
            }
            Rule::Whole { .. } => self.known.is_in_list(items),
            _ => false,
        };
        identifies.then_some(Fate::Identifying)
    }

    #[inline(always)]
    fn leaf(&mut self, node: usize, value: &Item<'_>, parent: Members<'_>) -> Written {
        let (node, mut fate) = (self.policy.node(node), Fate::Unfit);
        for judge in &node.rules {
            let is_excepted =
                judge.unless.is_some_and(|(sibling, texts)| is_excepted(parent, sibling, texts));
            let this = if is_excepted { Fate::Dropped } else { self.judge(&judge.rule, value) };
            if this.is_sent() {
                self.watch.note(this, Some(node));
                return self.write(this, value);
            }
            if this != Fate::Unfit {
                fate = this;
            }
        }
        self.watch.note(fate, Some(node));
        Written::Nothing
    }

    /// What becomes of `value` by `rule`.
    #[inline(always)]
    fn judge(&self, rule: &Rule, value: &Item<'_>) -> Fate {
        match (rule, value) {
            (Rule::Flag, Item::Bool(_)) => Fate::Kept,
            (Rule::Whole { min, max, .. }, Item::Unsigned(number)) => {
                let is_low = u64::try_from(*min).is_ok_and(|min| *number < min);
                self.judge_number((*number).into(), !is_low && number <= max)
            }
            (Rule::Whole { .. }, Item::Wide(number)) => self.judge_number(**number, false),
            (Rule::Whole { .. }, Item::Negative(number)) if self.known.is_negative_number(*number) => {
                Fate::Identifying
            }
            (Rule::Whole { min, .. }, Item::Negative(number)) => keep_if(number >= min),
            (Rule::Hour, Item::Unsigned(seconds)) if *seconds < 1 << 40 => Fate::Rounded,
            (Rule::Text(form), Item::Text(text)) => self.judge_text(form, text),
            (Rule::Host, Item::Text(_)) => Fate::Replaced,
            (Rule::Drop(_), _) => Fate::Dropped,
            _ => Fate::Unfit,
        }
    }

    fn judge_number(&self, number: u128, fits: bool) -> Fate {
        if self.known.is_number(number) { Fate::Identifying } else { keep_if(fits) }
    }

    /// What becomes of `text` where the policy expects one of this form.
    fn judge_text(&self, form: &Form, text: &str) -> Fate {
        let (fits, is_identifier) = match form {
            Form::OneOf(texts) => (texts.contains(&text), false),
            Form::Words => {
                let fits = is_text(text);
                (fits, fits && self.known.is_in(text))
            }
            Form::Pattern { fits, counts, .. } => {
                let trimmed = text.trim_end_matches(' ');
                let is_in =
                    || if *counts { self.known.is_in_count(trimmed) } else { self.known.is_in(trimmed) };
                let fits = fits(trimmed) && text.len() - trimmed.len() <= MOST_PADDING;
                (fits, fits && is_in())
            }
        };
        if is_identifier { Fate::Identifying } else { keep_if(fits) }
    }

    /// `KEY_s`, which smartctl adds behind a wide number: kept if the number was, and if it says the same. Numbers so
    /// wide that they have `KEY_le` are not sent.
    fn companion(&mut self, node: usize, member: Member<'_>, last: Option<(&str, u64)>) -> Written {
        let base = member.key().strip_suffix("_s").or_else(|| member.key().strip_suffix("_le"));
        let said = last.filter(|(key, _)| base == Some(*key)).map(|(_, number)| number);
        let text = member.as_text().filter(|text| said.is_some_and(|number| *text == number.to_string()));
        let known = base.and_then(|base| self.policy.member(node, base));
        let fate = match (text, known) {
            (Some(_), _) => Fate::Kept,
            (None, Some(_)) => Fate::Unfit,
            (None, None) => Fate::Unknown,
        };
        self.watch.note(fate, known.map(|known| self.policy.node(known.node())));
        text.map_or(Written::Nothing, |_| self.write(Fate::Kept, member.item()))
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

    /// Puts brackets around what was written from `start` on, each of it with a comma before it: the first comma becomes the bracket.
    fn bracket(&mut self, start: usize, open: u8, close: u8) {
        match self.out.get_mut(start) {
            Some(comma) => *comma = open,
            None => self.out.push(open),
        }
        self.out.push(close);
    }

    /// A key that stays is one of the policy, or made of its words: it needs no escapes. What does not stay is taken back.
    #[inline(always)]
    fn key(&mut self, member: Member<'_>) {
        if let Some(target) = member.target().filter(|target| target.sibling().is_some()) {
            return self.policy.node(target.node()).written.push_to(&mut self.out);
        }
        self.out.extend_from_slice(b",\"");
        self.out.extend_from_slice(member.key().as_bytes());
        self.out.extend_from_slice(b"\":");
    }

    /// Writes what is sent of `value`.
    #[inline(always)]
    fn write(&mut self, fate: Fate, value: &Item<'_>) -> Written {
        match (fate, value) {
            (Fate::Replaced, _) => string(&mut self.out, self.host),
            (Fate::Rounded, Item::Unsigned(seconds)) => {
                let hours = seconds - seconds % HOUR;
                whole(&mut self.out, hours);
                return Written::Whole(hours);
            }
            (Fate::Kept, Item::Unsigned(number)) => {
                whole(&mut self.out, *number);
                return Written::Whole(*number);
            }
            (Fate::Kept, Item::Negative(number)) => {
                self.out.push(b'-');
                whole(&mut self.out, number.unsigned_abs());
            }
            (Fate::Kept, Item::Bool(true)) => self.out.extend_from_slice(b"true"),
            (Fate::Kept, Item::Bool(false)) => self.out.extend_from_slice(b"false"),
            (Fate::Kept, Item::Text(text)) => string(&mut self.out, text),
            _ => return Written::Nothing,
        }
        Written::Other
    }
}

fn whole(out: &mut Vec<u8>, mut left: u64) {
    // Most are as short as that.
    match u8::try_from(left) {
        Ok(digit @ 0..10) => return out.push(b'0' + digit),
        Ok(digits @ 10..100) => return out.extend_from_slice(&[b'0' + digits / 10, b'0' + digits % 10]),
        _ => {}
    }
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
    let mut rest = text.as_bytes();
    while let Some((head, [escaped, tail @ ..])) =
        quote_or_escape(rest).and_then(|at| rest.split_at_checked(at))
    {
        out.extend_from_slice(head);
        out.extend_from_slice(&[b'\\', *escaped]);
        rest = tail;
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// Does a row not hold here: has `sibling` one of `texts`, or nothing that tells? What does not pass itself says nothing of its neighbour.
fn is_excepted(parent: Members<'_>, sibling: &str, texts: &[&str]) -> bool {
    let found = parent.into_iter().take(FEW_SIBLINGS).find(|member| member.key() == sibling);
    let sibling = found.and_then(Member::as_text);
    let sibling = sibling.filter(|text| !text.trim().is_empty() && is_text(text));
    sibling.is_none_or(|sibling| texts.iter().any(|text| text.eq_ignore_ascii_case(sibling.trim())))
}

fn keep_if(fits: bool) -> Fate {
    if fits { Fate::Kept } else { Fate::Unfit }
}
