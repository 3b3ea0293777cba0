//! The figures of the whole program, as tables and a picture: rounds over replayed fleets, disks that hang, instructions
//! and commands for a disk, size.
//!
//! smartctl stands beside stone where it can: it reads a dump only through an interposer that fakes disks for any
//! program. STONE_LAB names the folder that has one (`replay/libreplay.so`, or the sources to make it). Then stone is
//! measured through it too; else it replays the dumps by itself, and the columns of smartctl are empty.
//!
//! `cargo bench --bench figures -- rounds` (or `faults`, or `instructions`) is a part of it. With STONE_BLESS=1 the picture is written to benches/speed.svg, else below target/.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "tables for people are what this is for")]

mod asking;
mod faults;
#[path = "../fleet/mod.rs"]
mod fleet;
mod instructions;
mod measure;
mod picture;
mod rounds;

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn main() -> io::Result<()> {
    if let Some(width) = env::var_os(measure::WIDTH) {
        return measure::run_here(&width);
    }
    if env::var_os(asking::ASKING).is_some() {
        return asking::ask_here();
    }
    // `cargo test --benches` only wants to know that it builds.
    if env::args().any(|argument| argument == "--test") {
        return Ok(());
    }
    let stone = Path::new(env!("CARGO_BIN_EXE_stone"));
    let scratch = tempfile::tempdir()?;
    println!("\nSize of the program: {:.1} MB\n", mega(fs::metadata(stone)?.len()));
    let interposer = interposer(scratch.path())?;
    let parts = ["rounds", "faults", "instructions"];
    let named = |part: &str| env::args().any(|argument| argument == part);
    let wanted = |part: &str| named(part) || !parts.iter().any(|part| named(part));
    if wanted("rounds") {
        let rounds = rounds::table(stone, interposer.as_deref(), scratch.path())?;
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let to = if env::var_os("STONE_BLESS").is_some() { "benches/speed.svg" } else { "target/speed.svg" };
        fs::write(root.join(to), picture::draw(&rounds))?;
        println!("\nThe picture is in {to}");
    }
    if wanted("faults") {
        faults::table(stone, scratch.path())?;
        println!();
    }
    if wanted("instructions") {
        instructions::table(stone, interposer.as_deref(), scratch.path())?;
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
fn mega(number: u64) -> f64 {
    number as f64 / 1e6
}

/// The interposer of the lab, built in the scratch folder if need be. `None`, said aloud: there is no lab.
fn interposer(scratch: &Path) -> io::Result<Option<PathBuf>> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/lab");
    let lab = env::var_os("STONE_LAB").map_or(beside, PathBuf::from);
    let sources = lab.join("replay");
    if Command::new("smartctl").arg("-V").stdout(Stdio::null()).status().is_err() {
        eprintln!("SKIPPED: no smartctl to compare with");
        return Ok(None);
    }
    if !sources.is_dir() {
        eprintln!("SKIPPED: smartctl is not measured: STONE_LAB names no lab with an interposer");
        return Ok(None);
    }
    let copy = scratch.join("replay");
    fs::create_dir_all(&copy)?;
    for entry in fs::read_dir(&sources)? {
        let entry = entry?;
        fs::write(copy.join(entry.file_name()), fs::read(entry.path())?)?;
    }
    let made = Command::new("make").arg("-s").arg("-C").arg(&copy).status()?;
    assert!(made.success(), "the interposer cannot be built");
    Ok(Some(copy.join("libreplay.so")))
}
