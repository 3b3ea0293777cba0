//! What is wrong in the entries of a drive database that its user has written.

use std::path::Path;

use super::DatabaseError;
use super::entries::{Added, Entries, Entry, Field};
use super::presets::{EntryKind, not_understood};
use super::syntax::fault;

/// So many faults of a file are told.
const MOST: usize = 16;

/// So much of an option is told, in characters.
const LONGEST: usize = 80;

/// The faults of `file`, the entries of which are in `entries`.
pub(super) fn faults(entries: &Entries, file: &Added, path: &Path) -> Vec<DatabaseError> {
    let all = entries.of_file(file).flat_map(|entry| {
        let at = move |field| (path.to_path_buf(), entries.line_of(file, entry, field));
        let expressions = [Field::Model, Field::Firmware].into_iter().filter_map(move |field| {
            let reason = fault(entries.string(entry, field).as_bytes())?;
            let (path, line) = at(field);
            Some(DatabaseError::Expression { path, line, reason })
        });
        let presets = entries.string(entry, Field::Presets);
        let option = not_understood(&presets, kind(entries, entry)).map(|option| {
            let (path, line) = at(Field::Presets);
            DatabaseError::Option { path, line, option: option.chars().take(LONGEST).collect() }
        });
        expressions.chain(option)
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
