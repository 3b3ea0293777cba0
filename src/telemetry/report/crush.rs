//! The CRUSH map in numbers.

use serde_json::{Map, Value, json};

use super::take::{self, entries, put, tally};

/// Shadow buckets of device classes are counted among the buckets, but have no algorithm, size or type of their own.
pub(super) fn crush(dump: &Value) -> Option<Value> {
    let length = |key: &str| dump[key].as_array().map(Vec::len);
    let buckets = || entries(&dump["buckets"]).filter(|bucket| !is_shadow(bucket));
    let classes =
        tally(entries(&dump["devices"]).filter_map(|device| device["class"].as_str().map(str::to_owned)));
    let mut classes: Vec<Value> = classes.as_object()?.values().cloned().collect();
    classes.sort_by_key(|count| std::cmp::Reverse(count.as_u64()));
    let weights = dump["choose_args"].as_object();
    let mut crush = Map::new();
    for (key, of) in [
        ("num_devices", "devices"),
        ("num_types", "types"),
        ("num_buckets", "buckets"),
        ("num_rules", "rules"),
    ] {
        put(&mut crush, key, length(of).map(Value::from));
    }
    crush.insert("device_classes".into(), classes.into());
    put(&mut crush, "tunables", tunables(&dump["tunables"]));
    crush.insert("compat_weight_set".into(), weights.is_some_and(|sets| sets.contains_key("-1")).into());
    crush.insert("num_weight_sets".into(), weights.map_or(0, Map::len).into());
    let algorithms = buckets().filter_map(|bucket| Some(take::word(&bucket["alg"])?.as_str()?.to_owned()));
    crush.insert("bucket_algs".into(), tally(algorithms));
    let sizes = buckets().filter_map(|bucket| Some(bucket["items"].as_array()?.len().to_string()));
    crush.insert("bucket_sizes".into(), tally(sizes));
    let types = buckets().filter_map(|bucket| Some(bucket["type_id"].as_u64()?.to_string()));
    crush.insert("bucket_types".into(), tally(types));
    Some(json!(crush))
}

fn is_shadow(bucket: &Value) -> bool {
    bucket["name"].as_str().is_some_and(|name| name.contains('~'))
}

fn tunables(tunables: &Value) -> Option<Value> {
    take::object(tunables, |value| take::plain(value).or_else(|| take::word(value)))
}
