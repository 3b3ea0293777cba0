//! `--json=i` and `--json=u`: the lines of the text as members `smartctl_NNNN_i` and `smartctl_NNNN_u` of the answer.

use super::options::Json;
use crate::report::Object;

/// Adds to `answer` the lines of `page` that are wanted, by their numbers; empty ones are left out. What JSON does not
/// have are the headings, and the `bytes` of logs and words with which the page may end.
pub(super) fn add(answer: &mut Object, how: Json, page: &str, bytes: &str) {
    let told = page.strip_suffix(bytes).unwrap_or(page).lines().count();
    for (index, line) in page.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let is_told = index < told && !line.starts_with("=== START OF ");
        let (wanted, letter) = if is_told { (how.told, 'i') } else { (how.untold, 'u') };
        if wanted {
            answer.set(format!("smartctl_{:04}_{letter}", index + 1), line.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(how: Json) -> Vec<String> {
        let mut answer = Object::new();
        add(
            &mut answer,
            how,
            "banner\n\n=== START OF INFORMATION SECTION ===\nModel: A\n\n00: ff\n",
            "00: ff\n",
        );
        answer.iter().map(|(key, _)| key.to_owned()).collect()
    }

    #[test]
    fn lines_by_their_numbers_and_by_whether_json_has_them() {
        let (told, untold) = (["smartctl_0001_i", "smartctl_0004_i"], ["smartctl_0003_u", "smartctl_0006_u"]);
        assert_eq!(keys(Json { told: true, ..Json::default() }), told);
        assert_eq!(keys(Json { untold: true, ..Json::default() }), untold);
        let both = keys(Json { told: true, untold: true, ..Json::default() });
        assert_eq!(both.len(), 4);
        assert!(keys(Json::default()).is_empty());
    }
}
