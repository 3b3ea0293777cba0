//! `stone device decode`: the records of recorded disks.

use std::io;

use super::query;
use crate::cli::args::{Cli, DecodeArgs};
use crate::cli::{disks, exit::Exit};
use crate::source::native::Extent;

pub(in crate::cli) fn decode(cli: &Cli, args: &DecodeArgs) -> io::Result<Exit> {
    let found = disks::recorded(&args.folder);
    let collected = disks::read(found.devices, &args.how, Extent::Whole);
    query::print(cli, &collected, found.missing)
}
