//! Power State Descriptor, 32 bytes of the Identify Controller data structure (NVMe Base Specification 2.2).

use zerocopy::little_endian::{U16, U32};
use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

use crate::decode::bytes::{bit, bits};

#[derive(FromBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct Wire {
    mp: U16,
    _reserved_2: u8,
    flags: u8,
    enlat: U32,
    exlat: U32,
    rrt: u8,
    rrl: u8,
    rwt: u8,
    rwl: u8,
    idlp: U16,
    ips: u8,
    _reserved_19: u8,
    actp: U16,
    apw_aps: u8,
    _reserved_23: [u8; 9],
}
const _: () = assert!(size_of::<Wire>() == 32);

/// One power state of a controller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PowerState {
    /// Non-Operational State (NOPS): no I/O command is processed in it. Byte 3, bit 1.
    pub non_operational: bool,
    /// Entry Latency (ENLAT), microseconds, the maximum. 0: not reported. Bytes 7:4.
    pub entry_latency: u32,
    /// Exit Latency (EXLAT), microseconds, the maximum. 0: not reported. Bytes 11:8.
    pub exit_latency: u32,
    /// Relative Read Throughput (RRT): 0 is the best of all states. Byte 12, bits 4:0.
    pub relative_read_throughput: u8,
    /// Relative Read Latency (RRL), as above. Byte 13, bits 4:0.
    pub relative_read_latency: u8,
    /// Relative Write Throughput (RWT), as above. Byte 14, bits 4:0.
    pub relative_write_throughput: u8,
    /// Relative Write Latency (RWL), as above. Byte 15, bits 4:0.
    pub relative_write_latency: u8,
    /// Maximum Power (MP) over any 10 seconds, in the unit of MXPS. Bytes 1:0; byte 3, bit 0.
    pub maximum_power: Power,
    /// Active Power (ACTP), the largest average over 10 seconds under a workload, in the unit of APS.
    /// `None`: not reported. Bytes 21:20; byte 22, bits 7:6.
    pub active_power: Option<Power>,
    /// Idle Power (IDLP), typical over 30 seconds, in the unit of IPS.
    /// `None`: not reported. Bytes 17:16; byte 18, bits 7:6.
    pub idle_power: Option<Power>,
}

/// A power with its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Power {
    /// Number of units.
    pub value: u16,
    /// The unit: 1 is 0.0001 W, 2 is 0.01 W, 3 is reserved.
    pub scale: u8,
}

impl Power {
    /// Scale 0 is "not reported".
    fn reported(value: u16, byte: u8) -> Option<Self> {
        let scale = byte >> 6;
        (scale != 0).then_some(Self { value, scale })
    }

    /// Units in one watt. `None`: the scale is reserved.
    pub fn units_per_watt(self) -> Option<u16> {
        match self.scale {
            1 => Some(10_000),
            2 => Some(100),
            _ => None,
        }
    }
}

impl PowerState {
    pub(super) fn decode(wire: &Wire) -> Self {
        let relative = |byte: u8| u8::try_from(bits(byte.into(), 4, 0)).unwrap_or_default();
        Self {
            non_operational: bit(wire.flags, 1),
            entry_latency: wire.enlat.get(),
            exit_latency: wire.exlat.get(),
            relative_read_throughput: relative(wire.rrt),
            relative_read_latency: relative(wire.rrl),
            relative_write_throughput: relative(wire.rwt),
            relative_write_latency: relative(wire.rwl),
            maximum_power: Power { value: wire.mp.get(), scale: if bit(wire.flags, 0) { 1 } else { 2 } },
            active_power: Power::reported(wire.actp.get(), wire.apw_aps),
            idle_power: Power::reported(wire.idlp.get(), wire.ips),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_of_power_are_in_the_two_top_bits() {
        let mut bytes = [0; 32];
        bytes[0] = 50;
        bytes[3] = 0x03;
        bytes[4] = 210;
        bytes[9] = 1;
        bytes[12..16].copy_from_slice(&[0xe1, 0xe2, 0xe3, 0xe4]);
        bytes[16] = 7;
        bytes[18] = 0x40;
        bytes[20] = 200;
        bytes[22] = 0x82;
        let wire = Wire::ref_from_bytes(&bytes).unwrap();
        let state = PowerState::decode(wire);
        assert!(state.non_operational);
        assert_eq!((state.entry_latency, state.exit_latency), (210, 256));
        assert_eq!((state.relative_read_throughput, state.relative_read_latency), (1, 2));
        assert_eq!((state.relative_write_throughput, state.relative_write_latency), (3, 4));
        assert_eq!(state.maximum_power, Power { value: 50, scale: 1 });
        assert_eq!(state.active_power, Some(Power { value: 200, scale: 2 }));
        assert_eq!(state.idle_power.and_then(Power::units_per_watt), Some(10_000));
        bytes[22] = 0x02;
        assert_eq!(PowerState::decode(Wire::ref_from_bytes(&bytes).unwrap()).active_power, None);
    }
}
