//! Options whose value is letters: `--json=cgiosuvy`, `--identify=wnvb`.

use super::arguments::unknown;
use super::options::{Bits, Form, IdentifyWords, Json};

/// `--identify[=[w][nvb]]`.
pub(super) fn identify(letters: &str) -> Result<IdentifyWords, String> {
    let mut words = IdentifyWords::default();
    for letter in letters.chars() {
        match letter {
            'w' => words.all = true,
            'n' => words.bits = Bits::None,
            'v' => words.bits = Bits::OfValidWords,
            'b' => words.bits = Bits::All,
            _ => return Err(unknown("--identify", letters, &["w", "n", "v", "b"])),
        }
    }
    Ok(words)
}

/// `--json[=cgiosuvy]`.
pub(super) fn json(letters: &str) -> Result<Json, String> {
    let mut json = Json::default();
    for letter in letters.chars() {
        match letter {
            'c' => json.form = Form::Compact,
            'g' => json.form = Form::Flat,
            'y' => json.form = Form::Yaml,
            's' => json.sorted = true,
            'o' => json.output = true,
            'v' => json.verbose = true,
            'i' => json.told = true,
            'u' => json.untold = true,
            _ => {
                return Err(unknown("--json", letters, &["c", "g", "i", "o", "s", "u", "v", "y"]));
            }
        }
    }
    Ok(json)
}
