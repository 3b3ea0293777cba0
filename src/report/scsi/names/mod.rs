//! Words for the codes of SPC-6 and SBC-4, as smartctl spells them: readers compare them.

mod sas;

use std::borrow::Cow;

pub(super) use sas::{attached_device_type, link_rate, phy_counter, phy_peak, phy_reset_reason};

/// Peripheral device type (SPC-6, "PERIPHERAL DEVICE TYPE field"), 5 bits.
pub(super) fn device_type(code: u8) -> Cow<'static, str> {
    Cow::Borrowed(match code {
        0x00 => "disk",
        0x01 => "tape",
        0x02 => "printer",
        0x03 => "processor",
        0x04 => "optical disk(4)",
        0x05 => "CD/DVD",
        0x06 => "scanner",
        0x07 => "optical disk(7)",
        0x08 => "medium changer",
        0x09 => "communications",
        0x0a => "graphics(10)",
        0x0b => "graphics(11)",
        0x0c => "storage array",
        0x0d => "enclosure",
        0x0e => "simplified disk",
        0x0f => "optical card reader",
        0x11 => "object based storage",
        0x12 => "automation/driver interface",
        0x13 => "security manager device",
        0x14 => "host managed zoned block device",
        0x1e => "well known logical unit",
        0x1f => "unknown or no device type",
        _ => return Cow::Owned(format!("reserved [0x{code:x}]")),
    })
}

/// Protocol identifier (SPC-6, "PROTOCOL IDENTIFIER field"), 4 bits.
pub(super) fn transport_protocol(code: u8) -> Cow<'static, str> {
    Cow::Borrowed(match code {
        0x0 => "Fibre channel (FCP-4)",
        0x1 => "Parallel SCSI (SPI-4)",
        0x2 => "SSA",
        0x3 => "IEEE 1394 (SBP-3)",
        0x4 => "RDMA (SRP)",
        0x5 => "iSCSI",
        0x6 => "SAS (SPL-4)",
        0x7 => "ADT",
        0x8 => "ATA (ACS-2)",
        0x9 => "UAS",
        0xa => "SOP",
        0xb => "PCIe",
        0xf => "None given [0xf]",
        _ => return Cow::Owned(format!("0x{code:x}")),
    })
}

/// Nominal form factor (SBC-4, VPD page B1h), 4 bits. `None`: a reserved code.
pub(super) fn form_factor(code: u8) -> Option<&'static str> {
    Some(match code {
        1 => "5.25 inches",
        2 => "3.5 inches",
        3 => "2.5 inches",
        4 => "1.8 inches",
        5 => "< 1.8 inches",
        _ => return None,
    })
}

/// Self-test code (SPC-6, log page 10h), 3 bits.
pub(super) fn self_test_code(code: u8) -> &'static str {
    match code {
        0 => "Default",
        1 => "Background short",
        2 => "Background long",
        3 => "Reserved(3)",
        4 => "Abort background",
        5 => "Foreground short",
        6 => "Foreground long",
        _ => "Reserved(7)",
    }
}

/// Self-test results (SPC-6, log page 10h), 4 bits.
pub(super) fn self_test_result(code: u8) -> Cow<'static, str> {
    Cow::Borrowed(match code {
        0 => "Completed",
        1 => "Aborted (by user command)",
        2 => "Aborted (device reset ?)",
        3 => "Unknown error, incomplete",
        4 => "Completed, segment failed",
        5 => "Failed in first segment",
        6 => "Failed in second segment",
        7 => "Failed in segment",
        15 => "Self test in progress ...",
        _ => return Cow::Owned(format!("Reserved({code})")),
    })
}

/// Sense key (SPC-6), 4 bits.
pub(super) fn sense_key(code: u8) -> &'static str {
    const KEYS: [&str; 16] = [
        "No Sense",
        "Recovered Error",
        "Not Ready",
        "Medium Error",
        "Hardware Error",
        "Illegal Request",
        "Unit Attention",
        "Data Protect",
        "Blank Check",
        "Vendor specific(9)",
        "Copy Aborted",
        "Aborted Command",
        "Equal",
        "Volume Overflow",
        "Miscompare",
        "Completed",
    ];
    KEYS[usize::from(code & 0x0f)]
}

/// Background scan status (SBC-4, log page 15h). `None`: a reserved code.
pub(super) fn background_scan_status(code: u8) -> Option<&'static str> {
    Some(match code {
        0 => "no scans active",
        1 => "scan is active",
        2 => "pre-scan is active",
        3 => "halted due to fatal error",
        4 => "halted due to a vendor specific pattern of error",
        5 => "halted due to medium formatted without P-List",
        6 => "halted - vendor specific cause",
        7 => "halted due to temperature out of range",
        8 => "waiting until BMS interval timer expires",
        _ => return None,
    })
}

/// Reassign status of a background scan result (SBC-4, log page 15h), 4 bits. `None`: a reserved code.
pub(super) fn reassign_status(code: u8) -> Option<&'static str> {
    Some(match code {
        0 => "Reserved [0x0]",
        1 => "Require Write or Reassign Blocks command",
        2 => "Successfully reassigned",
        3 => "Reserved [0x3]",
        4 => "Reassignment by disk failed",
        5 => "Recovered via rewrite in-place",
        6 => "Reassigned by app, has valid data",
        7 => "Reassigned by app, has no valid data",
        8 => "Unsuccessfully reassigned by app",
        _ => return None,
    })
}

/// An informational exception: additional sense codes 0Bh (warning) and 5Dh (failure prediction) of SPC-6.
/// `None`: any other code, which is no exception.
pub(super) fn informational_exception(asc: u8, ascq: u8) -> Option<Cow<'static, str>> {
    Some(Cow::Borrowed(match (asc, ascq) {
        (0x0b, 0x00) => "WARNING",
        (0x0b, 0x01) => "WARNING - SPECIFIED TEMPERATURE EXCEEDED",
        (0x0b, 0x02) => "WARNING - ENCLOSURE DEGRADED",
        (0x0b, _) => return Some(Cow::Owned(format!("WARNING: ascq=0x{ascq:x}"))),
        (0x5d, 0x00) => "FAILURE PREDICTION THRESHOLD EXCEEDED",
        (0x5d, 0x01) => "MEDIA FAILURE PREDICTION THRESHOLD EXCEEDED",
        (0x5d, 0x02) => "LOGICAL UNIT FAILURE PREDICTION THRESHOLD EXCEEDED",
        (0x5d, 0x03) => "SPARE AREA EXHAUSTION PREDICTION THRESHOLD EXCEEDED",
        (0x5d, 0xff) => "FAILURE PREDICTION THRESHOLD EXCEEDED (FALSE)",
        (0x5d, _) => return Some(impending_failure(ascq)),
        _ => return None,
    }))
}

/// 5Dh/10h to 5Dh/6Ch: the high digit names the part that fails, the low one how it shows.
fn impending_failure(ascq: u8) -> Cow<'static, str> {
    const PARTS: [&str; 6] = ["HARDWARE", "CONTROLLER", "DATA CHANNEL", "SERVO", "SPINDLE", "FIRMWARE"];
    const SIGNS: [&str; 13] = [
        "GENERAL HARD DRIVE FAILURE",
        "DRIVE ERROR RATE TOO HIGH",
        "DATA ERROR RATE TOO HIGH",
        "SEEK ERROR RATE TOO HIGH",
        "TOO MANY BLOCK REASSIGNS",
        "ACCESS TIMES TOO HIGH",
        "START UNIT TIMES TOO HIGH",
        "CHANNEL PARAMETRICS",
        "CONTROLLER DETECTED",
        "THROUGHPUT PERFORMANCE",
        "SEEK TIME PERFORMANCE",
        "SPIN-UP RETRY COUNT",
        "DRIVE CALIBRATION RETRY COUNT",
    ];
    let part = usize::from(ascq >> 4).checked_sub(1).and_then(|index| PARTS.get(index));
    let sign = SIGNS.get(usize::from(ascq & 0x0f));
    Cow::Owned(match (part, sign) {
        (Some(part), Some(sign)) => format!("{part} IMPENDING FAILURE {sign}"),
        _ => format!("FAILURE PREDICTION THRESHOLD EXCEEDED: ascq=0x{ascq:x}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_by_their_digits() {
        let word = |asc, ascq| informational_exception(asc, ascq).map(Cow::into_owned);
        assert_eq!(
            word(0x5d, 0x32).as_deref(),
            Some("DATA CHANNEL IMPENDING FAILURE DATA ERROR RATE TOO HIGH")
        );
        assert_eq!(
            word(0x5d, 0x6c).as_deref(),
            Some("FIRMWARE IMPENDING FAILURE DRIVE CALIBRATION RETRY COUNT")
        );
        for ascq in [0x04, 0x1d, 0x70, 0xfe] {
            assert_eq!(
                word(0x5d, ascq),
                Some(format!("FAILURE PREDICTION THRESHOLD EXCEEDED: ascq=0x{ascq:x}"))
            );
        }
        assert_eq!(word(0x0b, 0x03).as_deref(), Some("WARNING: ascq=0x3"));
        assert_eq!(word(0x11, 0x00), None);
        assert_eq!(word(0x00, 0x00), None);
    }
}
