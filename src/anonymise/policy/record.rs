//! A JSON Schema (draft 2020-12) of the record, made of the same rows: what a reader of records may meet.
//!
//! The policy has a row for every key, those that are never sent among them. What it says of ranges and forms holds for
//! what is sent; a disk says what it likes, so here they are descriptions. Objects are open: new keys may come.

use super::row::Rule;
use super::text::Form;
use super::tree::{Node, Policy};
use crate::object;
use crate::report::{Object, SCHEMA, Value};

/// Numbers from here on are also spelt out, in `KEY_s`, and beyond 64 bits by their bytes, in `KEY_le`.
const SPELT_OUT: u64 = 1 << 53;
/// What stands here is ours: its words are all that there can be.
const OURS: &str = "stone";

/// A JSON Schema of one record: the `record` of each disk in what `stone device query -f json` prints.
pub fn record_schema() -> Object {
    let mut schema = object! {
        "$schema" => "https://json-schema.org/draft/2020-12/schema",
        "$id" => format!("urn:stone:record:{SCHEMA}"),
        "title" => "Record",
        "description" => "what one disk said at one time: smartctl's JSON, and what smartctl cannot say under `stone`. Every key may be missing, and new ones may come",
    };
    for (key, value) in node(Policy::get(), Policy::ROOT, false) {
        schema.set(key, value);
    }
    schema
}

/// The values that may stand at a node: any of its rules', an object, or an array.
fn node(policy: &Policy, number: usize, is_ours: bool) -> Object {
    let this = policy.node(number);
    let mut choices: Vec<Object> = this.rules.iter().map(|judge| value(&judge.rule, is_ours)).collect();
    if this.has_members() {
        choices.push(members(policy, this, is_ours));
    }
    if let Some(items) = this.items {
        // smartctl has such holes, so that the others keep their places (ata_sct_temperature_history).
        let null = object! { "type" => "null" };
        let item = object! { "anyOf" => Value::array([node(policy, items, is_ours), null]) };
        choices.push(object! { "type" => "array", "items" => item });
    }
    match choices.len() {
        1 => choices.remove(0),
        _ => object! { "anyOf" => Value::array(choices) },
    }
}

fn members(policy: &Policy, this: &Node, is_ours: bool) -> Object {
    let (mut fixed, mut patterns) = (Object::new(), Object::new());
    for (key, child) in sorted(&this.children) {
        let spelt_out = |rule: &Rule| matches!(rule, Rule::Whole { max, .. } if *max >= SPELT_OUT);
        if policy.node(child).rules.iter().any(|judge| spelt_out(&judge.rule)) {
            let digits = object! {
                "type" => "string", "pattern" => "^-?[0-9]+$", "description" => "the same from 2^53 on",
            };
            let byte = object! { "type" => "integer", "minimum" => 0u8, "maximum" => 255u8 };
            let bytes = object! {
                "type" => "array", "items" => byte, "description" => "the same from 2^64 on, lowest byte first",
            };
            fixed.set(format!("{key}_s"), digits);
            fixed.set(format!("{key}_le"), bytes);
        }
        fixed.set(key, node(policy, child, is_ours || key == OURS));
    }
    for (key, child) in sorted(&this.numbered) {
        patterns.set(format!("^{key}(0|[1-9][0-9]{{0,2}})$"), node(policy, child, is_ours));
    }
    let mut schema = object! { "type" => "object" };
    if !fixed.is_empty() {
        schema.set("properties", fixed);
    }
    if !patterns.is_empty() {
        schema.set("patternProperties", patterns);
    }
    if let Some(child) = this.words {
        schema.set("additionalProperties", node(policy, child, is_ours));
    }
    schema
}

fn sorted(members: &[(&'static str, usize)]) -> Vec<(&'static str, usize)> {
    let mut members = members.to_vec();
    members.sort_unstable();
    members
}

/// What stands where a rule holds: its type, and what becomes of it in the device report.
fn value(rule: &Rule, is_ours: bool) -> Object {
    let kind = match rule {
        Rule::Flag => return object! { "type" => "boolean" },
        Rule::Text(Form::OneOf(words)) if is_ours => {
            return object! { "enum" => Value::array(words.iter().copied()) };
        }
        Rule::Drop(why) => return object! { "description" => format!("not sent: {}", why.words()) },
        Rule::Whole { .. } | Rule::Hour => "integer",
        Rule::Text(_) | Rule::Host => "string",
    };
    object! { "type" => kind, "description" => format!("sent as {}", rule.words(None)) }
}
