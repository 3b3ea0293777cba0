//! Reads the device, within limits: whatever it does, the call ends.

use std::cell::Cell;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::time::Duration;

use super::bytes::{self, Printed};
use super::identify;
use super::options::{IdentifyWords, Kind, LogBytes, Options};
use super::wanted::{Part, Parts};
use crate::cli::output::chain;
use crate::collect::apart::{NotHeard, dictate};
use crate::device::{self, BlockDevice, DeviceError, Link, MegaRaidMember, Place, Roots};
use crate::report::{self, Object, Record};
use crate::source::native::{self, Conversation, Depth, Dialogue, Native, Power};
use crate::source::{Limits, SourceError};
use crate::transport::{Transport, dump};

/// How a reading ended.
#[derive(Debug)]
pub(super) enum Reading {
    /// There is a record, the power mode before it was made, and what is printed besides.
    Record(Box<Record>, Option<Power>, Vec<Printed>),
    /// It sleeps and was left alone: how, `power_mode` of an ATA disk, and `device` of the answer.
    Asleep(Power, Option<Object>, Object),
    /// It is nothing that a disk could be behind.
    NoDevice(String),
    /// It cannot be opened.
    NotOpened(String),
    /// It does not say who it is: why, and `device` of the answer.
    NotIdentified(String, Object),
    /// It was not done in time: this is what it was asked for last, and `device` of the answer.
    Late(Duration, String, Object),
}

/// Time for one command. A disk that has to spin up needs up to 15 s.
const COMMAND: Duration = Duration::from_secs(15);
/// Time for the whole call.
const CALL: Duration = Duration::from_secs(60);
/// Time for the whole call where the full text is wanted in JSON (`--json=o`): that is how Ceph's daemons call, which
/// kill after 5 s and then have nothing at all, and which must not be held up for long by one disk of many.
const CEPH: Duration = Duration::from_millis(1800);
/// Time to find out how one device of a scan is attached.
const SCAN: Duration = Duration::from_millis(4500);
/// The kernel needs a while to give up a command that has timed out.
const GRACE: Duration = Duration::from_millis(1500);

/// The time for the whole call: the seconds in STONE_DEADLINE, or else as is best for the caller.
pub(super) fn time(options: &Options) -> Duration {
    let given = std::env::var("STONE_DEADLINE").ok().and_then(|text| text.parse::<f64>().ok());
    let given = given.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let usual = if options.json.is_some_and(|json| json.output) { CEPH } else { CALL };
    given.filter(|time| !time.is_zero()).unwrap_or(usual)
}

/// How much of some logs is wanted.
fn depth(options: &Options) -> Depth {
    let mut depth = options.depth;
    // -a and -x together show both logs of a kind.
    depth.ata.summary_error_log = options.parts.has(Part::Errors);
    // -n asks, and the answer is part of the record.
    depth.ata.power_mode = options.asleep.is_some();
    depth.ata.self_test_log = options.parts.has(Part::SelfTests);
    depth
}

/// What is printed besides the record.
struct Extras {
    identify: Option<IdentifyWords>,
    /// Without what identifies the disk.
    anonymous: bool,
    logs: Vec<LogBytes>,
}

impl Extras {
    fn read(&self, dialogue: &mut Dialogue<'_>, kind: dump::Kind) -> Vec<Printed> {
        let words = self.identify.filter(|_| kind == dump::Kind::Ata);
        let words = words.map(|words| identify::read(dialogue, words, self.anonymous));
        words.into_iter().chain(self.logs.iter().map(|log| bytes::read(dialogue, kind, *log))).collect()
    }
}

/// Reads the device.
pub(super) fn read(options: &Options, name: &str) -> Reading {
    match within_time(options, name) {
        // As smartctl has it, which goes by names: a wrong call where no driver of disks has such nodes.
        Reading::NotOpened(reason) if options.kind == Kind::Auto && !is_drive_name(Path::new(name)) => {
            Reading::NoDevice(reason)
        }
        reading => reading,
    }
}

/// Could a node of this name be a drive's? A link is what it leads to.
fn is_drive_name(path: &Path) -> bool {
    const DRIVERS: &[&str] = &["hd", "sd", "sg", "sr", "st", "scd", "nst", "osst", "nvme", "bsg/"];
    let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
    let target = is_link.then(|| fs::canonicalize(path).ok()).flatten();
    let path = target.as_deref().unwrap_or(path);
    let name = path.strip_prefix("/dev").unwrap_or(path).to_string_lossy();
    DRIVERS.iter().any(|driver| name.starts_with(driver))
}

/// What one device is asked for.
struct Questions {
    native: Native,
    parts: Parts,
    asleep: Option<Option<Power>>,
    extras: Extras,
}

/// What it answers.
enum Answered {
    Asleep(Power, Option<Object>),
    Conversation(Box<Conversation>, Option<Power>, Vec<Printed>),
}

impl Questions {
    /// `spoken` is set when it is known what the device speaks.
    fn ask(
        &self,
        mut device: BlockDevice,
        transport: &mut dyn Transport,
        limits: Limits,
        spoken: &Cell<Option<dump::Kind>>,
    ) -> Result<Answered, SourceError> {
        let wanted = |page: &str| {
            let kind = spoken.get().unwrap_or(dump::Kind::Scsi);
            self.parts.need_page(kind, page) || (page == "power_mode" && self.asleep.is_some())
        };
        let mut dialogue = Dialogue::new(transport, limits).only(&wanted);
        let kind = native::protocol(&device, &mut dialogue)?;
        settle(&mut device, kind);
        spoken.set(Some(kind));
        let power = self.asleep.and_then(|from| Some((from, dialogue.power(kind)?)));
        match power {
            Some((Some(from), power)) if power >= from && power > Power::Active => {
                let mode = dialogue.power_mode().map(report::ata::power_mode);
                Ok(Answered::Asleep(power, mode))
            }
            _ => {
                let conversation = self.native.converse(&device, &mut dialogue)?;
                let power = power.map(|(_, power)| power);
                let printed = self.extras.read(&mut dialogue, kind);
                Ok(Answered::Conversation(Box::new(conversation), power, printed))
            }
        }
    }
}

/// Lets a copy of this process ask the device, which may hang in the kernel, and makes the record of what it has said.
fn within_time(options: &Options, name: &str) -> Reading {
    let device = match find(name, options.kind) {
        Ok(device) => device,
        Err(message) => return Reading::NotOpened(message),
    };
    let time = time(options);
    let limits = Limits::new(COMMAND, time.saturating_sub(GRACE).max(time / 4 * 3));
    let native = Native::knowing(options.knowledge.clone()).to_depth(depth(options));
    if matches!(device.link, Link::Sata | Link::Usb) {
        // Once for both processes.
        native.learn();
    }
    let extras =
        Extras { identify: options.identify, anonymous: options.anonymous, logs: options.bytes.clone() };
    let asleep = options.asleep.map(|asleep| asleep.from);
    let questions = Questions { native, parts: options.parts, asleep, extras };
    let spoken = Cell::new(None);
    let dictation = match dictate(&device, time, |transport| {
        _ = questions.ask(device.clone(), transport, limits, &spoken);
    }) {
        Ok(dictation) => dictation,
        Err(error @ NotHeard::NotOpened(_)) => return Reading::NotOpened(chain(&error)),
        Err(error) => return Reading::NotIdentified(chain(&error), who(&device, None)),
    };
    // The time was the disk's; here nothing is waited for.
    let limits = Limits::new(COMMAND, CALL);
    let answered = dictation
        .replay(|transport| questions.ask(device.clone(), transport, limits, &spoken))
        .unwrap_or(Err(SourceError::Deadline));
    let mut settled = device.clone();
    spoken.get().into_iter().for_each(|kind| settle(&mut settled, kind));
    match answered {
        Ok(Answered::Asleep(power, mode)) => Reading::Asleep(power, mode, who(&settled, spoken.get())),
        Ok(Answered::Conversation(conversation, power, printed)) => {
            let record = questions.native.record(&settled, &conversation, dictation.took);
            Reading::Record(Box::new(record), power, printed)
        }
        Err(SourceError::Identify { command, .. }) if dictation.is_late() => {
            Reading::Late(time, command.to_owned(), who(&settled, spoken.get()))
        }
        Err(error @ (SourceError::Open(_) | SourceError::NoSmart(_))) => Reading::NotOpened(chain(&error)),
        Err(error) => Reading::NotIdentified(chain(&error), who(&settled, spoken.get())),
    }
}

/// `device` of the answer where there is no record: a disk of which nothing is known is a SCSI one.
fn who(device: &BlockDevice, spoken: Option<dump::Kind>) -> Object {
    let by_link = match device.link {
        Link::Sata => dump::Kind::Ata,
        Link::Nvme => dump::Kind::Nvme,
        _ => dump::Kind::Scsi,
    };
    native::device_object(device, spoken.unwrap_or(by_link))
}

/// How `device` is attached, with its node opened, and a command sent to it where the system does not say.
pub(super) fn link(mut device: BlockDevice) -> Result<Link, String> {
    let ask = |transport: &mut dyn Transport| {
        let limits = Limits::new(COMMAND, SCAN.saturating_sub(GRACE));
        native::protocol(&device, &mut Dialogue::new(transport, limits))
    };
    let dictation = dictate(&device, SCAN, |transport| _ = ask(transport)).map_err(|error| chain(&error))?;
    let kind = dictation.replay(ask).unwrap_or(Err(SourceError::Deadline)).map_err(|error| chain(&error))?;
    settle(&mut device, kind);
    Ok(device.link)
}

/// What was found out need not be found out again.
fn settle(device: &mut BlockDevice, kind: dump::Kind) {
    if device.link == Link::Unknown || device.link == Link::Usb {
        device.link = match kind {
            dump::Kind::Ata => Link::Sata,
            dump::Kind::Scsi => Link::Sas,
            dump::Kind::Nvme => Link::Nvme,
        };
    }
}

/// The disk that `name` leads to: a node, or the folder of a dump.
fn find(name: &str, kind: Kind) -> Result<BlockDevice, String> {
    let path = Path::new(name);
    if path.join("device.conf").is_file() {
        return recorded(path, kind);
    }
    if let (Kind::MegaRaid(target), Some(host)) = (kind, name.strip_prefix("/dev/bus/")) {
        let host = host.parse().map_err(|_| format!("{name} is no SCSI host: /dev/bus/N"))?;
        return Ok(MegaRaidMember::new(host, target).into_device());
    }
    let mut found = match device::find(&Roots::default(), path) {
        // It may say what it is all the same: a tape drive or an enclosure, or what is told to be SCSI.
        Err(DeviceError::NotADisk { .. }) if kind == Kind::Scsi || is_scsi_node(path) => {
            let link = Link::Sas;
            let generic = Some(path.to_owned()).filter(|_| kind != Kind::Scsi);
            vec![BlockDevice { place: Place::Node(path.to_owned()), generic, link, ..BlockDevice::default() }]
        }
        found => found.map_err(|error| chain(&error))?,
    };
    let mut device = match found.len() {
        1 => found.remove(0),
        count => return Err(format!("{count} disks are behind it: name one of them")),
    };
    match kind {
        Kind::Auto => {}
        // An NVMe node does not carry SCSI commands, and says so.
        Kind::AtaOrScsi if device.link == Link::Nvme => device.link = Link::Unknown,
        Kind::AtaOrScsi => {}
        Kind::Ata | Kind::Sat => device.link = Link::Sata,
        Kind::Scsi => device.link = Link::Sas,
        Kind::MegaRaid(target) => {
            let host = device.hctl.and_then(|address| u16::try_from(address.host).ok());
            let host = host.ok_or_else(|| {
                "it has no SCSI host: name a disk of the controller, or /dev/bus/N".to_owned()
            })?;
            return Ok(MegaRaidMember::new(host, target).into_device());
        }
        Kind::Nvme(nsid) => {
            device.link = Link::Nvme;
            device.named_namespace = nsid.or(device.named_namespace);
        }
    }
    Ok(device)
}

/// Is it a node of the kernel's driver for any SCSI device, or for a tape that is not wound back when the node is
/// closed, by its name: `sg3`, `nst0`?
fn is_scsi_node(path: &Path) -> bool {
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    ["sg", "nst"].iter().any(|driver| {
        let number = name.strip_prefix(driver).unwrap_or_default();
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// The drive recorded in `folder`, which speaks what it spoke then.
fn recorded(folder: &Path, kind: Kind) -> Result<BlockDevice, String> {
    let spoken = dump::Dump::open(folder).map_err(|error| chain(&error))?.kind();
    let is_so = match kind {
        Kind::Auto => true,
        Kind::Ata | Kind::Sat => spoken == dump::Kind::Ata,
        // The kernel makes a SCSI disk of an ATA one, and answers what it can for it; a dump has no such answers.
        Kind::Scsi | Kind::AtaOrScsi => spoken != dump::Kind::Nvme,
        Kind::Nvme(_) => spoken == dump::Kind::Nvme,
        Kind::MegaRaid(_) => false,
    };
    if is_so {
        let named_namespace = if let Kind::Nvme(nsid) = kind { nsid } else { None };
        return Ok(BlockDevice { named_namespace, ..BlockDevice::recorded(folder) });
    }
    Err("the recorded drive is of another type than -d says".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_a_drive_can_have() {
        for name in ["/dev/sda", "sdb7", "/dev/nvme9", "/dev/sr0", "/dev/bsg/0:0:0:0", "/dev/nst3"] {
            assert!(is_drive_name(Path::new(name)), "{name}");
        }
        for name in ["/dev/null", "/dev/loop0", "/dev/bus/0", "/tmp", "", "/tmp/sda", "/dev/vda"] {
            assert!(!is_drive_name(Path::new(name)), "{name}");
        }
    }

    #[test]
    fn nodes_of_what_is_no_disk() {
        for name in ["/dev/sg3", "/dev/nst12", "sg0"] {
            assert!(is_scsi_node(Path::new(name)), "{name}");
        }
        for name in ["/dev/sg", "/dev/sda", "/dev/st0", "/dev/nst0a", "/dev/sr0", "/dev/stdin", "/", ""] {
            assert!(!is_scsi_node(Path::new(name)), "{name}");
        }
    }
}
