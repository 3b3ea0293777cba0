//! The device report of this host.

use super::delivery::{Delivery, New, SendError, bears_our_names, courier, make_and_deliver};
use crate::channel::{Chance, Which, until_next_report};
use crate::cli::args::{Cli, DiskArgs, SendArgs};
use crate::cli::history::has_samples;
use crate::cli::state::{self, State};
use crate::cli::telemetry::report;
use crate::cli::{output, privacy};
use crate::telemetry::{Settings, may_send_device};

/// `None`: nothing is due.
pub(super) fn send(
    cli: &Cli,
    args: &SendArgs,
    state: &State,
    settings: &Settings,
) -> Result<Option<Delivery>, SendError> {
    let license = args.license.as_deref();
    may_send_device(settings, license)?;
    let (endpoint, courier) = courier(settings, "device_url")?;
    let on_since = settings.on_since();
    let withdrawn = state.spool.set_on_since(on_since, state::now())?;
    if withdrawn > 0 {
        output::say(format_args!("telemetry was off meanwhile: {withdrawn} reports of before are withdrawn"));
    }
    let is_made = args.due && state.spool.next_report(settings.interval(), state::now())?.is_some();
    let is_made = is_made || args.kept && !has_samples(cli, settings.interval());
    if is_made && state.spool.overview()?.waiting == 0 {
        return Ok(None);
    }
    let which = if args.due { Which::Due } else { Which::All };
    // Asked again before each report: `stone telemetry off` holds at once.
    let allowed = || {
        let still_on = |now: &Settings| on_since.is_none_or(|since| now.on_since() == Some(since));
        let may_send = |now: &Settings| may_send_device(now, license).is_ok() && still_on(now);
        state.store.load().is_ok_and(|now| may_send(&now)) && bears_our_names(state, &state.spool)
    };
    let deliver = || state.spool.deliver(&courier, which, &state::now, &allowed);
    let (new, unmade, round) = if is_made {
        (None, None, deliver()?)
    } else {
        make_and_deliver(&state.spool, &|| make(cli, state, settings, args), &deliver)?
    };
    let delivered = match &new {
        Some(new) if round.delivered.contains(&new.key) => Some(true),
        Some(new) => state.spool.was_delivered(&new.key)?,
        None => None,
    };
    Ok(Some(Delivery { endpoint, new, unmade, round, delivered }))
}

/// Makes the report and puts it into the spool: from here on it is not lost.
fn make(cli: &Cli, state: &State, settings: &Settings, args: &SendArgs) -> Result<New, SendError> {
    let anonymiser = privacy::lasting_anonymiser(&*state.store)?;
    let disks = DiskArgs { devices: Vec::new(), drives: args.drives.clone(), how: args.how.clone() };
    let history = if args.fresh { None } else { report::history(cli, &disks) };
    let made = report::make(cli, history.as_ref(), &anonymiser, settings.interval(), &disks);
    if made.samples() == 0 {
        return Err(SendError::NoDisk);
    }
    let now = state::now();
    let (key, gone) = state.spool.under(anonymiser.names()).add(now, |out| made.write_body(out))?;
    if gone > 0 {
        output::say(format_args!("the spool is full: {gone} older reports were given up"));
    }
    let next = until_next_report(settings.interval(), Chance::new()?);
    // It is in the spool: that the next one comes sooner is no reason not to send it.
    if let Err(error) = state.spool.set_next_report(now.saturating_add(next)) {
        output::complain("when the next report is due", &error);
    }
    Ok(New { key, devices: Some(made.devices()), complete: made.exit() })
}
