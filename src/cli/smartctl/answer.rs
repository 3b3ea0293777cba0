//! The answer of one call: smartctl's JSON around what was read, and its exit status.

use super::options::{Kind, Options};
use super::read::Reading;
use super::shape::{anonymise, rename, short, shorten};
use super::wanted::{Part, Parts};
use crate::object;
use crate::report::{Object, Severity, Stamp, Value, exit};
use crate::source::{native::Power, now};

/// The version whose keys and options these are: 7.3 renamed the SCSI keys, 7.4 added self-tests of NVMe.
pub(super) const VERSION: [u8; 2] = [7, 5];

/// What is printed, and what the program ends with.
#[derive(Debug)]
pub(super) struct Answer {
    /// The JSON, without the text.
    pub(super) json: Object,
    /// What it has of a disk without a record, about which there is no text.
    unread: Object,
    /// The exit status.
    pub(super) status: u8,
    /// The messages, each with its severity.
    pub(super) messages: Vec<(Severity, String)>,
    /// The power mode before the disk was read, where `-n` asked.
    pub(super) power: Option<Power>,
    /// The device statistics of an ATA disk come from its SMART log.
    pub(super) smart_statistics: bool,
    /// What is printed besides the record, which JSON does not have.
    pub(super) printed: String,
}

impl Answer {
    /// An answer that says of itself what smartctl's says.
    pub(super) fn new(arguments: &[String]) -> Self {
        let smartctl = object! {
            "version" => Value::array(VERSION),
            "pre_release" => false,
            "platform_info" => platform(),
            "build_info" => build(),
            "argv" => Value::array(arguments.iter().cloned()),
        };
        let json = object! { "json_format_version" => Value::array([1u8, 0]), "smartctl" => smartctl };
        Self {
            json,
            unread: Object::new(),
            status: 0,
            messages: Vec::new(),
            power: None,
            smart_statistics: false,
            printed: String::new(),
        }
    }

    /// Nothing was done: the command line is wrong.
    pub(super) fn refuse(&mut self, messages: Vec<String>) {
        self.status = exit::USAGE;
        self.messages.extend(messages.into_iter().map(|message| (Severity::Error, message)));
    }

    fn error(&mut self, status: u8, message: String) {
        self.status = status;
        self.messages.push((Severity::Error, message));
    }

    /// Adds what was read of the device `name`.
    pub(super) fn add(&mut self, reading: Reading, name: &str, options: &Options) {
        match reading {
            Reading::Record(record, power, printed) => {
                self.power = power;
                self.add_record(record.0, name, options);
                for printed in printed {
                    self.status |= if printed.failed { exit::COMMAND_FAILED } else { 0 };
                    self.printed.push_str(&printed.text);
                }
                return;
            }
            Reading::Asleep(power, mode, device) => {
                let name_of_mode = mode.as_ref().and_then(|mode| mode.get("name")?.as_str());
                let word = match (name_of_mode, power) {
                    (Some(word), _) => word,
                    (None, Power::Sleep) => "SLEEP",
                    (None, Power::Standby) => "STANDBY",
                    (None, Power::Idle | Power::Active) => "IDLE",
                };
                self.status = options.asleep.map_or(exit::NO_DEVICE, |asleep| asleep.status);
                let message = format!("Device is in {word} mode, exit({})", self.status);
                self.messages.push((Severity::Information, message));
                self.know(device, name, options);
                self.unread.set_some("power_mode", mode);
            }
            Reading::NoDevice(message) => {
                let reason = reason(&message, name);
                self.error(exit::USAGE, format!("{name}: Unable to detect device type: {reason}"));
            }
            Reading::NotOpened(message) => {
                let reason = reason(&message, name);
                self.error(exit::NO_DEVICE, format!("Smartctl open device: {name} failed: {reason}"));
            }
            Reading::NotIdentified(message, device) => {
                self.know(device, name, options);
                self.error(exit::NO_DEVICE, format!("{name}: {message}"));
            }
            Reading::Late(time, last, device) => {
                self.know(device, name, options);
                let message = format!("{name}: no answer to {last} within {} s", time.as_secs_f32());
                self.error(exit::NO_DEVICE, message);
            }
        }
        let Stamp { time_t, asctime } = now();
        self.json.set("local_time", object! { "time_t" => time_t, "asctime" => asctime });
    }

    /// `device`, of a disk without a record.
    fn know(&mut self, device: Object, name: &str, options: &Options) {
        self.unread.set("device", device);
        rename(&mut self.unread, name, options.kind);
    }

    fn add_record(&mut self, mut record: Object, name: &str, options: &Options) {
        if options.anonymous {
            anonymise(&mut record);
        }
        rename(&mut record, name, options.kind);
        let lacks_smart = record.at("smart_support.available") == Some(&Value::Bool(false));
        // smartctl takes a SCSI disk without SMART for one in order. Whoever asked for more than its health sees
        // that it has none; whoever did not would be told that all is well.
        let is_told =
            record.at("device.protocol") == Some(&Value::from("SCSI")) && options.parts.has(Part::Info);
        self.smart_statistics = has_smart_statistics_alone(&record);
        let mut kept = options.parts.keep(record);
        shorten(&mut kept, options);
        if let Some(Value::Object(mut own)) = kept.remove("smartctl") {
            if let Some(Value::Array(messages)) = own.remove("messages") {
                self.messages.extend(messages.iter().filter_map(message));
            }
            if let Some(status) = own.remove("exit_status").and_then(|status| status.as_u64()) {
                self.status = u8::try_from(status).unwrap_or(exit::COMMAND_FAILED);
                self.status &= !not_asked(&kept, options.parts);
            }
            // What is left is the version of the drive database.
            own.into_iter().for_each(|(key, value)| _ = self.json.object("smartctl").set(key, value));
        }
        self.add_silence(&kept);
        self.add_lacking_namespace(&kept, options.kind);
        if lacks_smart && !is_told && options.parts.has_any(SMART) {
            let message = "the drive has no SMART, which what was asked for needs";
            self.error(self.status | exit::COMMAND_FAILED, message.to_owned());
        }
        kept.remove("json_format_version");
        let stone = kept.remove("stone");
        kept.into_iter().for_each(|(key, value)| _ = self.json.set(key, value));
        // Whole, for the text; `finish` shortens it.
        self.json.set_some("stone", stone);
        if options.checksum_is_fatal && self.messages.iter().any(|(_, text)| text.contains("wrong checksum"))
        {
            // As with smartctl, which ends there: no other bit counts, for it would tell of bytes that may be wrong.
            self.status = exit::COMMAND_FAILED;
        }
    }

    /// A disk that stopped answering is never fine, whatever it said before.
    fn add_silence(&mut self, record: &Object) {
        let sections =
            record.at("stone.sections").and_then(Value::as_object).into_iter().flat_map(Object::iter);
        let outcome = |section: &Value, word| {
            section.as_object().and_then(|section| section.get("outcome")) == Some(&Value::from(word))
        };
        for (name, _) in sections.filter(|(_, section)| outcome(section, "timed_out")) {
            self.status |= exit::COMMAND_FAILED;
            self.messages
                .push((Severity::Error, format!("{name}: no answer in time; nothing further was asked")));
        }
    }

    /// A namespace that was named and is not there, where smartctl ends: nothing further can have failed.
    fn add_lacking_namespace(&mut self, record: &Object, kind: Kind) {
        let Kind::Nvme(Some(nsid)) = kind else { return };
        if record.at("stone.sections.identify_namespace.status") == Some(&Value::from(INVALID_NAMESPACE)) {
            self.status &= !exit::COMMAND_FAILED;
            self.error(self.status | exit::NO_DEVICE, format!("the controller has no namespace {nsid:#x}"));
        }
    }

    /// The JSON with the messages, the exit status and, where it is wanted, the text.
    pub(super) fn finish(mut self, text: Option<&str>, parts: Parts) -> Object {
        if let Some(stone) = self.json.remove("stone") {
            self.json.set("stone", short(stone, parts));
        }
        self.unread.into_iter().for_each(|(key, value)| _ = self.json.set(key, value));
        let smartctl = self.json.object("smartctl");
        if !self.messages.is_empty() {
            let messages = self.messages.into_iter();
            let messages =
                messages.map(|(severity, text)| object! { "string" => text, "severity" => severity.word() });
            smartctl.set("messages", Value::array(messages));
        }
        if let Some(text) = text {
            smartctl.set("output", Value::array(text.lines().map(str::to_owned)));
        }
        smartctl.set("exit_status", self.status);
        self.json
    }
}

/// NVMe 2.0, generic status 0Bh: Invalid Namespace or Format.
const INVALID_NAMESPACE: u32 = 0x0b;

/// The parts that an ATA disk without SMART has nothing for.
const SMART: &[Part] = &[
    Part::Health,
    Part::Capabilities,
    Part::Attributes,
    Part::Errors,
    Part::ExtendedErrors,
    Part::SelfTests,
    Part::ExtendedSelfTests,
    Part::Selective,
];

/// Does an ATA disk list the Device Statistics log (04h) among its SMART logs, and not among the others?
fn has_smart_statistics_alone(record: &Object) -> bool {
    let table = record.at("ata_log_directory.table").and_then(Value::as_array).unwrap_or_default();
    let mut logs = table.iter().filter_map(Value::as_object);
    let statistics = logs.find(|log| log.get("address") == Some(&Value::from(0x04u8)));
    statistics.is_some_and(|log| log.get("smart_sectors").is_some() && log.get("gp_sectors").is_none())
}

/// Bits of the exit status that tell of what was not asked for: a page may be read for one value of it.
fn not_asked(record: &Object, parts: Parts) -> u8 {
    let mut bits = 0;
    // NVMe has health and attributes in one log.
    if !parts.has(Part::Health) {
        bits |= exit::FAILING;
    }
    // The background scan of a SCSI disk is read for its hours with -A, too, and there a disk need not have it.
    if !parts.has(Part::Background) && only_lacks_the_scan(record) {
        bits |= exit::COMMAND_FAILED;
    }
    bits
}

/// Is the background scan all that was asked of a SCSI disk and did not come?
fn only_lacks_the_scan(record: &Object) -> bool {
    const EXPECTED: &[&str] = &["self_test_results", "zoned_block_device_statistics"];
    let lacks = |name: &str, section: &Value| {
        let section = section.as_object();
        let has = |key| section.and_then(|section| section.get(key));
        (EXPECTED.contains(&name) || has("commands").is_some()) && has("outcome") != Some(&Value::from("ok"))
    };
    // 3h: the test ended for an unknown reason, which counts as well (SPC-6, self-test results).
    let unknown = (0..20)
        .any(|test| record.at(&format!("scsi_self_test_{test}.result.value")) == Some(&Value::from(3u8)));
    let sections = record.at("stone.sections").and_then(Value::as_object);
    record.at("device.protocol").and_then(Value::as_str) == Some("SCSI")
        && !unknown
        && sections.is_some_and(|sections| {
            !sections.iter().any(|(name, section)| name != "background_scan" && lacks(name, section))
        })
}

/// Why a device cannot be opened, without its name, which `message` may begin with.
fn reason<'m>(message: &'m str, name: &str) -> &'m str {
    let rest = message.strip_prefix(name).filter(|_| !name.is_empty());
    rest.map_or(message, |rest| rest.trim_start_matches([':', ' ']))
}

/// A message of a record.
fn message(message: &Value) -> Option<(Severity, String)> {
    let message = message.as_object()?;
    let severity = match message.get("severity")?.as_str()? {
        "error" => Severity::Error,
        "warning" => Severity::Warning,
        _ => Severity::Information,
    };
    Some((severity, message.get("string")?.as_str()?.to_owned()))
}

/// `x86_64-linux-6.1.0-37-amd64`, as smartctl says it.
pub(super) fn platform() -> String {
    let (machine, system) = (std::env::consts::ARCH, std::env::consts::OS);
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    match release.trim() {
        "" => format!("{machine}-{system}"),
        release => format!("{machine}-{system}-{release}"),
    }
}

/// Who made the answer.
pub(super) fn build() -> String {
    format!("(stone-smart {})", env!("CARGO_PKG_VERSION"))
}
