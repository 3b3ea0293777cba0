//! Status of a command, as completions and error log entries hold it (NVMe Base Specification 2.2, "Status field").

use std::borrow::Cow;

use crate::decode::bytes::{bit, bits};

/// Status field without the phase tag: Status Code in bits 7:0, Status Code Type in bits 10:8, Command Retry Delay in
/// bits 12:11, More in bit 13, Do Not Retry in bit 14.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status(pub u16);

impl Status {
    /// Status Code (SC).
    pub fn code(self) -> u8 {
        let [code, _] = self.0.to_le_bytes();
        code
    }

    /// Status Code Type (SCT): 0 generic, 1 command specific, 2 media and data integrity, 3 path, 7 vendor specific.
    pub fn code_type(self) -> u8 {
        u8::try_from(bits(self.0.into(), 10, 8)).unwrap_or_default()
    }

    /// Would the same command fail again (DNR)?
    pub fn do_not_retry(self) -> bool {
        bit(self.0, 14)
    }

    /// What the standard calls it; the numbers, where it has no name.
    pub fn words(self) -> Cow<'static, str> {
        let code = self.code();
        let (kind, names) = match self.code_type() {
            0 => ("Generic Command", GENERIC),
            1 => ("Command Specific", COMMAND_SPECIFIC),
            2 => ("Media and Data Integrity", MEDIA),
            3 => ("Path Related", PATH),
            7 => ("Vendor Specific", [].as_slice()),
            _ => ("Reserved", [].as_slice()),
        };
        match names.binary_search_by_key(&code, |(code, _)| *code).ok().and_then(|index| names.get(index)) {
            Some((_, name)) => Cow::Borrowed(name),
            None => Cow::Owned(format!("{kind} Status {code:#04x}")),
        }
    }
}

/// Status codes of one type, ascending.
type Names = &'static [(u8, &'static str)];

const GENERIC: Names = &[
    (0x00, "Successful Completion"),
    (0x01, "Invalid Command Opcode"),
    (0x02, "Invalid Field in Command"),
    (0x03, "Command ID Conflict"),
    (0x04, "Data Transfer Error"),
    (0x05, "Commands Aborted due to Power Loss Notification"),
    (0x06, "Internal Error"),
    (0x07, "Command Abort Requested"),
    (0x08, "Command Aborted due to SQ Deletion"),
    (0x09, "Command Aborted due to Failed Fused Command"),
    (0x0a, "Command Aborted due to Missing Fused Command"),
    (0x0b, "Invalid Namespace or Format"),
    (0x0c, "Command Sequence Error"),
    (0x0d, "Invalid SGL Segment Descriptor"),
    (0x0e, "Invalid Number of SGL Descriptors"),
    (0x0f, "Data SGL Length Invalid"),
    (0x10, "Metadata SGL Length Invalid"),
    (0x11, "SGL Descriptor Type Invalid"),
    (0x12, "Invalid Use of Controller Memory Buffer"),
    (0x13, "PRP Offset Invalid"),
    (0x14, "Atomic Write Unit Exceeded"),
    (0x15, "Operation Denied"),
    (0x16, "SGL Offset Invalid"),
    (0x18, "Host Identifier Inconsistent Format"),
    (0x19, "Keep Alive Timer Expired"),
    (0x1a, "Keep Alive Timeout Invalid"),
    (0x1b, "Command Aborted due to Preempt and Abort"),
    (0x1c, "Sanitize Failed"),
    (0x1d, "Sanitize In Progress"),
    (0x1e, "SGL Data Block Granularity Invalid"),
    (0x1f, "Command Not Supported for Queue in CMB"),
    (0x20, "Namespace is Write Protected"),
    (0x21, "Command Interrupted"),
    (0x22, "Transient Transport Error"),
    (0x23, "Command Prohibited by Command and Feature Lockdown"),
    (0x24, "Admin Command Media Not Ready"),
    (0x80, "LBA Out of Range"),
    (0x81, "Capacity Exceeded"),
    (0x82, "Namespace Not Ready"),
    (0x83, "Reservation Conflict"),
    (0x84, "Format In Progress"),
];

const COMMAND_SPECIFIC: Names = &[
    (0x00, "Completion Queue Invalid"),
    (0x01, "Invalid Queue Identifier"),
    (0x02, "Invalid Queue Size"),
    (0x03, "Abort Command Limit Exceeded"),
    (0x05, "Asynchronous Event Request Limit Exceeded"),
    (0x06, "Invalid Firmware Slot"),
    (0x07, "Invalid Firmware Image"),
    (0x08, "Invalid Interrupt Vector"),
    (0x09, "Invalid Log Page"),
    (0x0a, "Invalid Format"),
    (0x0b, "Firmware Activation Requires Conventional Reset"),
    (0x0c, "Invalid Queue Deletion"),
    (0x0d, "Feature Identifier Not Saveable"),
    (0x0e, "Feature Not Changeable"),
    (0x0f, "Feature Not Namespace Specific"),
    (0x10, "Firmware Activation Requires NVM Subsystem Reset"),
    (0x11, "Firmware Activation Requires Controller Level Reset"),
    (0x12, "Firmware Activation Requires Maximum Time Violation"),
    (0x13, "Firmware Activation Prohibited"),
    (0x14, "Overlapping Range"),
    (0x15, "Namespace Insufficient Capacity"),
    (0x16, "Namespace Identifier Unavailable"),
    (0x18, "Namespace Already Attached"),
    (0x19, "Namespace Is Private"),
    (0x1a, "Namespace Not Attached"),
    (0x1b, "Thin Provisioning Not Supported"),
    (0x1c, "Controller List Invalid"),
    (0x1d, "Device Self-test In Progress"),
    (0x1e, "Boot Partition Write Prohibited"),
    (0x1f, "Invalid Controller Identifier"),
    (0x20, "Invalid Secondary Controller State"),
    (0x21, "Invalid Number of Controller Resources"),
    (0x22, "Invalid Resource Identifier"),
    (0x24, "ANA Group Identifier Invalid"),
    (0x25, "ANA Attach Failed"),
    (0x29, "I/O Command Set Not Supported"),
    (0x80, "Conflicting Attributes"),
    (0x81, "Invalid Protection Information"),
    (0x82, "Attempted Write to Read Only Range"),
    (0x83, "Command Size Limit Exceeded"),
];

const MEDIA: Names = &[
    (0x80, "Write Fault"),
    (0x81, "Unrecovered Read Error"),
    (0x82, "End-to-end Guard Check Error"),
    (0x83, "End-to-end Application Tag Check Error"),
    (0x84, "End-to-end Reference Tag Check Error"),
    (0x85, "Compare Failure"),
    (0x86, "Access Denied"),
    (0x87, "Deallocated or Unwritten Logical Block"),
    (0x88, "End-to-end Storage Tag Check Error"),
];

const PATH: Names = &[
    (0x00, "Internal Path Error"),
    (0x01, "Asymmetric Access Persistent Loss"),
    (0x02, "Asymmetric Access Inaccessible"),
    (0x03, "Asymmetric Access Transition"),
    (0x60, "Controller Pathing Error"),
    (0x70, "Host Pathing Error"),
    (0x71, "Command Aborted By Host"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_has_its_parts_and_words() {
        let status = Status(0x4109);
        assert_eq!((status.code_type(), status.code(), status.do_not_retry()), (1, 0x09, true));
        assert_eq!(status.words(), "Invalid Log Page");
        assert_eq!(Status(0x0281).words(), "Unrecovered Read Error");
        assert_eq!(Status(0x07c1).words(), "Vendor Specific Status 0xc1");
        assert_eq!(Status(0x00bf).words(), "Generic Command Status 0xbf");
    }

    #[test]
    fn names_ascend_so_that_they_are_found() {
        for names in [GENERIC, COMMAND_SPECIFIC, MEDIA, PATH] {
            assert!(names.is_sorted_by(|(a, _), (b, _)| a < b));
        }
    }
}
