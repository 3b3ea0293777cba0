//! `stone worker`: the process that opens the disks. Only `stone` itself starts it.

use std::ffi::OsString;
use std::process::ExitCode;

use super::exit::Exit;
use super::{logging, output};
use crate::collect::{Worker, worker};

const NAME: &str = "worker";

/// A worker that says as much as `verbose` asks for.
pub(super) fn new(verbose: u8) -> Worker {
    // The program that runs, whatever stands at its path by now.
    Worker::new("/proc/self/exe", [NAME.into(), verbose.to_string().into()])
}

/// Is this process the worker? Then, how much it is to say.
pub(super) fn is_called(arguments: &[OsString]) -> Option<u8> {
    match arguments {
        [_, name, verbose] if name == NAME => verbose.to_str()?.parse().ok(),
        _ => None,
    }
}

/// Serves the front. With its return the process has to end.
pub(super) fn run(verbose: u8) -> ExitCode {
    logging::start(verbose);
    match worker::serve() {
        Ok(()) => Exit::Complete.into(),
        Err(error) => {
            output::complain(NAME, &error);
            Exit::Nothing.into()
        }
    }
}
