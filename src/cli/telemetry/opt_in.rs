//! `stone telemetry on` and `off`.

use std::io;

use crate::cli::args::{Cli, OnArgs};
use crate::cli::output::{self, Errno, chain};
use crate::cli::{exit::Exit, state};
use crate::object;
use crate::telemetry::{LICENSE, LICENSE_NAME, LICENSE_URL, OptIn, Settings, opt_in};

pub(in crate::cli) fn on(cli: &Cli, args: &OnArgs) -> io::Result<Exit> {
    let opt_in = match opt_in(args.license(), state::now()) {
        Ok(opt_in) => opt_in,
        Err(error) => return output::fail(cli.format, Errno::Eperm, error),
    };
    let state = match state::State::of(cli) {
        Ok(state) => state,
        Err(error) => return output::fail(cli.format, Errno::Eio, error),
    };
    // Who agrees once more, to what reports tell by now, does not begin anew: what waits goes on waiting.
    let agree = |settings: &mut Settings| {
        let time = settings.on_since().unwrap_or(opt_in.time);
        settings.opt_in = Some(OptIn { time, ..opt_in.clone() });
    };
    if let Err(error) = state.store.change(&mut { agree }) {
        return output::fail(cli.format, Errno::Eio, chain(&error));
    }
    let answer = object! { "enabled" => true, "license" => LICENSE };
    output::print(cli.format, &answer, |out| {
        writeln!(out, "Telemetry is on, under the {LICENSE_NAME} ({LICENSE_URL}).")
    })?;
    Ok(Exit::Complete)
}

pub(in crate::cli) fn off(cli: &Cli) -> io::Result<Exit> {
    let state = match state::State::of(cli) {
        Ok(state) => state,
        Err(error) => return output::fail(cli.format, Errno::Eio, error),
    };
    // The opt-in first: a process that is sending asks before each report.
    if let Err(error) = state.store.change(&mut |settings| settings.opt_in = None) {
        return output::fail(cli.format, Errno::Eio, chain(&error));
    }
    let spools = [&state.spool, &state.cluster_spool];
    let withdrawn =
        match spools.into_iter().map(|spool| spool.withdraw(state::now())).sum::<Result<usize, _>>() {
            Ok(withdrawn) => withdrawn,
            Err(error) => {
                let why = format!(
                    "telemetry is off, but reports that wait could not be removed: {}",
                    chain(&error)
                );
                return output::fail(cli.format, Errno::Eio, why);
            }
        };
    output::print(cli.format, &object! { "enabled" => false, "withdrawn" => withdrawn as u64 }, |out| {
        match withdrawn {
            0 => writeln!(out, "Telemetry is off."),
            count => {
                writeln!(out, "Telemetry is off. Reports that waited to be sent and were removed: {count}.")
            }
        }
    })?;
    Ok(Exit::Complete)
}
