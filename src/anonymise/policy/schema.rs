//! The policy as a JSON Schema (draft 2020-12) of the device report, made of the same rows as the walk.

use super::row::Rule;
use super::tree::{Node, Policy};
use crate::object;
use crate::report::{Object, Value};

/// Version of the device report: grows when a path leaves it or changes its meaning.
pub const REPORT_VERSION: u32 = 1;

/// A pseudonym, as it is written.
const PSEUDONYM: &str = "[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
/// Numbers from here on are also spelt out, in `KEY_s`.
const SPELT_OUT: u64 = 1 << 53;

/// A JSON Schema of the device report, `{host: {device: {stamp: record}}}`: what it accepts is all that can be sent.
///
/// It is a little wider than the policy where that looks beyond the form of a value: at the vocabulary, at identifiers.
pub fn schema() -> Object {
    let policy = Policy::get();
    let stamps = object_of("^[0-9]{8}-[0-9]{6}$".into(), reference());
    let devices = object_of(format!("^([A-Za-z0-9._+/()&-]+_)?{PSEUDONYM}$"), stamps);
    let mut schema = object! {
        "$schema" => "https://json-schema.org/draft/2020-12/schema",
        "$id" => format!("urn:stone:device-report:{REPORT_VERSION}"),
        "title" => "Device report",
        "description" => "{host: {device: {YYYYMMDD-HHMMSS: record}}}; hosts and devices are pseudonyms, times are UTC and rounded to the hour",
    };
    for (key, value) in object_of(format!("^{PSEUDONYM}$"), devices) {
        schema.set(key, value);
    }
    schema.set("$defs", object! { "record" => node(policy, Policy::ROOT) });
    schema
}

fn reference() -> Object {
    object! { "$ref" => "#/$defs/record" }
}

/// An object whose keys all match `keys`, with values of `schema`.
fn object_of(keys: String, schema: Object) -> Object {
    object! {
        "type" => "object",
        "patternProperties" => [(keys, Value::from(schema))].into_iter().collect::<Object>(),
        "additionalProperties" => false,
    }
}

/// The values that may stand at a node: any of its rules', an object, or an array.
fn node(policy: &Policy, number: usize) -> Object {
    let this = policy.node(number);
    let mut choices: Vec<Object> = this.rules.iter().filter_map(|judge| value(&judge.rule)).collect();
    if this.has_members() {
        choices.push(members(policy, this));
    }
    if let Some(items) = this.items {
        // A value that may not leave is a hole, so that the others keep their places.
        let item = object! { "anyOf" => Value::array([node(policy, items), object! { "type" => "null" }]) };
        choices.push(object! { "type" => "array", "items" => item });
    }
    match choices.len() {
        1 => choices.remove(0),
        _ => object! { "anyOf" => Value::array(choices) },
    }
}

fn members(policy: &Policy, this: &Node) -> Object {
    let (mut fixed, mut patterns) = (Object::new(), Object::new());
    for (key, child) in sorted(&this.children) {
        add(policy, &mut fixed, key.to_owned(), child);
    }
    for (key, child) in sorted(&this.numbered) {
        add(policy, &mut patterns, format!("^{key}(0|[1-9][0-9]{{0,2}})$"), child);
    }
    if let Some(child) = this.words {
        patterns.set("^[a-z0-9_]+$", node(policy, child));
    }
    let mut schema = object! { "type" => "object" };
    if !fixed.is_empty() {
        schema.set("properties", fixed);
    }
    if !patterns.is_empty() {
        schema.set("patternProperties", patterns);
    }
    schema.set("additionalProperties", false);
    schema
}

/// A member, unless nothing at or below it is ever sent; with `KEY_s`, where smartctl spells numbers out.
fn add(policy: &Policy, to: &mut Object, key: String, child: usize) {
    if !is_sent(policy, child) {
        return;
    }
    let spelt_out = |rule: &Rule| matches!(rule, Rule::Whole { max, .. } if *max >= SPELT_OUT);
    if policy.node(child).rules.iter().any(|judge| spelt_out(&judge.rule)) && !key.starts_with('^') {
        to.set(format!("{key}_s"), object! { "type" => "string", "pattern" => "^[0-9]{1,19}$" });
    }
    to.set(key, node(policy, child));
}

fn is_sent(policy: &Policy, number: usize) -> bool {
    let this = policy.node(number);
    let below = this.children.iter().chain(&this.numbered).map(|(_, child)| *child);
    this.rules.iter().any(|judge| !matches!(judge.rule, Rule::Drop(_)))
        || below.chain(this.words).chain(this.items).any(|child| is_sent(policy, child))
}

fn sorted(members: &[(&'static str, usize)]) -> Vec<(&'static str, usize)> {
    let mut members = members.to_vec();
    members.sort_unstable();
    members
}

/// The values that a rule lets pass; `None`: none.
fn value(rule: &Rule) -> Option<Object> {
    Some(match rule {
        Rule::Flag => object! { "type" => "boolean" },
        Rule::Whole { unit, min, max } => {
            let mut schema = object! { "type" => "integer", "minimum" => *min, "maximum" => *max };
            if !unit.is_empty() {
                schema.set("description", format!("unit: {unit}"));
            }
            schema
        }
        Rule::Hour => object! {
            "type" => "integer", "minimum" => 0u8, "multipleOf" => 3600u16,
            "description" => "unit: s since 1970, rounded down to the hour",
        },
        Rule::Text(super::text::Form::OneOf(texts)) => {
            object! { "enum" => Value::array(texts.iter().copied()) }
        }
        Rule::Text(form) => object! {
            "type" => "string", "pattern" => form.expression(), "description" => form.description(),
        },
        Rule::Host => object! { "type" => "string", "pattern" => format!("^{PSEUDONYM}$") },
        Rule::Drop(_) => return None,
    })
}
