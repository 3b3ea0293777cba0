//! What is packaged beside the program: systemd's units by systemd itself, alerts and dashboard by Prometheus itself.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test says where it fails, and what it left out"
)]
#![cfg(feature = "cli")]

mod dashboard;
mod units;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A folder of `packaging/`.
fn packaged(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging").join(folder)
}

/// Whether `program` can be run; says what is left out if not.
fn is_there(program: &str) -> bool {
    let started = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if started.is_err() {
        eprintln!("SKIPPED: {program} is not there");
    }
    started.is_ok()
}

/// Runs it to its end; what it said, if it failed.
fn complaint(command: &mut Command) -> Option<String> {
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    (!output.status.success()).then(|| said.concat())
}
