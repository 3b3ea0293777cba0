//! The program, with a state folder of its own.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::ran::Ran;

/// A host.
pub(crate) struct Stone {
    pub(crate) state: tempfile::TempDir,
}

impl Stone {
    pub(crate) fn new() -> Self {
        Self { state: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.stays_here(arguments);
        let mut command = Command::new(env!("CARGO_BIN_EXE_stone"));
        command.args(arguments).env("STONE_STATE_DIR", self.state.path()).stdin(Stdio::null());
        command
    }

    /// A test that could send has to say where to: nothing of a test goes to where reports go by default.
    fn stays_here(&self, arguments: &[&str]) {
        // The made clusters have their own endpoints from the start.
        if arguments.contains(&"--cluster") {
            return;
        }
        let settings = std::fs::read_to_string(self.state.path().join("telemetry.json")).unwrap_or_default();
        let may_send = settings.contains("\"revision\"") || arguments.contains(&"--license");
        let sends = arguments.contains(&"send") && may_send;
        let of_cluster = ["ceph", "stone"].iter().any(|name| arguments.contains(name));
        let url = if of_cluster { "\"url\"" } else { "\"device_url\"" };
        assert!(!sends || settings.contains(url), "{arguments:?} would send to the default");
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.command(arguments).output().unwrap().into()
    }

    /// The same, which has to succeed.
    pub(crate) fn must(&self, arguments: &[&str]) -> Ran {
        let ran = self.run(arguments);
        assert_eq!(ran.status, 0, "{arguments:?}: {ran:?}");
        ran
    }

    pub(crate) fn set(&self, option: &str, value: &str) {
        self.must(&["config", "set", "mgr", &format!("mgr/telemetry/{option}"), value]);
    }

    /// Telemetry is on, and goes there.
    pub(crate) fn on(&self, url: &str) {
        self.set("device_url", url);
        self.must(&["telemetry", "on", "--license", "sharing-1-0"]);
    }

    pub(crate) fn status(&self) -> Value {
        self.must(&["telemetry", "status", "-f", "json"]).json()
    }
}

/// A folder with the made drives, or one of them.
pub(crate) fn drives(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name).display().to_string()
}
