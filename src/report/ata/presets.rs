//! What is known of a drive model beyond what the drive says: the names and formats of its attributes, its family,
//! the errors of its firmware.

use std::borrow::Cow;

use super::raw_format::{ByteOrder, RawFormat};
use super::standard;
use crate::decode::ata::{FirmwareBugs, Rotation};
use crate::object;
use crate::report::Object;

/// What is known of one drive model.
#[derive(Debug, Clone)]
pub struct Presets {
    /// Version of the database, `7.3/5319`. `None`: no database, the standard names only.
    pub database_version: Option<String>,
    /// Family of the model. `None`: the model is not in the database.
    pub model_family: Option<String>,
    /// The model is in the database.
    pub in_database: bool,
    /// What the database warns of, in words.
    pub warning: Option<String>,
    /// What the firmware does wrong.
    pub firmware_bugs: FirmwareBugs,
    /// What is true of most models, by attribute ID. `None`: no name, format by ID.
    usual: Vec<Option<AttributePreset>>,
    /// What the model's entry or the user says instead, by attribute ID; as long as it has to be.
    particular: Vec<Option<AttributePreset>>,
}

/// Who says so: the stronger source wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Source {
    /// True of most models.
    #[default]
    Default,
    /// The database's entry of the model.
    Model,
    /// The user, of all attributes (`-v N,...`).
    UserOfAll,
    /// The user, of this attribute (`-v ID,...`).
    User,
}

/// The kind of drive an attribute name is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Medium {
    /// Rotating disks only.
    Hdd,
    /// Solid state drives only.
    Ssd,
}

/// Name and format of one attribute: smartctl's `-v ID,FORMAT[:BYTEORDER][,NAME[,HDD|SSD]]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AttributePreset {
    /// Name. `None`: unknown.
    pub name: Option<Cow<'static, str>>,
    /// How the raw bytes are meant. `None`: raw48, or as is usual for the ID.
    pub format: Option<RawFormat>,
    /// Which bytes the raw value is made of. `None`: as the format has it.
    pub byte_order: Option<ByteOrder>,
    /// The name holds for this kind of drive only. `None`: for both.
    pub only: Option<Medium>,
    /// Who says so.
    pub source: Source,
    /// The normalised value means nothing.
    pub no_value: bool,
    /// The worst value means nothing.
    pub no_worst: bool,
}

impl Presets {
    /// The names and formats that most drives share; the model is not in any database.
    pub fn standard() -> Self {
        let mut presets = Self::empty();
        for &(id, format, name, only) in standard::ATTRIBUTES {
            let name = Some(Cow::Borrowed(name));
            presets.define(
                id,
                AttributePreset { name, format: Some(format), only, ..AttributePreset::default() },
            );
        }
        presets
    }

    /// No names at all: what a database is read into.
    pub fn empty() -> Self {
        Self {
            database_version: None,
            model_family: None,
            in_database: false,
            warning: None,
            firmware_bugs: FirmwareBugs::default(),
            usual: Vec::new(),
            particular: Vec::new(),
        }
    }

    /// Defines attribute `id`, unless a stronger source has. A definition without name keeps the name that the same
    /// source gave before, and otherwise the attribute has the name that most models give it.
    ///
    /// Byte orders that take in the normalised values as raw bytes make these meaningless.
    pub fn define(&mut self, id: u8, mut preset: AttributePreset) {
        let all = if preset.source == Source::Default { &mut self.usual } else { &mut self.particular };
        let at = usize::from(id);
        if all.len() <= at {
            all.resize(at + 1, None);
        }
        let slot = &mut all[at];
        if let Some(old) = slot {
            if old.source > preset.source {
                return;
            }
            if preset.name.is_none() && old.source == preset.source {
                preset.name = old.name.take();
                preset.only = preset.only.or(old.only);
            }
        }
        let order = preset.byte_order.or(preset.format.map(RawFormat::byte_order)).unwrap_or_default();
        preset.no_value |= order.uses_value();
        preset.no_worst |= order.uses_worst();
        *slot = Some(preset);
    }

    /// What is known of attribute `id`; its name is that of [`name`](Self::name).
    pub fn attribute(&self, id: u8) -> Option<&AttributePreset> {
        at(&self.particular, id).or_else(|| at(&self.usual, id))
    }

    /// Name of attribute `id` on a drive that rotates so.
    pub fn name(&self, id: u8, rotation: Rotation) -> Cow<'static, str> {
        let named = |preset: &&AttributePreset| preset.name.is_some();
        let preset = at(&self.particular, id).filter(named).or_else(|| at(&self.usual, id));
        let Some(AttributePreset { name: Some(name), only, .. }) = preset else {
            return Cow::Borrowed("Unknown_Attribute");
        };
        match (only, rotation) {
            (Some(Medium::Hdd), Rotation::Solid) => Cow::Borrowed("Unknown_SSD_Attribute"),
            (Some(Medium::Ssd), Rotation::PerMinute(_)) => Cow::Borrowed("Unknown_HDD_Attribute"),
            _ => name.clone(),
        }
    }

    /// Format of attribute `id`.
    pub fn format(&self, id: u8) -> RawFormat {
        self.attribute(id).and_then(|preset| preset.format).unwrap_or_else(|| RawFormat::usual(id))
    }

    pub(super) fn emit_version(&self, record: &mut Object) {
        if let Some(version) = &self.database_version {
            record.object("smartctl").set("drive_database_version", object! { "string" => version.clone() });
        }
    }
}

fn at(presets: &[Option<AttributePreset>], id: u8) -> Option<&AttributePreset> {
    presets.get(usize::from(id))?.as_ref()
}

impl Default for Presets {
    fn default() -> Self {
        Self::standard()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_depend_on_the_kind_of_drive() {
        let presets = Presets::standard();
        assert_eq!(presets.name(9, Rotation::Solid), "Power_On_Hours");
        assert_eq!(presets.name(7, Rotation::Solid), "Unknown_SSD_Attribute");
        assert_eq!(presets.name(177, Rotation::PerMinute(7200)), "Unknown_HDD_Attribute");
        assert_eq!(presets.name(177, Rotation::NotReported), "Wear_Leveling_Count");
        assert_eq!(presets.name(100, Rotation::Solid), "Unknown_Attribute");
    }

    #[test]
    fn a_model_overrides_what_is_usual_and_not_the_other_way() {
        let mut presets = Presets::standard();
        let minutes = Some(RawFormat::Minutes);
        presets.define(
            9,
            AttributePreset { format: minutes, source: Source::Model, ..AttributePreset::default() },
        );
        presets.define(9, AttributePreset { format: Some(RawFormat::Raw48), ..AttributePreset::default() });
        assert_eq!(presets.format(9), RawFormat::Minutes);
        assert_eq!(presets.name(9, Rotation::Solid), "Power_On_Hours");
    }

    #[test]
    fn a_name_is_the_newest_of_the_strongest_source_or_else_the_usual_one() {
        let name = |words: &'static str| (!words.is_empty()).then_some(Cow::Borrowed(words));
        for (definitions, expected) in [
            ([(Source::Model, "Models"), (Source::User, "")], "Power_On_Hours"),
            ([(Source::Model, "Models"), (Source::UserOfAll, "")], "Power_On_Hours"),
            ([(Source::Model, "Models"), (Source::User, "Mine")], "Mine"),
            ([(Source::User, "Mine"), (Source::User, "")], "Mine"),
            ([(Source::User, "Mine"), (Source::UserOfAll, "")], "Mine"),
            ([(Source::UserOfAll, ""), (Source::User, "Mine")], "Mine"),
        ] {
            let mut presets = Presets::standard();
            for (source, words) in definitions {
                presets
                    .define(9, AttributePreset { name: name(words), source, ..AttributePreset::default() });
            }
            assert_eq!(presets.name(9, Rotation::Solid), expected, "{definitions:?}");
        }
    }

    #[test]
    fn normalised_values_in_the_raw_value_are_none() {
        let mut presets = Presets::empty();
        presets.define(1, AttributePreset { format: Some(RawFormat::Raw64), ..AttributePreset::default() });
        presets
            .define(2, AttributePreset { byte_order: ByteOrder::parse("5w"), ..AttributePreset::default() });
        let flags = |id| presets.attribute(id).map(|preset| (preset.no_value, preset.no_worst));
        assert_eq!((flags(1), flags(2), flags(3)), (Some((true, true)), Some((false, true)), None));
    }
}
