//! The entries of a drive database, found in one pass; their strings are unescaped when they are asked for.

use std::io::{self, Read};
use std::mem;
use std::ops::Range;
use std::sync::OnceLock;

use memchr::memmem;

use super::bracket::Set;
use super::lexer::{Lexer, Token, column, line, unescape};
use super::syntax::first_bytes;

/// The entries of a database.
#[derive(Debug, Default)]
pub(super) struct Entries {
    text: Vec<u8>,
    entries: Vec<Entry>,
    /// Ranges of `text`: the literals of all entries' strings, one after another.
    literals: Vec<Range<usize>>,
    /// By entry: what the models that it is for can begin with. It costs as much as a look-up, so that the first one
    /// does without.
    first: OnceLock<Vec<Set>>,
    /// Those that name what firmware does wrong.
    with_bugs: OnceLock<Vec<Entry>>,
}

/// What a file has added.
#[derive(Debug)]
pub(super) struct Added {
    /// Where it begins in `text`.
    start: usize,
    /// Its entries.
    entries: Range<usize>,
    /// From where on it is no database. `None`: it is one to its end.
    pub(super) broken: Option<Broken>,
}

/// Where a file is no database any more, from 1, and what should stand there.
#[derive(Debug)]
pub(super) struct Broken {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) expected: &'static str,
}

/// The same, with the offset in all texts.
type Fault = (usize, &'static str);

/// One entry: where each of its strings begins in `literals`, and where the last ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    bounds: [u32; FIELDS + 1],
}

/// The real file is about so long, and has so many literals: room for it is made at once.
const USUAL_LENGTH: usize = 400_000;
const USUAL_LITERALS: usize = 10_000;

/// What should stand in an entry where something else does, in its string `field`, which has `begun`. `is_text`: it is
/// a string, without an end.
fn expected(is_text: bool, begun: bool, field: usize) -> &'static str {
    match (is_text, begun) {
        (true, _) => "a string has no end in its line",
        (_, false) => "a string should stand",
        _ if field + 1 < FIELDS => ", should stand: an entry has five strings",
        _ => "} should stand: an entry has five strings",
    }
}

/// family, model, firmware, warning, presets.
const FIELDS: usize = 5;

/// One string of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Family,
    Model,
    Firmware,
    Warning,
    Presets,
}

impl Entries {
    /// Adds the entries of one more file, behind those there are.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) fn add(&mut self, mut file: impl Read) -> io::Result<Added> {
        let (start, first) = (self.text.len(), self.entries.len());
        let mut text = mem::take(&mut self.text);
        text.reserve(USUAL_LENGTH);
        self.literals.reserve(USUAL_LITERALS);
        let end = file.read_to_end(&mut text);
        if end.is_err() {
            text.truncate(start);
        }
        let broken = self.fill(&text, start).err().map(|(offset, expected)| {
            let (file, offset) = (text.get(start..).unwrap_or_default(), offset.saturating_sub(start));
            Broken { line: line(file, offset), column: column(file, offset), expected }
        });
        self.text = text;
        end.map(|_| Added { start, entries: first..self.entries.len(), broken })
    }

    /// The entries in `text` alone.
    #[cfg(test)]
    pub(super) fn parse(text: Vec<u8>) -> (Self, Option<usize>) {
        let mut entries = Self::default();
        let added = entries.add(text.as_slice()).unwrap();
        (entries, added.broken.map(|broken| broken.line))
    }

    fn fill(&mut self, text: &[u8], start: usize) -> Result<(), Fault> {
        let mut lexer = Lexer::starting_at(text, start);
        let expected = "{ should begin an entry";
        loop {
            match lexer.next() {
                Token::Open => self.entry(&mut lexer, text)?,
                Token::Comma => {}
                // `}` ends the C array that the file is the inside of.
                Token::End | Token::Close => return Ok(()),
                Token::Wrong(at) => return Err((at, expected)),
                // Its quote stands before it.
                Token::Text(range) => return Err((range.start.saturating_sub(1), expected)),
            }
        }
    }

    /// One entry, after its brace; incomplete ones leave nothing behind.
    fn entry(&mut self, lexer: &mut Lexer<'_>, text: &[u8]) -> Result<(), Fault> {
        let first = self.literals.len();
        let mut bounds = [self.end(); FIELDS + 1];
        let mut field = 0;
        loop {
            match lexer.next() {
                Token::Text(range) => {
                    self.literals.push(range);
                    bounds[field + 1] = self.end();
                }
                Token::Comma if field + 1 < FIELDS => {
                    field += 1;
                    bounds[field + 1] = self.end();
                }
                Token::Close if field + 1 == FIELDS => {
                    self.entries.push(Entry { bounds });
                    return Ok(());
                }
                token => {
                    let begun = bounds[field + 1] > bounds[field];
                    self.literals.truncate(first);
                    let at = if let Token::Wrong(at) = token { at } else { lexer.last(&token) };
                    let is_text = matches!(token, Token::Wrong(_)) && text.get(at) == Some(&b'"');
                    return Err((at, expected(is_text, begun, field)));
                }
            }
        }
    }

    fn end(&self) -> u32 {
        u32::try_from(self.literals.len()).unwrap_or(u32::MAX)
    }

    /// The entries, in the order of the file: the first that fits counts.
    pub(super) fn all(&self) -> impl Iterator<Item = Entry> {
        self.entries.iter().copied()
    }

    /// Those of one file.
    pub(super) fn of_file(&self, file: &Added) -> impl Iterator<Item = Entry> {
        self.entries.get(file.entries.clone()).unwrap_or_default().iter().copied()
    }

    /// The line of its file where a string of an entry begins.
    pub(super) fn line_of(&self, file: &Added, entry: Entry, field: Field) -> usize {
        let first = usize::try_from(entry.bounds[field as usize]).ok().and_then(|at| self.literals.get(at));
        let offset = first.map_or(file.start, |range| range.start);
        line(self.text.get(file.start..).unwrap_or_default(), offset.saturating_sub(file.start))
    }

    /// Those that are for no model, and those that `model` can fit: of 800 entries a few dozen.
    pub(super) fn for_model(&self, model: &str) -> impl Iterator<Item = Entry> {
        let first = model.bytes().next();
        // `-` stands for no model.
        let can_fit = move |set: &Set| first.is_none_or(|byte| set.has(byte) || set.has(b'-'));
        let entries = self.entries.iter().zip(self.first.get_or_init(|| self.first_bytes()));
        entries.filter(move |(_, set)| can_fit(set)).map(|(entry, _)| *entry)
    }

    /// Those that name what firmware does wrong (`-F`): of 800 entries two dozen.
    pub(super) fn with_bugs(&self) -> impl Iterator<Item = Entry> {
        let names_bugs = |entry: &Entry| {
            self.literals_of(*entry, Field::Presets).any(|literal| memmem::find(literal, b"-F").is_some())
        };
        self.with_bugs.get_or_init(|| self.all().filter(names_bugs).collect()).iter().copied()
    }

    fn first_bytes(&self) -> Vec<Set> {
        let mut model = Vec::new();
        let first = |entry| {
            model.clear();
            self.read(entry, Field::Model, &mut model);
            first_bytes(&model)
        };
        self.all().map(first).collect()
    }

    /// Appends one string of an entry to `out`: its literals joined and unescaped.
    pub(super) fn read(&self, entry: Entry, field: Field, out: &mut Vec<u8>) {
        for literal in self.literals_of(entry, field) {
            unescape(literal, out);
        }
    }

    /// One string of an entry. What is no UTF-8 becomes U+FFFD.
    pub(super) fn string(&self, entry: Entry, field: Field) -> String {
        let mut bytes = Vec::new();
        self.read(entry, field, &mut bytes);
        String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }

    fn literals_of(&self, entry: Entry, field: Field) -> impl Iterator<Item = &[u8]> {
        let index = |bound: u32| usize::try_from(bound).unwrap_or(usize::MAX);
        let field = field as usize;
        let ranges = self.literals.get(index(entry.bounds[field])..index(entry.bounds[field + 1]));
        ranges.unwrap_or_default().iter().map(|range| self.text.get(range.clone()).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = r#"
        /* a comment */
        { "VERSION: 1.0/1", "-", "-", "", "" },
        { "Some" " Family", // joined
          "DISK [0-9]+"
          "|DRIVE\\.1",
          "", "", "-v 1,raw48,A "
          "-F nologdir"
        },
    "#;

    #[test]
    fn strings_are_joined() {
        let (entries, wrong) = Entries::parse(TWO.as_bytes().to_vec());
        assert_eq!(wrong, None);
        let entry = entries.all().nth(1).unwrap();
        assert_eq!(entries.string(entry, Field::Family), "Some Family");
        assert_eq!(entries.string(entry, Field::Model), "DISK [0-9]+|DRIVE\\.1");
        assert_eq!(entries.string(entry, Field::Firmware), "");
        assert_eq!(entries.string(entry, Field::Presets), "-v 1,raw48,A -F nologdir");
    }

    #[test]
    fn what_stands_before_an_error_is_kept() {
        for (broken, line) in
            [("{ \"a\", \"b\" },", 9), ("garbage", 9), ("{ \"a\", \"b\", \"c\", \"d\", \"e\", \"f\" }", 9)]
        {
            let (entries, wrong) = Entries::parse(format!("{}{broken}", TWO.trim_end()).into_bytes());
            assert_eq!(entries.all().count(), 2, "{broken}");
            assert_eq!(wrong, Some(line), "{broken}");
        }
    }

    #[test]
    fn nothing_that_is_cut_off_panics() {
        for end in 0..TWO.len() {
            let (entries, _) = Entries::parse(TWO.as_bytes()[..end].to_vec());
            for entry in entries.all() {
                entries.string(entry, Field::Presets);
            }
        }
    }
}
