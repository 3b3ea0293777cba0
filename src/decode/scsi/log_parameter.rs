//! Log pages (SPC-6, "Log page structure and log parameter structure"): header check and a bounded iterator.

use crate::decode::DecodeError;
use crate::decode::bytes::{be_uint, be16, bit, u8_at};

/// A log page whose header was checked: what follows it, as far as it came.
#[derive(Debug, Clone, Copy)]
pub struct LogPage<'a> {
    title: &'static str,
    body: &'a [u8],
}

impl<'a> LogPage<'a> {
    /// Checks the header, and cuts the page to PAGE LENGTH or to what came, whichever is less.
    ///
    /// # Errors
    /// There is no whole header, or it is that of another page.
    pub fn parse(title: &'static str, page: u8, subpage: u8, bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let (Some([code, second]), Some(length)) = (bytes.first_chunk(), be16(bytes, 2)) else {
            return Err(DecodeError::Short { page: title, need: 4, got: bytes.len() });
        };
        // SPF (bit 6) says whether the second byte is a subpage code.
        let got = (code & 0x3f, if bit(*code, 6) { *second } else { 0 });
        if got != (page, subpage) {
            let got =
                if got.1 == 0 { u32::from(got.0) } else { u32::from(u16::from_be_bytes([got.0, got.1])) };
            return Err(DecodeError::OtherPage { page: title, got });
        }
        let body = bytes.get(4..).unwrap_or_default();
        Ok(Self { title, body: body.get(..usize::from(length)).unwrap_or(body) })
    }

    /// What follows the header.
    pub fn body(&self) -> &'a [u8] {
        self.body
    }

    /// The parameters, in the order in which they stand. One that is cut short is left out: half a counter is
    /// a wrong counter.
    pub fn parameters(&self) -> Parameters<'a> {
        Parameters { rest: self.body }
    }

    /// The value of the first parameter with that code.
    pub fn parameter(&self, code: u16) -> Option<&'a [u8]> {
        self.parameters().find(|parameter| parameter.code == code).map(|parameter| parameter.value)
    }

    /// The first parameter with that code as a big-endian counter of any length; see [`Parameter::counter`].
    pub fn counter(&self, code: u16) -> Option<u64> {
        self.parameters().find(|parameter| parameter.code == code)?.counter()
    }

    /// Says that a field of the page cannot be what the page says.
    pub fn odd(&self, field: &'static str, value: u64) -> DecodeError {
        DecodeError::Field { page: self.title, field, value }
    }

    /// Says that the page ends before the part that every revision of it has.
    pub fn short(&self, need: usize) -> DecodeError {
        DecodeError::Short { page: self.title, need, got: self.body.len().saturating_add(4) }
    }
}

/// A log parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter<'a> {
    /// PARAMETER CODE.
    pub code: u16,
    /// What follows the parameter's header, PARAMETER LENGTH bytes.
    pub value: &'a [u8],
}

impl Parameter<'_> {
    /// The value as a big-endian number; 2^64 - 1 where it is larger. `None`: no bytes.
    pub fn number(&self) -> Option<u64> {
        if self.value.is_empty() { None } else { Some(be_uint(self.value).unwrap_or(u64::MAX)) }
    }

    /// The same; also `None` for all ones in four bytes or more, which devices send for "not known".
    pub fn counter(&self) -> Option<u64> {
        let all_ones = self.value.len() >= 4 && self.value.iter().all(|&byte| byte == 0xff);
        self.number().filter(|_| !all_ones)
    }
}

/// Iterates over the parameters of a log page; each step takes at least 4 bytes, so it ends.
#[derive(Debug, Clone)]
pub struct Parameters<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Parameters<'a> {
    type Item = Parameter<'a>;

    fn next(&mut self) -> Option<Parameter<'a>> {
        let code = be16(self.rest, 0)?;
        let end = usize::from(u8_at(self.rest, 3)?).saturating_add(4);
        let parameter = self.rest.get(..end);
        self.rest = self.rest.get(end..).unwrap_or_default();
        Some(Parameter { code, value: parameter?.get(4..)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::scsi::testing::log_page;

    #[test]
    fn parameters_in_their_order() {
        let bytes = log_page(0x0d, 0, &[(0, &[0, 30]), (1, &[0, 60]), (0x8000, &[])]);
        let page = LogPage::parse("x", 0x0d, 0, &bytes).unwrap();
        let codes: Vec<_> = page.parameters().map(|parameter| parameter.code).collect();
        assert_eq!(codes, [0, 1, 0x8000]);
        assert_eq!(page.parameter(1), Some(&[0, 60][..]));
        assert_eq!(page.counter(0), Some(30));
        assert_eq!(page.counter(0x8000), None);
    }

    #[test]
    fn another_page_is_refused() {
        let bytes = log_page(0x0d, 1, &[]);
        assert!(LogPage::parse("x", 0x0d, 1, &bytes).is_ok());
        assert_eq!(
            LogPage::parse("x", 0x0d, 0, &bytes).unwrap_err(),
            DecodeError::OtherPage { page: "x", got: 0x0d01 }
        );
        assert!(LogPage::parse("x", 0x0d, 0, &[0; 64]).is_err());
    }

    #[test]
    fn a_length_beyond_the_page_ends_it() {
        let mut bytes = log_page(0x02, 0, &[(0, &[1, 2, 3, 4]), (1, &[5, 6, 7, 8])]);
        bytes[2] = 0xff;
        bytes[15] = 0xff;
        let page = LogPage::parse("x", 0x02, 0, &bytes).unwrap();
        assert_eq!(page.parameters().count(), 1);
        assert_eq!(page.counter(0), Some(0x0102_0304));
    }

    #[test]
    fn unknown_counters_are_absent() {
        let counter = |value: &[u8]| Parameter { code: 0, value }.counter();
        assert_eq!(counter(&[0xff; 8]), None);
        assert_eq!(counter(&[0xff; 2]), Some(0xffff));
        assert_eq!(counter(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 7]), Some(7));
        assert_eq!(counter(&[1, 0, 0, 0, 0, 0, 0, 0, 7]), Some(u64::MAX));
    }
}
