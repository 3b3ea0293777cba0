//! The rows of the policy, one file for each part of a record.

mod ata;
mod ata_logs;
mod common;
mod farm;
mod nvme;
mod scsi;
mod stone;

use super::row::Row;

/// All rows.
pub(super) fn all() -> [&'static [Row]; 7] {
    [common::ROWS, ata::ROWS, ata_logs::ROWS, scsi::ROWS, nvme::ROWS, farm::ROWS, stone::ROWS]
}
