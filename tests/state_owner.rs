//! Root in the state folder of another user, as the packages have it: root can run every command, and that user goes on with
//! what is there then.
//!
//! Only root can play both. Without it nothing is tried, and that is said.
#![cfg(feature = "http")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test says where it fails, and what it left out"
)]

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The user of the service.
const SERVICE: u32 = 65_534;

/// A place that both users reach, with the program, a drive and the service's folder.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    /// `None`: this is not root.
    fn new() -> Option<Self> {
        if !nix::unistd::geteuid().is_root() {
            eprintln!("SKIPPED: only root works in the folders of others");
            return None;
        }
        let folder =
            tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o755)).tempdir().unwrap();
        let place = Self { folder };
        // Where the program lies, others may have no way to.
        fs::copy(env!("CARGO_BIN_EXE_stone"), place.path("stone")).unwrap();
        fs::create_dir_all(place.path("drives/disk")).unwrap();
        let drive = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/qemu-ahci-ssd");
        for file in fs::read_dir(drive).unwrap().map(Result::unwrap) {
            fs::copy(file.path(), place.path("drives/disk").join(file.file_name())).unwrap();
        }
        fs::create_dir(place.state()).unwrap();
        fs::set_permissions(place.state(), fs::Permissions::from_mode(0o700)).unwrap();
        chown(place.state(), Some(SERVICE), Some(SERVICE)).unwrap();
        Some(place)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn state(&self) -> PathBuf {
        self.path("state")
    }

    fn run(&self, user: u32, arguments: &str) -> Output {
        let drives = self.path("drives");
        let arguments = arguments.replace("DRIVES", drives.to_str().unwrap());
        let mut command = Command::new(self.path("stone"));
        command.env_clear().env("STONE_STATE_DIR", self.state()).args(arguments.split(' ')).current_dir("/");
        command.uid(user).gid(user).output().unwrap()
    }

    /// Runs it with success.
    fn done(&self, user: u32, arguments: &str) -> String {
        let output = self.run(user, arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "as user {user}: {arguments}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }
}

/// Everything in `folder`, and who may do what with it.
fn all(folder: &Path, found: &mut Vec<(PathBuf, u32, u32)>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let facts = entry.metadata().unwrap();
        found.push((entry.path(), facts.uid(), facts.mode() & 0o077));
        if facts.is_dir() {
            all(&entry.path(), found);
        }
    }
}

#[test]
fn what_root_does_the_service_goes_on_with() {
    let Some(place) = Place::new() else { return };
    for arguments in [
        "device scrape-health-metrics --drives DRIVES",
        "telemetry show-device --drives DRIVES",
        "config set mgr mgr/telemetry/interval 72",
        // Nobody listens there: the report waits in the spool.
        "config set mgr mgr/telemetry/device_url https://127.0.0.1:1/",
        "telemetry on --license sharing-1-0",
        "telemetry rotate-id",
        "telemetry status",
        "device check-health",
    ] {
        place.done(0, arguments);
    }
    assert_eq!(place.run(0, "telemetry send --drives DRIVES").status.code(), Some(3));

    let mut found = Vec::new();
    all(&place.state(), &mut found);
    for name in ["telemetry-secret", "telemetry.json", "history.db", "history.lock", "spool", "spool/lock"] {
        assert!(found.iter().any(|(path, ..)| path.ends_with(name)), "{name} was not made: {found:?}");
    }
    assert!(found.iter().all(|(_, owner, others)| (*owner, *others) == (SERVICE, 0)), "{found:?}");

    let report = place.done(0, "telemetry show-device --drives DRIVES");
    // Host and device.
    let names =
        |report: &str| report.split('"').skip(1).step_by(2).take(2).map(str::to_owned).collect::<Vec<_>>();
    for arguments in
        ["telemetry status", "device check-health", "device scrape-health-metrics --drives DRIVES"]
    {
        place.done(SERVICE, arguments);
    }
    let theirs = place.done(SERVICE, "telemetry show-device --drives DRIVES");
    assert_eq!(names(&report).len(), 2);
    assert_eq!(names(&report), names(&theirs), "the same secret");
}

#[test]
fn a_folder_that_others_can_change_is_refused_to_root_as_well() {
    let Some(place) = Place::new() else { return };
    fs::set_permissions(place.state(), fs::Permissions::from_mode(0o770)).unwrap();
    for arguments in ["telemetry rotate-id", "device scrape-health-metrics --drives DRIVES"] {
        let output = place.run(0, arguments);
        assert_eq!(output.status.code(), Some(3), "{arguments}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("chmod 700"), "{arguments}: {said}");
    }
}

#[test]
fn a_secret_that_is_neither_of_its_folder_s_owner_nor_of_root_is_refused() {
    let Some(place) = Place::new() else { return };
    place.done(0, "telemetry show-device --drives DRIVES");
    chown(place.state().join("telemetry-secret"), Some(1), Some(1)).unwrap();
    let output = place.run(0, "telemetry show-device --drives DRIVES");
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8(output.stderr).unwrap().contains("belongs to user 1"));
}
