//! A record as the walk looks at it: one row of entries, keys looked up in the policy once, texts borrowed, and nothing in the place
//! of what the policy does not look into.
//!
//! Most of a record is such: the lines that smartctl prints, logs that are not on the list. Read from JSON they take no memory and
//! next to no time.

use std::borrow::Cow;
use std::{iter, mem};

use super::policy::{Policy, Target};
use crate::report::{Object, Value};

/// A value at a node of the policy, or at none.
#[derive(Debug, PartialEq)]
pub(super) enum Item<'a> {
    Null,
    Bool(bool),
    Unsigned(u64),
    /// Never sent.
    Wide(Box<u128>),
    Negative(i64),
    /// Never sent.
    Float,
    Text(Cow<'a, str>),
    /// Its items follow, unless the policy has nothing for them.
    Array,
    /// Its members follow, unless the policy has nothing for them.
    Object,
}

impl From<u128> for Item<'_> {
    fn from(number: u128) -> Self {
        u64::try_from(number).map_or_else(|_| Self::Wide(Box::new(number)), Self::Unsigned)
    }
}

/// A member of an object, or an item of an array, which has no key.
#[derive(Debug, PartialEq)]
pub(super) struct Entry<'a> {
    key: Cow<'a, str>,
    target: Option<Target>,
    item: Item<'a>,
    /// So many entries that follow are inside it.
    inside: u32,
}

/// A record, depth first.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Tape<'a>(Vec<Entry<'a>>);

impl<'a> Tape<'a> {
    /// Of a record.
    pub(super) fn of(policy: &Policy, record: &'a Object) -> Self {
        let mut tape = Self(Vec::with_capacity(512));
        tape.object(policy, Some(Policy::ROOT), record);
        tape
    }

    pub(super) fn with_capacity(entries: usize) -> Self {
        Self(Vec::with_capacity(entries))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The members of the record.
    pub(super) fn members(&self) -> Members<'_> {
        Members(&self.0)
    }

    /// Adds an entry with nothing inside; its place is for [`close`](Self::close).
    pub(super) fn push(&mut self, key: Cow<'a, str>, target: Option<Target>, item: Item<'a>) -> usize {
        self.0.push(Entry { key, target, item, inside: 0 });
        self.0.len() - 1
    }

    /// The same, with a key that need not be kept, and no value yet.
    #[inline(always)]
    pub(super) fn push_borrowed(&mut self, key: &'a str, target: Option<Target>) {
        // Made where it will lie: `push` would make it elsewhere and copy it.
        let entry = || Entry { key: Cow::Borrowed(key), target, item: Item::Null, inside: 0 };
        self.0.extend(iter::repeat_with(entry).take(1));
    }

    /// Puts `item` into the entry that was added last.
    #[inline(always)]
    pub(super) fn fill(&mut self, item: Item<'a>) {
        if let Some(entry) = self.0.last_mut() {
            let before = mem::replace(&mut entry.item, item);
            debug_assert_eq!(before, Item::Null, "an entry is filled once");
            // So it owns nothing, and need not be asked whether it does.
            mem::forget(before);
        }
    }

    /// The same of an object or array; its place is for [`close`](Self::close).
    pub(super) fn open(&mut self, item: Item<'a>) -> usize {
        self.fill(item);
        self.0.len().saturating_sub(1)
    }

    /// All entries that came after the one at `place` are inside it.
    pub(super) fn close(&mut self, place: usize) {
        // A record is cut long before it has so many.
        let inside = u32::try_from(self.0.len() - place - 1).unwrap_or(u32::MAX);
        self.0[place].inside = inside;
    }

    /// What stands from `place` on: the members of the object that is being read.
    pub(super) fn since(&self, place: usize) -> Members<'_> {
        Members(&self.0[place..])
    }

    /// Puts `item` into the place of those members of the object that is being read which `choose` chooses.
    pub(super) fn replace(
        &mut self,
        place: usize,
        mut choose: impl FnMut(&str, &Item<'_>) -> Option<Item<'a>>,
    ) {
        let mut at = place;
        while let Some(entry) = self.0.get_mut(at) {
            if let Some(item) = choose(&entry.key, &entry.item) {
                entry.item = item;
            }
            at += 1 + entry.inside as usize;
        }
    }

    fn object(&mut self, policy: &Policy, node: Option<usize>, object: &'a Object) {
        for (key, value) in object.iter() {
            let target = node.and_then(|node| policy.member(node, key));
            self.value(policy, Cow::Borrowed(key), target, target.map(Target::node), value);
        }
    }

    fn value(
        &mut self,
        policy: &Policy,
        key: Cow<'a, str>,
        target: Option<Target>,
        node: Option<usize>,
        value: &'a Value,
    ) {
        let item = match value {
            Value::Null => Item::Null,
            Value::Bool(flag) => Item::Bool(*flag),
            Value::Unsigned(number) => Item::from(*number),
            Value::Negative(number) => Item::Negative(*number),
            Value::Float(_) => Item::Float,
            Value::String(text) => Item::Text(Cow::Borrowed(text)),
            Value::Array(_) => Item::Array,
            Value::Object(_) => Item::Object,
        };
        let place = self.push(key, target, item);
        match value {
            Value::Array(items) => {
                if let Some(node) = node.and_then(|node| policy.items_to_see(node)) {
                    for item in items {
                        self.value(policy, Cow::Borrowed(""), None, Some(node), item);
                    }
                }
            }
            Value::Object(object) => {
                if let Some(node) = node.filter(|node| policy.node(*node).is_looked_into()) {
                    self.object(policy, Some(node), object);
                }
            }
            _ => {}
        }
        self.close(place);
    }
}

/// The members of an object, or the items of an array.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Members<'t>(&'t [Entry<'t>]);

/// One of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member<'t> {
    entry: &'t Entry<'t>,
    /// What is inside.
    pub(super) inside: Members<'t>,
}

impl<'t> Members<'t> {
    /// With what is inside them.
    pub(super) fn len(self) -> usize {
        self.0.len()
    }

    pub(super) fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The first one of this key.
    pub(super) fn get(self, key: &str) -> Option<Member<'t>> {
        self.into_iter().find(|member| member.key() == key)
    }

    /// The one at a path of keys, `a.b.c`.
    pub(super) fn at_path(self, path: &str) -> Option<Member<'t>> {
        let mut keys = path.split('.');
        let first = self.get(keys.next()?)?;
        keys.try_fold(first, |member, key| member.inside.get(key))
    }
}

impl<'t> IntoIterator for Members<'t> {
    type Item = Member<'t>;
    type IntoIter = Iter<'t>;

    fn into_iter(self) -> Iter<'t> {
        Iter(self.0)
    }
}

/// Goes from one to the next, past what is inside.
#[derive(Debug)]
pub(super) struct Iter<'t>(&'t [Entry<'t>]);

impl<'t> Iterator for Iter<'t> {
    type Item = Member<'t>;

    fn next(&mut self) -> Option<Member<'t>> {
        let (entry, rest) = self.0.split_first()?;
        let (inside, rest) = rest.split_at((entry.inside as usize).min(rest.len()));
        self.0 = rest;
        Some(Member { entry, inside: Members(inside) })
    }
}

impl<'t> Member<'t> {
    /// Empty for an item.
    pub(super) fn key(self) -> &'t str {
        &self.entry.key
    }

    /// Where its key leads. `None`: it is unknown, or an item.
    pub(super) fn target(self) -> Option<Target> {
        self.entry.target
    }

    /// What stands there.
    pub(super) fn item(self) -> &'t Item<'t> {
        &self.entry.item
    }

    pub(super) fn as_text(self) -> Option<&'t str> {
        if let Item::Text(text) = &self.entry.item { Some(text) } else { None }
    }

    pub(super) fn as_u64(self) -> Option<u64> {
        if let Item::Unsigned(number) = self.entry.item { Some(number) } else { None }
    }
}
