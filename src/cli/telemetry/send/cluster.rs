//! The report of the cluster, which one of its hosts sends.
//!
//! At most one waits: it says what the cluster is like, and a newer one says it anew. Its key is that of its number, the same
//! on every host, so that the endpoint keeps one of those that two hosts may send.

use super::delivery::{Delivery, New, SendError, bears_our_names, courier, make_and_deliver};
use crate::anonymise::{Pseudonym, Secret};
use crate::channel::{Chance, Key, Which, until_next_report};
use crate::cli::args::{Cli, SendArgs};
use crate::cli::exit::Exit;
use crate::cli::output::{chain, complain, say};
use crate::cli::state::{self, State};
use crate::cli::telemetry::cluster;
use crate::telemetry::{Host, Settings, StoreError, Taken, Turn, Turns, may_send_cluster};

/// So many numbers are tried for a report that a person asked for.
const NUMBERS: usize = 3;

/// `None`: nothing is due, or another host sends.
pub(super) fn send(
    cli: &Cli,
    args: &SendArgs,
    state: &State,
    settings: &Settings,
) -> Result<Option<Delivery>, SendError> {
    may_send_cluster(settings, args.license.as_deref())?;
    let turns = Turns::new(&*state.store, &Secret::load_or_create(&state.folder)?, &Host::this());
    let is_due = || -> Result<bool, SendError> {
        let now = state::now();
        Ok(turns.sent()?.due(settings.interval(), now).is_none() && due_here(state, settings, now)?)
    };
    if args.due && !is_due()? {
        return Ok(None);
    }
    for _ in 0..NUMBERS {
        let turn = match turns.take(state::now())? {
            Taken::Mine(turn) => turn,
            _ if args.due => return Ok(None),
            Taken::Theirs(_) => return Err(SendError::NotOurTurn),
            _ => return Err(SendError::Contested),
        };
        // Another host may have sent it between the two questions.
        let sent = if args.due && turn.sent.due(settings.interval(), state::now()).is_some() {
            Ok(None)
        } else {
            with_turn(cli, args, state, settings, (&turns, &turn))
        };
        if let Err(error) = turns.give_back(&turn, state::now()) {
            tracing::info!(error = chain(&error), "the turn is not given back: it ends by itself");
        }
        match sent {
            // That was noted, so the next turn has another number: once more, since a person asked for a report.
            Ok(None) if !args.due => {}
            sent => return sent,
        }
    }
    Err(SendError::Contested)
}

/// Whether this host has something to do: a report to be made, or to be tried again.
fn due_here(state: &State, settings: &Settings, now: i64) -> Result<bool, SendError> {
    let is_made = state.cluster_spool.next_report(settings.interval(), now)?.is_some();
    let next = state.cluster_spool.overview()?.next_attempt;
    Ok(!is_made || next.is_some_and(|next| next <= now))
}

/// `None`: the report of this turn was delivered before by this host, which has noted it now.
fn with_turn(
    cli: &Cli,
    args: &SendArgs,
    state: &State,
    settings: &Settings,
    (turns, turn): (&Turns<'_>, &Turn),
) -> Result<Option<Delivery>, SendError> {
    let license = args.license.as_deref();
    let (endpoint, courier) = courier(settings, "url")?;
    let spool = &state.cluster_spool;
    let secret = state.store.secret()?;
    let (key, names) = (turn.key(&secret), Pseudonym::of_secret(&secret));
    let note = || -> Result<(), StoreError> {
        let (now, chance) = (state::now(), Chance::new().unwrap_or(Chance::of(0)));
        turns.note_sent(turn, now, now.saturating_add(until_next_report(settings.interval(), chance)))
    };
    // The host that delivered it last could not note it.
    if spool.was_delivered(&key)? == Some(true) {
        note()?;
        return Ok(None);
    }
    let which = if args.due { Which::Due } else { Which::All };
    let allowed = || {
        let may_send = state.store.load().is_ok_and(|settings| may_send_cluster(&settings, license).is_ok());
        may_send && bears_our_names(state, spool) && turns.has(turn, state::now()).unwrap_or(false)
    };
    let made = || match spool.was_delivered(&key)? {
        // What waited was that of this turn.
        Some(true) => Ok(New { key: key.clone(), devices: None, complete: Exit::Complete }),
        _ => make(cli, state, settings, key.clone(), names.clone()),
    };
    let deliver = || spool.deliver(&courier, which, &state::now, &allowed);
    let (new, unmade, round) = make_and_deliver(spool, &made, &deliver)?;
    let delivered = match round.delivered.contains(&key) {
        true => Some(true),
        false => spool.was_delivered(&key)?,
    };
    if delivered == Some(true)
        && let Err(error) = note()
    {
        say(format_args!("the report was delivered, which could not be noted: {}", chain(&error)));
    }
    Ok(Some(Delivery { endpoint, new, unmade, round, delivered }))
}

/// Makes the report and puts it into the spool, instead of an earlier one. `names` were read before: a report that is made while
/// they are replaced does not go out.
fn make(cli: &Cli, state: &State, settings: &Settings, key: Key, names: Pseudonym) -> Result<New, SendError> {
    let made = cluster::make(cli, &[]).map_err(SendError::NoCluster)?;
    let now = state::now();
    let spool = state.cluster_spool.under(names);
    spool.add_instead(&key, now, |out| Ok(serde_json::to_writer(out, &made.report)?))?;
    let next = until_next_report(settings.interval(), Chance::new()?);
    if let Err(error) = state.cluster_spool.set_next_report(now.saturating_add(next)) {
        complain("when the next report is due", &error);
    }
    Ok(New { key, devices: None, complete: made.exit })
}
