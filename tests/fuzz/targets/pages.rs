//! Answers of drives: one page in the place of a recorded one, or a whole conversation; and the record of them.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use stone_smart::decode::{self, Answer, Protocol};
use stone_smart::report::{Pages, Presets, Section};
use stone_smart::source::native::Dialogue;
use stone_smart::source::{Limits, SourceError};
use stone_smart::transport::Replay;
use stone_smart::transport::dump::Kind;

use super::drive::{self, Drive};
use super::input::Input;
use super::record;

/// In the flags of a page: it has registers, its checksums are right, and an error must leave no trace.
const REGISTERS: u8 = 1 << 0;
const MENDED: u8 = 1 << 1;
const WATCHED: u8 = 1 << 2;

type Walked<P> = Result<(P, Vec<Section>), SourceError>;

/// ATA: the first byte says whether a page (even) or a conversation (odd) follows, and whether (2) its record is anonymised.
pub fn ata(bytes: &[u8]) {
    static KNOWN: LazyLock<Vec<decode::ata::Pages>> =
        LazyLock::new(|| known(Kind::Ata, |dialogue| dialogue.walk(decode::ata::Pages::default())));
    run(
        bytes,
        &KNOWN,
        |dialogue| dialogue.walk(decode::ata::Pages::default()),
        |pages| Pages::Ata(Box::new(pages)),
    );
}

/// SCSI: as [`ata`].
pub fn scsi(bytes: &[u8]) {
    static KNOWN: LazyLock<Vec<decode::scsi::Pages>> =
        LazyLock::new(|| known(Kind::Scsi, |dialogue| dialogue.walk(decode::scsi::Pages::default())));
    run(
        bytes,
        &KNOWN,
        |dialogue| dialogue.walk(decode::scsi::Pages::default()),
        |pages| Pages::Scsi(Box::new(pages)),
    );
}

/// NVMe: as [`ata`].
pub fn nvme(bytes: &[u8]) {
    static KNOWN: LazyLock<Vec<decode::nvme::Pages>> =
        LazyLock::new(|| known(Kind::Nvme, |dialogue| dialogue.walk(decode::nvme::Pages::default())));
    run(
        bytes,
        &KNOWN,
        |dialogue| dialogue.walk(decode::nvme::Pages::default()),
        |pages| Pages::Nvme(Box::new(pages)),
    );
}

fn run<P: Protocol + Clone + std::fmt::Debug>(
    bytes: &[u8],
    known: &[P],
    walk: impl FnOnce(&mut Dialogue<'_>) -> Walked<P>,
    of_protocol: impl FnOnce(P) -> Pages,
) {
    let mut input = Input(bytes);
    let how = input.byte();
    let (pages, sections) = if how & 1 == 0 {
        let Some(pages) = page(known, input) else { return };
        (pages, record::well(P::PAGES.iter().map(|page| page.name)))
    } else {
        let mut drive = Drive::new(input);
        let limits = Limits::new(Duration::from_secs(1), Duration::from_secs(60));
        // An `Err` is for the page that identifies the disk: without it there is no record.
        let Ok(walked) = walk(&mut Dialogue::new(&mut drive, limits)) else { return };
        walked
    };
    let record = record::record_of(&of_protocol(pages), &sections, &Presets::standard());
    record::json(&record);
    if how & 2 == 2 {
        record::anonymise(&record);
    }
}

/// One page in the place of a recorded one: drive, page and request by number, flags, then the answer. `None`: it is
/// none.
fn page<P: Protocol + Clone + std::fmt::Debug>(known: &[P], mut input: Input<'_>) -> Option<P> {
    let mut pages = input.pick(known)?.clone();
    let page = input.pick(P::PAGES)?;
    let requests = (page.requests)(&pages);
    let request = input.pick(&requests)?;
    let flags = input.byte();
    let mut data = input.0.to_vec();
    if flags & MENDED != 0 {
        drive::checksums(&mut data);
    }
    let registers = drive::registers(&data).filter(|_| flags & REGISTERS != 0);
    let registers = registers.map(|registers| decode::ata::Registers {
        error: registers.error,
        count: registers.count,
        lba: registers.lba,
        device: registers.device,
        status: registers.status,
    });
    let before = (flags & WATCHED != 0).then(|| format!("{pages:?}"));
    let answer = Answer { data: &data, registers, result: data.first().copied().unwrap_or(0).into() };
    let Err(error) = (page.decode)(request, &answer, &mut pages) else { return Some(pages) };
    if let Some(before) = before {
        assert_eq!(format!("{pages:?}"), before, "{}: {error}, and yet it left a trace", page.title);
    }
    None
}

/// What the drives of `fixtures/` that speak `kind` have told, behind one that has told nothing.
pub(super) fn known<P: Protocol>(kind: Kind, walk: impl Fn(&mut Dialogue<'_>) -> Walked<P>) -> Vec<P> {
    let mut known = vec![P::default()];
    for folder in fixtures() {
        let mut replay = Replay::open(&folder).expect("a dump");
        if replay.kind() == kind {
            let limits = Limits::new(Limits::COMMAND, Limits::DISK);
            let (pages, _) = walk(&mut Dialogue::new(&mut replay, limits)).expect("a drive that answers");
            known.push(pages);
        }
    }
    known
}

/// The drives of `fixtures/`, in the order of their names.
pub(super) fn fixtures() -> Vec<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = here.ancestors().map(|folder| folder.join("fixtures")).find(|folder| folder.is_dir());
    let entries = folder.and_then(|folder| folder.read_dir().ok()).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> =
        entries.map(|entry| entry.path()).filter(|folder| folder.join("device.conf").exists()).collect();
    folders.sort();
    folders
}
