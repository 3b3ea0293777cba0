//! `ata_smart_attributes`: the attribute table with thresholds, names and raw values.

use super::presets::Source;
use super::raw_format::number_text;
use super::{Presets, globals};
use crate::decode::ata::{Attribute, Pages, Rotation, SmartThresholds};
use crate::decode::bytes::bit;
use crate::object;
use crate::report::{Findings, Object, Severity, Value};

/// Has the normalised value reached the threshold?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// There is no threshold.
    NoThreshold,
    /// The normalised values mean nothing.
    NoValue,
    /// It never has.
    Good,
    /// It had once.
    Past,
    /// It has.
    Now,
}

/// State of `attribute`. A threshold of 0 never fails.
pub(super) fn state(attribute: &Attribute, thresholds: Option<&SmartThresholds>, presets: &Presets) -> State {
    let preset = presets.attribute(attribute.id);
    if preset.is_some_and(|preset| preset.no_value) {
        return State::NoValue;
    }
    let Some(threshold) = thresholds.and_then(|thresholds| thresholds.of(attribute)) else {
        return State::NoThreshold;
    };
    let worst = preset.is_none_or(|preset| !preset.no_worst);
    if threshold == 0 {
        State::Good
    } else if attribute.value <= threshold {
        State::Now
    } else if worst && attribute.worst <= threshold {
        State::Past
    } else {
        State::Good
    }
}

pub(super) fn emit(pages: &Pages, presets: &Presets, record: &mut Object, findings: &mut Findings) {
    let Some(data) = &pages.smart_data else {
        return;
    };
    if !data.checksum_ok {
        findings.message(Severity::Warning, "SMART READ DATA has a wrong checksum");
    }
    let thresholds = pages.smart_thresholds.as_ref();
    if thresholds.is_some_and(|thresholds| !thresholds.checksum_ok) {
        findings.message(Severity::Warning, "SMART READ THRESHOLDS has a wrong checksum");
    }
    let rotation = pages.identify.as_ref().map(|identify| identify.rotation).unwrap_or_default();
    record.set("ata_smart_attributes", Object::new());
    let mut table = Vec::with_capacity(data.attributes.len());
    for attribute in &data.attributes {
        table.push(Value::from(entry(attribute, thresholds, rotation, presets, record)));
    }
    record.set("ata_smart_attributes", object! { "revision" => data.revision, "table" => table });
    globals::temperature(&data.attributes, presets, record);
}

fn entry(
    attribute: &Attribute,
    thresholds: Option<&SmartThresholds>,
    rotation: Rotation,
    presets: &Presets,
    record: &mut Object,
) -> Object {
    let preset = presets.attribute(attribute.id);
    let format = presets.format(attribute.id);
    let order = preset.and_then(|preset| preset.byte_order).unwrap_or_else(|| format.byte_order());
    let number = order.number(attribute);
    let name = presets.name(attribute.id, rotation);
    let threshold = thresholds.and_then(|thresholds| thresholds.of(attribute));
    let state = state(attribute, thresholds, presets);
    let known = preset.is_some_and(|preset| preset.source > Source::Default);
    globals::from_attribute(attribute, &name, format, number, threshold, known, record);

    let mut entry = Object::new();
    entry.set("id", attribute.id).set("name", name);
    if state != State::NoValue {
        entry.set("value", attribute.value);
        if preset.is_none_or(|preset| !preset.no_worst) {
            entry.set("worst", attribute.worst);
        }
        entry.set_some("thresh", threshold);
    }
    let when_failed = match state {
        State::NoThreshold | State::NoValue => None,
        State::Good => Some(""),
        State::Past => Some("past"),
        State::Now => Some("now"),
    };
    entry.set_some("when_failed", when_failed);
    entry.set("flags", flags(attribute.flags));
    entry.set("raw", object! { "value" => number, "string" => number_text(format, number) });
    entry
}

fn flags(flags: u16) -> Object {
    let [prefailure, updated_online, performance, error_rate, event_count, auto_keep] =
        [0, 1, 2, 3, 4, 5].map(|number| bit(flags, number));
    let mut object = object! {
        "value" => flags,
        "string" => flag_letters(flags),
        "prefailure" => prefailure,
        "updated_online" => updated_online,
        "performance" => performance,
        "error_rate" => error_rate,
        "event_count" => event_count,
        "auto_keep" => auto_keep,
    };
    let other = flags & !0x3f;
    if other != 0 {
        object.set("other", other);
    }
    object
}

/// A letter for each flag that is set; the last place is `+` where there are others.
fn flag_letters(flags: u16) -> String {
    let letters =
        (0..).zip("POSRCK".chars()).map(|(number, letter)| if bit(flags, number) { letter } else { '-' });
    letters.chain([if flags & !0x3f == 0 { ' ' } else { '+' }]).collect()
}
