//! `stone telemetry status`: the options, the opt-in, and what became of reports. JSON in every format, as with Ceph's own command.

use std::io;

use crate::channel::{Overview, Spool};
use crate::cli::args::{Cli, Format};
use crate::cli::config::to_value;
use crate::cli::exit::Exit;
use crate::cli::output::{self, Errno, chain};
use crate::cli::state::{self, Keeper, State, stamp};
use crate::object;
use crate::report::{Object, Value};
use crate::telemetry::{Sent, Settings, Spec, StoreError, is_asked_again, last_revision, specs};

pub(in crate::cli) fn status(cli: &Cli) -> io::Result<Exit> {
    let format = if cli.format == Format::Json { Format::Json } else { Format::JsonPretty };
    match of_state(cli) {
        Ok(status) => {
            output::print(format, &status, |_| Ok(()))?;
            Ok(Exit::Complete)
        }
        Err(error) => output::fail(cli.format, Errno::Eio, error),
    }
}

fn of_state(cli: &Cli) -> Result<Object, String> {
    let state = State::of(cli).map_err(|error| chain(&error))?;
    let (settings, wrong) = state.store.look().map_err(|error| chain(&error))?;
    let is_wrong = |spec: &Spec| wrong.iter().any(|error| error.option() == Some(spec.name));
    let sent = Sent::of(&*state.store).map_err(|error| chain(&error))?;
    let overview = |spool: &Spool| spool.overview().map_err(|error| chain(&error));
    let (device, cluster) = (overview(&state.spool)?, overview(&state.cluster_spool)?);
    let options = specs().iter().map(|spec| {
        let shown = settings.value(spec).filter(|_| !is_wrong(spec)).map(|setting| setting.shown(spec));
        (spec.name, to_value(shown.as_ref()))
    });
    let mut object: Object = options.collect();
    // Of all hosts, where the cluster keeps the settings.
    let mut cluster_channel = channel(&cluster);
    cluster_channel.set("reports", sent.reports).set("last_report", time(sent.time));
    if sent.time.is_some() {
        let due = sent.due(settings.interval(), state::now()).unwrap_or_else(state::now);
        cluster_channel.set("next_report", time(Some(due)));
    }
    object
        .set("last_opt_revision", last_revision(&settings))
        .set("last_upload", time(device.last_delivery.max(sent.time)))
        .set("kept_by", if state.keeper == Keeper::Cluster { "cluster" } else { "host" })
        .set("device_channel", channel(&device))
        .set("cluster_channel", cluster_channel)
        .set("health", health(&settings, &wrong));
    Ok(object)
}

fn channel(overview: &Overview) -> Object {
    let given_up: Object = overview.given_up.iter().map(|(reason, count)| (reason.word(), *count)).collect();
    let failure = overview.last_failure.as_ref().map_or(Value::Null, |failure| {
        object! { "time" => stamp(failure.time), "error" => failure.error.clone() }.into()
    });
    object! {
        "waiting" => overview.waiting as u64,
        "waiting_bytes" => overview.waiting_bytes,
        "oldest" => time(overview.oldest),
        "next_attempt" => time(overview.next_attempt),
        "next_report" => time(overview.next_report),
        "unreadable" => overview.unreadable as u64,
        "delivered" => overview.delivered,
        "given_up" => given_up,
        "last_failure" => failure,
    }
}

/// What the operator should know, as `ceph health detail -f json` says it.
fn health(settings: &Settings, wrong: &[StoreError]) -> Object {
    let mut checks = Object::new();
    if is_asked_again(settings) {
        let detail =
            "telemetry report includes new information; must re-opt-in (or out): see 'stone telemetry diff'";
        checks.set("TELEMETRY_CHANGED", warning("Telemetry requires re-opt-in", 0, &[detail.to_owned()]));
    }
    if !wrong.is_empty() {
        let details: Vec<String> = wrong.iter().map(|error| chain(error)).collect();
        let count = details.len() as u64;
        let summary = "Telemetry options have values that they do not take, so nothing is sent";
        checks.set("TELEMETRY_BAD_OPTION", warning(summary, count, &details));
    }
    checks
}

fn warning(summary: &str, count: u64, details: &[String]) -> Object {
    let details = details.iter().map(|detail| object! { "message" => detail.clone() });
    object! {
        "severity" => "HEALTH_WARN",
        "summary" => object! { "message" => summary.to_owned(), "count" => count },
        "detail" => Value::array(details),
        "muted" => false,
    }
}

fn time(time: Option<i64>) -> Value {
    time.map_or(Value::Null, |time| stamp(time).into())
}
