//! The answer as text: words and layout that programs look for are smartctl's, the rest is ours.

mod ata;
mod ata_logs;
mod attributes;
mod capabilities;
mod directory;
mod nvme;
mod page;
mod rest;
mod scsi;
mod sct;

use super::options::{Options, Quiet};
use crate::report::{Object, Value};
pub(super) use page::Beside;
use page::Page;

/// The text of the answer `json`, below its first line and messages.
pub(super) fn page(options: &Options, json: &Object, beside: &Beside, status: u8) -> String {
    let protocol = json.at("device.protocol").and_then(Value::as_str);
    let Some(protocol) = protocol else { return "\n".to_owned() };
    if options.parts.is_empty() {
        if options.quiet == Quiet::ErrorsOnly {
            return String::new();
        }
        return format!("{protocol} device opened; -a shows what it says, -x all of it\n\n");
    }
    let mut page = Page::new(json, beside);
    match protocol {
        "ATA" => ata::write(&mut page, options, status),
        "NVMe" => nvme::write(&mut page, options),
        _ => scsi::write(&mut page, options, status),
    }
    rest::write(&mut page, options.parts);
    match options.quiet {
        Quiet::ErrorsOnly => page.finish_wrong(),
        _ => page.finish(),
    }
}
