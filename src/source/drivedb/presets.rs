//! From entries to presets: the default names, then what the first entry that fits the model says.

use std::borrow::Cow;
use std::sync::Arc;

use super::entries::{Entries, Entry, Field};
use super::pattern::Subject;
use crate::decode::ata::FirmwareBugs;
use crate::report::{AttributePreset, ByteOrder, Medium, PresetSource, Presets, RawFormat};

/// What the database knows of a drive by those of its entries that are `to_look_at`.
pub(super) fn of(
    entries: &Entries,
    to_look_at: impl Iterator<Item = Entry>,
    model: &str,
    firmware: &str,
) -> Presets {
    let mut presets = None;
    let mut version = None;
    let mut pattern = Vec::new();
    let mut found = None;
    let (model, firmware) = (Subject::new(model), Subject::new(firmware));
    for entry in to_look_at {
        pattern.clear();
        entries.read(entry, Field::Model, &mut pattern);
        if pattern == b"-" {
            // Not an entry of a model: the version of the file, or the default attributes.
            let family = entries.string(entry, Field::Family);
            if let Some(words) = family.strip_prefix("VERSION:") {
                version = version.or_else(|| version_of(words));
            } else if family == "DEFAULT" {
                let mut default = Presets::empty();
                apply(&mut default, &entries.string(entry, Field::Presets), PresetSource::Default);
                presets = Some(default);
            }
        } else if model.as_ref().is_some_and(|model| model.matches(&pattern))
            && fits(entries, entry, firmware.as_ref())
        {
            found = Some(entry);
            break;
        }
    }
    let mut presets = presets.unwrap_or_else(Presets::standard);
    presets.database_version = version;
    if let Some(entry) = found {
        presets.in_database = true;
        presets.model_family = Some(entries.string(entry, Field::Family));
        presets.warning = Some(entries.string(entry, Field::Warning)).filter(|warning| !warning.is_empty());
        apply(&mut presets, &entries.string(entry, Field::Presets), PresetSource::Model);
    }
    presets
}

/// Does the database name anything that the firmware of a drive does wrong? It may be a drive that an earlier entry is
/// for.
pub(super) fn may_have_bugs(entries: &Entries, model: &str, firmware: &str) -> bool {
    let (model, firmware) = (Subject::new(model), Subject::new(firmware));
    let mut pattern = Vec::new();
    entries.with_bugs().any(|entry| {
        pattern.clear();
        entries.read(entry, Field::Model, &mut pattern);
        // What holds for no model may be the default entry, which holds for all.
        pattern == b"-"
            || model.as_ref().is_some_and(|model| model.matches(&pattern))
                && fits(entries, entry, firmware.as_ref())
    })
}

/// Does an entry whose model fits hold for the firmware too?
fn fits(entries: &Entries, entry: Entry, firmware: Option<&Subject>) -> bool {
    // A USB bridge is looked up by its IDs, `USB: Name; Maker`.
    if entries.string(entry, Field::Family).starts_with("USB:") {
        return false;
    }
    let pattern = entries.string(entry, Field::Firmware);
    pattern.is_empty() || firmware.is_some_and(|firmware| firmware.matches(pattern.as_bytes()))
}

/// `7.3/5319` of ` 7.3 $Id: drivedb.h 5319 2022-02-19 ...`, and `7.5/5706` of ` 7.5/5706 ...`: the branch and the
/// revision.
fn version_of(words: &str) -> Option<String> {
    let mut words = words.split_whitespace();
    let branch = words.next()?;
    if branch.contains('/') {
        return Some(branch.to_owned());
    }
    let revision = words.find(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
    Some(revision.map_or_else(|| branch.to_owned(), |revision| format!("{branch}/{revision}")))
}

/// `presets`, and over them what the user says in options as entries have them.
pub fn with_options(presets: &Presets, options: &str) -> Arc<Presets> {
    let mut presets = presets.clone();
    apply(&mut presets, options, PresetSource::User);
    Arc::new(presets)
}

/// Is `value` one that `-v` understands?
pub fn is_option(value: &str) -> bool {
    // For which kind of drive a name is, entries of the database say.
    definition(value).is_some_and(|preset| preset.only.is_none())
}

/// What `-v` says of an attribute, or of all (`N`).
fn definition(value: &str) -> Option<AttributePreset> {
    let all = value.strip_prefix("N,").map(|rest| format!("1,{rest}"));
    attribute(all.as_deref().unwrap_or(value), PresetSource::User).map(|(_, preset)| preset)
}

/// For what an entry is; that decides which options it may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryKind {
    /// All drives: what holds for those of one medium stands here.
    AllDrives,
    /// Drives of some models.
    Models,
    /// A USB bridge, of which the way through it is said.
    Bridge,
}

/// The first of these options that an entry cannot have. `None`: it can have them all.
pub(super) fn not_understood(options: &str, of: EntryKind) -> Option<String> {
    let mut words = options.split_whitespace();
    while let Some(option) = words.next() {
        let value = words.next();
        let known = match (option, value) {
            ("-v", Some(value)) => definition(value).is_some_and(|preset| match of {
                EntryKind::AllDrives => true,
                EntryKind::Models => preset.only.is_none(),
                EntryKind::Bridge => false,
            }),
            ("-F", Some(name)) => of == EntryKind::Models && bug(&mut Presets::empty(), name),
            ("-d", Some(_)) => of == EntryKind::Bridge,
            _ => false,
        };
        if !known {
            return Some(format!("{option} {}", value.unwrap_or_default()).trim_end().to_owned());
        }
    }
    None
}

/// Applies options: `-v ID,FORMAT[:ORDER][,NAME[,HDD|SSD]]` and `-F BUG`. What is not understood is left out: a newer
/// file may have more.
fn apply(presets: &mut Presets, options: &str, source: PresetSource) {
    let mut words = options.split_whitespace();
    while let Some(option) = words.next() {
        let Some(value) = words.next() else { return };
        match option {
            "-v" => {
                // `N` is every attribute.
                if let Some(rest) = value.strip_prefix("N,") {
                    let source = if source == PresetSource::User { PresetSource::UserOfAll } else { source };
                    let all = (1..=u8::MAX).filter_map(|id| attribute(&format!("{id},{rest}"), source));
                    all.for_each(|(id, preset)| presets.define(id, preset));
                } else if let Some((id, preset)) = attribute(value, source) {
                    presets.define(id, preset);
                }
            }
            "-F" => {
                bug(presets, value);
            }
            _ => {}
        }
    }
}

/// The short forms of `-v` that smartctl's manual lists beside the general one.
const SHORT_FORMS: &[(&str, &str)] = &[
    ("9,halfminutes", "9,halfmin2hour,Power_On_Half_Minutes"),
    ("9,minutes", "9,min2hour,Power_On_Minutes"),
    ("9,seconds", "9,sec2hour,Power_On_Seconds"),
    ("9,temp", "9,tempminmax,Temperature_Celsius"),
    ("192,emergencyretractcyclect", "192,raw48,Emerg_Retract_Cycle_Ct"),
    ("193,loadunload", "193,raw24/raw24"),
    ("194,10xCelsius", "194,temp10x,Temperature_Celsius_x10"),
    ("194,unknown", "194,raw48,Unknown_Attribute"),
    ("197,increasing", "197,raw48,Total_Pending_Sectors"),
    ("198,increasing", "198,raw48,Total_Offl_Uncorrectabl"),
    ("198,offlinescanuncsectorct", "198,raw48,Offline_Scan_UNC_SectCt"),
    ("200,writeerrorcount", "200,raw48,Write_Error_Count"),
    ("201,detectedtacount", "201,raw48,Detected_TA_Count"),
    ("220,temp", "220,tempminmax,Temperature_Celsius"),
];

fn attribute(text: &str, source: PresetSource) -> Option<(u8, AttributePreset)> {
    let text = SHORT_FORMS.iter().find(|(short, _)| *short == text).map_or(text, |(_, long)| long);
    let mut parts = text.split(',');
    let id: u8 = parts.next()?.parse().ok().filter(|id| *id > 0)?;
    let format = parts.next()?;
    let (format, order) = match format.split_once(':') {
        Some((format, order)) => (format, Some(ByteOrder::parse(order)?)),
        None => (format, None),
    };
    let name = match parts.next() {
        Some("") => return None,
        name => name.map(|name| Cow::Owned(name.to_owned())),
    };
    let only = match parts.next() {
        None => None,
        Some("HDD") => Some(Medium::Hdd),
        Some("SSD") => Some(Medium::Ssd),
        Some(_) => return None,
    };
    if parts.next().is_some() {
        return None;
    }
    let preset = AttributePreset {
        name,
        format: Some(RawFormat::parse(format)?),
        byte_order: order,
        only,
        source,
        ..AttributePreset::default()
    };
    Some((id, preset))
}

/// Notes a bug of the firmware: is it known?
fn bug(presets: &mut Presets, name: &str) -> bool {
    let bugs = &mut presets.firmware_bugs;
    match name {
        // Those of the database do not hold.
        "none" => *bugs = FirmwareBugs::default(),
        "nologdir" => bugs.no_log_directory = true,
        "samsung" => bugs.samsung = true,
        "samsung2" => bugs.samsung2 = true,
        "samsung3" => bugs.samsung3 = true,
        "xerrorlba" => bugs.extended_error_lba = true,
        "swapid" => bugs.swapped_identity = true,
        _ => return false,
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::ata::Rotation;

    const DATABASE: &str = r#"
        { "VERSION: 1.2 $Id: x 345 2026-01-01 00:00:00Z y $", "-", "-", "", "" },
        { "DEFAULT", "-", "-", "", "-v 5,raw16(raw16),Reallocated_Sector_Ct -v 7,raw48,Seek_Error_Rate,HDD" },
        { "Old Firmware", "DISK.*", "0[0-9]", "update it", "-F nologdir -v 5,raw24/raw32:54321r" },
        { "A Family", "DISK [0-9]+|DRIVE", "", "", "-v 5,hex48,Mine" },
        { "USB: Bridge; Maker", "DI.*", "", "", "-d sat" },
        { "Optional", "X?Y*ZED", "", "", "" },
        { "Another Way", "Q" "UX|" "VAX", "", "", "" },
    "#;

    fn presets(model: &str, firmware: &str) -> Presets {
        let (entries, _) = Entries::parse(DATABASE.as_bytes().to_vec());
        let presets = of(&entries, entries.all(), model, firmware);
        let sought = of(&entries, entries.for_model(model), model, firmware);
        assert_eq!(format!("{sought:?}"), format!("{presets:?}"));
        if presets.firmware_bugs != FirmwareBugs::default() {
            assert!(may_have_bugs(&entries, model, firmware), "{model}");
        }
        presets
    }

    #[test]
    fn the_first_entry_that_fits_counts() {
        let old = presets("DISK 1", "07");
        assert_eq!(old.model_family.as_deref(), Some("Old Firmware"));
        assert_eq!(old.warning.as_deref(), Some("update it"));
        assert!(old.firmware_bugs.no_log_directory);
        assert_eq!(old.format(5), RawFormat::Raw24Raw32);
        assert_eq!(old.name(5, Rotation::NotReported), "Reallocated_Sector_Ct");

        let newer = presets("DISK 1", "17");
        assert_eq!(newer.model_family.as_deref(), Some("A Family"));
        assert_eq!(newer.name(5, Rotation::NotReported), "Mine");
        assert_eq!(newer.name(7, Rotation::Solid), "Unknown_SSD_Attribute");
        assert_eq!(newer.database_version.as_deref(), Some("1.2/345"));
    }

    #[test]
    fn a_model_that_is_not_there_has_the_default_names() {
        let unknown = presets("DISKETTE", "");
        assert!(!unknown.in_database && unknown.model_family.is_none());
        assert_eq!(unknown.name(5, Rotation::NotReported), "Reallocated_Sector_Ct");
    }

    #[test]
    fn a_model_may_begin_otherwise_than_its_expression() {
        for (model, family) in
            [("ZED", "Optional"), ("XZED", "Optional"), ("VAX", "Another Way"), ("QUX", "Another Way")]
        {
            assert_eq!(presets(model, "").model_family.as_deref(), Some(family), "{model}");
        }
    }

    #[test]
    fn every_short_form_stands_for_a_general_one() {
        for (short, _) in SHORT_FORMS {
            assert!(attribute(short, PresetSource::Model).is_some(), "{short}");
        }
        assert!(attribute("9,fortnights", PresetSource::Model).is_none());
        assert!(attribute("256,raw48", PresetSource::Model).is_none());
        for wrong in ["9,raw48,", "9,raw48,Mine,XXX", "9,raw48,Mine,", "9,raw48,Mine,HDD,SSD"] {
            assert!(attribute(wrong, PresetSource::Model).is_none() && !is_option(wrong), "{wrong}");
        }
        assert!(is_option("9,raw48,Mine") && !is_option("9,raw48,Mine,SSD"));
        use EntryKind::{AllDrives, Bridge, Models};
        for (options, understood) in [
            ("", &[AllDrives, Models, Bridge] as &[EntryKind]),
            ("-v 9,raw48,Its", &[AllDrives, Models]),
            ("-v 9,raw48,Its,SSD", &[AllDrives]),
            ("-F samsung", &[Models]),
            ("-d sat", &[Bridge]),
            ("-v 9,fortnights", &[]),
        ] {
            for of in [AllDrives, Models, Bridge] {
                let wrong = not_understood(options, of);
                assert_eq!(wrong.is_none(), understood.contains(&of), "{options} {of:?}");
                assert!(wrong.is_none_or(|wrong| wrong == options), "{options} {of:?}");
            }
        }
        assert!(attribute("1,raw48:012345678", PresetSource::Model).is_none());
    }

    #[test]
    fn without_default_entry_the_standard_names_stand_in() {
        let presets = of(&Entries::default(), std::iter::empty(), "DISK 1", "");
        assert_eq!(presets.name(9, Rotation::NotReported), "Power_On_Hours");
        assert_eq!(presets.database_version, None);
    }
}
