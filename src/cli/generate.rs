//! Man pages and completions, from the same definition as the parser; the policy as a table and schemas, from its rows.

use std::fs;
use std::io;

use clap::CommandFactory;
use clap_complete::Shell;

use super::args::{Cli, Generate, GenerateArgs};
use super::{exit::Exit, output};
use crate::anonymise::{self, PolicyRow, REPORT_VERSION};

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
            Generate::Policy => {
                let schema = serde_json::to_string_pretty(&anonymise::schema())?;
                fs::write(args.folder.join("device-report.schema.json"), schema + "\n")?;
                let schema = serde_json::to_string_pretty(&anonymise::record_schema())?;
                fs::write(args.folder.join("record.schema.json"), schema + "\n")?;
                fs::write(args.folder.join("device-report.md"), table())
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

/// Every path of the policy, in Markdown.
fn table() -> String {
    let mut text = format!(
        "# The device report, version {REPORT_VERSION}\n\n\
         What becomes of each value of a record. A path that is not in this table is dropped and counted; so is a value that is not as its row says.\n\
         In a path, `[]` stands for the items of an array, `_N` for a number of up to three digits, `*` for any key made of words of the vocabulary.\n\
         Texts are also searched for the identifiers of the disk and the names of the host, numbers are compared with them: what holds one is dropped.\n\n\
         Written by `stone generate policy docs`; `device-report.schema.json` is the same as a JSON Schema, `record.schema.json` that of a record.\n\n\
         | Path | Class | Type | Unit | Range, form, or why it is dropped |\n| --- | --- | --- | --- | --- |\n"
    );
    for PolicyRow { path, class, kind, unit, form, .. } in anonymise::rows() {
        let form = form.replace('|', "\\|");
        text += &format!("| `{path}` | {} | {kind} | {unit} | {form} |\n", class.word());
    }
    text
}
