//! What a cluster says in words (platforms of daemons, crashes), let through by form: what has no known form is dropped.

mod code;
mod crash;
mod exception;
mod names;
mod platform;
mod processor;
mod source_text;

pub use crash::crash;
pub use names::Names;
pub use platform::{is_time, platform};
