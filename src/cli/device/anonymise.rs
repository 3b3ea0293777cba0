//! `stone device anonymise`: smartctl's JSON, or a record, as the device report would hold it.

use std::io;

use crate::cli::args::{AnonymiseArgs, Cli};
use crate::cli::exit::Exit;

pub(in crate::cli) fn anonymise(_cli: &Cli, _args: &AnonymiseArgs) -> io::Result<Exit> {
    Ok(Exit::Nothing)
}
