//! A state folder on a disk that is full: a small tmpfs, where we are root and may mount one.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::endpoint::{Answer, Endpoint};
use crate::ran::Ran;
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

/// A host on a small disk. `None`: no disk can be made here.
fn host(size: &str) -> Option<(Stone, Mounted)> {
    let stone = Stone::new();
    let mounted = Mounted::on(stone.state.path(), size)?;
    Some((stone, mounted))
}

/// Takes all room there is; where the file is.
fn fill(stone: &Stone) -> PathBuf {
    let filler = stone.state.path().join("filler");
    let mut file = fs::File::create(&filler).unwrap();
    while file.write_all(&[1; 4096]).is_ok() {}
    filler
}

fn send(stone: &Stone) -> Ran {
    stone.run(&["telemetry", "send", "--drives", &drives("ata-ssd")])
}

#[test]
fn a_full_disk_is_said_and_costs_nothing_that_was_there() {
    let Some((stone, _mounted)) = host("256k") else { return };
    let busy = Answer::status("503 Busy");
    let endpoint = Endpoint::start(&[busy.clone(), busy], None);
    stone.on(&endpoint.url());
    assert_eq!(send(&stone).status, 3);
    assert_eq!(stone.status()["device_channel"]["waiting"], 1);
    let filler = fill(&stone);
    // A new report has no room, and what was there is still there.
    let full = send(&stone);
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
    let sent = send(&stone);
    assert_eq!(sent.status, 0, "{sent:?}");
    assert_eq!(endpoint.bodies().len(), 2);
}

#[test]
fn a_spool_that_fills_its_disk_drains() {
    let Some((stone, _mounted)) = host("256k") else { return };
    let endpoint = Endpoint::start(&[Answer::status("503 Busy")], None);
    stone.on(&endpoint.url());
    assert_eq!(send(&stone).status, 3);
    fill(&stone);
    // What waits goes out, and makes room for the new one.
    let sent = send(&stone);
    assert_eq!(sent.status, 0, "{sent:?}");
    assert_eq!(endpoint.bodies().len(), 2);
    let status = stone.status();
    assert_eq!(
        (&status["device_channel"]["waiting"], &status["device_channel"]["delivered"]),
        (&0.into(), &2.into())
    );
}

#[test]
fn telemetry_is_switched_off_and_pseudonyms_are_replaced_on_a_full_disk() {
    let Some((stone, _mounted)) = host("256k") else { return };
    let endpoint = Endpoint::start(&[Answer::Drop], None);
    stone.on(&endpoint.url());
    stone.set("interval", "72");
    assert_eq!(send(&stone).status, 3);
    let shown =
        || stone.must(&["telemetry", "show-device", "-f", "json", "--drives", &drives("ata-ssd")]).json();
    let host = |report: &serde_json::Value| report.as_object().unwrap().keys().next().unwrap().clone();
    let old = host(&shown());
    fill(&stone);
    let off = stone.must(&["telemetry", "off", "-f", "json"]);
    assert_eq!((&off.json()["enabled"], &off.json()["withdrawn"]), (&false.into(), &1.into()));
    let status = stone.status();
    assert_eq!((&status["enabled"], &status["interval"]), (&false.into(), &72.into()), "options are kept");
    assert_eq!(status["device_channel"]["waiting"], 0);
    assert_eq!(send(&stone).status, 1, "it is off");
    let filler = stone.state.path().join("filler-2");
    fs::rename(stone.state.path().join("filler"), &filler).unwrap();
    fill(&stone);
    stone.must(&["telemetry", "off"]);
    stone.must(&["telemetry", "rotate-id"]);
    assert_ne!(host(&shown()), old);
    fs::remove_file(&filler).unwrap();
    stone.must(&["telemetry", "on", "--license", "sharing-1-0"]);
    assert_eq!(send(&stone).status, 0);
    assert_eq!((endpoint.bodies().len(), &stone.status()["interval"]), (2, &72.into()));
}

#[test]
fn the_history_is_read_on_a_full_disk() {
    let Some((stone, _mounted)) = host("2m") else { return };
    stone.must(&["device", "scrape-health-metrics", "--drives", &drives("ata-ssd")]);
    let checked = stone.run(&["device", "check-health", "-f", "json"]);
    let shown = stone.must(&["telemetry", "show-device", "-f", "json"]);
    fill(&stone);
    let full = stone.run(&["device", "check-health", "-f", "json"]);
    assert_eq!((full.status, full.out, full.err), (checked.status, checked.out, checked.err));
    let full = stone.must(&["telemetry", "show-device", "-f", "json"]);
    assert_eq!((full.out, full.err), (shown.out, shown.err));
    let scraped = stone.run(&["device", "scrape-health-metrics", "--drives", &drives("ata-ssd")]);
    assert_eq!(scraped.status, 3, "{scraped:?}");
    assert!(scraped.err.contains("this round is not stored"), "{scraped:?}");
}
