//! `stone telemetry ...`

use std::io;

use super::args::{Cli, ShowDeviceArgs};
use super::exit::Exit;

pub(super) fn show_device(_cli: &Cli, _args: &ShowDeviceArgs) -> io::Result<Exit> {
    Ok(Exit::Nothing)
}
