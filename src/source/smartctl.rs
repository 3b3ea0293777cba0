//! Reads a disk by smartctl 7.0 or newer, for controllers that the native source has no way into.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::child::{ChildExt, GRACE, Rest, abandon, apart, drain};
use crate::device::{BlockDevice, MegaRaidMember, Place};
use crate::object;
use crate::report::{Object, Record, SCHEMA, Value, exit};
use crate::source::{Limits, Source, SourceError};

/// The largest answer that is read: a record has some 100 KiB.
const LARGEST_ANSWER: usize = 16 << 20;
/// The oldest version that gives JSON.
const OLDEST: [u64; 2] = [7, 0];
/// As much of what smartctl says goes into an error, in characters.
const LONGEST_MESSAGE: usize = 120;
/// So many words of one or two letters after each other are no sentence.
const LONGEST_RUN: usize = 5;
/// How long smartctl may look for disks.
const SCAN: Duration = Duration::from_secs(30);

/// Reads disks with smartctl.
#[derive(Debug)]
pub struct Smartctl {
    program: PathBuf,
}

impl Default for Smartctl {
    fn default() -> Self {
        Self::new("smartctl")
    }
}

impl Smartctl {
    /// Uses `program`: a path, or a name that is looked up in `PATH`.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into() }
    }

    /// Runs smartctl to its end, or kills it at the deadline: what it printed, and its exit status.
    fn run(&self, arguments: &[&str], limits: &Limits) -> Result<(Vec<u8>, u8), SourceError> {
        let start = Instant::now();
        let mut child = apart(&mut Command::new(&self.program))
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(SourceError::SmartctlMissing)?;
        let limit = u64::try_from(LARGEST_ANSWER + 1).unwrap_or(u64::MAX);
        let output = match child.stdout.take().map(|stdout| drain(stdout, limit, Rest::Refused)).transpose() {
            Ok(output) => output,
            Err(error) => {
                abandon(child);
                return Err(SourceError::SmartctlMissing(error));
            }
        };
        let left = limits.deadline.saturating_duration_since(start);
        match child.has_ended(left) {
            Ok(true) => {}
            Ok(false) => {
                abandon(child);
                return Err(SourceError::SmartctlTimedOut(left));
            }
            Err(error) => {
                abandon(child);
                return Err(SourceError::SmartctlMissing(error));
            }
        }
        let Some(output) = output.and_then(|output| output.within(GRACE)) else {
            abandon(child);
            return Err(SourceError::SmartctlHeldOpen);
        };
        let status = child.wait().map_err(SourceError::SmartctlMissing)?;
        let output = output.map_err(SourceError::SmartctlMissing)?;
        if output.len() > LARGEST_ANSWER {
            return Err(SourceError::SmartctlTooLong(LARGEST_ANSWER));
        }
        // A signal has no exit code: the answer is judged by itself then.
        Ok((output, status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(exit::USAGE)))
    }

    /// The disks behind MegaRAID controllers that smartctl finds.
    ///
    /// # Errors
    /// It cannot be started, or does not answer.
    pub fn megaraid_members(&self) -> Result<Vec<MegaRaidMember>, SourceError> {
        let (output, _) = self.run(&["--json=c", "--scan"], &Limits::new(SCAN, SCAN))?;
        Ok(megaraid_members(&parse(&output)?))
    }
}

/// Those of a scan's devices that are such: of name /dev/bus/0 and type megaraid,5 or sat+megaraid,5.
fn megaraid_members(scan: &Object) -> Vec<MegaRaidMember> {
    let member = |device: &Value| {
        let text = |key| device.as_object()?.get(key)?.as_str();
        let (_, target) = text("type")?.split_once("megaraid,")?;
        let host = text("name")?.strip_prefix("/dev/bus/")?;
        Some(MegaRaidMember::new(host.parse().ok()?, target.parse().ok()?))
    };
    let devices = scan.get("devices").and_then(Value::as_array).unwrap_or_default();
    devices.iter().filter_map(member).collect()
}

impl Smartctl {
    /// Lets smartctl ask the disk: what it printed, and its exit status.
    ///
    /// # Errors
    /// It cannot be started, does not end, or cannot read such a disk.
    pub fn ask(&self, device: &BlockDevice, limits: &Limits) -> Result<(Vec<u8>, u8), SourceError> {
        if matches!(device.place, Place::Dump(_)) {
            return Err(SourceError::SmartctlDump);
        }
        let path = device.smartctl_path();
        let path = path.to_string_lossy();
        let mut arguments = vec!["--json=c", "-x"];
        if let Some(kind) = &device.smartctl_type {
            arguments.extend(["-d", kind.as_str()]);
        }
        arguments.extend(["--", &path]);
        self.run(&arguments, limits)
    }

    /// The record of what smartctl printed, which took so long.
    ///
    /// # Errors
    /// It is not what smartctl prints of a disk that it can read.
    pub fn record(
        device: &BlockDevice,
        output: &[u8],
        status: u8,
        took: Duration,
    ) -> Result<Record, SourceError> {
        let mut record = parse(output)?;
        // The other bits are findings of the disk, not failures to read it.
        if status & (exit::USAGE | exit::NO_DEVICE) != 0 {
            return Err(SourceError::SmartctlFailed { status, message: first_message(&record) });
        }
        if record.at("device").and_then(Value::as_object).is_none() {
            return Err(SourceError::SmartctlForeign("device"));
        }
        let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let stone = object! {
            "schema" => SCHEMA,
            "source" => "smartctl",
            "duration_ms" => millis,
            "device" => object! { "link" => device.link.word() },
        };
        record.set("stone", stone);
        Ok(Record(record))
    }
}

impl Source for Smartctl {
    fn read(&self, device: &BlockDevice, limits: &Limits) -> Result<Record, SourceError> {
        let start = Instant::now();
        let (output, status) = self.ask(device, limits)?;
        Self::record(device, &output, status, start.elapsed())
    }
}

/// The answer as JSON, from a smartctl that is new enough to give it.
fn parse(output: &[u8]) -> Result<Object, SourceError> {
    // 6.x knows no --json: it prints its banner and its usage.
    let text = String::from_utf8_lossy(output);
    if let Some(banner) = text.lines().find(|line| line.starts_with("smartctl ")) {
        return Err(SourceError::SmartctlOld { found: plain(banner, 60) });
    }
    let record: Object = serde_json::from_slice(output).map_err(SourceError::SmartctlAnswer)?;
    let numbers = |path| record.at(path)?.as_array()?.iter().map(Value::as_u64).collect::<Option<Vec<u64>>>();
    if numbers("json_format_version").is_none_or(|version| version.first() != Some(&1)) {
        return Err(SourceError::SmartctlForeign("json_format_version that is known"));
    }
    let version = numbers("smartctl.version").ok_or(SourceError::SmartctlForeign("smartctl.version"))?;
    if version < OLDEST.to_vec() {
        let version: Vec<String> = version.iter().take(3).map(u64::to_string).collect();
        return Err(SourceError::SmartctlOld { found: format!("smartctl {}", version.join(".")) });
    }
    Ok(record)
}

fn first_message(record: &Object) -> Option<String> {
    let message = record.at("smartctl.messages")?.as_array()?.first()?.as_object()?.get("string")?;
    let all: Vec<&str> = message.as_str()?.split(' ').collect();
    let is_short = |word: &&str| word.chars().filter(char::is_ascii_alphanumeric).count() <= 2;
    // What is spelt letter by letter.
    let runs = all.chunk_by(|one, next| is_short(one) == is_short(next));
    let words =
        runs.flat_map(|run| if run.len() >= LONGEST_RUN && is_short(&run[0]) { &["..."] } else { run });
    let words = words.map(|word| if may_identify(word) { "..." } else { word });
    Some(plain(&words.collect::<Vec<_>>().join(" "), LONGEST_MESSAGE))
}

/// Might it be (part of) a serial number or an address? No message of ours holds one. Words have no digits; the names of
/// nodes and small numbers are let pass.
fn may_identify(word: &str) -> bool {
    let alphanumeric = word.chars().filter(char::is_ascii_alphanumeric).count();
    let is_node = word.starts_with("/dev/") && alphanumeric < 16;
    word.contains(|c: char| c.is_ascii_digit()) && alphanumeric > 4 && !is_node
        || word.contains(['_', '"', '%', '\\'])
}

/// The beginning of a text, with nothing in it that a terminal would obey.
fn plain(text: &str, longest: usize) -> String {
    text.chars().filter(|char| !char.is_control()).take(longest).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::*;

    /// What every answer of smartctl 7.3 begins with.
    const HEAD: &str =
        r#""json_format_version":[1,0],"smartctl":{"version":[7,3]},"device":{"name":"/dev/sda"}"#;

    /// A smartctl that is `script`, with HEAD for `@`.
    fn fake(folder: &Path, script: &str) -> Smartctl {
        let program = folder.join("smartctl");
        fs::write(&program, format!("#!/bin/sh\n{}\n", script.replace('@', HEAD))).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        Smartctl::new(program)
    }

    fn read(script: &str, disk: Duration) -> Result<Record, SourceError> {
        let folder = tempfile::tempdir().unwrap();
        fake(folder.path(), script).read(&BlockDevice::default(), &Limits::new(disk, disk))
    }

    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn exit_bits_above_one_are_findings() {
        let record = read(r#"echo '{@,"smart_status":{"passed":false}}'; exit 216"#, LONG).unwrap();
        assert_eq!(record.0.at("smart_status.passed"), Some(&false.into()));
        assert_eq!(record.0.at("stone.source"), Some(&"smartctl".into()));
    }

    #[test]
    fn a_device_that_cannot_be_opened_says_why() {
        let failing = |message: &str| {
            let head = r#""json_format_version":[1,0],"smartctl":{"version":[7,3],"messages":"#;
            let script =
                format!(r#"echo '{{{head}[{{"string":"{message}","severity":"error"}}]}}}}'; exit 2"#);
            read(&script, LONG).unwrap_err().to_string()
        };
        assert_eq!(
            failing("no such device"),
            "smartctl could not read the disk (exit status 2): no such device"
        );
        assert!(
            failing("Serial ZA1ABC2D on /dev/sdab1 has no 0x51")
                .ends_with("Serial ... on /dev/sdab1 has no 0x51")
        );
        let odd = failing(&format!(r"\u001b[31m\n{}", "x".repeat(1000)));
        assert!(!odd.contains(char::is_control) && odd.len() < 200, "{odd}");
    }

    #[test]
    fn an_answer_that_is_no_object_is_an_error() {
        assert!(matches!(read("echo '[1]'", LONG), Err(SourceError::SmartctlAnswer(_))));
        assert!(matches!(read("exit 0", LONG), Err(SourceError::SmartctlAnswer(_))));
    }

    #[test]
    fn a_full_pipe_does_not_stop_it() {
        let script = r#"printf '%s' '{@,"a":"'; head -c 1000000 /dev/zero | tr '\0' x; echo '"}'"#;
        assert_eq!(
            read(script, LONG).unwrap().0.at("a").and_then(|a| a.as_str()).map(str::len),
            Some(1_000_000)
        );
    }

    #[test]
    fn one_that_hangs_is_killed_at_the_deadline() {
        let start = Instant::now();
        let error = read("sleep 60 & wait", Duration::from_millis(500)).unwrap_err();
        assert!(matches!(error, SourceError::SmartctlTimedOut(_)), "{error}");
        assert!(start.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn one_whose_output_is_held_open_is_said_to_have_ended() {
        let error = read("sleep 5 & echo '{@}'", LONG).unwrap_err();
        assert!(matches!(error, SourceError::SmartctlHeldOpen), "{error}");
    }

    #[test]
    fn json_of_something_else_is_no_record() {
        for (answer, words) in [
            ("{}", "no json_format_version"),
            (
                r#"{"json_format_version":[2,0],"smartctl":{"version":[7,3]},"device":{}}"#,
                "json_format_version",
            ),
            (r#"{"json_format_version":[1,0],"device":{}}"#, "no smartctl.version"),
            (
                r#"{"json_format_version":[1,0],"smartctl":{"version":["7"]},"device":{}}"#,
                "no smartctl.version",
            ),
            (r#"{"json_format_version":[1,0],"smartctl":{"version":[7,3]}}"#, "no device"),
            (
                r#"{"json_format_version":[1,0],"smartctl":{"version":[6,6]},"device":{}}"#,
                "7.0 or newer is needed, this one says: smartctl 6.6",
            ),
        ] {
            let error = read(&format!("echo '{answer}'"), LONG).unwrap_err().to_string();
            assert!(error.contains(words), "{answer}: {error}");
        }
        assert!(read("echo '{@}'", LONG).is_ok());
    }

    #[test]
    fn a_dump_is_not_given_to_it() {
        let drive = BlockDevice::recorded(Path::new("/drives/a"));
        let error = Smartctl::new("/bin/true").read(&drive, &Limits::new(LONG, LONG)).unwrap_err();
        assert!(matches!(error, SourceError::SmartctlDump), "{error}");
    }

    #[test]
    fn an_old_one_is_refused() {
        let error =
            read("echo 'smartctl 6.6 2016-05-31 r4324'; echo 'INVALID ARGUMENT: --json=c'; exit 1", LONG)
                .unwrap_err();
        assert_eq!(
            error.to_string(),
            "smartctl 7.0 or newer is needed, this one says: smartctl 6.6 2016-05-31 r4324"
        );
    }

    #[test]
    fn a_scan_tells_the_disks_behind_controllers() {
        let folder = tempfile::tempdir().unwrap();
        let script = r#"echo '{"json_format_version":[1,0],"smartctl":{"version":[7,3]},"devices":[{"name":"/dev/sda","type":"scsi"},{"name":"/dev/bus/0","type":"megaraid,8"},
            {"name":"/dev/bus/1","type":"sat+megaraid,20"},{"name":"/dev/bus/1","type":"megaraid,999"},{"name":7},[]]}'"#;
        let members = fake(folder.path(), script).megaraid_members().unwrap();
        assert_eq!(members, [MegaRaidMember::new(0, 8), MegaRaidMember::new(1, 20)]);
        assert_eq!(megaraid_members(&Object::default()), []);
    }

    #[test]
    fn one_that_is_missing_says_what_to_do() {
        let smartctl = Smartctl::new("/nonexistent/smartctl");
        let error = smartctl.read(&BlockDevice::default(), &Limits::new(LONG, LONG)).unwrap_err();
        assert!(matches!(error, SourceError::SmartctlMissing(_)));
    }
}
