//! Disks behind MegaRAID controllers: they are added to those that the kernel knows, and read instead of the logical ones.

use std::path::Path;

use super::{CollectError, Worker};
use crate::device::{self, BlockDevice, Link, MegaRaidController, MegaRaidMember, Place, Roots};
use crate::source::Smartctl;

/// The controllers of this host, and what came of asking them.
#[derive(Debug)]
pub struct Controllers {
    roots: Roots,
    all: Vec<MegaRaidController>,
    /// Those whose disks are found.
    listed: Vec<MegaRaidController>,
    /// Those that gave no list.
    silent: Vec<(MegaRaidController, CollectError)>,
}

impl Controllers {
    /// The controllers below `roots`; none is asked yet.
    pub fn of(roots: &Roots) -> Self {
        let all = device::megaraid_controllers(roots);
        Self { roots: roots.clone(), all, listed: Vec::new(), silent: Vec::new() }
    }

    /// The disk that `path` names, as a listing names it; `worker` asks its controller. `None`: the name is that of no
    /// such disk.
    pub fn named(&self, path: &Path, worker: &mut Worker) -> Option<BlockDevice> {
        let member = MegaRaidMember::parse(path)?;
        let controller = self.all.iter().find(|controller| controller.host == member.host());
        let known = controller.map(|controller| worker.list(std::slice::from_ref(controller)));
        let known = known.into_iter().flatten().flatten().flatten().find(|disk| disk.path() == path);
        Some(known.unwrap_or_else(|| member.into_device()))
    }

    /// Adds to `devices` the disks behind all controllers, which `worker` asks.
    pub fn add_all(&mut self, devices: &mut Vec<BlockDevice>, worker: &mut Worker) {
        self.add(devices, worker, |_, _| true);
    }

    /// Adds to `devices` the disks behind the controllers of the logical disks among them. Which of its disks a logical
    /// one lies on, a controller does not say in its list: all are added.
    pub fn add_behind(&mut self, devices: &mut Vec<BlockDevice>, worker: &mut Worker) {
        self.add(devices, worker, |controller, devices| {
            devices.iter().any(|device| controller.has_logical_disk(device))
        });
    }

    fn add(
        &mut self,
        devices: &mut Vec<BlockDevice>,
        worker: &mut Worker,
        wanted: impl Fn(&MegaRaidController, &[BlockDevice]) -> bool,
    ) {
        let asked: Vec<_> =
            self.all.iter().filter(|controller| wanted(controller, devices)).cloned().collect();
        if asked.is_empty() {
            return;
        }
        let lists = worker.list(&asked);
        for (controller, list) in asked.iter().zip(lists) {
            match list {
                Ok(disks) => {
                    add_new(&self.roots, controller, disks, devices);
                    self.listed.push(controller.clone());
                }
                Err(error) => self.silent.push((controller.clone(), error)),
            }
        }
    }

    /// Lets smartctl list the disks of the controllers that did not: where the driver has no node, it makes one.
    pub fn ask_smartctl(&mut self, smartctl: &Smartctl, devices: &mut Vec<BlockDevice>) {
        if self.silent.is_empty() {
            return;
        }
        let members = match smartctl.megaraid_members() {
            Ok(members) => members,
            Err(error) => return tracing::debug!(%error, "smartctl lists no disks either"),
        };
        for (controller, error) in std::mem::take(&mut self.silent) {
            let here = members.iter().filter(|member| member.host() == controller.host);
            let disks: Vec<BlockDevice> = here.map(|member| controller.disk(member.target())).collect();
            if disks.is_empty() {
                self.silent.push((controller, error));
            } else {
                add_new(&self.roots, &controller, disks, devices);
                self.listed.push(controller);
            }
        }
    }

    /// The controllers whose disks nobody lists, and why.
    pub fn silent(&self) -> impl Iterator<Item = (&MegaRaidController, &CollectError)> {
        self.silent.iter().map(|(controller, error)| (controller, error))
    }

    /// Takes logical disks out of `devices` whose controller's disks are there: these are read instead.
    pub fn leave_out_logical_disks(&self, devices: &mut Vec<BlockDevice>) {
        let is_read_otherwise =
            |device: &BlockDevice| self.listed.iter().any(|controller| controller.has_logical_disk(device));
        devices.retain(|device| !is_read_otherwise(device));
    }
}

/// Adds those of `disks` that `devices` does not have, and that have no node: these are found by it, if they were asked
/// for. A disk may also have a second controller.
fn add_new(
    roots: &Roots,
    controller: &MegaRaidController,
    disks: Vec<BlockDevice>,
    devices: &mut Vec<BlockDevice>,
) {
    for disk in disks {
        let has_node = match &disk.place {
            Place::MegaRaid(member) => controller.shows_disk(roots, member.target()),
            Place::Node(_) | Place::Dump(_) => true,
        };
        let same = |known: &BlockDevice| {
            known.path() == disk.path()
                // A logical disk may have the number of its only physical one.
                || (known.link != Link::Raid && known.wwn.is_some() && known.wwn == disk.wwn)
        };
        if !has_node && !devices.iter().any(same) {
            devices.push(disk);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::Hctl;

    fn at(channel: u32, target: u32, link: Link, wwn: &str) -> BlockDevice {
        let hctl = Some(Hctl { host: 6, channel, target, lun: 0 });
        BlockDevice {
            name: format!("{channel}:{target}"),
            hctl,
            link,
            wwn: Some(wwn.to_owned()),
            ..BlockDevice::default()
        }
    }

    fn member(controller: &MegaRaidController, target: u8, wwn: Option<&str>) -> BlockDevice {
        BlockDevice { wwn: wwn.map(str::to_owned), ..controller.disk(target) }
    }

    #[test]
    fn a_disk_is_read_once_and_a_logical_disk_never() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("sys/class/scsi_device/6:0:20:0/device/block/sdb")).unwrap();
        let roots = Roots::at(root.path());
        let controller = MegaRaidController { host: 6, address: None };
        let mut devices =
            vec![at(2, 0, Link::Raid, "0x5"), at(0, 20, Link::Sas, "0x6"), at(0, 90, Link::Sata, "0x7")];
        let disks = [
            // The logical disk of QEMU has its number.
            member(&controller, 5, Some("0x5")),
            // The driver shows it.
            member(&controller, 20, None),
            // It has a node by another controller.
            member(&controller, 21, Some("0x7")),
            member(&controller, 22, None),
            member(&controller, 23, None),
        ];
        add_new(&roots, &controller, disks.to_vec(), &mut devices);
        add_new(&roots, &controller, disks.to_vec(), &mut devices);
        let found = Controllers { listed: vec![controller], ..Controllers::of(&roots) };
        found.leave_out_logical_disks(&mut devices);
        let names: Vec<_> = devices.iter().map(|device| device.name.as_str()).collect();
        assert_eq!(names, ["0:20", "0:90", "megaraid,5", "megaraid,22", "megaraid,23"]);
    }

    #[test]
    fn without_a_list_the_logical_disks_stay() {
        let controllers = Controllers::of(&Roots::at("/nonexistent"));
        let mut devices = vec![at(2, 0, Link::Raid, "0x5")];
        controllers.leave_out_logical_disks(&mut devices);
        assert_eq!(devices.len(), 1);
    }

    #[test]
    fn a_disk_can_be_named() {
        let controllers = Controllers::of(&Roots::at("/nonexistent"));
        let mut worker = Worker::new("/nonexistent/stone", []);
        let disk = controllers.named(Path::new("/dev/bus/3/megaraid,7"), &mut worker).unwrap();
        assert_eq!(disk.name, "megaraid,7");
        assert!(controllers.named(Path::new("/dev/sda"), &mut worker).is_none());
    }
}
