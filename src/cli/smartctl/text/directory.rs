//! The directories of logs of an ATA disk as text.

use super::page::{Page, number, word};
use crate::cli::smartctl::wanted::{Part, Parts};
use crate::report::Value;

/// One row: which addresses, by what commands and how they can be used, sectors, name.
#[derive(Debug, PartialEq, Eq)]
struct Row<'a> {
    first: u64,
    last: u64,
    access: &'static str,
    usage: &'static str,
    sectors: u64,
    name: &'a str,
}

pub(super) fn write(page: &mut Page<'_>, parts: Parts) {
    if parts.has(Part::GeneralDirectory) && page.at("ata_log_directory.gp_dir_version").is_none() {
        page.line("General Purpose Log Directory not supported");
        page.blank();
    }
    let Some(log) = page.object("ata_log_directory") else { return };
    let version = |key| log.get(key).and_then(Value::as_u64);
    let general = version("gp_dir_version");
    if let Some(version) = general {
        page.line(format!("General Purpose Log Directory Version {version}"));
    }
    if let Some(version) = version("smart_dir_version") {
        // Below the other one it is in line with it.
        let space = if general.is_some() { "          " } else { "" };
        let several = log.get("smart_dir_multi_sector").and_then(Value::as_bool) == Some(true);
        let several = if several { " [multi-sector log support]" } else { "" };
        page.line(format!("SMART {space}Log Directory Version {version}{several}"));
    }
    page.line("Address    Access  R/W   Size  Description");
    for row in rows(log.get("table").and_then(Value::as_array).unwrap_or_default()) {
        let Row { first, last, access, usage, sectors, name } = row;
        let address =
            if first == last { format!("0x{first:02x}") } else { format!("0x{first:02x}-0x{last:02x}") };
        page.line(format!("{address:<9}  {access}  {usage} {sectors:6}  {name}"));
    }
    page.blank();
}

/// Logs that differ in their address alone are one row; one of two sizes is two.
fn rows(table: &[Value]) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for entry in table {
        let Some(address) = number(entry, "address") else { continue };
        let name = word(entry, "name").unwrap_or("Unknown");
        let is = |key| entry.as_object().and_then(|entry| entry.get(key)).and_then(Value::as_bool);
        let usage = match (is("read"), is("write")) {
            (Some(true), Some(true)) => "R/W",
            (Some(true), _) => "R/O",
            _ if name.contains("vendor specific") => "VS ",
            _ => "-  ",
        };
        let (general, smart) = (number(entry, "gp_sectors"), number(entry, "smart_sectors"));
        let found = match (general, smart) {
            (Some(general), Some(smart)) if general == smart => [Some(("GPL,SL", general)), None],
            _ => [general.map(|sectors| ("GPL   ", sectors)), smart.map(|sectors| ("    SL", sectors))],
        };
        for (access, sectors) in found.into_iter().flatten() {
            let row = Row { first: address, last: address, access, usage, sectors, name };
            match rows.last_mut() {
                Some(before) if before.last.checked_add(1) == Some(address) && before.is_like(&row) => {
                    before.last = address;
                }
                _ => rows.push(row),
            }
        }
    }
    rows
}

impl Row<'_> {
    fn is_like(&self, other: &Self) -> bool {
        (self.access, self.usage, self.sectors, self.name)
            == (other.access, other.usage, other.sectors, other.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object;

    #[test]
    fn neighbours_that_are_alike_are_one_row() {
        let log = |address: u64, general: u64, smart: u64| -> Value {
            object! {
                "address" => address, "name" => "Host vendor specific log", "read" => true, "write" => true,
                "gp_sectors" => general, "smart_sectors" => smart,
            }
            .into()
        };
        let table = [log(0x80, 16, 16), log(0x81, 16, 16), log(0x83, 16, 16), log(0x84, 300, 255)];
        let rows: Vec<_> =
            rows(&table).iter().map(|row| (row.first, row.last, row.access, row.sectors)).collect();
        let alike = [(0x80, 0x81, "GPL,SL", 16), (0x83, 0x83, "GPL,SL", 16)];
        let different = [(0x84, 0x84, "GPL   ", 300), (0x84, 0x84, "    SL", 255)];
        assert_eq!(rows, [alike, different].concat());
    }
}
