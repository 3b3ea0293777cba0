//! ATA: the data structures and logs of ACS-5, as READ LOG, SMART and IDENTIFY commands return them.

mod concurrent_positioning_ranges;
mod device_statistics;
mod device_statistics_fields;
mod error_log;
mod farm;
mod firmware_bugs;
mod identify;
mod log_directory;
mod pending_defects;
mod phy_event_counters;
mod power_mode;
mod sct_error_recovery;
mod sct_status;
mod sct_temperature_history;
mod sector;
mod selective_self_test_log;
mod self_test_log;
mod smart_data;
mod smart_status;
mod smart_thresholds;

use super::{Page, Protocol};

pub use concurrent_positioning_ranges::PositioningRange;
pub use device_statistics::{DeviceStatistics, StatisticsEntry, StatisticsPage};
pub use device_statistics_fields::Statistic;
pub use error_log::{ExtendedErrorLog, LoggedCommand, LoggedError, NEWEST, SummaryErrorLog};
pub use farm::{Farm, FarmPage};
pub use firmware_bugs::FirmwareBugs;
pub use identify::{
    AcousticManagement, Identify, PowerManagement, Rotation, SctCapabilities, SmartSupport, Trim,
    WorldWideName,
};
pub use log_directory::LogDirectory;
pub use pending_defects::{PendingDefect, PendingDefects};
pub use phy_event_counters::{PhyEventCounter, PhyEventCounters};
pub use power_mode::PowerMode;
pub use sct_error_recovery::RecoveryLimit;
pub use sct_status::{LimitCounts, SctStatus, SctTemperatures};
pub use sct_temperature_history::TemperatureHistory;
pub use selective_self_test_log::{SelectiveFlags, SelectiveSelfTestLog};
pub use self_test_log::{SelfTest, SelfTestLog};
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
    /// CHECK POWER MODE (E5h): the answer is in the registers.
    CheckPowerMode,
    /// SCT Data Table (action 5, function 1, table 2): makes log E1h hold the temperature history. No data comes.
    SctTemperatureHistory,
    /// SCT Error Recovery Control (action 3, function 2, selection 1): the time limit of reads, in the registers.
    SctReadTimer,
    /// SCT Error Recovery Control (action 3, function 2, selection 2): the time limit of writes, in the registers.
    SctWriteTimer,
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

/// What is asked for beyond what every record has, or in another number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    /// Is the drive awake? Asked for first.
    pub power_mode: bool,
    /// The Summary SMART Error log of a drive that has the extended one as well.
    pub summary_error_log: bool,
    /// The SMART Self-test log of a drive that has the extended one as well.
    pub self_test_log: bool,
    /// The list of the pages of device statistics, as a list of its own.
    pub statistics_list: bool,
    /// So many of the newest errors of the extended log. `None`: [`NEWEST`].
    pub errors: Option<u16>,
    /// So many of the newest self-tests of the extended log. `None`: 25.
    pub self_tests: Option<u16>,
    /// So many pending defects. `None`: those of the first page of the log, 31.
    pub defects: Option<u32>,
}

/// Every decoded page of one ATA device. `None`: not there, not asked, or not answered.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Pages {
    /// What is asked for: set before the first page.
    pub wanted: Wanted,
    /// What the firmware does wrong, known from elsewhere: set before the pages that it matters for.
    pub firmware_bugs: FirmwareBugs,
    /// It belongs to a family of Seagate's, known from elsewhere.
    pub family_is_seagate: bool,
    /// IDENTIFY DEVICE data.
    pub identify: Option<Identify>,
    /// CHECK POWER MODE.
    pub power_mode: Option<PowerMode>,
    /// SMART READ DATA.
    pub smart_data: Option<SmartData>,
    /// SMART READ THRESHOLDS.
    pub smart_thresholds: Option<SmartThresholds>,
    /// SMART RETURN STATUS.
    pub smart_status: Option<SmartStatus>,
    /// General Purpose Log directory.
    pub log_directory: Option<LogDirectory>,
    /// SMART Log directory.
    pub smart_log_directory: Option<LogDirectory>,
    /// Extended Comprehensive SMART Error log.
    pub extended_error_log: Option<ExtendedErrorLog>,
    /// Summary SMART Error log, of a drive without the extended one.
    pub summary_error_log: Option<SummaryErrorLog>,
    /// Extended SMART Self-test log.
    pub extended_self_test_log: Option<SelfTestLog>,
    /// SMART Self-test log, of a drive without the extended one.
    pub self_test_log: Option<SelfTestLog>,
    /// Selective Self-test log.
    pub selective_self_test_log: Option<SelectiveSelfTestLog>,
    /// SCT Status.
    pub sct_status: Option<SctStatus>,
    /// SCT temperature history.
    pub temperature_history: Option<TemperatureHistory>,
    /// The same, while it is not sure that it is the answer to our own command.
    unverified_temperatures: Option<TemperatureHistory>,
    /// SCT Error Recovery Control: time limit of reads.
    pub sct_read_limit: Option<RecoveryLimit>,
    /// SCT Error Recovery Control: time limit of writes.
    pub sct_write_limit: Option<RecoveryLimit>,
    /// Device Statistics log.
    pub device_statistics: Option<DeviceStatistics>,
    /// Pending Defects log.
    pub pending_defects: Option<PendingDefects>,
    /// SATA Phy Event Counters log.
    pub phy_event_counters: Option<PhyEventCounters>,
    /// Concurrent Positioning Ranges log: of a drive with several actuators.
    pub concurrent_positioning_ranges: Option<Vec<PositioningRange>>,
    /// Seagate's Field Accessible Reliability Metrics log.
    pub farm: Option<Farm>,
}

impl Pages {
    /// No page yet, and what is wanted of them.
    pub fn wanting(wanted: Wanted) -> Self {
        Self { wanted, ..Self::default() }
    }

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
    const LISTS: &'static [&'static str] = &["log_directory", "smart_log_directory"];
    const FALLBACKS: &'static [&'static str] = &[
        "extended_error_log_newest",
        "summary_error_log",
        "extended_self_test_log_first",
        "self_test_log",
        "device_statistics_list",
        "device_statistics_pages",
    ];
    const ON_REQUEST: &'static [&'static str] = &["farm"];
}

/// The pages, in the order in which they are read.
pub const PAGES: &[Page<Pages>] = &[
    identify::PAGE,
    power_mode::PAGE,
    smart_data::PAGE,
    smart_thresholds::PAGE,
    smart_status::PAGE,
    log_directory::GENERAL,
    log_directory::SMART,
    error_log::EXTENDED,
    error_log::EXTENDED_NEWEST,
    error_log::SUMMARY,
    self_test_log::EXTENDED,
    self_test_log::EXTENDED_FIRST,
    self_test_log::STANDARD,
    selective_self_test_log::PAGE,
    sct_status::PAGE,
    sct_error_recovery::PAGE,
    sct_temperature_history::PAGE,
    device_statistics::PAGE,
    device_statistics::LIST,
    device_statistics::SINGLE,
    pending_defects::PAGE,
    phy_event_counters::PAGE,
    concurrent_positioning_ranges::PAGE,
    farm::PAGE,
];
