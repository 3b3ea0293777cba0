//! Options and opt-in in the cluster's own store, beside its own module: every host sees one truth, and nothing but the
//! licence switches telemetry on.

use crate::cluster::Cluster;
use crate::endpoint::Endpoint;

pub(crate) fn goes_by_the_licence_and_options_are_shared(cluster: &Cluster) {
    cluster.forget();
    cluster.goes_nowhere();
    let status = |host: &str| cluster.stone_must(host, &["telemetry", "status", "-f", "json"]).json();
    // What one host sets, the other and the cluster's own commands see; and the other way round.
    cluster.stone_must("host", &["config", "set", "mgr", "mgr/telemetry/interval", "72"]);
    cluster.must(&["config", "set", "mgr", "mgr/telemetry/leaderboard", "true"]);
    assert_eq!(cluster.must(&["config", "get", "mgr", "mgr/telemetry/interval"]).trim(), "72");
    assert_eq!((&status("other")["interval"], &status("other")["leaderboard"]), (&72.into(), &true.into()));
    cluster.stone_must("other", &["config", "rm", "mgr", "mgr/telemetry/interval"]);
    assert_eq!(cluster.stone_must("host", &["config", "get", "mgr", "mgr/telemetry/interval"]).out, "24\n");
    // The module's own switch is none of ours.
    cluster.must(&["config", "set", "mgr", "mgr/telemetry/enabled", "true"]);
    assert_eq!(status("host")["enabled"], false);
    for words in [
        &["telemetry", "send"][..],
        &["telemetry", "on"],
        &["config", "set", "mgr", "mgr/telemetry/enabled", "true"],
    ] {
        let ran = cluster.stone("host", &[words, &["-f", "json"]].concat());
        assert_eq!((ran.status, &ran.json()["errno"]), (1, &1.into()), "{words:?}: {ran:?}");
    }
    cluster.must(&["config", "rm", "mgr", "mgr/telemetry/enabled"]);
    // On, and sent once, by the other host.
    let endpoint = Endpoint::start(&[], None);
    cluster.stone_must("host", &["config", "set", "mgr", "mgr/telemetry/url", &endpoint.url()]);
    cluster.stone_must("host", &["telemetry", "on", "--license", "sharing-1-0"]);
    assert_eq!(
        (&status("other")["enabled"], &status("other")["last_opt_revision"]),
        (&true.into(), &3.into())
    );
    let sent = cluster.stone_must("other", &["telemetry", "send", "ceph", "-f", "json"]).json();
    assert_eq!((&sent["delivered"], &sent["reports"][0]["to"]), (&1.into(), &endpoint.url().into()));
    let due = cluster.stone_must("host", &["telemetry", "send", "ceph", "--due", "-f", "json"]).json();
    assert_eq!((&due["delivered"], &due["reports"][0]["due"]), (&0.into(), &false.into()));
    assert_eq!((endpoint.requests().len(), &status("host")["cluster_channel"]["reports"]), (1, &1.into()));
    // The secret is the cluster's, and not its module's.
    let keys = cluster.json(&["config-key", "dump", ""]);
    let (ours, module) = (keys["stone/telemetry/secret"].as_str().unwrap(), keys.get("mgr/telemetry/salt"));
    assert!(ours.len() == 64 && module.is_none_or(|salt| *salt != *ours), "{keys}");
    cluster.stone_must("other", &["telemetry", "off"]);
    assert_eq!(cluster.stone("host", &["telemetry", "send", "ceph"]).status, 1);
    assert_eq!(endpoint.requests().len(), 1);
    cluster.goes_nowhere();
}
