//! The forms a string can have: closed sets, words of the vocabulary, and tight patterns.

use super::bytes::Bytes;

/// The form of a string.
#[derive(Debug)]
pub(in crate::anonymise) enum Form {
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// Words of the vocabulary and a few small numbers.
    Words,
    /// A pattern. What fits it is searched for the disk's own identifiers as well.
    Pattern {
        /// The pattern, for people and schemas.
        pattern: &'static str,
        /// Does a text fit it?
        fits: fn(&str) -> bool,
        /// Is it made of numbers of events, which may be the same as a short identifier by chance?
        counts: bool,
    },
}

impl Form {
    /// In words, for tables.
    pub(super) fn description(&self) -> String {
        match self {
            Self::OneOf(texts) => format!("one of: {}", texts.join(", ")),
            Self::Words => "words of the vocabulary, at most 4 small numbers".into(),
            Self::Pattern { pattern, .. } => (*pattern).into(),
        }
    }

    /// What every text of this form matches, as a regular expression for schemas; blanks may follow it.
    pub(super) fn expression(&self) -> String {
        match self {
            Self::Pattern { pattern, .. } if pattern.contains('[') => {
                // The rest of the pattern is in words.
                let end = [", no ", " with "].iter().find_map(|words| pattern.find(words));
                format!("^(?:{}) {{0,8}}$", &pattern[..end.unwrap_or(pattern.len())])
            }
            _ => "^[ -~]*$".to_owned(),
        }
    }
}

const fn pattern(pattern: &'static str, fits: fn(&str) -> bool) -> Form {
    Form::Pattern { pattern, fits, counts: false }
}

const fn counts(pattern: &'static str, fits: fn(&str) -> bool) -> Form {
    Form::Pattern { pattern, fits, counts: true }
}

pub(super) static WORDS: Form = Form::Words;
pub(super) static MODEL: Form =
    pattern("[A-Za-z0-9 ._+/()-]{1,40}, no address, host name, version or 12 hex digits in a row", |text| {
        has_shape(text, 40, &const { Bytes::and(b" ._+/()-") }) && names_a_product(text)
    });
pub(super) static FAMILY: Form = pattern(
    "[A-Za-z0-9 ._+/(),&\"-]{1,80}, no address, host name, version or 12 hex digits in a row",
    |text| has_shape(text, 80, &const { Bytes::and(b" ._+/(),&\"-") }) && names_a_product(text),
);
pub(super) static VENDOR: Form =
    pattern("[A-Za-z0-9 .&_-]{1,8}, no IPv4 address, however it is parted", |text| {
        has_shape(text, 8, &const { Bytes::and(b" .&_-") })
            && numbers_between_dots(text) < 3
            && !has_address(text)
    });
pub(super) static REVISION: Form =
    pattern("[A-Za-z0-9 ._()+-]{1,8}, no IPv4 address, however it is parted", |text| {
        has_shape(text, 8, &const { Bytes::and(b" ._()+-") })
            && numbers_between_dots(text) < 4
            && !has_address(text)
    });
pub(super) static LABEL: Form =
    pattern("[A-Z][A-Za-z0-9_./-]{1,39} with _ or a small letter and at most 3 digits", |text| {
        text.len() > 1
            && has_shape(text, 40, &const { Bytes::and(b"_./-") })
            && text.starts_with(|c: char| c.is_ascii_uppercase())
            && text.bytes().filter(u8::is_ascii_digit).count() <= 3
            && text.bytes().any(|byte| byte == b'_' || byte.is_ascii_lowercase())
            && names_a_product(text)
    });
pub(super) static RAW: Form = counts("numbers below 2^60, as smartctl's raw formats write them", is_raw);
pub(super) static FLAGS: Form = pattern("[A-Z+ -]{1,8}", |text| {
    matches!(text.len(), 1..=8)
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || b"+- ".contains(&byte))
});
pub(super) static DEVICE_TYPE: Form =
    pattern("ways to a disk, each with small numbers: sat+megaraid,5", is_device_type);
pub(super) static VERSION: Form = counts("<?[0-9]{1,2}([.][0-9]{1,2}){1,2}", |text| {
    let parts = text.strip_prefix('<').unwrap_or(text).split('.');
    matches!(parts.clone().count(), 2..=3) && parts.into_iter().all(|part| is_digits(part, 2))
});
pub(super) static DATABASE: Form = counts("[0-9]{1,2}[.][0-9]{1,2}/[0-9]{1,5}", |text| {
    let Some((version, number)) = text.split_once('/') else { return false };
    let Some((major, minor)) = version.split_once('.') else { return false };
    is_digits(major, 2) && is_digits(minor, 2) && is_digits(number, 5)
});
pub(super) static SUBVERSION: Form = counts("[0-9]{1,5}", |text| is_digits(text, 5));
pub(super) static DECIMALS: Form = counts("[0-9]{1,12}[.][0-9]{3}", |text| {
    text.split_once('.')
        .is_some_and(|(whole, part)| is_digits(whole, 12) && part.len() == 3 && is_digits(part, 3))
});
pub(super) static PERCENT: Form = counts("[0-9]{1,3}[.][0-9]{2}%", |text| {
    let number = text.strip_suffix('%').and_then(|number| number.split_once('.'));
    number.is_some_and(|(whole, part)| is_digits(whole, 3) && part.len() == 2 && is_digits(part, 2))
});
pub(super) static SIZE: Form = counts("[0-9]{1,10}([.][0-9]{1,2})? [kKMGTPE]?B", |text| {
    let Some((number, unit)) = text.split_once(' ') else { return false };
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    is_digits(whole, 10)
        && is_digits(part, 2)
        && ["B", "kB", "KB", "MB", "GB", "TB", "PB", "EB"].contains(&unit)
});
pub(super) static YEAR: Form = counts("(19|20)[0-9]{2}", |text| {
    text.len() == 4 && is_digits(text, 4) && (text.starts_with("19") || text.starts_with("20"))
});
pub(super) static BITS: Form =
    counts("[01]{3}", |text| text.len() == 3 && text.bytes().all(|byte| matches!(byte, b'0' | b'1')));

/// May this model stand in the name of a device?
pub(in crate::anonymise) fn device_model(text: &str) -> bool {
    matches!(MODEL, Form::Pattern { fits, .. } if fits(text))
}

/// May this vendor stand in the name of a device?
pub(in crate::anonymise) fn device_vendor(text: &str) -> bool {
    matches!(VENDOR, Form::Pattern { fits, .. } if fits(text))
}

/// Letters, digits and `others`, beginning with a letter or digit; not empty, at most `most` bytes.
fn has_shape(text: &str, most: usize, others: &Bytes) -> bool {
    (1..=most).contains(&text.len())
        && text.bytes().all(|byte| others.hold(byte))
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// Nothing in it has the form of an address, a host name, a kernel version, a MAC, a UUID or a long hex number.
fn names_a_product(text: &str) -> bool {
    let (mut dots, mut slashes, mut digits, mut hex_digits) = (0, 0, 0, 0);
    for byte in text.bytes() {
        dots += usize::from(byte == b'.');
        slashes += usize::from(byte == b'/');
        digits += usize::from(byte.is_ascii_digit());
        hex_digits += usize::from(byte.is_ascii_hexdigit());
    }
    // What none of these can be is not looked at again.
    (dots == 0 || numbers_between_dots(text) < 3 && !has_domain(text))
        && (digits < 4 || !has_address(text))
        && (hex_digits < LONG_HEX || !has_long_hex(text))
        && (slashes == 0 || !has_path(text))
}

/// The most numbers joined by dots: 4 in an IPv4 address, 3 in a kernel version, 0 where there is no dot.
pub(super) fn numbers_between_dots(text: &str) -> usize {
    if !text.bytes().any(|byte| byte == b'.') {
        return 0;
    }
    let joined = text.split(|c: char| !c.is_ascii_digit() && c != '.');
    joined.map(|run| run.split('.').filter(|part| !part.is_empty()).count()).max().unwrap_or(0)
}

/// Four numbers below 256 in a row, whatever parts them but a slash, as in `10_20_30_40`: an IPv4 address.
pub(super) fn has_address(text: &str) -> bool {
    let parts_words = |byte: &u8| !byte.is_ascii_alphanumeric() && *byte != b'/';
    if text.bytes().filter(u8::is_ascii_digit).count() < 4 || text.bytes().filter(parts_words).count() < 3 {
        return false;
    }
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '/').filter(|word| !word.is_empty());
    let is_part = |word: &str| is_digits(word, 3) && word.parse::<u8>().is_ok();
    let mut row = 0;
    words.into_iter().any(|word| {
        row = if is_part(word) { row + 1 } else { 0 };
        row >= 4
    })
}

/// A dot with two lower-case letters beside it, as in `example.com` or `osd.3`, and unlike `M.2` or `WD Red 2.5`.
fn has_domain(text: &str) -> bool {
    text.as_bytes().windows(4).any(|at| match at {
        [.., b'.', c, d] | [c, d, b'.', _] => c.is_ascii_lowercase() && d.is_ascii_lowercase(),
        _ => false,
    })
}

/// Hex digits of the shortest MAC, UUID or EUI-64. One less stand in real model names.
const LONG_HEX: usize = 12;

/// So many hex digits in a row, whatever parts them.
fn has_long_hex(text: &str) -> bool {
    let mut run = 0;
    text.bytes().filter(|byte| !b" ._-".contains(byte)).any(|byte| {
        run = if byte.is_ascii_hexdigit() { run + 1 } else { 0 };
        run >= LONG_HEX
    })
}

/// Two slashes with something between them, and no blank beside: `/dev/sda`, unlike `S35x0/3610/3700` of digits.
fn has_path(text: &str) -> bool {
    if !text.bytes().any(|byte| byte == b'/') {
        return false;
    }
    ["dev/", "sys/", "home/", "proc/", "mnt/", "var/"]
        .iter()
        .any(|folder| text.match_indices(folder).any(|(at, _)| at == 0 || text.as_bytes()[at - 1] == b'/'))
}

fn is_digits(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Numbers, each below 2^60, and what smartctl's raw formats put between them: `31 (Min/Max 19/42)`,
/// `1234 (Average 56)`, `516h+07m+12.345s`, `0x00000000002a`, `65535 65535 0`.
fn is_raw(text: &str) -> bool {
    static PLAIN: Bytes = Bytes::and(b" ()/+-#.");
    let is_plain = text.bytes().all(|byte| PLAIN.hold(byte));
    if !(1..=64).contains(&text.len()) || !is_plain || numbers_between_dots(text) > 2 {
        return false;
    }
    let mut numbers = 0;
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|token| !token.is_empty()).all(|token| {
        let number = token.trim_end_matches(['h', 'm', 's']);
        let small = match number.strip_prefix("0x") {
            Some(hex) => hex.len() <= 16 && u64::from_str_radix(hex, 16).is_ok_and(|number| number < 1 << 60),
            None => {
                number.bytes().all(|byte| byte.is_ascii_digit())
                    && number.parse().is_ok_and(|n: u64| n < 1 << 60)
            }
        };
        numbers += usize::from(small);
        (small && token.len() - number.len() <= 1 && numbers <= 7)
            || ["Min", "Max", "Average"].contains(&token)
    })
}

/// Ways to a disk, each with a few small numbers, joined by `+`.
fn is_device_type(text: &str) -> bool {
    const WAYS: &[&str] = &[
        "3ware",
        "aacraid",
        "areca",
        "ata",
        "auto",
        "cciss",
        "hpt",
        "intelliprop",
        "jmb39x",
        "jmb39x-q",
        "jmb39x-q2",
        "jms56x",
        "marvell",
        "megaraid",
        "nvme",
        "sas",
        "sat",
        "scsi",
        "snt",
        "sntasmedia",
        "sntjmicron",
        "sntrealtek",
        "sssraid",
        "usb",
        "usbasm1352r",
        "usbcypress",
        "usbjmicron",
        "usbprolific",
        "usbsunplus",
    ];
    let small =
        |number: &str| is_digits(number, 3) || ["x", "p", "s", "l"].contains(&number) || number == "0x1";
    text.len() <= 48
        && text.split('+').all(|way| {
            let (name, numbers) = way.split_once(',').unwrap_or((way, "0"));
            WAYS.contains(&name) && numbers.len() <= 12 && numbers.split([',', '/']).all(small)
        })
}

#[cfg(test)]
mod tests {
    use super::super::vocabulary;
    use super::*;

    fn fits(form: &Form, text: &str) -> bool {
        match form {
            Form::OneOf(texts) => texts.contains(&text),
            Form::Words => vocabulary::is_text(text),
            Form::Pattern { fits, .. } => fits(text),
        }
    }

    #[test]
    fn models_of_real_disks_pass() {
        for model in [
            "Samsung SSD 850 EVO M.2 250GB",
            "WDC  WUH721818ALE6L4",
            "ST10000NM0016-1TT101",
            "ST14000NM0018-2H4101",
            "WD Red SA500 2.5 4TB",
            "Micron_7450_MTFDKCC3T8TFR",
            "SAMSUNG MZ7L3240HCHQ-00A07",
            "Hitachi HDS721010CLA332",
        ] {
            assert!(fits(&MODEL, model), "{model}");
        }
        assert!(fits(&FAMILY, "Toshiba 3.5\" MG03ACAxxx(Y) Enterprise HDD"));
        assert!(fits(&FAMILY, "Intel 730 and DC S35x0/3610/3700 Series SSDs"));
    }

    #[test]
    fn what_names_a_host_or_a_disk_does_not() {
        for text in [
            "10.20.30.40",
            "SSD 10_20_30_40",
            "SSD 10 20-30 40",
            "osd-17.example.com",
            "0242ac110002",
            "02-42-ac-11-00-02",
            "6c1b0f0e-8a36-4c0e-9a53-0d8f3f9b7a11",
            "eui.00253845b1b2c3d4",
            "5.15.0-91-generic",
            "/dev/sda",
            "ST Adev/ /dev/sda",
            "dev/disk/by-id",
            "nqn.2014-08.org.nvmexpress",
            "Daemon osd.3",
            "a\u{301}",
            "",
        ] {
            assert!(!fits(&MODEL, text) && !fits(&FAMILY, text) && !fits(&LABEL, text), "{text}");
        }
        assert!(
            !fits(&REVISION, "10.0.0.1")
                && !fits(&REVISION, "1_2 3-4")
                && !fits(&VENDOR, "1_2_3_4")
                && !fits(&REVISION, "123456789")
        );
    }

    #[test]
    fn raw_values_are_numbers_and_nothing_else() {
        for raw in [
            "0",
            "31 (Min/Max 19/42 #3)",
            "122811 (109 12 0)",
            "516h+07m+12.345s",
            "0x00000000002a",
            "1/1162",
            "-3 (Average 4)",
        ] {
            assert!(fits(&RAW, raw), "{raw}");
        }
        for raw in [
            "0x5000c500a1b2c3d4",
            "5764824129059301332",
            "K3S00FJF",
            "10 0 0 1 2 3 4 5",
            "12hm",
            "",
            "1:2",
            "10.0.0.1",
        ] {
            assert!(!fits(&RAW, raw), "{raw}");
        }
    }

    #[test]
    fn forms_of_versions_sizes_and_ways() {
        assert!(
            fits(&DEVICE_TYPE, "sat+megaraid,14")
                && fits(&DEVICE_TYPE, "areca,1/2")
                && fits(&DEVICE_TYPE, "jmb39x-q,0")
        );
        assert!(
            !fits(&DEVICE_TYPE, "sat+megaraid,1234")
                && !fits(&DEVICE_TYPE, "host,1")
                && !fits(&DEVICE_TYPE, "")
        );
        assert!(
            fits(&VERSION, "<1.2")
                && fits(&VERSION, "1.2.1")
                && !fits(&VERSION, "10.0.0.1")
                && !fits(&VERSION, "1")
        );
        assert!(fits(&DATABASE, "7.3/5528") && !fits(&DATABASE, "7.3/") && !fits(&DATABASE, "7/5528"));
        assert!(fits(&DECIMALS, "548659.318") && !fits(&DECIMALS, "1.2"));
        assert!(fits(&PERCENT, "0.00%") && !fits(&PERCENT, "0%"));
        assert!(fits(&SIZE, "512 GB") && fits(&SIZE, "1.20 TB") && !fits(&SIZE, "1 host"));
        assert!(fits(&YEAR, "2014") && !fits(&YEAR, "3014") && fits(&BITS, "010") && !fits(&BITS, "210"));
        assert!(fits(&FLAGS, "PO-R-- ") && !fits(&FLAGS, "po-r--"));
        assert!(
            fits(&LABEL, "Host_Writes_32MiB")
                && fits(&LABEL, "Bad_Blk_Ct_Erl/Lat")
                && !fits(&LABEL, "K3S00FJF")
        );
    }
}
