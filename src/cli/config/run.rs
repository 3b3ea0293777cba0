//! Which of the commands, and what their failures end with.

use std::io;

use super::{read, write};
use crate::cli::args::{Cli, ConfigCommand};
use crate::cli::output::{self, Errno, chain};
use crate::cli::{exit::Exit, state::State};
use crate::telemetry::{OptionError, Spec, StoreError, spec};

pub(in crate::cli) fn run(cli: &Cli, command: &ConfigCommand) -> io::Result<Exit> {
    let state = match State::of(cli) {
        Ok(state) => state,
        Err(error) => return output::fail(cli.format, Errno::Eio, error),
    };
    let store = &*state.store;
    match command {
        ConfigCommand::Set { who, option, value } => option_of(who, option)
            .map_or_else(|error| refuse(cli, &error), |spec| write::set(cli, &state, spec, value)),
        ConfigCommand::Rm { who, option } => option_of(who, option)
            .map_or_else(|error| refuse(cli, &error), |spec| write::remove(cli, &state, spec)),
        ConfigCommand::Get { who, option: None } => {
            belongs_to(who).map_or_else(|error| refuse(cli, &error), |()| read::dump(cli, store))
        }
        ConfigCommand::Get { who, option: Some(option) } => option_of(who, option)
            .map_or_else(|error| refuse(cli, &error), |spec| read::get(cli, store, spec)),
        ConfigCommand::Dump => read::dump(cli, store),
        ConfigCommand::Help { option: None } => read::help(cli, crate::telemetry::specs()),
        ConfigCommand::Help { option: Some(option) } => spec(option)
            .map_or_else(|error| refuse(cli, &error), |spec| read::help(cli, std::slice::from_ref(spec))),
    }
}

/// The option of a wrong name or a wrong value.
pub(super) fn refuse(cli: &Cli, error: &OptionError) -> io::Result<Exit> {
    let errno = if matches!(error, OptionError::ByCommand { .. }) { Errno::Eperm } else { Errno::Einval };
    output::fail(cli.format, errno, error)
}

/// The store failed.
pub(super) fn fail(cli: &Cli, error: &StoreError) -> io::Result<Exit> {
    output::fail(cli.format, Errno::Eio, chain(error))
}

fn option_of(who: &str, option: &str) -> Result<&'static Spec, OptionError> {
    belongs_to(who).and_then(|()| spec(option))
}

fn belongs_to(who: &str) -> Result<(), OptionError> {
    if who == "mgr" { Ok(()) } else { Err(OptionError::Who(who.to_owned())) }
}
