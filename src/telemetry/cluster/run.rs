//! Runs one command of the cluster to its end: bounded in time and in what it may print.

use std::io::{self, Write};
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::Value;
use thiserror::Error;

use crate::child::{ChildExt, Drained, GRACE, Rest, abandon, apart, drain};

/// The largest answer that is read, in bytes: `osd dump` of 10,000 OSDs has some 20 MB.
const LARGEST: u64 = 256 << 20;
/// As much of what the command complains about is kept, in bytes.
const LONGEST_COMPLAINT: u64 = 4096;

/// Why there is no answer. Words of the command itself are for the operator alone: no report carries them.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ClusterError {
    /// It cannot be started.
    #[error("cannot run {program}: is it installed, and in PATH?")]
    Start {
        /// As it was named.
        program: String,
        /// What the kernel said.
        #[source]
        source: io::Error,
    },
    /// It did not end in time, and was killed.
    #[error("`{command}` gave no answer in time: are the monitors reachable?")]
    TimedOut {
        /// With its arguments.
        command: String,
    },
    /// It said no.
    #[error("`{command}` failed with status {status}: {complaint}")]
    Refused {
        /// With its arguments.
        command: String,
        /// Its exit status; 128 and the signal if it was killed.
        status: i32,
        /// The last line it wrote to standard error.
        complaint: String,
    },
    /// It printed more than can be an answer.
    #[error("`{command}` printed more than {} MiB", LARGEST >> 20)]
    TooLong {
        /// With its arguments.
        command: String,
    },
    /// It printed no JSON.
    #[error("`{command}` printed no JSON")]
    NoJson {
        /// With its arguments.
        command: String,
        /// Where it stops being JSON.
        #[source]
        source: serde_json::Error,
    },
}

impl ClusterError {
    /// One word for the kind, as a report may carry it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Start { .. } => "not_started",
            Self::TimedOut { .. } => "timed_out",
            Self::Refused { .. } => "refused",
            Self::TooLong { .. } => "too_long",
            Self::NoJson { .. } => "no_json",
        }
    }
}

/// Runs `command` until `deadline`, and reads what it prints as JSON.
pub(super) fn json(command: Command, deadline: Instant) -> Result<Value, ClusterError> {
    let words = words(&command);
    let output = output(command, Input::Nothing, deadline)?;
    serde_json::from_slice(&output).map_err(|source| ClusterError::NoJson { command: words, source })
}

/// What a command finds on its standard input.
#[derive(Debug, Clone, Copy)]
pub(super) enum Input<'a> {
    Nothing,
    /// Short: a pipe takes 64 KiB without a reader, so that nobody waits for a command that does not read.
    Text(&'a str),
}

/// Runs `command` until `deadline`; what it prints.
pub(super) fn output(
    mut command: Command,
    input: Input<'_>,
    deadline: Instant,
) -> Result<Vec<u8>, ClusterError> {
    let words = words(&command);
    if Instant::now() >= deadline {
        return Err(ClusterError::TimedOut { command: words });
    }
    command.stdin(match input {
        Input::Nothing => Stdio::null(),
        Input::Text(_) => Stdio::piped(),
    });
    let program = command.get_program().to_string_lossy().into_owned();
    let start = |source| ClusterError::Start { program: program.clone(), source };
    let mut child =
        apart(&mut command).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(start)?;
    if let (Input::Text(text), Some(mut pipe)) = (input, child.stdin.take()) {
        // One that ends before it reads says why by its status.
        _ = pipe.write_all(text.as_bytes());
    }
    let output = child.stdout.take().map(|pipe| drain(pipe, LARGEST + 1, Rest::Dropped)).transpose();
    let complaint = child.stderr.take().map(|pipe| drain(pipe, LONGEST_COMPLAINT, Rest::Dropped)).transpose();
    let (output, complaint) = match (output, complaint) {
        (Ok(output), Ok(complaint)) => (output, complaint),
        (Err(source), _) | (_, Err(source)) => {
            abandon(child);
            return Err(start(source));
        }
    };
    let left = deadline.saturating_duration_since(Instant::now());
    let has_ended = matches!(child.has_ended(left), Ok(true));
    let Some(output) = output.filter(|_| has_ended).and_then(|output| of(&output)) else {
        abandon(child);
        return Err(ClusterError::TimedOut { command: words });
    };
    let status = child.wait().map_err(start)?;
    if !status.success() {
        let complaint = complaint.and_then(|complaint| of(&complaint)).unwrap_or_default();
        return Err(ClusterError::Refused {
            command: words,
            status: status.code().unwrap_or(128),
            complaint: last_line(&complaint),
        });
    }
    if output.len() as u64 > LARGEST {
        return Err(ClusterError::TooLong { command: words });
    }
    Ok(output)
}

/// What was drained. `None`: a child of the command still holds the pipe.
fn of(drained: &Drained) -> Option<Vec<u8>> {
    drained.within(GRACE)?.ok()
}

/// The last line that says something, with nothing in it that a terminal would obey.
fn last_line(complaint: &[u8]) -> String {
    let text = String::from_utf8_lossy(complaint);
    let line = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it does not say why");
    line.chars().filter(|char| !char.is_control()).take(200).collect()
}

fn words(command: &Command) -> String {
    let all = [command.get_program()].into_iter().chain(command.get_args());
    all.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn sh(script: &str, left: Duration) -> Result<Value, ClusterError> {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        json(command, Instant::now() + left)
    }

    #[test]
    fn an_answer_is_read_and_a_refusal_told() {
        let long = Duration::from_secs(20);
        assert_eq!(sh("echo '{\"a\": 1}'", long).unwrap()["a"], 1);
        let error = sh("echo one >&2; echo 'Error EINVAL: two' >&2; exit 22", long).unwrap_err();
        assert_eq!(error.word(), "refused");
        assert!(error.to_string().ends_with("failed with status 22: Error EINVAL: two"), "{error}");
        assert_eq!(sh("echo no", long).unwrap_err().word(), "no_json");
        assert_eq!(sh("", long).unwrap_err().word(), "no_json");
        let missing = json(Command::new("/nonexistent/ceph"), Instant::now() + long).unwrap_err();
        assert_eq!(missing.word(), "not_started");
    }

    #[test]
    fn a_command_that_hangs_or_leaves_a_child_behind_holds_nobody() {
        assert_eq!(sh("sleep 60", Duration::from_millis(50)).unwrap_err().word(), "timed_out");
        assert_eq!(sh("sleep 60 & echo 1", Duration::from_secs(20)).unwrap_err().word(), "timed_out");
    }

    /// Threads of this process that drain a pipe.
    fn drains() -> usize {
        let tasks = std::fs::read_dir("/proc/self/task").unwrap().flatten();
        let names = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok());
        names.filter(|name| name.trim() == "drain").count()
    }

    #[test]
    fn wrappers_that_hang_leave_nothing_behind() {
        crate::child::in_a_service();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pids");
        for script in
            ["sleep 600; true", "sleep 600 & echo $! >> FILE; wait", "sleep 600 & echo $! >> FILE; echo 1"]
        {
            let script = script.replace("FILE", &file.display().to_string());
            for _ in 0..3 {
                assert_eq!(sh(&script, Duration::from_millis(500)).unwrap_err().word(), "timed_out");
            }
        }
        let pids = std::fs::read_to_string(&file).unwrap();
        assert!(pids.lines().count() >= 4, "{pids}");
        let is_left = |pid: &str| {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.starts_with(" Z"))
        };
        // Other tests of this process have drains of their own, which end too.
        let until = Instant::now() + Duration::from_secs(30);
        while pids.lines().any(is_left) || drains() > 12 {
            assert!(Instant::now() < until, "{} threads, {pids}", drains());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    #[test]
    fn what_is_given_on_standard_input_is_read_or_not() {
        let sh = |script: &str| {
            let mut command = Command::new("sh");
            command.args(["-c", script]);
            output(command, Input::Text("s3cret"), Instant::now() + Duration::from_secs(20))
        };
        assert_eq!(sh("cat").unwrap(), b"s3cret");
        assert_eq!(sh("echo deaf").unwrap(), b"deaf\n");
        assert_eq!(sh("exit 5").unwrap_err().word(), "refused");
    }

    #[test]
    fn a_talkative_command_does_not_stop() {
        let script =
            "i=0; while [ $i -lt 3000 ]; do echo 'a line that says nothing' >&2; i=$((i+1)); done; echo 5";
        assert_eq!(sh(script, Duration::from_secs(20)).unwrap(), 5);
    }
}
