//! Native where there is a way in, smartctl where there is none: a disk behind a RAID controller it does not speak.

use crate::device::{BlockDevice, Link};
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
        if device.link == Link::Raid || device.smartctl_type.is_some() {
            return self.smartctl.read(device, limits);
        }
        self.native.read(device, limits)
    }
}
