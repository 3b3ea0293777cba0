//! Reads a record's JSON along the policy, in one go: what the policy does not look into is passed over.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::members::{Item, Member, Members};
use super::policy::{Policy, Target};

impl<'a> Members<'a> {
    /// Those of the record that is `json`.
    ///
    /// # Errors
    /// It is no JSON, or no object.
    pub(super) fn read(policy: &Policy, json: &'a [u8]) -> Result<Self, serde_json::Error> {
        let mut deserializer = serde_json::Deserializer::from_slice(json);
        let item = At { policy, node: Some(Policy::ROOT) }.deserialize(&mut deserializer)?;
        deserializer.end()?;
        match item {
            Item::Object(members) => Ok(members),
            _ => Err(Error::custom("a JSON object was expected")),
        }
    }
}

/// A value at a node of the policy, or at none.
#[derive(Clone, Copy)]
struct At<'p> {
    policy: &'p Policy,
    node: Option<usize>,
}

impl<'a> DeserializeSeed<'a> for At<'_> {
    type Value = Item<'a>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Item<'a>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for At<'_> {
    type Value = Item<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Item<'a>, E> {
        Ok(Item::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Item<'a>, E> {
        Ok(Item::Bool(flag))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Item<'a>, E> {
        Ok(Item::Unsigned(number.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Item<'a>, E> {
        Ok(u128::try_from(number).map_or(Item::Negative(number), Item::Unsigned))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Item<'a>, E> {
        Ok(Item::Float)
    }

    fn visit_borrowed_str<E>(self, text: &'a str) -> Result<Item<'a>, E> {
        Ok(Item::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Item<'a>, E> {
        Ok(Item::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut seq: A) -> Result<Item<'a>, A::Error> {
        let mut items = Vec::new();
        match self.node.and_then(|node| self.policy.items(node)) {
            node @ Some(_) => {
                while let Some(item) = seq.next_element_seed(At { node, ..self })? {
                    items.push(item);
                }
            }
            None => while seq.next_element::<IgnoredAny>()?.is_some() {},
        }
        Ok(Item::Array(items))
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Item<'a>, A::Error> {
        let mut members = Vec::new();
        if self.node.is_some_and(|node| self.policy.node(node).is_looked_into()) {
            members.reserve(8);
            while let Some((key, target)) = map.next_key_seed(Key(self))? {
                let node = target.map(|target| target.node);
                members.push(Member { key, target, value: map.next_value_seed(At { node, ..self })? });
            }
            restore_wide_numbers(&mut members);
        } else {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        }
        Ok(Item::Object(Members(members)))
    }
}

/// A key of an object at a node.
struct Key<'p>(At<'p>);

type Found<'a> = (Cow<'a, str>, Option<Target>);

impl Key<'_> {
    fn look_up(&self, key: &str) -> Option<Target> {
        self.0.policy.member(self.0.node?, key)
    }
}

impl<'a> DeserializeSeed<'a> for Key<'_> {
    type Value = Found<'a>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Found<'a>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'a> Visitor<'a> for Key<'_> {
    type Value = Found<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'a str) -> Result<Found<'a>, E> {
        Ok((Cow::Borrowed(key), self.look_up(key)))
    }

    fn visit_str<E>(self, key: &str) -> Result<Found<'a>, E> {
        Ok((Cow::Owned(key.to_owned()), self.look_up(key)))
    }
}

/// `serde_json` reads an integer above 64 bits as `f64`; smartctl writes its digits beside it, under `KEY_s`.
fn restore_wide_numbers(members: &mut [Member<'_>]) {
    if !members.iter().any(|member| member.value == Item::Float) {
        return;
    }
    let digits = |member: &Member<'_>| {
        Some((member.key.strip_suffix("_s")?.to_owned(), member.value.as_text()?.parse().ok()?))
    };
    let exact: HashMap<String, u128> = members.iter().filter_map(digits).collect();
    for member in members.iter_mut().filter(|member| member.value == Item::Float) {
        if let Some(exact) = exact.get(member.key.as_ref()) {
            member.value = Item::Unsigned(*exact);
        }
    }
}
