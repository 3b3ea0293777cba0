//! The namespaces: capacity, block sizes, features.

use super::capacity::blocks_and_bytes;
use super::controller::flags;
use crate::decode::bytes::be_uint;
use crate::decode::nvme::{IdentifyNamespace, LbaFormat, Pages};
use crate::object;
use crate::report::{Object, Value};

/// The namespaces that were read and are active: all zeros are the answer for one that is not.
pub(super) fn active(pages: &Pages) -> impl Iterator<Item = &IdentifyNamespace> {
    pages.namespaces.iter().filter(|namespace| namespace.size != 0)
}

/// The namespace that was opened stands under `nvme_namespaces[0]` and is the disk's capacity, as smartctl has it. For
/// the controller's own node it is the only one there is; with several none of them is the disk, and smartctl shows
/// none. All of them are in [`stone`](super::stone).
pub(super) fn emit(pages: &Pages, record: &mut Object) {
    let mut active = active(pages);
    if let (Some(only), None) = (active.next(), active.next()) {
        record.set("nvme_namespaces", Value::array([namespace(only)]));
        let block = only.lba_format().map(|format| format.data_bytes);
        record
            .set("user_capacity", blocks_and_bytes(only.capacity, block))
            .set_some("logical_block_size", block);
    }
}

fn namespace(namespace: &IdentifyNamespace) -> Object {
    let block = namespace.lba_format().map(|format| format.data_bytes);
    let mut object = object! {
        "id" => namespace.nsid,
        "size" => blocks_and_bytes(namespace.size, block),
        "capacity" => blocks_and_bytes(namespace.capacity, block),
        "utilization" => blocks_and_bytes(namespace.utilization, block),
    };
    object.set_some("formatted_lba_size", block);
    if let Some([oui @ .., e0, e1, e2, e3, e4]) = &namespace.eui64 {
        let ext_id = be_uint(&[*e0, *e1, *e2, *e3, *e4]);
        object.set("eui64", object! { "oui" => be_uint(oui), "ext_id" => ext_id });
    }
    object.set("features", flags(namespace.features.into(), FEATURES));
    let formats = lba_formats(namespace);
    if !formats.is_empty() {
        object.set("lba_formats", formats);
    }
    object
}

/// Keys of the bits of NSFEAT, from bit 0.
const FEATURES: &[&str] =
    &["thin_provisioning", "na_fields", "dealloc_or_unwritten_block_error", "uid_reuse", "np_fields"];

/// Formats 0 to 15, with holes for those not available and none after the last.
///
/// `formatted` is smartctl's: it compares the index with the whole FLBAS byte, so no format is the formatted one where
/// metadata is at the end of the data. What is right stands under `stone.namespaces`.
fn lba_formats(namespace: &IdentifyNamespace) -> Vec<Value> {
    let formats = namespace.lba_formats.get(..16).unwrap_or(&namespace.lba_formats);
    let used = formats.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
    let format = |(index, format): (u8, &Option<LbaFormat>)| {
        Value::from(format.map(|format| {
            object! {
                "formatted" => index == namespace.formatted_lba_size,
                "data_bytes" => format.data_bytes,
                "metadata_bytes" => format.metadata_bytes,
                "relative_performance" => format.relative_performance,
            }
        }))
    };
    (0..).zip(formats.iter().take(used)).map(format).collect()
}
