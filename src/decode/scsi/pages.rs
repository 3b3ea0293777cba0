//! Every decoded page of one SCSI device, and the table of how they are read.

use super::error_counters::ErrorCounters;
use super::grown_defects::{self, GrownDefects};
use super::informational_exceptions::InformationalExceptions;
use super::log_parameter::LogPage;
use super::mode::{InformationalExceptionsControl, ModePage};
use super::sense::SenseData;
use super::supported_logs::SupportedLogs;
use super::temperature::Temperature;
use super::vpd::{
    self, BlockDeviceCharacteristics, DeviceIdentification, SerialNumber, SupportedVpd, VpdPage,
};
use super::{Request, capacity, inquiry};
use crate::decode::{Page, Protocol};

/// Every decoded page of one SCSI device. `None`: it has no such page, or the page did not come.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Pages {
    /// Standard INQUIRY data.
    pub inquiry: Option<inquiry::Inquiry>,
    /// VPD page 00h.
    pub supported_vpd: Option<SupportedVpd>,
    /// READ CAPACITY (16) or (10).
    pub capacity: Option<capacity::Capacity>,
    /// VPD page B1h.
    pub block_device_characteristics: Option<BlockDeviceCharacteristics>,
    /// VPD page 83h.
    pub device_identification: Option<DeviceIdentification>,
    /// VPD page 80h.
    pub serial_number: Option<SerialNumber>,
    /// Mode page 1Ch.
    pub informational_exceptions_control: Option<InformationalExceptionsControl>,
    /// TEST UNIT READY said that the medium can be used now.
    pub ready: bool,
    /// Log page 00h/00h.
    pub supported_logs: Option<SupportedLogs>,
    /// Log page 00h/FFh.
    pub supported_log_subpages: Option<SupportedLogs>,
    /// Log page 2Fh.
    pub informational_exceptions: Option<InformationalExceptions>,
    /// Answer of REQUEST SENSE.
    pub sense: Option<SenseData>,
    /// Log page 0Dh.
    pub temperature: Option<Temperature>,
    /// Header of the grown defect list.
    pub grown_defects: Option<GrownDefects>,
    /// Log page 03h.
    pub read_errors: Option<ErrorCounters>,
    /// Log page 02h.
    pub write_errors: Option<ErrorCounters>,
    /// Log page 05h.
    pub verify_errors: Option<ErrorCounters>,
}

impl Pages {
    /// Has the device blocks that are read and written? `false` while that is not known.
    pub fn is_disk(&self) -> bool {
        self.inquiry.as_ref().is_some_and(inquiry::Inquiry::is_disk)
    }

    /// The informational exception that stands: additional sense code and its qualifier, 0/0 for none. From log
    /// page 2Fh where the device lists it, else from REQUEST SENSE. `None`: not known.
    pub fn exception(&self) -> Option<(u8, u8)> {
        if self.lists_log(0x2f, 0) {
            self.informational_exceptions.map(|page| (page.asc, page.ascq))
        } else {
            self.sense.map(|sense| (sense.asc, sense.ascq))
        }
    }

    /// Does the device list that log page?
    pub fn lists_log(&self, page: u8, subpage: u8) -> bool {
        [&self.supported_logs, &self.supported_log_subpages]
            .into_iter()
            .flatten()
            .any(|list| list.has(page, subpage))
    }

    fn log_requests(&self, page: u8, subpage: u8) -> Vec<Request> {
        if self.lists_log(page, subpage) { vec![Request::LogSense { page, subpage }] } else { Vec::new() }
    }
}

impl Protocol for Pages {
    type Request = Request;
    const PAGES: &'static [Page<Self>] = PAGES;
}

/// A VPD page: its name, title and code, the field of [`Pages`] it is kept in, and its type.
macro_rules! vpd_page {
    ($name:literal, $title:literal, $page:literal, $field:ident: $type:ident) => {
        Page {
            name: $name,
            title: $title,
            requests: |pages| vpd::requests(pages, $page),
            decode: |_, answer, pages| {
                pages.$field = Some($type::decode(VpdPage::parse($title, $page, answer.data)?)?);
                Ok(())
            },
        }
    };
}

/// A mode page of a disk, as above.
macro_rules! mode_page {
    ($name:literal, $title:literal, $page:literal, $field:ident: $type:ident, $wanted:expr) => {
        Page {
            name: $name,
            title: $title,
            requests: |pages| {
                let wanted: fn(&Pages) -> bool = $wanted;
                let request = Request::ModeSense { page: $page, subpage: 0, changeable: false };
                if pages.is_disk() && wanted(pages) { vec![request] } else { Vec::new() }
            },
            decode: |_, answer, pages| {
                pages.$field = Some($type::decode(ModePage::parse($title, $page, 0, answer.data)?)?);
                Ok(())
            },
        }
    };
}

/// A log page that the device lists, as above.
macro_rules! log_page {
    ($name:literal, $title:literal, $page:literal / $subpage:literal, $field:ident: $type:ident) => {
        Page {
            name: $name,
            title: $title,
            requests: |pages| pages.log_requests($page, $subpage),
            decode: |_, answer, pages| {
                pages.$field = Some($type::decode(LogPage::parse($title, $page, $subpage, answer.data)?)?);
                Ok(())
            },
        }
    };
}

/// The pages, in the order in which they are read.
#[rustfmt::skip]
pub const PAGES: &[Page<Pages>] = &[
    inquiry::PAGE,
    Page {
        name: "supported_vpd_pages",
        title: "Supported VPD Pages (00h)",
        requests: |_| vec![Request::VitalProductData { page: 0 }],
        decode: |_, answer, pages| {
            pages.supported_vpd = Some(SupportedVpd::decode(VpdPage::parse("Supported VPD Pages (00h)", 0, answer.data)?)?);
            Ok(())
        },
    },
    capacity::PAGE_16,
    capacity::PAGE_10,
    vpd_page!("block_device_characteristics", "Block Device Characteristics VPD page (B1h)", 0xb1, block_device_characteristics: BlockDeviceCharacteristics),
    vpd_page!("device_identification", "Device Identification VPD page (83h)", 0x83, device_identification: DeviceIdentification),
    vpd_page!("unit_serial_number", "Unit Serial Number VPD page (80h)", 0x80, serial_number: SerialNumber),
    mode_page!("informational_exceptions_control", "Informational Exceptions Control mode page (1Ch)", 0x1c, informational_exceptions_control: InformationalExceptionsControl, |_| true),
    Page {
        name: "test_unit_ready",
        title: "TEST UNIT READY",
        requests: |_| vec![Request::TestUnitReady],
        decode: |_, _, pages| {
            pages.ready = true;
            Ok(())
        },
    },
    Page {
        name: "supported_log_pages",
        title: "Supported Log Pages (00h)",
        requests: |_| vec![Request::LogSense { page: 0, subpage: 0 }],
        decode: |_, answer, pages| {
            pages.supported_logs = Some(SupportedLogs::decode_pages(LogPage::parse("Supported Log Pages (00h)", 0, 0, answer.data)?)?);
            Ok(())
        },
    },
    Page {
        name: "supported_log_subpages",
        title: "Supported Log Pages and Subpages (00h/FFh)",
        // Subpages came with SPC-4.
        requests: |pages| {
            let revision = pages.inquiry.as_ref().and_then(inquiry::Inquiry::spc_revision);
            let wanted = pages.supported_logs.is_some() && revision >= Some(4);
            if wanted { vec![Request::LogSense { page: 0, subpage: 0xff }] } else { Vec::new() }
        },
        decode: |_, answer, pages| {
            let title = "Supported Log Pages and Subpages (00h/FFh)";
            pages.supported_log_subpages = Some(SupportedLogs::decode_subpages(LogPage::parse(title, 0, 0xff, answer.data)?)?);
            Ok(())
        },
    },
    log_page!("informational_exceptions", "Informational Exceptions log page (2Fh)", 0x2f/0x00, informational_exceptions: InformationalExceptions),
    Page {
        name: "request_sense",
        title: "REQUEST SENSE",
        // Where there is no log page of it, the failure that the device predicts is in its sense data.
        requests: |pages| if pages.lists_log(0x2f, 0) { Vec::new() } else { vec![Request::RequestSense] },
        decode: |_, answer, pages| {
            pages.sense = Some(SenseData::decode("REQUEST SENSE", answer.data)?);
            Ok(())
        },
    },
    log_page!("temperature", "Temperature log page (0Dh)", 0x0d/0x00, temperature: Temperature),
    grown_defects::PAGE_12,
    grown_defects::PAGE_10,
    log_page!("read_error_counters", "Read Error Counters log page (03h)", 0x03/0x00, read_errors: ErrorCounters),
    log_page!("write_error_counters", "Write Error Counters log page (02h)", 0x02/0x00, write_errors: ErrorCounters),
    log_page!("verify_error_counters", "Verify Error Counters log page (05h)", 0x05/0x00, verify_errors: ErrorCounters),
];
