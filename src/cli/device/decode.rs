//! `stone device decode`: the records of recorded disks.

use std::io;

use super::query;
use crate::cli::args::{Cli, DecodeArgs, HowArgs, NoCheck};
use crate::cli::{disks, exit::Exit, reading};
use crate::source::native::Extent;

pub(in crate::cli) fn decode(cli: &Cli, args: &DecodeArgs) -> io::Result<Exit> {
    let reader = reading::begin(cli.verbose);
    let found = disks::recorded(&args.folder);
    // A recorded disk is neither woken nor kept waiting.
    let how = HowArgs { nocheck: NoCheck::Never, ignore_quarantine: true, ..args.how.clone() };
    query::print(cli, reader, found, &how, Extent::Whole)
}
