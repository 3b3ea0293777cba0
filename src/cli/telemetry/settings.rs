//! The options where a report is only shown.

use crate::cli::args::Cli;
use crate::cli::output::complain;
use crate::cli::state::State;
use crate::telemetry::Settings;

/// Those of this host; the defaults where there are none, or none that can be read: nothing is sent by them.
pub(super) fn settings(cli: &Cli) -> Settings {
    let Ok(state) = State::of(cli) else { return Settings::default() };
    state.store.load().inspect_err(|error| complain("options", error)).unwrap_or_default()
}
