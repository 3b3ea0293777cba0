//! `--identify`: the words of IDENTIFY DEVICE, each with what it says.

use std::fmt::Write;

use super::bytes::Printed;
use super::identify_words::{Content, WORDS, Words};
use super::options::{Bits, IdentifyWords};
use crate::source::native::Dialogue;
use crate::transport::{Command, TaskFile};

/// Reads and prints the words; `anonymous` leaves out those that tell this disk from all others.
pub(super) fn read(dialogue: &mut Dialogue<'_>, which: IdentifyWords, anonymous: bool) -> Printed {
    match dialogue.bytes(&Command::Ata(TaskFile::identify_device())) {
        Ok(data) => Printed { text: table(&data, which, anonymous), failed: false },
        Err(_) => Printed { text: "IDENTIFY DEVICE was not answered again\n\n".to_owned(), failed: true },
    }
}

fn table(data: &[u8], which: IdentifyWords, anonymous: bool) -> String {
    let (chunks, _) = data.as_chunks::<2>();
    let words: Vec<u16> = chunks.iter().map(|word| u16::from_le_bytes(*word)).collect();
    let mut text = String::from("=== ATA IDENTIFY DATA ===\n");
    text.push_str(if which.bits == Bits::None {
        "Word       Value   Description\n"
    } else {
        "Word     Bit     Value   Description\n"
    });
    let mut next = 0;
    for known in WORDS {
        for word in next..usize::from(known.first) {
            let unnamed =
                Words { content: Content::Number, name: "Reserved or obsolete", bits: &[], ..*known };
            group(&words, word, word, &unnamed, which, &mut text);
        }
        let hidden = anonymous && known.content == Content::Identity;
        if !hidden {
            group(&words, known.first.into(), known.last.into(), known, which, &mut text);
        }
        next = usize::from(known.last) + 1;
    }
    text.push('\n');
    text
}

/// A word, or several that belong together.
fn group(words: &[u16], first: usize, last: usize, known: &Words, which: IdentifyWords, text: &mut String) {
    let Some(values) = words.get(first..=last) else { return };
    let says_something = |word: u16| word != 0 && word != u16::MAX;
    if !which.all && !values.iter().copied().any(says_something) {
        return;
    }
    let name =
        if first == last { format!("{first:4}   ") } else { format!("{:>7}", format!("{first}-{last}")) };
    let bit = if which.bits == Bits::None { "" } else { "  -     " };
    let value = match (known.content, values) {
        (Content::Number, [value]) => format!("0x{value:04x}"),
        (Content::Number, _) => {
            let digits: String = values.iter().rev().map(|value| format!("{value:04x}")).collect();
            format!("0x{digits}")
        }
        (Content::Text | Content::Identity, _) => ".     ".to_owned(),
    };
    _ = write!(text, "{name} {bit}{value}   {}", known.name);
    match known.content {
        Content::Number => {}
        // The world wide name is a number as well, its most significant word first.
        Content::Identity if values.len() == 4 => {
            let digits: String = values.iter().map(|value| format!("{value:04x}")).collect();
            _ = write!(text, "  0x{digits}");
        }
        Content::Text | Content::Identity => {
            let letters: String = values.iter().flat_map(|value| value.to_be_bytes()).map(letter).collect();
            _ = write!(text, "  \"{letters}\"");
        }
    }
    text.push('\n');
    if let [value] = values {
        let valid = says_something(*value);
        bits(first, *value, valid, known, which.bits, text);
    }
}

fn letter(byte: u8) -> char {
    if byte.is_ascii_graphic() || byte == b' ' { char::from(byte) } else { '.' }
}

fn bits(word: usize, value: u16, valid: bool, known: &Words, which: Bits, text: &mut String) {
    for (high, low, name) in known.bits {
        let width = u32::from(high.saturating_sub(*low)) + 1;
        let mask = u16::MAX >> 16u32.saturating_sub(width);
        let field = value >> low & mask;
        let shown = match which {
            Bits::None => false,
            Bits::Set => valid && field != 0,
            Bits::OfValidWords => valid,
            Bits::All => true,
        };
        if shown {
            let (place, field) = if high == low {
                (format!("{high:2}"), field.to_string())
            } else {
                (format!("{high:2}:{low}"), format!("0x{field:x}"))
            };
            _ = writeln!(text, "{word:4}     {place:<5}{field:>8}   {name}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data() -> Vec<u8> {
        let mut data = vec![0; 512];
        data[20..40].copy_from_slice(b"AMEDPU              ");
        data[434..436].copy_from_slice(&7200_u16.to_le_bytes());
        data[152..154].copy_from_slice(&0x070e_u16.to_le_bytes());
        data
    }

    #[test]
    fn words_and_bits_that_say_something() {
        let text = table(&data(), IdentifyWords::default(), false);
        assert!(text.contains("  10-19") && text.contains("\"MADEUP"), "{text}");
        assert!(text.contains(" 217      -     0x1c20   Rotation"), "{text}");
        assert!(text.contains("  76     10          1   Phy event counters"), "{text}");
        assert!(!text.contains("NCQ priority") && !text.contains("Reserved"));
        let none = IdentifyWords { all: false, bits: Bits::None };
        assert!(!table(&data(), none, false).contains("Phy event"));
        let all = table(&data(), IdentifyWords { all: true, bits: Bits::All }, false);
        assert!(all.contains("NCQ priority") && all.contains("Reserved"));
    }

    #[test]
    fn what_identifies_the_disk_can_be_left_out() {
        assert!(!table(&data(), IdentifyWords { all: true, bits: Bits::All }, true).contains("MADEUP"));
    }

    #[test]
    fn the_table_is_in_order_and_within_the_word() {
        assert!(WORDS.windows(2).all(|pair| pair[0].last < pair[1].first));
        assert!(WORDS.iter().flat_map(|words| words.bits).all(|(high, low, _)| *high < 16 && low <= high));
    }

    #[test]
    fn short_answers_do_no_harm() {
        for length in 0..512 {
            assert!(table(&data()[..length], IdentifyWords { all: true, bits: Bits::All }, false).len() > 20);
        }
    }
}
