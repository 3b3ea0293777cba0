//! `stone telemetry channel ls` and `collection ls`: what there is to share, and what of it is shared.

use std::io;

use super::settings;
use crate::cli::args::Cli;
use crate::cli::exit::Exit;
use crate::cli::output::{self, Errno};
use crate::object;
use crate::report::{Object, Value};
use crate::telemetry::{Collection, Setting, Settings, Spec, collections, is_asked_again, specs};

/// What stands before the name of a channel in that of its option.
const CHANNEL: &str = "channel_";

pub(in crate::cli) fn channels(cli: &Cli) -> io::Result<Exit> {
    let settings = match settings(cli) {
        Ok(settings) => settings,
        Err(why) => return output::fail(cli.format, Errno::Eio, why),
    };
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

pub(in crate::cli) fn list_collections(cli: &Cli) -> io::Result<Exit> {
    let settings = match settings(cli) {
        Ok(settings) => settings,
        Err(why) => return output::fail(cli.format, Errno::Eio, why),
    };
    let rows: Vec<(&Collection, String)> =
        collections().iter().map(|collection| (collection, status(&settings, collection))).collect();
    let objects = rows.iter().map(|(collection, status)| {
        let mut object = to_object(collection);
        object.set("status", status.clone());
        object
    });
    output::print(cli.format, &Value::array(objects), |out| {
        let row = |(collection, status): &(&Collection, String)| {
            vec![
                collection.name.into(),
                status.clone(),
                collection.revision.to_string(),
                collection.description.into(),
            ]
        };
        let head = ["NAME", "STATUS", "REVISION", "DESC"].map(str::to_owned).to_vec();
        output::table(out, &[head].into_iter().chain(rows.iter().map(row)).collect::<Vec<_>>())
    })?;
    Ok(Exit::Complete)
}

pub(super) fn to_object(collection: &Collection) -> Object {
    object! {
        "name" => collection.name, "channel" => collection.channel, "revision" => collection.revision,
        "desc" => collection.description,
    }
}

/// The channels: their names and their options.
fn all() -> impl Iterator<Item = (&'static str, &'static Spec)> {
    specs().iter().filter_map(|spec| Some((spec.name.strip_prefix(CHANNEL)?, spec)))
}

fn status(settings: &Settings, collection: &Collection) -> String {
    let channel = collection.channel;
    if settings.opt_in.is_none() {
        "NOT REPORTING: not opted-in".into()
    } else if is_asked_again(settings) {
        "NOT REPORTING: requires re-opt-in".into()
    } else if !settings.flag(&format!("{CHANNEL}{channel}")) {
        format!("NOT REPORTING: channel {channel} is off")
    } else {
        "REPORTING".into()
    }
}
