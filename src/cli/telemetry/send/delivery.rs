//! What the two reports have in common: the way they go, what came of it, and why nothing was sent.

use std::path::PathBuf;

use thiserror::Error;

use crate::anonymise::{Pseudonym, SecretError};
use crate::channel::{
    AddressError, Endpoint, HttpCourier, Key, ProxyAddress, Round, Route, Spool, SpoolError, Timeouts,
};
use crate::cli::state::{self, State};
use crate::cli::{exit::Exit, output};
use crate::telemetry::{ConsentError, Settings, StateError, StoreError};

/// Why nothing was sent, or not even tried.
#[derive(Debug, Error)]
pub(super) enum SendError {
    #[error(transparent)]
    Consent(#[from] ConsentError),
    #[error("{0}: {1}")]
    Address(&'static str, AddressError),
    #[error("no disk was read, so there is nothing to report")]
    NoDisk,
    #[error("{0}")]
    NoCluster(String),
    #[error("another host of the cluster is sending the cluster report: try again in some minutes")]
    NotOurTurn,
    #[error(
        "the turn to send the cluster report was not to be had: another host took it at this moment, or the cluster is too slow; try again"
    )]
    Contested,
    #[error(transparent)]
    State(#[from] StateError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error(transparent)]
    Spool(#[from] SpoolError),
    #[error("the kernel gave no random bytes: {0}")]
    Random(#[from] getrandom::Error),
}

/// A report that was made for this once.
pub(super) struct New {
    pub(super) key: Key,
    /// How many devices it is about. `None`: it is the cluster's.
    pub(super) devices: Option<usize>,
    pub(super) complete: Exit,
}

/// What came of sending.
pub(super) struct Delivery {
    pub(super) endpoint: Endpoint,
    pub(super) new: Option<New>,
    pub(super) round: Round,
    /// Whether the new one was delivered. `None`: it was not, or nobody knows.
    pub(super) delivered: Option<bool>,
}

impl Delivery {
    /// Why not all was delivered.
    pub(super) fn failure(&self) -> Option<String> {
        match (&self.round.failure, self.round.forbidden) {
            (Some(failure), _) => {
                Some(format!("{failure}; what was not delivered waits, see `stone telemetry status`"))
            }
            (None, true) => Some("it is not to be sent any more: see `stone telemetry status`".to_owned()),
            (None, false) => None,
        }
    }

    pub(super) fn exit(&self) -> Exit {
        match (self.failure(), &self.new) {
            (None, Some(new)) if self.delivered == Some(true) => new.complete,
            (None, None) if self.round.given_up.is_empty() => Exit::Complete,
            _ => Exit::Nothing,
        }
    }
}

/// The way to the endpoint that the option `url` names.
pub(super) fn courier(settings: &Settings, url: &'static str) -> Result<(Endpoint, HttpCourier), SendError> {
    let address = |name| move |error| SendError::Address(name, error);
    let proxy = settings.text("proxy").map(|proxy| ProxyAddress::parse(&proxy)).transpose();
    let endpoint = Endpoint::parse(&settings.text(url).unwrap_or_default()).map_err(address(url))?;
    let route = Route {
        endpoint: endpoint.clone(),
        proxy: proxy.map_err(address("proxy"))?,
        ca_file: settings.text("ca_file").map(PathBuf::from),
    };
    Ok((endpoint, HttpCourier::new(route, Timeouts::default())))
}

/// Withdraws what was made with a secret that has been replaced since: by `stone telemetry rotate-id`, here or, where a cluster
/// keeps the secret, on any of its hosts. Whether what waits now may be sent.
pub(super) fn bears_our_names(state: &State, spool: &Spool) -> bool {
    let withdrawn = || -> Result<usize, SendError> {
        let names = Pseudonym::of_secret(&state.store.secret()?);
        Ok(spool.under(names).withdraw_others(state::now())?)
    };
    match withdrawn() {
        Ok(0) => true,
        Ok(withdrawn) => {
            output::say(format_args!(
                "{withdrawn} reports that waited under replaced pseudonyms are withdrawn"
            ));
            true
        }
        Err(error) => {
            output::complain("telemetry", &error);
            false
        }
    }
}
