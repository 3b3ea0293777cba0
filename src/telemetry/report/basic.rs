//! The channel basic: capacity, daemons, versions, pools, names of changed options.

use serde_json::{Map, Value};

use super::take::{self, entries, put};
use super::{config, crush, filesystems, metadata, osd};
use crate::telemetry::cluster::{Answers, Question};

/// Adds the channel. What the cluster did not say is left out.
pub(super) fn add(report: &mut Map<String, Value>, answers: &Answers) {
    let said = |question| answers.get(question);
    let mon = said(Question::Mon);
    put(report, "created", mon.and_then(|mon| take::time(&mon["created"])));
    put(report, "mon", mon.and_then(self::mon));
    put(report, "config", config::changed(answers));
    put(report, "rbd", osd::images(answers));
    put(report, "pools", said(Question::Osd).and_then(osd::pools));
    put(report, "osd", said(Question::Osd).and_then(osd::osd));
    put(report, "crush", said(Question::Crush).and_then(crush::crush));
    put(report, "fs", said(Question::Fs).and_then(filesystems::filesystems));
    let mut platforms = Map::new();
    put(&mut platforms, "mon", said(Question::MonMetadata).and_then(metadata::of_mons));
    put(&mut platforms, "osd", said(Question::OsdMetadata).and_then(metadata::of_osds));
    report.insert("metadata".into(), platforms.into());
    put(report, "hosts", said(Question::Nodes).and_then(osd::hosts));
    put(report, "usage", osd::usage(said(Question::Df), said(Question::Osd)));
    put(report, "services", said(Question::Services).and_then(services));
    put(report, "balancer", said(Question::Balancer).and_then(balancer));
}

/// Addresses are counted by their kind, not told; a monitor mostly has two.
fn mon(dump: &Value) -> Option<Value> {
    let mons = dump["mons"].as_array()?;
    let addresses = || mons.iter().flat_map(|mon| entries(&mon["public_addrs"]["addrvec"]));
    let of_type = |kind: &str| addresses().filter(|address| address["type"] == kind).count();
    let is_v6 = |address: &Value| address["addr"].as_str().is_some_and(|addr| addr.starts_with('['));
    let v6 = addresses().filter(|address| is_v6(address)).count();
    let mut mon = Map::new();
    mon.insert("count".into(), mons.len().into());
    put(&mut mon, "features", take::object(&dump["features"], |list| take::list(list, take::word)));
    put(&mut mon, "min_mon_release", take::number(&dump["min_mon_release"]));
    mon.insert("v1_addr_mons".into(), of_type("v1").into());
    mon.insert("v2_addr_mons".into(), of_type("v2").into());
    mon.insert("ipv4_addr_mons".into(), (addresses().count() - v6).into());
    mon.insert("ipv6_addr_mons".into(), v6.into());
    Some(mon.into())
}

/// Kinds of services; each counts one, whatever its number of daemons. A kind that an operator made up is not told.
fn services(dump: &Value) -> Option<Value> {
    let known = |kind: &&str| dump["services"].get(*kind).is_some();
    dump["services"].as_object()?;
    Some(
        SERVICES.iter().filter(|kind| known(kind)).map(|kind| ((*kind).to_owned(), Value::from(1))).collect(),
    )
}

const SERVICES: &[&str] = &[
    "cephfs-mirror",
    "ceph-exporter",
    "iscsi",
    "mds",
    "mgr",
    "mon",
    "nfs",
    "nvmeof",
    "osd",
    "rbd-mirror",
    "rgw",
    "rgw-nfs",
    "tcmu-runner",
];

fn balancer(status: &Value) -> Option<Value> {
    let mut balancer = Map::new();
    put(&mut balancer, "active", take::truth(&status["active"]));
    put(&mut balancer, "mode", take::word(&status["mode"]));
    Some(balancer.into())
}
