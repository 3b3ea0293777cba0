//! Endurance Group Information (log page 09h), NVMe Base Specification 2.2.

use std::mem::offset_of;

use zerocopy::little_endian::U128;
use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

use super::layout::structure;
use super::{Pages, Request};
use crate::decode::{DecodeError, Page};

const TITLE: &str = "Endurance Group Information (09h)";

/// Groups that are read, at most.
const MOST_GROUPS: usize = 4;

/// The groups of the namespaces that were read.
pub(super) const PAGE: Page<Pages> = Page {
    name: "endurance_group",
    title: TITLE,
    requests: |pages| {
        let supported = pages.controller.as_ref().is_some_and(|controller| controller.has_endurance_groups());
        if !supported || !pages.lists(0x09) {
            return Vec::new();
        }
        let mut groups: Vec<u16> =
            pages.namespaces.iter().filter_map(|namespace| namespace.endurance_group).collect();
        groups.sort_unstable();
        groups.dedup();
        let request = |group| Request::GetLogPage { lid: 0x09, nsid: 0, specific: group, length: 512 };
        groups.into_iter().take(MOST_GROUPS).map(request).collect()
    },
    decode: |request, answer, pages| {
        if let Request::GetLogPage { specific, .. } = request {
            pages.endurance_groups.push(EnduranceGroup::decode(*specific, answer.data)?);
        }
        Ok(())
    },
};

#[derive(FromBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Wire {
    critical_warning: u8,
    _features_reserved_2: [u8; 2],
    available_spare: u8,
    available_spare_threshold: u8,
    percentage_used: u8,
    _domain_to_31: [u8; 26],
    endurance_estimate: U128,
    data_units_read: U128,
    data_units_written: U128,
    media_units_written: U128,
    host_read_commands: U128,
    host_write_commands: U128,
    media_errors: U128,
    error_log_entries: U128,
    total_capacity: U128,
    unallocated_capacity: U128,
    _reserved_192: [u8; 320],
}
const _: () = assert!(size_of::<Wire>() == 512);
const _: () = assert!(offset_of!(Wire, endurance_estimate) == 32);
const _: () = assert!(offset_of!(Wire, media_errors) == 128);
const _: () = assert!(offset_of!(Wire, unallocated_capacity) == 176);

/// Endurance Group Information (log page 09h). Units of data are 10^9 bytes, rounded up; 0: not reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnduranceGroup {
    /// Endurance Group Identifier, from 1: the one that was asked for.
    pub identifier: u16,
    /// Critical Warning: bit 0 spare below threshold, 2 reliability degraded, 3 read-only. Byte 0.
    pub critical_warning: u8,
    /// Available Spare, per cent. Byte 3.
    pub available_spare: u8,
    /// Available Spare Threshold, per cent. Byte 4.
    pub available_spare_threshold: u8,
    /// Percentage Used of the group's rated endurance; may exceed 100. Byte 5.
    pub percentage_used: u8,
    /// Endurance Estimate: data that may be written over its life, 10^9 bytes. Bytes 47:32.
    pub endurance_estimate: u128,
    /// Data Units Read, 10^9 bytes. Bytes 63:48.
    pub data_units_read: u128,
    /// Data Units Written by hosts, 10^9 bytes. Bytes 79:64.
    pub data_units_written: u128,
    /// Media Units Written, by hosts and controller, 10^9 bytes. Bytes 95:80.
    pub media_units_written: u128,
    /// Media and Data Integrity Errors. Bytes 143:128.
    pub media_errors: u128,
    /// Total Endurance Group Capacity, bytes. Bytes 175:160.
    pub total_capacity: u128,
    /// Unallocated Endurance Group Capacity, bytes. Bytes 191:176.
    pub unallocated_capacity: u128,
}

impl EnduranceGroup {
    /// Decodes the 512 bytes of the log page of group `identifier`.
    ///
    /// # Errors
    /// There are fewer.
    pub fn decode(identifier: u16, bytes: &[u8]) -> Result<Self, DecodeError> {
        let wire: &Wire = structure(TITLE, bytes)?;
        Ok(Self {
            identifier,
            critical_warning: wire.critical_warning,
            available_spare: wire.available_spare,
            available_spare_threshold: wire.available_spare_threshold,
            percentage_used: wire.percentage_used,
            endurance_estimate: wire.endurance_estimate.get(),
            data_units_read: wire.data_units_read.get(),
            data_units_written: wire.data_units_written.get(),
            media_units_written: wire.media_units_written.get(),
            media_errors: wire.media_errors.get(),
            total_capacity: wire.total_capacity.get(),
            unallocated_capacity: wire.unallocated_capacity.get(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_is_where_the_standard_has_it() {
        let mut page = [0; 512];
        page[3..6].copy_from_slice(&[100, 10, 3]);
        for (offset, value) in (32u128..192).step_by(16).zip(1u128..) {
            let offset = usize::try_from(offset).unwrap();
            page[offset..offset + 16].copy_from_slice(&value.to_le_bytes());
        }
        let group = EnduranceGroup::decode(1, &page).unwrap();
        assert_eq!(
            [group.available_spare, group.available_spare_threshold, group.percentage_used],
            [100, 10, 3]
        );
        assert_eq!([group.endurance_estimate, group.data_units_read, group.data_units_written], [1, 2, 3]);
        assert_eq!([group.media_units_written, group.media_errors], [4, 7]);
        assert_eq!([group.total_capacity, group.unallocated_capacity], [9, 10]);
        assert!(EnduranceGroup::decode(1, &page[..511]).is_err());
    }
}
