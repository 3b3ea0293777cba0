//! The service of a host: what is due when, what is served of the last round, and the loop around both.
//!
//! [`schedule`] decides, and has no clock: what is due at a time is a function of times. [`board`] keeps what is served;
//! [`serve`] answers HTTP from it and never waits for a disk. [`run`](run()) joins them: one thread reads disks, one looks
//! at options, a process of its own sends. The faces of the program bring the work itself.

pub mod board;
pub mod clock;
mod http;
mod listen;
mod run;
pub mod schedule;
mod sender;
mod serve;
mod signals;

pub use board::{Board, Round, Seen, Sending};
pub use clock::Now;
pub use listen::{ListenError, Listeners, Others};
pub use run::{Duties, Facts, RoundEnd, Work, run};
pub use schedule::Outgoing;
pub use serve::serve;
