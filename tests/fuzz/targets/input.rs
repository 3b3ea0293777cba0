//! Takes the input apart, so that a byte that is changed, added or lost changes little else.

/// What is left of the input.
#[derive(Clone, Copy)]
pub(super) struct Input<'a>(pub(super) &'a [u8]);

/// A piece of the input that says what it is for.
#[derive(Clone, Copy)]
pub(super) struct Chunk<'a> {
    /// What it belongs to: see [`tag`].
    pub(super) tag: u8,
    /// How it is to be taken.
    pub(super) flags: u8,
    pub(super) bytes: &'a [u8],
}

impl<'a> Input<'a> {
    /// The next byte; 0 at the end.
    pub(super) fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    /// The one of `things` that the next byte means. `None`: there are none.
    pub(super) fn pick<'t, T>(&mut self, things: &'t [T]) -> Option<&'t T> {
        things.get(usize::from(self.byte()).checked_rem(things.len())?)
    }

    /// The rest as chunks: tag, flags, length (little-endian, 16 bits), bytes; the last may be cut off.
    pub(super) fn chunks(self) -> impl Iterator<Item = Chunk<'a>> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let (&[tag, flags, low, high], after) = rest.split_first_chunk()?;
            let length = usize::from(u16::from_le_bytes([low, high])).min(after.len());
            let (bytes, after) = after.split_at(length);
            rest = after;
            Some(Chunk { tag, flags, bytes })
        })
    }
}

/// The tag of the thing called `name`. Two things may have the same: no chunk has to be right.
pub(super) fn tag(name: &str) -> u8 {
    let hash =
        name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let [a, b, c, d] = hash.to_le_bytes();
    a ^ b ^ c ^ d
}
