//! `stone device ...`

mod anonymise;
mod decode;
mod dump;
mod ls;
mod plain;
mod printed;
mod query;

pub(super) use anonymise::anonymise;
pub(super) use decode::decode;
pub(super) use dump::dump;
pub(super) use ls::ls;
pub(super) use query::query;
