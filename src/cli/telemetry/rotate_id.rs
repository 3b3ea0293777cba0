//! `stone telemetry rotate-id`: new pseudonyms for host and disks.

use crate::anonymise::Secret;
use crate::cli::args::Cli;
use crate::cli::{exit::Exit, output};
use crate::telemetry::state_dir;

pub(in crate::cli) fn rotate_id(cli: &Cli) -> Exit {
    let folder = match state_dir(cli.state_dir.as_deref()) {
        Ok(folder) => folder,
        Err(error) => {
            output::complain("telemetry", &error);
            return Exit::Nothing;
        }
    };
    match Secret::rotate(&folder) {
        Ok(()) => {
            output::say("host and disks have new pseudonyms from now on");
            Exit::Complete
        }
        Err(error) => {
            output::complain("telemetry secret", &error);
            Exit::Nothing
        }
    }
}
