//! Standard output: the result, and nothing else. A reader that has gone is no error.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::fd::AsFd;

use serde::Serialize;

use super::args::Format;
use super::exit::Exit;
use crate::object;
pub(super) use crate::source::chain;

/// How much is written at once.
const PIECE: usize = 64 << 10;

/// Writes `value` as JSON in `format`, or by `plain` as text.
pub(super) fn print<T: Serialize>(
    format: Format,
    value: &T,
    plain: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    write(|mut out| match format {
        Format::Plain => plain(out),
        Format::Json => {
            serde_json::to_writer(&mut out, value).map_err(Into::into).and_then(|()| writeln!(out))
        }
        Format::JsonPretty => {
            serde_json::to_writer_pretty(&mut out, value).map_err(Into::into).and_then(|()| writeln!(out))
        }
    })
}

/// Writes the result by `write`.
pub(super) fn write(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    // Not through std's own buffer, which looks for the end of the last line in each piece: the text of a fleet has one.
    let mut stdout = io::stdout().lock();
    stdout.flush()?;
    let mut out = BufWriter::with_capacity(PIECE, File::from(stdout.as_fd().try_clone_to_owned()?));
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        end => end,
    }
}

/// One line on standard error. Whoever should read it may have gone: that is no error.
pub(super) fn say(words: impl std::fmt::Display) {
    _ = writeln!(io::stderr().lock(), "stone: {words}");
}

/// One line on standard error: an error and its causes.
pub(super) fn complain(subject: &str, error: &dyn std::error::Error) {
    say(format_args!("{subject}: {}", chain(error)));
}

/// Why a command is refused or failed, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Errno {
    /// Not permitted.
    Eperm = 1,
    /// It could not be done.
    Eio = 5,
    /// A wrong argument.
    Einval = 22,
}

/// Says on standard error why a command ends, and where JSON was asked for, on standard output as well.
pub(super) fn fail(format: Format, errno: Errno, words: impl std::fmt::Display) -> io::Result<Exit> {
    let words = words.to_string();
    words.lines().for_each(say);
    if format != Format::Plain {
        let name = match errno {
            Errno::Eperm => "EPERM",
            Errno::Eio => "EIO",
            Errno::Einval => "EINVAL",
        };
        print(format, &object! { "error" => words, "errno" => errno as u32, "code" => name }, |_| Ok(()))?;
    }
    Ok(match errno {
        Errno::Eperm => Exit::Refused,
        Errno::Eio => Exit::Nothing,
        Errno::Einval => Exit::Usage,
    })
}

/// Columns of text, each as wide as its widest cell.
pub(super) fn table(out: &mut dyn Write, rows: &[Vec<String>]) -> io::Result<()> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    for row in rows {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        writeln!(out, "{}", cells.join("  ").trim_end())?;
    }
    Ok(())
}

/// A number of bytes with three digits and a decimal unit, as disks are sold: `18.0 TB`.
pub(super) fn bytes(number: u64) -> String {
    const UNITS: [&str; 7] = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
    let mut unit = 0;
    let mut divisor = 1u64;
    while unit + 1 < UNITS.len() && number / divisor >= 1000 {
        divisor *= 1000;
        unit += 1;
    }
    let whole = number / divisor;
    let hundredths = (u128::from(number % divisor) * 100) / u128::from(divisor);
    match whole {
        _ if unit == 0 => format!("{number} B"),
        0..10 => format!("{whole}.{hundredths:02} {}", UNITS[unit]),
        10..100 => format!("{whole}.{} {}", hundredths / 10, UNITS[unit]),
        _ => format!("{whole} {}", UNITS[unit]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_three_digits() {
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(18_000_207_937_536), "18.0 TB");
        assert_eq!(bytes(1_920_383_410_176), "1.92 TB");
        assert_eq!(bytes(u64::MAX), "18.4 EB");
    }

    #[test]
    fn columns_are_aligned_and_lines_not_padded() {
        let mut out = Vec::new();
        table(&mut out, &[vec!["a".into(), "bbb".into()], vec!["cc".into(), "d".into()]]).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "a   bbb\ncc  d\n");
    }
}
