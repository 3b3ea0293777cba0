//! The physical disks behind a MegaRAID controller. The controller is asked, not the disks.

use std::os::fd::AsFd;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use stone_smart_sys::megaraid;

use super::{list, node};
use crate::device::{BlockDevice, MegaRaidController};
use crate::transport::{OpenError, TransportError};

/// For one question to a controller, which answers from its own memory.
const QUESTION: Duration = Duration::from_secs(10);
/// For all questions to a controller: beyond it, it hangs.
pub const ALL: Duration = Duration::from_secs(15);

/// The disks behind `controller`, with what it knows of them, by number: those of its logical disks, spare ones and
/// unused ones, and those that it shows to the kernel as well ([`MegaRaidController::shows_disk`]).
///
/// Where it does not answer in time, the thread that waits for it is left behind.
///
/// # Errors
/// The driver's node cannot be opened, or the controller gives no list.
pub fn disks(controller: &MegaRaidController) -> Result<Vec<BlockDevice>, OpenError> {
    let host = controller.host;
    let late = || OpenError::MegaRaidList { host, source: TransportError::TimedOut(ALL) };
    let (sender, receiver) = channel();
    let asked = controller.clone();
    let ask = move || _ = sender.send(listing(&asked));
    thread::Builder::new()
        .name(format!("megaraid-{host}"))
        .spawn(ask)
        .map_err(|error| OpenError::MegaRaidList { host, source: TransportError::Refused(error) })?;
    let listing = receiver.recv_timeout(ALL).map_err(|_| late())??;
    Ok(from_listing(controller, &listing))
}

/// A disk in a controller's list: its number, and the bytes of what the controller knows of it, if it tells.
pub type Entry = (u8, Option<Vec<u8>>);

/// Asks `controller` for its disks, by number. It may never return.
///
/// # Errors
/// The driver's node cannot be opened, or the controller gives no list.
pub fn listing(controller: &MegaRaidController) -> Result<Vec<Entry>, OpenError> {
    let host = controller.host;
    let node = node::open()?;
    let mut answer = [0; list::LIST_LEN];
    let failed = |source| OpenError::MegaRaidList { host, source };
    match megaraid::disk_list(node.as_fd(), host, &mut answer, QUESTION) {
        Ok(0) => {}
        Ok(status) => return Err(failed(TransportError::MegaRaid(status))),
        Err(error) => return Err(failed(TransportError::Refused(error))),
    }
    let entry = |target: u8| {
        let mut info = vec![0; list::INFO_LEN];
        match megaraid::disk_info(node.as_fd(), host, target.into(), &mut info, QUESTION) {
            Ok(0) => (target, Some(info)),
            // The disk can be read all the same, and says itself what it is.
            end => {
                tracing::debug!(host, target, ?end, "the controller tells nothing of the disk");
                (target, None)
            }
        }
    };
    Ok(list::disks(&answer).into_iter().map(entry).collect())
}

/// The disks of a list that `controller` gave.
pub fn from_listing(controller: &MegaRaidController, listing: &[Entry]) -> Vec<BlockDevice> {
    let disk = |(target, info): &Entry| {
        let disk = controller.disk(*target);
        info.as_deref().map_or_else(|| disk.clone(), |info| list::with_info(disk.clone(), info))
    };
    listing.iter().map(disk).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_without_the_driver_says_so() {
        // Numbers of SCSI hosts start at 0 and do not come so far.
        let controller = MegaRaidController { host: u16::MAX, address: None };
        let error = disks(&controller).unwrap_err();
        assert!(
            matches!(error, OpenError::Node { .. } | OpenError::MegaRaidList { host: u16::MAX, .. }),
            "{error}"
        );
    }
}
