//! `stone exporter`: reads all disks every few minutes, and serves what they said. It keeps nothing and sends nothing.

use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::args::ExporterArgs;
use super::reading::{label, longest_round, seen};
use super::serving::{Socket, run_service};
use crate::agent::{Board, Duties, Facts, Round, RoundEnd, Sending, Work};
use crate::cli::args::Cli;
use crate::cli::exit::Exit;
use crate::cli::{disks, reading};
use crate::collect::worker::Interrupts;
use crate::metrics;
use crate::source::native::Extent;

struct Exporter {
    cli: &'static Cli,
    args: &'static ExporterArgs,
}

pub(in crate::cli) fn exporter(cli: &'static Cli, args: &'static ExporterArgs) -> Exit {
    let board = Arc::new(Board::new(args.serve.profile.into(), env!("STONE_VERSION")));
    let duties = Duties {
        reads: true,
        longest_round: longest_round(&args.how),
        // There are no options to look at.
        look: Duration::from_secs(3600),
    };
    run_service(&args.serve, Socket::ByDefault, board, Arc::new(Exporter { cli, args }), duties)
}

impl Work for Exporter {
    fn round(&self, interrupts: &Interrupts) -> RoundEnd {
        let start = Instant::now();
        let reader = reading::begin(self.cli.verbose);
        let found = disks::wanted(&self.args.drives, &[], &self.args.how);
        let extent = if self.args.quick { Extent::Quick } else { Extent::Whole };
        let reading = reading::read_until(
            reader,
            interrupts,
            reading::quarantine(self.cli),
            found.devices,
            &self.args.how,
            extent,
            |one| {
                let values = one.result.as_ref().ok();
                let values = values.map(|record| metrics::of_record(&label(&one.device), record, None));
                seen(&one, values)
            },
        );
        let round = Round { seen: reading.finished, unfound: found.missing, took: start.elapsed() };
        RoundEnd { round: Some(round), is_well: true }
    }

    fn facts(&self) -> Option<Facts> {
        Some(Facts { period: self.args.every, sending: Sending::default() })
    }

    fn sender(&self) -> Option<Command> {
        None
    }

    fn last_round(&self) -> Option<i64> {
        None
    }
}
