//! Two clocks: one that only goes on, also while the host sleeps, and the one that people set.

use jiff::Timestamp;
use nix::time::{ClockId, clock_gettime};

/// A time by both clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// Milliseconds since the host was started (CLOCK_BOOTTIME). Nobody can set it, and it counts what the host slept.
    pub boot: i64,
    /// Seconds since 1970 UTC. It may be set to anything at any time.
    pub wall: i64,
}

impl Now {
    /// The present.
    pub fn read() -> Self {
        // The clock is there since Linux 2.6.39.
        let boot = clock_gettime(ClockId::CLOCK_BOOTTIME)
            .map_or(0, |time| time.tv_sec().saturating_mul(1000).saturating_add(time.tv_nsec() / 1_000_000));
        Self { boot, wall: Timestamp::now().as_second() }
    }
}
