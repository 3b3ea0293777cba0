//! The rules of the device report: it names nobody, and it is complete.

use serde_json::Value;

use crate::Finding;
use crate::machine::Machine;
use crate::round::Round;

/// No identifier of a disk or of the machine is in the device report, with or without separators, in any case.
pub(crate) fn names_nobody(machine: &Machine, round: &Round<'_>) -> Vec<Finding> {
    let mut identifiers: Vec<String> = machine.identifiers().map(str::to_owned).collect();
    for disk in &round.disks {
        let json = disk.smartctl.json().unwrap_or_default();
        let named = ["serial_number", "logical_unit_id"].map(|key| json[key].as_str().map(str::to_owned));
        identifiers.extend(named.into_iter().flatten());
        let numbers = [&json["wwn"]["id"], &json["nvme_namespaces"][0]["eui64"]["ext_id"]];
        identifiers.extend(numbers.into_iter().filter_map(Value::as_u64).map(|number| number.to_string()));
    }
    identifiers.sort();
    identifiers.dedup();
    let mut findings = Vec::new();
    for question in ["preview-device", "show-device"] {
        let answer = round.answer(question);
        let Some(report) = answer.json() else {
            findings.push(format!("{question} is not JSON: {}", answer.err.trim()));
            continue;
        };
        let mut words = Words::default();
        words.collect(&report);
        for identifier in &identifiers {
            if let Some(word) = words.tell(identifier) {
                findings.push(format!("{question} has {identifier}: {word}"));
            }
        }
    }
    findings
}

/// As many records as were read, whichever way it is asked for.
pub(crate) fn has_each_disk(_: &Machine, round: &Round<'_>) -> Vec<Finding> {
    let read = round.answer("query").devices().iter().filter(|device| device["outcome"] == "ok").count();
    let mut findings = Vec::new();
    for question in ["preview-device", "show-device"] {
        // host -> device -> time -> record
        let report = round.answer(question).json().unwrap_or_default();
        let hosts = report.as_object().into_iter().flat_map(|hosts| hosts.values());
        let reported: usize = hosts.filter_map(Value::as_object).map(serde_json::Map::len).sum();
        if reported != read {
            findings.push(format!("{question} has {reported} disks, {read} were read"));
        }
    }
    findings
}

/// Everything that a report says.
#[derive(Default)]
struct Words {
    /// Keys and strings.
    texts: Vec<String>,
    numbers: Vec<String>,
}

impl Words {
    fn collect(&mut self, value: &Value) {
        match value {
            Value::Object(members) => {
                for (key, member) in members {
                    self.texts.push(key.clone());
                    self.collect(member);
                }
            }
            Value::Array(elements) => elements.iter().for_each(|element| self.collect(element)),
            Value::String(text) => self.texts.push(text.clone()),
            Value::Number(number) => self.numbers.push(number.to_string()),
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// What tells `identifier`. A short one may be part of anything, as 2000, the serial number of a scsi_debug disk,
    /// is part of 512000 and a year: it has to stand alone, or between the underscores of a device id.
    fn tell(&self, identifier: &str) -> Option<&str> {
        let wanted = plain(identifier);
        let wanted = wanted.strip_prefix("0x").unwrap_or(&wanted);
        let tells = |word: &&String| {
            if wanted.len() < 8 {
                word.split('_').any(|part| plain(part) == wanted)
            } else {
                plain(word).contains(wanted)
            }
        };
        let numbers = self.numbers.iter().filter(|_| wanted.len() >= 8);
        self.texts.iter().chain(numbers).find(tells).map(String::as_str)
    }
}

/// Letters and digits alone, in small letters.
fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}
