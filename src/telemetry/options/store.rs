//! Who keeps the settings and what else all who share them must agree on: the secret, and a few notes.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use super::settings::Settings;
use crate::anonymise::{Secret, SecretError};
#[cfg(feature = "cluster")]
use crate::telemetry::cluster::ClusterError;

/// A short text that is kept beside the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// Whose turn it is to send the cluster report.
    Turn,
    /// How many cluster reports were sent, and when the last one was.
    Sent,
}

impl Note {
    /// Its name in a store.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Turn => "turn",
            Self::Sent => "sent",
        }
    }
}

/// Keeps the settings: of one host, or of a cluster.
pub trait Store: Send + Sync {
    /// Reads them. What was never set is as by default.
    ///
    /// # Errors
    /// They cannot be read or are damaged: then nothing may be sent.
    fn load(&self) -> Result<Settings, StoreError>;

    /// Those that are right, for who only looks, and what is wrong with others: with any of these, nothing may be sent.
    ///
    /// # Errors
    /// They cannot be read or are damaged as a whole.
    fn look(&self) -> Result<(Settings, Vec<StoreError>), StoreError> {
        Ok((self.load()?, Vec::new()))
    }

    /// Changes them; other processes see an option as it was or as it is to be. Of two who change the same one the last wins.
    ///
    /// # Errors
    /// They cannot be read or written. Where one option was to be changed, it is not.
    fn change(&self, change: &mut dyn FnMut(&mut Settings)) -> Result<(), StoreError>;

    /// Takes the opt-in back. It has to be possible where nothing can be written: consent can always be withdrawn.
    ///
    /// # Errors
    /// They cannot be read, or not even that can be done: telemetry is still on.
    fn switch_off(&self) -> Result<(), StoreError> {
        self.change(&mut |settings| settings.opt_in = None)
    }

    /// The secret behind the pseudonyms of all who share this store; made at the first use.
    ///
    /// # Errors
    /// It cannot be read or made.
    fn secret(&self) -> Result<Secret, StoreError>;

    /// Puts a new secret in the place of the old one.
    ///
    /// # Errors
    /// It cannot be made or written.
    fn rotate_secret(&self) -> Result<(), StoreError>;

    /// A note. `None`: it was never written.
    ///
    /// # Errors
    /// It cannot be read.
    fn note(&self, note: Note) -> Result<Option<String>, StoreError>;

    /// Writes a note, whatever it was.
    ///
    /// # Errors
    /// It cannot be written.
    fn put_note(&self, note: Note, text: &str) -> Result<(), StoreError>;

    /// Writes a note if it still is what it was; says whether it did. Of several who try with the same `was`, each with a
    /// `text` that was never written before, at most one is told that it did. Where the store is slow, `was` may say how many
    /// seconds a claim in its place has, as the number `settle` of a JSON object: all who claim read the same one.
    ///
    /// # Errors
    /// The store failed: the note may be written or not.
    fn claim_note(&self, note: Note, was: Option<&str>, text: &str) -> Result<bool, StoreError>;
}

impl StoreError {
    /// The option that has a value which it does not take. `None`: it is not about one.
    pub fn option(&self) -> Option<&'static str> {
        match self {
            Self::Option { name, .. } => Some(name),
            _ => None,
        }
    }
}

/// Why settings cannot be read or written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The file system refused.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the kernel said.
        #[source]
        source: io::Error,
    },
    /// It is not what was written, so telemetry counts as off.
    #[error(
        "{} is damaged ({what}), so nothing is sent: restore it, or move it away and set options and opt-in anew",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// Another process has held the lock for too long.
    #[error("another process is changing {}", path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// The cluster did not answer, or refused.
    #[cfg(feature = "cluster")]
    #[error("the settings are kept in the cluster, which does not give or take them, so nothing is sent")]
    Cluster(#[from] ClusterError),
    /// Somebody set an option in the cluster to what it does not take.
    #[error(
        "the cluster's option mgr/telemetry/{name} has a value that it does not take ({expected}), so nothing is sent: set it anew"
    )]
    Option {
        /// The option.
        name: &'static str,
        /// What it takes.
        expected: &'static str,
    },
    /// What the cluster keeps under this key is not what was written.
    #[error(
        "the cluster's key {key} is damaged, so nothing is sent: remove it (`ceph config-key rm {key}`), and set it anew"
    )]
    Key {
        /// Its name.
        key: String,
    },
    /// There is no usable secret.
    #[error("the telemetry secret cannot be used")]
    Secret(#[from] SecretError),
}
