//! The frame from the front to the worker: which disks, and how they are asked. It has no room for a command.

use std::path::PathBuf;

use super::frame::{Malformed, VERSION, body, framed};
use crate::collect::Options;
use crate::device::{BlockDevice, Hctl, Link, MegaRaidController, MegaRaidMember, Place, UsbBridge};
use crate::source::native::{Extent, Power};
use crate::source::{Asking, Backend};
use crate::transport::wire::{Put, Reader};

/// The longest setup: some hundred bytes for each of a hundred thousand disks.
const LONGEST: usize = 64 << 20;

/// What the worker has to do.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Setup {
    /// The front's process.
    pub(super) parent: u32,
    pub(super) options: Options,
    pub(super) asking: Asking,
    /// The controllers whose disks are to be listed.
    pub(super) controllers: Vec<MegaRaidController>,
    /// The disks to be asked, by their slots: what is needed to reach them, and no identifier.
    pub(super) devices: Vec<BlockDevice>,
}

const BACKENDS: [Backend; 3] = [Backend::Auto, Backend::Native, Backend::Smartctl];
const POWERS: [Power; 4] = [Power::Active, Power::Idle, Power::Standby, Power::Sleep];
const EXTENTS: [Extent; 3] = [Extent::Whole, Extent::WithFarm, Extent::Quick];
const LINKS: [Link; 7] =
    [Link::Unknown, Link::Sata, Link::Sas, Link::Nvme, Link::Usb, Link::Virtio, Link::Raid];

fn put_word<T: PartialEq>(out: &mut Vec<u8>, words: &[T], word: &T) {
    let index = words.iter().position(|known| known == word).unwrap_or(0);
    out.put_u8(u8::try_from(index).unwrap_or(0));
}

fn word<T: Copy>(reader: &mut Reader<'_>, words: &[T]) -> Option<T> {
    words.get(usize::from(reader.u8()?)).copied()
}

impl Setup {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        framed(&mut out, |out| {
            out.put_u16(VERSION);
            out.put_u32(self.parent);
            let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
            out.put_some(self.options.jobs, |out, jobs| out.put_u64(number(jobs)));
            out.put_u64(number(self.options.per_host));
            out.put_u64(number(self.options.per_expander));
            out.put_time(self.options.command_timeout);
            out.put_time(self.options.disk_deadline);
            out.put_time(self.options.round_deadline);
            put_word(out, &BACKENDS, &self.asking.backend);
            out.put_path(&self.asking.smartctl);
            out.put_some(self.asking.asleep, |out, power| put_word(out, &POWERS, &power));
            put_word(out, &EXTENTS, &self.asking.extent);
            out.put_u16(u16::try_from(self.controllers.len()).unwrap_or(u16::MAX));
            for controller in self.controllers.iter().take(usize::from(u16::MAX)) {
                out.put_u16(controller.host);
            }
            self.devices.iter().for_each(|device| put_device(out, device));
        });
        out
    }

    /// Takes the setup that `bytes` begin with. `Ok(None)`: it is not whole yet.
    pub(super) fn decode(bytes: &[u8]) -> Result<Option<Self>, Malformed> {
        let Some((body, _)) = body(bytes, LONGEST)? else { return Ok(None) };
        Self::read(&mut Reader::new(body)).map(Some).ok_or(Malformed)
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        if reader.u16()? != VERSION {
            return None;
        }
        let count = |reader: &mut Reader<'_>| usize::try_from(reader.u64()?).ok();
        let parent = reader.u32()?;
        let options = Options {
            jobs: reader.some(count)?,
            per_host: count(reader)?,
            per_expander: count(reader)?,
            command_timeout: reader.time()?,
            disk_deadline: reader.time()?,
            round_deadline: reader.time()?,
        };
        let asking = Asking {
            backend: word(reader, &BACKENDS)?,
            smartctl: reader.path()?,
            asleep: reader.some(|reader| word(reader, &POWERS))?,
            extent: word(reader, &EXTENTS)?,
        };
        let mut controllers = Vec::new();
        for _ in 0..reader.u16()? {
            controllers.push(MegaRaidController { host: reader.u16()?, address: None });
        }
        let mut devices = Vec::new();
        while !reader.is_empty() {
            devices.push(device(reader)?);
        }
        Some(Self { parent, options, asking, controllers, devices })
    }
}

/// Does the setup that `bytes` begin with, if there is one, mean the same when it is said again? For its fuzz target.
#[doc(hidden)]
pub fn means_the_same_again(bytes: &[u8]) -> bool {
    match Setup::decode(bytes) {
        Ok(Some(setup)) => Setup::decode(&setup.encode()) == Ok(Some(setup)),
        Ok(None) | Err(Malformed) => true,
    }
}

fn put_device(out: &mut Vec<u8>, device: &BlockDevice) {
    out.put_bytes(device.name.as_bytes());
    match &device.place {
        Place::Node(path) => {
            out.put_u8(0);
            out.put_path(path);
        }
        Place::Dump(path) => {
            out.put_u8(1);
            out.put_path(path);
        }
        Place::MegaRaid(member) => {
            out.put_u8(2);
            out.put_u16(member.host());
            out.put_u8(member.target());
        }
    }
    let path = |out: &mut Vec<u8>, path: &PathBuf| out.put_path(path);
    let flag = |out: &mut Vec<u8>, flag: bool| out.put_u8(flag.into());
    out.put_some(device.generic.as_ref(), path);
    put_word(out, &LINKS, &device.link);
    out.put_some(device.usb_bridge, |out, bridge| {
        out.put_u16(bridge.vendor);
        out.put_u16(bridge.product);
        out.put_some(bridge.release, Vec::put_u16);
    });
    out.put_some(device.removable, flag);
    out.put_some(device.rotational, flag);
    out.put_some(device.hctl, |out, hctl| {
        out.put_u32(hctl.host);
        out.put_u32(hctl.channel);
        out.put_u32(hctl.target);
        out.put_u64(hctl.lun);
    });
    out.put_some(device.expander.as_ref(), |out, name| out.put_bytes(name.as_bytes()));
    out.put_some(device.named_namespace, Vec::put_u32);
    out.put_some(device.smartctl_type.as_ref(), |out, kind| out.put_bytes(kind.as_bytes()));
    out.put_some(device.runtime_status.as_ref(), path);
    out.put_bytes(device.physical.as_bytes());
}

fn device(reader: &mut Reader<'_>) -> Option<BlockDevice> {
    Some(BlockDevice {
        name: reader.text()?,
        place: match reader.u8()? {
            0 => Place::Node(reader.path()?),
            1 => Place::Dump(reader.path()?),
            2 => Place::MegaRaid(MegaRaidMember::new(reader.u16()?, reader.u8()?)),
            _ => return None,
        },
        generic: reader.some(Reader::path)?,
        link: word(reader, &LINKS)?,
        usb_bridge: reader.some(|reader| {
            let (vendor, product) = (reader.u16()?, reader.u16()?);
            Some(UsbBridge { vendor, product, release: reader.some(Reader::u16)? })
        })?,
        removable: reader.some(Reader::flag)?,
        rotational: reader.some(Reader::flag)?,
        hctl: reader.some(|reader| {
            let (host, channel, target) = (reader.u32()?, reader.u32()?, reader.u32()?);
            Some(Hctl { host, channel, target, lun: reader.u64()? })
        })?,
        expander: reader.some(Reader::text)?,
        named_namespace: reader.some(Reader::u32)?,
        smartctl_type: reader.some(Reader::text)?,
        runtime_status: reader.some(Reader::path)?,
        physical: reader.text()?,
        ..BlockDevice::default()
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;

    fn setup() -> Setup {
        let hctl = Some(Hctl { host: 1, channel: 2, target: 3, lun: 4 });
        let disk = BlockDevice {
            name: "sda".to_owned(),
            place: Place::Node("/dev/sda".into()),
            generic: Some("/dev/sg0".into()),
            link: Link::Sata,
            usb_bridge: Some(UsbBridge { vendor: 0x1d6b, product: 2, release: Some(0x110) }),
            removable: Some(false),
            rotational: Some(true),
            hctl,
            expander: Some("expander-1:0".to_owned()),
            named_namespace: Some(3),
            smartctl_type: Some("scsi".to_owned()),
            runtime_status: Some("/sys/power".into()),
            physical: "sda".to_owned(),
            ..BlockDevice::default()
        };
        let member = MegaRaidMember::new(3, 9).into_device();
        let devices =
            vec![disk, BlockDevice::recorded(Path::new("/drives/a")), member, BlockDevice::default()];
        let asking = Asking {
            backend: Backend::Native,
            smartctl: "/bin/smartctl".into(),
            asleep: Some(Power::Standby),
            extent: Extent::Quick,
        };
        let controllers = vec![MegaRaidController { host: 6, address: None }];
        let options = Options { jobs: Some(3), ..Options::default() };
        Setup { parent: 77, options, asking, controllers, devices }
    }

    #[test]
    fn a_setup_comes_back_as_it_was() {
        let bytes = setup().encode();
        assert_eq!(Setup::decode(&bytes), Ok(Some(setup())));
        for end in 0..bytes.len() {
            assert_eq!(Setup::decode(&bytes[..end]), Ok(None), "{end}");
        }
        for extent in [Extent::Whole, Extent::WithFarm, Extent::Quick] {
            let mut setup = setup();
            setup.asking.extent = extent;
            assert_eq!(Setup::decode(&setup.encode()), Ok(Some(setup)));
        }
    }

    #[test]
    fn identifiers_stay_at_home() {
        let secret = || Some("MADEUP-SERIAL".to_owned());
        let mut setup = setup();
        let [disk, ..] = setup.devices.as_mut_slice() else { panic!() };
        (disk.serial, disk.wwn, disk.device_id) = (secret(), secret(), secret());
        let bytes = setup.encode();
        assert!(!bytes.windows(6).any(|window| window == b"MADEUP"));
    }

    #[test]
    fn another_version_is_refused() {
        let mut bytes = setup().encode();
        bytes[4] ^= 0x7f;
        assert_eq!(Setup::decode(&bytes), Err(Malformed));
    }

    proptest! {
        #[test]
        fn hostile_bytes_do_no_harm(at in 0..400_usize, byte in any::<u8>()) {
            let mut bytes = setup().encode();
            let at = at % bytes.len();
            bytes[at] = byte;
            _ = Setup::decode(&bytes);
        }
    }
}
