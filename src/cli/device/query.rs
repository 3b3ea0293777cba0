//! `stone device query`: reads disks and prints their records.

use std::io;

use super::printed::{self, Printed};
use crate::anonymise;
use crate::cli::args::{Cli, Format, HowArgs, QueryArgs};
use crate::cli::disks::{self, Found};
use crate::cli::reading::{self, Reader};
use crate::cli::{exit::Exit, output};
use crate::source::native::Extent;

pub(in crate::cli) fn query(cli: &Cli, args: &QueryArgs) -> io::Result<Exit> {
    if args.schema {
        let format = if cli.format == Format::Json { Format::Json } else { Format::JsonPretty };
        output::print(format, &anonymise::record_schema(), |_| Ok(()))?;
        return Ok(Exit::Complete);
    }
    let reader = reading::begin(cli.verbose);
    let found = disks::meant(&args.disks);
    if found.devices.is_empty() && found.missing == 0 {
        output::say("this host has no disk with SMART data");
    }
    let extent = match (args.quick, args.farm) {
        (true, _) => Extent::Quick,
        (false, true) => Extent::WithFarm,
        (false, false) => Extent::Whole,
    };
    print(cli, reader, found, &args.disks.how, extent)
}

/// Reads and prints what was found, and says how complete it is.
pub(super) fn print(
    cli: &Cli,
    reader: Reader,
    found: Found,
    how: &HowArgs,
    extent: Extent,
) -> io::Result<Exit> {
    let (format, alone) = (cli.format, found.devices.len() == 1);
    let reading =
        reading::read(cli, reader, found.devices, how, extent, |one| Printed::new(one, format, alone));
    let printed = &reading.finished;
    printed.iter().filter_map(Printed::complaint).for_each(output::say);
    output::write(|out| printed::all(out, format, printed))?;
    let complete = printed.iter().filter(|one| one.is_complete()).count();
    let exit = match Exit::of(complete, printed.len() + found.missing) {
        Exit::Nothing if printed.iter().any(Printed::has_record) => Exit::Partial,
        exit => exit,
    };
    Ok(exit.unless(reading.interrupt))
}
