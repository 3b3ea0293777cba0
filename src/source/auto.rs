//! Native where there is a way in, smartctl where there is none: a disk behind a RAID controller it does not speak.

use crate::device::{BlockDevice, Link, Place};
use crate::report::Record;
use crate::source::drivedb::{BridgeWay, KnownBridge};
use crate::source::{Limits, Native, Smartctl, Source, SourceError};

/// Chooses for each disk.
#[derive(Debug, Default)]
pub struct Auto {
    native: Native,
    smartctl: Smartctl,
}

impl Auto {
    /// Chooses between these two.
    pub fn new(native: Native, smartctl: Smartctl) -> Self {
        Self { native, smartctl }
    }
}

/// Lets the one read a disk that suits it.
pub(super) fn by_its_way<T>(
    device: &BlockDevice,
    native: &Native,
    natively: impl FnOnce(&BlockDevice) -> Result<T, SourceError>,
    by_smartctl: impl FnOnce(&BlockDevice) -> Result<T, SourceError>,
) -> Result<T, SourceError> {
    if matches!(device.place, Place::MegaRaid(_)) {
        return match natively(device) {
            // smartctl leaves a node in /dev where the driver has none, which we do not.
            Err(error @ SourceError::Open(_)) => by_smartctl(device).or(Err(error)),
            read => read,
        };
    }
    if device.link == Link::Raid || device.smartctl_type.is_some() {
        return by_smartctl(device);
    }
    match native.usb_bridge(device) {
        Some(KnownBridge { way: BridgeWay::Own(kind), name }) => {
            let device = BlockDevice { smartctl_type: Some(kind.clone()), ..device.clone() };
            by_smartctl(&device).map_err(|error| match error {
                SourceError::SmartctlMissing(source) => SourceError::UsbBridge { name, kind, source },
                error => error,
            })
        }
        _ => natively(device),
    }
}

impl Source for Auto {
    fn read(&self, device: &BlockDevice, limits: &Limits) -> Result<Record, SourceError> {
        by_its_way(
            device,
            &self.native,
            |device| self.native.read(device, limits),
            |device| self.smartctl.read(device, limits),
        )
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::time::Duration;

    use super::*;
    use crate::device::{MegaRaidMember, UsbBridge};
    use crate::source::native::{Choice, Knowledge};

    #[test]
    fn where_neither_has_a_way_in_the_native_one_says_what_to_do() {
        let auto = Auto::new(Native::new(), Smartctl::new("/nonexistent/smartctl"));
        let limits = Limits::new(Duration::from_secs(1), Duration::from_secs(2));
        // There is no such host, whether the driver is loaded here or not.
        let error = auto.read(&MegaRaidMember::new(u16::MAX, 0).into_device(), &limits).unwrap_err();
        assert!(matches!(error, SourceError::Open(_) | SourceError::Identify { .. }), "{error}");
        let logical = BlockDevice { link: Link::Raid, ..BlockDevice::default() };
        assert!(matches!(auto.read(&logical, &limits), Err(SourceError::SmartctlMissing(_))));
    }

    #[test]
    fn a_bridge_with_a_protocol_of_its_own_is_left_to_smartctl() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(br#"{ "USB: ; Made Up", "0x1d6b:0x0001", "", "", "-d usbmadeup,x" },"#).unwrap();
        let database = Choice::File(file.path().to_owned());
        let native = Native::knowing(Knowledge { database, ..Knowledge::default() });
        let auto = Auto::new(native, Smartctl::new("/nonexistent/smartctl"));
        let limits = Limits::new(Duration::from_secs(1), Duration::from_secs(2));
        let usb_bridge = Some(UsbBridge { vendor: 0x1d6b, product: 1, release: None });
        let device = BlockDevice { link: Link::Usb, usb_bridge, ..BlockDevice::default() };
        let error = auto.read(&device, &limits).unwrap_err();
        assert!(
            matches!(&error, SourceError::UsbBridge { kind, name, .. } if kind == "usbmadeup,x" && name == "Made Up"),
            "{error}"
        );
        let other =
            BlockDevice { usb_bridge: Some(UsbBridge { vendor: 1, product: 1, release: None }), ..device };
        assert!(matches!(auto.read(&other, &limits), Err(SourceError::Open(_))), "the native way");
    }
}
