//! `stone device anonymise`: smartctl's JSON, or a record, as the device report would hold it.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::anonymise::Counters;
use crate::cli::args::{AnonymiseArgs, Cli, Format};
use crate::cli::output::{self, Errno};
use crate::cli::{exit::Exit, privacy};
use crate::report::{Record, Value};

/// The largest document that is read: a record has 100 KiB, and a parsed document takes up to twenty times its text.
const LARGEST: u64 = 64 << 20;

pub(in crate::cli) fn anonymise(cli: &Cli, args: &AnonymiseArgs) -> io::Result<Exit> {
    let anonymiser = match privacy::anonymiser(cli) {
        Ok(anonymiser) => anonymiser,
        Err(why) => return output::fail(cli.format, Errno::Eio, why),
    };
    let name = args.file.display().to_string();
    let text = match read(&args.file) {
        Ok(text) => text,
        Err(error) => {
            output::complain(&name, &error);
            return Ok(Exit::Nothing);
        }
    };
    let document: Value = match serde_json::from_slice(&text) {
        Ok(document) => document,
        Err(error) => {
            // The parser's words may quote the document.
            output::say(format_args!("{name}: is no JSON: line {}, column {}", error.line(), error.column()));
            return Ok(Exit::Nothing);
        }
    };
    let (anonymised, counters) = anonymiser.anonymise_document(&document);
    if args.explain
        && let Value::Object(record) = document
    {
        for entry in anonymiser.explain(&Record(record)) {
            output::say(format_args!("{}: {} ({})", entry.path, entry.fate, entry.why));
        }
    }
    output::say(format_args!("{}", summary(&counters)));
    let format = if cli.format == Format::Json { Format::Json } else { Format::JsonPretty };
    output::print(format, &anonymised, |_| Ok(()))?;
    Ok(if counters.kept + counters.rounded + counters.replaced > 0 { Exit::Complete } else { Exit::Nothing })
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    let limit = LARGEST + 1;
    if path.as_os_str() == "-" {
        io::stdin().lock().take(limit).read_to_end(&mut text)?;
    } else {
        File::open(path)?.take(limit).read_to_end(&mut text)?;
    }
    if u64::try_from(text.len()).is_ok_and(|len| len > LARGEST) {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("is larger than {LARGEST} bytes")));
    }
    Ok(text)
}

pub(in crate::cli) fn summary(counters: &Counters) -> String {
    let kept = counters.kept + counters.rounded + counters.replaced;
    let dropped =
        counters.dropped + counters.unfit + counters.identifying + counters.unknown + counters.too_much;
    format!(
        "{kept} values are sent ({} of them rounded, {} as pseudonyms); {dropped} are left out ({} by the policy, \
         {} for their form, {} with an identifier in them, {} at unknown paths)",
        counters.rounded,
        counters.replaced,
        counters.dropped,
        counters.unfit,
        counters.identifying,
        counters.unknown + counters.too_much,
    )
}
