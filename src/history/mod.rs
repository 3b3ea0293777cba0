//! The history: what was read of each disk in the last 180 days, in one SQLite file of the state folder.
//!
//! It holds raw records, with serial numbers, for the operator of the host: its files are readable by their owner alone.
//! What leaves the host goes through the anonymiser, sample by sample.
//!
//! * A sample is stored whole or not at all: a round is one transaction, synced to the disk before it counts as stored.
//! * Several processes may read and write at once; who writes waits for the one before, at most [`History::PATIENCE`].
//! * A full disk costs the round that was to be stored, nothing that was there.
//! * A file that is damaged is set aside, never overwritten: [`History::set_aside`] says where it went.

mod codec;
mod database;
mod device;
mod error;
mod lock;
mod samples;
mod schema;
mod stamp;
#[cfg(test)]
mod tests;

pub use database::History;
pub use device::{Device, Identifiers, device_id};
pub use error::HistoryError;
pub use samples::{Known, Sample, Taken};
pub use stamp::Stamp;
