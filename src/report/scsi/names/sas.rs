//! Words for the codes of SPL-5.

use std::borrow::Cow;

/// Attached device type, 3 bits.
pub(in crate::report::scsi) fn attached_device_type(code: u8) -> Cow<'static, str> {
    Cow::Borrowed(match code {
        0 => "no device attached",
        1 => "SAS or SATA device",
        2 => "expander device",
        3 => "expander device (fanout)",
        _ => return Cow::Owned(format!("reserved [{code}]")),
    })
}

/// Why a phy was last reset, 4 bits.
pub(in crate::report::scsi) fn phy_reset_reason(code: u8) -> Cow<'static, str> {
    Cow::Borrowed(match code {
        0 => "unknown",
        1 => "power on",
        2 => "hard reset",
        3 => "SMP phy control function",
        4 => "loss of dword synchronization",
        5 => "mux mix up",
        6 => "I_T nexus loss timeout for STP/SATA",
        7 => "break timeout timer expired",
        8 => "phy test function stopped",
        9 => "expander device reduced functionality",
        _ => return Cow::Owned(format!("reserved [0x{code:x}]")),
    })
}

/// Negotiated logical link rate, 4 bits.
pub(in crate::report::scsi) fn link_rate(code: u8) -> Cow<'static, str> {
    Cow::Borrowed(match code {
        0x0 => "phy enabled; unknown",
        0x1 => "phy disabled",
        0x2 => "phy enabled; speed negotiation failed",
        0x3 => "phy enabled; SATA spinup hold state",
        0x4 => "phy enabled; port selector",
        0x5 => "phy enabled; reset in progress",
        0x6 => "phy enabled; unsupported phy attached",
        0x8 => "phy enabled; 1.5 Gbps",
        0x9 => "phy enabled; 3 Gbps",
        0xa => "phy enabled; 6 Gbps",
        0xb => "phy enabled; 12 Gbps",
        // smartctl 7.3, older than 24G SAS, says "reserved [12]".
        0xc => "phy enabled; 22.5 Gbps",
        _ => return Cow::Owned(format!("reserved [{code}]")),
    })
}

/// The key of a peak value detector by its phy event source, and that of its value.
pub(in crate::report::scsi) fn phy_peak(source: u8) -> Option<(&'static str, &'static str)> {
    Some(match source {
        0x2b => ("peak_transmitted_pathway_blocked", "count"),
        0x2c => ("peak_transmitted_arbitration_wait_time_us", "event"),
        0x2d => ("peak_arbitration_time_us", "event"),
        0x2e => ("peak_connection_time_us", "event"),
        _ => return None,
    })
}

/// The keys of a counter by its phy event source. Two have two spellings: that of smartctl 7.3 and that of later
/// ones, which join what is no letter to one `_`.
pub(in crate::report::scsi) fn phy_counter(source: u8) -> Option<&'static [&'static str]> {
    Some(match source {
        0x05 => &["elasticity_buffer_overflow_count"],
        0x06 => &["received_error_count"],
        0x20 => &["received_address_frame_error_count"],
        0x21 => &["transmitted_abandon_class_open_reject_count"],
        0x22 => &["received_abandon_class_open_reject_count"],
        0x23 => &["transmitted_retry_class_open_reject_count"],
        0x24 => &["received_retry_class_open_reject_count"],
        0x25 => &["received_aip__waiting_on_partial__count", "received_aip_waiting_on_partial_count"],
        0x26 => &["received_aip__waiting_on_connection__count", "received_aip_waiting_on_connection_count"],
        0x27 => &["transmitted_break_count"],
        0x28 => &["received_break_count"],
        0x29 => &["break_timeout_count"],
        0x2a => &["connection_count"],
        0x40 => &["transmitted_ssp_frame_count"],
        0x41 => &["received_ssp_frame_count"],
        0x42 => &["transmitted_ssp_frame_error_count"],
        0x43 => &["received_ssp_frame_error_count"],
        0x44 => &["transmitted_credit_blocked_count"],
        0x45 => &["received_credit_blocked_count"],
        0x50 => &["transmitted_sata_frame_count"],
        0x51 => &["received_sata_frame_count"],
        0x52 => &["sata_flow_control_buffer_overflow_count"],
        0x60 => &["transmitted_smp_frame_count"],
        0x61 => &["received_smp_frame_count"],
        0x63 => &["received_smp_frame_error_count"],
        _ => return None,
    })
}
