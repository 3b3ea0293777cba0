//! Requests of the guest's driver, as they stand in a queue (VIRTIO 1.2, SCSI Host Device).

use vhost_user_backend::{VringRwLock, VringT};
use virtio_queue::QueueOwnedT;
use vm_memory::{Bytes, GuestAddress, GuestAddressSpace, GuestMemoryAtomic, GuestMemoryMmap};

/// The guest's memory.
pub(crate) type Memory = GuestMemoryAtomic<GuestMemoryMmap>;

/// `virtio_scsi_cmd_req` up to the data: LUN (8 bytes), tag (8), attributes (3), CDB (32).
const COMMAND: usize = 51;
/// `virtio_scsi_cmd_resp` up to the data: length of the sense data (4), residual (4), qualifier (2), status, response,
/// sense data (96).
const END: usize = 108;
/// More is not taken from a guest: what it would write is refused.
const MOST_SENT: usize = 64 << 10;
/// Nor given: sd asks for less at once.
const MOST_ROOM: usize = 16 << 20;

/// `response` of `virtio_scsi_cmd_resp` and `virtio_scsi_ctrl_tmf_resp`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Response {
    /// VIRTIO_SCSI_S_OK: SCSI status and sense data say more. Of task management: FUNCTION_COMPLETE.
    Ok = 0,
    /// VIRTIO_SCSI_S_ABORTED
    Aborted = 2,
    /// VIRTIO_SCSI_S_BAD_TARGET
    BadTarget = 3,
    /// VIRTIO_SCSI_S_FAILURE
    Failure = 9,
    /// VIRTIO_SCSI_S_FUNCTION_REJECTED
    Rejected = 11,
}

/// How a SCSI command ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Ended {
    /// SCSI status (SAM-6).
    pub(crate) status: u8,
    /// Sense data.
    pub(crate) sense: Vec<u8>,
    /// What the drive sent.
    pub(crate) data: Vec<u8>,
}

/// One request, taken from its queue, and the place for its answer. Unanswered it is lost to the guest.
pub(crate) struct Request {
    vring: VringRwLock,
    memory: Memory,
    head: u16,
    sent: Vec<u8>,
    places: Vec<(GuestAddress, usize)>,
}

impl Request {
    /// All requests that wait in a queue.
    pub(crate) fn take_all(vring: &VringRwLock, memory: &Memory) -> Vec<Self> {
        let guest = memory.memory();
        let chains: Vec<_> = match vring.get_mut().get_queue_mut().iter(guest.clone()) {
            Ok(chains) => chains.collect(),
            Err(_) => Vec::new(),
        };
        let mut requests = Vec::new();
        for chain in chains {
            let (mut sent, mut places) = (Vec::new(), Vec::new());
            let head = chain.head_index();
            for descriptor in chain {
                let len = usize::try_from(descriptor.len()).unwrap_or(usize::MAX);
                if descriptor.is_write_only() {
                    places.push((descriptor.addr(), len));
                    continue;
                }
                let at = sent.len();
                sent.resize(at + len.min(MOST_SENT - at), 0);
                if guest.read_slice(&mut sent[at..], descriptor.addr()).is_err() {
                    sent.truncate(at);
                }
            }
            requests.push(Self { vring: vring.clone(), memory: memory.clone(), head, sent, places });
        }
        requests
    }

    /// The bytes at `at`. `None`: the request is shorter.
    pub(crate) fn bytes<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        self.sent.get(at..at + N)?.try_into().ok()
    }

    /// The command descriptor block and the data behind it. `None`: this is no command.
    pub(crate) fn command(&self) -> Option<([u8; 32], &[u8])> {
        Some((self.bytes(19)?, self.sent.get(COMMAND..)?))
    }

    /// Bytes that the guest has room for.
    pub(crate) fn room(&self) -> usize {
        let all = self.places.iter().fold(0, |sum: usize, (_, len)| sum.saturating_add(*len));
        all.saturating_sub(END).min(MOST_ROOM)
    }

    /// Answers a command.
    pub(crate) fn end(self, ended: &Ended) {
        let room = self.room();
        let data = ended.data.get(..room).unwrap_or(&ended.data);
        let sense = ended.sense.get(..96).unwrap_or(&ended.sense);
        let small = |len: usize| u32::try_from(len).unwrap_or(u32::MAX).to_le_bytes();
        let mut bytes = Vec::with_capacity(END + data.len());
        bytes.extend(small(sense.len()));
        bytes.extend(small(room - data.len()));
        bytes.extend([0, 0, ended.status, Response::Ok as u8]);
        bytes.extend(sense);
        bytes.resize(END, 0);
        bytes.extend(data);
        self.answer(&bytes);
    }

    /// Answers a command that did not reach its end.
    pub(crate) fn fail(self, response: Response) {
        let mut bytes = [0; END];
        bytes[11] = response as u8;
        self.answer(&bytes);
    }

    /// Answers with these bytes, as many as there is room for.
    pub(crate) fn answer(self, bytes: &[u8]) {
        let guest = self.memory.memory();
        let mut rest = bytes;
        for (address, len) in &self.places {
            let (now, later) = rest.split_at((*len).min(rest.len()));
            if now.is_empty() || guest.write_slice(now, *address).is_err() {
                break;
            }
            rest = later;
        }
        let written = u32::try_from(bytes.len() - rest.len()).unwrap_or(u32::MAX);
        // Both fail only when QEMU has gone.
        _ = self.vring.add_used(self.head, written);
        _ = self.vring.signal_used_queue();
    }
}
