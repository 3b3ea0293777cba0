//! `stone agent` and `stone exporter`: the service of a host, and the part of it that only reads and serves.

mod args;
mod exporter;
mod outgoing;
mod reading;
mod service;
mod serving;

pub(super) use args::{AgentArgs, ExporterArgs};
pub(super) use exporter::exporter;
pub(super) use service::agent;
