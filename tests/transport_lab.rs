//! The transports against recorded drives behind the measurement lab's interposer of `open` and `ioctl`.
//!
//! ```text
//! STONE_LAB_SET=SET REPLAY_DIR=SET LD_PRELOAD=libreplay.so cargo test --test transport_lab
//! ```
//!
//! Without these it says that it skips.
#![expect(clippy::unwrap_used, reason = "a test, its helpers included")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use stone_smart::device::{BlockDevice, Link, Place};
use stone_smart::transport::{
    Command, Completion, NvmeAdmin, ScsiCdb, TaskFile, Transport, TransportError, open,
};

const LIMIT: Duration = Duration::from_secs(2);

/// Says so even where the test harness captures what is printed.
fn skipped(why: &str) {
    _ = writeln!(std::io::stderr(), "SKIPPED: {why}");
}

fn lab_set() -> Option<PathBuf> {
    let set = std::env::var_os("STONE_LAB_SET").map(PathBuf::from);
    let interposed =
        std::env::var("LD_PRELOAD").is_ok_and(|libraries| libraries.contains("replay")) && set.is_some();
    if !interposed {
        skipped("no drive was asked, for want of STONE_LAB_SET and LD_PRELOAD with the interposer");
    }
    set.filter(|_| interposed)
}

/// The drives of the set of `kind` (`ata`, `scsi`, `nvme`) that behave: folder and open transport.
fn drives(set: &Path, kind: &str, link: Link) -> Vec<(PathBuf, Box<dyn Transport>)> {
    let mut folders: Vec<_> = fs::read_dir(set).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders.retain(|folder| {
        let conf = fs::read_to_string(folder.join("device.conf")).unwrap_or_default();
        conf.split_whitespace().any(|word| word == format!("kind={kind}"))
            && !conf.contains("hang=")
            && !conf.contains("fail=")
    });
    let drives = folders.into_iter().map(|folder| {
        let node = Path::new("/dev").join(folder.file_name().unwrap());
        let transport = at(&node, link);
        (folder, transport)
    });
    drives.collect()
}

fn at(node: &Path, link: Link) -> Box<dyn Transport> {
    open(&BlockDevice { place: Place::Node(node.to_owned()), link, ..BlockDevice::default() }).unwrap()
}

/// Sends `command`; its answer must begin as `file` of `folder` does.
fn compare(transport: &mut dyn Transport, command: &Command, folder: &Path, file: &str) -> Completion {
    let recorded = fs::read(folder.join(file)).unwrap();
    let mut data = vec![0; command.data_len()];
    let done = transport
        .execute(command, &mut data, LIMIT)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let len = done.data_len.min(recorded.len());
    assert!(len >= 36, "{}: only {len} bytes to compare", folder.display());
    assert!(data[..len] == recorded[..len], "{}: {} differs from {file}", folder.display(), command.key());
    done
}

#[test]
fn recorded_drives_answer_as_recorded() {
    let Some(set) = lab_set() else { return };

    let ata = drives(&set, "ata", Link::Sata);
    assert!(!ata.is_empty());
    for (folder, mut transport) in ata {
        let identify = Command::Ata(TaskFile::identify_device());
        let done = compare(&mut *transport, &identify, &folder, "identify.bin");
        assert_eq!((done.data_len, done.registers), (512, None));

        let status = Command::Ata(TaskFile::smart_return_status());
        let registers = transport.execute(&status, &mut [], LIMIT).unwrap().registers.unwrap();
        let signature = registers.lba >> 8 & 0xffff;
        assert!(signature == 0xc24f || signature == 0x2cf4, "{signature:#x}");

        // A log that no drive has.
        let absent = Command::Ata(TaskFile::read_log_ext(0xdf, 0, 1));
        let error = transport.execute(&absent, &mut [0; 512], LIMIT).unwrap_err();
        assert!(matches!(error, TransportError::Ata { .. }) && error.is_unsupported(), "{error}");
    }

    let scsi = drives(&set, "scsi", Link::Sas);
    assert!(!scsi.is_empty());
    for (folder, mut transport) in scsi {
        compare(&mut *transport, &Command::Scsi(ScsiCdb::inquiry(36)), &folder, "inquiry.bin");
        let absent = Command::Scsi(ScsiCdb::vital_product_data(0xdf, 252));
        let error = transport.execute(&absent, &mut [0; 252], LIMIT).unwrap_err();
        assert!(error.is_unsupported(), "{error}");
    }

    let nvme = drives(&set, "nvme", Link::Nvme);
    assert!(!nvme.is_empty());
    for (folder, mut transport) in nvme {
        compare(&mut *transport, &Command::Nvme(NvmeAdmin::identify(1, 0)), &folder, "id_ctrl.bin");
        let health = Command::Nvme(NvmeAdmin::get_log_page(2, 0xffff_ffff, 512));
        compare(&mut *transport, &health, &folder, "log_02.bin");
        let absent = Command::Nvme(NvmeAdmin::get_log_page(0xdf, 0xffff_ffff, 512));
        let error = transport.execute(&absent, &mut [0; 512], LIMIT).unwrap_err();
        assert!(error.is_unsupported(), "{error}");
    }
}

/// With `REPLAY_HANG=NAME:all REPLAY_HANG_KERNEL=1` and `STONE_LAB_HUNG=/dev/NAME`.
#[test]
fn a_drive_that_never_answers_times_out() {
    let (Some(_), Some(node)) = (lab_set(), std::env::var_os("STONE_LAB_HUNG").map(PathBuf::from)) else {
        skipped("no drive hung, for want of STONE_LAB_HUNG");
        return;
    };
    let nvme = node.to_string_lossy().contains("nvme");
    let (link, command) = if nvme {
        (Link::Nvme, Command::Nvme(NvmeAdmin::identify(1, 0)))
    } else {
        (Link::Unknown, Command::Scsi(ScsiCdb::inquiry(36)))
    };
    let begun = Instant::now();
    let error = at(&node, link).execute(&command, &mut vec![0; command.data_len()], LIMIT).unwrap_err();
    assert!(matches!(error, TransportError::TimedOut(LIMIT)) && error.is_lost(), "{error}");
    assert!(begun.elapsed() < 2 * LIMIT, "{:?}", begun.elapsed());
}
