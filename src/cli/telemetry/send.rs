//! `stone telemetry send`: makes the device report and delivers it, with those that wait from before.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use super::report;
use crate::channel::{
    AddressError, Chance, Endpoint, HttpCourier, Key, ProxyAddress, Round, Route, SpoolError, Timeouts,
    Which, until_next_report,
};
use crate::cli::args::{Cli, DiskArgs, SendArgs};
use crate::cli::output::{self, Errno, chain};
use crate::cli::state::{self, State};
use crate::cli::{exit::Exit, privacy};
use crate::object;
use crate::telemetry::{ConsentError, Settings, StateError, StoreError, may_send_device};

/// Why nothing was sent, or not even tried.
#[derive(Debug, Error)]
enum SendError {
    #[error(transparent)]
    Consent(#[from] ConsentError),
    #[error("{0}: {1}")]
    Address(&'static str, AddressError),
    #[error("no disk was read, so there is nothing to report")]
    NoDisk,
    #[error(transparent)]
    State(#[from] StateError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Spool(#[from] SpoolError),
    #[error("the kernel gave no random bytes: {0}")]
    Random(getrandom::Error),
}

/// A report that was made for this once.
struct New {
    key: Key,
    devices: usize,
    complete: Exit,
}

pub(in crate::cli) fn send(cli: &Cli, args: &SendArgs) -> io::Result<Exit> {
    match try_send(cli, args) {
        Ok(Some((endpoint, new, round, delivered))) => tell(cli, &endpoint, new.as_ref(), &round, delivered),
        Ok(None) => {
            output::print(cli.format, &object! { "delivered" => 0, "due" => false }, |_| Ok(()))?;
            Ok(Exit::Complete)
        }
        Err(SendError::Consent(error)) => output::fail(cli.format, Errno::Eperm, error),
        Err(error) => output::fail(cli.format, Errno::Eio, chain(&error)),
    }
}

type Done = (Endpoint, Option<New>, Round, Option<bool>);

/// `None`: nothing is due.
fn try_send(cli: &Cli, args: &SendArgs) -> Result<Option<Done>, SendError> {
    let state = State::of(cli)?;
    let settings = state.store.load()?;
    let license = args.license.as_deref();
    may_send_device(&settings, license)?;
    let route = route(&settings)?;
    let endpoint = route.endpoint.clone();
    let new = if args.due && state.spool.next_report(settings.interval(), state::now())?.is_some() {
        None
    } else {
        Some(make(cli, &state, &settings, args)?)
    };
    if args.due && new.is_none() && state.spool.overview()?.waiting == 0 {
        return Ok(None);
    }
    let courier = HttpCourier::new(route, Timeouts::default());
    let which = if args.due { Which::Due } else { Which::All };
    // Asked again before each report: `stone telemetry off` holds at once.
    let allowed = || state.store.load().is_ok_and(|settings| may_send_device(&settings, license).is_ok());
    let round = state.spool.deliver(&courier, which, &state::now, &allowed)?;
    let delivered = match &new {
        Some(new) => state.spool.was_delivered(&new.key)?,
        None => None,
    };
    Ok(Some((endpoint, new, round, delivered)))
}

/// Makes the report and puts it into the spool: from here on it is not lost.
fn make(cli: &Cli, state: &State, settings: &Settings, args: &SendArgs) -> Result<New, SendError> {
    let anonymiser = privacy::lasting_anonymiser(&*state.store)?;
    let disks = DiskArgs { devices: Vec::new(), drives: args.drives.clone(), how: args.how.clone() };
    let history = if args.fresh { None } else { report::history(cli, &disks) };
    let made = report::make(cli, history.as_ref(), &anonymiser, settings.interval(), &disks);
    if made.samples() == 0 {
        return Err(SendError::NoDisk);
    }
    let now = state::now();
    let (key, gone) = state.spool.add(now, |out| made.write_body(out))?;
    if gone > 0 {
        output::say(format_args!("the spool is full: {gone} older reports were given up"));
    }
    let chance = Chance::new().map_err(SendError::Random)?;
    state.spool.set_next_report(now.saturating_add(until_next_report(settings.interval(), chance)))?;
    Ok(New { key, devices: made.devices(), complete: made.exit() })
}

fn route(settings: &Settings) -> Result<Route, SendError> {
    let address = |name| move |error| SendError::Address(name, error);
    let url = settings.text("device_url").unwrap_or_default();
    let proxy = settings.text("proxy").map(|proxy| ProxyAddress::parse(&proxy)).transpose();
    Ok(Route {
        endpoint: Endpoint::parse(&url).map_err(address("device_url"))?,
        proxy: proxy.map_err(address("proxy"))?,
        ca_file: settings.text("ca_file").map(PathBuf::from),
    })
}

/// Says what became of the reports.
fn tell(
    cli: &Cli,
    endpoint: &Endpoint,
    new: Option<&New>,
    round: &Round,
    delivered: Option<bool>,
) -> io::Result<Exit> {
    round.notes.iter().for_each(output::say);
    for (_, reason, why) in &round.given_up {
        output::say(format_args!("a report was given up ({}): {why}", reason.word()));
    }
    let failure = match (&round.failure, round.forbidden) {
        (Some(failure), _) => {
            Some(format!("{failure}; what was not delivered waits, see `stone telemetry status`"))
        }
        (None, true) => Some("telemetry was switched off meanwhile: nothing more is sent".to_owned()),
        (None, false) => None,
    };
    if let Some(failure) = &failure {
        output::say(failure);
    }
    let own = new.filter(|_| delivered == Some(true));
    let mut answer = object! {
        "delivered" => round.delivered.len() as u64,
        "given_up" => round.given_up.len() as u64,
        "to" => endpoint.to_string(),
    };
    answer.set_some("devices", own.map(|new| new.devices as u64)).set_some("error", failure.clone());
    output::print(cli.format, &answer, |out| {
        if let Some(new) = own {
            writeln!(out, "Device report sent to {endpoint} (devices: {})", new.devices)?;
        }
        let others = round.delivered.iter().filter(|key| new.is_none_or(|new| new.key != **key)).count();
        if others > 0 {
            writeln!(out, "Reports of earlier that were sent to {endpoint}: {others}")?;
        }
        Ok(())
    })?;
    Ok(match (failure, new) {
        (None, Some(new)) if delivered == Some(true) => new.complete,
        (None, None) if round.given_up.is_empty() => Exit::Complete,
        _ => Exit::Nothing,
    })
}
