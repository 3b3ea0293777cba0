//! Native where there is a way in, smartctl where there is none: a disk behind a RAID controller it does not speak.

use crate::device::{BlockDevice, Link, Place};
use crate::report::Record;
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

/// Who reads a disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Native,
    Smartctl,
    /// The native source, and smartctl where that has no way in: it leaves a node in /dev where the driver has none,
    /// which we do not.
    NativeFirst,
}

impl Way {
    pub(super) fn to(device: &BlockDevice) -> Self {
        match device.place {
            Place::MegaRaid(_) => Self::NativeFirst,
            _ if device.link == Link::Raid || device.smartctl_type.is_some() => Self::Smartctl,
            _ => Self::Native,
        }
    }
}

impl Source for Auto {
    fn read(&self, device: &BlockDevice, limits: &Limits) -> Result<Record, SourceError> {
        match Way::to(device) {
            Way::Native => self.native.read(device, limits),
            Way::Smartctl => self.smartctl.read(device, limits),
            Way::NativeFirst => match self.native.read(device, limits) {
                Err(error @ SourceError::Open(_)) => self.smartctl.read(device, limits).or(Err(error)),
                read => read,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::device::MegaRaidMember;

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
}
