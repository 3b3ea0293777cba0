//! What of this host's state the commands need: its folder, the settings in it or in the cluster, the spool, and the clock.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use super::args::Cli;
use crate::channel::{Limits, Spool, SpoolError};
use crate::telemetry::cluster::Cluster;
use crate::telemetry::{ClusterStore, FileStore, StateError, Store, state_dir};

/// A host with this file belongs to a cluster whose store has its settings: the cluster's configuration, or a link to it.
const CLUSTER_CONF: &str = "/etc/stone/cluster.conf";
/// Time for one look into the cluster's store: it is small.
const STORE_DEADLINE: Duration = Duration::from_secs(20);

/// The options that say which way reports go.
pub(super) const ROUTE: [&str; 4] = ["url", "device_url", "proxy", "ca_file"];

/// The state of this host.
pub(super) struct State {
    #[cfg(feature = "http")]
    pub(super) folder: PathBuf,
    /// Who keeps the settings.
    pub(super) keeper: Keeper,
    pub(super) store: Box<dyn Store>,
    /// Of the device report.
    pub(super) spool: Spool,
    /// Of the cluster report.
    pub(super) cluster_spool: Spool,
}

/// Who keeps the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keeper {
    Host,
    Cluster,
}

impl State {
    /// Where the arguments say. Nothing is made yet.
    pub(super) fn of(cli: &Cli) -> Result<Self, StateError> {
        let folder = state_dir(cli.state_dir.as_deref())?;
        let keeper = keeper(cli);
        let store: Box<dyn Store> = match keeper {
            Keeper::Host => Box::new(FileStore::new(&folder)),
            Keeper::Cluster => {
                let cluster = cluster(cli);
                let deadline = cluster.deadline.min(STORE_DEADLINE);
                Box::new(ClusterStore::new(Cluster { deadline, ..cluster }, ClusterStore::SETTLE))
            }
        };
        Ok(Self {
            keeper,
            store,
            spool: Spool::new(&folder, Limits::default()),
            cluster_spool: Spool::of_cluster(&folder, Limits::default()),
            #[cfg(feature = "http")]
            folder,
        })
    }
}

impl State {
    /// What waits for its next attempt is due at once: reports go another way now.
    pub(super) fn end_pauses(&self) -> Result<(), SpoolError> {
        self.spool.end_pauses()?;
        self.cluster_spool.end_pauses()
    }
}

/// Who keeps the settings, as the arguments say.
pub(super) fn keeper(cli: &Cli) -> Keeper {
    if cli.cluster.cluster || found_conf().is_some() { Keeper::Cluster } else { Keeper::Host }
}

/// The cluster, as the arguments say.
pub(super) fn cluster(cli: &Cli) -> Cluster {
    let args = &cli.cluster;
    Cluster {
        program: args.program.clone(),
        conf: args.conf.clone().or_else(found_conf),
        keyring: args.keyring.clone(),
        name: args.name.clone(),
        deadline: args.cluster_deadline,
        ..Cluster::default()
    }
}

fn found_conf() -> Option<PathBuf> {
    let conf = Path::new(CLUSTER_CONF);
    conf.exists().then(|| conf.to_owned())
}

/// The time, in seconds since 1970 UTC.
pub(super) fn now() -> i64 {
    Timestamp::now().as_second()
}

/// A time for people and programs, `2026-11-22T15:00:00Z`.
pub(super) fn stamp(time: i64) -> String {
    Timestamp::from_second(time).unwrap_or_default().to_string()
}
