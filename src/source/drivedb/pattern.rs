//! POSIX extended regular expressions that must match a whole text: a cheap look first, the expression if need be.

use regex_lite::RegexBuilder;

/// The largest expression that is compiled, in bytes of its compiled form.
const LARGEST: usize = 1 << 20;

/// Can `text` match `pattern` (a POSIX extended regular expression) as a whole, judging by how it begins?
///
/// `false` is certain. `true` is not: the pattern is followed into its alternatives and leading groups, up to the
/// first thing that is not a plain character.
pub(super) fn may_match(pattern: &[u8], text: &[u8]) -> bool {
    let mut rest = pattern;
    loop {
        if may_begin(rest, text, 8) {
            return true;
        }
        match next_alternative(rest) {
            Some(next) => rest = next,
            None => return false,
        }
    }
}

/// May one alternative, which ends at `|` or `)` or with the pattern, begin as `text` does?
fn may_begin(alternative: &[u8], text: &[u8], depth: u8) -> bool {
    let mut text = text;
    let mut rest = alternative;
    loop {
        let (literal, after) = match rest {
            [] => return text.is_empty(),
            // The end of this alternative: what follows its group is not looked at.
            [b'|' | b')', ..] => return true,
            [b'(', inside @ ..] => {
                // A group that may be left out says nothing.
                let optional =
                    group_end(inside).is_none_or(|end| is_repeat(inside.get(end..).unwrap_or_default()));
                return optional || depth == 0 || group_may_begin(inside, text, depth - 1);
            }
            [b'.' | b'[' | b'^' | b'$' | b'*' | b'?' | b'+' | b'{', ..] => return true,
            [b'\\', literal, after @ ..] => (*literal, after),
            [literal, after @ ..] => (*literal, after),
        };
        if is_repeat(after) {
            return true;
        }
        match text.split_first() {
            Some((first, others)) if *first == literal => text = others,
            _ => return false,
        }
        rest = after;
    }
}

fn group_may_begin(inside: &[u8], text: &[u8], depth: u8) -> bool {
    let mut rest = inside;
    loop {
        if may_begin(rest, text, depth) {
            return true;
        }
        match next_alternative(rest) {
            Some(next) => rest = next,
            None => return false,
        }
    }
}

/// Does a repetition follow, which may leave out what stands before?
fn is_repeat(after: &[u8]) -> bool {
    matches!(after, [b'*' | b'?' | b'{', ..])
}

/// What follows the next `|` of this level. `None`: the level ends first.
fn next_alternative(pattern: &[u8]) -> Option<&[u8]> {
    scan(pattern, |byte| byte == b'|')
}

/// Where the group that `inside` begins with ends: the offset behind its `)`.
fn group_end(inside: &[u8]) -> Option<usize> {
    scan(inside, |byte| byte == b')').map(|after| inside.len() - after.len())
}

/// What follows the first byte of this level that `wanted` takes, groups, brackets and escapes skipped.
fn scan(pattern: &[u8], wanted: impl Fn(u8) -> bool) -> Option<&[u8]> {
    let mut depth = 0u32;
    let mut rest = pattern;
    loop {
        let (&byte, after) = rest.split_first()?;
        rest = after;
        match byte {
            byte if depth == 0 && wanted(byte) => return Some(rest),
            b'\\' => rest = rest.get(1..)?,
            b'[' => rest = after_bracket(rest)?,
            b'(' => depth += 1,
            b')' if depth == 0 => return None,
            b')' => depth -= 1,
            _ => {}
        }
    }
}

/// What follows a bracket expression, of which `rest` is all behind `[`: a `]` in the first place is meant itself.
fn after_bracket(rest: &[u8]) -> Option<&[u8]> {
    let rest = rest.strip_prefix(b"^").unwrap_or(rest);
    let mut at = usize::from(rest.first() == Some(&b']'));
    loop {
        match rest.get(at..)? {
            [b']', after @ ..] => return Some(after),
            // [:alpha:], [.x.], [=x=]
            [b'[', kind @ (b':' | b'.' | b'='), ..] => {
                let end = rest.get(at + 2..)?.windows(2).position(|pair| pair == [*kind, b']'])?;
                at += 2 + end + 2;
            }
            [] => return None,
            _ => at += 1,
        }
    }
}

/// Does `text` match `pattern` as a whole? A pattern that is no expression matches nothing.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    if pattern.is_empty() {
        return text.is_empty();
    }
    let expression = format!("^(?:{})$", translate(pattern));
    RegexBuilder::new(&expression)
        .size_limit(LARGEST)
        .build()
        .is_ok_and(|expression| expression.is_match(text))
}

/// A POSIX extended regular expression in the syntax of `regex_lite`.
///
/// In a POSIX bracket expression a backslash and `[` mean themselves, and `]` does in the first place; outside, a
/// backslash takes the meaning from the next character, also from letters, and `{` that begins no count means itself.
fn translate(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern;
    while let Some(char) = rest.chars().next() {
        rest = &rest[char.len_utf8()..];
        match char {
            '\\' => {
                if let Some(next) = rest.chars().next() {
                    push_literal(&mut out, next);
                    rest = &rest[next.len_utf8()..];
                }
            }
            '[' => rest = translate_bracket(&mut out, rest),
            '{' if !begins_count(rest) => out.push_str("\\{"),
            char => out.push(char),
        }
    }
    out
}

fn push_literal(out: &mut String, char: char) {
    if char.is_ascii_punctuation() {
        out.push('\\');
    }
    out.push(char);
}

fn begins_count(rest: &str) -> bool {
    let digits = rest.find(|char: char| !char.is_ascii_digit()).unwrap_or(rest.len());
    digits > 0 && rest[digits..].starts_with([',', '}'])
}

/// One bracket expression, of which `rest` is all behind `[`; returns what follows it.
fn translate_bracket<'a>(out: &mut String, rest: &'a str) -> &'a str {
    let Some(after) = after_bracket(rest.as_bytes()).map(|after| &rest[rest.len() - after.len()..]) else {
        // Never closed: no expression. One that `regex_lite` refuses too.
        out.push('[');
        return "";
    };
    let mut inside = &rest[..rest.len() - after.len() - 1];
    out.push('[');
    if let Some(negated) = inside.strip_prefix('^') {
        out.push('^');
        inside = negated;
    }
    while let Some(char) = inside.chars().next() {
        let class_end = inside.strip_prefix("[:").and_then(|class| class.find(":]"));
        if let Some(end) = class_end {
            out.push_str(&inside[..end + 4]);
            inside = &inside[end + 4..];
            continue;
        }
        let first = out.ends_with('[') || out.ends_with("[^");
        inside = &inside[char.len_utf8()..];
        let range = char == '-' && !first && !inside.is_empty();
        if range { out.push('-') } else { push_literal(out, char) }
    }
    out.push(']');
    after
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both the glance and the expression.
    fn fits(pattern: &str, text: &str) -> bool {
        let fits = matches(pattern, text);
        assert!(
            !fits || may_match(pattern.as_bytes(), text.as_bytes()),
            "{pattern} was ruled out for {text}"
        );
        fits
    }

    #[test]
    fn the_whole_text_has_to_match() {
        assert!(fits("DISK [0-9]+", "DISK 12"));
        assert!(!fits("DISK [0-9]+", "DISK 12 "));
        assert!(!fits("DISK", "A DISK"));
        assert!(fits("A|B(C|D)*", "BCDC"));
        assert!(!fits("A|B(C|D)*", "AC"));
        assert!(fits("", ""));
        assert!(!fits("", "x"));
    }

    #[test]
    fn posix_differs_from_perl() {
        assert!(fits(r"a[\.]b", r"a\b"));
        assert!(fits(r"[]x]+", "]x"));
        assert!(fits(r"[^]x]+", "ab"));
        assert!(fits(r"[a-c-]+", "b-"));
        assert!(fits(r"[[:digit:]a[]+", "1[a"));
        assert!(fits(r"\d", "d"), "a backslash only takes meaning away");
        assert!(fits(r"a{2}b{1,}c{,}", "aabbc{,}"));
        assert!(fits(r"a&&b~", "a&&b~"));
        assert!(fits(r"[a&&b]+", "&ab"));
        assert!(!fits("[a", "[a"));
        assert!(!fits("(a", "(a"));
    }

    #[test]
    fn the_glance_follows_groups() {
        for (pattern, text, expected) in [
            ("WDC WD(10|20)EARS-.*", "WDC WD20EARS-00MVWB0", true),
            ("WDC WD(10|20)EARS-.*", "WDC WD30EARS-00MVWB0", false),
            ("(HGST|Hitachi) H.*", "ST4000NM0035", false),
            ("(HGST )?H.*", "H1", true),
            ("((A|B)|C)D", "CD", true),
            ("AB?C", "AC", true),
            ("A(B|C){0,1}D", "AD", true),
            ("AB", "ABC", false),
        ] {
            assert_eq!(may_match(pattern.as_bytes(), text.as_bytes()), expected, "{pattern} {text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn the_glance_never_rules_out_a_match(pattern in r"[ab()|?*+.\[\]\\{}1^-]{0,12}", text in "[ab1.]{0,5}") {
            fits(&pattern, &text);
        }
    }
}
