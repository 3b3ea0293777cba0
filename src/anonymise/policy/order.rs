//! Which key stood where when a record was last read: a guess that spares most keys the look into the table.
//!
//! A program writes the keys of its records in one order. A guess is compared with what stands there like any other key, so a
//! record in an order of its own costs time and nothing else; nothing but numbers of public keys is remembered.

use std::sync::atomic::{AtomicU32, Ordering};

/// For each place, the node of the key that was seen there; 0, which is no key's, where none was.
#[derive(Debug, Default)]
pub(super) struct Order(Vec<AtomicU32>);

/// A place in an object where a key may stand.
#[derive(Debug, Clone, Copy)]
pub(in crate::anonymise) struct Place(usize);

impl Place {
    /// The beginning of the object at `node`.
    pub(in crate::anonymise) fn first_in(node: usize) -> Self {
        Self(2 * node)
    }

    /// Behind the key that leads to `node`.
    pub(in crate::anonymise) fn behind(node: usize) -> Self {
        Self(2 * node + 1)
    }
}

impl Order {
    /// Nothing is known yet of so many nodes.
    pub(super) fn of(nodes: usize) -> Self {
        Self((0..2 * nodes).map(|_| AtomicU32::default()).collect())
    }

    /// The node of the key that was last seen at `place`.
    pub(super) fn at(&self, place: Place) -> usize {
        self.0.get(place.0).map_or(0, |node| node.load(Ordering::Relaxed) as usize)
    }

    /// The key of `node` was seen at `place`.
    pub(super) fn saw(&self, place: Place, node: usize) {
        if let (Some(seen), Ok(node)) = (self.0.get(place.0), u32::try_from(node)) {
            seen.store(node, Ordering::Relaxed);
        }
    }
}
