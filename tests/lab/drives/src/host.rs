//! The SCSI host: queues of requests to the drives, by target.

use std::io;
use std::sync::Arc;
use std::thread;

use vhost::vhost_user::message::{VhostUserProtocolFeatures, VhostUserVirtioFeatures};
use vhost_user_backend::{VhostUserBackend, VringRwLock, VringT};
use vmm_sys_util::epoll::EventSet;
use vmm_sys_util::event::{EventConsumer, EventFlag, EventNotifier, new_event_consumer_and_notifier};

use crate::drive::{Drive, Management};
use crate::request::{Memory, Request, Response};

/// VIRTIO_SCSI_F_HOTPLUG, VIRTIO_F_INDIRECT_DESC, VIRTIO_F_EVENT_IDX, VIRTIO_F_VERSION_1.
const USED: u64 = 1 << 1 | 1 << 28 | 1 << 29 | 1 << 32;
/// VIRTIO_SCSI_F_CHANGE, VIRTIO_F_NOTIFY_ON_EMPTY, VIRTIO_F_ANY_LAYOUT, VIRTIO_F_RING_RESET: QEMU 7.2 offers them to the
/// guest without asking us, and breaks the connection when we refuse what it then agreed on.
const SUFFERED: u64 = 1 << 2 | 1 << 24 | 1 << 27 | 1 << 40;

/// Queues of a virtio SCSI host before those of commands.
const CONTROL: u16 = 0;
const EVENTS: u16 = 1;
const MOST_QUEUES: usize = 2 + 16;

/// One host with its drives.
pub(crate) struct Host {
    memory: Memory,
    drives: Vec<Arc<Drive>>,
}

impl Host {
    pub(crate) fn new(memory: Memory, drives: Vec<Arc<Drive>>) -> Self {
        Self { memory, drives }
    }

    /// The drive that a LUN field names: 1, the target, a single level LUN structure. There is no LUN but 0.
    fn drive(&self, lun: [u8; 8]) -> Option<&Arc<Drive>> {
        match lun {
            [1, target, 0 | 0x40, 0, ..] => self.drives.get(usize::from(target)),
            _ => None,
        }
    }

    fn command(&self, request: Request) {
        let (Some(lun), Some(tag)) = (request.bytes(0), request.bytes(8)) else {
            return request.fail(Response::Failure);
        };
        match self.drive(lun) {
            Some(drive) => drive.take(request, u64::from_le_bytes(tag)),
            None => request.fail(Response::BadTarget),
        }
    }

    /// Task management; the only other request is for notifications, of which there are none.
    fn control(&self, request: Request) {
        let Some([0, 0, 0, 0]) = request.bytes(0) else {
            return request.answer(&[0; 5]);
        };
        let (Some(function), Some(lun), Some(tag)) = (request.bytes(4), request.bytes(8), request.bytes(16))
        else {
            return request.answer(&[Response::Failure as u8]);
        };
        let Some(drive) = self.drive(lun).map(Arc::clone) else {
            return request.answer(&[Response::BadTarget as u8]);
        };
        let (function, tag) = (u32::from_le_bytes(function), u64::from_le_bytes(tag));
        // It may have to wait for the command, and others must not wait for it.
        thread::spawn(move || match drive.manage(function, tag) {
            Management::Done => request.answer(&[Response::Ok as u8]),
            Management::Refused => request.answer(&[Response::Rejected as u8]),
            Management::Unanswered => drop(request),
        });
    }
}

impl VhostUserBackend for Host {
    type Bitmap = ();
    type Vring = VringRwLock;

    fn num_queues(&self) -> usize {
        MOST_QUEUES
    }

    fn max_queue_size(&self) -> usize {
        1024
    }

    fn features(&self) -> u64 {
        USED | SUFFERED | VhostUserVirtioFeatures::PROTOCOL_FEATURES.bits()
    }

    fn protocol_features(&self) -> VhostUserProtocolFeatures {
        VhostUserProtocolFeatures::MQ | VhostUserProtocolFeatures::REPLY_ACK
    }

    fn set_event_idx(&self, _enabled: bool) {}

    fn update_memory(&self, _memory: Memory) -> io::Result<()> {
        // The one we were made with is the same, and has changed already.
        Ok(())
    }

    fn exit_event(&self, _thread: usize) -> Option<(EventConsumer, EventNotifier)> {
        new_event_consumer_and_notifier(EventFlag::NONBLOCK).ok()
    }

    fn handle_event(
        &self,
        queue: u16,
        _events: EventSet,
        vrings: &[VringRwLock],
        _thread: usize,
    ) -> io::Result<()> {
        // Its buffers wait for events of ours: a disk that comes or goes.
        if queue == EVENTS {
            return Ok(());
        }
        let Some(vring) = vrings.get(usize::from(queue)) else { return Ok(()) };
        loop {
            vring.disable_notification().map_err(io::Error::other)?;
            for request in Request::take_all(vring, &self.memory) {
                if queue == CONTROL { self.control(request) } else { self.command(request) }
            }
            if !vring.enable_notification().map_err(io::Error::other)? {
                return Ok(());
            }
        }
    }
}
