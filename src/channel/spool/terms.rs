//! What waiting reports were made under: when that has ended, on whatever host it was ended, they are not sent.

use serde::{Deserialize, Serialize};

/// What reports are made and sent under.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Terms {
    /// Since when telemetry is on, in seconds since 1970 UTC. `None`: it is off, and a report was asked for once.
    pub on_since: Option<i64>,
    /// Names the secret that pseudonyms are made with. `None`: it is not known.
    pub pseudonyms: Option<String>,
}

impl Terms {
    /// Whether what was made under these may be sent under those of `now`.
    pub(super) fn hold(&self, now: &Self) -> bool {
        fn holds<T: PartialEq>(was: &Option<T>, now: &Option<T>) -> bool {
            was.is_none() || was == now
        }
        holds(&self.on_since, &now.on_since) && holds(&self.pseudonyms, &now.pseudonyms)
    }
}
