//! OSDs, pools and what they hold.

use serde_json::{Map, Value, json};

use super::take::{self, entries, put};
use crate::telemetry::cluster::{Answers, Images, Question};

/// Kinds of pools, as `osd dump` numbers them.
const REPLICATED: u64 = 1;
const ERASURE: u64 = 3;

/// What is told of an erasure code profile: all of these are numbers or words of the code's developers.
const PROFILE: [&str; 6] = ["k", "m", "plugin", "technique", "crush-failure-domain", "l"];

pub(super) fn osd(dump: &Value) -> Option<Value> {
    let osds = dump["osds"].as_array()?;
    let mut osd = Map::new();
    osd.insert("count".into(), osds.len().into());
    put(&mut osd, "require_osd_release", take::word(&dump["require_osd_release"]));
    put(&mut osd, "require_min_compat_client", take::word(&dump["require_min_compat_client"]));
    let has_own_network = |osd: &Value| {
        let host = |key: &str| {
            let address = osd[key].as_str()?;
            Some(address.rsplit_once(':').map_or(address, |(host, _)| host))
        };
        osd["up"] == 1 && host("heartbeat_front_addr") != host("heartbeat_back_addr")
    };
    osd.insert("cluster_network".into(), osds.iter().any(has_own_network).into());
    Some(osd.into())
}

pub(super) fn pools(dump: &Value) -> Option<Value> {
    let pools = dump["pools"].as_array()?;
    Some(pools.iter().map(|pool| self::pool(pool, &dump["erasure_code_profiles"])).collect())
}

fn pool(pool: &Value, profiles: &Value) -> Value {
    let kind = match pool["type"].as_u64() {
        Some(REPLICATED) => Some("replicated"),
        Some(ERASURE) => Some("erasure"),
        _ => None,
    };
    let mut told = Map::new();
    put(&mut told, "type", kind.map(Value::from));
    for (key, of) in [
        ("pool", "pool"),
        ("pg_num", "pg_num"),
        ("pgp_num", "pg_placement_num"),
        ("size", "size"),
        ("min_size", "min_size"),
        ("target_max_bytes", "target_max_bytes"),
        ("target_max_objects", "target_max_objects"),
    ] {
        put(&mut told, key, take::number(&pool[of]));
    }
    put(&mut told, "pg_autoscale_mode", take::one_of(&pool["pg_autoscale_mode"], &["on", "off", "warn"]));
    put(&mut told, "cache_mode", take::word(&pool["cache_mode"]));
    let profile = pool["erasure_code_profile"].as_str().and_then(|name| profiles.get(name));
    let profile = PROFILE.iter().filter_map(|key| {
        let value = profile?.get(*key)?;
        // An operator may have made up the name of the domain.
        let value = match *key {
            "crush-failure-domain" => take::one_of(value, DOMAINS),
            "plugin" => take::one_of(value, PLUGINS),
            _ => take::word(value),
        };
        Some(((*key).to_owned(), value?))
    });
    told.insert("erasure_code_profile".into(), Value::Object(profile.collect()));
    told.into()
}

/// The plugins of every release.
const PLUGINS: &[&str] = &["jerasure", "isa", "lrc", "shec", "clay"];

/// The types of a new CRUSH map.
const DOMAINS: &[&str] =
    &["osd", "host", "chassis", "rack", "row", "pdu", "pod", "room", "datacenter", "zone", "region", "root"];

/// Pools that hold images, and what is known of their images: where no pool's were told, only how many pools.
pub(super) fn images(answers: &Answers) -> Option<Value> {
    answers.get(Question::Osd)?;
    let known: Vec<_> = answers.images.iter().flatten().collect();
    let mut told = Map::new();
    told.insert("num_pools".into(), answers.images.len().into());
    if !known.is_empty() || answers.images.is_empty() {
        let of = |what: fn(&Images) -> Value| Value::from_iter(known.iter().map(|images| what(images)));
        told.insert("num_images_by_pool".into(), of(|images| images.count.into()));
        told.insert("mirroring_by_pool".into(), of(|images| images.mirrored.into()));
    }
    Some(told.into())
}

pub(super) fn usage(df: Option<&Value>, dump: Option<&Value>) -> Option<Value> {
    let mut usage = Map::new();
    if let Some(pools) = dump.and_then(|dump| dump["pools"].as_array()) {
        usage.insert("pools".into(), pools.len().into());
        let groups: u64 =
            pools.iter().filter_map(|pool| pool["pg_num"].as_u64()).fold(0, u64::saturating_add);
        usage.insert("pg_num".into(), groups.into());
    }
    for key in ["total_used_bytes", "total_bytes", "total_avail_bytes"] {
        put(&mut usage, key, df.and_then(|df| take::number(&df["stats"][key])));
    }
    (!usage.is_empty()).then(|| usage.into())
}

/// Hosts, by what runs on them. Their names are counted, not told.
pub(super) fn hosts(nodes: &Value) -> Option<Value> {
    let of = |kind: &str| {
        let hosts = nodes[kind].as_object().into_iter().flatten();
        hosts.filter(|(_, ids)| entries(ids).next().is_some()).map(|(host, _)| host.as_str())
    };
    let all: std::collections::BTreeSet<&str> =
        ["mon", "osd", "mds", "mgr"].into_iter().flat_map(of).collect();
    nodes.as_object()?;
    Some(json!({
        "num": all.len(),
        "num_with_mon": of("mon").count(),
        "num_with_mds": of("mds").count(),
        "num_with_osd": of("osd").count(),
        "num_with_mgr": of("mgr").count(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_operators_are_not_told() {
        let dump = json!({
            "pools": [{"pool": 4, "pool_name": "secret-project", "type": 3, "pg_num": 32, "erasure_code_profile": "ours"}],
            "erasure_code_profiles": {"ours": {
                "k": "2", "plugin": "jerasure", "crush-failure-domain": "secret-hall", "crush-root": "secret-root",
            }},
        });
        let pools = pools(&dump).unwrap();
        assert_eq!(pools[0]["erasure_code_profile"], json!({"k": "2", "plugin": "jerasure"}));
        assert!(!pools.to_string().contains("secret"));
    }

    #[test]
    fn images_that_nobody_told_are_no_empty_lists() {
        let mut answers = Answers::default();
        assert_eq!(images(&answers), None);
        answers.said.insert(Question::Osd, Ok(json!({})));
        let none = json!({"num_pools": 0, "num_images_by_pool": [], "mirroring_by_pool": []});
        assert_eq!(images(&answers), Some(none));
        answers.images.push(Err(crate::telemetry::cluster::ClusterError::TimedOut { command: "rbd".into() }));
        assert_eq!(images(&answers), Some(json!({"num_pools": 1})));
        answers.images.push(Ok(Images { count: 3, mirrored: true }));
        let one = json!({"num_pools": 2, "num_images_by_pool": [3], "mirroring_by_pool": [true]});
        assert_eq!(images(&answers), Some(one));
    }

    #[test]
    fn a_network_of_its_own_is_seen_on_osds_that_are_up() {
        let osd = |up: u64, back: &str| json!({"up": up, "heartbeat_front_addr": "10.0.0.1:6800/1", "heartbeat_back_addr": back});
        let with = |osds: &[Value]| osd_of(osds)["cluster_network"].clone();
        assert_eq!(with(&[osd(1, "10.0.0.1:6900/1")]), false);
        assert_eq!(with(&[osd(0, "10.1.0.1:6900/1")]), false);
        assert_eq!(with(&[osd(1, "10.0.0.1:6900/1"), osd(1, "10.1.0.1:6900/1")]), true);
    }

    fn osd_of(osds: &[Value]) -> Value {
        osd(&json!({ "osds": osds })).unwrap()
    }

    #[test]
    fn a_host_with_two_kinds_is_one_host() {
        let hosts =
            hosts(&json!({"mon": {"a": ["a"]}, "osd": {"a": [0, 1], "b": [2]}, "mgr": {"c": []}})).unwrap();
        let expected =
            json!({"num": 2, "num_with_mon": 1, "num_with_mds": 0, "num_with_osd": 2, "num_with_mgr": 0});
        assert_eq!(hosts, expected);
    }
}
