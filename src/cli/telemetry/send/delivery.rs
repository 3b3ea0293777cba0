//! What the two reports have in common: the way they go, what came of it, and why nothing was sent.

use std::error::Error;
use std::io;
use std::path::PathBuf;

use thiserror::Error as ThisError;

use crate::anonymise::{Pseudonym, SecretError};
use crate::channel::{
    AddressError, Endpoint, HttpCourier, Key, ProxyAddress, Round, Route, Spool, SpoolError, Timeouts,
};
use crate::cli::state::{self, State};
use crate::cli::{exit::Exit, output};
use crate::telemetry::{ConsentError, Settings, StateError, StoreError};

/// Why nothing was sent, or not even tried.
#[derive(Debug, ThisError)]
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
    /// Why there is no new one, though there should be.
    pub(super) unmade: Option<SendError>,
    pub(super) round: Round,
    /// Whether the new one was delivered. `None`: it was not, or nobody knows.
    pub(super) delivered: Option<bool>,
}

impl Delivery {
    /// Why not all was delivered.
    pub(super) fn failure(&self) -> Option<String> {
        let unmade = self.unmade.as_ref().map(|error| output::chain(error));
        let failures: Vec<String> = unmade.into_iter().chain(self.undelivered()).collect();
        (!failures.is_empty()).then(|| failures.join("\n"))
    }

    fn undelivered(&self) -> Option<String> {
        let round = &self.round;
        match (&round.failure, round.forbidden, &self.new) {
            (Some(failure), _, Some(_)) if self.delivered == Some(false) => {
                Some(format!("{failure}; the report was withdrawn meanwhile, see `stone telemetry status`"))
            }
            (Some(failure), ..) => {
                Some(format!("{failure}; what was not delivered waits, see `stone telemetry status`"))
            }
            (None, true, _) => Some("it is not to be sent any more: see `stone telemetry status`".to_owned()),
            // It has its own line.
            (None, false, Some(new)) if round.given_up.iter().any(|(key, ..)| *key == new.key) => None,
            (None, false, Some(_)) if self.delivered == Some(false) => Some(
                "it was withdrawn before it had arrived, since telemetry was switched off or pseudonyms were replaced: see \
                 `stone telemetry status`"
                    .to_owned(),
            ),
            (None, false, Some(_)) if self.delivered.is_none() => {
                Some("nobody knows what became of it: see `stone telemetry status`".to_owned())
            }
            (None, false, _) => None,
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

/// A new report, or why it could not be made, and what was delivered.
pub(super) type Sent = (Option<New>, Option<SendError>, Round);

/// Makes a report and delivers it with what waits. Where it cannot be made, what waits goes out all the same; and where that
/// makes room on a full disk, it is made then.
pub(super) fn make_and_deliver(
    spool: &Spool,
    make: &dyn Fn() -> Result<New, SendError>,
    deliver: &dyn Fn() -> Result<Round, SpoolError>,
) -> Result<Sent, SendError> {
    let error = match make() {
        Ok(new) => return Ok((Some(new), None, deliver()?)),
        Err(error) => error,
    };
    if spool.overview().is_ok_and(|overview| overview.waiting == 0) {
        return Err(error);
    }
    let round = match deliver() {
        Ok(round) => round,
        Err(failure) => {
            output::complain("telemetry", &failure);
            return Err(error);
        }
    };
    if !is_full(&error) || (round.delivered.is_empty() && round.given_up.is_empty()) {
        return Ok((None, Some(error), round));
    }
    match make() {
        Ok(new) => Ok((Some(new), None, round.and_then(deliver()?))),
        Err(error) => Ok((None, Some(error), round)),
    }
}

/// Whether it is for want of room on the disk.
fn is_full(error: &SendError) -> bool {
    let mut next = error.source();
    while let Some(cause) = next {
        if let Some(error) = cause.downcast_ref::<io::Error>() {
            return matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
        }
        next = cause.source();
    }
    false
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
