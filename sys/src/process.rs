//! A second process that begins as a copy of this one.

use std::fs;
use std::io;
use std::thread;
use std::time::{Duration, Instant};

use nix::unistd::{self, ForkResult};

/// Which of the two processes this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fork {
    /// The first one; process id of the second.
    Parent(u32),
    /// The second one.
    Child,
}

/// How long a thread that was joined may take to leave the kernel.
const LAST_STEPS: Duration = Duration::from_millis(20);

/// Copies this process, which must have no thread but this one.
///
/// # Errors
/// There are other threads, which the copy would lack while it has all that they had locked; or the system grants no
/// process.
pub fn fork() -> io::Result<Fork> {
    let begun = Instant::now();
    // Whoever has joined a thread goes on a moment before the kernel has forgotten it.
    while fs::read_dir("/proc/self/task")?.count() != 1 {
        if begun.elapsed() > LAST_STEPS {
            return Err(io::Error::other("other threads run in this process"));
        }
        thread::yield_now();
    }
    // SAFETY: this thread is the only one, and no other can have been started since: it would have been by this one. So
    // nothing is locked or half done by anyone whom the copy lacks, and it may do whatever this process may.
    let forked = unsafe { unistd::fork() }?;
    Ok(match forked {
        ForkResult::Parent { child } => Fork::Parent(child.as_raw().unsigned_abs()),
        ForkResult::Child => Fork::Child,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_with_other_threads_is_not_copied() {
        let other = thread::spawn(fork);
        assert!(other.join().unwrap().is_err());
    }
}
