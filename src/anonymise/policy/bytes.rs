//! Sets of bytes that a text may be made of: one look for each byte, whatever the set.

/// Letters, digits and a few others, of ASCII.
#[derive(Debug)]
pub(super) struct Bytes([bool; 256]);

impl Bytes {
    /// They and `others`, which are ASCII as well.
    pub(super) const fn and(others: &[u8]) -> Self {
        let mut bytes = [false; 256];
        let mut byte = 0u8;
        while byte.is_ascii() {
            bytes[byte as usize] = byte.is_ascii_alphanumeric();
            byte += 1;
        }
        let mut at = 0;
        while at < others.len() {
            bytes[others[at] as usize] = true;
            at += 1;
        }
        Self(bytes)
    }

    /// Is `byte` one of them?
    pub(super) fn hold(&self, byte: u8) -> bool {
        self.0[usize::from(byte)]
    }
}
