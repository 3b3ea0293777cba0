//! `stone telemetry show-device`: the device report of this host, as it would be sent.

use std::io;

use super::explain::explain;
use super::{report, settings};
use crate::anonymise;
use crate::cli::args::{Cli, Format, ShowDeviceArgs};
use crate::cli::{exit::Exit, output, privacy};

pub(in crate::cli) fn show_device(cli: &Cli, args: &ShowDeviceArgs) -> io::Result<Exit> {
    if args.schema {
        let format = if cli.format == Format::Json { Format::Json } else { Format::JsonPretty };
        output::print(format, &anonymise::schema(), |_| Ok(()))?;
        return Ok(Exit::Complete);
    }
    let Some(anonymiser) = privacy::anonymiser(cli) else { return Ok(Exit::Nothing) };
    if args.explain {
        return explain(cli, &args.disks, &anonymiser);
    }
    let history = if args.fresh { None } else { report::history(cli, &args.disks) };
    let made = report::make(cli, history.as_ref(), &anonymiser, settings(cli).interval(), &args.disks);
    made.print(cli.format)?;
    Ok(made.exit())
}
