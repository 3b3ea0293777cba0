//! `stone telemetry show` and `show-all`: the cluster report, and both reports, as they would be sent.

use std::io;

use serde::Serialize;
use serde_json::Value;

use super::{cluster, report, settings_or_default};
use crate::cli::args::{Cli, DiskArgs, Format, ShowAllArgs, ShowArgs};
use crate::cli::output::{self, Errno, say};
use crate::cli::{exit::Exit, privacy};

pub(in crate::cli) fn show(cli: &Cli, args: &ShowArgs) -> io::Result<Exit> {
    match cluster::make(cli, &args.channels) {
        Ok(made) => {
            output::print(json(cli), &made.report, |_| Ok(()))?;
            Ok(made.exit)
        }
        Err(why) => output::fail(cli.format, Errno::Eio, why),
    }
}

#[derive(Serialize)]
struct Both<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<Value>,
    device_report: &'a report::Made<'a>,
}

/// Where there is no cluster the device report stands alone.
pub(in crate::cli) fn show_all(cli: &Cli, args: &ShowAllArgs) -> io::Result<Exit> {
    let anonymiser = match privacy::anonymiser(cli) {
        Ok(anonymiser) => anonymiser,
        Err(why) => return output::fail(cli.format, Errno::Eio, why),
    };
    let disks = DiskArgs { devices: Vec::new(), drives: args.drives.clone(), how: args.how.clone() };
    let history = if args.fresh { None } else { report::history(cli, &disks) };
    let device_report =
        report::make(cli, history.as_ref(), &anonymiser, settings_or_default(cli).interval(), &disks);
    let (report, cluster) = match cluster::make(cli, &[]) {
        Ok(made) => (Some(made.report), made.exit),
        Err(why) => {
            why.lines().for_each(say);
            (None, Exit::Nothing)
        }
    };
    output::print(json(cli), &Both { report, device_report: &device_report }, |_| Ok(()))?;
    Ok(match (cluster, device_report.exit()) {
        (_, exit @ (Exit::Interrupted | Exit::Terminated)) => exit,
        (Exit::Complete, Exit::Complete) => Exit::Complete,
        (Exit::Nothing, Exit::Nothing) => Exit::Nothing,
        _ => Exit::Partial,
    })
}

/// A report is JSON in every format.
fn json(cli: &Cli) -> Format {
    if cli.format == Format::Json { Format::Json } else { Format::JsonPretty }
}
