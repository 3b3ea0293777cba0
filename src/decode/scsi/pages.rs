//! Every decoded page of one SCSI device, and the table of how they are read.

use super::background_scan::BackgroundScan;
use super::environment::Environment;
use super::error_counters::ErrorCounters;
use super::farm::Farm;
use super::format_status::FormatStatus;
use super::general_statistics::GeneralStatistics;
use super::grown_defects::{self, GrownDefects};
use super::informational_exceptions::InformationalExceptions;
use super::last_events::LastEvents;
use super::log_parameter::LogPage;
use super::mode::{Caching, Control, InformationalExceptionsControl, ModePage, ProtocolSpecificPort};
use super::non_medium_errors::NonMediumErrors;
use super::pending_defects::PendingDefects;
use super::sas_phy::SasPorts;
use super::self_test::SelfTests;
use super::sense::SenseData;
use super::solid_state_media::SolidStateMedia;
use super::start_stop::StartStop;
use super::supported_logs::SupportedLogs;
use super::temperature::Temperature;
use super::vendor::{CacheStatistics, FactoryLog, Vendor};
use super::vpd::{
    self, BlockDeviceCharacteristics, DeviceIdentification, ExtendedInquiry, LogicalBlockProvisioning,
    SerialNumber, SupportedVpd, VpdPage,
};
use super::zoned_statistics::ZonedStatistics;
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
    /// VPD page B2h.
    pub logical_block_provisioning: Option<LogicalBlockProvisioning>,
    /// VPD page B1h.
    pub block_device_characteristics: Option<BlockDeviceCharacteristics>,
    /// VPD page 83h.
    pub device_identification: Option<DeviceIdentification>,
    /// VPD page 80h.
    pub serial_number: Option<SerialNumber>,
    /// Mode page 1Ch.
    pub informational_exceptions_control: Option<InformationalExceptionsControl>,
    /// Mode page 08h.
    pub caching: Option<Caching>,
    /// Mode page 19h.
    pub protocol_specific_port: Option<ProtocolSpecificPort>,
    /// Mode page 0Ah.
    pub control: Option<Control>,
    /// VPD page 86h.
    pub extended_inquiry: Option<ExtendedInquiry>,
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
    /// Log page 0Dh/01h.
    pub environment: Option<Environment>,
    /// Log page 11h.
    pub solid_state_media: Option<SolidStateMedia>,
    /// Log page 08h.
    pub format_status: Option<FormatStatus>,
    /// Log page 0Eh.
    pub start_stop: Option<StartStop>,
    /// Header of the grown defect list.
    pub grown_defects: Option<GrownDefects>,
    /// Log page 03h.
    pub read_errors: Option<ErrorCounters>,
    /// Log page 02h.
    pub write_errors: Option<ErrorCounters>,
    /// Log page 05h.
    pub verify_errors: Option<ErrorCounters>,
    /// Log page 06h.
    pub non_medium_errors: Option<NonMediumErrors>,
    /// Log page 07h.
    pub last_errors: Option<LastEvents>,
    /// Log page 0Bh.
    pub last_deferred_errors: Option<LastEvents>,
    /// Log page 15h/01h.
    pub pending_defects: Option<PendingDefects>,
    /// Log page 10h.
    pub self_tests: Option<SelfTests>,
    /// Log page 15h/00h.
    pub background_scan: Option<BackgroundScan>,
    /// Log page 3Eh of Seagate and Hitachi.
    pub factory_log: Option<FactoryLog>,
    /// Log page 37h of Seagate.
    pub cache_statistics: Option<CacheStatistics>,
    /// Log page 14h/01h.
    pub zoned_statistics: Option<ZonedStatistics>,
    /// Log page 19h.
    pub general_statistics: Option<GeneralStatistics>,
    /// Log page 18h.
    pub sas_ports: Option<SasPorts>,
    /// Log page 3Dh/03h of Seagate.
    pub farm: Option<Farm>,
}

impl Pages {
    /// Has the device blocks that are read and written? `false` while that is not known.
    pub fn is_disk(&self) -> bool {
        self.inquiry.as_ref().is_some_and(inquiry::Inquiry::is_disk)
    }

    /// Is it a disk of SBC-4 or ZBC-2? `false` while that is not known.
    pub fn is_hard_disk(&self) -> bool {
        self.inquiry.as_ref().is_some_and(inquiry::Inquiry::is_hard_disk)
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

    /// PROTOCOL IDENTIFIER of the transport, from VPD page 83h or mode page 19h: 6 is SAS.
    pub fn transport_protocol(&self) -> Option<u8> {
        let named = self.device_identification.as_ref().and_then(DeviceIdentification::protocol);
        named.or_else(|| self.protocol_specific_port.map(|port| port.protocol))
    }

    /// Power on minutes, from log page 15h or else 3Eh.
    pub fn power_on_minutes(&self) -> Option<u32> {
        let scanned = self.background_scan.as_ref().map(|scan| scan.power_on_minutes);
        // All ones, which would be 8,000 years, is how disks say that they do not know.
        scanned
            .filter(|&minutes| minutes != u32::MAX)
            .or_else(|| self.factory_log.map(|log| log.power_on_minutes))
    }

    /// Has the disk zones, as its type or VPD page B1h says?
    pub fn is_zoned(&self) -> bool {
        let by_type = self.inquiry.as_ref().is_some_and(|inquiry| inquiry.device_type == 0x14);
        by_type || self.block_device_characteristics.as_ref().is_some_and(|page| page.zoned.is_some())
    }

    /// Has a Seagate SAS disk the Field Accessible Reliability Metrics log (log page 3Dh/03h)?
    pub fn has_farm(&self) -> bool {
        self.is_of(Vendor::Seagate) && self.lists_log(0x3d, 3)
    }

    fn is_of(&self, vendor: Vendor) -> bool {
        self.inquiry.as_ref().and_then(Vendor::of) == Some(vendor)
    }

    /// The factory log is asked only where its power on time is known from nowhere else.
    fn wants_factory_log(&self) -> bool {
        self.background_scan.is_none() && (self.is_of(Vendor::Seagate) || self.is_of(Vendor::Hitachi))
    }

    /// How long an extended self-test takes, in seconds, from the Control mode page or, in minutes, from VPD page 86h.
    pub fn extended_self_test_seconds(&self) -> Option<u32> {
        let control = self.control.and_then(|control| control.extended_self_test_seconds);
        control.filter(|&seconds| seconds != u16::MAX).map(u32::from).or_else(|| {
            let minutes = self.extended_inquiry.and_then(|page| page.extended_self_test_minutes)?;
            u32::from(minutes).checked_mul(60)
        })
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
    const LISTS: &'static [&'static str] =
        &["supported_vpd_pages", "supported_log_pages", "supported_log_subpages"];
    const FALLBACKS: &'static [&'static str] = &[
        "read_capacity_10",
        "protocol_specific_port",
        "request_sense",
        "read_defect_data_10",
        "extended_inquiry",
        "factory_log",
    ];
    const ON_REQUEST: &'static [&'static str] = &["farm"];
}

/// A VPD page that the device lists: its name, title and code, the field of [`Pages`] it is kept in, its type,
/// and whether it is wanted at all.
macro_rules! vpd_page {
    ($name:literal, $title:literal, $page:literal, $field:ident: $type:ident) => {
        vpd_page!($name, $title, $page, $field: $type, |_| true)
    };
    ($name:literal, $title:literal, $page:literal, $field:ident: $type:ident, $wanted:expr) => {
        Page {
            name: $name,
            title: $title,
            requests: |pages| {
                let wanted: fn(&Pages) -> bool = $wanted;
                if wanted(pages) { vpd::requests(pages, $page) } else { Vec::new() }
            },
            decode: |_, answer, pages| {
                pages.$field = Some($type::decode(VpdPage::parse($title, $page, answer.data)?)?);
                Ok(())
            },
        }
    };
}

/// A mode page, as above; there is no list of them.
macro_rules! mode_page {
    ($name:literal, $title:literal, $page:literal, $field:ident: $type:ident, $wanted:expr) => {
        Page {
            name: $name,
            title: $title,
            requests: |pages| {
                let wanted: fn(&Pages) -> bool = $wanted;
                let request = Request::ModeSense { page: $page, subpage: 0, changeable: false };
                if wanted(pages) { vec![request] } else { Vec::new() }
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
        log_page!($name, $title, $page / $subpage, $field: $type, |_| true)
    };
    ($name:literal, $title:literal, $page:literal / $subpage:literal, $field:ident: $type:ident, $wanted:expr) => {
        Page {
            name: $name,
            title: $title,
            requests: |pages| {
                let wanted: fn(&Pages) -> bool = $wanted;
                if wanted(pages) { pages.log_requests($page, $subpage) } else { Vec::new() }
            },
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
        name: "test_unit_ready",
        title: "TEST UNIT READY",
        // Early: after a reset the first command but INQUIRY is answered UNIT ATTENTION, and this one loses nothing.
        requests: |_| vec![Request::TestUnitReady],
        decode: |_, _, pages| {
            pages.ready = true;
            Ok(())
        },
    },
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
    vpd_page!("logical_block_provisioning", "Logical Block Provisioning VPD page (B2h)", 0xb2, logical_block_provisioning: LogicalBlockProvisioning),
    vpd_page!("block_device_characteristics", "Block Device Characteristics VPD page (B1h)", 0xb1, block_device_characteristics: BlockDeviceCharacteristics),
    vpd_page!("device_identification", "Device Identification VPD page (83h)", 0x83, device_identification: DeviceIdentification),
    vpd_page!("unit_serial_number", "Unit Serial Number VPD page (80h)", 0x80, serial_number: SerialNumber),
    mode_page!("protocol_specific_port", "Protocol Specific Port mode page (19h)", 0x19, protocol_specific_port: ProtocolSpecificPort, |pages| pages.transport_protocol().is_none()),
    mode_page!("caching", "Caching mode page (08h)", 0x08, caching: Caching, Pages::is_disk),
    mode_page!("informational_exceptions_control", "Informational Exceptions Control mode page (1Ch)", 0x1c, informational_exceptions_control: InformationalExceptionsControl, |_| true),
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
    log_page!("environmental_reporting", "Environmental Reporting log page (0Dh/01h)", 0x0d/0x01, environment: Environment),
    log_page!("temperature", "Temperature log page (0Dh)", 0x0d/0x00, temperature: Temperature, |pages| pages.environment.is_none()),
    log_page!("solid_state_media", "Solid State Media log page (11h)", 0x11/0x00, solid_state_media: SolidStateMedia),
    log_page!("format_status", "Format Status log page (08h)", 0x08/0x00, format_status: FormatStatus),
    log_page!("start_stop_cycle_counter", "Start-Stop Cycle Counter log page (0Eh)", 0x0e/0x00, start_stop: StartStop),
    grown_defects::PAGE_12,
    grown_defects::PAGE_10,
    log_page!("read_error_counters", "Read Error Counters log page (03h)", 0x03/0x00, read_errors: ErrorCounters),
    log_page!("write_error_counters", "Write Error Counters log page (02h)", 0x02/0x00, write_errors: ErrorCounters),
    log_page!("verify_error_counters", "Verify Error Counters log page (05h)", 0x05/0x00, verify_errors: ErrorCounters),
    log_page!("non_medium_errors", "Non-Medium Error log page (06h)", 0x06/0x00, non_medium_errors: NonMediumErrors),
    log_page!("last_errors", "Last n Error Events log page (07h)", 0x07/0x00, last_errors: LastEvents),
    log_page!("last_deferred_errors", "Last n Deferred Errors or Asynchronous Events log page (0Bh)", 0x0b/0x00, last_deferred_errors: LastEvents),
    log_page!("pending_defects", "Pending Defects log page (15h/01h)", 0x15/0x01, pending_defects: PendingDefects),
    log_page!("self_test_results", "Self-Test Results log page (10h)", 0x10/0x00, self_tests: SelfTests),
    mode_page!("control", "Control mode page (0Ah)", 0x0a, control: Control, |pages| pages.lists_log(0x10, 0)),
    vpd_page!("extended_inquiry", "Extended INQUIRY Data VPD page (86h)", 0x86, extended_inquiry: ExtendedInquiry, |pages| pages.lists_log(0x10, 0) && pages.extended_self_test_seconds().is_none()),
    log_page!("background_scan", "Background Scan Results log page (15h)", 0x15/0x00, background_scan: BackgroundScan),
    log_page!("factory_log", "vendor's factory log page (3Eh)", 0x3e/0x00, factory_log: FactoryLog, Pages::wants_factory_log),
    log_page!("cache_statistics", "vendor's Cache Statistics log page (37h)", 0x37/0x00, cache_statistics: CacheStatistics, |pages| pages.is_of(Vendor::Seagate)),
    log_page!("zoned_block_device_statistics", "Zoned Block Device Statistics log page (14h/01h)", 0x14/0x01, zoned_statistics: ZonedStatistics, Pages::is_zoned),
    log_page!("general_statistics", "General Statistics and Performance log page (19h)", 0x19/0x00, general_statistics: GeneralStatistics),
    log_page!("farm", "Field Accessible Reliability Metrics log page (3Dh/03h)", 0x3d/0x03, farm: Farm, Pages::has_farm),
    log_page!("sas_phy", "Protocol Specific Port log page (18h)", 0x18/0x00, sas_ports: SasPorts),
];
