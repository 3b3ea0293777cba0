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
use crate::report::{Object, Value, exit};
pub(super) use page::Beside;
use page::Page;

/// The text of the answer `json`, below its first line and messages.
pub(super) fn page(options: &Options, json: &Object, beside: &Beside, status: u8) -> String {
    let protocol = json.at("device.protocol").and_then(Value::as_str);
    let Some(protocol) = protocol else { return "\n".to_owned() };
    if options.parts.is_empty() {
        return format!("{protocol} device opened; -a shows what it says, -x all of it\n\n");
    }
    let mut page = Page::new(json, beside);
    match protocol {
        "ATA" => ata::write(&mut page, options, status),
        "NVMe" => nvme::write(&mut page, options),
        _ => scsi::write(&mut page, options, status),
    }
    rest::write(&mut page, options.parts);
    let text = page.finish();
    // Good news is no news.
    let findings =
        exit::FAILING | exit::PREFAIL_NOW | exit::THRESHOLD_PAST | exit::ERROR_LOG | exit::SELF_TEST_LOG;
    match options.quiet {
        Quiet::ErrorsOnly if status & findings == 0 => String::new(),
        Quiet::ErrorsOnly => bad_news(&text).unwrap_or(text),
        _ => text,
    }
}

/// The lines of `text` that say what is wrong. `None`: it is said in a line of another kind.
fn bad_news(text: &str) -> Option<String> {
    let is_bad = |line: &&str| {
        let failed = ["FAILED", "FAILING_NOW", "In_the_past"].iter().any(|word| line.contains(word));
        let self_test = line.starts_with('#') && line.contains("failure");
        let health = line.starts_with("SMART Health Status:") && !line.ends_with(" OK");
        let errors =
            line.contains("Error Count: ") || line.starts_with("Error ") && line.contains(" occurred at ");
        failed && !line.contains("WHEN_FAILED") || self_test || health || errors
    };
    let lines: Vec<&str> = text.lines().filter(is_bad).collect();
    (!lines.is_empty()).then(|| lines.join("\n") + "\n\n")
}
