//! Tests of the whole door: real captures, planted identifiers, hostile input, JSON text of any shape.

mod canary;
mod captures;
mod hostile;
mod json_text;
mod paths;

use super::{Anonymised, Anonymiser, Secret};
use crate::report::{Object, Record};

/// An anonymiser of a host called `osd-17.example.com`.
fn anonymiser() -> Anonymiser {
    Anonymiser::new(Secret::from_bytes([0x5a; 32]), "osd-17.example.com").and_never(["osd-17"])
}

/// What leaves of the record in `json`: the same whether it is read whole or along the policy.
fn anonymise(json: &str) -> Anonymised {
    let anonymised = anonymiser().anonymise(&parse(json));
    assert_eq!(anonymiser().anonymise_json(json.as_bytes()).as_ref(), Some(&anonymised), "{json}");
    anonymised
}

fn parse(json: &str) -> Record {
    Record(serde_json::from_str::<Object>(json).unwrap())
}
