//! A state folder on a disk that is full: a small tmpfs, where we are root and may mount one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::endpoint::{Answer, Endpoint};
use crate::stone::{Stone, drives};

struct Mounted(PathBuf);

impl Mounted {
    fn on(folder: &Path, size: &str) -> Option<Self> {
        let option = format!("size={size},mode=700");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &option, "tmpfs"]).arg(folder).output();
        match mounted {
            Ok(output) if output.status.success() => Some(Self(folder.to_owned())),
            _ => {
                eprintln!("SKIPPED: no tmpfs can be mounted here (it needs root), so no full disk is tried");
                None
            }
        }
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_is_said_and_costs_nothing_that_was_there() {
    let mut stone = Stone::new();
    let outer = std::mem::replace(&mut stone.state, tempfile::tempdir().unwrap());
    let Some(_mounted) = Mounted::on(stone.state.path(), "256k") else { return };
    drop(outer);
    let endpoint = Endpoint::start(&[Answer::status("503 Busy")], None);
    stone.on(&endpoint.url());
    let send = |more: &[&str]| {
        let drive = drives("ata-ssd");
        stone.run(&[&["telemetry", "send", "--drives", &drive], more].concat())
    };
    assert_eq!(send(&[]).status, 3);
    assert_eq!(stone.status()["device_channel"]["waiting"], 1);
    let filler = stone.state.path().join("filler");
    let mut length = 256 << 10;
    while length > 0 && fs::write(&filler, vec![1; length]).is_err() {
        length -= 4096;
    }
    // A new report has no room, and what was there is still there.
    let full = send(&[]);
    assert_eq!(full.status, 3, "{full:?}");
    assert!(full.err.contains("No space left on device") && full.err.contains("spool"), "{full:?}");
    assert_eq!(stone.status()["device_channel"]["waiting"], 1);
    assert_eq!(
        fs::read_dir(stone.state.path().join("spool"))
            .unwrap()
            .filter(|e| e.as_ref().unwrap().file_name() == "aside")
            .count(),
        0
    );
    let set = stone.run(&["config", "set", "mgr", "mgr/telemetry/interval", "72"]);
    assert_eq!(set.status, 3, "{set:?}");
    assert!(set.err.contains("No space left on device"), "{set:?}");
    assert_eq!(stone.status()["interval"], 24, "the old settings are whole");
    fs::remove_file(&filler).unwrap();
    let sent = send(&[]);
    assert_eq!(sent.status, 0, "{sent:?}");
    assert_eq!(endpoint.bodies().len(), 2);
}
