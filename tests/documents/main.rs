//! The documents: every command line in them is run as it is written, every link leads somewhere, every page is in the book.
//!
//! A block of `sh` is run by `sh -eu` in a stand: see `stand.rs`. A block of `sh root` needs root and real disks, and says so
//! in its first line; of it only the arguments of `stone` are checked. A block of `sh cargo` is run in the repository.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test says where it fails, and what it left out"
)]
#![cfg(feature = "http")]

#[path = "../delivery/authority.rs"]
#[allow(dead_code, reason = "of the delivery's tests only a part is needed")]
mod authority;
#[path = "../delivery/endpoint.rs"]
#[allow(dead_code, reason = "of the delivery's tests only a part is needed")]
mod endpoint;
mod stand;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use stand::Stand;

/// Documents whose commands are run.
fn documents() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = vec![root.join("README.md")];
    for entry in fs::read_dir(root.join("docs")).unwrap() {
        found.push(entry.unwrap().path());
    }
    found.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    found.sort();
    assert!(found.len() > 8, "{found:?}");
    found
}

/// A block of a document.
struct Block {
    /// Document and line.
    place: String,
    /// What stands behind the fence: `sh`, `sh root`.
    kind: String,
    text: String,
}

fn blocks(path: &Path) -> Vec<Block> {
    let text = fs::read_to_string(path).unwrap();
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let mut found: Vec<Block> = Vec::new();
    let mut inside = false;
    for (number, line) in text.lines().enumerate() {
        match line.strip_prefix("```") {
            Some(kind) if !inside => {
                inside = true;
                let place = format!("{name}:{}", number + 1);
                found.push(Block { place, kind: kind.trim().to_owned(), text: String::new() });
            }
            Some(_) => inside = false,
            None if inside => {
                let block = found.last_mut().unwrap();
                block.text += line;
                block.text += "\n";
            }
            None => {}
        }
    }
    assert!(!inside, "{name}: a block does not end");
    found
}

#[test]
fn every_command_runs_as_it_is_written() {
    let mut run = 0;
    for document in documents() {
        // One stand a document: a block may go on where the one before ended.
        let stand = Stand::new();
        for block in blocks(&document) {
            match block.kind.as_str() {
                "sh" => {
                    let ended = stand.run(&block.text);
                    assert!(ended.is_ok(), "{}: {}\n{}", block.place, ended.unwrap_err(), block.text);
                    run += 1;
                }
                "sh root" => {
                    assert!(
                        block.text.starts_with("# as root"),
                        "{}: it does not say what it needs",
                        block.place
                    );
                    stand.known(&block.text).unwrap_or_else(|error| panic!("{}: {error}", block.place));
                }
                // These are what runs this test, too.
                "sh x" => {
                    let known = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("x")).unwrap();
                    for word in block.text.lines().filter_map(|line| line.strip_prefix("./x ")) {
                        let word = word.split_whitespace().next().unwrap();
                        assert!(known.contains(&format!("\n    {word})")), "{}: ./x {word}", block.place);
                    }
                }
                // Examples are run by tests/examples.rs.
                "sh cargo" | "text" | "json" | "toml" => {}
                // The programs of tests/ffi and python/tests do the same and more; of these it is seen that they compile.
                "c" => compiles("cc", &["-x", "c", "-std=c11", "-"], &block),
                "cpp" => compiles("c++", &["-x", "c++", "-std=c++17", "-"], &block),
                "python" => check("python3", &["-c", "import ast, sys; ast.parse(sys.stdin.read())"], &block),
                kind if kind.starts_with("rust") => {}
                kind => panic!("{}: what is a block of {kind:?}?", block.place),
            }
        }
    }
    assert!(run >= 15, "only {run} blocks were run");
}

/// Does a program in C or C++ compile against the header?
fn compiles(compiler: &str, arguments: &[&str], block: &Block) {
    let include = concat!("-I", env!("CARGO_MANIFEST_DIR"), "/include");
    check(compiler, &[&["-fsyntax-only", "-Wall", "-Wextra", "-Werror", include], arguments].concat(), block);
}

/// Does `program` take the block from its standard input? Where it is not there, that is said.
fn check(program: &str, arguments: &[&str], block: &Block) {
    let started = Command::new(program).args(arguments).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let Ok(mut child) = started else {
        return eprintln!("SKIPPED: {}: no {program}", block.place);
    };
    child.stdin.take().unwrap().write_all(block.text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}: {}", block.place, String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_command_that_is_wrong_is_found() {
    let stand = Stand::new();
    assert!(stand.run("stone device qeury\n").is_err());
    assert!(stand.run("stone device query --no-such-option\n").is_err());
    assert!(stand.run("no-such-program\n").is_err());
    assert!(stand.known("sudo stone device query --no-such-option\n").is_err());
    assert!(stand.run("stone device query /dev/sda\n").is_ok());
    assert!(stand.known("sudo stone device query \\\n  --quick\n").is_ok());
}

#[test]
fn every_link_leads_somewhere() {
    let mut links = 0;
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        for part in text.split("](").skip(1) {
            let target = part.split(')').next().unwrap();
            if target.starts_with("http") {
                continue;
            }
            let path = target.split('#').next().unwrap();
            assert!(document.parent().unwrap().join(path).exists(), "{}: {target}", document.display());
            links += 1;
        }
    }
    assert!(links > 15, "{links}");
}

#[test]
fn every_page_is_in_the_book() {
    let summary = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/SUMMARY.md")).unwrap();
    for document in documents() {
        let name = document.file_name().unwrap().to_str().unwrap();
        if !["README.md", "SUMMARY.md"].contains(&name) {
            assert!(summary.contains(&format!("({name})")), "{name} is not in docs/SUMMARY.md");
        }
    }
}

/// The manual pages that are written by hand: groff finds nothing to complain of. Without groff nothing is checked, and
/// that is said.
#[test]
fn manual_pages_are_well_made() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/man");
    for entry in fs::read_dir(folder).unwrap() {
        let page = entry.unwrap().path();
        let output = match Command::new("groff").args(["-man", "-Tutf8", "-ww", "-z"]).arg(&page).output() {
            Ok(output) => output,
            Err(error) => return eprintln!("SKIPPED: groff: {error}"),
        };
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && complaints.is_empty(), "{}: {complaints}", page.display());
    }
}
