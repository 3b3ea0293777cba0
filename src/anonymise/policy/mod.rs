//! The policy: which key paths of a record may leave, and in which form. Data first, machinery beside it.
//!
//! [`table`] holds the rows, one file for each protocol; [`row`] says what a row can express; [`text`] and
//! [`vocabulary`] are the only forms a string can have; [`tree`] is the table compiled for one walk over a record.

mod bytes;
mod keys;
mod order;
mod record;
mod row;
mod schema;
mod table;
mod text;
mod tree;
mod vocabulary;
mod written;

pub(super) use order::Place;
pub use record::record_schema;
pub use row::{Class, PolicyRow};
pub(super) use row::{List, Rule};
pub use schema::{REPORT_VERSION, schema};
pub(super) use text::{Form, device_model, device_vendor};
pub(super) use tree::{Node, Policy, Target};
pub(super) use vocabulary::{is_text, is_word};

/// The policy, row by row, sorted by path.
pub fn rows() -> &'static [PolicyRow] {
    Policy::get().rows()
}
