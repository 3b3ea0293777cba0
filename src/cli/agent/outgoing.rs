//! What there is to send, and when: the device report of this host, and the report of the cluster where it keeps the settings.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::agent::{Outgoing, Sending};
use crate::channel::Spool;
use crate::cli::args::Cli;
use crate::cli::history::has_samples;
use crate::cli::output::chain;
use crate::cli::state::{Keeper, ROUTE, State};
use crate::history::Stamp;
use crate::telemetry::{Sent, Settings, may_send_cluster, may_send_device};

/// What is sent, and what is known of sending.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) sending: Sending,
    /// The reports that may be sent, as `stone telemetry send` calls them.
    pub(super) reports: Vec<&'static str>,
}

/// When something of a report is to be done, in seconds since 1970 UTC.
struct Times {
    /// A new one is to be made.
    report: Option<i64>,
    /// One that waits is to be tried.
    attempt: Option<i64>,
}

/// Looks at spools, history and, where it keeps the settings, the cluster.
pub(super) fn plan(cli: &Cli, state: &State, settings: &Settings, now: Stamp) -> Result<Plan, String> {
    let mut plan = Plan::default();
    plan.sending.is_enabled = settings.opt_in.is_some();
    plan.sending.route = route(settings);
    let mut spools = vec![&state.spool];
    if may_send_device(settings, None).is_ok() {
        let times = times(&state.spool, settings, now)?;
        // Who sends reads no disk: there has to be something to report, or something that waits.
        if times.report != Some(now.0) || has_samples(cli, settings.interval()) {
            plan.add("device", times);
        } else if times.attempt.is_some() {
            plan.add("device", Times { report: None, ..times });
        }
    }
    if state.keeper == Keeper::Cluster {
        spools.push(&state.cluster_spool);
        if may_send_cluster(settings, None).is_ok() {
            let sent = Sent::of(&*state.store).map_err(|error| chain(&error))?;
            let all = sent.due(settings.interval(), now.0).unwrap_or(now.0);
            let own = times(&state.cluster_spool, settings, now)?;
            // Not before a host of the cluster may, and not before this one has reason to.
            let own = own.attempt.into_iter().chain(own.report).min().unwrap_or(now.0);
            plan.add("ceph", Times { report: Some(all.max(own)), attempt: None });
        }
    }
    for spool in spools {
        let overview = spool.overview().map_err(|error| chain(&error))?;
        let sending = &mut plan.sending;
        sending.waiting += overview.waiting;
        sending.delivered = sending.delivered.saturating_add(overview.delivered);
        sending.last_delivery = sending.last_delivery.max(overview.last_delivery);
        sending.failure = sending.failure.take().or(overview.last_failure.map(|failure| failure.error));
    }
    Ok(plan)
}

/// A number that is another one when reports go another way: to other endpoints, by another proxy, trusting others.
pub(super) fn route(settings: &Settings) -> u64 {
    let mut hasher = DefaultHasher::new();
    ROUTE.map(|option| settings.text(option)).hash(&mut hasher);
    hasher.finish()
}

impl Plan {
    fn add(&mut self, name: &'static str, times: Times) {
        let earlier = |one: Option<i64>, other: Option<i64>| one.into_iter().chain(other).min();
        let outgoing = &self.sending.outgoing;
        let (report, attempt) = (times.report, times.attempt);
        self.sending.outgoing = Outgoing {
            report: earlier(outgoing.report, report),
            attempt: earlier(outgoing.attempt, attempt),
        };
        self.reports.push(name);
    }
}

/// What the ledger says; a report that is due is due now.
fn times(spool: &Spool, settings: &Settings, now: Stamp) -> Result<Times, String> {
    let next = spool.next_report(settings.interval(), now.0).map_err(|error| chain(&error))?;
    let overview = spool.overview().map_err(|error| chain(&error))?;
    Ok(Times { report: Some(next.unwrap_or(now.0)), attempt: overview.next_attempt })
}
