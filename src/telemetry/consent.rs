//! Whether anything may leave this host: telemetry is on, or a licence was named for this once.

use thiserror::Error;

use super::options::{OptIn, Settings};

/// The licence, as it is named on the command line.
pub const LICENSE: &str = "sharing-1-0";
/// Its name.
pub const LICENSE_NAME: &str = "Community Data License Agreement - Sharing - Version 1.0";
/// Its text.
pub const LICENSE_URL: &str = "https://cdla.io/sharing-1-0/";
/// The revision of the reports. It grows when they tell more; who has agreed to an earlier one is asked again.
pub const REVISION: u32 = 3;
/// The revision that is told while telemetry is off.
const REVISION_OFF: u32 = 1;

/// Why nothing may leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ConsentError {
    /// To switch telemetry on, the licence is to be named.
    #[error(
        "Telemetry data is licensed under the {LICENSE_NAME} ({LICENSE_URL}).\n\
         To enable, add '--license {LICENSE}' to the 'stone telemetry on' command."
    )]
    ToEnable,
    /// To send once while telemetry is off, the licence is to be named.
    #[error(
        "Telemetry data is licensed under the {LICENSE_NAME} ({LICENSE_URL}).\n\
         To manually send telemetry data, add '--license {LICENSE}' to the 'stone telemetry send' command.\n\
         Please consider enabling the telemetry module with 'stone telemetry on'."
    )]
    ToSend,
    /// The reports tell more than was agreed to.
    #[error(
        "The telemetry report tells more than it did when telemetry was enabled, so nothing is sent.\n\
         See 'stone telemetry diff' and 'stone telemetry preview-all'; to go on, run 'stone telemetry on --license {LICENSE}'."
    )]
    Again,
    /// No channel of the cluster report is on.
    #[error(
        "The channels basic, crash and ident are off, so the cluster report is not sent: run 'stone config set mgr mgr/telemetry/channel_basic true'."
    )]
    Channels,
    /// The channel is off.
    #[error(
        "The channel device is off, so nothing is sent: run 'stone config set mgr mgr/telemetry/channel_device true'."
    )]
    Channel,
}

/// The opt-in that naming this licence is.
///
/// # Errors
/// It is not the licence.
pub fn opt_in(license: Option<&str>, now: i64) -> Result<OptIn, ConsentError> {
    match license {
        Some(LICENSE) => Ok(OptIn { revision: REVISION, license: LICENSE.to_owned(), time: now }),
        _ => Err(ConsentError::ToEnable),
    }
}

/// Whether the device report may be sent, with the licence named for this once or not.
///
/// # Errors
/// It may not; why, and what to do.
pub fn may_send_device(settings: &Settings, license: Option<&str>) -> Result<(), ConsentError> {
    if !settings.flag("channel_device") {
        return Err(ConsentError::Channel);
    }
    may_send(settings, license)
}

/// Whether the cluster report may be sent, in the same way.
///
/// # Errors
/// It may not; why, and what to do.
pub fn may_send_cluster(settings: &Settings, license: Option<&str>) -> Result<(), ConsentError> {
    if !["channel_basic", "channel_crash", "channel_ident"].into_iter().any(|channel| settings.flag(channel))
    {
        return Err(ConsentError::Channels);
    }
    may_send(settings, license)
}

fn may_send(settings: &Settings, license: Option<&str>) -> Result<(), ConsentError> {
    match (license, &settings.opt_in) {
        (Some(LICENSE), _) => Ok(()),
        (Some(_), _) | (None, None) => Err(ConsentError::ToSend),
        (None, Some(opt_in)) if opt_in.revision < REVISION => Err(ConsentError::Again),
        (None, Some(_)) => Ok(()),
    }
}

/// Whether telemetry is on, and tells more than was agreed to: nothing is sent until it is agreed to anew.
pub fn is_asked_again(settings: &Settings) -> bool {
    settings.opt_in.as_ref().is_some_and(|opt_in| opt_in.revision < REVISION)
}

/// The revision that was agreed to, as `status` shows it.
pub fn last_revision(settings: &Settings) -> u32 {
    settings.opt_in.as_ref().map_or(REVISION_OFF, |opt_in| opt_in.revision)
}

#[cfg(test)]
mod tests {
    use super::super::options::spec;
    use super::*;

    #[test]
    fn nothing_leaves_without_opt_in_or_licence() {
        let mut settings = Settings::default();
        assert_eq!(may_send_device(&settings, None), Err(ConsentError::ToSend));
        assert_eq!(may_send_device(&settings, Some("gpl")), Err(ConsentError::ToSend));
        assert_eq!(may_send_device(&settings, Some(LICENSE)), Ok(()));
        assert_eq!(opt_in(None, 0), Err(ConsentError::ToEnable));
        assert_eq!(opt_in(Some("sharing-1-0 "), 0), Err(ConsentError::ToEnable));
        settings.opt_in = Some(opt_in(Some(LICENSE), 5).unwrap());
        assert_eq!(may_send_device(&settings, None), Ok(()));
        settings.set(spec("channel_device").unwrap(), "false").unwrap();
        for license in [None, Some(LICENSE)] {
            assert_eq!(may_send_device(&settings, license), Err(ConsentError::Channel));
        }
    }

    #[test]
    fn each_report_has_its_channels() {
        let mut settings = Settings::default();
        settings.set(spec("channel_device").unwrap(), "false").unwrap();
        assert_eq!(may_send_cluster(&settings, Some(LICENSE)), Ok(()));
        assert_eq!(may_send_cluster(&settings, None), Err(ConsentError::ToSend));
        for channel in ["channel_basic", "channel_crash"] {
            settings.set(spec(channel).unwrap(), "false").unwrap();
        }
        assert_eq!(may_send_cluster(&settings, Some(LICENSE)), Err(ConsentError::Channels));
        settings.set(spec("channel_ident").unwrap(), "true").unwrap();
        assert_eq!(may_send_cluster(&settings, Some(LICENSE)), Ok(()));
    }

    #[test]
    fn who_agreed_to_less_is_asked_again() {
        let agreed = OptIn { revision: REVISION - 1, license: LICENSE.into(), time: 0 };
        let mut settings = Settings::default();
        settings.opt_in = Some(agreed);
        assert_eq!(may_send_device(&settings, None), Err(ConsentError::Again));
        assert_eq!(may_send_device(&settings, Some(LICENSE)), Ok(()));
        assert_eq!(last_revision(&settings), 2);
        assert!(is_asked_again(&settings) && !is_asked_again(&Settings::default()));
    }
}
