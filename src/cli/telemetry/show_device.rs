//! `stone telemetry show-device`: the device report of this host, as it would be sent.

use std::io;

use super::explain::explain;
use super::{report, settings_or_default};
use crate::anonymise;
use crate::cli::args::{Cli, Format, ShowDeviceArgs};
use crate::cli::output::{self, Errno};
use crate::cli::{exit::Exit, privacy};

pub(in crate::cli) fn show_device(cli: &Cli, args: &ShowDeviceArgs) -> io::Result<Exit> {
    if args.schema {
        let format = if cli.format == Format::Json { Format::Json } else { Format::JsonPretty };
        output::print(format, &anonymise::schema(), |_| Ok(()))?;
        return Ok(Exit::Complete);
    }
    let anonymiser = match privacy::anonymiser(cli) {
        Ok(anonymiser) => anonymiser,
        Err(why) => return output::fail(cli.format, Errno::Eio, why),
    };
    if args.explain {
        return explain(cli, &args.disks, &anonymiser);
    }
    let history = if args.fresh { None } else { report::history(cli, &args.disks) };
    let made =
        report::make(cli, history.as_ref(), &anonymiser, settings_or_default(cli).interval(), &args.disks);
    made.print(cli.format)?;
    Ok(made.exit())
}
