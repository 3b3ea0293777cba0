//! The C header and the list of symbols are those of `src/ffi/`.

#![allow(clippy::unwrap_used, reason = "a test says where it fails")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn include(name: &str) -> PathBuf {
    root().join("include").join(name)
}

fn read(path: PathBuf) -> String {
    fs::read_to_string(path).unwrap()
}

/// The files of the ABI, in an order that people can read.
const FILES: [&str; 12] = [
    "version",
    "status",
    "guard",
    "text",
    "options",
    "device",
    "devices",
    "round",
    "result",
    "record",
    "value",
    "anonymiser",
];

fn made() -> String {
    let config = cbindgen::Config::from_file(include("cbindgen.toml")).unwrap();
    let mut builder = cbindgen::Builder::new().with_config(config);
    for file in FILES.iter().chain(&["report"]) {
        builder = builder.with_src(root().join(format!("src/ffi/{file}.rs")));
    }
    let mut made = Vec::new();
    builder.generate().unwrap().write(&mut made);
    String::from_utf8(made).unwrap()
}

/// The names of the functions that `text` declares or lists.
fn names(text: &str, before: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '(' && c != ';');
    let names = words.filter_map(|word| word.strip_prefix("stone_")?.split_once(before));
    names.map(|(name, _)| format!("stone_{name}")).collect()
}

#[test]
fn the_header_is_that_of_the_code() {
    let made = made();
    let path = include("stone_smart.h");
    if std::env::var_os("STONE_WRITE_HEADER").is_some() {
        fs::write(&path, &made).unwrap();
    }
    assert!(
        read(path) == made,
        "include/stone_smart.h is old: STONE_WRITE_HEADER=1 cargo test --test ffi_header"
    );
}

#[test]
fn the_header_has_its_version() {
    let version = format!("\n#define STONE_VERSION \"{}\"\n", env!("CARGO_PKG_VERSION"));
    assert!(made().contains(&version), "{version}");
}
