//! `stone config set` and `rm`.

use std::io::{self, Read};
use std::path::Path;

use super::run::{fail, refuse};
use crate::channel::{Endpoint, Scheme};
use crate::cli::args::Cli;
use crate::cli::exit::Exit;
use crate::cli::output::{self, Errno};
use crate::cli::state::{ROUTE, State};
use crate::object;
use crate::report::Value;
use crate::telemetry::{Kind, Setting, Spec};

/// The longest value that is read from standard input, in bytes.
const LONGEST: u64 = 4096;

pub(super) fn set(cli: &Cli, state: &State, spec: &'static Spec, value: &str) -> io::Result<Exit> {
    let mut value = value.to_owned();
    if value == "-" {
        value.clear();
        if let Err(error) = io::stdin().lock().take(LONGEST).read_to_string(&mut value) {
            return output::fail(cli.format, Errno::Einval, format_args!("standard input: {error}"));
        }
        value.truncate(value.trim_end_matches(['\n', '\r']).len());
    }
    let setting = match Setting::parse(spec, &value) {
        Ok(setting) => setting,
        Err(error) => return refuse(cli, &error),
    };
    if let Err(error) = check_file(spec, &value) {
        return output::fail(cli.format, Errno::Einval, format_args!("{}: {error}", spec.name));
    }
    if spec.kind == Kind::Url
        && Endpoint::parse(&value).is_ok_and(|endpoint| endpoint.scheme() == Scheme::Http)
    {
        output::say(format_args!("{}: with http, reports go over the network in clear", spec.name));
    }
    // Parsed above, so it cannot fail.
    match state.store.change(&mut |settings| _ = settings.set(spec, &value)) {
        Err(error) => fail(cli, &error),
        Ok(()) => done(cli, state, spec, Some(setting.shown(spec).to_string())),
    }
}

pub(super) fn remove(cli: &Cli, state: &State, spec: &'static Spec) -> io::Result<Exit> {
    if let Kind::Command(how) = spec.kind {
        return refuse(cli, &crate::telemetry::OptionError::ByCommand { name: spec.name, how });
    }
    match state.store.change(&mut |settings| _ = settings.remove(spec)) {
        Err(error) => fail(cli, &error),
        Ok(()) => done(cli, state, spec, spec.default_setting().map(|setting| setting.to_string())),
    }
}

/// What an option is now; plain, success says nothing. Where reports go another way, those that failed are due at once.
fn done(cli: &Cli, state: &State, spec: &Spec, value: Option<String>) -> io::Result<Exit> {
    if ROUTE.contains(&spec.name)
        && let Err(error) = state.end_pauses()
    {
        output::complain("reports that wait keep their pauses", &error);
    }
    let answer = object! { "name" => spec.full_name(), "value" => value.map_or(Value::Null, Value::from) };
    output::print(cli.format, &answer, |_| Ok(()))?;
    Ok(Exit::Complete)
}

/// That a file of certificates is one.
fn check_file(spec: &Spec, value: &str) -> io::Result<()> {
    #[cfg(feature = "http")]
    if spec.kind == Kind::File {
        return crate::channel::check_certificates(Path::new(value)).map(|_| ());
    }
    if spec.kind == Kind::File { std::fs::File::open(Path::new(value)).map(|_| ()) } else { Ok(()) }
}
