//! `stone telemetry show-device`: the device report of this host, as it would be sent.

use std::io;

use super::report;
use crate::cli::args::{Cli, Format, ShowDeviceArgs};
use crate::cli::{exit::Exit, output, privacy};

pub(in crate::cli) fn show_device(cli: &Cli, args: &ShowDeviceArgs) -> io::Result<Exit> {
    let Some(anonymiser) = privacy::anonymiser(cli) else { return Ok(Exit::Nothing) };
    let made = report::make(&anonymiser, &args.disks);
    // The report is JSON in every format: what is shown is what is sent, on one line byte for byte.
    let format = if cli.format == Format::Json { Format::Json } else { Format::JsonPretty };
    output::print(format, &made.report, |_| Ok(()))?;
    Ok(Exit::of(made.report.samples(), made.wanted))
}
