//! General Statistics and Performance log page (19h): how much the disk has done, and how busy it was.

use super::log_parameter::LogPage;
use crate::decode::DecodeError;
use crate::decode::bytes::{be32, be64};

/// General Statistics and Performance log page (19h), SPC-6. `None`: not reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct GeneralStatistics {
    /// General Access Statistics and Performance. Parameter 0001h.
    pub access: Option<AccessStatistics>,
    /// IDLE TIME INTERVALS. Parameter 0002h.
    pub idle_time_intervals: Option<u64>,
    /// How long an interval is. Parameter 0003h.
    pub interval: Option<TimeInterval>,
    /// Force Unit Access Statistics and Performance. Parameter 0004h.
    pub fua: Option<FuaStatistics>,
}

/// General access statistics; bytes 4 to 67 of the parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessStatistics {
    /// NUMBER OF READ COMMANDS.
    pub read_commands: u64,
    /// NUMBER OF WRITE COMMANDS.
    pub write_commands: u64,
    /// NUMBER OF LOGICAL BLOCKS RECEIVED.
    pub blocks_received: u64,
    /// NUMBER OF LOGICAL BLOCKS TRANSMITTED.
    pub blocks_transmitted: u64,
    /// READ COMMAND PROCESSING INTERVALS.
    pub read_intervals: u64,
    /// WRITE COMMAND PROCESSING INTERVALS.
    pub write_intervals: u64,
    /// WEIGHTED NUMBER OF READ COMMANDS PLUS WRITE COMMANDS.
    pub weighted_commands: u64,
    /// WEIGHTED READ COMMAND PROCESSING PLUS WRITE COMMAND PROCESSING.
    pub weighted_processing: u64,
}

/// Statistics of commands with FUA (forced to the medium) and FUA_NV; bytes 4 to 67 of the parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct FuaStatistics {
    /// NUMBER OF READ FUA COMMANDS.
    pub read_commands: u64,
    /// NUMBER OF WRITE FUA COMMANDS.
    pub write_commands: u64,
    /// NUMBER OF READ FUA_NV COMMANDS.
    pub read_nv_commands: u64,
    /// NUMBER OF WRITE FUA_NV COMMANDS.
    pub write_nv_commands: u64,
    /// READ FUA COMMAND PROCESSING INTERVALS.
    pub read_intervals: u64,
    /// WRITE FUA COMMAND PROCESSING INTERVALS.
    pub write_intervals: u64,
    /// READ FUA_NV COMMAND PROCESSING INTERVALS.
    pub read_nv_intervals: u64,
    /// WRITE FUA_NV COMMAND PROCESSING INTERVALS.
    pub write_nv_intervals: u64,
}

/// The length of an interval: `integer` x 10^-`exponent` seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct TimeInterval {
    /// EXPONENT, taken negative. Bytes 4 to 7.
    pub exponent: u32,
    /// INTEGER. Bytes 8 to 11.
    pub integer: u32,
}

impl GeneralStatistics {
    pub(super) fn decode(page: LogPage<'_>) -> Result<Self, DecodeError> {
        let mut statistics = Self::default();
        for parameter in page.parameters() {
            let value = parameter.value;
            match parameter.code {
                1 => statistics.access = AccessStatistics::decode(value),
                2 => statistics.idle_time_intervals = be64(value, 0),
                3 => statistics.interval = TimeInterval::decode(value),
                4 => statistics.fua = FuaStatistics::decode(value),
                _ => {}
            }
        }
        if statistics == Self::default() { Err(page.short(16)) } else { Ok(statistics) }
    }
}

impl AccessStatistics {
    fn decode(value: &[u8]) -> Option<Self> {
        Some(Self {
            read_commands: be64(value, 0)?,
            write_commands: be64(value, 8)?,
            blocks_received: be64(value, 16)?,
            blocks_transmitted: be64(value, 24)?,
            read_intervals: be64(value, 32)?,
            write_intervals: be64(value, 40)?,
            weighted_commands: be64(value, 48)?,
            weighted_processing: be64(value, 56)?,
        })
    }
}

impl FuaStatistics {
    fn decode(value: &[u8]) -> Option<Self> {
        Some(Self {
            read_commands: be64(value, 0)?,
            write_commands: be64(value, 8)?,
            read_nv_commands: be64(value, 16)?,
            write_nv_commands: be64(value, 24)?,
            read_intervals: be64(value, 32)?,
            write_intervals: be64(value, 40)?,
            read_nv_intervals: be64(value, 48)?,
            write_nv_intervals: be64(value, 56)?,
        })
    }
}

impl TimeInterval {
    fn decode(value: &[u8]) -> Option<Self> {
        Some(Self { exponent: be32(value, 0)?, integer: be32(value, 4)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::scsi::testing::log_page;

    #[test]
    fn eight_numbers_and_their_interval() {
        let eight: Vec<u8> = (1..=8u64).flat_map(u64::to_be_bytes).collect();
        let whole = log_page(
            0x19,
            0,
            &[(1, &eight), (2, &[0, 0, 0, 0, 0, 0, 0, 9]), (3, &[0, 0, 0, 3, 0, 0, 0, 5]), (4, &eight)],
        );
        let decode = |bytes: &[u8]| GeneralStatistics::decode(LogPage::parse("x", 0x19, 0, bytes).unwrap());
        let page = decode(&whole).unwrap();
        let access = page.access.unwrap();
        assert_eq!((access.read_commands, access.weighted_processing), (1, 8));
        assert_eq!(page.idle_time_intervals, Some(9));
        assert_eq!(page.interval, Some(TimeInterval { exponent: 3, integer: 5 }));
        assert_eq!(page.fua.unwrap().write_nv_intervals, 8);
        for length in 4..whole.len() {
            let page = decode(&whole[..length]);
            assert_eq!(page.is_err(), length < 72);
            assert!(!page.is_ok_and(|page| page.fua.is_some()));
        }
    }
}
