//! `-l gplog`, `-l smartlog`, `-l nvmelog`: a log as plain bytes.

use std::fmt::Write;

use super::options::{Length, LogBytes, Space};
use crate::report::ata::log_name;
use crate::source::native::Dialogue;
use crate::transport::dump::Kind;
use crate::transport::{Command, NvmeAdmin, TaskFile, TransportError};

/// Text that is no part of the record, and whether what it should show could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Printed {
    pub(super) text: String,
    pub(super) failed: bool,
}

/// No more pages of one log are printed: 4 MiB, which are 20 of text.
const MOST_PAGES: u16 = 8192;
/// So many are read by one command; where a disk refuses, they are read one by one.
const AT_ONCE: u16 = 16;
const PAGE: usize = 512;

/// Reads and prints `log`.
pub(super) fn read(dialogue: &mut Dialogue<'_>, kind: Kind, log: LogBytes) -> Printed {
    match (log, kind) {
        (LogBytes::Ata { space, address, first, pages }, Kind::Ata) => {
            ata(dialogue, space, address, first, pages)
        }
        (LogBytes::Nvme { page, size }, Kind::Nvme) => nvme(dialogue, page, size),
        // As smartctl has it: an option of another protocol is none.
        _ => Printed::default(),
    }
}

fn ata(dialogue: &mut Dialogue<'_>, space: Space, address: u8, first: u16, pages: Length) -> Printed {
    let name = match space {
        Space::General => format!("General Purpose Log 0x{address:02x}"),
        Space::Smart => format!("SMART Log 0x{address:02x}"),
    };
    let length = match length(dialogue, space, address) {
        Ok(length) => length,
        Err(error) => return failed(&format!("{name}: the log directory cannot be read"), error),
    };
    if length == 0 {
        return Printed { text: format!("{name} does not exist\n\n"), failed: false };
    }
    let Some(left) = length.checked_sub(first).filter(|left| *left > 0) else {
        return Printed { text: format!("{name} has only {length} pages\n\n"), failed: false };
    };
    let wanted = match pages {
        Length::Pages(pages) => pages,
        Length::ToTheEnd => left,
    };
    let count = wanted.min(left).min(MOST_PAGES);
    let mut text = String::new();
    if count < wanted {
        let why = if left < wanted { format!("has only {length} pages") } else { "is long".to_owned() };
        text.push_str(&format!("{name} {why}: what is printed ends with page {}\n", first + (count - 1)));
    }
    let title = log_name(address);
    text.push_str(&format!("{name} [{title}], Page {first}-{} (of {length})\n", first + (count - 1)));
    match space {
        Space::General => general(dialogue, address, first, count, &mut text),
        Space::Smart => smart(dialogue, address, first, count, &mut text),
    }
    .map_or_else(
        |error| {
            let end = failed(&format!("{name} cannot be read further"), error);
            Printed { text: format!("{text}{}", end.text), failed: true }
        },
        |()| Printed { text: format!("{text}\n"), failed: false },
    )
}

/// Pages of the log at `address`; 0: there is none.
fn length(dialogue: &mut Dialogue<'_>, space: Space, address: u8) -> Result<u16, Option<TransportError>> {
    if address == 0 {
        return Ok(1);
    }
    let directory = dialogue.bytes(&Command::Ata(match space {
        Space::General => TaskFile::read_log_ext(0, 0, 1),
        Space::Smart => TaskFile::smart_read_log(0, 1),
    }))?;
    let at = usize::from(address) * 2;
    let byte = |at: usize| directory.get(at).copied().unwrap_or(0);
    Ok(match space {
        Space::General => u16::from_le_bytes([byte(at), byte(at + 1)]),
        Space::Smart => byte(at).into(),
    })
}

fn general(
    dialogue: &mut Dialogue<'_>,
    address: u8,
    first: u16,
    count: u16,
    text: &mut String,
) -> Result<(), Option<TransportError>> {
    let mut at_once = AT_ONCE;
    let mut done = 0;
    while done < count {
        let pages = at_once.min(count - done);
        match dialogue.bytes(&Command::Ata(TaskFile::read_log_ext(address, first + done, pages))) {
            Ok(data) => {
                dump(&data, usize::from(done) * PAGE, text);
                done += pages;
            }
            Err(Some(error)) if pages > 1 && !error.is_lost() => at_once = 1,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// SMART READ LOG begins with the first page, whichever is wanted.
fn smart(
    dialogue: &mut Dialogue<'_>,
    address: u8,
    first: u16,
    count: u16,
    text: &mut String,
) -> Result<(), Option<TransportError>> {
    let pages = u8::try_from(first + count).unwrap_or(u8::MAX);
    let data = dialogue.bytes(&Command::Ata(TaskFile::smart_read_log(address, pages)))?;
    dump(data.get(usize::from(first) * PAGE..).unwrap_or_default(), 0, text);
    Ok(())
}

fn nvme(dialogue: &mut Dialogue<'_>, page: u8, size: u32) -> Printed {
    match dialogue.bytes(&Command::Nvme(NvmeAdmin::get_log_page(page, u32::MAX, size))) {
        Ok(data) => {
            let mut text = format!("NVMe Log 0x{page:02x} (0x{size:04x} bytes)\n");
            for (row, bytes) in data.chunks(16).enumerate() {
                let words: Vec<String> = bytes.chunks(8).map(digits).collect();
                _ = writeln!(text, "{:>4x}0     {:<49}   {}", row, words.join("  "), letters(bytes));
            }
            Printed { text: text + "\n", failed: false }
        }
        Err(error) => failed(&format!("NVMe Log 0x{page:02x} cannot be read"), error),
    }
}

/// Lines that `xxd -r` reads back.
fn dump(data: &[u8], offset: usize, text: &mut String) {
    for (row, bytes) in data.chunks(16).enumerate() {
        _ = writeln!(text, "{:07x}: {} |{}|", offset + row * 16, digits(bytes), letters(bytes));
    }
}

fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}

fn letters(bytes: &[u8]) -> String {
    let letter = |byte: &u8| if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '.' };
    bytes.iter().map(letter).collect()
}

/// `None` instead of an error: the time was over.
fn failed(what: &str, error: Option<TransportError>) -> Printed {
    let why = error.map_or_else(|| "the disk is not asked any more".to_owned(), |error| error.to_string());
    Printed { text: format!("{what}: {why}\n\n"), failed: true }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use super::*;
    use crate::device::BlockDevice;
    use crate::source::{Limits, native};

    fn read_of(drive: &str, log: LogBytes) -> Printed {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(drive);
        let device = BlockDevice::recorded(&folder);
        let mut transport = native::open(&device).unwrap();
        let limits = Limits::new(Duration::from_secs(5), Duration::from_secs(20));
        let mut dialogue = Dialogue::new(transport.as_mut(), limits);
        let kind = native::protocol(&device, &mut dialogue).unwrap();
        read(&mut dialogue, kind, log)
    }

    fn general(address: u8, first: u16, pages: Length) -> LogBytes {
        LogBytes::Ata { space: Space::General, address, first, pages }
    }

    #[test]
    fn every_page_that_is_asked_for_and_no_other() {
        let printed = read_of("ata-hdd", general(4, 0, Length::ToTheEnd));
        assert!(!printed.failed);
        let rows: Vec<&str> = printed.text.lines().filter(|line| line.starts_with('0')).collect();
        assert_eq!(rows.len() % 32, 0);
        assert!(rows.len() > 32 && rows[32].starts_with("0000200: "), "{}", printed.text);
        let second = read_of("ata-hdd", general(4, 1, Length::Pages(1)));
        let row = second.text.lines().find(|line| line.starts_with('0')).unwrap();
        assert_eq!(row.split_once(' ').unwrap().1, rows[32].split_once(' ').unwrap().1);
        let smart = LogBytes::Ata { space: Space::Smart, address: 6, first: 0, pages: Length::Pages(1) };
        assert_eq!(read_of("ata-hdd", smart).text.lines().filter(|line| line.starts_with('0')).count(), 32);
    }

    #[test]
    fn what_is_not_there_is_said() {
        assert!(read_of("ata-hdd", general(0xee, 0, Length::Pages(1))).text.contains("does not exist"));
        assert!(read_of("ata-hdd", general(4, 60_000, Length::Pages(1))).text.contains("has only"));
        let nvme = |page| read_of("nvme-dc", LogBytes::Nvme { page, size: 64 });
        assert!(nvme(0xaa).failed && nvme(0xaa).text.contains("0xaa"));
        assert_eq!(nvme(2).text.lines().filter(|line| line.starts_with(' ')).count(), 4);
        assert_eq!(read_of("nvme-dc", general(4, 0, Length::Pages(1))), Printed::default());
    }

    #[test]
    fn a_row_is_as_xxd_has_it() {
        let mut text = String::new();
        dump(b"0123456789abcde\xffz", 512, &mut text);
        assert_eq!(
            text,
            "0000200: 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 ff |0123456789abcde.|\n0000210: 7a |z|\n"
        );
    }
}
