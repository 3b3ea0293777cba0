//! Where the commands of the documents are run: recorded drives in place of `/dev/sda` and its like, a made `ceph`, an
//! endpoint on loopback in place of `telemetry.example.org`, and a state folder of its own.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::authority::Authority;
use crate::endpoint::{Answer, Endpoint};

/// Stands before `stone`: names of the documents become those of the stand, and where no disk is named all recorded
/// ones are meant.
const STONE: &str = r#"#!/bin/sh
set -u
drives=$STAND/drives
command="${1:-} ${2:-}"
named=""
count=$#
while [ "$count" -gt 0 ]; do
    argument=$1
    shift
    case "$argument" in
        /dev/*) argument=$drives/${argument#/dev/}; named=1 ;;
DEVID) argument=STONE_NVME_2T_MADEUP-NC0007 ;;
        https://telemetry.example.org/*) argument=https://localhost:$STAND_PORT/${argument##*/} ;;
    esac
    set -- "$@" "$argument"
    count=$((count - 1))
done
case "$command" in
    "device query" | "device scrape-health-metrics" | "telemetry show-device" | "telemetry preview-device" | "telemetry send")
        [ -n "$named" ] || set -- "$@" --drives "$drives" ;;
esac
exec "$STAND/real/stone" "$@"
"#;

/// smartctl, as it is called in the documents: ours.
const SMARTCTL: &str = "#!/bin/sh\nexec stone smartctl \"$@\"\n";

/// A place to run commands in.
pub(crate) struct Stand {
    folder: tempfile::TempDir,
    endpoint: Endpoint,
}

impl Stand {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        for name in ["bin", "real", "work", "state"] {
            fs::create_dir(path.join(name)).unwrap();
        }
        symlink(env!("CARGO_BIN_EXE_stone"), path.join("real/stone")).unwrap();
        for (name, text) in [("stone", STONE), ("smartctl", SMARTCTL)] {
            let file = path.join("bin").join(name);
            fs::write(&file, text).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        symlink(root.join("tests/stores/ceph"), path.join("bin/ceph")).unwrap();
        let fixtures = root.join("fixtures");
        fs::create_dir(path.join("drives")).unwrap();
        // Healthy ones: `check-health` ends with 1 where something is wrong, as it should.
        for (name, drive) in [
            ("sda", "qemu-ahci-hdd"),
            ("sdb", "qemu-ahci-ssd"),
            ("sdc", "scsi-hdd-old"),
            ("nvme0", "nvme-consumer"),
        ] {
            symlink(fixtures.join(drive), path.join("drives").join(name)).unwrap();
        }
        let authority = Authority::new(path);
        let endpoint = Endpoint::start(&[Answer::status("200 OK")], Some(authority.server()));
        let stand = Self { folder, endpoint };
        for keeper in ["", "--cluster"] {
            let set = |option: &str, value: &str| {
                stand
                    .run(&format!("stone config set mgr mgr/telemetry/{option} {value} {keeper}\n"))
                    .unwrap();
            };
            set("ca_file", authority.file.to_str().unwrap());
            // A document that forgets to say where to would send to the default.
            set("url", "https://telemetry.example.org/report");
            set("device_url", "https://telemetry.example.org/device");
        }
        stand
    }

    fn command(&self, program: &str) -> Command {
        let folder = self.folder.path();
        let mut command = Command::new(program);
        command
            .env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", folder.join("bin").display()))
            .env("STAND", folder)
            .env("STAND_PORT", self.endpoint.port.to_string())
            .env("STONE_STATE_DIR", folder.join("state"))
            .current_dir(folder.join("work"))
            .stdin(Stdio::null());
        command
    }

    /// Runs a block, to its end: each command of it must end well.
    pub(crate) fn run(&self, block: &str) -> Result<(), String> {
        // What one block leaves behind is not in the way of the next.
        let work = self.folder.path().join("work");
        fs::remove_dir_all(&work).unwrap();
        fs::create_dir(&work).unwrap();
        let output = self.command("sh").args(["-eu", "-c", block]).output().unwrap();
        if output.status.success() {
            return Ok(());
        }
        Err(format!("{}\n{}", output.status, String::from_utf8_lossy(&output.stderr)))
    }

    /// Does `stone` know the arguments that it (or its container) is called with in a block that is not run?
    pub(crate) fn known(&self, block: &str) -> Result<(), String> {
        for line in block.replace("\\\n", " ").lines().filter(|line| !line.starts_with('#')) {
            let words: Vec<&str> = line.split_whitespace().collect();
            // A user may have its name, too: the program is followed by a command.
            let is_called = |pair: &[&str]| {
                ["stone", "stone-smart"].contains(&pair[0])
                    && pair[1].starts_with(|c: char| c.is_ascii_lowercase())
            };
            let Some(at) = words.windows(2).position(is_called) else { continue };
            let words = &words[at + 1..];
            let output =
                self.command(env!("CARGO_BIN_EXE_stone")).args(words).arg("--help").output().unwrap();
            if !output.status.success() {
                return Err(format!("{line}\n{}", String::from_utf8_lossy(&output.stderr)));
            }
        }
        Ok(())
    }
}
