//! `stone worker`: the process that opens the disks. Only `stone` itself starts it.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use super::exit::Exit;
use super::{logging, output};
use crate::collect::{Worker, worker};

const NAME: &str = "worker";

/// A worker that says as much as `verbose` asks for.
pub(super) fn new(verbose: u8) -> Worker {
    Worker::new(program(), [NAME.into(), verbose.to_string().into()])
}

/// The program that runs: by its path, so that `ps` has its name and valgrind runs it; by the kernel's link where something else
/// stands there by now, or nothing, which the kernel says behind the path.
fn program() -> PathBuf {
    let path = env::current_exe().ok().filter(|path| path.is_file());
    path.unwrap_or_else(|| "/proc/self/exe".into())
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
