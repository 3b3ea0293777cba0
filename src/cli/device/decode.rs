//! `stone device decode`: the records of recorded disks.

use std::io;

use super::query;
use crate::cli::args::{Cli, DecodeArgs};
use crate::cli::{disks, exit::Exit};

pub(in crate::cli) fn decode(cli: &Cli, args: &DecodeArgs) -> io::Result<Exit> {
    query::print(cli, disks::recorded(&args.folder), &args.how)
}
