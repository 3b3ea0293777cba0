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

impl Source for Auto {
    fn read(&self, device: &BlockDevice, limits: &Limits) -> Result<Record, SourceError> {
        if matches!(device.place, Place::MegaRaid(_)) {
            return match self.native.read(device, limits) {
                // smartctl leaves a node in /dev where the driver has none, which we do not.
                Err(error @ SourceError::Open(_)) => self.smartctl.read(device, limits).or(Err(error)),
                read => read,
            };
        }
        if device.link == Link::Raid || device.smartctl_type.is_some() {
            return self.smartctl.read(device, limits);
        }
        self.native.read(device, limits)
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
