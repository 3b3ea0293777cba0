//! `stone device dump`: records a disk into a folder.

use std::io;

use crate::cli::args::{Cli, DumpArgs};
use crate::cli::{disks, exit::Exit, output};
use crate::device::BlockDevice;
use crate::object;
use crate::source::native::{self, Dialogue};
use crate::source::{Limits, Native, SourceError};
use crate::transport::{OpenError, Record};

pub(in crate::cli) fn dump(cli: &Cli, args: &DumpArgs) -> io::Result<Exit> {
    let found = disks::find_readable(&args.device);
    let device = match found.devices.as_slice() {
        [] => return Ok(Exit::Nothing),
        [device] => device,
        several => {
            let names: Vec<String> =
                several.iter().map(|device| device.path().display().to_string()).collect();
            eprintln!(
                "stone: {} lies on several disks: name one of {}",
                args.device.display(),
                names.join(", ")
            );
            return Ok(Exit::Usage);
        }
    };
    match record(device, args) {
        Ok(()) => {}
        Err(error) => {
            output::complain(&device.path().display().to_string(), &error);
            return Ok(Exit::Nothing);
        }
    }
    eprintln!("stone: the dump holds the serial number and other identifiers of the disk");
    let folder = args.output.display().to_string();
    let answer = object! { "path" => device.path().display().to_string(), "dump" => folder.clone() };
    output::print(cli.format, &answer, |out| {
        writeln!(out, "{} is recorded in {folder}", device.path().display())
    })?;
    Ok(Exit::Complete)
}

fn record(device: &BlockDevice, args: &DumpArgs) -> Result<(), SourceError> {
    let limits = Limits::new(args.command_timeout, args.deadline);
    let mut transport = native::open(device)?;
    let kind = native::protocol(device, &mut Dialogue::new(transport.as_mut(), limits))?;
    let mut recorder = Record::new(transport, &args.output, kind).map_err(OpenError::from)?;
    Native::new().read_through(device, &mut Dialogue::new(&mut recorder, limits))?;
    recorder.into_failure().map_or(Ok(()), |failure| Err(OpenError::from(failure).into()))
}
