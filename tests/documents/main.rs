//! The documents: every command line in them is run as it is written, every link leads somewhere, every page is in the book.
//!
//! A block of `sh` is run by `sh -eu` in a stand: see `stand.rs`. A block of `sh root` needs root and real disks, and says so
//! in its first line; of it the arguments of `stone` are checked here, and `tests/packages/run` runs what a root without disks can.
//! A block of `sh cargo` is run in the repository, one of `sh installed` by `tests/ffi/run` and `tests/packages/run`, which
//! have an installed library, and run the programs in C, C++ and Python. What a `sudoers` block allows is looked at here, and
//! asked of sudo by `tests/packages/run`. In a `text` block only what stands behind `$ ` is a command.

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
    let mut found = ["README.md", "CONTRIBUTING.md", "python/README.md", "tests/lab/README.md"]
        .map(|name| root.join(name))
        .to_vec();
    // The others outside docs/ (packaging, fixtures, compatibility) have a link in it.
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
    // One stand a document: a block may go on where the one before ended. They wait more than they do, so all at once.
    let run: usize = std::thread::scope(|scope| {
        let tried: Vec<_> = documents()
            .into_iter()
            .map(|document| {
                scope.spawn(move || {
                    let stand = Stand::new();
                    let blocks = blocks(&document);
                    blocks.iter().for_each(|block| try_block(&stand, block));
                    blocks.iter().filter(|block| block.kind == "sh").count()
                })
            })
            .collect();
        tried.into_iter().map(|document| document.join().unwrap()).sum()
    });
    assert!(run >= 15, "only {run} blocks were run");
}

/// Does with a block what its kind asks for.
fn try_block(stand: &Stand, block: &Block) {
    match block.kind.as_str() {
        "sh" => {
            let ended = stand.run(&block.text);
            assert!(ended.is_ok(), "{}: {}\n{}", block.place, ended.unwrap_err(), block.text);
        }
        "sh root" => {
            assert!(block.text.starts_with("# as root"), "{}: it does not say what it needs", block.place);
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
        "sh cargo" | "json" | "toml" => {}
        "sh installed" => {
            for script in ["tests/ffi/run", "tests/packages/run"] {
                let name = block.place.split(':').next().unwrap();
                let wanted = format!("block 'sh installed' docs/{name}");
                let script = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(script)).unwrap();
                assert!(script.contains(&wanted), "{}: nobody runs it", block.place);
            }
        }
        "sudoers" => {
            let asked = allowed(&block.text).unwrap_or_else(|error| panic!("{}: {error}", block.place));
            let ours = asked.iter().filter_map(|command| command.strip_prefix("/usr/bin/"));
            for command in ours {
                stand.known(command).unwrap_or_else(|error| panic!("{}: {error}", block.place));
            }
        }
        "text" => {
            for line in block.text.lines() {
                match line.strip_prefix("$ ") {
                    Some(command) => stand
                        .run(&format!("{command}\n"))
                        .unwrap_or_else(|error| panic!("{}: {error}", block.place)),
                    None => {
                        assert!(!is_command(line), "{}: a command in a text: {line}", block.place)
                    }
                }
            }
        }
        // Whether they do what they say is seen where the library is installed.
        "c" => compiles("cc", &["-x", "c", "-std=c11", "-"], block),
        "cpp" => compiles("c++", &["-x", "c++", "-std=c++17", "-"], block),
        "python" => check("python3", &["-c", "import ast, sys; ast.parse(sys.stdin.read())"], block),
        kind if kind.starts_with("rust") => {}
        kind => panic!("{}: what is a block of {kind:?}?", block.place),
    }
}

/// Does a line call a program, as far as its first word tells?
fn is_command(line: &str) -> bool {
    let programs = [
        "apt",
        "apt-get",
        "c++",
        "cargo",
        "cc",
        "curl",
        "docker",
        "dpkg",
        "podman",
        "setpriv",
        "smartctl",
        "stone",
        "sudo",
        "systemctl",
        "useradd",
        "./x",
    ];
    line.split_whitespace().next().is_some_and(|word| programs.contains(&word) || line.contains("NOPASSWD"))
        && line.split_whitespace().count() > 1
}

/// The command lines that a block of sudoers allows. An error: it allows more than it shows.
fn allowed(block: &str) -> Result<Vec<String>, String> {
    let mut commands = Vec::new();
    for line in block.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let (_, list) =
            line.split_once("NOPASSWD: ").ok_or(format!("it says who may what otherwise: {line}"))?;
        for command in list.split(", ") {
            let (program, arguments) =
                command.split_once(' ').ok_or(format!("any arguments are allowed: {command}"))?;
            let expression = arguments.strip_prefix('^').and_then(|rest| rest.strip_suffix('$'));
            let is_open = match expression {
                // Sets of letters, and nothing that a blank could match.
                Some(expression) => {
                    let sets: Vec<&str> = expression.split('[').skip(1).collect();
                    let is_narrow = |set: &&str| {
                        set.starts_with(['a', '0']) && !set.split(']').next().unwrap().contains(' ')
                    };
                    expression.contains(['.', '\\', '(', '?']) || !sets.iter().all(is_narrow)
                }
                None => arguments.contains(['*', '?', '[', '\\', '^', '$']),
            };
            if !program.starts_with('/') || program.contains(['*', '?', '[']) || is_open {
                return Err(format!("more than one command line is allowed: {command}"));
            }
            if ["--smartctl", "--state-dir", "--drives", "--program", "-o"]
                .iter()
                .any(|option| arguments.contains(option))
            {
                return Err(format!("an argument names a program or a folder: {command}"));
            }
            commands.push(command.to_owned());
        }
    }
    Ok(commands)
}

#[test]
fn lines_of_sudoers_that_allow_too_much_are_found() {
    for line in [
        "ceph ALL=(root) NOPASSWD: /usr/bin/stone device scrape-health-metrics, /usr/bin/stone device query *",
        "ceph ALL=(root) NOPASSWD: /usr/bin/stone",
        "ceph ALL=(root) NOPASSWD: /usr/bin/*",
        "ceph ALL=(root) NOPASSWD: /usr/bin/stone device query --smartctl /tmp/program",
        "ceph ALL=(root) NOPASSWD: /usr/bin/stone ^device query .*$",
        "ceph ALL=(root) NOPASSWD: /usr/bin/stone ^device query [^x]+$",
        "ceph ALL=(ALL) ALL",
    ] {
        assert!(allowed(line).is_err(), "{line}");
    }
    let line = "# a comment\nceph ALL=(root) NOPASSWD: /usr/bin/stone device query -f json";
    assert_eq!(allowed(line), Ok(vec!["/usr/bin/stone device query -f json".to_owned()]));
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
            // The book has nothing of what is outside; such a document has a link of its own in docs/.
            let leaves = document.parent().unwrap().ends_with("docs") && path.contains("..");
            assert!(!leaves, "{}: {target} leads out of the book", document.display());
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
        if document.parent().unwrap().ends_with("docs") && name != "SUMMARY.md" {
            assert!(summary.contains(&format!("({name})")), "{name} is not in docs/SUMMARY.md");
        }
    }
}

/// The command lines of the manual pages and of the program's own help are ones that the program knows.
#[test]
fn commands_in_manual_pages_and_help_are_known() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let stand = Stand::new();
    let mut checked = 0;
    for entry in fs::read_dir(root.join("docs/man")).unwrap() {
        let page = entry.unwrap().path();
        for line in fs::read_to_string(&page).unwrap().lines().filter_map(|line| line.strip_prefix(".B ")) {
            let line = line.replace("\\-", "-");
            if line.starts_with("stone ") {
                stand.known(&line).unwrap_or_else(|error| panic!("{}: {error}", page.display()));
                checked += 1;
            } else if let Some(units) = line.strip_prefix("systemctl enable --now ") {
                for unit in units.split_whitespace() {
                    let unit = if unit.contains('.') { unit.to_owned() } else { format!("{unit}.service") };
                    assert!(
                        root.join("packaging/systemd").join(&unit).exists(),
                        "{}: {unit}",
                        page.display()
                    );
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 8, "{checked}");

    let help = Command::new(env!("CARGO_BIN_EXE_stone")).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let examples = help.split("Examples:\n").nth(1).unwrap().lines().take_while(|line| !line.is_empty());
    let mut run = String::new();
    for line in examples {
        // What it does stands behind the column, or one blank after a long command.
        let line = line.trim_start();
        let command = line.split("  ").next().unwrap();
        let command = command.split(" one disk").next().unwrap();
        run += &format!("{command}\n");
    }
    assert!(run.lines().count() >= 10, "{run}");
    stand.run(&run).unwrap_or_else(|error| panic!("{error}\n{run}"));
}

/// The commands in the Containerfile are those of the operator's guide, and `stone` knows what is called in it.
#[test]
fn the_containerfile_says_what_the_guide_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = fs::read_to_string(root.join("Containerfile")).unwrap();
    let comment: String = file
        .lines()
        .take_while(|line| line.starts_with('#'))
        .filter_map(|line| line.strip_prefix("#   "))
        .map(|line| format!("{line}\n"))
        .collect();
    let words = |text: &str| {
        text.replace("\\\n", " ").split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ")
    };
    let run = |text: &str| words(text).split("podman run ").nth(1).map(str::to_owned);
    let guide = blocks(&root.join("docs/operator.md"));
    let guide = guide.iter().find(|block| block.text.contains("podman run")).unwrap();
    assert_eq!(run(&comment), run(&guide.text));
    let stand = Stand::new();
    stand.known(&comment).unwrap();
    assert!(stand.known("podman run --rm stone-smart device qeury\n").is_err());
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
