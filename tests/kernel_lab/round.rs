//! What came back of one round: the answers to all questions of tests/lab/guest/collect.sh.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::commands::Commands;
use crate::machine::{Machine, Row};

/// Standard output, standard error and exit status of one command.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) out: String,
    pub(crate) err: String,
    /// `None`: it was not asked.
    pub(crate) exit: Option<u8>,
}

impl Answer {
    pub(crate) fn read(folder: &Path, name: &str) -> Self {
        let text = |ending: &str| {
            let bytes = fs::read(folder.join(format!("{name}.{ending}"))).unwrap_or_default();
            String::from_utf8_lossy(&bytes).into_owned()
        };
        Self { out: text("out"), err: text("err"), exit: text("exit").trim().parse().ok() }
    }

    /// Standard output as JSON.
    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_str(&self.out).ok()
    }

    /// The objects that `stone device ls`, `query` and `decode` list.
    pub(crate) fn devices(&self) -> Vec<Value> {
        // `device ls` prints the list alone, as the cluster's command does.
        let listed = self.json().and_then(|mut json| match json {
            Value::Array(_) => Some(json),
            _ => Some(json.get_mut("devices")?.take()),
        });
        if let Some(Value::Array(devices)) = listed { devices } else { Vec::new() }
    }

    /// The only record of a `query` or `decode`.
    pub(crate) fn record(&self) -> Option<Value> {
        match self.devices().as_mut_slice() {
            [device] => Some(device.get_mut("record")?.take()),
            _ => None,
        }
    }
}

/// A disk as the kernel has it, or one behind a RAID controller.
#[derive(Debug)]
pub(crate) struct Disk<'m> {
    /// `sda`, `nvme0n1`, `megaraid,0`.
    pub(crate) node: String,
    /// Its row of the table; none for those of scsi_debug.
    pub(crate) row: Option<&'m Row>,
    /// A logical disk of a RAID controller: what is behind it answers elsewhere.
    pub(crate) logical: bool,
    pub(crate) smartctl: Answer,
    /// `stone smartctl`, asked what smartctl was asked: of a disk behind a RAID controller alone.
    pub(crate) drop_in: Answer,
    pub(crate) query: Answer,
    pub(crate) dump: Answer,
    pub(crate) decode: Answer,
    pub(crate) commands: Commands,
    pub(crate) commands_of_smartctl: Commands,
}

impl Disk<'_> {
    /// A virtio-blk disk: it takes no commands.
    pub(crate) fn takes_no_commands(&self) -> bool {
        self.node.starts_with("vd")
    }

    /// A disk behind a RAID controller, which has no node.
    pub(crate) fn has_no_node(&self) -> bool {
        self.node.starts_with("megaraid,")
    }

    /// The disk of the node: the controller of a namespace.
    pub(crate) fn whole(&self) -> &str {
        whole(&self.node)
    }

    pub(crate) fn label(&self) -> String {
        let name = self.row.map_or("scsi_debug", |row| row.name.as_str());
        format!("{} ({name}{})", self.node, if self.logical { ", logical" } else { "" })
    }
}

/// `nvme0` of `nvme0n1`, other names as they are.
pub(crate) fn whole(node: &str) -> &str {
    match node.strip_prefix("nvme").and_then(|rest| rest.find('n')) {
        Some(at) => &node[.."nvme".len() + at],
        None => node,
    }
}

/// A block device as sysfs has it.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) sectors: u64,
    /// The folder of the device, which says what it hangs on.
    pub(crate) path: String,
}

#[derive(Debug)]
pub(crate) struct Round<'m> {
    pub(crate) blocks: BTreeMap<String, Block>,
    pub(crate) disks: Vec<Disk<'m>>,
    /// Nodes of ours that were still there at the end, one a line.
    pub(crate) nodes_left: String,
    /// The other questions, by name.
    pub(crate) answers: BTreeMap<String, Answer>,
}

impl<'m> Round<'m> {
    pub(crate) fn read(machine: &'m Machine, folder: &Path) -> Self {
        let text = fs::read_to_string(folder.join("block-devices")).unwrap_or_default();
        let blocks: BTreeMap<String, Block> = text
            .lines()
            .filter_map(|line| {
                let mut words = line.split_whitespace();
                let (name, sectors, path) = (words.next()?, words.next()?, words.next()?);
                Some((name.to_owned(), Block { sectors: sectors.parse().ok()?, path: path.to_owned() }))
            })
            .collect();
        let trace = fs::read_to_string(folder.join("trace")).unwrap_or_default();
        let mut disks: Vec<Disk<'m>> =
            names(&folder.join("disks")).map(|node| disk(machine, folder, node, &blocks, &trace)).collect();
        disks.sort_by(|a, b| (a.node.len(), &a.node).cmp(&(b.node.len(), &b.node)));
        let answers = names(folder).filter_map(|file| file.strip_suffix(".exit").map(str::to_owned));
        let answers = answers.map(|name| (name.clone(), Answer::read(folder, &name))).collect();
        let nodes_left = fs::read_to_string(folder.join("nodes-left")).unwrap_or_default();
        Self { blocks, disks, nodes_left, answers }
    }

    /// The answer to a question; one with no exit status if it was not asked.
    pub(crate) fn answer(&self, name: &str) -> &Answer {
        const NONE: &Answer = &Answer { out: String::new(), err: String::new(), exit: None };
        self.answers.get(name).unwrap_or(NONE)
    }

    pub(crate) fn disk(&self, name: &str) -> Option<&Disk<'m>> {
        self.disks.iter().find(|disk| disk.row.is_some_and(|row| row.name == name) && !disk.logical)
    }
}

fn disk<'m>(
    machine: &'m Machine,
    round: &Path,
    node: String,
    blocks: &BTreeMap<String, Block>,
    trace: &str,
) -> Disk<'m> {
    let folder = round.join("disks").join(&node);
    let smartctl = Answer::read(&folder, "smartctl");
    let facts = smartctl.json().unwrap_or_default();
    let nsid = facts["nvme_namespaces"][0]["id"].as_u64();
    let row = match facts["serial_number"].as_str() {
        Some(serial) => machine.disk(serial, nsid),
        None if node.starts_with("vd") => machine.on_bus("virtio-blk"),
        None => None,
    };
    let path = blocks.get(&node).map(|block| block.path.as_str());
    let name = round.file_name().unwrap_or_default().to_string_lossy();
    let mark = |question| format!("{name}/disks/{node} {question}");
    let behind_raid = row.is_some_and(|row| row.bus == "megasas");
    Disk {
        row,
        logical: behind_raid && path.is_some(),
        drop_in: Answer::read(&folder, "drop-in"),
        query: Answer::read(&folder, "query"),
        dump: Answer::read(&folder, "dump"),
        decode: Answer::read(&folder, "decode"),
        commands: Commands::read(trace, &mark("query"), path),
        commands_of_smartctl: Commands::read(trace, &mark("smartctl"), path),
        smartctl,
        node,
    }
}

fn names(folder: &Path) -> impl Iterator<Item = String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned())
}
