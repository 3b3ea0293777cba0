//! Says what became of the reports.

use std::io::{self, Write};

use super::Sending;
use super::delivery::{Delivery, SendError};
use crate::cli::args::{Cli, ReportName, SendArgs};
use crate::cli::exit::Exit;
use crate::cli::output::{self, Errno, chain, say};
use crate::object;
use crate::report::{Object, Value};

pub(super) fn tell(cli: &Cli, args: &SendArgs, mut sent: Vec<Sending>) -> io::Result<Exit> {
    let refused = |sending: &Sending| matches!(sending.end, Err(SendError::Consent(_)));
    // A channel that is off is no failure where its report was not named and the other one goes out.
    if args.named().is_empty() && !sent.iter().all(refused) {
        sent.retain(|sending| !refused(sending));
    }
    if sent.iter().all(refused) {
        let first = sent.iter().find_map(|sending| sending.end.as_ref().err());
        return output::fail(cli.format, Errno::Eperm, first.map(ToString::to_string).unwrap_or_default());
    }
    if sent.iter().all(|sending| sending.end.is_err()) {
        let why: Vec<String> =
            sent.iter().filter_map(|sending| sending.end.as_ref().err().map(|e| chain(e))).collect();
        return output::fail(cli.format, Errno::Eio, why.join("\n"));
    }
    for delivery in sent.iter().filter_map(delivery) {
        delivery.round.notes.iter().for_each(say);
        for (_, reason, why) in &delivery.round.given_up {
            say(format_args!("a report was given up ({}): {why}", reason.word()));
        }
    }
    sent.iter().filter_map(failure).for_each(|failure| failure.lines().for_each(say));
    let reports: Vec<Object> = sent.iter().map(to_object).collect();
    let sum =
        |count: fn(&Delivery) -> usize| sent.iter().filter_map(delivery).map(count).sum::<usize>() as u64;
    let mut answer = object! {
        "delivered" => sum(|delivery| delivery.round.delivered.len()),
        "given_up" => sum(|delivery| delivery.round.given_up.len()),
        "reports" => Value::from(reports),
    };
    answer.set_some("error", sent.iter().find_map(failure));
    output::print(cli.format, &answer, |out| sent.iter().try_for_each(|sending| plain(out, sending)))?;
    Ok(sent.iter().map(exit).reduce(worse).unwrap_or(Exit::Complete))
}

fn delivery(sending: &Sending) -> Option<&Delivery> {
    sending.end.as_ref().ok()?.as_ref()
}

fn failure(sending: &Sending) -> Option<String> {
    match &sending.end {
        Err(error) => Some(format!("{}: {}", name(sending.report), chain(error))),
        Ok(delivery) => delivery.as_ref()?.failure(),
    }
}

fn to_object(sending: &Sending) -> Object {
    let word = match sending.report {
        ReportName::Device => "device",
        ReportName::Ceph => "ceph",
    };
    let mut object = object! { "report" => word, "due" => !matches!(sending.end, Ok(None)) };
    if let Some(delivery) = delivery(sending) {
        let devices = own(delivery).and_then(|new| new.devices).map(|devices| devices as u64);
        object
            .set("to", delivery.endpoint.to_string())
            .set("delivered", delivery.round.delivered.len() as u64)
            .set("given_up", delivery.round.given_up.len() as u64)
            .set_some("devices", devices);
    }
    object.set_some("error", failure(sending));
    object
}

/// The new report, if it was delivered.
fn own(delivery: &Delivery) -> Option<&super::delivery::New> {
    delivery.new.as_ref().filter(|_| delivery.delivered == Some(true))
}

fn plain(out: &mut dyn Write, sending: &Sending) -> io::Result<()> {
    let Some(delivery) = delivery(sending) else { return Ok(()) };
    let endpoint = &delivery.endpoint;
    if let Some(new) = own(delivery) {
        let about = new.devices.map_or(String::new(), |devices| format!(" (devices: {devices})"));
        writeln!(out, "{} sent to {endpoint}{about}", name(sending.report))?;
    }
    let new = delivery.new.as_ref();
    let others = delivery.round.delivered.iter().filter(|key| new.is_none_or(|new| new.key != **key)).count();
    if others > 0 {
        writeln!(out, "Reports of earlier that were sent to {endpoint}: {others}")?;
    }
    Ok(())
}

fn name(report: ReportName) -> &'static str {
    match report {
        ReportName::Device => "Device report",
        ReportName::Ceph => "Cluster report",
    }
}

fn exit(sending: &Sending) -> Exit {
    match &sending.end {
        Err(SendError::Consent(_)) => Exit::Refused,
        Err(_) => Exit::Nothing,
        Ok(None) => Exit::Complete,
        Ok(Some(delivery)) => delivery.exit(),
    }
}

/// What ends two sendings: nothing wrong, something missing, a failure.
fn worse(one: Exit, other: Exit) -> Exit {
    if one == Exit::Complete || other == Exit::Nothing { other } else { one }
}
