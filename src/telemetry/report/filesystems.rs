//! File systems, by `fs dump`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::take::{self, put};

pub(super) fn filesystems(dump: &Value) -> Option<Value> {
    let all = dump["filesystems"].as_array()?;
    let standby = dump["standbys"].as_array().map_or(0, Vec::len);
    let daemons = |fs: &Value| fs["mdsmap"]["info"].as_object().map_or(0, Map::len);
    let mut told = Map::new();
    told.insert("count".into(), all.len().into());
    put(&mut told, "feature_flags", take::object(&dump["feature_flags"], take::truth));
    told.insert("num_standby_mds".into(), standby.into());
    told.insert("total_num_mds".into(), (standby + all.iter().map(daemons).sum::<usize>()).into());
    told.insert("filesystems".into(), all.iter().map(|fs| filesystem(&fs["mdsmap"])).collect());
    Some(told.into())
}

fn filesystem(map: &Value) -> Value {
    let length = |key: &str| match &map[key] {
        Value::Array(list) => Some(Value::from(list.len())),
        Value::Object(list) => Some(Value::from(list.len())),
        _ => None,
    };
    let states: BTreeMap<&str, usize> = map["info"]
        .as_object()
        .into_iter()
        .flat_map(|info| info.values())
        .filter_map(|daemon| daemon["state"].as_str())
        .fold(BTreeMap::new(), |mut states, state| {
            *states.entry(state).or_default() += 1;
            states
        });
    let mut told = Map::new();
    for key in ["max_mds", "ever_allowed_features", "explicitly_allowed_features", "standby_count_wanted"] {
        put(&mut told, key, take::number(&map[key]));
    }
    put(&mut told, "num_in", length("in"));
    put(&mut told, "num_up", length("up"));
    put(&mut told, "num_mds", length("info"));
    put(&mut told, "num_data_pools", length("data_pools"));
    let replaying = states.get("up:standby-replay").copied().unwrap_or_default();
    told.insert("num_standby_replay".into(), replaying.into());
    // A string that names daemons: whether there is one is all that is told.
    told.insert(
        "balancer_enabled".into(),
        map["balancer"].as_str().is_some_and(|text| !text.is_empty()).into(),
    );
    // The month: an exact time would tell one cluster from all others.
    put(&mut told, "approx_ctime", map["created"].as_str().and_then(month).map(Value::from));
    json!(told)
}

/// `2026-11` of a time.
fn month(time: &str) -> Option<String> {
    let month = time.get(..7)?;
    let good = |(at, byte): (usize, u8)| if at == 4 { byte == b'-' } else { byte.is_ascii_digit() };
    month.bytes().enumerate().all(good).then(|| month.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_system_in_numbers() {
        let dump = json!({
            "feature_flags": {"enable_multiple": true, "odd": "secret"},
            "standbys": [{"name": "secret"}],
            "filesystems": [{"id": 1, "mdsmap": {
                "fs_name": "secret", "max_mds": 2, "in": [0], "up": {"mds_0": 4123}, "created": "2026-11-22T11:09:27Z",
                "info": {"gid_4123": {"name": "secret", "state": "up:active"}, "gid_5": {"state": "up:standby-replay"}},
                "data_pools": [3, 4], "balancer": "", "standby_count_wanted": 1,
            }}],
        });
        let told = filesystems(&dump).unwrap();
        assert!(!told.to_string().contains("secret"));
        assert_eq!(told["total_num_mds"], 3);
        assert_eq!(told["feature_flags"], json!({"enable_multiple": true}));
        let one = &told["filesystems"][0];
        assert_eq!(one["approx_ctime"], "2026-11");
        assert_eq!((&one["num_mds"], &one["num_standby_replay"]), (&json!(2), &json!(1)));
        assert_eq!(
            (&one["num_in"], &one["num_up"], &one["num_data_pools"]),
            (&json!(1), &json!(1), &json!(2))
        );
    }

    #[test]
    fn a_month_is_digits() {
        assert_eq!(month("2026-11-22T11").as_deref(), Some("2026-11"));
        assert_eq!(month("secret-"), None);
        assert_eq!(month("2026"), None);
        assert_eq!(month("22\u{e9}6-11"), None);
    }
}
