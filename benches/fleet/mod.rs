//! Fleets of drives cloned from the fixtures, for `stone --drives` and for the lab's interposer alike.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Drives of a fleet, over and over. Not scsi-hdd: smartctl 7.3 aborts at its pending defects.
pub(crate) const MIX: [&str; 8] =
    ["ata-hdd", "ata-hdd", "ata-ssd", "scsi-ssd", "ata-hdd-old", "scsi-ssd", "nvme-consumer", "nvme-dc"];

/// The folder of a fixture.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// A folder with the answers of `name`, and a latency of its own.
pub(crate) fn clone_drive(name: &str, to: &Path, latency: Duration) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(fixture(name))? {
        let entry = entry?;
        if entry.file_name() != "device.conf" {
            symlink(entry.path(), to.join(entry.file_name()))?;
        }
    }
    let conf = fs::read_to_string(fixture(name).join("device.conf"))?;
    let conf: String =
        conf.lines().filter(|line| !line.starts_with("latency_us")).map(|line| format!("{line}\n")).collect();
    fs::write(to.join("device.conf"), format!("{conf}latency_us={}\n", latency.as_micros()))
}

/// Makes a fleet of `disks` in `folder`; gives the kernel names of the nodes that lead to them.
pub(crate) fn make(folder: &Path, disks: usize, latency: Duration) -> io::Result<Vec<String>> {
    let (mut scsi, mut nvme) = (0, 0);
    let mut names = Vec::with_capacity(disks);
    for name in MIX.into_iter().cycle().take(disks) {
        let node = if name.starts_with("nvme") {
            nvme += 1;
            format!("nvme{}", nvme - 1)
        } else {
            scsi += 1;
            letters(scsi)
        };
        clone_drive(name, &folder.join(&node), latency)?;
        sysfs(folder, &node, name)?;
        names.push(node);
    }
    Ok(names)
}

/// `sda` for 1, `sdaa` for 27.
fn letters(mut number: usize) -> String {
    let mut letters = Vec::new();
    while number > 0 {
        number -= 1;
        letters.insert(0, char::from(b'a' + u8::try_from(number % 26).unwrap_or(0)));
        number /= 26;
    }
    "sd".chars().chain(letters).collect()
}

/// What sysfs says of a disk, for the interposer.
fn sysfs(folder: &Path, node: &str, name: &str) -> io::Result<()> {
    let write = |file: String, text: &str| {
        let path = folder.join("sys").join(file);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, format!("{text}\n"))
    };
    let mut block = node.to_owned();
    if name.starts_with("nvme") {
        block.push_str("n1");
        for (file, text) in [("model", name), ("serial", node), ("firmware_rev", "1"), ("state", "live")] {
            write(format!("class/nvme/{node}/{file}"), text)?;
        }
    } else {
        let vendor = if name.starts_with("ata") { "ATA" } else { "MADE" };
        for (file, text) in
            [("vendor", vendor), ("model", name), ("rev", "1"), ("state", "running"), ("type", "0")]
        {
            write(format!("block/{node}/device/{file}"), text)?;
        }
    }
    for (file, text) in [("size", "1000000"), ("removable", "0"), ("queue/logical_block_size", "512")] {
        write(format!("block/{block}/{file}"), text)?;
    }
    let class = folder.join("sys/class/block");
    fs::create_dir_all(&class)?;
    symlink(format!("../../block/{block}"), class.join(block))
}
