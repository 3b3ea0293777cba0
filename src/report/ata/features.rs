//! What is switched on: SMART, acoustic and power management, caches, notification, security.

use crate::decode::ata::{AcousticManagement, Identify, Pages, PowerManagement};
use crate::decode::bytes::bit;
use crate::object;
use crate::report::Object;

pub(super) fn emit(pages: &Pages, identify: &Identify, record: &mut Object) {
    record.set("smart_support", smart_support(pages, identify));
    record.set_some("ata_aam", identify.aam.map(acoustic_management));
    record.set_some("ata_apm", identify.apm.map(power_management));
    record.set_some("read_lookahead", identify.read_lookahead.map(enabled));
    record.set_some("write_cache", identify.write_cache.map(enabled));
    record.set_some("ata_dsn", identify.statistics_notification.map(enabled));
    record.set_some(
        "ata_security",
        identify.security.map(|status| security(status, identify.master_password_id)),
    );
}

fn enabled(enabled: bool) -> Object {
    object! { "enabled" => enabled }
}

/// Where IDENTIFY DEVICE does not tell, an answer to a SMART command does.
fn smart_support(pages: &Pages, identify: &Identify) -> Object {
    let answered = pages.smart_status.is_some() || pages.smart_data.is_some();
    let enabled = identify.smart.enabled.unwrap_or(answered);
    let available = identify.smart.available.unwrap_or(enabled);
    if available {
        object! { "available" => true, "enabled" => enabled }
    } else {
        object! { "available" => false }
    }
}

fn acoustic_management(aam: AcousticManagement) -> Object {
    if !aam.enabled {
        return enabled(false);
    }
    let string = match aam.level {
        0 => "vendor specific",
        0x80 => "quiet",
        0x81..=0xfd => "intermediate",
        0xfe => "maximum performance",
        0xff => "reserved",
        _ => "unknown/retired",
    };
    object! {
        "enabled" => true,
        "level" => aam.level,
        "string" => string,
        "recommended_level" => aam.recommended,
    }
}

fn power_management(apm: PowerManagement) -> Object {
    if !apm.enabled {
        return enabled(false);
    }
    let string = match apm.level {
        0 | 0xff => return object! { "enabled" => true, "level" => apm.level, "string" => "reserved" },
        0x01 => "minimum power consumption with standby",
        0x02..=0x7f => "intermediate level with standby",
        0x80 => "minimum power consumption without standby",
        0x81..=0xfd => "intermediate level without standby",
        0xfe => "maximum performance",
    };
    object! {
        "enabled" => true,
        "level" => apm.level,
        "string" => string,
        "max_performance" => apm.level == 0xfe,
        "min_power" => apm.level == 0x01 || apm.level == 0x80,
        "with_standby" => apm.level < 0x80,
    }
}

fn security(status: u16, _master_password_id: u16) -> Object {
    let [on, locked, frozen, exceeded] = [1, 2, 3, 4].map(|number| bit(status, number));
    let maximum = bit(status, 8);
    if !on {
        let string = if frozen { "Disabled, frozen [SEC2]" } else { "Disabled, NOT FROZEN [SEC1]" };
        return object! { "state" => status, "string" => string, "enabled" => false, "frozen" => frozen };
    }
    if locked {
        let string = match (maximum, exceeded) {
            (false, false) => "ENABLED, PW level HIGH, **LOCKED** [SEC4]",
            (false, true) => "ENABLED, PW level HIGH, **LOCKED** [SEC4], PW ATTEMPTS EXCEEDED",
            (true, false) => "ENABLED, PW level MAX, **LOCKED** [SEC4]",
            (true, true) => "ENABLED, PW level MAX, **LOCKED** [SEC4], PW ATTEMPTS EXCEEDED",
        };
        return object! {
            "state" => status,
            "string" => string,
            "enabled" => true,
            "pw_level_max" => maximum,
            "locked" => true,
            "pw_attempts_exceeded" => exceeded,
        };
    }
    let string = match (maximum, frozen) {
        (false, false) => "ENABLED, PW level HIGH, not locked, not frozen [SEC5]",
        (false, true) => "ENABLED, PW level HIGH, not locked, frozen [SEC6]",
        (true, false) => "ENABLED, PW level MAX, not locked, not frozen [SEC5]",
        (true, true) => "ENABLED, PW level MAX, not locked, frozen [SEC6]",
    };
    object! {
        "state" => status,
        "string" => string,
        "enabled" => true,
        "frozen" => frozen,
        "pw_level_max" => maximum,
        "locked" => false,
    }
}
