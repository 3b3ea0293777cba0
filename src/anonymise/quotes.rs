//! The ends and escapes of JSON strings, many bytes at a time.

/// Bytes that are looked at together where long strings are passed over.
const BLOCK: usize = 16;

/// Where the first quote or backslash is. Most texts that are looked at are so short that eight bytes at a time beat a call.
pub(super) fn quote_or_escape(bytes: &[u8]) -> Option<usize> {
    const EACH: u64 = 0x0101_0101_0101_0101;
    // The lowest byte that is zero has its highest bit set here, and none below it has.
    let zero = |word: u64| word.wrapping_sub(EACH) & !word & (EACH << 7);
    let mut at = 0;
    while let Some(Ok(eight)) = bytes.get(at..at + 8).map(<[u8; 8]>::try_from) {
        let word = u64::from_le_bytes(eight);
        let found = zero(word ^ (EACH * u64::from(b'"'))) | zero(word ^ (EACH * u64::from(b'\\')));
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    Some(at + bytes.get(at..)?.iter().position(|byte| matches!(byte, b'"' | b'\\'))?)
}

/// What is behind the string that `text` begins with, after its quote. It is for long ones: lines that nobody looks at.
pub(super) fn behind_string(mut text: &[u8]) -> Option<&[u8]> {
    loop {
        // Without a way out in the middle the compiler makes a block a few wide instructions, which beats a call for each line.
        let holds = |block: &[u8; BLOCK], wanted: u8| {
            block.iter().fold(false, |found, byte| found | (*byte == wanted))
        };
        while let Some((block, rest)) = text.split_first_chunk()
            && !(holds(block, b'"') | holds(block, b'\\'))
        {
            text = rest;
        }
        let at = quote_or_escape(text)?;
        let (found, rest) = text.get(at..)?.split_first()?;
        text = if *found == b'"' { return Some(rest) } else { rest.get(1..)? };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_first_one_wherever_it_stands() {
        for length in 0..40 {
            let mut text = vec![b'#'; length];
            assert_eq!(quote_or_escape(&text), None);
            for at in (0..length).rev() {
                text[at] = if at % 3 == 0 { b'"' } else { b'\\' };
                assert_eq!(quote_or_escape(&text), Some(at));
            }
        }
    }

    #[test]
    fn what_is_behind_a_string_is_found_past_its_escapes() {
        for length in 0..80 {
            let line = "#".repeat(length);
            for (text, behind) in [
                (format!("{line}\",1"), Some(",1")),
                (format!("{line}\\\"{line}\\\\\"]"), Some("]")),
                (format!("{line}\\\"{line}"), None),
                (format!("{line}\\"), None),
                (line.clone(), None),
            ] {
                assert_eq!(behind_string(text.as_bytes()), behind.map(str::as_bytes), "{text}");
            }
        }
    }
}
