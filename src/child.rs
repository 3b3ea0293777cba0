//! What is read of a child process, and how one that does not end is left.

use std::io::{self, Read};
use std::process::Child;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use wait_timeout::ChildExt;

/// How long a killed child is waited for, and a pipe that somebody holds open after the child has ended.
pub(crate) const GRACE: Duration = Duration::from_millis(200);

/// What becomes of the bytes beyond the limit.
#[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "smartctl wants the one, a cluster the other"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rest {
    /// The pipe is closed, which ends most children.
    Refused,
    /// They are read and dropped, so that the child can end by itself.
    Dropped,
}

/// Reads a pipe on a thread of its own, at most `most` bytes: a full one would stop the child.
pub(crate) fn drain(
    mut pipe: impl Read + Send + 'static,
    most: u64,
    rest: Rest,
) -> Receiver<io::Result<Vec<u8>>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let end = pipe.by_ref().take(most).read_to_end(&mut bytes);
        let goes_on = end.is_ok() && rest == Rest::Dropped;
        _ = sender.send(end.map(|_| bytes));
        if goes_on {
            _ = io::copy(&mut pipe, &mut io::sink());
        }
    });
    receiver
}

/// Kills the child, and leaves it to a thread if it does not go: in the kernel it cannot be killed.
pub(crate) fn abandon(mut child: Child) {
    _ = child.kill();
    if !matches!(child.wait_timeout(GRACE), Ok(Some(_))) {
        thread::spawn(move || _ = child.wait());
    }
}
