//! `stone device dump`: records a disk into a folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::args::{Cli, DumpArgs};
use crate::cli::{disks, exit::Exit, output};
use crate::collect::{self, Options};
use crate::device::BlockDevice;
use crate::object;
use crate::report;
use crate::source::native::{self, Dialogue};
use crate::source::{Limits, Native, Source, SourceError};
use crate::transport::{OpenError, Record};

pub(in crate::cli) fn dump(cli: &Cli, args: &DumpArgs) -> io::Result<Exit> {
    let found = disks::find_readable(&args.device);
    let device = match found.devices.as_slice() {
        [] => return Ok(Exit::Nothing),
        [device] => device.clone(),
        several => {
            let names: Vec<String> =
                several.iter().map(|device| device.path().display().to_string()).collect();
            let device = args.device.display();
            output::say(format_args!("{device} lies on several disks: name one of {}", names.join(", ")));
            return Ok(Exit::Usage);
        }
    };
    let path = device.path().display().to_string();
    if let Err(error) = is_free(&args.output) {
        output::complain(&args.output.display().to_string(), &error);
        return Ok(Exit::Nothing);
    }
    // Beside the folder until it is whole: a disk that fails leaves nothing behind.
    let unfinished = unfinished(&args.output);
    let recorder = Arc::new(Recorder { folder: unfinished.clone() });
    let options = Options { jobs: None, command_timeout: args.command_timeout, disk_deadline: args.deadline };
    let collected = collect::collect(vec![device], recorder, &options, |one| one, |_| ());
    if let Some(error) = collected.iter().find_map(|one| one.result.as_ref().err()) {
        output::complain(&path, error);
        _ = fs::remove_dir_all(&unfinished);
        return Ok(Exit::Nothing);
    }
    if let Err(error) = fs::rename(&unfinished, &args.output) {
        output::complain(&args.output.display().to_string(), &error);
        _ = fs::remove_dir_all(&unfinished);
        return Ok(Exit::Nothing);
    }
    output::say("the dump holds the serial number and other identifiers of the disk");
    let folder = args.output.display().to_string();
    let answer = object! { "path" => path.clone(), "dump" => folder.clone() };
    output::print(cli.format, &answer, |out| writeln!(out, "{path} is recorded in {folder}"))?;
    Ok(Exit::Complete)
}

/// Is there nothing at `folder` but perhaps an empty folder?
fn is_free(folder: &Path) -> io::Result<()> {
    match fs::read_dir(folder).map(|mut entries| entries.next().is_none()) {
        Ok(true) => Ok(()),
        Ok(false) => Err(io::Error::new(io::ErrorKind::DirectoryNotEmpty, "the folder is not empty")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// A name beside `folder` that no other dump uses.
fn unfinished(folder: &Path) -> PathBuf {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    folder.with_file_name(format!(".{name}.unfinished-{}", std::process::id()))
}

/// Reads a disk, and records what it answers.
struct Recorder {
    folder: PathBuf,
}

impl Source for Recorder {
    fn read(&self, device: &BlockDevice, limits: &Limits) -> Result<report::Record, SourceError> {
        let mut transport = native::open(device)?;
        let kind = native::protocol(device, &mut Dialogue::new(transport.as_mut(), *limits))?;
        let mut recorder = Record::new(transport, &self.folder, kind).map_err(OpenError::from)?;
        let record = Native::new().read_through(device, &mut Dialogue::new(&mut recorder, *limits))?;
        recorder.into_failure().map_or(Ok(record), |failure| Err(OpenError::from(failure).into()))
    }
}
