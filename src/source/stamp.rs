//! The clock, for `local_time` of a record.

use jiff::Zoned;

use crate::report::Stamp;

/// The time now, in the host's time zone.
pub fn now() -> Stamp {
    let now = Zoned::now();
    Stamp {
        time_t: now.timestamp().as_second(),
        asctime: now.strftime("%a %b %e %H:%M:%S %Y %Z").to_string(),
    }
}
