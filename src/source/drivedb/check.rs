//! What is wrong in the entries of a drive database that its user has written.

use std::path::Path;

use super::DatabaseError;
use super::entries::{Added, Entries, Entry, Field};
use super::pattern::is_expression;
use super::presets::{EntryKind, is_understood};

/// So many faults of a file are told.
const MOST: usize = 16;

/// The faults of `file`, the entries of which are in `entries`.
pub(super) fn faults(entries: &Entries, file: &Added, path: &Path) -> Vec<DatabaseError> {
    let all = entries.of_file(file).flat_map(|entry| {
        let at = move |field| (path.to_path_buf(), entries.line_of(file, entry, field));
        let wrong = move |field| !is_expression(entries.string(entry, field).as_bytes());
        let expressions = [Field::Model, Field::Firmware].into_iter().filter(move |field| wrong(*field));
        let expressions = expressions.map(at).map(|(path, line)| DatabaseError::Expression { path, line });
        let presets = entries.string(entry, Field::Presets);
        let option = (!is_understood(&presets, kind(entries, entry))).then(|| at(Field::Presets));
        expressions.chain(option.map(|(path, line)| DatabaseError::Option { path, line }))
    });
    all.take(MOST).collect()
}

fn kind(entries: &Entries, entry: Entry) -> EntryKind {
    match entries.string(entry, Field::Family).as_ref() {
        "DEFAULT" => EntryKind::AllDrives,
        family if family.starts_with("USB:") => EntryKind::Bridge,
        _ => EntryKind::Models,
    }
}
