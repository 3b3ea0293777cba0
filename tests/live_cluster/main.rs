//! The telemetry module on a real Ceph cluster: `./x cluster`'s own, of Debian's packages, on loopback, with its OSDs in memory.
//!
//! One cluster serves all steps, one after another: some of them take its daemons down. Without Debian's Ceph (`./x test` installs
//! it) this says `SKIPPED`.
#![cfg(all(feature = "cli", feature = "http"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says where it fails")]

mod cluster;
mod daemons_down;
#[path = "../delivery/endpoint.rs"]
#[allow(dead_code, reason = "made for another test")]
mod endpoint;
mod opt_in;
#[path = "../delivery/ran.rs"]
mod ran;
mod report;
#[path = "../stores/suite.rs"]
mod suite;

use std::io::Write as _;
use std::time::Duration;

use cluster::Cluster;
use stone_smart::telemetry::ClusterStore;

/// A claim over the cluster's own command, which takes half a second on a machine that is busy.
const SETTLE: Duration = Duration::from_secs(3);

#[test]
fn the_module_on_a_real_cluster() {
    let Some(cluster) = Cluster::up() else {
        // Said even where the test harness captures what is printed.
        _ = writeln!(
            std::io::stderr(),
            "SKIPPED: no cluster was asked, for want of Debian's Ceph (`./x test` installs it)"
        );
        return;
    };
    // First, with its own module as it starts: what that has been told of an option stays with it when the option is removed.
    report::is_equal_in_meaning_to_that_of_the_clusters_own_module(&cluster);
    opt_in::goes_by_the_licence_and_options_are_shared(&cluster);
    the_store_of_the_cluster(&cluster);
    daemons_down::is_named_and_holds_nobody(&cluster);
}

fn the_store_of_the_cluster(cluster: &Cluster) {
    suite::all(&|test| {
        cluster.forget();
        test(&|| Box::new(ClusterStore::new(cluster.command(), SETTLE)));
    });
    cluster.forget();
    cluster.goes_nowhere();
}
