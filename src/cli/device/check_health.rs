//! `stone device check-health`: what is wrong with which disk, as the cluster's health checks say it.

use std::io;

use super::condition::{self, Condition};
use crate::cli::args::Cli;
use crate::cli::history::{find, now, said};
use crate::cli::{exit::Exit, output};
use crate::history::{Device, History, HistoryError, Stamp};
use crate::object;
use crate::report::{Object, Value};

/// One of the cluster's health checks: its name, what it says of so many disks, and a line for each.
struct Check {
    name: &'static str,
    words: &'static str,
    details: Vec<String>,
}

pub(in crate::cli) fn check_health(cli: &Cli) -> io::Result<Exit> {
    let Ok(history) = find(cli) else { return Ok(Exit::Nothing) };
    let Some(history) = history else {
        output::say("there is no history to check: run `stone device scrape-health-metrics` first");
        return Ok(Exit::Nothing);
    };
    let Some((mut checks, ahead)) = said(checks(&history, now())) else { return Ok(Exit::Nothing) };
    if ahead > 0 {
        output::say(format_args!(
            "samples that are stamped later than now: {ahead}; the clock was wrong when they were taken, or is now"
        ));
    }
    checks.retain(|check| !check.details.is_empty());
    let answer = object! {
        "status" => if checks.is_empty() { "HEALTH_OK" } else { "HEALTH_WARN" },
        "checks" => checks.iter().map(|check| (check.name, to_object(check))).collect::<Object>(),
    };
    output::print(cli.format, &answer, |out| {
        let summaries: Vec<String> = checks.iter().map(summary).collect();
        if checks.is_empty() {
            return writeln!(out, "HEALTH_OK");
        }
        writeln!(out, "HEALTH_WARN {}", summaries.join("; "))?;
        for (check, summary) in checks.iter().zip(&summaries) {
            writeln!(out, "[WRN] {}: {summary}", check.name)?;
            check.details.iter().try_for_each(|line| writeln!(out, "    {line}"))?;
        }
        Ok(())
    })?;
    Ok(if checks.is_empty() { Exit::Complete } else { Exit::Partial })
}

/// The checks, and how many samples were taken while the clock was ahead.
fn checks(history: &History, now: Stamp) -> Result<(Vec<Check>, usize), HistoryError> {
    let host = condition::host();
    let mut failing =
        Check { name: "DEVICE_HEALTH", words: "device(s) expected to fail soon", details: Vec::new() };
    let mut watched =
        Check { name: "DEVICE_HEALTH_WATCH", words: "device(s) to be watched", details: Vec::new() };
    let mut stale =
        Check { name: "DEVICE_HEALTH_STALE", words: "device(s) not read for two days", details: Vec::new() };
    let mut ahead = 0;
    for known in history.devices()? {
        let condition = Condition::of(history, &known, now)?;
        ahead += condition.ahead;
        let words: Vec<&str> = condition.findings.iter().map(|finding| finding.words.as_str()).collect();
        let line = |words: &str| detail(&known.device, &host, words);
        if condition.is_failing() {
            failing.details.push(line(&words.join("; ")));
        } else if !words.is_empty() {
            watched.details.push(line(&words.join("; ")));
        }
        if let Some(stamp) = condition.stale {
            stale.details.push(line(&format!("its newest sample is {stamp}")));
        }
    }
    Ok((vec![failing, watched, stale], ahead))
}

fn detail(device: &Device, host: &str, words: &str) -> String {
    let daemons = match device.daemons.as_slice() {
        [] => String::new(),
        daemons => format!("daemons {}; ", daemons.join(",")),
    };
    format!("{} ({host}:{}); {daemons}{words}", device.device_id, device.name)
}

fn summary(check: &Check) -> String {
    format!("{} {}", check.details.len(), check.words)
}

/// As `health detail -f json` of the cluster has it.
fn to_object(check: &Check) -> Object {
    let count = u64::try_from(check.details.len()).unwrap_or(u64::MAX);
    object! {
        "severity" => "HEALTH_WARN",
        "summary" => object! { "message" => summary(check), "count" => count },
        "detail" => Value::array(check.details.iter().map(|line| object! { "message" => line.clone() })),
        "muted" => false,
    }
}
