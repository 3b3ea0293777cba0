//! How a SCSI disk is asked for its pages.

use super::walk::{INQUIRY, Speak};
use crate::decode::scsi::{Pages, Request};
use crate::transport::{Command, ScsiCdb, TransportError};

/// Allocation length of LOG SENSE: all of any page; a multiple of 4, since some bridges move whole words only.
const WHOLE_LOG: u16 = 0xfffc;
/// Allocation length for targets that refuse a longer one.
const SHORT: u16 = 252;

impl Speak for Pages {
    const QUICK: &'static [&'static str] = &[
        "informational_exceptions_control",
        "supported_log_pages",
        "informational_exceptions",
        "request_sense",
        "temperature",
        "solid_state_media",
        "read_error_counters",
        "background_scan",
    ];

    fn command(request: &Request) -> Command {
        Command::Scsi(match *request {
            Request::Inquiry => ScsiCdb::inquiry(INQUIRY),
            Request::VitalProductData { page } => ScsiCdb::vital_product_data(page, 1024),
            Request::ReadCapacity16 => ScsiCdb::read_capacity_16(),
            Request::ReadCapacity10 => ScsiCdb::read_capacity_10(),
            Request::LogSense { page, subpage } => ScsiCdb::log_sense(page, subpage, WHOLE_LOG),
            Request::ModeSense { page, subpage, changeable } => {
                ScsiCdb::mode_sense_10(page, subpage, changeable, SHORT)
            }
            Request::RequestSense => ScsiCdb::request_sense(),
            Request::ReadDefectData12 => ScsiCdb::read_defect_data_12(4),
            Request::ReadDefectData10 => ScsiCdb::read_defect_data_10(4),
            Request::TestUnitReady => ScsiCdb::test_unit_ready(),
        })
    }

    fn again(request: &Request, error: &TransportError) -> Option<Command> {
        let refused = matches!(error, TransportError::Scsi { sense: Some(sense), .. } if sense.key == 0x05);
        let host = matches!(error, TransportError::Host { .. });
        match *request {
            // Older targets and USB bridges know 36 bytes of INQUIRY and nothing longer.
            Request::Inquiry if refused || host => Some(Command::Scsi(ScsiCdb::inquiry(36))),
            Request::VitalProductData { page } if host => {
                Some(Command::Scsi(ScsiCdb::vital_product_data(page, SHORT)))
            }
            Request::LogSense { page, subpage } if host => {
                Some(Command::Scsi(ScsiCdb::log_sense(page, subpage, SHORT)))
            }
            // 5/20h: the 10-byte form is unknown, not the page.
            Request::ModeSense { page, subpage, changeable } if matches!(error, TransportError::Scsi { sense: Some(sense), .. } if sense.key == 0x05 && sense.asc == 0x20) => {
                Some(Command::Scsi(ScsiCdb::mode_sense_6(page, subpage, changeable, 252)))
            }
            _ => None,
        }
    }
}
