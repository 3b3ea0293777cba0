//! Reads a disk by smartctl 7.0 or newer, for controllers that the native source has no way into.

use std::io::{self, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use wait_timeout::ChildExt;

use crate::device::{BlockDevice, MegaRaidMember};
use crate::object;
use crate::report::{Object, Record, SCHEMA, Value, exit};
use crate::source::{Limits, Source, SourceError};

/// The largest answer that is read: a record has some 100 KiB.
const LARGEST_ANSWER: usize = 16 << 20;
/// How long a killed child is waited for. One that hangs in the kernel cannot be killed, and is left behind.
const GRACE: Duration = Duration::from_millis(100);
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
        let mut child = Command::new(&self.program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(SourceError::SmartctlMissing)?;
        let output = drain(&mut child);
        let left = limits.deadline.saturating_duration_since(start);
        let status = child.wait_timeout(left).map_err(SourceError::SmartctlMissing)?;
        let Some(status) = status else {
            abandon(child);
            return Err(SourceError::SmartctlTimedOut(left));
        };
        let output = output
            .recv_timeout(GRACE)
            .map_err(|_| SourceError::SmartctlTimedOut(start.elapsed()))?
            .map_err(SourceError::SmartctlMissing)?;
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

/// Reads the child's standard output on a thread of its own: a full pipe would stop it.
fn drain(child: &mut Child) -> Receiver<io::Result<Vec<u8>>> {
    let (sender, receiver) = channel();
    if let Some(stdout) = child.stdout.take() {
        thread::spawn(move || {
            let mut output = Vec::new();
            let limit = u64::try_from(LARGEST_ANSWER + 1).unwrap_or(u64::MAX);
            let end = stdout.take(limit).read_to_end(&mut output);
            _ = sender.send(end.map(|_| output));
        });
    }
    receiver
}

/// Kills the child, and leaves it to a thread if it does not go: in the kernel it cannot be killed.
fn abandon(mut child: Child) {
    _ = child.kill();
    if !matches!(child.wait_timeout(GRACE), Ok(Some(_))) {
        thread::spawn(move || _ = child.wait());
    }
}

impl Source for Smartctl {
    fn read(&self, device: &BlockDevice, limits: &Limits) -> Result<Record, SourceError> {
        let start = Instant::now();
        let path = device.smartctl_path();
        let path = path.to_string_lossy();
        let mut arguments = vec!["--json=c", "-x"];
        if let Some(kind) = &device.smartctl_type {
            arguments.extend(["-d", kind.as_str()]);
        }
        arguments.extend(["--", &path]);
        let (output, status) = self.run(&arguments, limits)?;
        let mut record = parse(&output)?;
        // The other bits are findings of the disk, not failures to read it.
        if status & (exit::USAGE | exit::NO_DEVICE) != 0 {
            return Err(SourceError::SmartctlFailed { status, message: first_message(&record) });
        }
        let millis = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
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

/// The answer as JSON, from a smartctl that is new enough to give it.
fn parse(output: &[u8]) -> Result<Object, SourceError> {
    // 6.x knows no --json: it prints its banner and its usage.
    let text = String::from_utf8_lossy(output);
    if let Some(banner) = text.lines().find(|line| line.starts_with("smartctl ")) {
        let found = banner.chars().filter(|char| !char.is_control()).take(60).collect();
        return Err(SourceError::SmartctlOld { found });
    }
    serde_json::from_slice(output).map_err(SourceError::SmartctlAnswer)
}

fn first_message(record: &Object) -> Option<String> {
    let message = record.at("smartctl.messages")?.as_array()?.first()?.as_object()?.get("string")?;
    message.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::*;

    /// A smartctl that is `script`.
    fn fake(folder: &Path, script: &str) -> Smartctl {
        let program = folder.join("smartctl");
        let version = r#"{"json_format_version":[1,0],"smartctl":{"version":[7,3],"exit_status":0}}"#;
        let text =
            format!("#!/bin/sh\ncase \"$*\" in *--version*) echo '{version}'; exit 0;; esac\n{script}\n");
        fs::write(&program, text).unwrap();
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
        let record = read(r#"echo '{"smart_status":{"passed":false}}'; exit 216"#, LONG).unwrap();
        assert_eq!(record.0.at("smart_status.passed"), Some(&false.into()));
        assert_eq!(record.0.at("stone.source"), Some(&"smartctl".into()));
    }

    #[test]
    fn a_device_that_cannot_be_opened_says_why() {
        let script =
            r#"echo '{"smartctl":{"messages":[{"string":"no such device","severity":"error"}]}}'; exit 2"#;
        let error = read(script, LONG).unwrap_err();
        assert_eq!(error.to_string(), "smartctl could not read the disk (exit status 2): no such device");
    }

    #[test]
    fn an_answer_that_is_no_object_is_an_error() {
        assert!(matches!(read("echo '[1]'", LONG), Err(SourceError::SmartctlAnswer(_))));
        assert!(matches!(read("exit 0", LONG), Err(SourceError::SmartctlAnswer(_))));
    }

    #[test]
    fn a_full_pipe_does_not_stop_it() {
        let script = r#"printf '{"a":"'; head -c 1000000 /dev/zero | tr '\0' x; echo '"}'"#;
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
        let script = r#"echo '{"devices":[{"name":"/dev/sda","type":"scsi"},{"name":"/dev/bus/0","type":"megaraid,8"},
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
