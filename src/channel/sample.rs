//! A record as it stands in a report: it names its host.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::anonymise::{Anonymised, Pseudonym};

/// The key under which a record names its host.
const HOST: &str = "host_id";

/// A record that names its host, for the receiver gets devices without the host around them and counts hosts by this.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sample {
    pub(super) host: Pseudonym,
    pub(super) record: Anonymised,
}

impl Serialize for Sample {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        for (key, value) in self.record.record().iter().filter(|(key, _)| *key != HOST) {
            members.serialize_entry(key, value)?;
        }
        members.serialize_entry(HOST, self.host.as_str())?;
        members.end()
    }
}
