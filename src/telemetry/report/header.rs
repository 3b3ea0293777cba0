//! The header of the cluster report, and the channel ident.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use crate::anonymise::{Pseudonym, Secret};
use crate::telemetry::LICENSE;

/// Version of the cluster report: grows when a key leaves it or changes its meaning.
pub const VERSION: u64 = 1;

/// Which channels are on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Channels {
    /// Capacity, daemons, versions, pools, names of changed options.
    pub basic: bool,
    /// Crashes of daemons.
    pub crash: bool,
    /// Metrics of disks, in a report of their own.
    pub device: bool,
    /// Description and contact.
    pub ident: bool,
}

impl Default for Channels {
    fn default() -> Self {
        Self { basic: true, crash: true, device: true, ident: false }
    }
}

impl Channels {
    fn names(self) -> Vec<&'static str> {
        let on =
            [("basic", self.basic), ("crash", self.crash), ("device", self.device), ("ident", self.ident)];
        on.into_iter().filter(|(_, on)| *on).map(|(name, _)| name).collect()
    }
}

/// What the operator says of the cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ident {
    /// Free text.
    pub description: Option<String>,
    /// Name and address of somebody.
    pub contact: Option<String>,
    /// Whose cluster it is.
    pub organization: Option<String>,
    /// Whether it may be named in a leaderboard.
    pub leaderboard: bool,
}

pub(super) fn add(
    report: &mut Map<String, Value>,
    channels: &Channels,
    ident: &Ident,
    secret: &Secret,
    now: Timestamp,
) {
    let time = now.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%S%.6f").to_string();
    report.insert("leaderboard".into(), ident.leaderboard.into());
    report.insert("report_version".into(), VERSION.into());
    report.insert("report_timestamp".into(), time.into());
    report.insert("report_id".into(), Pseudonym::of_cluster(secret).as_str().into());
    report.insert("channels".into(), channels.names().into());
    report.insert("channels_available".into(), json!(["basic", "ident", "crash", "device"]));
    report.insert("license".into(), LICENSE.into());
    if channels.ident {
        report.insert("description".into(), ident.description.as_deref().into());
        report.insert("contact".into(), ident.contact.as_deref().into());
        report.insert("organization".into(), ident.organization.as_deref().into());
    }
}
