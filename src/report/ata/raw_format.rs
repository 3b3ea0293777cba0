//! How the raw bytes of an attribute are meant: the number and the text made of them.

use std::borrow::Cow;
use std::fmt::Write;

use crate::decode::ata::Attribute;

/// Format of a raw value, by smartctl's names for `-v`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RawFormat {
    /// `raw8`: six bytes, the highest first.
    Raw8,
    /// `raw16`: three words, the highest first.
    Raw16,
    /// `raw48`: one number.
    Raw48,
    /// `hex48`: the same, hexadecimal.
    Hex48,
    /// `raw56`: one number with the reserved byte on top.
    Raw56,
    /// `hex56`: the same, hexadecimal.
    Hex56,
    /// `raw64`: one number with the normalised values below.
    Raw64,
    /// `hex64`: the same, hexadecimal.
    Hex64,
    /// `raw16(raw16)`: a word, and two more where they are not zero.
    Raw16Raw16,
    /// `raw16(avg16)`: a word, and an average.
    Raw16Avg16,
    /// `raw24(raw8)`: three bytes as a number, and three more where they are not zero.
    Raw24Raw8,
    /// `raw24/raw24`: two numbers.
    Raw24Raw24,
    /// `raw24/raw32`: two numbers.
    Raw24Raw32,
    /// `sec2hour`: seconds.
    Seconds,
    /// `min2hour`: minutes.
    Minutes,
    /// `halfmin2hour`: units of 30 seconds.
    HalfMinutes,
    /// `msec24hour32`: hours below, milliseconds above.
    MillisecondsHours,
    /// `tempminmax`: degrees Celsius, and the extremes where they are recognised.
    TempMinMax,
    /// `temp10x`: tenths of degrees Celsius.
    TempTenths,
}

const NAMES: &[(&str, RawFormat)] = &[
    ("raw8", RawFormat::Raw8),
    ("raw16", RawFormat::Raw16),
    ("raw48", RawFormat::Raw48),
    ("hex48", RawFormat::Hex48),
    ("raw56", RawFormat::Raw56),
    ("hex56", RawFormat::Hex56),
    ("raw64", RawFormat::Raw64),
    ("hex64", RawFormat::Hex64),
    ("raw16(raw16)", RawFormat::Raw16Raw16),
    ("raw16(avg16)", RawFormat::Raw16Avg16),
    ("raw24(raw8)", RawFormat::Raw24Raw8),
    ("raw24/raw24", RawFormat::Raw24Raw24),
    ("raw24/raw32", RawFormat::Raw24Raw32),
    ("sec2hour", RawFormat::Seconds),
    ("min2hour", RawFormat::Minutes),
    ("halfmin2hour", RawFormat::HalfMinutes),
    ("msec24hour32", RawFormat::MillisecondsHours),
    ("tempminmax", RawFormat::TempMinMax),
    ("temp10x", RawFormat::TempTenths),
];

/// Which bytes of an attribute its raw value is made of, from the highest on; at most eight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteOrder {
    letters: [u8; 8],
    len: u8,
}

impl Default for ByteOrder {
    /// The six raw bytes.
    fn default() -> Self {
        Self::of(b"543210")
    }
}

impl ByteOrder {
    /// Reads smartctl's notation: `0` to `5` a raw byte, `r` the reserved one, `v` the value, `w` the worst value,
    /// `z` zero. `None`: another letter, none, or more than eight.
    pub fn parse(text: &str) -> Option<Self> {
        let valid =
            (1..=8).contains(&text.len()) && text.bytes().all(|letter| b"012345rvwz".contains(&letter));
        valid.then(|| Self::of(text.as_bytes()))
    }

    const fn of(letters: &[u8]) -> Self {
        let mut order = Self { letters: [0; 8], len: 0 };
        while (order.len as usize) < letters.len() && order.len < 8 {
            order.letters[order.len as usize] = letters[order.len as usize];
            order.len += 1;
        }
        order
    }

    fn letters(&self) -> &[u8] {
        self.letters.get(..usize::from(self.len)).unwrap_or_default()
    }

    /// Is the normalised value one of the raw bytes?
    pub fn uses_value(self) -> bool {
        self.letters().contains(&b'v')
    }

    /// Is the worst value one of the raw bytes?
    pub fn uses_worst(self) -> bool {
        self.letters().contains(&b'w')
    }

    /// The raw value.
    pub fn number(self, attribute: &Attribute) -> u64 {
        let byte = |letter: &u8| match letter {
            b'r' => attribute.reserved,
            b'v' => attribute.value,
            b'w' => attribute.worst,
            digit => attribute.raw.get(usize::from(digit.wrapping_sub(b'0'))).copied().unwrap_or(0),
        };
        self.letters().iter().map(byte).fold(0, |number, byte| number << 8 | u64::from(byte))
    }
}

impl RawFormat {
    /// The format of that name.
    pub fn parse(name: &str) -> Option<Self> {
        NAMES.iter().find(|(known, _)| *known == name).map(|&(_, format)| format)
    }

    /// The format of attribute `id` where nothing else is known.
    pub fn usual(id: u8) -> Self {
        match id {
            3 => Self::Raw16Avg16,
            5 | 196 => Self::Raw16Raw16,
            9 | 240 => Self::Raw24Raw8,
            190 | 194 => Self::TempMinMax,
            _ => Self::Raw48,
        }
    }

    /// The byte order that belongs to the format.
    pub fn byte_order(self) -> ByteOrder {
        match self {
            Self::Raw56 | Self::Hex56 | Self::Raw24Raw32 | Self::MillisecondsHours => {
                ByteOrder::of(b"r543210")
            }
            Self::Raw64 | Self::Hex64 => ByteOrder::of(b"543210wv"),
            _ => ByteOrder::default(),
        }
    }

    /// Is it a temperature?
    pub fn is_temperature(self) -> bool {
        matches!(self, Self::TempMinMax | Self::TempTenths)
    }

    /// The raw value `number` as smartctl writes it.
    pub fn text(self, number: u64) -> String {
        let [b0, b1, b2, b3, b4, b5, ..] = number.to_le_bytes();
        let [w0, w1, w2] = [[b0, b1], [b2, b3], [b4, b5]].map(u16::from_le_bytes);
        let low_24 = number & 0xff_ffff;
        let low_32 = number & 0xffff_ffff;
        match self {
            Self::Raw8 => format!("{b5} {b4} {b3} {b2} {b1} {b0}"),
            Self::Raw16 => format!("{w2} {w1} {w0}"),
            Self::Raw48 | Self::Raw56 | Self::Raw64 => number.to_string(),
            Self::Hex48 => format!("0x{number:012x}"),
            Self::Hex56 => format!("0x{number:014x}"),
            Self::Hex64 => format!("0x{number:016x}"),
            Self::Raw16Raw16 if w1 == 0 && w2 == 0 => w0.to_string(),
            Self::Raw16Raw16 => format!("{w0} ({w2} {w1})"),
            Self::Raw16Avg16 if w1 == 0 => w0.to_string(),
            Self::Raw16Avg16 => format!("{w0} (Average {w1})"),
            Self::Raw24Raw8 if b3 == 0 && b4 == 0 && b5 == 0 => low_24.to_string(),
            Self::Raw24Raw8 => format!("{low_24} ({b5} {b4} {b3})"),
            Self::Raw24Raw24 => format!("{}/{low_24}", number >> 24 & 0xffff_ffff),
            Self::Raw24Raw32 => format!("{}/{low_32}", number >> 32),
            Self::Seconds => format!("{}h+{:02}m+{:02}s", number / 3600, number / 60 % 60, number % 60),
            Self::Minutes => {
                let mut text = format!("{}h+{:02}m", low_32 / 60, low_32 % 60);
                if w2 != 0 {
                    _ = write!(text, " ({w2})");
                }
                text
            }
            Self::HalfMinutes => format!("{}h+{:02}m", number / 120, number / 2 % 60),
            Self::MillisecondsHours => {
                let ms = number >> 32;
                format!("{low_32}h+{:02}m+{:02}.{:03}s", ms / 60_000, ms / 1000 % 60, ms % 1000)
            }
            Self::TempMinMax => temperature(number),
            Self::TempTenths => format!("{}.{}", w0 / 10, w0 % 10),
        }
    }
}

/// A temperature and, where the other bytes look like them, the extremes: in the two bytes above (most makers), in the
/// two words above (one maker), right above it (one maker), or with a count of excesses on top.
fn temperature(number: u64) -> String {
    let [b0, b1, b2, b3, b4, b5, ..] = number.to_le_bytes();
    let [t0, t1, t2, t3, t4] = [b0, b1, b2, b3, b4].map(|byte| i8::from_le_bytes([byte]));
    let words @ [w0, w1, w2] = [[b0, b1], [b2, b3], [b4, b5]].map(u16::from_le_bytes);
    let is_byte = |word: u16| word <= 0xff;
    let is_signed = |word: u16| word <= 0x7f || word >= 0xff80;
    let alone = is_byte(w0) || is_signed(w0);
    if w2 == 0 {
        if w1 == 0 && alone {
            return t0.to_string();
        }
        let extremes = if alone { bracket(t2, t0, t3) } else { None };
        let extremes = extremes.or_else(|| if b3 == 0 { bracket(t1, t0, t2) } else { None });
        if let Some((low, high)) = extremes {
            return format!("{t0} (Min/Max {low}/{high})");
        }
    } else if alone {
        let each_a_word = words.into_iter().all(is_byte) || words.into_iter().all(is_signed);
        if let Some((low, high)) = if each_a_word { bracket(t2, t0, t4) } else { None } {
            return format!("{t0} (Min/Max {low}/{high})");
        }
        if let Some((low, high)) = bracket(t2, t0, t3)
            && w2 < 0x7fff
            && high >= 40
        {
            return format!("{t0} (Min/Max {low}/{high} #{w2})");
        }
    }
    format!("{b0} ({b5} {b4} {b3} {b2} {b1})")
}

/// `one` and `other` in order, if they are likely to be the extremes of `now`.
fn bracket(one: i8, now: i8, other: i8) -> Option<(i8, i8)> {
    let (low, high) = (one.min(other), one.max(other));
    let likely = -60 <= low && low <= now && now <= high && high <= 120 && !(low == -1 && high <= 0);
    likely.then_some((low, high))
}

/// The text of a small number, without allocation where it is one digit.
pub(super) fn number_text(format: RawFormat, number: u64) -> Cow<'static, str> {
    if number == 0 && matches!(format, RawFormat::Raw48 | RawFormat::Raw16Raw16 | RawFormat::Raw24Raw8) {
        return Cow::Borrowed("0");
    }
    Cow::Owned(format.text(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_one_value() {
        let number = 0x0605_0403_0201;
        #[rustfmt::skip]
        let golden = [
            ("raw8", "6 5 4 3 2 1"), ("raw16", "1541 1027 513"), ("raw48", "6618611909121"),
            ("hex48", "0x060504030201"), ("hex56", "0x00060504030201"), ("hex64", "0x0000060504030201"),
            ("raw16(raw16)", "513 (1541 1027)"), ("raw16(avg16)", "513 (Average 1027)"),
            ("raw24(raw8)", "197121 (6 5 4)"), ("raw24/raw24", "394500/197121"), ("raw24/raw32", "1541/67305985"),
            ("min2hour", "1121766h+25m (1541)"), ("sec2hour", "1838503308h+05m+21s"), ("temp10x", "51.3"),
        ];
        for (name, text) in golden {
            assert_eq!(RawFormat::parse(name).unwrap().text(number), text, "{name}");
        }
        assert_eq!(RawFormat::HalfMinutes.text(245), "2h+02m");
        assert_eq!(RawFormat::MillisecondsHours.text(0x00_eeff_0000_000a), "10h+01m+01.183s");
        assert_eq!(RawFormat::parse("raw72"), None);
    }

    #[test]
    fn parts_that_are_zero_are_left_out() {
        assert_eq!(RawFormat::Raw16Raw16.text(7), "7");
        assert_eq!(RawFormat::Raw16Avg16.text(7), "7");
        assert_eq!(RawFormat::Raw24Raw8.text(7), "7");
        assert_eq!(RawFormat::Minutes.text(121), "2h+01m");
    }

    #[test]
    fn extremes_of_a_temperature_are_found_where_makers_put_them() {
        let golden: [([u8; 6], &str); 9] = [
            ([31, 0, 0, 0, 0, 0], "31"),
            ([0xfb, 0xff, 0, 0, 0, 0], "-5"),
            ([31, 0, 18, 40, 0, 0], "31 (Min/Max 18/40)"),
            ([31, 0, 40, 18, 0, 0], "31 (Min/Max 18/40)"),
            ([31, 18, 40, 0, 0, 0], "31 (Min/Max 18/40)"),
            ([31, 0, 18, 0, 40, 0], "31 (Min/Max 18/40)"),
            ([31, 0, 0xfd, 0xff, 40, 0], "31 (Min/Max -3/40)"),
            ([31, 0, 18, 45, 3, 1], "31 (Min/Max 18/45 #259)"),
            ([31, 0, 90, 100, 0, 0], "31 (0 0 100 90 0)"),
        ];
        for ([b0, b1, b2, b3, b4, b5], text) in golden {
            let number = u64::from_le_bytes([b0, b1, b2, b3, b4, b5, 0, 0]);
            assert_eq!(RawFormat::TempMinMax.text(number), text);
        }
    }

    #[test]
    fn byte_orders() {
        let raw = [1, 2, 3, 4, 5, 6];
        let attribute = Attribute { slot: 0, id: 9, flags: 0, value: 0x64, worst: 0x32, raw, reserved: 7 };
        let number = |order| ByteOrder::parse(order).unwrap().number(&attribute);
        assert_eq!(number("543210"), 0x0605_0403_0201);
        assert_eq!(number("r10zvw"), 0x0702_0100_6432);
        assert_eq!(RawFormat::Raw64.byte_order().number(&attribute), 0x0605_0403_0201_3264);
        assert_eq!(
            (ByteOrder::parse(""), ByteOrder::parse("543210543"), ByteOrder::parse("6")),
            (None, None, None)
        );
    }
}
