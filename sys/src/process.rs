//! A second process, which may hang: one that begins as a copy of this one, and what neither is to hold for others.

use std::fs;
use std::io;
use std::os::fd::BorrowedFd;
use std::thread;
use std::time::{Duration, Instant};

use nix::fcntl::{FcntlArg, FdFlag, fcntl};
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

/// Closes all descriptors but the standard streams that whoever started this program has left open for it: a process that
/// hangs would hold a socket or a lock for ever that it knows nothing of.
///
/// They are told by what they lack: what this program opens is closed when another is executed (`FD_CLOEXEC`), as the
/// standard library has it, and what is left open for another program is not. Before any of them is taken into use by its
/// number, as with `LISTEN_FDS`, this must have been called, or must not be.
///
/// # Errors
/// /proc does not tell which there are.
pub fn close_inherited() -> io::Result<()> {
    let mut inherited = Vec::new();
    for entry in fs::read_dir("/proc/self/fd")? {
        let number = entry?.file_name().to_str().and_then(|number| number.parse().ok());
        let Some(number) = number.filter(|number| *number > 2) else { continue };
        // SAFETY: it was open a moment ago, and is not kept. Were it closed by now, the call fails; were it another's, its
        // flags are no less true.
        let descriptor = unsafe { BorrowedFd::borrow_raw(number) };
        if fcntl(descriptor, FcntlArg::F_GETFD).is_ok_and(|flags| flags & FdFlag::FD_CLOEXEC.bits() == 0) {
            inherited.push(number);
        }
    }
    for number in inherited {
        // Nobody in this program owns it: it would have the flag.
        _ = unistd::close(number);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_with_other_threads_is_not_copied() {
        let other = thread::spawn(fork);
        assert!(other.join().unwrap().is_err());
    }

    #[test]
    fn what_is_closed_is_what_others_left_open() {
        let own = fs::File::open("/dev/null").unwrap();
        let left = unistd::dup(fs::File::open("/dev/null").unwrap()).unwrap();
        let number = std::os::fd::IntoRawFd::into_raw_fd(left);
        let is_open = |number: i32| fs::symlink_metadata(format!("/proc/self/fd/{number}")).is_ok();
        assert!(is_open(number));
        close_inherited().unwrap();
        assert!(!is_open(number));
        assert!(own.metadata().is_ok());
        assert!(is_open(0) && is_open(1) && is_open(2));
    }
}
