//! What the library needs without its features: no libc, no udev, no network, no database; and which are the default.

#![allow(clippy::unwrap_used, reason = "a test says where it fails")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The crates that the library is linked with, by name, as cargo resolves them with `features`.
fn crates(features: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "-p", "stone-smart", "-e", "no-dev,no-build,no-proc-macro"])
        .args(["--prefix", "none", "--format", "{p}", "--no-default-features", "--features", features])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

/// Which of `names` are among the crates of `features`.
fn among(features: &str, names: &[&str]) -> Vec<String> {
    let crates = crates(features);
    names.iter().filter(|name| crates.contains(**name)).map(|name| (*name).to_owned()).collect()
}

/// What reaches beyond the process.
const SYSTEM: &[&str] = &["libc", "nix", "rustix", "stone-smart-sys", "getrandom", "tracing", "rayon"];

#[test]
fn without_features_it_knows_no_system() {
    let bare = crates("");
    assert!(bare.contains("stone-smart") && bare.contains("zerocopy"), "{bare:?}");
    for name in
        ["libudev-sys", "udev", "rustls", "ureq", "ring", "rusqlite", "libsqlite3-sys", "jiff", "clap"]
    {
        assert!(!bare.contains(name), "the bare library needs {name}");
    }
    assert_eq!(among("", SYSTEM), Vec::<String>::new());
    assert!(bare.len() <= 12, "{bare:?}");
}

/// The bare layers name no part of the standard library that reaches beyond the process.
#[test]
fn the_bare_layers_do_no_io() {
    fn look(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                look(&path, found);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            for module in ["net", "fs", "process", "os", "env", "thread", "time"] {
                if code.contains(&format!("std::{module}")) {
                    found.push(format!("{} uses std::{module}", path.display()));
                }
            }
        }
    }
    let mut found = Vec::new();
    for layer in ["decode", "report", "health"] {
        look(&root().join("src").join(layer), &mut found);
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn each_feature_brings_its_own_and_no_more() {
    let udev: &[&str] = &["libudev-sys"];
    let kernel: &[&str] = &["stone-smart-sys"];
    let network: &[&str] = &["rustls", "ureq"];
    let database: &[&str] = &["rusqlite"];
    let program: &[&str] = &["clap"];
    for (feature, brings, not) in [
        ("device", &["nix"][..], [udev, kernel, network, database, program].concat()),
        ("udev", udev, [kernel, network, database, program].concat()),
        ("native", kernel, [udev, network, database, program].concat()),
        ("smartctl", &["nix"], [udev, kernel, network, database, program].concat()),
        ("history", database, [udev, kernel, network, program].concat()),
        ("cluster", &["hmac"], [udev, kernel, network, database, program].concat()),
        ("http", network, [udev, kernel, database, program].concat()),
        ("cli", program, [udev, network].concat()),
    ] {
        assert_eq!(among(feature, brings).len(), brings.len(), "{feature} lacks one of {brings:?}");
        assert_eq!(among(feature, &not), Vec::<String>::new(), "{feature}");
    }
}
