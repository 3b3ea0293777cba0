//! One walk over a record along the policy: only what the policy knows is looked at, so the depth is the policy's.

use std::borrow::Cow;

use super::account::{Fate, Step, Watch};
use super::known::Known;
use super::members::{Item, Members};
use super::policy::{Form, Policy, Rule, is_text};
use crate::report::{Object, Value};

/// Values and members looked at in one record; the largest real ones have some 10,000.
const MOST_VALUES: usize = 200_000;
/// Blanks that may follow a text, as padding of a field.
const MOST_PADDING: usize = 8;
/// Seconds in the step to which moments are rounded.
const HOUR: u128 = 3600;

type Out = (Cow<'static, str>, Value);

/// A walk over one record.
pub(super) struct Walk<'a, W> {
    policy: &'static Policy,
    known: &'a Known,
    host: &'a str,
    watch: &'a mut W,
    left: usize,
}

impl<'a, W: Watch> Walk<'a, W> {
    pub(super) fn new(policy: &'static Policy, known: &'a Known, host: &'a str, watch: &'a mut W) -> Self {
        Self { policy, known, host, watch, left: MOST_VALUES }
    }

    /// What may leave of `record`.
    pub(super) fn record(mut self, record: &Members<'_>) -> Object {
        self.object(Policy::ROOT, record)
    }

    fn object(&mut self, node: usize, object: &Members<'_>) -> Object {
        let mut out: Vec<Out> = Vec::with_capacity(object.0.len().min(64));
        for member in &object.0 {
            self.watch.enter(Step::Key(&member.key));
            if !self.may_go_on() {
                self.watch.leave();
                break;
            }
            let value = match member.target {
                Some(target) => self.value(target.node, &member.value, Some(object)),
                None => self.companion(node, &member.key, &member.value, &out),
            };
            if let Some(value) = value {
                let own = member.target.and_then(|target| target.key);
                add(&mut out, own.map_or_else(|| Cow::Owned(member.key.to_string()), Cow::Borrowed), value);
            }
            self.watch.leave();
        }
        out.into_iter().collect()
    }

    fn value(&mut self, node: usize, value: &Item<'_>, parent: Option<&Members<'_>>) -> Option<Value> {
        match value {
            Item::Object(object) if self.policy.node(node).has_members() => {
                let out = self.object(node, object);
                (!out.is_empty() || object.0.is_empty()).then(|| out.into())
            }
            Item::Array(items) => match self.policy.items(node) {
                Some(node) => self.items(node, items),
                None => self.nothing(node),
            },
            Item::Object(_) => self.nothing(node),
            Item::Null => None,
            _ => self.leaf(node, value, parent),
        }
    }

    fn items(&mut self, node: usize, items: &[Item<'_>]) -> Option<Value> {
        let mut out = Vec::with_capacity(items.len().min(1024));
        let mut kept = 0usize;
        for (index, item) in items.iter().enumerate() {
            self.watch.enter(Step::Item(index));
            let on = self.may_go_on();
            if on {
                let value = self.value(node, item, None);
                kept += usize::from(value.is_some());
                out.push(value.unwrap_or_default());
            }
            self.watch.leave();
            if !on {
                break;
            }
        }
        // Holes keep the places of the others; without any other there is nothing to tell.
        (kept > 0 || items.iter().all(|item| *item == Item::Null)).then_some(Value::Array(out))
    }

    fn leaf(&mut self, node: usize, value: &Item<'_>, parent: Option<&Members<'_>>) -> Option<Value> {
        let mut fate = Fate::Unfit;
        for judge in &self.policy.node(node).rules {
            let excepted = judge.unless.is_some_and(|(sibling, texts)| {
                // What does not pass itself says nothing of its neighbour.
                let sibling = parent.and_then(|parent| parent.get(sibling)).and_then(Item::as_text);
                let sibling = sibling.filter(|text| !text.trim().is_empty() && is_text(text));
                sibling
                    .is_none_or(|sibling| texts.iter().any(|text| text.eq_ignore_ascii_case(sibling.trim())))
            });
            let (out, this) = if excepted { (None, Fate::Dropped) } else { self.judge(&judge.rule, value) };
            if let Some(out) = out {
                self.watch.note(this, Some(self.policy.node(node)));
                return Some(out);
            }
            if this != Fate::Unfit {
                fate = this;
            }
        }
        self.watch.note(fate, Some(self.policy.node(node)));
        None
    }

    fn judge(&self, rule: &Rule, value: &Item<'_>) -> (Option<Value>, Fate) {
        match (rule, value) {
            (Rule::Flag, Item::Bool(flag)) => (Some(Value::Bool(*flag)), Fate::Kept),
            (Rule::Whole { .. }, Item::Unsigned(number)) if self.known.is_number(*number) => {
                (None, Fate::Identifying)
            }
            (Rule::Whole { min, max, .. }, Item::Unsigned(number)) => {
                let low = u128::try_from(*min).is_ok_and(|min| *number < min);
                keep_if(!low && *number <= u128::from(*max), || Value::Unsigned(*number))
            }
            (Rule::Whole { min, .. }, Item::Negative(number)) => {
                keep_if(number >= min, || Value::Negative(*number))
            }
            (Rule::Hour, Item::Unsigned(seconds)) if *seconds < 1 << 40 => {
                (Some(Value::Unsigned(seconds - seconds % HOUR)), Fate::Rounded)
            }
            (Rule::Text(Form::OneOf(texts)), Item::Text(text)) => {
                let found = texts.iter().find(|known| **known == text.as_ref());
                found.map_or((None, Fate::Unfit), |text| (Some(Value::from(*text)), Fate::Kept))
            }
            (Rule::Text(Form::Words), Item::Text(text)) => match is_text(text) {
                true if self.known.is_in(text) => (None, Fate::Identifying),
                fits => keep_if(fits, || Value::from(text.to_string())),
            },
            (Rule::Text(Form::Pattern { fits, .. }), Item::Text(text)) => {
                let trimmed = text.trim_end_matches(' ');
                match fits(trimmed) && text.len() - trimmed.len() <= MOST_PADDING {
                    true if self.known.is_in(trimmed) => (None, Fate::Identifying),
                    fits => keep_if(fits, || Value::from(text.to_string())),
                }
            }
            (Rule::Host, Item::Text(_)) => (Some(self.host.to_owned().into()), Fate::Replaced),
            (Rule::Drop(_), _) => (None, Fate::Dropped),
            _ => (None, Fate::Unfit),
        }
    }

    /// `KEY_s`, which smartctl adds to a wide number: kept if the number was, and if it says the same. Numbers so
    /// wide that they have `KEY_le` are not sent.
    fn companion(&mut self, node: usize, key: &str, value: &Item<'_>, out: &[Out]) -> Option<Value> {
        let base = key.strip_suffix("_s").or_else(|| key.strip_suffix("_le"));
        let number =
            base.and_then(|base| out.iter().find(|(name, _)| name == base)).map(|(_, number)| number);
        let same = match (number, value) {
            (Some(Value::Unsigned(number)), Item::Text(text)) => *text == number.to_string(),
            _ => false,
        };
        let known = base.and_then(|base| self.policy.member(node, base));
        let fate = match (same, known) {
            (true, _) => Fate::Kept,
            (false, Some(_)) => Fate::Unfit,
            (false, None) => Fate::Unknown,
        };
        self.watch.note(fate, known.map(|known| self.policy.node(known.node)));
        same.then(|| value.as_text().map(|text| Value::from(text.to_owned()))).flatten()
    }

    /// An object or array where the policy has none.
    fn nothing(&mut self, node: usize) -> Option<Value> {
        let node = self.policy.node(node);
        let known = node.rules.iter().any(|judge| matches!(judge.rule, Rule::Drop(_)));
        self.watch.note(if known { Fate::Dropped } else { Fate::Unfit }, Some(node));
        None
    }

    fn may_go_on(&mut self) -> bool {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            self.watch.note(Fate::TooMuch, None);
        }
        self.left > 0
    }
}

/// Adds a member; of two with the same key the first counts.
fn add(out: &mut Vec<Out>, key: Cow<'static, str>, value: Value) {
    if !out.iter().any(|(name, _)| *name == key) {
        out.push((key, value));
    }
}

fn keep_if(fits: bool, value: impl FnOnce() -> Value) -> (Option<Value>, Fate) {
    if fits { (Some(value()), Fate::Kept) } else { (None, Fate::Unfit) }
}
