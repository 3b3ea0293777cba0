//! NVMe: Identify data structures and log pages of the NVM Express Base and NVM Command Set specifications.
//!
//! No controller is asked for what it does not claim to have: a refused Get Log Page is an entry in its error log,
//! which people then take for a failing disk.

mod active_namespaces;
mod endurance_group;
mod error_information;
mod firmware_slot;
mod identify_controller;
mod identify_namespace;
mod layout;
pub(super) mod ocp_smart;
mod power_state;
mod self_test;
mod smart_health;
mod status;
mod supported_log_pages;
#[cfg(test)]
mod tests;

use super::{Page, Protocol};

pub use endurance_group::EnduranceGroup;
pub use error_information::{ErrorEntry, ErrorInformation};
pub use firmware_slot::FirmwareSlot;
pub use identify_controller::IdentifyController;
pub use identify_namespace::{IdentifyNamespace, LbaFormat};
pub use layout::Kelvin;
pub use ocp_smart::{BadBlocks, OcpSmart};
pub use power_state::{Power, PowerState};
pub use self_test::{SelfTest, SelfTestResult};
pub use smart_health::SmartHealth;
pub use status::Status;
pub use supported_log_pages::SupportedLogPages;

/// The Namespace Identifier that stands for the whole controller.
pub const CONTROLLER: u32 = 0xffff_ffff;

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
        /// Log Specific Identifier (LSI): the endurance group of log page 09h; 0 where the log needs none.
        specific: u16,
        /// Bytes wanted; a multiple of 4.
        length: u32,
    },
}

impl Request {
    /// Namespace Identifier.
    pub fn nsid(&self) -> u32 {
        match self {
            Self::Identify { nsid, .. } | Self::GetLogPage { nsid, .. } => *nsid,
        }
    }
}

/// Every decoded page of one NVMe controller. `None` or empty: not asked for, or not had (see the record's sections).
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Pages {
    /// The namespace whose node was opened; `None` for the controller's own node.
    pub opened_namespace: Option<u32>,
    /// So many of the newest entries of the error log are read. `None`: 16.
    pub most_errors: Option<u16>,
    /// Identify Controller data structure (CNS 01h).
    pub controller: Option<Box<IdentifyController>>,
    /// Active Namespace ID list (CNS 02h), ascending.
    pub active_namespaces: Option<Vec<u32>>,
    /// Identify Namespace data structures (CNS 00h), one for each namespace that was asked for.
    pub namespaces: Vec<IdentifyNamespace>,
    /// SMART / Health Information (log page 02h) of the whole controller.
    pub smart_health: Option<SmartHealth>,
    /// Error Information (log page 01h).
    pub error_information: Option<ErrorInformation>,
    /// Device Self-test (log page 06h).
    pub self_test: Option<SelfTest>,
    /// Supported Log Pages (log page 00h).
    pub supported_log_pages: Option<SupportedLogPages>,
    /// Firmware Slot Information (log page 03h).
    pub firmware_slot: Option<FirmwareSlot>,
    /// Endurance Group Information (log page 09h), one for each group that was asked for.
    pub endurance_groups: Vec<EnduranceGroup>,
    /// OCP SMART / Health Information Extended (log page C0h).
    pub ocp_smart: Option<OcpSmart>,
}

impl Pages {
    /// Does the Supported Log Pages log list log page `lid`?
    fn lists(&self, lid: u8) -> bool {
        self.supported_log_pages.as_ref().is_some_and(|pages| pages.identifiers.contains(&lid))
    }
}

impl Protocol for Pages {
    type Request = Request;
    const PAGES: &'static [Page<Self>] = PAGES;
    const LISTS: &'static [&'static str] = &["supported_log_pages", "active_namespaces"];
    const FALLBACKS: &'static [&'static str] = &[];
}

/// The pages, in the order in which they are read.
pub const PAGES: &[Page<Pages>] = &[
    identify_controller::PAGE,
    active_namespaces::PAGE,
    identify_namespace::PAGE,
    smart_health::PAGE,
    error_information::PAGE,
    self_test::PAGE,
    supported_log_pages::PAGE,
    firmware_slot::PAGE,
    endurance_group::PAGE,
    ocp_smart::PAGE,
];
