//! Lines of the text format, collected by family: all of one name must stand together.

use std::collections::BTreeMap;
use std::fmt::{Display, Write};

use super::family::{Family, Profile};

/// The longest value of a label, in characters: what a disk says is bounded, what smartctl says of it is not.
const LONGEST: usize = 256;

/// Lines of one disk, or of the program, by the names of their families.
#[derive(Debug, Clone, Default)]
pub struct Lines(BTreeMap<&'static str, (&'static Family, String)>);

impl Lines {
    /// Adds a line. Who adds sees to it that no two have the same labels.
    pub fn add(&mut self, family: &'static Family, labels: &[(&str, &str)], value: impl Display) {
        let (_, text) = self.0.entry(family.name).or_insert_with(|| (family, String::new()));
        text.push_str(family.name);
        for (place, (name, value)) in labels.iter().enumerate() {
            text.push(if place == 0 { '{' } else { ',' });
            text.push_str(name);
            text.push_str("=\"");
            for letter in value.chars().take(LONGEST) {
                match letter {
                    '\\' => text.push_str("\\\\"),
                    '"' => text.push_str("\\\""),
                    '\n' => text.push_str("\\n"),
                    letter => text.push(letter),
                }
            }
            text.push('"');
        }
        if !labels.is_empty() {
            text.push('}');
        }
        // Writing into a String does not fail.
        _ = writeln!(text, " {value}");
    }
}

/// What is served: the lines of `all` that `profile` has, those of one family together.
pub fn text<'a>(all: impl IntoIterator<Item = &'a Lines>, profile: Profile) -> String {
    let mut families: BTreeMap<&str, (&Family, Vec<&str>)> = BTreeMap::new();
    for (name, (family, lines)) in all.into_iter().flat_map(|lines| &lines.0) {
        if profile.has(family) {
            families.entry(name).or_insert_with(|| (family, Vec::new())).1.push(lines);
        }
    }
    let mut text = String::new();
    for (family, lines) in families.into_values() {
        _ = writeln!(
            text,
            "# HELP {} {}\n# TYPE {} {}",
            family.name,
            family.help,
            family.name,
            family.kind.word()
        );
        text.extend(lines);
    }
    text
}
