//! `stone telemetry rotate-id`: new pseudonyms for host and disks, or for all of a cluster. Reports that wait bear the old ones: they are
//! withdrawn, and the next one is due at once.

use crate::channel::Spool;
use crate::cli::args::Cli;
use crate::cli::state::{self, State};
use crate::cli::{exit::Exit, output};

pub(in crate::cli) fn rotate_id(cli: &Cli) -> Exit {
    let state = match State::of(cli) {
        Ok(state) => state,
        Err(error) => {
            output::complain("telemetry", &error);
            return Exit::Nothing;
        }
    };
    if let Err(error) = state.store.rotate_secret() {
        output::complain("telemetry", &error);
        return Exit::Nothing;
    }
    output::say("host and disks have new pseudonyms from now on");
    let withdraw = |spool: &Spool| spool.withdraw(state::now());
    match withdraw(&state.spool).and_then(|some| Ok(some + withdraw(&state.cluster_spool)?)) {
        Ok(0) => Exit::Complete,
        Ok(withdrawn) => {
            output::say(format_args!(
                "{withdrawn} reports that waited under the old ones are withdrawn: the next report is due at once"
            ));
            Exit::Complete
        }
        Err(error) => {
            output::complain("reports that wait under the old pseudonyms", &error);
            Exit::Nothing
        }
    }
}
