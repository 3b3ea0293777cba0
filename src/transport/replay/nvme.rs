//! The answers of a recorded NVMe controller.

use std::collections::BTreeSet;

use super::give;
use crate::transport::dump::Dump;
use crate::transport::{Completion, NvmeAdmin, TransportError};

/// Status codes of the NVMe Base Specification, with Do Not Retry: Invalid Field in Command, Invalid Namespace or
/// Format, Invalid Log Page.
const INVALID_FIELD: TransportError = TransportError::Nvme(0x4002);
const INVALID_NAMESPACE: TransportError = TransportError::Nvme(0x400b);
const INVALID_LOG_PAGE: TransportError = TransportError::Nvme(0x4109);

pub(super) fn execute(
    dump: &Dump,
    command: &NvmeAdmin,
    data: &mut [u8],
) -> Result<Completion, TransportError> {
    let [cdw10, _, cdw12, cdw13] = command.cdw();
    let [code, ..] = cdw10.to_le_bytes();
    let nsid = command.nsid();
    let answer = match (command.opcode(), code) {
        (0x06, 0x00) => {
            let nsid = if nsid == u32::MAX { 1 } else { nsid };
            dump.answer(&format!("id_ns_{nsid}.bin"))?.ok_or(INVALID_NAMESPACE)?
        }
        (0x06, 0x01) => dump.answer("id_ctrl.bin")?.ok_or(INVALID_FIELD)?,
        (0x06, 0x02) => active_namespaces(dump, nsid),
        (0x06, code) => {
            let recorded = dump.answer(&format!("id_cns_{code:02x}_{nsid}.bin"))?;
            recorded.ok_or(INVALID_FIELD)?
        }
        (0x02, lid) => {
            let log = dump.answer(&format!("log_{lid:02x}.bin"))?.ok_or(INVALID_LOG_PAGE)?;
            let offset = usize::try_from(u64::from(cdw13) << 32 | u64::from(cdw12)).unwrap_or(usize::MAX);
            log.get(offset..).unwrap_or_default().to_vec()
        }
        _ => return Err(TransportError::Nvme(0x4001)),
    };
    // A controller always fills the whole buffer.
    data.fill(0);
    give(&answer, data);
    Ok(Completion { data_len: data.len(), ..Completion::default() })
}

/// Active Namespace ID list (CNS 02h): the recorded namespaces above `after`, ascending.
fn active_namespaces(dump: &Dump, after: u32) -> Vec<u8> {
    let numbers = dump.between("id_ns_").filter_map(|number| number.parse().ok());
    let active: BTreeSet<u32> = numbers.filter(|nsid| *nsid > after).collect();
    active.into_iter().take(1024).flat_map(u32::to_le_bytes).collect()
}
