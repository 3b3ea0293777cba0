//! The folder of all state.

use std::env;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Where root keeps it.
const SYSTEM: &str = "/var/lib/stone";

/// Why there is no folder for state.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StateError {
    /// Neither XDG_STATE_HOME nor HOME says where.
    #[error("there is no folder for state: set HOME, or name one with --state-dir")]
    Nowhere,
}

/// The folder `named`, or else /var/lib/stone for root and `$XDG_STATE_HOME/stone` (`~/.local/state/stone`) for others.
///
/// # Errors
/// Nothing says where a user who is not root keeps state.
pub fn state_dir(named: Option<&Path>) -> Result<PathBuf, StateError> {
    if let Some(named) = named {
        return Ok(named.to_owned());
    }
    if nix::unistd::geteuid().is_root() {
        return Ok(PathBuf::from(SYSTEM));
    }
    let absolute = |variable| env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    // The XDG Base Directory Specification: a relative path is to be ignored.
    absolute("XDG_STATE_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".local/state")))
        .map(|state| state.join("stone"))
        .ok_or(StateError::Nowhere)
}
