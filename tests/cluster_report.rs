//! The cluster report of a made cluster: what it says, and that no name of the cluster ever gets into it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test says where it fails")]

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};
use stone_smart::anonymise::Secret;
use stone_smart::telemetry::cluster::{Answers, Images, Question};
use stone_smart::telemetry::report::{Channels, Ident, report};

/// Answers of a cluster with one of everything, by the command that gives them.
fn answers() -> BTreeMap<Question, Value> {
    let platform = json!({
        "arch": "x86_64", "os": "Linux", "cpu": "AMD EPYC", "distro": "debian", "hostname": "node7",
        "ceph_version": "ceph version 16.2.15 (618f440892089921c3e944a991122ddc44e60516) pacific (stable)",
        "kernel_description": "#1 SMP PREEMPT_DYNAMIC Debian 6.1.90-1 (2024-05-03)", "kernel_version": "6.1.0-21-amd64",
        "distro_description": "Debian GNU/Linux 12 (bookworm)", "osd_objectstore": "bluestore", "rotational": "1",
        "device_ids": "sda=MODEL_SERIAL", "addrs": "[v2:10.0.0.1:3300/0]",
    });
    let bucket = |id: i64, name: &str, kind: u64, items: usize| json!({"id": id, "name": name, "type_id": kind, "alg": "straw2", "items": vec![json!({"id": 0}); items]});
    let pool = |id: u64, name: &str, kind: u64, profile: &str, application: &str| {
        json!({
            "pool": id, "pool_name": name, "type": kind, "size": 3, "min_size": 2, "pg_num": 32, "pg_placement_num": 32,
            "pg_autoscale_mode": "on", "target_max_bytes": 0, "target_max_objects": 0, "cache_mode": "none",
            "erasure_code_profile": profile, "application_metadata": { application: {} },
        })
    };
    let osd = json!({
        "osd": 0, "up": 1, "uuid": "9b6f4989-f065-4444-91cb-20df695dc107",
        "heartbeat_front_addr": "10.0.0.1:6800/1", "heartbeat_back_addr": "10.1.0.1:6801/1",
    });
    BTreeMap::from([
        (Question::Balancer, json!({"active": true, "mode": "upmap", "plans": ["name"]})),
        (
            Question::ConfigDump,
            json!([{"section": "osd", "name": "osd_max_backfills", "value": "2"},
                   {"section": "mgr", "name": "mgr/dashboard/node7/server_addr", "value": "10.0.0.1"}]),
        ),
        (Question::ConfigNames, json!(["osd_data", "osd_max_backfills", "mgr/dashboard/server_addr"])),
        (
            Question::Crashes,
            json!([{"crash_id": "2026-11-22T11:10:09.531363Z_b2a28fc1-4aa8-422e-b111-ef0f73fbdac5",
                    "entity_name": "osd.2", "utsname_hostname": "node7", "backtrace": ["abort()", "(f(int)+0x1) [0x1]"],
                    "assert_condition": "a == b", "assert_func": "int f(int)", "assert_line": 5, "assert_file": "src/a.cc",
                    "assert_msg": "src/a.cc: 5: FAILED ceph_assert(a == b)", "assert_thread_name": "tp_osd_tp",
                    "process_name": "ceph-osd", "os_name": "Debian GNU/Linux 12 (bookworm)", "archived": "2026-11-22"}]),
        ),
        (
            Question::Crush,
            json!({"devices": [{"id": 0, "name": "osd.0", "class": "hdd"}, {"id": 1, "name": "osd.1", "class": "ours"}],
                   "types": [{"type_id": 0, "name": "osd"}, {"type_id": 1, "name": "host"}], "rules": [{"rule_name": "ours"}],
                   "buckets": [bucket(-1, "default", 11, 1), bucket(-2, "node7", 1, 2), bucket(-3, "node7~hdd", 1, 2)],
                   "tunables": {"profile": "jewel", "choose_total_tries": 50}, "choose_args": {"-1": []}}),
        ),
        (
            Question::Df,
            json!({"stats": {"total_bytes": 600, "total_avail_bytes": 500, "total_used_bytes": 100}}),
        ),
        (
            Question::Fs,
            json!({"feature_flags": {"enable_multiple": true}, "standbys": [], "filesystems": [{"mdsmap": {
                "fs_name": "ours", "created": "2026-11-22T11:09:27Z", "max_mds": 1, "in": [0], "up": {"mds_0": 5},
                "info": {"gid_5": {"name": "node7", "state": "up:active"}}, "data_pools": [2], "balancer": "",
            }}]}),
        ),
        (
            Question::Mon,
            json!({"created": "2026-11-22T11:09:27.716951Z", "fsid": "77d0eb40-9e25-4861-871c-b878a0f9cc66",
                   "min_mon_release": 16, "features": {"persistent": ["kraken"], "optional": []},
                   "mons": [{"name": "node7", "public_addrs": {"addrvec": [
                       {"type": "v2", "addr": "[fd00::7]:3300"}, {"type": "v1", "addr": "10.0.0.7:6789"}]}}]}),
        ),
        (Question::MonMetadata, json!([platform])),
        (
            Question::Nodes,
            json!({"mon": {"node7": ["node7"]}, "osd": {"node7": [0, 1]}, "mgr": {"node8": ["x"]}}),
        ),
        (
            Question::Osd,
            json!({"require_osd_release": "pacific", "require_min_compat_client": "luminous", "osds": [osd],
                   "pools": [pool(1, "ours", 1, "", "rbd"), pool(2, "theirs", 3, "ours", "cephfs")],
                   "erasure_code_profiles": {"ours": {"k": "2", "m": "1", "plugin": "jerasure",
                       "technique": "reed_sol_van", "crush-failure-domain": "host", "crush-root": "ours"}}}),
        ),
        (Question::OsdMetadata, json!([platform, platform])),
        (Question::Services, json!({"services": {"rgw": {"daemons": {"node7": {}}}}})),
    ])
}

fn made(said: BTreeMap<Question, Value>) -> Value {
    let options = json!([{"name": "osd_data", "value": "/var/lib/ours"}]);
    let answers = Answers {
        said: said.into_iter().map(|(question, answer)| (question, Ok(answer))).collect(),
        options: vec![Ok(options)],
        images: vec![Ok(Images { count: 2, mirrored: false })],
    };
    let secret = Secret::from_bytes([7; 32]);
    report(
        &answers,
        &Channels::default(),
        &Ident::default(),
        &secret,
        Timestamp::from_second(1_800_000_000).unwrap(),
    )
}

#[test]
fn the_report_says_what_the_cluster_is_like() {
    let report = made(answers());
    let at =
        |pointer: &str| report.pointer(pointer).cloned().unwrap_or_else(|| panic!("{pointer} is missing"));
    for (pointer, value) in [
        ("/report_version", json!(1)),
        ("/report_timestamp", json!("2027-01-15T08:00:00.000000")),
        ("/channels", json!(["basic", "crash", "device"])),
        ("/channels_available", json!(["basic", "ident", "crash", "device"])),
        ("/license", json!("sharing-1-0")),
        ("/created", json!("2026-11-22T11:09:27.716951Z")),
        ("/mon/count", json!(1)),
        ("/mon/ipv4_addr_mons", json!(1)),
        ("/mon/ipv6_addr_mons", json!(1)),
        ("/mon/v2_addr_mons", json!(1)),
        ("/mon/features", json!({"persistent": ["kraken"], "optional": []})),
        ("/config/cluster_changed", json!(["mgr/dashboard/*/server_addr", "osd_max_backfills"])),
        ("/config/active_changed", json!(["osd_data"])),
        ("/rbd", json!({"num_pools": 1, "num_images_by_pool": [2], "mirroring_by_pool": [false]})),
        ("/pools/0/type", json!("replicated")),
        ("/pools/0/pgp_num", json!(32)),
        ("/pools/1/type", json!("erasure")),
        (
            "/pools/1/erasure_code_profile",
            json!({"k": "2", "m": "1", "plugin": "jerasure", "technique": "reed_sol_van", "crush-failure-domain": "host"}),
        ),
        ("/osd/count", json!(1)),
        ("/osd/cluster_network", json!(true)),
        ("/crush/num_buckets", json!(3)),
        ("/crush/bucket_types", json!({"1": 1, "11": 1})),
        ("/crush/bucket_sizes", json!({"1": 1, "2": 1})),
        ("/crush/device_classes", json!([1, 1])),
        ("/crush/compat_weight_set", json!(true)),
        ("/fs/count", json!(1)),
        ("/fs/filesystems/0/approx_ctime", json!("2026-11")),
        ("/metadata/osd/osd_objectstore", json!({"bluestore": 2})),
        ("/metadata/mon/kernel_version", json!({"6.1.0-21-amd64": 1})),
        (
            "/hosts",
            json!({"num": 2, "num_with_mon": 1, "num_with_mds": 0, "num_with_osd": 1, "num_with_mgr": 1}),
        ),
        ("/usage/total_bytes", json!(600)),
        ("/usage/pg_num", json!(64)),
        ("/services", json!({"rgw": 1})),
        ("/balancer", json!({"active": true, "mode": "upmap"})),
        ("/crashes/0/process_name", json!("ceph-osd")),
    ] {
        assert_eq!(at(pointer), value, "{pointer}");
    }
    assert_eq!(report.get("missing"), None);
    assert_eq!(report.get("contact"), None);
}

/// Every text of the answers is replaced by names that must not be sent, one text at a time; then every key.
#[test]
fn no_text_of_the_cluster_gets_out_that_has_no_known_form() {
    // Each is a form that some place lets through nearly.
    let canaries = [
        "canary-host.example.com",
        "Canary",
        "10.99.88.77",
        "/dev/disk/by-id/canary",
        "fe80::ca:7",
        "#1 SMP root@canary",
        "6.1.0-canary",
        "Debian canary",
        "ceph version 16.2.15-canary",
        "canary.cc",
        "rbd canary",
        "/home/canary/src/a.cc",
    ];
    let mut all = answers();
    // It is what the hosts are called.
    all.get_mut(&Question::Nodes).unwrap()["mds"] = json!({"canary-host.example.com": [], "Canary": []});
    let mut tried = 0;
    for (question, answer) in &all {
        for index in 0..texts(answer) {
            for canary in canaries {
                let mut planted = all.clone();
                let mut left = index;
                plant(planted.get_mut(question).unwrap(), &mut left, canary);
                let text = made(planted).to_string().to_ascii_lowercase();
                assert!(
                    !text.contains("canary") && !text.contains("10.99.88") && !text.contains("fe80"),
                    "text {index} of `{}` got out: {text}",
                    question.words()
                );
                tried += 1;
            }
        }
    }
    assert!(tried > 1_000, "{tried}");
}

#[test]
fn names_of_pools_images_and_hosts_stay_out_of_crashes() {
    let mut answers = answers();
    let pools = answers.get_mut(&Question::Osd).unwrap()["pools"].as_array_mut().unwrap();
    pools[0]["pool_name"] = "canarypool".into();
    answers.get_mut(&Question::Fs).unwrap()["filesystems"][0]["mdsmap"]["fs_name"] = "canaryfs".into();
    answers.insert(
        Question::Crashes,
        json!([{
            "crash_id": "2026-11-22T11:10:09.531363Z_b2a28fc1-4aa8-422e-b111-ef0f73fbdac5",
            "backtrace": [
                "rados.ObjectNotFound: [errno 2] RADOS object not found (error opening pool 'canary1')",
                "rbd.ImageNotFound: [errno 2] RBD image not found (error opening image canary2 at snapshot None)",
                "assert_canary3 (pool canary4 image canary5 on canary6)",
                "socket.gaierror: [Errno -2] Name or service not known (canary7.example.com)",
                "(open(canarypool)+0x1) [0x1]",
                "canaryfs()",
                "gsignal()",
            ],
            "assert_condition": "pool canary8 is full",
            "assert_func": "open(pool canary9)",
            "assert_msg": "src/a.cc: 5: FAILED ceph_assert(pool canary10 is full)",
            "mgr_python_exception": "canary11.example.com: no route",
            "os_name": "Debian (canary12)",
            "os_version": "12 (canary13 pool)",
        }]),
    );
    let report = made(answers);
    assert!(!report.to_string().contains("canary"), "{report:#}");
    let cut = "<cut>";
    assert_eq!(
        report["crashes"][0]["backtrace"],
        json!(["rados.ObjectNotFound", "rbd.ImageNotFound", cut, "socket.gaierror", cut, cut, "gsignal()"])
    );
    assert_eq!(report["crashes"][0]["os_name"], "Debian");
}

#[test]
fn a_broken_answer_is_a_gap_and_no_end() {
    for odd in [
        json!(null),
        json!([]),
        json!({}),
        json!(5),
        json!("x"),
        json!([[[]]]),
        json!({"pools": 5, "mons": {}}),
    ] {
        let said = Question::ALL.into_iter().map(|question| (question, odd.clone())).collect();
        let report = made(said);
        assert_eq!(report["license"], "sharing-1-0", "{odd}");
    }
    let mut one_less = answers();
    one_less.remove(&Question::Crush);
    assert_eq!(made(one_less).get("crush"), None);
}

/// Number of texts in `value`, keys among them.
fn texts(value: &Value) -> usize {
    match value {
        Value::String(_) => 1,
        Value::Array(list) => list.iter().map(texts).sum(),
        Value::Object(map) => map.values().map(|value| 1 + texts(value)).sum(),
        _ => 0,
    }
}

/// Replaces the text at `left`, counted as [`texts`] does.
fn plant(value: &mut Value, left: &mut usize, canary: &str) {
    let here = |left: &mut usize| {
        let hit = *left == 0;
        *left = left.wrapping_sub(1);
        hit
    };
    match value {
        Value::String(text) if here(left) => canary.clone_into(text),
        Value::Array(list) => list.iter_mut().for_each(|value| plant(value, left, canary)),
        Value::Object(map) => {
            let entries = std::mem::take(map);
            for (key, mut value) in entries {
                let key = if here(left) { canary.to_owned() } else { key };
                plant(&mut value, left, canary);
                map.insert(key, value);
            }
        }
        _ => {}
    }
}
