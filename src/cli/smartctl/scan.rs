//! `--scan`, `--scan-open` and `-d test`: which devices there are, and what each is.

use std::fmt::Write;

use super::answer::Answer;
use super::options::{Kind, Options, Task};
use super::{kind, read};
use crate::cli::output::chain;
use crate::device::{self, Link, Roots};
use crate::object;
use crate::report::{Object, Severity, Value, exit};

/// The devices of this host, as text; `answer` gets them as `devices`.
pub(super) fn scan(options: &Options, answer: &mut Answer) -> String {
    if let Some(kind) = &options.unscanned {
        answer.json.set("devices", Value::array(Vec::<Value>::new()));
        let known = kind::SCANNED.join(", ");
        return format!("# -d \"{kind}\" is no type of a scan, which knows: {known}\n");
    }
    let found = match device::enumerate(&Roots::default()) {
        Ok(found) => found,
        Err(error) => {
            let message = chain(&error);
            answer.status = exit::USAGE;
            let line = format!("{message}\n");
            answer.messages.push((Severity::Error, message));
            return line;
        }
    };
    let mut text = String::new();
    let mut devices = Vec::new();
    let mut found: Vec<_> = found.into_iter().filter(|device| asked(device.link, options.kind)).collect();
    // As smartctl has it: programs that number the disks number them in this order.
    found.sort_by_key(|device| device.link == Link::Nvme);
    for device in found {
        let name = device.path().display().to_string();
        let link = match options.task {
            Task::ScanOpen => read::link(device),
            _ => Ok(device.link),
        };
        let (link, failure) = link.map_or_else(|message| (Link::Unknown, Some(message)), |link| (link, None));
        let entry = entry(&name, link, failure.as_deref());
        let word = |key| entry.get(key).and_then(Value::as_str).unwrap_or_default();
        _ = match &failure {
            None => writeln!(
                text,
                "{name} -d {} # {}, {} device",
                word("type"),
                word("info_name"),
                word("protocol")
            ),
            Some(message) => writeln!(text, "# {name} -d {} # {name}, open failed: {message}", word("type")),
        };
        devices.push(entry);
    }
    answer.json.set("devices", devices);
    text
}

/// Is a disk of this link wanted? `-d nvme` asks for NVMe, `-d sat` and `-d scsi` both for all that is a SCSI disk to the
/// kernel. A logical disk of a RAID controller and a virtual disk have nothing that could be read.
fn asked(link: Link, kind: Kind) -> bool {
    let readable = !matches!(link, Link::Virtio | Link::Raid);
    readable
        && match kind {
            Kind::Auto => true,
            Kind::Ata | Kind::Sat | Kind::AtaOrScsi | Kind::Scsi => link != Link::Nvme,
            Kind::Nvme(_) => link == Link::Nvme,
            // Names one disk, and needs the controller's.
            Kind::MegaRaid(_) => false,
        }
}

fn entry(name: &str, link: Link, failure: Option<&str>) -> Object {
    let (kind, protocol, suffix) = match link {
        Link::Nvme => ("nvme", "NVMe", ""),
        Link::Sata => ("sat", "ATA", " [SAT]"),
        _ => ("scsi", "SCSI", ""),
    };
    let mut entry = object! {
        "name" => name.to_owned(),
        "info_name" => format!("{name}{suffix}"),
        "type" => kind,
        "protocol" => protocol,
    };
    entry.set_some("open_error", failure.map(str::to_owned));
    entry
}

/// `-d test`: what the device turned out to be.
pub(super) fn test(json: &Object, name: &str) -> String {
    let word = |path| json.at(path).and_then(Value::as_str);
    match (word("device.type"), word("device.info_name"), word("device.protocol")) {
        (Some(kind), Some(info), Some(protocol)) => {
            format!(
                "{info}: Device of type '{kind}' [{protocol}] detected\n{info}: Device of type '{kind}' [{protocol}] opened\n"
            )
        }
        _ => format!("{name}: not identified\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_chooses_among_the_disks() {
        assert!(
            asked(Link::Nvme, Kind::Auto) && asked(Link::Sas, Kind::Auto) && !asked(Link::Virtio, Kind::Auto)
        );
        assert!(asked(Link::Nvme, Kind::Nvme(None)) && !asked(Link::Sata, Kind::Nvme(None)));
        for kind in [Kind::Ata, Kind::Sat, Kind::Scsi] {
            assert!(asked(Link::Sata, kind) && asked(Link::Sas, kind) && asked(Link::Usb, kind));
            assert!(!asked(Link::Nvme, kind) && !asked(Link::Raid, kind));
        }
    }
}
