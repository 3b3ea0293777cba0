//! The programs of `examples/`, run: each does what its first line says.

#![allow(clippy::unwrap_used, reason = "a test says where it fails")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// Runs the example of that name, which `cargo test` has built beside the program.
fn run(name: &str, arguments: &[&Path]) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_stone")).with_file_name("examples").join(name);
    assert!(program.exists(), "{name} is not built: cargo build --examples");
    Command::new(program).args(arguments).output().unwrap()
}

/// What it prints; it must end well.
fn output(name: &str, arguments: &[&Path]) -> String {
    let output = run(name, arguments);
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_example_is_run_here() {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/examples.rs")).unwrap();
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        assert!(text.contains(&format!("(\"{name}\"")), "{name} is run by no test");
    }
}

#[test]
fn list_disks() {
    let host = tempfile::tempdir().unwrap();
    let put = |path: &str, text: &str| {
        let path = host.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    put("sys/devices/pci0/nvme/nvme0/model", "MADE UP 9000\n");
    put("sys/devices/pci0/nvme/nvme0/state", "live\n");
    put("sys/devices/pci0/nvme/nvme0/nvme0n1/size", "2000000\n");
    put("sys/devices/pci0/nvme/nvme0/nvme0n1/dev", "259:0\n");
    put("dev/nvme0", "");
    put("dev/nvme0n1", "");
    let link = |to: &str, from: &str| {
        let from = host.path().join(from);
        std::fs::create_dir_all(from.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(to, from).unwrap();
    };
    link("../../devices/pci0/nvme/nvme0", "sys/class/nvme/nvme0");
    link("../devices/pci0/nvme/nvme0/nvme0n1", "sys/block/nvme0n1");
    link("../../devices/pci0/nvme/nvme0/nvme0n1", "sys/class/block/nvme0n1");
    assert_eq!(output("list_disks", &[host.path()]), "/dev/nvme0  MADE UP 9000  1 GB  nvme\n");
    assert!(!run("list_disks", &[&host.path().join("none")]).status.success());
}

#[test]
fn watch_disk() {
    let seen = output("watch_disk", &[&fixture("nvme-consumer"), Path::new("0"), Path::new("3")]);
    assert_eq!(seen.lines().count(), 1, "nothing changes in a recorded disk: {seen}");
    assert!(seen.ends_with(" C\n") && seen.contains("passed"), "{seen}");
    let failing = output("watch_disk", &[&fixture("scsi-hdd-failing"), Path::new("0"), Path::new("1")]);
    assert!(failing.contains("FAILED"), "{failing}");
}

#[test]
fn decode_dump() {
    let folder = fixture("ata-hdd-failing");
    let decoded = run("decode_dump", &[&folder]);
    let record: serde_json::Value = serde_json::from_slice(&decoded.stdout).unwrap();
    assert_eq!(record["smart_status"]["passed"], false);
    assert!(String::from_utf8(decoded.stderr).unwrap().contains("SMART status is FAILED"));
    assert!(!run("decode_dump", &[Path::new("/no/such/dump")]).status.success());
}

#[test]
fn new_page() {
    let printed = output("new_page", &[]);
    assert!(printed.starts_with("admin commands: [02, 06, 0a]\n"), "{printed}");
    assert!(printed.contains("1023") && printed.contains("1024"), "{printed}");
}

#[test]
fn new_transport() {
    let printed = output("new_transport", &[&fixture("nvme-dc")]);
    assert!(printed.starts_with("nvme:06/cns01"), "{printed}");
    let commands = printed.lines().count() - 1;
    assert!(printed.ends_with(&format!(": {commands} commands\n")), "{printed}");
}
