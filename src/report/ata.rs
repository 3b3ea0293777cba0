//! The record of ATA: its keys from the decoded pages, and the globals derived from them.

use crate::decode::ata::Pages;
use crate::report::{Findings, Object, Section};

/// Adds to `record` what `pages` tell, and to `findings` what is wrong.
pub(super) fn emit(_pages: &Pages, _sections: &[Section], _record: &mut Object, _findings: &mut Findings) {}
