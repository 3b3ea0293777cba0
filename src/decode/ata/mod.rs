//! ATA: the data structures and logs of ACS-5, as READ LOG, SMART and IDENTIFY commands return them.

mod identify;
mod smart_data;
mod smart_status;
mod smart_thresholds;

use super::{Page, Protocol};

pub use identify::{
    AcousticManagement, Identify, PowerManagement, Rotation, SctCapabilities, SmartSupport, Trim,
    WorldWideName,
};
pub use smart_data::{Attribute, OfflineCapability, SmartData};
pub use smart_status::SmartStatus;
pub use smart_thresholds::SmartThresholds;

/// What can be asked of an ATA device (ACS-5 commands).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Request {
    /// IDENTIFY DEVICE (ECh), 512 bytes.
    IdentifyDevice,
    /// SMART READ DATA (B0h/D0h), 512 bytes.
    SmartReadData,
    /// SMART READ THRESHOLDS (B0h/D1h), 512 bytes; obsolete since ATA-4, answered by every drive that has SMART.
    SmartReadThresholds,
    /// SMART RETURN STATUS (B0h/DAh): the answer is in the registers.
    SmartReturnStatus,
    /// SMART READ LOG (B0h/D5h).
    SmartReadLog {
        /// Log address.
        address: u8,
        /// Number of 512-byte pages.
        pages: u8,
    },
    /// READ LOG EXT (2Fh).
    ReadLogExt {
        /// Log address.
        address: u8,
        /// First page.
        page: u16,
        /// Number of 512-byte pages.
        pages: u16,
    },
}

/// Output registers of a command (ACS-5, "normal output" and "error output").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Registers {
    /// ERROR.
    pub error: u8,
    /// COUNT; 16 bits where the transport returned them all.
    pub count: u16,
    /// LBA, 48 bits; only the low 28 where the transport returned no more.
    pub lba: u64,
    /// DEVICE.
    pub device: u8,
    /// STATUS.
    pub status: u8,
}

/// Every decoded page of one ATA device. `None`: not there, not asked, or not answered.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Pages {
    /// IDENTIFY DEVICE data.
    pub identify: Option<Identify>,
    /// SMART READ DATA.
    pub smart_data: Option<SmartData>,
    /// SMART READ THRESHOLDS.
    pub smart_thresholds: Option<SmartThresholds>,
    /// SMART RETURN STATUS.
    pub smart_status: Option<SmartStatus>,
}

impl Pages {
    /// `request`, of a drive that has SMART and has it switched on, or does not tell.
    fn if_smart(&self, request: Request) -> Vec<Request> {
        let smart = self.identify.as_ref().map(|identify| identify.smart);
        let off = smart.is_none_or(|smart| smart.available == Some(false) || smart.enabled == Some(false));
        if off { Vec::new() } else { vec![request] }
    }
}

impl Protocol for Pages {
    type Request = Request;
    const PAGES: &'static [Page<Self>] = PAGES;
}

/// The pages, in the order in which they are read.
pub const PAGES: &[Page<Pages>] =
    &[identify::PAGE, smart_data::PAGE, smart_thresholds::PAGE, smart_status::PAGE];
