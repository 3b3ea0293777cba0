//! A record as the walk looks at it: keys looked up in the policy once, texts borrowed, and nothing in the place of what the policy
//! does not look into.
//!
//! Most of a record is such: the lines that smartctl prints, logs that are not on the list. Read from JSON they take no memory and
//! next to no time.

use std::borrow::Cow;

use super::policy::{Policy, Target};
use crate::report::{Object, Value};

/// A value at a node of the policy, or at none.
#[derive(Debug, PartialEq)]
pub(super) enum Item<'a> {
    Null,
    Bool(bool),
    Unsigned(u128),
    Negative(i64),
    /// Never sent.
    Float,
    Text(Cow<'a, str>),
    /// Empty where the policy has nothing for its items.
    Array(Vec<Item<'a>>),
    /// Empty where the policy has nothing for its members.
    Object(Members<'a>),
}

/// The members of an object.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Members<'a>(pub(super) Vec<Member<'a>>);

/// A member.
#[derive(Debug, PartialEq)]
pub(super) struct Member<'a> {
    pub(super) key: Cow<'a, str>,
    /// Where its key leads. `None`: it is unknown.
    pub(super) target: Option<Target>,
    pub(super) value: Item<'a>,
}

impl<'a> Members<'a> {
    /// Those of a record.
    pub(super) fn of(policy: &Policy, record: &'a Object) -> Self {
        Self::at(policy, Some(Policy::ROOT), record)
    }

    /// Those of an object at `node`.
    fn at(policy: &Policy, node: Option<usize>, object: &'a Object) -> Self {
        let member = |(key, value): (&'a str, &'a Value)| {
            let target = node.and_then(|node| policy.member(node, key));
            Member {
                key: key.into(),
                target,
                value: Item::at(policy, target.map(|target| target.node), value),
            }
        };
        Self(object.iter().map(member).collect())
    }

    /// The first value of `key`.
    pub(super) fn get(&self, key: &str) -> Option<&Item<'a>> {
        self.0.iter().find(|member| member.key == key).map(|member| &member.value)
    }

    /// The value at a path of keys, `a.b.c`.
    pub(super) fn at_path(&self, path: &str) -> Option<&Item<'a>> {
        let mut keys = path.split('.');
        let first = self.get(keys.next()?)?;
        keys.try_fold(first, |value, key| value.as_object()?.get(key))
    }
}

impl<'a> Item<'a> {
    fn at(policy: &Policy, node: Option<usize>, value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Bool(*flag),
            Value::Unsigned(number) => Self::Unsigned(*number),
            Value::Negative(number) => Self::Negative(*number),
            Value::Float(_) => Self::Float,
            Value::String(text) => Self::Text(Cow::Borrowed(text)),
            Value::Array(items) => Self::Array(match node.and_then(|node| policy.items(node)) {
                Some(node) => items.iter().map(|item| Self::at(policy, Some(node), item)).collect(),
                None => Vec::new(),
            }),
            Value::Object(object) => {
                Self::Object(match node.filter(|node| policy.node(*node).is_looked_into()) {
                    Some(node) => Members::at(policy, Some(node), object),
                    None => Members::default(),
                })
            }
        }
    }

    pub(super) fn as_object(&self) -> Option<&Members<'a>> {
        if let Self::Object(members) = self { Some(members) } else { None }
    }

    pub(super) fn as_array(&self) -> Option<&[Self]> {
        if let Self::Array(items) = self { Some(items) } else { None }
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(super) fn as_u64(&self) -> Option<u64> {
        if let Self::Unsigned(number) = self { u64::try_from(*number).ok() } else { None }
    }
}
