//! A process of its own that opens the disks and sends the commands, and can be left behind when a disk hangs.
//!
//! ```text
//! front  --setup: which disks, how-->           worker
//! front  <--started, said, ended: transcripts-- worker     a record is made of each transcript by the front
//! ```
//!
//! The worker is told which disks to ask, never what: it makes the commands itself, so that only reading can be asked.
//! What it sends is checked like the bytes of a drive. The front never waits for it without a limit.

mod desk;
pub mod frame;
mod front;
mod interrupt;
mod line;
mod order;
mod outbox;
mod process;
mod serve;
mod setup;
mod workshop;

pub use front::{Round, Worker};
pub use interrupt::{Interrupt, Interrupts, Teller};
pub use process::Left;
pub use serve::serve;
#[doc(hidden)]
pub use setup::means_the_same_again;
