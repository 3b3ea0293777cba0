//! The program `stone`.

use std::process::ExitCode;

fn main() -> ExitCode {
    stone_smart::cli::run(std::env::args_os())
}
