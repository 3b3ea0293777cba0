//! `-d TYPE`: the ways that are native here, and those that only smartmontools knows.

use super::options::{Kind, Options, Task};

/// Types of which only smartmontools' own smartctl has the protocol: RAID controllers and USB bridges.
const FOREIGN: &[&str] = &[
    "3ware",
    "aacraid",
    "areca",
    "cciss",
    "hpt",
    "intelliprop",
    "jmb39x",
    "jmb39x-q",
    "jmb39x-q2",
    "jms56x",
    "marvell",
    "sntasmedia",
    "sntjmicron",
    "sntrealtek",
    "sssraid",
    "usbasm1352r",
    "usbcypress",
    "usbjmicron",
    "usbprolific",
    "usbsunplus",
];

/// The types that choose among the devices of a scan.
pub(super) const SCANNED: &[&str] = &["ata", "sat", "scsi", "nvme"];

/// Is `text` a type of a scan, or no particular one?
pub(super) fn is_scanned(text: &str) -> bool {
    matches!(text, "" | "auto" | "test") || SCANNED.contains(&text)
}

/// Takes note of the type `text`.
pub(super) fn set(options: &mut Options, text: &str) -> Result<(), String> {
    let name = |text: &str| text.split(',').next().unwrap_or_default().to_owned();
    if text.split('+').any(|part| FOREIGN.contains(&name(part).as_str())) {
        options.task = Task::Foreign;
        options.kind = Kind::Auto;
        return Ok(());
    }
    // Nothing is no type: the device is what it is.
    if text.is_empty() {
        return Ok(());
    }
    if text == "test" {
        options.task = Task::Test;
        return Ok(());
    }
    if options.task == Task::Foreign {
        options.task = Task::Read;
    }
    options.kind = native(text).ok_or_else(|| {
        format!(
            "option -d does not know \"{text}\"; it knows: auto, test, ata, sat[,auto][,12|16], scsi, nvme[,0xNSID], \
             megaraid,N, and by smartmontools' own smartctl: {}",
            FOREIGN.join(", ")
        )
    })?;
    Ok(())
}

fn native(text: &str) -> Option<Kind> {
    // Whether a disk behind a MegaRAID controller is ATA or SCSI is found out.
    let (before, last) = text.rsplit_once('+').unwrap_or(("", text));
    let (name, rest) = last.split_once(',').map_or((last, None), |(name, rest)| (name, Some(rest)));
    match (before, name, rest) {
        ("" | "sat" | "sat,auto" | "scsi", "megaraid", Some(target)) => {
            Some(Kind::MegaRaid(target.parse().ok()?))
        }
        ("" | "sat" | "sat,auto", "auto", None) => Some(Kind::Auto),
        // Used where the disk says that it is one: that is found out as well.
        ("", "sat", Some("auto" | "auto,12" | "auto,16")) | ("sat,auto", "scsi", None) => {
            Some(Kind::AtaOrScsi)
        }
        ("", "sat", None | Some("12" | "16")) | ("sat" | "sat,12" | "sat,16", "scsi", None) => {
            Some(Kind::Sat)
        }
        ("", "ata", None) => Some(Kind::Ata),
        ("", "scsi", None) => Some(Kind::Scsi),
        ("", "nvme", None) => Some(Kind::Nvme(None)),
        ("", "nvme", Some(nsid)) => Some(Kind::Nvme(Some(namespace(nsid)?))),
        _ => None,
    }
}

/// The number of a namespace: hexadecimal, with its 0x, for smartctl takes no other.
fn namespace(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("0x")?;
    let nsid = digits
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit())
        .then(|| u32::from_str_radix(digits, 16).ok())??;
    (nsid > 0).then_some(nsid)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set_to(text: &str) -> Result<(Kind, Task), String> {
        let mut options = Options::default();
        set(&mut options, text).map(|()| (options.kind, options.task))
    }

    #[test]
    fn what_is_native() {
        for (text, kind) in [
            ("auto", Kind::Auto),
            ("ata", Kind::Ata),
            ("sat", Kind::Sat),
            ("sat,12", Kind::Sat),
            ("sat,auto", Kind::AtaOrScsi),
            ("sat,auto,16", Kind::AtaOrScsi),
            ("sat,auto+scsi", Kind::AtaOrScsi),
            ("scsi", Kind::Scsi),
            ("nvme", Kind::Nvme(None)),
            ("nvme,0xffffffff", Kind::Nvme(Some(u32::MAX))),
            ("nvme,0x10", Kind::Nvme(Some(16))),
            ("megaraid,5", Kind::MegaRaid(5)),
            ("sat+megaraid,127", Kind::MegaRaid(127)),
        ] {
            assert_eq!(set_to(text), Ok((kind, Task::Read)), "{text}");
        }
        assert_eq!(set_to("test"), Ok((Kind::Auto, Task::Test)));
    }

    #[test]
    fn what_only_smartmontools_knows() {
        for name in FOREIGN {
            assert_eq!(set_to(name), Ok((Kind::Auto, Task::Foreign)), "{name}");
        }
        for text in [
            "cciss,3",
            "sat,auto+aacraid,0,1,2",
            "areca,3/1",
            "hpt,1/2/3",
            "jmb39x-q,1,s33,force+sat",
            "sat+usbjmicron,x",
        ] {
            assert_eq!(set_to(text), Ok((Kind::Auto, Task::Foreign)), "{text}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        assert_eq!(set_to(""), Ok((Kind::Auto, Task::Read)));
        for text in [
            "satan",
            "sat,13",
            "nvme,",
            "nvme,0",
            "nvme,10",
            "nvme,0x",
            "nvme,0x+1",
            "nvme,0x100000000",
            "megaraid",
            "megaraid,256",
            "ata,1",
        ] {
            let error = set_to(text).unwrap_err();
            assert!(error.contains(text), "{error}");
        }
    }
}
