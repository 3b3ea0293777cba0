//! The few tokens of C that a drive database is made of.

use std::ops::Range;

use memchr::{memchr, memchr3, memmem};

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Open,
    Close,
    Comma,
    /// A string literal: what stands between its quotes, escapes and all.
    Text(Range<usize>),
    End,
    /// Something else, at this offset.
    Wrong(usize),
}

/// Reads tokens from `text`.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn starting_at(text: &'a [u8], start: usize) -> Self {
        Self { text, at: start }
    }

    /// The offset of the last token of one byte, or of the end of the text.
    pub(super) fn last(&self, token: &Token) -> usize {
        if *token == Token::End { self.text.len() } else { self.at.saturating_sub(1) }
    }

    #[inline]
    pub(super) fn next(&mut self) -> Token {
        loop {
            let mut rest = self.text.get(self.at..).unwrap_or_default();
            rest = loop {
                rest = match rest {
                    // Most lines are indented so.
                    [b'\n', b' ', b' ', b' ', b' ', after @ ..] => after,
                    [b' ' | b'\t' | b'\r' | b'\n', after @ ..] => after,
                    _ => break rest,
                };
            };
            let [byte, after @ ..] = rest else { return Token::End };
            let start = self.text.len() - rest.len();
            self.at = start + 1;
            match byte {
                b'{' => return Token::Open,
                b'}' => return Token::Close,
                b',' => return Token::Comma,
                b'"' => return self.string(start),
                b'/' => match after.first() {
                    Some(b'/') => self.skip_past(|rest| memchr(b'\n', rest).map(|found| found + 1)),
                    Some(b'*') => {
                        self.at += 1;
                        self.skip_past(|rest| memmem::find(rest, b"*/").map(|found| found + 2));
                    }
                    _ => return Token::Wrong(start),
                },
                _ => return Token::Wrong(start),
            }
        }
    }

    fn string(&mut self, start: usize) -> Token {
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            match memchr3(b'"', b'\\', b'\n', rest) {
                Some(found) if rest[found] == b'"' => {
                    self.at += found + 1;
                    return Token::Text(start + 1..self.at - 1);
                }
                Some(found) if rest[found] == b'\\' => self.at += found + 2,
                _ => return Token::Wrong(start),
            }
        }
    }

    /// Goes on where `end` says that a comment ends, or to the end of the text.
    fn skip_past(&mut self, end: impl Fn(&[u8]) -> Option<usize>) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        self.at += end(rest).unwrap_or(rest.len());
    }
}

/// The place of `offset` in its line, from 1.
pub(super) fn column(text: &[u8], offset: usize) -> usize {
    1 + text.iter().take(offset).rev().take_while(|byte| **byte != b'\n').count()
}

/// The line of `offset`, from 1.
pub(super) fn line(text: &[u8], offset: usize) -> usize {
    1 + text.iter().take(offset).filter(|byte| **byte == b'\n').count()
}

/// What a string literal stands for.
pub(super) fn unescape(literal: &[u8], out: &mut Vec<u8>) {
    // Most have no escapes.
    let (plain, escaped) = literal.split_at(memchr(b'\\', literal).unwrap_or(literal.len()));
    out.extend_from_slice(plain);
    let mut bytes = escaped.iter();
    while let Some(&byte) = bytes.next() {
        match byte {
            b'\\' => match bytes.next() {
                Some(b'n') => out.push(b'\n'),
                Some(b't') => out.push(b'\t'),
                Some(&escaped) => out.push(escaped),
                None => {}
            },
            byte => out.push(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<Token> {
        let mut lexer = Lexer::starting_at(text.as_bytes(), 0);
        std::iter::from_fn(|| Some(lexer.next()).filter(|token| *token != Token::End)).take(100).collect()
    }

    #[test]
    fn comments_are_skipped_and_strings_are_not_looked_into() {
        let text = "/* \" */ { \"a // no\" // yes\n \"b\\\"c\", }";
        let strings: Vec<_> = tokens(text)
            .into_iter()
            .filter_map(|token| if let Token::Text(range) = token { Some(&text[range]) } else { None })
            .collect();
        assert_eq!(strings, ["a // no", "b\\\"c"]);
    }

    #[test]
    fn what_is_no_token_is_wrong_where_it_stands() {
        assert_eq!(tokens("{ x")[1], Token::Wrong(2));
        assert_eq!(tokens("\"open")[0], Token::Wrong(0));
        assert_eq!(tokens("\"open\\")[0], Token::Wrong(0));
        assert!(tokens("/* open").is_empty());
        assert_eq!((line(b"a\nb\nc", 4), column(b"a\nb\nc", 4), column(b"abc", 2)), (3, 1, 3));
    }

    #[test]
    fn escapes() {
        let mut out = Vec::new();
        unescape(br#"a\\.b\"c\"#, &mut out);
        assert_eq!(out, b"a\\.b\"c");
    }
}
