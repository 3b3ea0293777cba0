//! A manager or monitor that is down: what is missing is named, and nobody waits for longer than told.

use std::time::{Duration, Instant};

use crate::cluster::Cluster;

/// What is asked of a cluster may take so long here.
const DEADLINE: &str = "20";
/// Until a command has ended: the deadline, and what a busy machine takes beside.
const ENDED: Duration = Duration::from_secs(40);

pub(crate) fn is_named_and_holds_nobody(cluster: &Cluster) {
    cluster.end("mgr.x");
    // The monitor is asked to forget it: otherwise it says the last words of the manager for a while.
    _ = cluster.ceph(&["mgr", "fail", "x"]);
    let start = Instant::now();
    let ran = cluster.stone("host", &["telemetry", "show", "-f", "json", "--cluster-deadline", DEADLINE]);
    assert!(start.elapsed() < ENDED, "{:?}", start.elapsed());
    assert_eq!(ran.status, 1, "{ran:?}");
    let report = ran.json();
    let missing = report["missing"].as_object().unwrap();
    assert!(missing.contains_key("balancer status") && missing.contains_key("crash ls"), "{missing:?}");
    assert!(report["mon"]["count"] == 1 && report.get("balancer").is_none(), "{report}");
    // Options are with the monitor.
    cluster.stone_must("host", &["telemetry", "status"]);

    cluster.end("mon.a");
    for words in [&["telemetry", "status"][..], &["telemetry", "send", "ceph", "--license", "sharing-1-0"]] {
        let start = Instant::now();
        let ran = cluster.stone("host", &[words, &["--cluster-deadline", "3"]].concat());
        assert!(start.elapsed() < Duration::from_secs(20), "{words:?}: {:?}", start.elapsed());
        assert_eq!((ran.status, ran.out.as_str()), (3, ""), "{words:?}: {ran:?}");
        assert!(ran.err.contains("monitors") && ran.err.contains("nothing is sent"), "{ran:?}");
    }
    cluster.again();
    cluster.stone_must("host", &["telemetry", "status"]);
}
