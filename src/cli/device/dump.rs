//! `stone device dump`: records a disk into a folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::cli::args::{Cli, DumpArgs};
use crate::cli::{disks, exit::Exit, output, worker};
use crate::collect::Options;
use crate::device::BlockDevice;
use crate::object;
use crate::report;
use crate::source::native::{self, Dialogue};
use crate::source::scrub::scrub;
use crate::source::{Asking, Backend, Limits, Made, Make, Native, SourceError};
use crate::transport::dump::{Dump, Kind};
use crate::transport::transcript::{After, Playback};
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
    let recorder = Recorder { folder: unfinished.clone() };
    // Natively, and whether it sleeps or not.
    let asking = Asking { backend: Backend::Native, ..Asking::default() };
    let options =
        Options { command_timeout: args.command_timeout, disk_deadline: args.deadline, ..Options::default() };
    let mut worker = worker::new(cli.verbose);
    let round = worker.collect_by(&recorder, vec![device], &asking, &options, None, |one| one, |_| ());
    if let Some(error) = round.collected.iter().find_map(|one| one.result.as_ref().err()) {
        output::complain(&path, error);
        _ = fs::remove_dir_all(&unfinished);
        return Ok(Exit::Nothing);
    }
    if args.scrub
        && let Err(error) = Dump::open(&unfinished).and_then(|mut dump| scrub(&mut dump))
    {
        output::complain(&path, &error);
        _ = fs::remove_dir_all(&unfinished);
        return Ok(Exit::Nothing);
    }
    if let Err(error) = fs::rename(&unfinished, &args.output) {
        output::complain(&args.output.display().to_string(), &error);
        _ = fs::remove_dir_all(&unfinished);
        return Ok(Exit::Nothing);
    }
    output::say(if args.scrub {
        "what identifies the disk is taken out; look at it before you give it away (stone device decode)"
    } else {
        "the dump holds the serial number and other identifiers of the disk (--scrub takes them out)"
    });
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

/// Records what a disk has answered.
struct Recorder {
    folder: PathBuf,
}

impl Recorder {
    fn record(
        &self,
        device: &BlockDevice,
        kind: Kind,
        playback: &mut Playback<'_>,
        took: Duration,
    ) -> Result<report::Record, SourceError> {
        let native = Native::new();
        let mut recorder = Record::new(playback, &self.folder, kind).map_err(OpenError::from)?;
        let limits = Limits::new(Limits::COMMAND, Limits::DISK);
        let conversation = native.converse(device, &mut Dialogue::new(&mut recorder, limits))?;
        let record = native.record(device, &conversation, took);
        recorder.into_failure().map_or(Ok(record), |failure| Err(OpenError::from(failure).into()))
    }
}

impl Make for Recorder {
    fn make(&self, device: &BlockDevice, transcript: &[u8], after: After, took: Duration) -> Made {
        // Once to learn what the disk speaks, which a dump begins with.
        let limits = Limits::new(Limits::COMMAND, Limits::DISK);
        let mut first = Playback::new(transcript, after);
        let kind = native::protocol(device, &mut Dialogue::new(&mut first, limits));
        let mut playback = Playback::new(transcript, after);
        let result = kind.and_then(|kind| self.record(device, kind, &mut playback, took));
        let unanswered = playback.unanswered().or(first.unanswered()).map(str::to_owned);
        let timed_out = playback.timed_out().or(first.timed_out()).map(str::to_owned);
        Made { result: (!playback.is_foreign()).then_some(result), unanswered, timed_out }
    }
}
