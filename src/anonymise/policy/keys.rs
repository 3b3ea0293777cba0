//! Fixed keys, each of a node or of none, found by a hash: one look and one comparison for each key of a record.

/// Slots of the table: some four for each key of the policy and each word of the vocabulary, so that a look seldom meets another.
const SLOTS: usize = 1 << 13;

/// A table of keys and the numbers they stand for.
#[derive(Debug)]
pub(super) struct Keys(Vec<Option<(usize, &'static str, usize)>>);

impl Default for Keys {
    fn default() -> Self {
        Self(vec![None; SLOTS])
    }
}

impl Keys {
    /// Adds `key` of `node`.
    pub(super) fn add(&mut self, node: usize, key: &'static str, number: usize) {
        let slot = probe(node, key.as_bytes()).find(|slot| self.0[*slot].is_none());
        if let Some(slot) = slot {
            self.0[slot] = Some((node, key, number));
        }
    }

    /// The number of `key` of `node`.
    pub(super) fn find(&self, node: usize, key: &[u8]) -> Option<usize> {
        for slot in probe(node, key) {
            let (of, name, number) = self.0[slot]?;
            if of == node && name.as_bytes() == key {
                return Some(number);
            }
        }
        None
    }
}

/// The slots in which a key may be, in order.
fn probe(node: usize, key: &[u8]) -> impl Iterator<Item = usize> {
    const MIX: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = (node as u64) << 32 | key.len() as u64;
    let (words, rest) = key.as_chunks::<8>();
    for word in words {
        hash = (hash ^ u64::from_le_bytes(*word)).wrapping_mul(MIX).rotate_left(29);
    }
    let rest = rest.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
    let first = ((hash ^ rest).wrapping_mul(MIX) >> 32) as usize;
    (first..first + SLOTS).map(|slot| slot % SLOTS)
}
