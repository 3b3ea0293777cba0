//! The cluster report, as it is shown and as it is sent.

use serde_json::Value;

use super::settings;
use crate::cli::args::{Channel, Cli};
use crate::cli::output::{chain, say};
use crate::cli::{exit::Exit, privacy, state};
use crate::telemetry::Settings;
use crate::telemetry::cluster::Answers;
use crate::telemetry::report::{Channels, Ident, questions, report};

/// What to do where no cluster answers.
const ADVICE: &str = "this host reaches no cluster: name its configuration with --conf FILE (and --keyring, --name), or its \
command with --program; the device report needs no cluster: `stone telemetry show-device`";

/// A cluster report.
pub(super) struct Made {
    pub(super) report: Value,
    /// How complete it is.
    pub(super) exit: Exit,
}

/// Asks the cluster, and makes the report of `channels`, or of those that are on. What it did not answer is said.
///
/// # Errors
/// It answered nothing, or options or secret cannot be had: why, and what to do.
pub(super) fn make(cli: &Cli, chosen: &[Channel]) -> Result<Made, String> {
    let settings = settings(cli)?;
    let channels = channels(&settings, chosen);
    let questions = questions(&channels);
    let answers = if questions.is_empty() { Answers::default() } else { state::cluster(cli).ask(&questions) };
    let answered = questions.iter().filter(|question| answers.get(**question).is_some()).count();
    if let Some(first) = answers.errors().next().filter(|_| answered == 0) {
        return Err(format!("{}\n{ADVICE}", chain(first)));
    }
    answers.errors().for_each(|error| say(chain(error)));
    let secret = privacy::secret(cli)?;
    let exit = if answers.errors().next().is_none() { Exit::Complete } else { Exit::Partial };
    Ok(Made { report: report(&answers, &channels, &ident(&settings), &secret, jiff::Timestamp::now()), exit })
}

fn channels(settings: &Settings, chosen: &[Channel]) -> Channels {
    let is_on = |channel: Channel, option| match chosen {
        [] => settings.flag(option),
        chosen => chosen.contains(&channel),
    };
    Channels {
        basic: is_on(Channel::Basic, "channel_basic"),
        crash: is_on(Channel::Crash, "channel_crash"),
        device: is_on(Channel::Device, "channel_device"),
        ident: is_on(Channel::Ident, "channel_ident"),
    }
}

fn ident(settings: &Settings) -> Ident {
    Ident {
        description: settings.text("description"),
        contact: settings.text("contact"),
        organization: settings.text("organization"),
        leaderboard: settings.flag("leaderboard"),
    }
}
