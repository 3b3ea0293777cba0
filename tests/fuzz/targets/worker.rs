//! Frames of a worker, and the transcript of a disk in them.

use std::time::Duration;

use stone_smart::collect::worker::frame::FromWorker;
use stone_smart::device::{BlockDevice, Link};
use stone_smart::source::{Make, Making};
use stone_smart::transport::transcript::After;

/// Frames one after another; what they say of a disk is taken for its transcript, whatever it speaks.
pub fn worker(bytes: &[u8]) {
    let mut rest = bytes;
    while let Ok(Some((frame, len))) = FromWorker::decode(rest) {
        let mut again = Vec::new();
        frame.encode(&mut again);
        assert!(matches!(FromWorker::decode(&again), Ok(Some((same, _))) if same == frame));
        if let FromWorker::Said { entries, .. } = frame {
            for link in [Link::Sata, Link::Sas, Link::Nvme, Link::Usb] {
                let device = BlockDevice { link, ..BlockDevice::default() };
                let after = After::Silence(Duration::from_secs(1));
                let made = Making::default().make(&device, entries, after, Duration::ZERO);
                assert!(made.unanswered.is_none() || made.result.is_some());
            }
        }
        rest = rest.get(len..).unwrap_or_default();
    }
}
