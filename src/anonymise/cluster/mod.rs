//! What a cluster says in words (platforms of daemons, crashes), let through by form: what has no known form is dropped.

mod crash;
mod names;
mod platform;
mod source_text;

pub use crash::crash;
pub use names::Names;
pub use platform::{is_time, platform};
