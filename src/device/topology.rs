//! What the path of a device in sysfs says of the way to it.

use super::Hctl;

/// The way to a device, by the names of the folders it is in.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Topology<'a> {
    /// Path of the last PCI function on the way, from `devices`: `devices/pci0000:00/0000:00:1f.2`.
    pub(super) pci: Option<&'a str>,
    /// Behind a port of libata?
    pub(super) ata: bool,
    /// Behind USB?
    pub(super) usb: bool,
    /// Path of the last USB device on the way, from `devices`: a bridge, behind its hubs.
    pub(super) usb_device: Option<&'a str>,
    /// SCSI host number.
    pub(super) host: Option<u32>,
    /// Name of the last SAS expander on the way: `expander-6:0`.
    pub(super) expander: Option<&'a str>,
    /// SCSI address.
    pub(super) hctl: Option<Hctl>,
    /// Path of the SCSI target's folder, from `devices`.
    pub(super) target: Option<&'a str>,
}

impl<'a> Topology<'a> {
    /// Reads what a link of /sys/class says: `../../devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda`.
    pub(super) fn parse(link: &'a str) -> Self {
        let mut topology = Self::default();
        let Some(start) = link.find("devices/") else { return topology };
        let (_, path) = link.split_at(start);
        let mut end = 0;
        for name in path.split('/') {
            let begin = end;
            end += name.len();
            let up_to = path.get(..end);
            end += 1;
            if is_pci_address(name) {
                topology.pci = up_to;
            } else if numbered(name, "ata").is_some() {
                topology.ata = true;
            } else if numbered(name, "usb").is_some() {
                topology.usb = true;
            } else if topology.usb && is_usb_device(name) {
                topology.usb_device = up_to;
            } else if let Some(host) = numbered(name, "host") {
                topology.host = Some(host);
            } else if name.starts_with("expander-") {
                topology.expander = Some(name);
            } else if let Some(hctl) = parse_hctl(name) {
                topology.hctl = Some(hctl);
                topology.target = path.get(..begin).map(|target| target.trim_end_matches('/'));
            }
        }
        topology
    }

    /// Address of the PCI function: `0000:00:1f.2`.
    pub(super) fn pci_address(&self) -> Option<&'a str> {
        self.pci?.rsplit('/').next()
    }
}

fn numbered(name: &str, word: &str) -> Option<u32> {
    name.strip_prefix(word)?.parse().ok()
}

/// `2-1.4`: the bus, and the ports on the way. (`2-1.4:1.0` is one of its interfaces.)
fn is_usb_device(name: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    name.split_once('-').is_some_and(|(bus, ports)| number(bus) && ports.split('.').all(number))
}

/// `0000:00:1f.2`: domain (four digits, more behind VMD), bus, device, function.
fn is_pci_address(name: &str) -> bool {
    let hex = |text: &str, least: usize, most: usize| {
        (least..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let mut parts = name.split(':');
    let (Some(domain), Some(bus), Some(rest), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let Some((device, function)) = rest.split_once('.') else { return false };
    hex(domain, 4, 8) && hex(bus, 2, 2) && hex(device, 2, 2) && hex(function, 1, 1)
}

/// `0:0:5:0`.
pub(super) fn parse_hctl(name: &str) -> Option<Hctl> {
    let mut parts = name.split(':');
    let hctl = Hctl {
        host: parts.next()?.parse().ok()?,
        channel: parts.next()?.parse().ok()?,
        target: parts.next()?.parse().ok()?,
        lun: parts.next()?.parse().ok()?,
    };
    parts.next().is_none().then_some(hctl)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behind_ahci() {
        let t =
            Topology::parse("../../devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda");
        assert_eq!(t.pci_address(), Some("0000:00:1f.2"));
        assert!(t.ata && !t.usb);
        assert_eq!(t.hctl, Some(Hctl { host: 0, channel: 0, target: 0, lun: 0 }));
        assert_eq!(t.target, Some("devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0"));
    }

    #[test]
    fn behind_an_expander_the_last_pci_function_counts() {
        let t = Topology::parse(
            "../../devices/pci0000:3a/0000:3a:00.0/0000:3b:00.0/host6/port-6:0/expander-6:0/port-6:0:3/end_device-6:0:3/target6:0:3/6:0:3:1/block/sdaab",
        );
        assert_eq!(t.pci, Some("devices/pci0000:3a/0000:3a:00.0/0000:3b:00.0"));
        assert_eq!((t.host, t.ata, t.usb), (Some(6), false, false));
        assert_eq!(t.expander, Some("expander-6:0"));
        assert_eq!(t.hctl.map(|hctl| hctl.lun), Some(1));
    }

    #[test]
    fn behind_usb_and_vmd() {
        let t = Topology::parse(
            "../../devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/host3/target3:0:0/3:0:0:0/block/sdb",
        );
        assert!(t.usb && !t.ata);
        assert_eq!(t.pci_address(), Some("0000:00:14.0"));
        assert_eq!(t.usb_device, Some("devices/pci0000:00/0000:00:14.0/usb2/2-1"));
        let behind_a_hub =
            Topology::parse("../../devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1.4/2-1.4:1.0/host3");
        assert_eq!(behind_a_hub.usb_device, Some("devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1.4"));
        let t = Topology::parse(
            "../../devices/pci0000:d0/0000:d0:05.5/pci10002:00/10002:00:02.0/10002:01:00.0/nvme/nvme0",
        );
        assert_eq!(t.pci_address(), Some("10002:01:00.0"));
    }

    #[test]
    fn anything_else_says_nothing() {
        for link in [
            "",
            "../../block/sda",
            "devices/",
            "../../devices/virtual/block/loop0",
            "devices//:::/a:b:c:d/host/ata",
        ] {
            assert_eq!(Topology::parse(link), Topology::default(), "{link}");
        }
    }
}
