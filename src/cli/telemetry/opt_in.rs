//! `stone telemetry on` and `off`.

use std::io;
use std::time::Duration;

use crate::channel::{Spool, SpoolError};
use crate::cli::args::{Cli, OnArgs};
use crate::cli::output::{self, Errno, chain};
use crate::cli::{exit::Exit, state};
use crate::object;
use crate::telemetry::{LICENSE, LICENSE_NAME, LICENSE_URL, OptIn, Settings, opt_in};

/// How long a report that is on its way is waited for, in each spool: its sender asks more often than that whether it may go on.
const PATIENCE: Duration = Duration::from_secs(5);

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
    // The opt-in first: a process that is sending asks before each report, and again and again while one goes out.
    let spools = [&state.spool, &state.cluster_spool];
    let withdraw =
        || spools.into_iter().map(|spool| spool.withdraw(state::now())).sum::<Result<usize, SpoolError>>();
    let mut withdrawn_before = 0;
    if let Err(error) = state.store.switch_off() {
        // Perhaps for want of room, which what waits takes: none of it is to be sent anyhow.
        withdrawn_before = withdraw().unwrap_or(0);
        if withdrawn_before == 0 || state.store.switch_off().is_err() {
            return output::fail(cli.format, Errno::Eio, chain(&error));
        }
    }
    // Before it is withdrawn: what arrived all the same is to be counted as delivered.
    let is_sending = spools.into_iter().any(|spool: &Spool| !spool.is_at_rest(PATIENCE).unwrap_or(true));
    if is_sending {
        output::say(
            "a report was on its way already, and nobody knows yet whether it arrives: `stone telemetry status` tells it in a while",
        );
    }
    let withdrawn = match withdraw() {
        Ok(withdrawn) => withdrawn + withdrawn_before,
        Err(error) => {
            let why =
                format!("telemetry is off, but reports that wait could not be removed: {}", chain(&error));
            return output::fail(cli.format, Errno::Eio, why);
        }
    };
    let answer = object! { "enabled" => false, "withdrawn" => withdrawn as u64, "on_its_way" => is_sending };
    output::print(cli.format, &answer, |out| match withdrawn {
        0 => writeln!(out, "Telemetry is off."),
        count => {
            writeln!(out, "Telemetry is off. Reports that waited to be sent and were removed: {count}.")
        }
    })?;
    Ok(Exit::Complete)
}
