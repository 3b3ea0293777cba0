//! `stone config get`, `dump` and `help`.

use std::io::{self, Write};

use super::run::fail;
use crate::cli::args::Cli;
use crate::cli::exit::Exit;
use crate::cli::output;
use crate::object;
use crate::report::{Object, Value};
use crate::telemetry::{Setting, Spec, Store, specs};

pub(super) fn get(cli: &Cli, store: &dyn Store, spec: &Spec) -> io::Result<Exit> {
    let settings = match store.look() {
        Ok((settings, wrong)) => match wrong.iter().find(|error| error.option() == Some(spec.name)) {
            None => settings,
            Some(error) => return fail(cli, error),
        },
        Err(error) => return fail(cli, &error),
    };
    let value = settings.value(spec).map(|setting| setting.shown(spec));
    output::print(cli.format, &to_value(value.as_ref()), |out| {
        writeln!(out, "{}", value.as_ref().map(ToString::to_string).unwrap_or_default())
    })?;
    Ok(Exit::Complete)
}

/// All options that are set, as Ceph's own command shows them. Those with values that they do not take are said.
pub(super) fn dump(cli: &Cli, store: &dyn Store) -> io::Result<Exit> {
    let (settings, wrong) = match store.look() {
        Ok(read) => read,
        Err(error) => return fail(cli, &error),
    };
    wrong.iter().for_each(|error| output::say(output::chain(error)));
    let set: Vec<(&Spec, Setting)> =
        specs().iter().filter_map(|spec| Some((spec, settings.set_value(spec)?.shown(spec)))).collect();
    let objects = set.iter().map(|(spec, value)| {
        object! {
            "section" => "mgr", "name" => spec.full_name(), "value" => value.to_string(), "level" => "advanced",
            "can_update_at_runtime" => true, "mask" => "",
        }
    });
    output::print(cli.format, &Value::array(objects), |out| {
        let mut rows = vec![["WHO", "MASK", "LEVEL", "OPTION", "VALUE", "RO"].map(str::to_owned).to_vec()];
        rows.extend(set.iter().map(|(spec, value)| {
            vec!["mgr".into(), String::new(), "advanced".into(), spec.full_name(), value.to_string()]
        }));
        output::table(out, &rows)
    })?;
    Ok(if wrong.is_empty() { Exit::Complete } else { Exit::Partial })
}

pub(super) fn help(cli: &Cli, specs: &[Spec]) -> io::Result<Exit> {
    let objects: Vec<Object> = specs.iter().map(to_object).collect();
    output::print(cli.format, &Value::from(objects), |out| {
        specs.iter().try_for_each(|spec| explain(out, spec))
    })?;
    Ok(Exit::Complete)
}

fn explain(out: &mut dyn Write, spec: &Spec) -> io::Result<()> {
    let default = spec.default_setting().map_or("none".to_owned(), |setting| setting.to_string());
    writeln!(out, "{} - {}", spec.full_name(), spec.help)?;
    writeln!(out, "  ({}, advanced)", spec.kind.word())?;
    writeln!(out, "  Values: {}", spec.kind.values())?;
    writeln!(out, "  Default: {default}")?;
    writeln!(out, "  Can update at runtime: true")
}

fn to_object(spec: &Spec) -> Object {
    object! {
        "name" => spec.full_name(), "type" => spec.kind.word(), "level" => "advanced", "desc" => spec.help,
        "values" => spec.kind.values(), "default" => to_value(spec.default_setting().as_ref()),
        "can_update_at_runtime" => true,
    }
}

/// An option's value in JSON; `null`: nothing.
pub(in crate::cli) fn to_value(setting: Option<&Setting>) -> Value {
    match setting {
        None => Value::Null,
        Some(Setting::Flag(flag)) => Value::from(*flag),
        Some(Setting::Number(hours)) => Value::from(*hours),
        Some(Setting::Text(text)) => Value::from(text.clone()),
    }
}
