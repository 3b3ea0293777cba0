//! The anonymiser of this host, with the secret of its state folder.

use super::args::Cli;
use super::output::{chain, complain, say};
use super::state::State;
use crate::anonymise::{Anonymiser, Secret, SecretError};
#[cfg(feature = "http")]
use crate::telemetry::Store;
use crate::telemetry::{Host, StoreError};

/// Where the state folder cannot be written to, nothing can be sent either: the report is shown with pseudonyms made for
/// this once.
///
/// # Errors
/// There is none: why.
pub(super) fn anonymiser(cli: &Cli) -> Result<Anonymiser, String> {
    secret(cli).map(of_this_host)
}

/// The secret alone, in the same way.
pub(super) fn secret(cli: &Cli) -> Result<Secret, String> {
    match State::of(cli) {
        Ok(state) => match state.store.secret() {
            Ok(secret) => Ok(secret),
            Err(StoreError::Secret(error @ SecretError::Io { .. })) => {
                complain("telemetry secret", &error);
                for_once()
            }
            Err(error) => Err(format!("telemetry secret: {}", chain(&error))),
        },
        Err(error) => {
            complain("telemetry", &error);
            for_once()
        }
    }
}

/// The same, but only with the secret that is kept: what is sent has pseudonyms that last.
#[cfg(feature = "http")]
pub(super) fn lasting_anonymiser(store: &dyn Store) -> Result<Anonymiser, StoreError> {
    store.secret().map(of_this_host)
}

fn of_this_host(secret: Secret) -> Anonymiser {
    let host = Host::this();
    Anonymiser::new(secret, &host.identity).and_never(host.watched())
}

fn for_once() -> Result<Secret, String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| format!("the kernel gives no random bytes: {error}"))?;
    say(
        "the pseudonyms are made for this once; name a folder that can be written to with --state-dir to keep them",
    );
    Ok(Secret::from_bytes(bytes))
}
