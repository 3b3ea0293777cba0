//! The file of the history, as a disk may have damaged it or somebody may have written it.

use std::fs;

use stone_smart::history::{History, Stamp};

use super::dump;
use super::record::ANONYMISER;

/// Samples that are looked at; a made-up file may list any number.
const MOST: usize = 100;

/// Any bytes, as the database.
pub fn history(bytes: &[u8]) {
    let state = dump::scratch();
    fs::write(state.path().join("history.db"), bytes).expect("the scratch folder can be written");
    let Ok(history) = History::open(state.path()) else { return };
    _ = history
        .devices()
        .map(|devices| devices.iter().take(MOST).for_each(|known| _ = history.taken_of(known.number)));
    let Ok(taken) = history.taken(Stamp(i64::MIN), Stamp(i64::MAX)) else { return };
    for sample in taken.iter().take(MOST) {
        _ = history.record(sample);
        if let Ok(Some(json)) = history.json(sample)
            && let Some(anonymised) = ANONYMISER.anonymise_json(&json)
        {
            assert!(serde_json::from_slice::<serde_json::Value>(anonymised.json()).is_ok());
        }
    }
}
