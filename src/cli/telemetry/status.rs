//! `stone telemetry status`: the options, the opt-in, and what became of reports. JSON in every format, as with Ceph's own command.

use std::io;

use crate::channel::Overview;
use crate::cli::args::{Cli, Format};
use crate::cli::config::to_value;
use crate::cli::exit::Exit;
use crate::cli::output::{self, Errno, chain};
use crate::cli::state::{self, stamp};
use crate::object;
use crate::report::{Object, Value};
use crate::telemetry::{ConsentError, Settings, last_revision, may_send_device, specs};

pub(in crate::cli) fn status(cli: &Cli) -> io::Result<Exit> {
    let state = match state::State::of(cli) {
        Ok(state) => state,
        Err(error) => return output::fail(cli.format, Errno::Eio, error),
    };
    let settings = match state.store.load() {
        Ok(settings) => settings,
        Err(error) => return output::fail(cli.format, Errno::Eio, chain(&error)),
    };
    let overview = match state.spool.overview() {
        Ok(overview) => overview,
        Err(error) => return output::fail(cli.format, Errno::Eio, chain(&error)),
    };
    let format = if cli.format == Format::Json { Format::Json } else { Format::JsonPretty };
    output::print(format, &to_object(&settings, &overview), |_| Ok(()))?;
    Ok(Exit::Complete)
}

fn to_object(settings: &Settings, overview: &Overview) -> Object {
    let options = specs().iter().map(|spec| {
        let shown = settings.value(spec).map(|setting| setting.shown(spec));
        (spec.name, to_value(shown.as_ref()))
    });
    let mut object: Object = options.collect();
    object
        .set("last_opt_revision", last_revision(settings))
        .set("last_upload", time(overview.last_delivery))
        .set("device_channel", channel(overview))
        .set("health", health(settings));
    object
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

/// What the operator should know, in the form of Ceph's health checks.
fn health(settings: &Settings) -> Object {
    let mut checks = Object::new();
    if may_send_device(settings, None) == Err(ConsentError::Again) {
        checks.set(
            "TELEMETRY_CHANGED",
            object! {
                "severity" => "HEALTH_WARN",
                "summary" => "Telemetry requires re-opt-in",
                "detail" => "telemetry report includes new information; must re-opt-in (or out)",
            },
        );
    }
    checks
}

fn time(time: Option<i64>) -> Value {
    time.map_or(Value::Null, |time| stamp(time).into())
}
