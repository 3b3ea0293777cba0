//! `stone telemetry channel ls` and `collection ls`: what there is to share, and what of it is shared.

use std::io;

use super::settings;
use crate::anonymise::REPORT_VERSION;
use crate::cli::args::Cli;
use crate::cli::{exit::Exit, output};
use crate::object;
use crate::report::{Object, Value};
use crate::telemetry::{Setting, Settings, Spec, report, specs};

/// What stands before the name of a channel in that of its option.
const CHANNEL: &str = "channel_";

pub(in crate::cli) fn channels(cli: &Cli) -> io::Result<Exit> {
    let settings = settings(cli);
    let rows: Vec<(&str, bool, bool, &str)> = all()
        .map(|(name, spec)| {
            let by_default = spec.default_setting() == Some(Setting::Flag(true));
            (name, settings.flag(spec.name), by_default, spec.help)
        })
        .collect();
    let object = |(name, on, by_default, help): &(&'static str, bool, bool, &'static str)| {
        object! { "name" => *name, "enabled" => *on, "default" => *by_default, "desc" => *help }
    };
    output::print(cli.format, &Value::array(rows.iter().map(object)), |out| {
        let word = |on| if on { "ON" } else { "OFF" };
        let row = |(name, on, by_default, help): &(&str, bool, bool, &str)| {
            [name, word(*on), word(*by_default), help].map(str::to_owned).to_vec()
        };
        let head = ["NAME", "ENABLED", "DEFAULT", "DESC"].map(str::to_owned).to_vec();
        output::table(out, &[head].into_iter().chain(rows.iter().map(row)).collect::<Vec<_>>())
    })?;
    Ok(Exit::Complete)
}

/// A collection is what a channel holds in one version of its report; each channel has one.
pub(in crate::cli) fn collections(cli: &Cli) -> io::Result<Exit> {
    let settings = settings(cli);
    let rows: Vec<(String, String, u64, &str)> = all()
        .map(|(name, spec)| {
            let version = if name == "device" { u64::from(REPORT_VERSION) } else { report::VERSION };
            (format!("{name}_base"), status(&settings, name, spec), version, spec.help)
        })
        .collect();
    let objects: Vec<Object> = rows
        .iter()
        .map(|(name, status, version, help)| {
            object! { "name" => name.clone(), "status" => status.clone(), "version" => *version, "desc" => *help }
        })
        .collect();
    output::print(cli.format, &Value::from(objects), |out| {
        let row = |(name, status, version, help): &(String, String, u64, &str)| {
            vec![name.clone(), status.clone(), version.to_string(), (*help).to_owned()]
        };
        let head = ["NAME", "STATUS", "VERSION", "DESC"].map(str::to_owned).to_vec();
        output::table(out, &[head].into_iter().chain(rows.iter().map(row)).collect::<Vec<_>>())
    })?;
    Ok(Exit::Complete)
}

/// The channels: their names and their options.
fn all() -> impl Iterator<Item = (&'static str, &'static Spec)> {
    specs().iter().filter_map(|spec| Some((spec.name.strip_prefix(CHANNEL)?, spec)))
}

fn status(settings: &Settings, channel: &str, spec: &Spec) -> String {
    if settings.opt_in.is_none() {
        "NOT REPORTING: not opted-in".into()
    } else if !settings.flag(spec.name) {
        format!("NOT REPORTING: channel {channel} is off")
    } else {
        "REPORTING".into()
    }
}
