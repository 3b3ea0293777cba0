//! The logs of an ATA disk as text: errors, self-tests, statistics.

use super::page::{Page, number, plain, word};
use crate::cli::smartctl::wanted::{Part, Parts};
use crate::report::{Object, Value};

pub(super) fn write(page: &mut Page<'_>, parts: Parts) {
    errors(page);
    self_tests(page);
    if parts.has(Part::Selective) {
        selective(page);
    }
}

fn errors(page: &mut Page<'_>) {
    let logs = [
        ("extended", "SMART Extended Comprehensive Error Log Version", "Device Error Count"),
        ("summary", "SMART Error Log Version", "ATA Error Count"),
    ];
    for (name, title, label) in logs {
        let Some(log) = page.object(&format!("ata_smart_error_log.{name}")) else { continue };
        let number = |key| log.get(key).and_then(Value::as_u64);
        let sectors = number("sectors").map(|sectors| format!(" ({sectors} sectors)")).unwrap_or_default();
        page.line(format!("{title}: {}{sectors}", number("revision").unwrap_or_default()));
        match (number("count"), number("logged_count")) {
            (Some(0), _) => page.line("No Errors Logged"),
            (Some(count), Some(logged)) if logged < count => {
                page.wrong(format!("{label}: {count} (the log holds the newest {logged})"));
            }
            (Some(count), _) => page.wrong(format!("{label}: {count}")),
            (None, _) => page.line("The number of errors is not known: the index of the log is wrong"),
        }
        for error in log.get("table").and_then(Value::as_array).unwrap_or_default() {
            error_entry(page, error);
        }
        page.blank();
    }
}

fn error_entry(page: &mut Page<'_>, error: &Value) {
    let Some(hours) = number(error, "lifetime_hours") else { return };
    let count = number(error, "error_number").unwrap_or_default();
    let place = number(error, "log_index").map(|index| format!(" [{index}]")).unwrap_or_default();
    // No end of the lines that say what is wrong.
    page.line("");
    page.wrong(format!(
        "Error {count}{place} occurred at disk power-on lifetime: {hours} hours ({} days + {} hours)",
        hours / 24,
        hours % 24
    ));
    if let Some(state) = word(error, "device_state.string") {
        page.line(format!("  The device was {state}."));
    }
    if let Some(words) = word(error, "error_description") {
        page.line(format!("  {words}"));
    }
    if let Some(registers) = error.as_object().and_then(|error| error.at("completion_registers")) {
        page.line(format!("  Registers: {}", registers_line(registers)));
    }
    let commands =
        error.as_object().and_then(|error| error.at("previous_commands")).and_then(Value::as_array);
    for command in commands.unwrap_or_default() {
        let name = word(command, "command_name").unwrap_or("[unknown]");
        let at = number(command, "powerup_milliseconds").map(time).unwrap_or_default();
        let registers = command.as_object().and_then(|command| command.get("registers"));
        page.line(format!("  {at:>16}  {name}: {}", registers.map(registers_line).unwrap_or_default()));
    }
}

fn registers_line(registers: &Value) -> String {
    let members = registers.as_object().into_iter().flat_map(Object::iter);
    let words: Vec<String> =
        members.map(|(name, value)| format!("{name} {:x}", value.as_u64().unwrap_or_default())).collect();
    words.join(", ")
}

/// Time since power-up as `[DDd+]hh:mm:ss.sss`.
fn time(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    let clock = format!(
        "{:02}:{:02}:{:02}.{:03}",
        seconds / 3600 % 24,
        seconds / 60 % 60,
        seconds % 60,
        milliseconds % 1000
    );
    match seconds / 86400 {
        0 => clock,
        days => format!("{days}d+{clock}"),
    }
}

fn self_tests(page: &mut Page<'_>) {
    let logs = [
        ("extended", "SMART Extended Self-test Log Version:"),
        ("standard", "SMART Self-test log structure revision number"),
    ];
    for (name, title) in logs {
        let Some(log) = page.object(&format!("ata_smart_self_test_log.{name}")) else { continue };
        let revision = log.get("revision").and_then(Value::as_u64).unwrap_or_default();
        let sectors = log.get("sectors").and_then(Value::as_u64);
        let sectors = sectors.map(|sectors| format!(" ({sectors} sectors)")).unwrap_or_default();
        page.line(format!("{title} {revision}{sectors}"));
        let table = log.get("table").and_then(Value::as_array).unwrap_or_default();
        if table.is_empty() {
            page.line("No self-tests have been logged.");
        } else {
            page.heading("Num  Test_Description    Status                  Remaining  LifeTime(hours)  LBA_of_first_error");
        }
        for (index, test) in table.iter().enumerate() {
            let lba = number(test, "lba").map_or_else(|| "-".to_owned(), |lba| lba.to_string());
            let line = format!(
                "#{:2}  {:<19} {:<29} {:1}0%  {:8}         {lba}",
                index + 1,
                word(test, "type.string").unwrap_or("Unknown"),
                word(test, "status.string").unwrap_or("Unknown"),
                number(test, "status.remaining_percent").unwrap_or_default() / 10,
                number(test, "lifetime_hours").unwrap_or_default(),
            );
            // ACS-5, "self-test execution status": 3 to 8 are failures.
            let failed = number(test, "status.value").is_some_and(|value| (3..=8).contains(&(value >> 4)));
            page.line_or_wrong(failed, line);
        }
        page.blank();
    }
}

fn selective(page: &mut Page<'_>) {
    let Some(log) = page.object("ata_smart_selective_self_test_log") else {
        page.line("Selective Self-tests/Logging not supported");
        page.blank();
        return;
    };
    let revision = log.get("revision").and_then(Value::as_u64).unwrap_or_default();
    page.line(format!("SMART Selective self-test log data structure revision number {revision}"));
    page.line(" SPAN  MIN_LBA  MAX_LBA  CURRENT_TEST_STATUS");
    for (index, span) in log.get("table").and_then(Value::as_array).unwrap_or_default().iter().enumerate() {
        page.line(format!("{:5}  {}", index + 1, selected(span)));
    }
    if let Some(rest) = log.get("current_read_scan") {
        page.line(format!("{:5}  {}", "-", selected(rest)));
    }
    let flag = |key| log.at(&format!("flags.{key}")).and_then(Value::as_bool) == Some(true);
    let minutes = log.get("power_up_scan_resume_minutes").and_then(Value::as_u64).unwrap_or_default();
    if let Some(flags) = log.at("flags.value").and_then(Value::as_u64) {
        page.line(format!("Selective self-test flags (0x{flags:x}):"));
        page.line(if !flag("remainder_scan_enabled") {
            "  After scanning selected spans, do NOT read-scan remainder of disk.".to_owned()
        } else if flag("remainder_scan_active") {
            "  Currently read-scanning the remainder of the disk.".to_owned()
        } else if flag("power_up_scan_pending") {
            format!("  Read-scan of remainder of disk interrupted; will resume {minutes} min after power-up.")
        } else {
            "  After scanning selected spans, read-scan remainder of disk.".to_owned()
        });
        page.line(format!(
            "If Selective self-test is pending on power-up, resume after {minutes} minute delay."
        ));
    }
    page.blank();
}

/// A span of sectors, and how far its test is.
fn selected(span: &Value) -> String {
    let at = |key| number(span, key).unwrap_or_default();
    let mut row = format!(
        "{:7}  {:7}  {}",
        at("lba_min"),
        at("lba_max"),
        word(span, "status.string").unwrap_or("Unknown")
    );
    if let (Some(first), Some(last)) = (number(span, "current_lba_min"), number(span, "current_lba_max")) {
        row.push_str(&format!(" [{:01}0% left] ({first}-{last})", at("status.remaining_percent")));
    }
    row
}

pub(super) fn statistics(page: &mut Page<'_>, parts: Parts) {
    let pages = page.list("ata_device_statistics.pages");
    if pages.is_empty() {
        let asked = page.number("stone.sections.device_statistics.commands").is_some();
        if parts.has(Part::Statistics) && !asked {
            page.line("Device Statistics (GP/SMART Log 0x04) not supported");
            page.blank();
        }
        return;
    }
    let log = if page.beside().smart_statistics { "SMART" } else { "GP" };
    page.line(format!("Device Statistics ({log} Log 0x04)"));
    page.line("Page  Offset Size        Value Flags Description");
    for statistics in pages {
        if *statistics == Value::Null {
            page.line("----  =====  =               =  ===  == A listed page that says it is another one ==");
            continue;
        }
        let code = number(statistics, "number").unwrap_or_default();
        let name = word(statistics, "name").unwrap_or("Unknown");
        let revision = number(statistics, "revision").unwrap_or_default();
        page.line(format!("0x{code:02x}  =====  =               =  ===  == {name} (rev {revision}) =="));
        let table = statistics.as_object().and_then(|page| page.get("table")).and_then(Value::as_array);
        for entry in table.unwrap_or_default() {
            let value = entry.as_object().and_then(|entry| entry.get("value"));
            page.line(format!(
                "0x{code:02x}  0x{:03x}  {} {:>15}  {:<5}{}",
                number(entry, "offset").unwrap_or_default(),
                number(entry, "size").unwrap_or_default(),
                value.map_or_else(|| "-".to_owned(), plain),
                // The first letter says that there is a value, which is to be seen.
                word(entry, "flags.string").and_then(|flags| flags.get(1..)).unwrap_or("---"),
                word(entry, "name").unwrap_or("Unknown"),
            ));
        }
    }
    // Below the letters of the flags.
    for line in [
        "                                |||_ C its watched condition is met",
        "                                ||__ D can notify of it (DSN)",
        "                                |___ N normalized",
    ] {
        page.line(line);
    }
    page.blank();
}

pub(super) fn defects(page: &mut Page<'_>) {
    let Some(log) = page.object("ata_pending_defects_log") else {
        page.line("Pending Defects log (GP Log 0x0c) not supported");
        page.blank();
        return;
    };
    page.line("Pending Defects log (GP Log 0x0c)");
    let count = log.get("count").and_then(Value::as_u64).unwrap_or_default();
    let table = log.get("table").and_then(Value::as_array).unwrap_or_default();
    page.line(if count == 0 { "No Defects Logged" } else { "Index                LBA    Hours" });
    for (index, defect) in table.iter().enumerate() {
        let hours =
            number(defect, "power_on_hours").map_or_else(|| "-".to_owned(), |hours| hours.to_string());
        page.line(format!("{index:5} {:18} {hours:>8}", number(defect, "lba").unwrap_or_default()));
    }
    let left_out = count.saturating_sub(u64::try_from(table.len()).unwrap_or(u64::MAX));
    if left_out > 0 {
        page.line(format!("... ({left_out} entries not shown)"));
    }
    page.blank();
}

pub(super) fn phy(page: &mut Page<'_>) {
    let Some(log) = page.object("sata_phy_event_counters") else { return };
    // pySMART takes a disk for a SATA one by these words in the line after the banner.
    page.line("SATA Phy Event Counters (GP Log 0x11)");
    page.line("ID      Size     Value  Description");
    for counter in log.get("table").and_then(Value::as_array).unwrap_or_default() {
        let flag = counter.as_object().and_then(|counter| counter.get("overflow")).and_then(Value::as_bool);
        page.line(format!(
            "0x{:04x}  {} {:>12}{} {}",
            number(counter, "id").unwrap_or_default(),
            number(counter, "size").unwrap_or_default(),
            number(counter, "value").unwrap_or_default(),
            if flag == Some(true) { '+' } else { ' ' },
            word(counter, "name").unwrap_or("Unknown"),
        ));
    }
    page.blank();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_since_power_up() {
        assert_eq!(time(21_652_853), "06:00:52.853");
        assert_eq!(time(4_294_967_295), "49d+17:02:47.295");
    }
}
