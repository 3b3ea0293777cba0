//! `stone telemetry rotate-id`: new pseudonyms for host and disks, or for all of a cluster.

use crate::cli::args::Cli;
use crate::cli::state::State;
use crate::cli::{exit::Exit, output};

pub(in crate::cli) fn rotate_id(cli: &Cli) -> Exit {
    let state = match State::of(cli) {
        Ok(state) => state,
        Err(error) => {
            output::complain("telemetry", &error);
            return Exit::Nothing;
        }
    };
    match state.store.rotate_secret() {
        Ok(()) => {
            output::say("host and disks have new pseudonyms from now on");
            Exit::Complete
        }
        Err(error) => {
            output::complain("telemetry", &error);
            Exit::Nothing
        }
    }
}
