//! `stone agent`: reads the disks, keeps their records, serves metrics, and has sent what is due.

use std::collections::HashMap;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::args::{AgentArgs, Duty};
use super::outgoing::{Plan, plan, route};
use super::reading::{label, longest_round, seen};
use super::serving::{Socket, run_service};
use crate::agent::{Board, Duties, Facts, Now, Round, RoundEnd, Sending, Work};
use crate::cli::args::Cli;
use crate::cli::device::{Condition, keep};
use crate::cli::exit::Exit;
use crate::cli::history::{find, now, open, said};
use crate::cli::output::{chain, say};
use crate::cli::state::{Keeper, State, keeper};
use crate::cli::{disks, reading};
use crate::collect::worker::Interrupts;
use crate::history::{self, History, Known, Stamp};
use crate::metrics::{self, Disk, Lines, Outcome};
use crate::source::native::Extent;
use crate::telemetry::Settings;

/// How often the options of this host are looked at.
const LOOK: Duration = Duration::from_secs(3);
/// How often those of a cluster are: each look is a command to its monitors.
const LOOK_AT_CLUSTER: Duration = Duration::from_secs(15);
/// Disks that were read longer ago are not served after a start, until they are read again: in seconds.
const FORGOTTEN: i64 = 2 * 86_400;

struct Service {
    cli: &'static Cli,
    args: &'static AgentArgs,
    /// The last complaint about options or state, so that it is made once.
    complaint: Mutex<Option<String>>,
    /// The reports that may be sent, as they were found last.
    reports: Mutex<Vec<&'static str>>,
    /// The way to the endpoints, as it was found last.
    route: Mutex<Option<u64>>,
}

pub(in crate::cli) fn agent(cli: &'static Cli, args: &'static AgentArgs) -> Exit {
    let board = Arc::new(Board::new(args.serve.profile.into(), env!("STONE_VERSION")));
    let service = Service {
        cli,
        args,
        complaint: Mutex::default(),
        reports: Mutex::default(),
        route: Mutex::default(),
    };
    let reads = args.only != Some(Duty::Send);
    if reads {
        remember(cli, &board);
    }
    let socket = if reads { Socket::ByDefault } else { Socket::WhenNamed };
    let look = match keeper(cli) {
        Keeper::Host => LOOK,
        Keeper::Cluster => LOOK_AT_CLUSTER,
    };
    let duties = Duties { reads, longest_round: longest_round(&args.how), look };
    run_service(&args.serve, socket, board, Arc::new(service), duties)
}

/// Puts what the history knows onto the board, so that there is something to serve before the first round.
fn remember(cli: &Cli, board: &Board) {
    let Ok(Some(history)) = find(cli) else { return };
    let now = now();
    for known in said(history.devices()).unwrap_or_default() {
        let Some((newest, lines)) = said(lines(&history, &known, &known.device.name, now)).flatten() else {
            continue;
        };
        if now.0.saturating_sub(newest.0) > FORGOTTEN {
            continue;
        }
        let device = known.device;
        let disk = Disk {
            label: device.name.clone(),
            device_id: Some(device.device_id),
            path: Some(device.path),
            daemons: device.daemons,
            model: device.identifiers.model,
            serial: device.identifiers.serial,
        };
        let told = metrics::of_disk(&disk, Outcome::Read, None);
        board.remember(&disk.label, now.0.saturating_sub(newest.0), Now::read(), told, lines);
    }
}

/// The metrics of the newest record that the history has of a disk, and its time. What is wrong with the disk is judged by what it said
/// earlier, too.
fn lines(
    history: &History,
    known: &Known,
    label: &str,
    now: Stamp,
) -> Result<Option<(Stamp, Lines)>, history::HistoryError> {
    let taken = history.taken_of(known.number)?;
    // By the order of storing, as for what is wrong with it.
    let Some(newest) = taken.into_iter().max_by_key(|sample| sample.number) else { return Ok(None) };
    let Some(record) = history.record(&newest)?.filter(|record| record.0.get("error").is_none()) else {
        return Ok(None);
    };
    let findings = Condition::of(history, known, now)?.findings;
    Ok(Some((newest.stamp, metrics::of_record(label, &record, Some(&findings)))))
}

impl Service {
    /// Says what is wrong, once, and when it is over.
    fn once(&self, complaint: Option<String>) {
        let mut last = self.complaint.lock().unwrap_or_else(PoisonError::into_inner);
        if *last != complaint {
            match &complaint {
                Some(words) => say(format_args!("options: {words}")),
                None => say("options: they can be read again"),
            }
            *last = complaint;
        }
    }

    fn look(&self) -> Result<Facts, String> {
        let state = State::of(self.cli).map_err(|error| chain(&error))?;
        let settings = state.store.load().map_err(|error| chain(&error))?;
        if self.sends() {
            self.follow_route(&state, &settings)?;
        }
        let plan = if self.sends() { plan(self.cli, &state, &settings, now())? } else { Plan::default() };
        *self.reports.lock().unwrap_or_else(PoisonError::into_inner) = plan.reports;
        let period = self.args.scrape_frequency.unwrap_or_else(|| settings.scrape_frequency());
        Ok(Facts { period, sending: plan.sending })
    }

    /// What waits for its next attempt waits no longer once the way to the endpoints is another.
    fn follow_route(&self, state: &State, settings: &Settings) -> Result<(), String> {
        let now = route(settings);
        let mut last = self.route.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_some_and(|last| last != now) {
            state.end_pauses().map_err(|error| chain(&error))?;
        }
        *last = Some(now);
        Ok(())
    }

    /// Without the feature `http` there is no command that sends.
    fn sends(&self) -> bool {
        cfg!(feature = "http") && self.args.only != Some(Duty::Collect)
    }
}

impl Work for Service {
    fn round(&self, interrupts: &Interrupts) -> RoundEnd {
        const FAILED: RoundEnd = RoundEnd { round: None, is_well: false };
        let start = Instant::now();
        // Before the disks are woken: there is nothing to read them for if their records cannot be kept.
        let Some(mut history) = open(self.cli) else { return FAILED };
        let reader = reading::begin(self.cli.verbose);
        let found = disks::wanted(&self.args.drives, &[], &self.args.how);
        let read = reading::read_until(
            reader,
            interrupts,
            reading::quarantine(self.cli),
            found.devices,
            &self.args.how,
            Extent::Whole,
            |one| one,
        );
        let kept = keep(&mut history, &read.finished, self.args.retention);
        let known: HashMap<String, Known> = said(history.devices())
            .unwrap_or_default()
            .into_iter()
            .map(|known| (known.device.device_id.clone(), known))
            .collect();
        let present = now();
        let seen = read.finished.iter().map(|one| {
            let label = label(&one.device);
            let values = one.result.as_ref().ok().map(|record| {
                let id = one.device.device_id.clone().or_else(|| history::device_id(record));
                let findings = id
                    .and_then(|id| known.get(&id))
                    .filter(|_| kept.is_some())
                    .and_then(|known| said(Condition::of(&history, known, present)))
                    .map(|condition| condition.findings);
                metrics::of_record(&label, record, findings.as_deref())
            });
            seen(one, values)
        });
        let round = Round { seen: seen.collect(), unfound: found.missing, took: start.elapsed() };
        RoundEnd { round: Some(round), is_well: kept.is_some() }
    }

    fn facts(&self) -> Option<Facts> {
        // Who has no network cannot ask a cluster, and need not if it is told.
        if let (Some(period), Some(Duty::Collect)) = (self.args.scrape_frequency, self.args.only) {
            return Some(Facts { period, sending: Sending::default() });
        }
        let facts = self.look();
        self.once(facts.as_ref().err().cloned());
        facts.ok()
    }

    fn sender(&self) -> Option<Command> {
        if !self.sends() {
            return None;
        }
        // The program that runs, whatever stands at its path by now.
        let mut command = Command::new("/proc/self/exe");
        command.args((0..self.cli.verbose).map(|_| "-v"));
        if let Some(folder) = &self.cli.state_dir {
            command.arg("--state-dir").arg(folder);
        }
        let cluster = &self.cli.cluster;
        if cluster.cluster {
            command.arg("--cluster");
        }
        for (name, value) in [("--conf", &cluster.conf), ("--keyring", &cluster.keyring)] {
            if let Some(value) = value {
                command.arg(name).arg(value);
            }
        }
        if let Some(name) = &cluster.name {
            command.arg("--name").arg(name);
        }
        command.arg("--program").arg(&cluster.program);
        command.arg("--cluster-deadline").arg(cluster.cluster_deadline.as_secs_f64().to_string());
        command.args(["telemetry", "send", "--due", "--kept"]);
        command.args(&*self.reports.lock().unwrap_or_else(PoisonError::into_inner));
        Some(command)
    }

    fn last_round(&self) -> Option<i64> {
        let history = find(self.cli).ok().flatten()?;
        let now = now();
        // One that was stamped by a clock that was ahead says nothing of the last round.
        said(history.taken(Stamp(now.0.saturating_sub(FORGOTTEN * 200)), now))?
            .last()
            .map(|newest| newest.stamp.0)
    }
}
