//! SMART / Health Information (log page 02h), NVMe Base Specification 2.2.

use std::mem::offset_of;

use zerocopy::little_endian::{U16, U32, U128};
use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

use super::layout::{Kelvin, structure};
use super::{CONTROLLER, Pages, Request};
use crate::decode::{DecodeError, Page};

const TITLE: &str = "SMART / Health Information (02h)";

/// Mandatory for every controller, so it is asked for even if Identify failed. Asked of the controller as a whole,
/// never of one namespace: the record is about the disk.
pub(super) const PAGE: Page<Pages> = Page {
    name: "smart_health",
    title: TITLE,
    requests: |_| vec![Request::GetLogPage { lid: 0x02, nsid: CONTROLLER, specific: 0, length: 512 }],
    decode: |_, answer, pages| {
        pages.smart_health = Some(SmartHealth::decode(answer.data)?);
        Ok(())
    },
};

#[derive(FromBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Wire {
    critical_warning: u8,
    composite_temperature: U16,
    available_spare: u8,
    available_spare_threshold: u8,
    percentage_used: u8,
    endurance_group_critical_warning: u8,
    _reserved_7: [u8; 25],
    data_units_read: U128,
    data_units_written: U128,
    host_read_commands: U128,
    host_write_commands: U128,
    controller_busy_time: U128,
    power_cycles: U128,
    power_on_hours: U128,
    unsafe_shutdowns: U128,
    media_errors: U128,
    error_log_entries: U128,
    warning_temperature_time: U32,
    critical_temperature_time: U32,
    temperature_sensors: [U16; 8],
    thermal_management_transitions: [U32; 2],
    thermal_management_time: [U32; 2],
    _reserved_232: [u8; 280],
}
const _: () = assert!(size_of::<Wire>() == 512);
const _: () = assert!(offset_of!(Wire, data_units_read) == 32);
const _: () = assert!(offset_of!(Wire, power_on_hours) == 128);
const _: () = assert!(offset_of!(Wire, error_log_entries) == 176);
const _: () = assert!(offset_of!(Wire, warning_temperature_time) == 192);
const _: () = assert!(offset_of!(Wire, thermal_management_transitions) == 216);

/// SMART / Health Information (log page 02h). The counters are kept over power cycles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmartHealth {
    /// Critical Warning (CW): 0 is good. Bit 0 spare below threshold, 1 temperature outside its thresholds,
    /// 2 reliability degraded, 3 media read-only, 4 volatile memory backup failed, 5 persistent memory region
    /// read-only or unreliable. Byte 0.
    pub critical_warning: u8,
    /// Composite Temperature (CTEMP). `None`: reported as 0 K. Bytes 2:1.
    pub composite_temperature: Option<Kelvin>,
    /// Available Spare (AVSP): per cent of the spare capacity that is left, 0 to 100. Byte 3.
    pub available_spare: u8,
    /// Available Spare Threshold (AVSPT): per cent below which an event may come, 0 to 100. Byte 4.
    pub available_spare_threshold: u8,
    /// Percentage Used (PUSED): per cent of the rated endurance, may exceed 100; 255 stands for all above 254. Byte 5.
    pub percentage_used: u8,
    /// Endurance Group Critical Warning Summary (EGCWS): bits as in `critical_warning`, of any endurance group. Byte 6.
    pub endurance_group_critical_warning: u8,
    /// Data Units Read (DUR), in units of 1,000 × 512 bytes, rounded up. 0: nothing, or not reported. Bytes 47:32.
    pub data_units_read: u128,
    /// Data Units Written (DUW), units as above. Bytes 63:48.
    pub data_units_written: u128,
    /// Host Read Commands (HRC), completed. Bytes 79:64.
    pub host_read_commands: u128,
    /// Host Write Commands (HWC), completed. Bytes 95:80.
    pub host_write_commands: u128,
    /// Controller Busy Time (CBT), minutes with I/O commands outstanding. Bytes 111:96.
    pub controller_busy_time: u128,
    /// Power Cycles (PWRC). Bytes 127:112.
    pub power_cycles: u128,
    /// Power On Hours (POH); may leave out low-power states. Bytes 143:128.
    pub power_on_hours: u128,
    /// Unexpected Power Losses (UPL), formerly Unsafe Shutdowns. Bytes 159:144.
    pub unsafe_shutdowns: u128,
    /// Media and Data Integrity Errors (MDIE): unrecovered. Bytes 175:160.
    pub media_errors: u128,
    /// Number of Error Information Log Entries (NEILE) over the life of the controller. Bytes 191:176.
    pub error_log_entries: u128,
    /// Warning Composite Temperature Time (WCTT), minutes at or above the warning threshold. Bytes 195:192.
    pub warning_temperature_time: u32,
    /// Critical Composite Temperature Time (CCTT), minutes at or above the critical threshold. Bytes 199:196.
    pub critical_temperature_time: u32,
    /// Temperature Sensors 1 to 8 (TSEN); `[i]` is sensor `i + 1`. `None`: not implemented. Bytes 215:200.
    pub temperature_sensors: [Option<Kelvin>; 8],
    /// Thermal Management Temperature 1 and 2 Transition Count (TMT1TC, TMT2TC). Bytes 223:216.
    pub thermal_management_transitions: [u32; 2],
    /// Total Time For Thermal Management Temperature 1 and 2 (TTTMT1, TTTMT2), seconds. Bytes 231:224.
    pub thermal_management_time: [u32; 2],
}

impl SmartHealth {
    /// Decodes the 512 bytes of the log page.
    ///
    /// # Errors
    /// There are fewer.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let wire: &Wire = structure(TITLE, bytes)?;
        Ok(Self {
            critical_warning: wire.critical_warning,
            composite_temperature: Kelvin::reported(wire.composite_temperature.get()),
            available_spare: wire.available_spare,
            available_spare_threshold: wire.available_spare_threshold,
            percentage_used: wire.percentage_used,
            endurance_group_critical_warning: wire.endurance_group_critical_warning,
            data_units_read: wire.data_units_read.get(),
            data_units_written: wire.data_units_written.get(),
            host_read_commands: wire.host_read_commands.get(),
            host_write_commands: wire.host_write_commands.get(),
            controller_busy_time: wire.controller_busy_time.get(),
            power_cycles: wire.power_cycles.get(),
            power_on_hours: wire.power_on_hours.get(),
            unsafe_shutdowns: wire.unsafe_shutdowns.get(),
            media_errors: wire.media_errors.get(),
            error_log_entries: wire.error_log_entries.get(),
            warning_temperature_time: wire.warning_temperature_time.get(),
            critical_temperature_time: wire.critical_temperature_time.get(),
            temperature_sensors: wire.temperature_sensors.map(|kelvin| Kelvin::reported(kelvin.get())),
            thermal_management_transitions: wire.thermal_management_transitions.map(U32::get),
            thermal_management_time: wire.thermal_management_time.map(U32::get),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_is_where_the_standard_has_it() {
        let mut page: Vec<u8> = (0..512u32).map(|i| i.to_le_bytes()[0]).collect();
        page[1..3].copy_from_slice(&310u16.to_le_bytes());
        page[202..204].fill(0);
        let health = SmartHealth::decode(&page).unwrap();
        assert_eq!(health.composite_temperature, Some(Kelvin(310)));
        assert_eq!(
            [health.available_spare, health.available_spare_threshold, health.percentage_used],
            [3, 4, 5]
        );
        assert_eq!(health.data_units_read.to_le_bytes(), <[u8; 16]>::try_from(&page[32..48]).unwrap());
        assert_eq!(health.error_log_entries.to_le_bytes(), <[u8; 16]>::try_from(&page[176..192]).unwrap());
        assert_eq!(health.temperature_sensors[..2], [Some(Kelvin(0xc9c8)), None]);
        assert_eq!(health.thermal_management_transitions, [0xdbda_d9d8, 0xdfde_dddc]);
        assert_eq!(health.thermal_management_time, [0xe3e2_e1e0, 0xe7e6_e5e4]);
    }

    #[test]
    fn a_short_log_is_no_log() {
        for length in 0..512 {
            assert!(SmartHealth::decode(&vec![0xff; length]).is_err());
        }
    }
}
