//! What daemons run on, counted: `{key: {value: how many daemons}}`.

use serde_json::{Map, Value};

use super::take::{entries, tally};
use crate::anonymise::cluster;

/// Told of mons and OSDs alike.
const COMMON: [&str; 8] = [
    "arch",
    "ceph_version",
    "os",
    "cpu",
    "kernel_description",
    "kernel_version",
    "distro_description",
    "distro",
];
/// Told of OSDs besides.
const OF_OSDS: [&str; 2] = ["osd_objectstore", "rotational"];

pub(super) fn of_mons(metadata: &Value) -> Option<Value> {
    of(metadata, &COMMON)
}

pub(super) fn of_osds(metadata: &Value) -> Option<Value> {
    of(metadata, &[&COMMON[..], &OF_OSDS].concat())
}

fn of(metadata: &Value, keys: &[&str]) -> Option<Value> {
    metadata.as_array()?;
    let counts = |key: &str| {
        let values = entries(metadata).filter_map(|daemon| cluster::platform(key, daemon[key].as_str()?));
        tally(values)
    };
    Some(Value::Object(keys.iter().map(|key| ((*key).to_owned(), counts(key))).collect::<Map<_, _>>()))
}
