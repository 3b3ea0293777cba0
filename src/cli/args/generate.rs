//! The arguments of `stone generate`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(in crate::cli) struct GenerateArgs {
    /// What to write.
    #[arg(value_enum)]
    pub(in crate::cli) what: Generate,

    /// The folder to write into.
    #[arg(value_name = "DIR")]
    pub(in crate::cli) folder: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Generate {
    /// A man page for each command.
    Man,
    /// Completions for bash, zsh and fish.
    Completions,
    /// The policy of the device report: a table of all paths, and JSON Schemas of the report and of the record.
    Policy,
}
