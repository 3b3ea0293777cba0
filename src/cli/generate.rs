//! Man pages and completions, from the same definition as the parser.

use std::fs;
use std::io;

use clap::CommandFactory;
use clap_complete::Shell;

use super::args::{Cli, Generate, GenerateArgs};
use super::{exit::Exit, output};

pub(super) fn generate(args: &GenerateArgs) -> io::Result<Exit> {
    let write = || {
        fs::create_dir_all(&args.folder)?;
        match args.what {
            Generate::Man => clap_mangen::generate_to(Cli::command(), &args.folder),
            Generate::Completions => {
                [Shell::Bash, Shell::Zsh, Shell::Fish].into_iter().try_for_each(|shell| {
                    clap_complete::generate_to(shell, &mut Cli::command(), "stone", &args.folder).map(|_| ())
                })
            }
        }
    };
    Ok(match write() {
        Ok(()) => Exit::Complete,
        Err(error) => {
            output::complain(&args.folder.display().to_string(), &error);
            Exit::Nothing
        }
    })
}
