//! The options where a report or a list is only shown.

use crate::cli::args::Cli;
use crate::cli::output::{chain, say};
use crate::cli::state::State;
use crate::telemetry::Settings;

/// Those of this host or its cluster; the defaults where there is no place to keep them.
///
/// # Errors
/// They cannot be read: why.
pub(super) fn settings(cli: &Cli) -> Result<Settings, String> {
    let Ok(state) = State::of(cli) else { return Ok(Settings::default()) };
    state.store.load().map_err(|error| format!("options: {}", chain(&error)))
}

/// The same where only an interval is wanted, to show what is not sent: what cannot be read is said.
pub(super) fn settings_or_default(cli: &Cli) -> Settings {
    settings(cli).inspect_err(|why| say(why)).unwrap_or_default()
}
