//! Tells the program which revision it was built from; nothing else, and nothing is written into the tree.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // It grows with every commit and every change of branch.
    let log = ".git/logs/HEAD";
    if Path::new(log).exists() {
        println!("cargo:rerun-if-changed={log}");
    }
    let version = env!("CARGO_PKG_VERSION");
    let described =
        revision().map_or_else(|| version.to_owned(), |revision| format!("{version} ({revision})"));
    println!("cargo:rustc-env=STONE_VERSION={described}");
}

/// The commit, where this is a checkout and git is there. `None`: a released package.
fn revision() -> Option<String> {
    if !Path::new(".git").exists() {
        return None;
    }
    let output = Command::new("git").args(["rev-parse", "--short=12", "HEAD"]).output().ok()?;
    let revision = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !revision.is_empty()).then_some(revision)
}
