//! Keys that every protocol has, where attributes are their source. The larger sources that come later overwrite them.

use super::{Presets, RawFormat};
use crate::decode::ata::Attribute;
use crate::object;
use crate::report::Object;

/// More hours or cycles than this are not believed.
const PLAUSIBLE: u64 = 0xff_ffff;

/// Power-on time, power cycles, spare and endurance, where `attribute` tells of them. `known`: its format comes from
/// the model's database entry, not from custom.
pub(super) fn from_attribute(
    attribute: &Attribute,
    name: &str,
    format: RawFormat,
    number: u64,
    threshold: Option<u8>,
    known: bool,
    record: &mut Object,
) {
    match attribute.id {
        9 if name.starts_with("Power_On_") => power_on_time(format, number, known, record),
        12 if name == "Power_Cycle_Count" => {
            let cycles = if known { number } else { number & 0xffff_ffff };
            if cycles <= PLAUSIBLE {
                record.set("power_cycle_count", cycles);
            }
        }
        id if id == 5 || id == 17 || id >= 100 => wear(attribute, name, threshold, record),
        _ => {}
    }
}

fn power_on_time(format: RawFormat, number: u64, known: bool, record: &mut Object) {
    let (hours, minutes) = match format {
        RawFormat::Raw48 | RawFormat::Raw64 | RawFormat::Raw16Raw16 | RawFormat::Raw24Raw8 => (number, None),
        RawFormat::Seconds => (number / 3600, Some(number / 60 % 60)),
        RawFormat::Minutes => (number / 60, Some(number % 60)),
        RawFormat::HalfMinutes => (number / 120, Some(number / 2 % 60)),
        RawFormat::MillisecondsHours => {
            (number & 0xffff_ffff, Some((number >> 32) / 60_000).filter(|minutes| *minutes < 60))
        }
        _ => return,
    };
    let hours = if known { hours } else { hours & 0xffff_ffff };
    if hours > PLAUSIBLE {
        return;
    }
    let mut time = object! { "hours" => hours };
    time.set_some("minutes", minutes);
    record.set("power_on_time", time);
}

fn wear(attribute: &Attribute, name: &str, threshold: Option<u8>, record: &mut Object) {
    let percent = attribute.value.min(100);
    let is_spare = ["Reallocated_Sector_C", "Retired_Block_C", "Remain_Spare_Blocks", "Spare_Blocks"]
        .iter()
        .any(|start| name.starts_with(start));
    if is_spare {
        let mut spare = object! { "current_percent" => percent };
        spare.set_some("threshold_percent", threshold.filter(|&threshold| 0 < threshold && threshold < 50));
        record.set("spare_available", spare);
    } else if attribute.id >= 100 && (name.starts_with("SSD_Life_Left") || name.starts_with("Wear_Leveling"))
    {
        record.set("endurance_used", object! { "current_percent" => 100 - percent });
    }
}

/// The temperature of the first attribute that has one.
pub(super) fn temperature(attributes: &[Attribute], presets: &Presets, record: &mut Object) {
    let read = |id: u8| {
        let format = presets.format(id);
        let attribute =
            attributes.iter().find(|attribute| attribute.id == id).filter(|_| format.is_temperature())?;
        let order = presets.attribute(id).and_then(|preset| preset.byte_order);
        let number = order.unwrap_or_else(|| format.byte_order()).number(attribute);
        let degrees = match format {
            // A word of tenths, rounded; what else is in the six bytes is not the temperature.
            RawFormat::TempTenths => ((number & 0xffff) + 5) / 10,
            _ => number & 0xff,
        };
        (1..=127).contains(&degrees).then_some(degrees)
    };
    if let Some(degrees) = [194, 190, 9, 220].into_iter().find_map(read) {
        record.set("temperature", object! { "current" => degrees });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Value;
    use crate::report::ata::AttributePreset;

    #[test]
    fn tenths_of_a_degree_are_a_word_and_are_rounded() {
        let current = |raw: u64| {
            let [r0, r1, r2, r3, r4, r5, ..] = raw.to_le_bytes();
            let raw = [r0, r1, r2, r3, r4, r5];
            let attribute =
                Attribute { slot: 0, id: 194, flags: 0, value: 100, worst: 100, raw, reserved: 0 };
            let mut presets = Presets::standard();
            let format = Some(RawFormat::TempTenths);
            presets.define(194, AttributePreset { format, ..AttributePreset::default() });
            let mut record = Object::new();
            temperature(&[attribute], &presets, &mut record);
            record.at("temperature.current").and_then(Value::as_u64)
        };
        assert_eq!([324, 326, 5, 4].map(current), [Some(32), Some(33), Some(1), None]);
        assert_eq!(current(0xff_0140), Some(32), "the other bytes are something else");
    }
}
