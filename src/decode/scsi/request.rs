//! What can be asked of a SCSI device.

/// A command (SPC-6 and SBC-4), without the details of its transport.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Request {
    /// INQUIRY (12h), standard data.
    Inquiry,
    /// INQUIRY (12h) with EVPD set.
    VitalProductData {
        /// Page code.
        page: u8,
    },
    /// READ CAPACITY (16) (9Eh/10h), 32 bytes.
    ReadCapacity16,
    /// READ CAPACITY (10) (25h), 8 bytes.
    ReadCapacity10,
    /// LOG SENSE (4Dh), cumulative values.
    LogSense {
        /// Page code.
        page: u8,
        /// Subpage code.
        subpage: u8,
    },
    /// MODE SENSE (10) (5Ah), without block descriptors. The answer may be that of MODE SENSE (6) (1Ah).
    ModeSense {
        /// Page code.
        page: u8,
        /// Subpage code.
        subpage: u8,
        /// Changeable values (PC = 01b) instead of current ones (PC = 00b).
        changeable: bool,
    },
    /// REQUEST SENSE (03h).
    RequestSense,
    /// READ DEFECT DATA (12) (B7h): header of the grown defect list, format 4h (bytes from index) or as asked.
    ReadDefectData12,
    /// READ DEFECT DATA (10) (37h).
    ReadDefectData10,
    /// TEST UNIT READY (00h): no data.
    TestUnitReady,
}
