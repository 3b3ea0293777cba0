//! The spool: reports on disk, from when they are made until they are acknowledged or given up.
//!
//! A report is a file of its own, `KEY.report`, whole and synced before anybody tries to send it, and removed after the endpoint
//! has acknowledged it. What is known of all of them (attempts, what became of them) is the ledger, one small file. A process
//! that is killed at any moment leaves either the old or the new state; at worst a report is sent again, under the same key.
//!
//! Two locks: one for changes to the folder, held for moments, and one for sending, held by one process at a time.

mod entry;
mod error;
mod folder;
mod ledger;
mod pauses;
mod round;
#[cfg(test)]
mod tests;

pub use entry::Parcel;
pub use error::SpoolError;
pub use folder::{Limits, Overview, Spool};
pub use ledger::{Failure, Known, Reason};
pub use round::{Round, Which};
