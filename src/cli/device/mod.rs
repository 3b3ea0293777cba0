//! `stone device ...`

mod anonymise;
mod check_health;
mod condition;
mod decode;
mod dump;
mod get;
mod info;
mod ls;
mod plain;
mod printed;
mod query;
mod scrape;

pub(super) use anonymise::{anonymise, summary};
pub(super) use check_health::check_health;
pub(super) use condition::Condition;
pub(super) use decode::decode;
pub(super) use dump::dump;
pub(super) use get::get;
pub(super) use info::info;
pub(super) use ls::ls;
pub(super) use query::query;
pub(super) use scrape::{keep, scrape};
