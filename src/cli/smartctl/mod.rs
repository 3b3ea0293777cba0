//! `stone smartctl`: smartctl's command line on top of the native source, for programs that call smartctl.
//!
//! ```text
//! arguments -> options -> wanted (pages and keys) -> read -> answer -> json or text
//! ```
//!
//! It has a parser of its own: smartctl's arguments are those of `getopt_long`, and a program that is called for each
//! disk must start fast.

mod answer;
mod arguments;
mod bytes;
mod flat;
mod foreign;
mod getopt;
mod help;
mod identify;
mod identify_words;
mod keys;
mod kind;
mod letters;
mod lines;
mod logs;
mod options;
mod pages;
mod presets;
mod read;
mod run;
mod scan;
mod shape;
mod text;
mod wanted;
mod yaml;

pub(super) use run::{is_called, run};

/// What is wrong with `arguments`, in words; nothing is done. For the fuzz target of the arguments.
#[doc(hidden)]
pub fn understood(arguments: &[String]) -> Vec<String> {
    arguments::parse(arguments).1
}
