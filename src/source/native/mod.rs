//! Reads a disk by its own commands: walks the pages of its protocol, and keeps the outcome of each.

mod ata;
mod nvme;
mod power;
mod scsi;
#[cfg(test)]
mod tests;
mod walk;

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use crate::decode::{self, ata::FirmwareBugs};
use crate::device::{BlockDevice, Link, Place};
use crate::object;
use crate::report::{self, Header, Object, Pages, Presets, Record, Section};
use crate::source::drivedb::{BridgeWay, Database, DatabaseError, KnownBridge, with_options};
use crate::source::{Limits, Source, SourceError, chain, now};
use crate::transport::dump::Kind;
use crate::transport::{self, Command, TaskFile, Transport};

pub use power::Power;
pub use walk::{Dialogue, Sent, Stop};

/// Reads disks by ioctl, or their dumps.
///
/// ```
/// use std::path::Path;
/// use stone_smart::device::BlockDevice;
/// use stone_smart::source::{Limits, Native, Source};
///
/// let disk = BlockDevice::recorded(Path::new("fixtures/nvme-consumer"));
/// let record = Native::new().read(&disk, &Limits::new(Limits::COMMAND, Limits::DISK))?;
/// assert_eq!(record.0.at("device.protocol").and_then(|protocol| protocol.as_str()), Some("NVMe"));
/// # Ok::<(), stone_smart::source::SourceError>(())
/// ```
#[derive(Debug, Default)]
pub struct Native {
    /// The drive database, read when the first ATA disk needs it.
    database: OnceLock<(Database, Vec<DatabaseError>)>,
    knowledge: Knowledge,
    depth: Depth,
    extent: Extent,
    /// Disks that sleep as deeply are left asleep. `None`: they are read, and may wake.
    asleep: Option<Power>,
}

/// What a disk said.
#[derive(Debug)]
pub struct Conversation {
    kind: &'static str,
    pages: Pages,
    sections: Vec<Section>,
    stopped_at: Option<Stop>,
    sent: Sent,
    /// What the record has to say of the way to the disk.
    warning: Option<String>,
}

/// Whether all pages are asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Extent {
    /// All that a disk has.
    #[default]
    Whole,
    /// The same, and the Field Accessible Reliability Metrics of Seagate's disks, which are long: up to 96 KiB.
    WithFarm,
    /// Health, temperature and counters: at most 6 commands to an ATA disk, 8 to a SCSI disk, 3 to an NVMe controller.
    Quick,
}

/// How much is read where it is not the usual.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Depth {
    /// Of an ATA disk.
    pub ata: decode::ata::Wanted,
    /// So many of the newest entries of an NVMe controller's error log. `None`: 16.
    pub nvme_errors: Option<u16>,
}

/// Where the names and formats of ATA attributes come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Knowledge {
    /// Where the drive database is.
    pub database: Choice,
    /// What is stronger than the database: options as it has them, `-v ID,FORMAT[,NAME] -F BUG`.
    pub options: String,
}

/// Which drive database is used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Choice {
    /// The one that is installed, if any.
    #[default]
    Installed,
    /// The one in this file.
    File(PathBuf),
    /// The one in this file, and what it does not know from the one that is installed.
    Before(PathBuf),
    /// None: the standard names.
    Nothing,
}

impl Knowledge {
    /// Reads the drive database, and says what is wrong with it.
    pub fn read(&self) -> (Database, Vec<DatabaseError>) {
        match &self.database {
            Choice::Installed => Database::installed(),
            Choice::File(path) => Database::read(&[path]),
            Choice::Before(path) => Database::before_installed(path),
            Choice::Nothing => Default::default(),
        }
    }
}

impl Native {
    /// Reads disks with nothing but the kernel, and the names of ATA attributes from the installed drive database.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, with the names from elsewhere.
    pub fn knowing(knowledge: Knowledge) -> Self {
        Self { knowledge, ..Self::default() }
    }

    /// The same, with more or less of some logs.
    #[must_use]
    pub fn to_depth(self, depth: Depth) -> Self {
        Self { depth, ..self }
    }

    /// The same, for so many pages.
    #[must_use]
    pub fn to_extent(self, extent: Extent) -> Self {
        Self { extent, ..self }
    }

    /// Reads the drive database now, instead of when the first disk needs it.
    pub fn learn(&self) {
        _ = self.database();
    }

    fn database(&self) -> &(Database, Vec<DatabaseError>) {
        self.database.get_or_init(|| self.knowledge.read())
    }

    /// What is known of the USB bridge that a disk is behind. `None`: it is behind none, or nothing is known of it.
    pub(super) fn usb_bridge(&self, device: &BlockDevice) -> Option<KnownBridge> {
        let bridge = device.usb_bridge.filter(|_| device.link == Link::Usb)?;
        self.database().0.usb_bridge(bridge)
    }

    /// What is known of an ATA model, and what is wrong with the database that should know it.
    fn presets(&self, pages: &decode::ata::Pages) -> (Arc<Presets>, &[DatabaseError]) {
        let (database, errors) = self.database();
        let (model, firmware) = model(pages);
        let presets = database.presets(model, firmware);
        let options = &self.knowledge.options;
        let presets = if options.is_empty() { presets } else { with_options(&presets, options) };
        (presets, errors.as_slice())
    }

    /// The same, but disks that sleep as deeply as `from` or more are left asleep.
    #[must_use]
    pub fn leaving_asleep(self, from: Option<Power>) -> Self {
        Self { asleep: from, ..self }
    }

    /// A dialogue about as much as is read.
    pub fn dialogue<'a>(&self, transport: &'a mut dyn Transport, limits: Limits) -> Dialogue<'a> {
        let dialogue = Dialogue::new(transport, limits);
        match self.extent {
            Extent::Whole => dialogue,
            Extent::WithFarm => dialogue.on_request(),
            Extent::Quick => dialogue.quick(),
        }
    }

    /// Tells `pages` what is known of a drive that has said who it is. `is_chosen`: Seagate's own log may be wanted.
    fn tell_what_is_known(&self, pages: &mut decode::ata::Pages, is_chosen: bool) {
        if !is_chosen && self.knowledge.options.is_empty() {
            // The process that only asks needs no more, and saves a look at 800 entries.
            let (model, firmware) = model(pages);
            pages.firmware_bugs = self.database().0.firmware_bugs(model, firmware);
            return;
        }
        let presets = self.presets(pages).0;
        pages.firmware_bugs = presets.firmware_bugs;
        pages.family_is_seagate =
            presets.model_family.as_deref().is_some_and(|family| family.starts_with("Seagate"));
    }

    /// What the user says that the firmware does wrong.
    fn bugs(&self) -> FirmwareBugs {
        let options = &self.knowledge.options;
        if options.is_empty() {
            return FirmwareBugs::default();
        }
        with_options(&Presets::empty(), options).firmware_bugs
    }

    /// Reads the disk that `dialogue` speaks to.
    ///
    /// # Errors
    /// There is no record at all.
    pub fn read_through(
        &self,
        device: &BlockDevice,
        dialogue: &mut Dialogue<'_>,
    ) -> Result<Record, SourceError> {
        let start = Instant::now();
        let conversation = self.converse(device, dialogue)?;
        Ok(self.record(device, &conversation, start.elapsed()))
    }

    /// Asks the disk that `dialogue` speaks to for all it has.
    ///
    /// # Errors
    /// It does not say who it is, or sleeps.
    pub fn converse(
        &self,
        device: &BlockDevice,
        dialogue: &mut Dialogue<'_>,
    ) -> Result<Conversation, SourceError> {
        let bridge = self.usb_bridge(device);
        let spoken = match &bridge {
            Some(KnownBridge { way: BridgeWay::Scsi, .. }) => Kind::Scsi,
            _ => protocol(device, dialogue)?,
        };
        // What does not turn, nothing has to spin up.
        if let Some(from) = self.asleep
            && device.rotational != Some(false)
        {
            dialogue.leave_asleep(spoken, from)?;
        }
        let (kind, (pages, sections)) = match spoken {
            Kind::Ata => ("sat", self.ata(dialogue)?),
            Kind::Scsi => ("scsi", self.scsi(dialogue)?),
            Kind::Nvme => ("nvme", self.nvme(device, dialogue)?),
        };
        let warning = bridge.filter(|_| spoken == Kind::Scsi).and_then(|known| foreign(&known));
        let (stopped_at, sent) = (dialogue.stopped_at().cloned(), dialogue.sent());
        Ok(Conversation { kind, pages, sections, stopped_at, sent, warning })
    }

    // On the heap, and each made in a function of its own: hundreds of threads wait here for their disks at once, and
    // what their stacks have touched stays in memory.

    #[inline(never)]
    fn ata(&self, dialogue: &mut Dialogue<'_>) -> Result<(Pages, Vec<Section>), SourceError> {
        // Those that the user names count from the first command on, those of the model when it is known.
        let mut pages = Box::new(decode::ata::Pages::wanting(self.depth.ata));
        pages.firmware_bugs = self.bugs();
        let is_chosen = dialogue.is_chosen();
        let sections =
            dialogue.walk_knowing(&mut *pages, |pages| self.tell_what_is_known(pages, is_chosen))?;
        Ok((Pages::Ata(pages), sections))
    }

    #[inline(never)]
    fn scsi(&self, dialogue: &mut Dialogue<'_>) -> Result<(Pages, Vec<Section>), SourceError> {
        let mut pages = Box::<decode::scsi::Pages>::default();
        let sections = dialogue.walk_knowing(&mut *pages, |_| ())?;
        Ok((Pages::Scsi(pages), sections))
    }

    #[inline(never)]
    fn nvme(
        &self,
        device: &BlockDevice,
        dialogue: &mut Dialogue<'_>,
    ) -> Result<(Pages, Vec<Section>), SourceError> {
        let mut pages = Box::<decode::nvme::Pages>::default();
        pages.opened_namespace = device.named_namespace;
        pages.most_errors = self.depth.nvme_errors;
        let sections = dialogue.walk_knowing(&mut *pages, |_| ())?;
        Ok((Pages::Nvme(pages), sections))
    }

    /// The record of what a disk said, which took so long.
    pub fn record(&self, device: &BlockDevice, conversation: &Conversation, took: Duration) -> Record {
        let Conversation { kind, pages, sections, .. } = conversation;
        let (presets, broken) = match pages {
            Pages::Ata(pages) => self.presets(pages),
            _ => (Arc::default(), [].as_slice()),
        };
        let (name, info_name, kind) = names(device, kind);
        let warnings = broken.iter().map(|error| chain(error)).chain(conversation.warning.clone()).collect();
        let header = Header { name, info_name, kind, stamp: now(), warnings };
        let mut record = report::build(&header, pages, sections, &presets);
        describe(&mut record, device, conversation, took);
        record
    }

    /// Opens the way to a disk, unless the kernel says that it is suspended and it is to be left so.
    ///
    /// # Errors
    /// See [`open`]; or it sleeps.
    pub fn open(&self, device: &BlockDevice) -> Result<Box<dyn Transport>, SourceError> {
        let suspended = |file: &PathBuf| fs::read(file).is_ok_and(|word| word.starts_with(b"suspended"));
        // To open its node would wake it already.
        if self.asleep.is_some() && device.runtime_status.as_ref().is_some_and(suspended) {
            return Err(SourceError::Asleep);
        }
        open(device)
    }
}

impl Source for Native {
    fn read(&self, device: &BlockDevice, limits: &Limits) -> Result<Record, SourceError> {
        let mut transport = self.open(device)?;
        self.read_through(device, &mut self.dialogue(transport.as_mut(), *limits))
    }
}

/// Model number and firmware revision; empty, where the drive does not say.
fn model(pages: &decode::ata::Pages) -> (&str, &str) {
    let Some(identify) = &pages.identify else { return ("", "") };
    let [model, firmware] = [&identify.model_number, &identify.firmware_revision]
        .map(|field| field.as_deref().unwrap_or_default());
    (model, firmware)
}

/// The names of the pages of a disk that speaks `kind`, the one that identifies it first.
pub fn page_names(kind: Kind) -> Vec<&'static str> {
    match kind {
        Kind::Ata => decode::ata::PAGES.iter().map(|page| page.name).collect(),
        Kind::Scsi => decode::scsi::PAGES.iter().map(|page| page.name).collect(),
        Kind::Nvme => decode::nvme::PAGES.iter().map(|page| page.name).collect(),
    }
}

/// Opens the way to a disk, or its dump.
///
/// # Errors
/// It cannot be opened, or leads to no disk with SMART data.
pub fn open(device: &BlockDevice) -> Result<Box<dyn Transport>, SourceError> {
    match device.link {
        Link::Virtio => Err(SourceError::NoSmart("a virtio disk has no SMART data")),
        Link::Raid => Err(SourceError::NoSmart(
            "a logical disk of a RAID controller has no SMART data of its own; of the controllers only MegaRAID is \
             spoken to, for others ask smartctl for the disks behind it (-d areca,N, -d 3ware,N, -d cciss,N, -d aacraid,H,L,ID)",
        )),
        _ => Ok(transport::open(device)?),
    }
}

/// What the disk speaks: as its link says, or else as it answers.
///
/// A USB bridge mostly has its own maker's name in its INQUIRY data, so that a disk behind one is asked as an ATA drive
/// first: that costs one command, which a bridge that cannot pass it on refuses. Sticks and card readers, whose media
/// are removable, are no ATA drives, and some of them do not survive the question.
///
/// # Errors
/// It had to be asked, and did not answer.
pub fn protocol(device: &BlockDevice, dialogue: &mut Dialogue<'_>) -> Result<Kind, SourceError> {
    if let Place::Dump(folder) = &device.place {
        return Ok(transport::dump::Dump::open(folder).map_err(transport::OpenError::from)?.kind());
    }
    match device.link {
        Link::Nvme => Ok(Kind::Nvme),
        Link::Sata => Ok(Kind::Ata),
        Link::Sas => Ok(Kind::Scsi),
        Link::Usb if device.removable != Some(true) && identifies_as_ata(dialogue)? => Ok(Kind::Ata),
        _ => {
            // libata and every SAT layer put "ATA" into the vendor field (SAT-5, INQUIRY).
            let inquiry = dialogue.inquiry()?;
            Ok(if inquiry.get(8..16) == Some(b"ATA     ") { Kind::Ata } else { Kind::Scsi })
        }
    }
}

/// What there is to say of a USB bridge that does not pass ATA commands on as the standard has it.
fn foreign(known: &KnownBridge) -> Option<String> {
    let BridgeWay::Own(kind) = &known.way else { return None };
    Some(format!(
        "the disk is behind a USB bridge ({}) with a protocol of its own, which is not spoken here: smartctl -d {kind} reads the disk",
        known.name
    ))
}

/// `device` of the record of a disk that speaks `kind`, where there is no record.
pub fn device_object(device: &BlockDevice, kind: Kind) -> Object {
    let (kind, protocol) = match kind {
        Kind::Ata => ("sat", "ATA"),
        Kind::Scsi => ("scsi", "SCSI"),
        Kind::Nvme => ("nvme", "NVMe"),
    };
    let (name, info_name, kind) = names(device, kind);
    object! { "name" => name, "info_name" => info_name, "type" => kind, "protocol" => protocol }
}

/// What smartctl calls a disk that speaks `kind`: `device.name`, `device.info_name` and `device.type`.
fn names(device: &BlockDevice, kind: &str) -> (String, String, String) {
    let name = device.smartctl_path().display().to_string();
    let (info_name, kind) = match &device.place {
        Place::MegaRaid(member) => {
            let through = member.smartctl_type();
            let kind = if kind == "sat" { format!("sat+{through}") } else { through };
            (format!("{name} [megaraid_disk_{:02}]", member.target()), kind)
        }
        _ => (name.clone(), kind.to_owned()),
    };
    let info_name = if kind.starts_with("sat") { format!("{info_name} [SAT]") } else { info_name };
    (name, info_name, kind)
}

/// Is IDENTIFY DEVICE answered as by an ATA drive? (The transport keeps the answer for the pages.)
fn identifies_as_ata(dialogue: &mut Dialogue<'_>) -> Result<bool, SourceError> {
    match dialogue.once(&Command::Ata(TaskFile::identify_device())) {
        // ACS-5: word 0 bit 15 is zero for an ATA device; the model number is in words 27 to 46. There are bridges that
        // answer any command well, with zeros or blanks.
        Ok(identify) => {
            let model = identify.get(54..94).unwrap_or_default();
            Ok(identify.get(1).is_some_and(|byte| byte & 0x80 == 0) && model.iter().any(u8::is_ascii_graphic))
        }
        Err(SourceError::Identify { source, .. }) if source.is_lost() => {
            Err(SourceError::Identify { command: "IDENTIFY DEVICE", source })
        }
        Err(SourceError::Identify { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// What the record says under `stone` besides its sections.
fn describe(record: &mut Record, device: &BlockDevice, conversation: &Conversation, took: Duration) {
    let Sent { commands, bytes } = conversation.sent;
    let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let stone = record.0.object("stone");
    stone.set("commands", commands).set("bytes", bytes).set("duration_ms", millis);
    if let Some(stop) = &conversation.stopped_at {
        stone.set("stopped_at", object! { "page" => stop.page, "command" => stop.command.clone() });
    }
    stone.set("device", object! { "link" => device.link.word() });
    if !device.daemons.is_empty() {
        stone.set("daemons", report::Value::array(device.daemons.iter().cloned()));
    }
}
