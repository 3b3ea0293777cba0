//! What the firmware of a drive does wrong, known from elsewhere: what it must not be asked, and how its answers are meant.

/// What the firmware of a drive does wrong (smartctl's `-F`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FirmwareBugs {
    /// `nologdir`: the log directories must not be read; the usual logs are tried as if they were listed.
    pub no_log_directory: bool,
    /// `samsung`: the numbers of the summary error log and of the self-test log have their bytes swapped.
    pub samsung: bool,
    /// `samsung2`: the number of errors in the summary error log has its bytes swapped.
    pub samsung2: bool,
    /// `samsung3`: a finished self-test is still shown as running, with nothing left to do.
    pub samsung3: bool,
    /// `xerrorlba`: the LBA bytes of the extended error log stand from the lowest to the highest.
    pub extended_error_lba: bool,
    /// `swapid`: the texts of IDENTIFY DEVICE do not have their bytes swapped, as they should.
    pub swapped_identity: bool,
}

/// Pages of the general purpose log at `address` where there must be no look into the directory: as many as the newest
/// errors and tests need.
pub(super) fn assumed_general_log(address: u8) -> u16 {
    match address {
        0x03 | 0x07 => 2,
        0x04 => 8,
        0x11 => 1,
        _ => 0,
    }
}

/// The same of the SMART log.
pub(super) fn assumed_smart_log(address: u8) -> u8 {
    match address {
        0x01 | 0x06 | 0x09 => 1,
        _ => 0,
    }
}
