//! A record as it stands in a report: it names its host.

use std::io::{self, Write};

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

impl Sample {
    /// Writes it as it is serialised, but from the bytes that the anonymiser made.
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        match self.record.json().strip_suffix(b"}") {
            Some(members) if !self.record.names_host() => {
                out.write_all(members)?;
                let comma = if members.len() > 1 { "," } else { "" };
                write!(out, "{comma}\"{HOST}\":\"{}\"}}", self.host)
            }
            _ => Ok(serde_json::to_writer(out, self)?),
        }
    }
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
