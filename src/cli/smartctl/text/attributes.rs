//! The attribute table of an ATA disk, in its two layouts.

use super::page::{Page, number, word};
use crate::cli::smartctl::options::{Options, Table};
use crate::report::Value;

pub(super) fn write(page: &mut Page<'_>, options: &Options) {
    let Some(revision) = page.number("ata_smart_attributes.revision") else { return };
    page.line(format!("SMART Attributes Data Structure revision number: {revision}"));
    page.line("Vendor Specific SMART Attributes with Thresholds:");
    table(page, options);
    if options.is_brief() {
        for line in [
            "                            ||||||_ K auto-keep",
            "                            |||||__ C event count",
            "                            ||||___ R error rate",
            "                            |||____ S speed/performance",
            "                            ||_____ O updated online",
            "                            |______ P prefailure warning",
        ] {
            page.line(line);
        }
    }
    page.blank();
}

/// The table alone.
pub(super) fn table(page: &mut Page<'_>, options: &Options) {
    let brief = options.is_brief();
    page.heading(if brief {
        "ID# ATTRIBUTE_NAME          FLAGS    VALUE WORST THRESH FAIL RAW_VALUE"
    } else {
        "ID# ATTRIBUTE_NAME          FLAG     VALUE WORST THRESH TYPE      UPDATED  WHEN_FAILED RAW_VALUE"
    });
    for entry in page.list("ata_smart_attributes.table") {
        let failed = word(entry, "when_failed").is_some_and(|when| !when.is_empty());
        page.line_or_wrong(failed, row(entry, options.table, brief));
    }
}

fn row(entry: &Value, table: Table, brief: bool) -> String {
    let id = number(entry, "id").unwrap_or_default();
    let id = if table.hex_ids { format!("0x{id:02x}") } else { format!("{id:3}") };
    let name = word(entry, "name").unwrap_or_default();
    let value = |key| match number(entry, key) {
        Some(value) if table.hex_values => format!("0x{value:02x}"),
        Some(value) => format!("{value:03} "),
        None => "--- ".to_owned(),
    };
    let [value, worst, threshold] = ["value", "worst", "thresh"].map(value);
    let raw = word(entry, "raw.string").unwrap_or_default();
    let when = word(entry, "when_failed").unwrap_or_default();
    if brief {
        let flags = word(entry, "flags.string").unwrap_or_default();
        let fail = match when {
            "now" => "NOW ",
            "past" => "Past",
            _ => "-   ",
        };
        return format!("{id} {name:<24}{flags:<7}  {value}  {worst}  {threshold}   {fail} {raw}");
    }
    let flags = number(entry, "flags.value").unwrap_or_default();
    let is = |key| entry.as_object().and_then(|entry| entry.at(key)).and_then(Value::as_bool) == Some(true);
    let kind = if is("flags.prefailure") { "Pre-fail" } else { "Old_age" };
    let updated = if is("flags.updated_online") { "Always" } else { "Offline" };
    let fail = match when {
        "now" => "FAILING_NOW",
        "past" => "In_the_past",
        _ => "    -",
    };
    format!(
        "{id} {name:<24}0x{flags:04x}   {value}  {worst}  {threshold}   {kind:<10}{updated:<9}{fail:<12}{raw}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object;

    fn entry(when: &'static str) -> Value {
        let flags = object! { "value" => 0x33u8, "string" => "PO--CK ", "prefailure" => true, "updated_online" => true };
        let raw = object! { "value" => 7u8, "string" => "7 (1 2)" };
        object! {
            "id" => 5u8, "name" => "Reallocated_Sector_Ct", "value" => 100u8, "worst" => 100u8, "thresh" => 36u8,
            "when_failed" => when, "flags" => flags, "raw" => raw,
        }
        .into()
    }

    #[test]
    fn columns_stand_where_programs_look_for_them() {
        assert_eq!(
            row(&entry(""), Table::default(), false),
            "  5 Reallocated_Sector_Ct   0x0033   100   100   036    Pre-fail  Always       -       7 (1 2)"
        );
        assert_eq!(
            row(&entry("now"), Table::default(), false),
            "  5 Reallocated_Sector_Ct   0x0033   100   100   036    Pre-fail  Always   FAILING_NOW 7 (1 2)"
        );
        assert_eq!(
            row(&entry("past"), Table::default(), true),
            "  5 Reallocated_Sector_Ct   PO--CK   100   100   036    Past 7 (1 2)"
        );
        let hex = Table { hex_ids: true, hex_values: true, ..Table::default() };
        assert!(
            row(&entry(""), hex, true).starts_with("0x05 Reallocated_Sector_Ct   PO--CK   0x64  0x64  0x24 ")
        );
        let empty = row(&object! { "id" => 1u8 }.into(), Table::default(), false);
        assert_eq!(empty.split_whitespace().nth(2), Some("---"));
    }
}
