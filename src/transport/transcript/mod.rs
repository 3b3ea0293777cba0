//! What a disk answered, written down as it goes, and given again to whoever asks the same: a disk is asked in one
//! process, and its record made in another.

mod entries;
mod paper;
mod playback;
#[cfg(test)]
mod tests;

pub use paper::{Paper, Transcribe};
pub use playback::{After, Playback, smartctl};
