//! `stone telemetry send`: makes the reports and delivers them, with those that wait from before.
//!
//! The two reports know nothing of each other: each has its own spool, keys, times and connections.

mod cluster;
mod delivery;
mod device;
mod tell;

use std::io;

use crate::child::in_a_service;
use crate::cli::args::{Cli, ReportName, SendArgs};
use crate::cli::exit::Exit;
use crate::cli::output::{self, Errno, chain};
use crate::cli::state::{Keeper, State};
use crate::telemetry::Settings;
use delivery::{Delivery, SendError};

/// What became of one of the reports.
struct Sending {
    report: ReportName,
    /// `None`: nothing is due.
    end: Result<Option<Delivery>, SendError>,
}

pub(in crate::cli) fn send(cli: &Cli, args: &SendArgs) -> io::Result<Exit> {
    if args.due {
        // As the agent calls it.
        in_a_service();
    }
    let sent = State::of(cli).map_err(SendError::from).and_then(|state| {
        let settings = state.store.load()?;
        Ok(reports(&state, args)
            .into_iter()
            .map(|report| one(cli, args, &state, &settings, report))
            .collect())
    });
    match sent {
        Ok(sent) => tell::tell(cli, args, sent),
        Err(error) => output::fail(cli.format, Errno::Eio, chain(&error)),
    }
}

/// Those that were named; else that of the host and, where the cluster keeps the settings, that of the cluster.
fn reports(state: &State, args: &SendArgs) -> Vec<ReportName> {
    let known = [ReportName::Device, ReportName::Ceph];
    let all_there_are =
        |report: &ReportName| *report == ReportName::Device || state.keeper == Keeper::Cluster;
    let is_meant = |report: &ReportName| match args.named().as_slice() {
        [] => all_there_are(report),
        named => named.contains(report),
    };
    known.into_iter().filter(is_meant).collect()
}

fn one(cli: &Cli, args: &SendArgs, state: &State, settings: &Settings, report: ReportName) -> Sending {
    let end = match report {
        ReportName::Device => device::send(cli, args, state, settings),
        ReportName::Ceph => cluster::send(cli, args, state, settings),
    };
    Sending { report, end }
}
