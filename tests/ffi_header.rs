//! The C header, the list of symbols and the numbers of the ABI are those of `src/ffi/`, and what is in them stays.

#![allow(clippy::unwrap_used, reason = "a test says where it fails")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The files of the ABI, in an order that people can read.
const FILES: [&str; 13] = [
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
    "report",
];

const AGAIN: &str = "STONE_WRITE_HEADER=1 cargo test --test ffi_header";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn include(name: &str) -> PathBuf {
    root().join("include").join(name)
}

/// Is the test to write what it would compare?
fn writes() -> bool {
    std::env::var_os("STONE_WRITE_HEADER").is_some()
}

fn header() -> String {
    let config = cbindgen::Config::from_file(include("cbindgen.toml")).unwrap();
    let sources = FILES.iter().map(|file| root().join(format!("src/ffi/{file}.rs")));
    let builder = cbindgen::Builder::new().with_config(config);
    let builder = sources.fold(builder, cbindgen::Builder::with_src);
    let mut made = Vec::new();
    builder.generate().unwrap().write(&mut made);
    String::from_utf8(made).unwrap()
}

/// The header without comments and directives, with one space where there are several.
fn code(header: &str) -> String {
    let mut rest = header;
    let mut code = String::new();
    while let Some((before, after)) = rest.split_once("/*") {
        code.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    code.push_str(rest);
    let lines = code.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

/// What programs are built upon: each function with its parameters, each number by its name, the one structure.
fn abi(header: &str) -> BTreeSet<String> {
    let code = code(header);
    let mut abi = BTreeSet::new();
    for piece in code.split(['{', '}', ';', ',']) {
        if let Some((name, number)) = piece.split_once(" = ")
            && name.trim_start().starts_with("STONE_")
        {
            abi.insert(format!("{} = {number}", name.trim()));
        }
    }
    // A declaration ends with its semicolon and begins after the one before.
    for declaration in code.split([';', '{', '}']) {
        if declaration.contains("(") && declaration.trim_end().ends_with(')') {
            abi.insert(declaration.trim().to_owned());
        }
    }
    let structure = code.split_once("typedef struct stone_str {").unwrap().1.split_once('}').unwrap().0;
    abi.insert(format!("struct stone_str {{{structure}}}"));
    abi
}

/// The names of the functions that the ABI has.
fn functions(abi: &BTreeSet<String>) -> BTreeSet<&str> {
    let declared = abi.iter().filter(|line| line.contains('(') && !line.starts_with("typedef"));
    declared.map(|line| line.split_once('(').unwrap().0.rsplit([' ', '*']).next().unwrap()).collect()
}

#[test]
fn the_header_is_that_of_the_code() {
    let made = header();
    let path = include("stone_smart.h");
    if writes() {
        fs::write(&path, &made).unwrap();
    }
    assert!(fs::read_to_string(path).unwrap() == made, "include/stone_smart.h is old: {AGAIN}");
}

#[test]
fn the_header_has_its_version() {
    let version = format!("\n#define STONE_VERSION \"{}\"\n", env!("CARGO_PKG_VERSION"));
    assert!(header().contains(&version), "include/cbindgen.toml has another version than Cargo.toml");
}

#[test]
fn what_programs_are_built_upon_stays() {
    let abi = abi(&header());
    let path = include("abi");
    let known = fs::read_to_string(&path).unwrap_or_default();
    let known: BTreeSet<String> = known.lines().map(str::to_owned).collect();
    let gone: Vec<_> = known.difference(&abi).collect();
    assert!(gone.is_empty(), "these are gone, or changed, which breaks programs: {gone:#?}");
    if writes() {
        let lines: Vec<&str> = abi.iter().map(String::as_str).collect();
        fs::write(&path, lines.join("\n") + "\n").unwrap();
    } else {
        let new: Vec<_> = abi.difference(&known).collect();
        assert!(new.is_empty(), "these are new: raise STONE_ABI_VERSION and {AGAIN}: {new:#?}");
    }
}

#[test]
fn the_library_shows_what_the_header_declares() {
    let abi = abi(&header());
    let map = fs::read_to_string(include("stone_smart.map")).unwrap();
    let shown = map
        .lines()
        .filter_map(|line| line.trim().strip_suffix(';').filter(|name| name.starts_with("stone_")));
    let shown: BTreeSet<&str> = shown.collect();
    assert!(shown.len() > 70);
    assert_eq!(shown, functions(&abi), "include/stone_smart.map is not that of the header");
}

#[test]
fn the_manual_page_has_every_function() {
    let page = fs::read_to_string(root().join("docs/man/stone_smart.3")).unwrap();
    let declared = page.lines().filter_map(|line| line.strip_prefix(".B \"")?.strip_suffix(";\""));
    // The example of its synopsis calls some as well, indented.
    let declared: BTreeSet<String> =
        declared.filter(|line| !line.starts_with(' ')).map(str::to_owned).collect();
    // It leaves out the word `struct`, as a program may.
    let abi = abi(&header());
    let functions = abi.iter().filter(|line| line.contains('(') && !line.starts_with("typedef"));
    let functions: BTreeSet<String> = functions.map(|line| line.replace("struct ", "")).collect();
    assert_eq!(declared, functions);
}

#[test]
fn a_change_is_seen() {
    let header = "/* x */ enum e { STONE_A = 1, STONE_B = 2, }; int stone_f(void); typedef struct stone_str { int a; }";
    let before = abi(header);
    assert_eq!(before.len(), 4, "{before:?}");
    for (what, instead) in
        [("= 2", "= 3"), ("(void)", "(int a)"), ("int a;", "long a;"), ("stone_f", "stone_g")]
    {
        assert!(before.difference(&abi(&header.replace(what, instead))).next().is_some(), "{what}");
    }
}
