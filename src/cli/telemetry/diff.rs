//! `stone telemetry diff`: what the reports tell that was not agreed to.

use std::io;

use super::list::to_object;
use crate::cli::args::Cli;
use crate::cli::output::{self, Errno, chain};
use crate::cli::{exit::Exit, state::State};
use crate::object;
use crate::report::Value;
use crate::telemetry::{Collection, LICENSE, REVISION, not_agreed_to};

pub(in crate::cli) fn diff(cli: &Cli) -> io::Result<Exit> {
    let settings = match State::of(cli)
        .map_err(|error| chain(&error))
        .and_then(|state| state.store.load().map_err(|error| chain(&error)))
    {
        Ok(settings) => settings,
        Err(error) => return output::fail(cli.format, Errno::Eio, error),
    };
    let agreed = settings.opt_in.as_ref().map(|opt_in| opt_in.revision);
    // While it is off, what it would tell if it were on: nothing of channels that are off.
    let is_told = |one: &&Collection| agreed.is_some() || settings.flag(&format!("channel_{}", one.channel));
    let new: Vec<&Collection> = not_agreed_to(&settings).filter(is_told).collect();
    let mut answer =
        object! { "revision" => REVISION, "new" => Value::array(new.iter().map(|one| to_object(one))) };
    answer.set("agreed_to", agreed.map_or(Value::Null, Value::from));
    output::print(cli.format, &answer, |out| {
        match (agreed, new.as_slice()) {
            (_, []) => return writeln!(out, "Nothing is told that was not agreed to."),
            (None, _) => writeln!(out, "Telemetry is off. If it were on, it would tell:")?,
            (Some(agreed), _) => writeln!(out, "New since revision {agreed}, which was agreed to:")?,
        }
        let row = |one: &&Collection| vec![format!("  {}", one.name), one.description.to_owned()];
        output::table(out, &new.iter().map(row).collect::<Vec<_>>())?;
        writeln!(out, "To agree, run 'stone telemetry on --license {LICENSE}'.")
    })?;
    Ok(Exit::Complete)
}
