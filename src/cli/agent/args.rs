//! The arguments of `stone agent` and `stone exporter`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::cli::args::{HowArgs, seconds};
use crate::metrics;

/// Where and what is served.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct ServeArgs {
    /// The socket on which metrics and health are served, to its owner and group
    /// [default: stone.sock in the folder that systemd gives, /run/stone for root, else in $XDG_RUNTIME_DIR/stone].
    #[arg(long, value_name = "PATH")]
    pub(super) socket: Option<PathBuf>,

    /// Serve on this port of loopback as well, as 127.0.0.1:9633. May be given more than once.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(super) listen: Vec<SocketAddr>,

    /// Allow --listen an address that other hosts reach. They read the serial numbers of all disks, without being asked who they are.
    #[arg(long, requires = "listen")]
    pub(super) listen_to_others: bool,

    /// Which names of metrics.
    #[arg(long, value_enum, default_value_t = Profile::Both, value_name = "PROFILE")]
    pub(super) profile: Profile,
}

/// Names of metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Profile {
    /// Those of smartctl_exporter, for its dashboards and alerts.
    #[value(name = "smartctl_exporter")]
    SmartctlExporter,
    /// Our own.
    Stone,
    /// All.
    Both,
}

impl From<Profile> for metrics::Profile {
    fn from(profile: Profile) -> Self {
        match profile {
            Profile::SmartctlExporter => Self::SmartctlExporter,
            Profile::Stone => Self::Stone,
            Profile::Both => Self::Both,
        }
    }
}

#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct ExporterArgs {
    /// Seconds from one reading of all disks to the next.
    #[arg(long, default_value = "300", value_parser = seconds, value_name = "SECONDS")]
    pub(super) every: Duration,

    /// Ask for health, temperature and counters alone, as `stone device query --quick` does.
    #[arg(long)]
    pub(super) quick: bool,

    /// Read recorded disks instead: each folder in DIR (or DIR itself) is a dump.
    #[arg(long, value_name = "DIR")]
    pub(super) drives: Option<PathBuf>,

    #[command(flatten)]
    pub(super) serve: ServeArgs,

    #[command(flatten)]
    pub(super) how: HowArgs,
}

#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct AgentArgs {
    /// Only one of the duties, so that two processes with different rights share them: `collect` needs the disks and no
    /// network, `send` the network and no disks.
    #[arg(long, value_enum, value_name = "DUTY")]
    pub(super) only: Option<Duty>,

    /// Seconds from one reading of all disks to the next [default: the option scrape_frequency].
    #[arg(long, value_parser = seconds, value_name = "SECONDS")]
    pub(super) scrape_frequency: Option<Duration>,

    /// Days for which samples are kept.
    #[arg(long, default_value_t = 180, value_parser = clap::value_parser!(u32).range(1..=36_500), value_name = "DAYS")]
    pub(super) retention: u32,

    /// Read recorded disks instead: each folder in DIR (or DIR itself) is a dump.
    #[arg(long, value_name = "DIR")]
    pub(super) drives: Option<PathBuf>,

    #[command(flatten)]
    pub(super) serve: ServeArgs,

    #[command(flatten)]
    pub(super) how: HowArgs,
}

/// A duty of the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Duty {
    /// Read the disks, keep their records, serve metrics.
    Collect,
    /// Send what is due of what was kept.
    Send,
}
