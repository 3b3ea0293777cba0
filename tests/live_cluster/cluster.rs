//! The cluster of the test, gone when it ends, however it ends.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;
use std::{fs, thread};

use serde_json::Value;
use stone_smart::telemetry::cluster::Cluster as Reached;

use crate::ran::Ran;

/// What the manager's own module may send goes nowhere: see `tests/cluster/cluster`.
const NOWHERE: &str = "http://127.0.0.1:9";

pub(crate) struct Cluster(PathBuf);

impl Cluster {
    /// `None`: there is no Ceph on this machine.
    pub(crate) fn up() -> Option<Self> {
        let has =
            |program: &str| Command::new(program).arg("--version").output().is_ok_and(|o| o.status.success());
        if !["ceph", "ceph-mon", "ceph-mgr", "ceph-osd"].into_iter().all(has) {
            return None;
        }
        let cluster = Self(Path::new(env!("CARGO_TARGET_TMPDIR")).join("live-cluster"));
        cluster.script("wipe");
        cluster.script("up");
        Some(cluster)
    }

    /// Brings up what is down.
    fn script(&self, command: &str) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cluster/cluster");
        let mut script = Command::new(script);
        let output =
            script.arg(command).arg(&self.0).env("PORT", "21470").env("STORE", "memory").output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Brings up again what a step took down.
    pub(crate) fn again(&self) {
        self.script("up");
    }

    /// Asks a daemon to end, and waits.
    pub(crate) fn end(&self, daemon: &str) {
        let pid = self.file(&format!("run/{daemon}.pid"));
        let pid = pid.trim();
        assert!(Command::new("kill").arg(pid).status().unwrap().success());
        let gone = (0..200).any(|_| {
            thread::sleep(Duration::from_millis(100));
            !Path::new("/proc").join(pid).exists()
        });
        assert!(gone, "{daemon} goes on");
    }

    pub(crate) fn file(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Runs stone on a host of this cluster whose state is in the folder `host`.
    pub(crate) fn stone(&self, host: &str, words: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stone"));
        command.args(words).env("STONE_STATE_DIR", self.path(host)).env("STONE_CLUSTER", "1");
        command.env("STONE_CLUSTER_CONF", self.conf()).stdin(Stdio::null()).output().unwrap().into()
    }

    /// The same, which has to succeed.
    pub(crate) fn stone_must(&self, host: &str, words: &[&str]) -> Ran {
        let ran = self.stone(host, words);
        assert_eq!(ran.status, 0, "{words:?}: {ran:?}");
        ran
    }

    pub(crate) fn conf(&self) -> PathBuf {
        self.0.join("ceph.conf")
    }

    /// As the module reaches it.
    pub(crate) fn command(&self) -> Reached {
        Reached { conf: Some(self.conf()), ..Reached::default() }
    }

    pub(crate) fn ceph(&self, arguments: &[&str]) -> Output {
        Command::new("ceph").args(arguments).env("CEPH_CONF", self.conf()).output().unwrap()
    }

    /// The answer of a command that has to succeed.
    pub(crate) fn must(&self, arguments: &[&str]) -> String {
        let output = self.ceph(arguments);
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "ceph {}: {words}", arguments.join(" "));
        String::from_utf8(output.stdout).unwrap()
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.must(arguments)).unwrap()
    }

    /// Removes all that is set of telemetry.
    pub(crate) fn forget(&self) {
        for key in self.json(&["config-key", "dump", "stone/telemetry/"]).as_object().unwrap().keys() {
            self.must(&["config-key", "rm", key]);
        }
        for option in self.json(&["config", "dump", "-f", "json"]).as_array().unwrap() {
            let name = option["name"].as_str().unwrap();
            if name.starts_with("mgr/telemetry/") {
                self.must(&["config", "rm", "mgr", name]);
            }
        }
    }

    /// Nothing of the manager's own module leaves this machine.
    pub(crate) fn goes_nowhere(&self) {
        for (name, path) in [("url", "report"), ("device_url", "device")] {
            self.must(&[
                "config",
                "set",
                "mgr",
                &format!("mgr/telemetry/{name}"),
                &format!("{NOWHERE}/{path}"),
            ]);
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cluster/cluster");
        _ = Command::new(script).arg("wipe").arg(&self.0).status();
    }
}
