//! One disk asked by a copy of this process, which can be left behind when it hangs: cheaper than a worker, and as far
//! from the disk.

mod dictation;
mod process;

pub use dictation::{Dictation, NotHeard, dictate};
