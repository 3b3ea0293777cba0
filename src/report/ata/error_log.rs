//! `ata_smart_error_log`: the newest errors, and the commands that led to them.

use super::{command_names, error_description};
use crate::decode::ata::{ExtendedErrorLog, LoggedCommand, LoggedError, Pages, SummaryErrorLog};
use crate::object;
use crate::report::{Findings, Object, Severity, Value, exit};

pub(super) fn emit(pages: &Pages, record: &mut Object, findings: &mut Findings) {
    let mut logs = Object::new();
    logs.set_some("extended", pages.extended_error_log.as_ref().map(|log| extended(log, findings)));
    logs.set_some("summary", pages.summary_error_log.as_ref().map(|log| summary(log, findings)));
    if !logs.is_empty() {
        record.set("ata_smart_error_log", logs);
    }
}

fn extended(log: &ExtendedErrorLog, findings: &mut Findings) -> Object {
    let mut object = object! { "revision" => log.version, "sectors" => log.sectors };
    if !log.checksum_ok {
        findings.message(Severity::Warning, "the extended error log has a wrong checksum");
    }
    if log.count == 0 {
        object.set("count", 0u8);
        return object;
    }
    if log.newest().is_none() {
        let text = format!("the extended error log's index is wrong: {}", log.index);
        findings.message(Severity::Warning, text);
        return object;
    }
    findings.exit(exit::ERROR_LOG);
    object.set("count", log.count).set("logged_count", log.count.min(log.capacity()));
    let mut table = Vec::with_capacity(8);
    for ((log_index, error), back) in log.errors().zip(0..) {
        let mut row = Object::new();
        row.set("error_number", log.count.saturating_sub(back)).set("log_index", log_index);
        if let Some(error) = error {
            describe(error, false, &mut row);
        }
        table.push(Value::from(row));
    }
    object.set("table", table);
    object
}

fn summary(log: &SummaryErrorLog, findings: &mut Findings) -> Object {
    let mut object = object! { "revision" => log.version };
    if !log.checksum_ok {
        findings.message(Severity::Warning, "the summary error log has a wrong checksum");
    }
    if log.index == 0 {
        object.set("count", 0u8);
        return object;
    }
    let Some(errors) = log.errors() else {
        let text = format!("the summary error log's index is wrong: {}", log.index);
        findings.message(Severity::Warning, text);
        return object;
    };
    object.set("count", log.count).set("logged_count", log.count.min(5));
    if log.count > 0 {
        findings.exit(exit::ERROR_LOG);
    }
    let rows = errors.zip(0..).map(|(error, back)| {
        let mut row = object! { "error_number" => i64::from(log.count) - back };
        describe(error, true, &mut row);
        row
    });
    object.set("table", Value::array(rows));
    object
}

fn describe(error: &LoggedError, summary: bool, row: &mut Object) {
    let mut registers = object! {
        "error" => error.error,
        "status" => error.status,
        "count" => error.count,
        "lba" => error.lba,
        "device" => error.device,
    };
    if !summary {
        registers.set("device_control", error.device_control);
    }
    row.set("lifetime_hours", error.hours);
    if !summary {
        row.set("device_state", object! { "value" => error.state, "string" => state(error.state) });
    }
    row.set("completion_registers", registers);
    row.set_some("error_description", error_description::of(error, error.lba));
    let commands = error.commands.iter().rev().flatten().map(previous);
    row.set("previous_commands", Value::array(commands));
}

fn previous(command: &LoggedCommand) -> Object {
    object! {
        "registers" => object! {
            "command" => command.command,
            "features" => command.feature,
            "count" => command.count,
            "lba" => command.lba,
            "device" => command.device,
            "device_control" => command.device_control,
        },
        "powerup_milliseconds" => command.milliseconds,
        "command_name" => command_names::of(command.command, command.feature.to_le_bytes()[0]),
    }
}

fn state(state: u8) -> &'static str {
    match state & 0xf {
        0 => "in an unknown state",
        1 => "sleeping",
        2 => "in standby mode",
        3 => "active or idle",
        4 => "doing SMART Offline or Self-test",
        5..=10 => "in a reserved state",
        _ => "in a vendor specific state",
    }
}
