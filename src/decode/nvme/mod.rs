//! NVMe: Identify data structures and log pages of the NVM Express Base and NVM Command Set specifications.

use super::{Page, Protocol};

/// What can be asked of an NVMe controller (admin commands of the NVMe Base Specification).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Request {
    /// Identify (06h), 4,096 bytes.
    Identify {
        /// Controller or Namespace Structure (CNS).
        cns: u8,
        /// Namespace Identifier; 0 where the structure needs none.
        nsid: u32,
    },
    /// Get Log Page (02h).
    GetLogPage {
        /// Log Page Identifier (LID).
        lid: u8,
        /// Namespace Identifier; FFFF_FFFFh for the controller.
        nsid: u32,
        /// Bytes wanted; a multiple of 4.
        length: u32,
    },
}

/// Every decoded page of one NVMe controller.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Pages {
    /// The namespace whose node was opened; `None` for the controller's own node.
    pub opened_namespace: Option<u32>,
}

impl Protocol for Pages {
    type Request = Request;
    const PAGES: &'static [Page<Self>] = PAGES;
}

/// The pages, in the order in which they are read.
pub const PAGES: &[Page<Pages>] = &[];
