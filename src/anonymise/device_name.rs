//! The name of a device in the report: `VENDOR_MODEL_<pseudonym>`.

use std::fmt;

use super::known::Known;
use super::policy::{device_model, device_vendor};
use super::{Identity, Pseudonym};

/// The name under which a disk is reported.
///
/// The receiver takes vendor and model from it: what stands before the first `_`, and from there to the last one.
/// Blanks are `_`. Vendor and model stand there only if the policy lets them pass and no identifier is in
/// them; without a model the name is the pseudonym alone. At most [`DeviceName::LONGEST`] characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceName(String);

impl DeviceName {
    /// What the receiver can store.
    pub const LONGEST: usize = 128;

    pub(super) fn new(identity: &Identity, pseudonym: &Pseudonym, known: &Known<'_>) -> Self {
        let vendor = identity.vendor.as_deref().map(str::trim).filter(|vendor| *vendor != "ATA");
        let vendor = vendor.filter(|vendor| device_vendor(vendor) && !known.is_in(vendor)).map(underscored);
        let model = identity.model.as_deref().map(str::trim);
        let model = model.filter(|model| device_model(model) && !known.is_in(model)).map(underscored);
        // What each of them hides they may show together.
        let together = match (&vendor, &model) {
            (Some(vendor), Some(model)) => known.is_in(&[vendor, "_", model].concat()),
            _ => false,
        };
        Self(match (vendor, model) {
            _ if together => pseudonym.to_string(),
            (Some(vendor), Some(model)) if !begins_with(&model, &vendor) => {
                [&vendor, "_", &model, "_", pseudonym.as_str()].concat()
            }
            (_, Some(model)) => [&model, "_", pseudonym.as_str()].concat(),
            (_, None) => pseudonym.to_string(),
        })
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DeviceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Words joined by single `_`, as udev joins them.
fn underscored(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split([' ', '_']).filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push('_');
        }
        out.push_str(word);
    }
    out
}

fn begins_with(model: &str, vendor: &str) -> bool {
    model.strip_prefix(vendor).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anonymise::Secret;
    use crate::anonymise::policy::Policy;
    use crate::anonymise::tape::Members;

    fn name(vendor: Option<&str>, model: &str) -> String {
        let some = |text: &str| Some(text.to_owned());
        let identity = Identity {
            vendor: vendor.and_then(some),
            model: some(model),
            serial: some("K3S00FJF"),
            wwn: None,
        };
        let pseudonym = Pseudonym::of_device(&Secret::from_bytes([1; 32]), &identity).unwrap();
        let known = Known::of(Policy::get(), Members::default(), &identity);
        let name = DeviceName::new(&identity, &pseudonym, &known).to_string();
        assert!(name.len() <= DeviceName::LONGEST);
        name.strip_suffix(pseudonym.as_str()).unwrap().to_owned()
    }

    #[test]
    fn vendor_and_model_stand_before_the_pseudonym() {
        assert_eq!(name(None, "WDC  WD20EFRX-68EUZN0"), "WDC_WD20EFRX-68EUZN0_");
        assert_eq!(name(Some("ATA     "), "ST8000NM0055-1RM112"), "ST8000NM0055-1RM112_");
        assert_eq!(name(Some("HGST"), "HGST HUSMR3280ASS200"), "HGST_HUSMR3280ASS200_");
        assert_eq!(name(Some("HGST"), "HUSMR3280ASS200"), "HGST_HUSMR3280ASS200_");
        assert_eq!(name(Some("TOSHIBA"), &"M".repeat(40)).len(), 8 + 40 + 1);
    }

    #[test]
    fn what_the_policy_does_not_let_pass_is_left_out() {
        assert_eq!(name(Some("10.0.0.1"), "ST1"), "ST1_");
        assert_eq!(name(None, "ST1 K3S0-0FJF"), "");
        assert_eq!(name(None, "osd-17.example.com"), "");
        assert_eq!(name(Some("K3S00FJF"), "ST1"), "ST1_");
        assert_eq!(name(None, &"M".repeat(41)), "");
        assert_eq!(name(Some("K3S0"), "0FJFX"), "");
    }
}
