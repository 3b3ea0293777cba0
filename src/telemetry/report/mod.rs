//! The cluster report: header, and the channels basic, crash and ident.

mod basic;
mod config;
mod crush;
mod filesystems;
mod header;
mod metadata;
mod osd;
mod subsystems;
mod take;

use serde_json::{Map, Value};

use super::cluster::{Answers, Question};
use crate::anonymise::Secret;
use crate::anonymise::cluster::{self, Names};

pub use header::{Channels, Ident, VERSION};

/// What is needed of the cluster for `channels`.
pub fn questions(channels: &Channels) -> Vec<Question> {
    let is_needed = |question: &Question| match question {
        Question::Crashes => channels.crash,
        // The names in them are looked for in crashes.
        Question::Nodes | Question::Osd | Question::Fs => channels.basic || channels.crash,
        _ => channels.basic,
    };
    Question::ALL.into_iter().filter(is_needed).collect()
}

/// The report of `answers`, at `now` in seconds since 1970. A part that is missing is named under `missing`.
pub fn report(
    answers: &Answers,
    channels: &Channels,
    ident: &Ident,
    secret: &Secret,
    now: jiff::Timestamp,
) -> Value {
    let mut report = Map::new();
    header::add(&mut report, channels, ident, secret, now);
    if channels.basic {
        basic::add(&mut report, answers);
    }
    if channels.crash
        && let Some(crashes) = answers.get(Question::Crashes)
    {
        let names = names(answers);
        let crashes = take::entries(crashes).filter_map(|crash| cluster::crash(secret, &names, crash));
        report.insert("crashes".to_owned(), Value::Array(crashes.collect()));
    }
    let missing = answers.missing();
    if !missing.is_empty() {
        let named = missing.into_iter().map(|(words, reason)| (words.to_owned(), reason.into()));
        report.insert("missing".to_owned(), Value::Object(named.collect()));
    }
    Value::Object(report)
}

/// What hosts, daemons, pools and file systems are called.
fn names(answers: &Answers) -> Names {
    let hosts = answers.get(Question::Nodes).and_then(Value::as_object).into_iter().flatten();
    let hosts = hosts.filter_map(|(_, hosts)| hosts.as_object()).flatten();
    let ids = hosts.clone().flat_map(|(_, ids)| take::entries(ids)).filter_map(Value::as_str);
    let metadata =
        [Question::MonMetadata, Question::OsdMetadata].into_iter().filter_map(|of| answers.get(of));
    let metadata = metadata.flat_map(take::entries).filter_map(|daemon| daemon["hostname"].as_str());
    let crashes = answers.get(Question::Crashes).into_iter().flat_map(take::entries);
    let crashed = crashes.filter_map(|crash| crash["utsname_hostname"].as_str());
    let pools = answers.get(Question::Osd).map(|osd| &osd["pools"]).into_iter().flat_map(take::entries);
    let pools = pools.filter_map(|pool| pool["pool_name"].as_str());
    let file_systems =
        answers.get(Question::Fs).map(|fs| &fs["filesystems"]).into_iter().flat_map(take::entries);
    let file_systems = file_systems.filter_map(|fs| fs["mdsmap"]["fs_name"].as_str());
    let hosts = hosts.map(|(host, _)| host.as_str());
    Names::new(hosts.chain(ids).chain(metadata).chain(crashed).chain(pools).chain(file_systems))
}
