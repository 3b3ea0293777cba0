//! The history of this host, in its state folder.

use std::error::Error;
use std::time::Duration;

use super::args::Cli;
use super::output::{complain, say};
use crate::history::{History, Known, Stamp};
use crate::telemetry::state_dir;

/// To write to, made at the first use. `None`: it cannot be used, and a line on standard error says why.
pub(super) fn open(cli: &Cli) -> Option<History> {
    let history = said(state_dir(cli.state_dir.as_deref()))?;
    let history = said(History::open(&history))?;
    if let Some(aside) = history.set_aside() {
        say(format_args!(
            "the history was damaged: it is set aside as {}, and a new one is begun",
            aside.display()
        ));
    }
    Some(history)
}

/// To read from, if there is one.
///
/// # Errors
/// It cannot be used, and a line on standard error says why.
pub(super) fn find(cli: &Cli) -> Result<Option<History>, Unusable> {
    let folder = said(state_dir(cli.state_dir.as_deref())).ok_or(Unusable)?;
    said(History::find(&folder)).ok_or(Unusable)
}

/// It was said why.
#[derive(Debug)]
pub(super) struct Unusable;

/// The disk with this id, and the history that knows it. `None`: a line on standard error says why.
pub(super) fn device(cli: &Cli, device_id: &str) -> Option<(History, Known)> {
    let history = find(cli).ok()?;
    let known = history.as_ref().map(|history| history.device(device_id)).transpose();
    match (history, said(known)?.flatten()) {
        (Some(history), Some(known)) => Some((history, known)),
        _ => {
            say(
                "there is no such device in the history: `stone device ls` lists the disks, `stone device scrape-health-metrics` reads them",
            );
            None
        }
    }
}

/// Whether it has samples of the last two intervals, which is what a report is made of.
pub(super) fn has_samples(cli: &Cli, interval: Duration) -> bool {
    let (now, since) = (now(), i64::try_from(interval.as_secs().saturating_mul(2)).unwrap_or(i64::MAX));
    let Ok(Some(history)) = find(cli) else { return false };
    said(history.taken(Stamp(now.0.saturating_sub(since)), now)).is_some_and(|taken| !taken.is_empty())
}

/// The value; or, after a line on standard error, nothing.
pub(super) fn said<T, E: Error>(result: Result<T, E>) -> Option<T> {
    result.inspect_err(|error| complain("history", error)).ok()
}

/// The present.
pub(super) fn now() -> Stamp {
    Stamp(super::state::now())
}
