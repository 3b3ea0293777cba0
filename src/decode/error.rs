//! What can be wrong with the bytes of a page.

use thiserror::Error;

/// Why the bytes of a page were not decoded. Never holds bytes of the drive: they could be a serial number.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// Fewer bytes than the part of the page that every revision has.
    #[error("{page} is cut short: {got} bytes, at least {need} are needed")]
    Short {
        /// Name of the page, as the standard has it.
        page: &'static str,
        /// Bytes needed.
        need: usize,
        /// Bytes there were.
        got: usize,
    },
    /// The sum of all bytes of a 512-byte ATA data structure is not zero.
    #[error("{page} has a wrong checksum")]
    Checksum {
        /// Name of the page.
        page: &'static str,
    },
    /// The answer belongs to another page, or to none.
    #[error("{page} was asked for, the answer says it is page {got:#04x}")]
    OtherPage {
        /// Name of the page that was asked for.
        page: &'static str,
        /// Number in the answer's header.
        got: u32,
    },
    /// A field says something the standard does not allow, so that the rest cannot be read.
    #[error("{page} cannot be read: {field} is {value:#x}")]
    Field {
        /// Name of the page.
        page: &'static str,
        /// Name of the field.
        field: &'static str,
        /// Its value.
        value: u64,
    },
    /// The command gives its answer in registers, and the transport brought none.
    #[error("{page} needs the output registers, which the transport did not return")]
    NoRegisters {
        /// Name of the page.
        page: &'static str,
    },
}
