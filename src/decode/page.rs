//! The shape of a page: how it is asked for, and how its answer is decoded.

use super::DecodeError;

/// A command set whose pages are listed in [`Protocol::PAGES`].
///
/// The implementing type is the set of decoded pages of one device (`ata::Pages`, `scsi::Pages`, `nvme::Pages`).
pub trait Protocol: Default + 'static {
    /// What can be asked of the device, in the terms of its standard.
    type Request: std::fmt::Debug + Clone + PartialEq;

    /// Every page, in the order in which they are asked for: a page may look at what earlier ones told.
    const PAGES: &'static [Page<Self>];

    /// Names of the pages that tell which others the device has: while one of them could not be read, a page that was
    /// not asked for may be there all the same.
    const LISTS: &'static [&'static str];

    /// Names of the pages that only stand in for another one, or complete it: where that one came whole, they are no
    /// gap, and nothing to speak of.
    const FALLBACKS: &'static [&'static str];

    /// Names of the pages that are asked for only if one says so: they are long, and no part of the usual record.
    const ON_REQUEST: &'static [&'static str] = &[];
}

/// One page of a standard.
#[derive(Debug)]
pub struct Page<P: Protocol> {
    /// The section's key under `stone.sections` of the record: lower case, words joined by `_`.
    pub name: &'static str,
    /// What the standard calls it, with its code: for people.
    pub title: &'static str,
    /// The commands that read it from a device of which `P` is known so far, in order.
    /// Empty: the device has no such page (or what would tell so is missing).
    pub requests: fn(&P) -> Vec<P::Request>,
    /// Decodes the answer to one of those requests into `P`.
    ///
    /// # Errors
    /// The bytes are not the page. `P` is then as it was.
    pub decode: fn(&P::Request, &Answer<'_>, &mut P) -> Result<(), DecodeError>,
}

/// What a command brought back.
#[derive(Debug, Clone, Copy, Default)]
pub struct Answer<'a> {
    /// Data-in bytes, as many as the device sent. Empty for a command without data.
    pub data: &'a [u8],
    /// ATA output registers, where the transport returned them.
    pub registers: Option<super::ata::Registers>,
    /// Command-specific result, DWORD 0 of an NVMe completion. 0 for other protocols.
    pub result: u32,
}
