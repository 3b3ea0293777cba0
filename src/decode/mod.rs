//! Bytes to typed values: pure, without I/O, clock, logging or panic, whatever the bytes are.
//!
//! A page of a standard is one file, and one line in the `PAGES` of its protocol. The page says how it is
//! asked for ([`Page::requests`], from what earlier pages told) and how its answer is decoded
//! ([`Page::decode`], into the protocol's `Pages`); the source walks the list and needs to know no page.
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

pub mod ata;
pub mod bytes;
mod error;
#[cfg(test)]
pub(crate) mod hostile;
pub mod nvme;
mod page;
pub mod scsi;

pub use error::DecodeError;
pub use page::{Answer, Page, Protocol};
