//! The arguments of `stone config`.

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ConfigCommand {
    /// Set an option, as in `stone config set mgr mgr/telemetry/interval 72`.
    Set {
        /// Whose option: `mgr`.
        who: String,
        /// Its name.
        #[arg(value_name = "OPTION")]
        option: String,
        /// Its value; `-` reads it from standard input, so that a password is in no list of processes.
        #[arg(allow_hyphen_values = true)]
        value: String,
    },
    /// Show an option, or all that are set. A proxy is shown without user and password.
    Get {
        /// Whose options: `mgr`.
        who: String,
        /// The name of one.
        #[arg(value_name = "OPTION")]
        option: Option<String>,
    },
    /// Put an option back to its default.
    Rm {
        /// Whose option: `mgr`.
        who: String,
        /// Its name.
        #[arg(value_name = "OPTION")]
        option: String,
    },
    /// Show all options that are set.
    Dump,
    /// Explain an option, or all.
    Help {
        /// Its name.
        #[arg(value_name = "OPTION")]
        option: Option<String>,
    },
}
