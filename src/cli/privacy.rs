//! The anonymiser of this host, with the secret of its state folder.

use super::args::Cli;
use super::output::{chain, complain};
use crate::anonymise::{Anonymiser, Secret, SecretError};
use crate::telemetry::{Host, state_dir};

/// `None`: there is none, and a line on standard error says why.
pub(super) fn anonymiser(cli: &Cli) -> Option<Anonymiser> {
    let folder = state_dir(cli.state_dir.as_deref()).map_err(|error| complain("telemetry", &error)).ok()?;
    let secret = Secret::load_or_create(&folder)
        .map_err(|error| match &error {
            // The other errors say what to do with the file.
            SecretError::Io { .. } => {
                eprintln!("stone: telemetry secret: {}: name another folder with --state-dir", chain(&error));
            }
            _ => complain("telemetry secret", &error),
        })
        .ok()?;
    let host = Host::this();
    Some(Anonymiser::new(secret, &host.identity).and_never(host.names))
}
