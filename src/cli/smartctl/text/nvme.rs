//! Text of an NVMe controller.

use super::ata::support;
use super::page::{Page, capacity, grouped, number, plain, whole, word};
use crate::cli::output;
use crate::cli::smartctl::options::Options;
use crate::cli::smartctl::wanted::Part;
use crate::report::{Object, Value};

const WIDTH: usize = 36;

pub(super) fn write(page: &mut Page<'_>, options: &Options) {
    let parts = options.parts;
    if parts.has(Part::Info) || parts.has(Part::Capabilities) {
        page.section("INFORMATION");
        if parts.has(Part::Info) {
            info(page);
        }
        if parts.has(Part::Capabilities) {
            capabilities(page);
        }
        page.blank();
    }
    if page.has(&[
        "smart_status",
        "nvme_smart_health_information_log",
        "nvme_error_information_log",
        "nvme_self_test_log",
    ]) {
        page.section("SMART DATA");
    }
    if parts.has(Part::Health) {
        health(page);
    }
    if parts.has(Part::Attributes) {
        attributes(page);
    }
    errors(page);
    self_tests(page);
}

fn info(page: &mut Page<'_>) {
    page.field(WIDTH, "Model Number:", page.word("model_name"));
    page.field(WIDTH, "Serial Number:", page.word("serial_number"));
    page.field(WIDTH, "Firmware Version:", page.word("firmware_version"));
    if let (Some(vendor), Some(subsystem)) =
        (page.number("nvme_pci_vendor.id"), page.number("nvme_pci_vendor.subsystem_id"))
    {
        if vendor == subsystem {
            page.field(WIDTH, "PCI Vendor/Subsystem ID:", Some(format!("0x{vendor:04x}")));
        } else {
            page.field(WIDTH, "PCI Vendor ID:", Some(format!("0x{vendor:04x}")));
            page.field(WIDTH, "PCI Vendor Subsystem ID:", Some(format!("0x{subsystem:04x}")));
        }
    }
    let oui = page.number("nvme_ieee_oui_identifier").map(|oui| format!("0x{oui:06x}"));
    page.field(WIDTH, "IEEE OUI Identifier:", oui);
    page.field(WIDTH, "Total NVM Capacity:", page.number("nvme_total_capacity").map(size));
    page.field(WIDTH, "Unallocated NVM Capacity:", page.number("nvme_unallocated_capacity").map(size));
    page.field(WIDTH, "Controller ID:", page.number("nvme_controller_id"));
    page.field(WIDTH, "NVMe Version:", page.word("nvme_version.string"));
    page.field(WIDTH, "Number of Namespaces:", page.number("nvme_number_of_namespaces"));
    for space in page.list("nvme_namespaces") {
        namespace(page, space);
    }
    page.field(WIDTH, "Local Time is:", page.word("local_time.asctime"));
    if page.flag("smart_support.available") == Some(false) {
        support(page, WIDTH);
    }
}

/// As smartctl prints sizes of NVMe: without the word.
fn size(bytes: u64) -> String {
    if bytes == 0 {
        return "0".to_owned();
    }
    capacity(bytes).replace(" bytes", "")
}

fn namespace(page: &mut Page<'_>, space: &Value) {
    let id = number(space, "id").unwrap_or_default();
    let bytes = |key: &str| number(space, &format!("{key}.bytes")).map(size);
    let label = |text: &str| format!("Namespace {id} {text}:");
    if number(space, "size.bytes") == number(space, "capacity.bytes") {
        page.field(WIDTH, &label("Size/Capacity"), bytes("size"));
    } else {
        page.field(WIDTH, &label("Size"), bytes("size"));
        page.field(WIDTH, &label("Capacity"), bytes("capacity"));
    }
    if number(space, "utilization.bytes") != number(space, "size.bytes") {
        page.field(WIDTH, &label("Utilization"), bytes("utilization"));
    }
    page.field(WIDTH, &label("Formatted LBA Size"), number(space, "formatted_lba_size"));
    if let (Some(oui), Some(id)) = (number(space, "eui64.oui"), number(space, "eui64.ext_id")) {
        page.field(WIDTH, &label("IEEE EUI-64"), Some(format!("{oui:06x} {id:010x}")));
    }
}

fn capabilities(page: &mut Page<'_>) {
    if let Some(updates) = page.object("nvme_firmware_update_capabilities") {
        let number = |key| updates.get(key).and_then(Value::as_u64).unwrap_or_default();
        let is = |key| updates.get(key).and_then(Value::as_bool) == Some(true);
        let plural = if number("slots") == 1 { "" } else { "s" };
        let first = if is("first_slot_is_read_only") { ", Slot 1 R/O" } else { "" };
        // The name in JSON is smartctl's, slip and all.
        let reset = if is("activiation_without_reset") { ", no Reset required" } else { "" };
        let words = format!("{} Slot{plural}{first}{reset}", number("slots"));
        page.field(WIDTH, &format!("Firmware Updates ({:#04x}):", number("value")), Some(words));
    }
    for (key, label, digits) in [
        ("nvme_optional_admin_commands", "Optional Admin Commands", 4),
        ("nvme_optional_nvm_commands", "Optional NVM Commands", 4),
        ("nvme_log_page_attributes", "Log Page Attributes", 2),
    ] {
        let Some(object) = page.object(key) else { continue };
        let value = object.get("value").and_then(Value::as_u64).unwrap_or_default();
        let width = digits + 2;
        let words = set_flags(object);
        page.field(WIDTH, &format!("{label} ({value:#0width$x}):"), Some(words));
    }
    let pages = page.number("nvme_maximum_data_transfer_pages").map(|pages| format!("{pages} Pages"));
    page.field(WIDTH, "Maximum Data Transfer Size:", pages);
    let celsius = |number: Option<u64>| number.map(|degrees| format!("{degrees} Celsius"));
    let threshold = |key: &str| celsius(page.number(&format!("nvme_composite_temperature_threshold.{key}")));
    let (warning, critical) = (threshold("warning"), threshold("critical"));
    page.field(WIDTH, "Warning  Comp. Temp. Threshold:", warning);
    page.field(WIDTH, "Critical Comp. Temp. Threshold:", critical);
    let states = page.list("nvme_power_states");
    if !states.is_empty() {
        page.blank();
        page.line("Supported Power States");
        page.line("St Op     Max   Active     Idle   RL RT WL WT  Ent_Lat  Ex_Lat");
    }
    for (index, state) in states.iter().enumerate() {
        let idle = state.as_object().and_then(|state| state.get("non_operational_state"));
        let operates = if idle.and_then(Value::as_bool) == Some(true) { '-' } else { '+' };
        let [most, active, idle] = ["max_power", "active_power", "idle_power"].map(|key| watt(state, key));
        let at = |key| number(state, key).unwrap_or_default();
        page.line(format!(
            "{index:2} {operates} {most:>9}{active:>8} {idle:>8} {:>4} {:2} {:2} {:2} {:>8} {:>7}",
            at("relative_read_latency"),
            at("relative_read_throughput"),
            at("relative_write_latency"),
            at("relative_write_throughput"),
            at("entry_latency_us"),
            at("exit_latency_us")
        ));
    }
    for space in page.list("nvme_namespaces") {
        lba_formats(page, space);
    }
}

/// Watts with as many digits as smartctl has; what is not reported is `-`.
fn watt(state: &Value, key: &str) -> String {
    match (number(state, &format!("{key}.value")), number(state, &format!("{key}.units_per_watt"))) {
        (Some(value), Some(units)) if units > 100 => {
            let digits = value.saturating_mul(10_000) / units;
            format!("{}.{:04}W", digits / 10_000, digits % 10_000)
        }
        (Some(value), Some(units)) if units > 0 => {
            let digits = value.saturating_mul(100) / units;
            format!("{}.{:02}W", digits / 100, digits % 100)
        }
        _ => "-".to_owned(),
    }
}

fn lba_formats(page: &mut Page<'_>, space: &Value) {
    let formats = space.as_object().and_then(|space| space.get("lba_formats")).and_then(Value::as_array);
    let Some(formats) = formats else { return };
    page.blank();
    page.line(format!("Supported LBA Sizes (NSID {:#x})", number(space, "id").unwrap_or_default()));
    page.line("Id Fmt  Data  Metadt  Rel_Perf");
    for (index, format) in formats.iter().enumerate() {
        let used = format.as_object().and_then(|format| format.get("formatted")).and_then(Value::as_bool);
        page.line(format!(
            "{index:2} {} {:>7} {:>7} {:>9}",
            if used == Some(true) { '+' } else { '-' },
            number(format, "data_bytes").unwrap_or_default(),
            number(format, "metadata_bytes").unwrap_or_default(),
            number(format, "relative_performance").unwrap_or_default(),
        ));
    }
}

/// Flags that programs know by smartctl's short words; the others go by their keys.
const SHORT_WORDS: &[(&str, &str)] = &[
    ("security_send_receive", "Security"),
    ("format_nvm", "Format"),
    ("firmware_download", "Frmw_DL"),
    ("self_test", "Self_Test"),
    ("compare", "Comp"),
    ("write_uncorrectable", "Wr_Unc"),
    ("dataset_management", "DS_Mngmt"),
    ("write_zeroes", "Wr_Zero"),
    ("save_select_feature_nonzero", "Sav/Sel_Feat"),
    ("timestamp", "Timestmp"),
    ("smart_health_per_namespace", "S/H_per_NS"),
    ("commands_effects_log", "Cmd_Eff_Lg"),
    ("extended_get_log_page_cmd", "Ext_Get_Lg"),
    ("telemetry_log", "Telmtry_Lg"),
];

/// The names of the flags that are set, and the numbers beside them.
fn set_flags(object: &Object) -> String {
    let short = |key: &str| {
        SHORT_WORDS.iter().find(|(long, _)| *long == key).map_or(key, |(_, short)| *short).to_owned()
    };
    let words = object.iter().filter_map(|(key, value)| match value {
        Value::Bool(true) => Some(short(key)),
        Value::Unsigned(number) if key != "value" && *number != 0 => Some(format!("{key}={number}")),
        _ => None,
    });
    let words: Vec<String> = words.collect();
    if words.is_empty() { "-".to_owned() } else { words.join(" ") }
}

fn health(page: &mut Page<'_>) {
    match page.flag("smart_status.passed") {
        Some(true) => page.line("SMART overall-health self-assessment test result: PASSED"),
        Some(false) => page.wrong("SMART overall-health self-assessment test result: FAILED!"),
        None => page.wrong("SMART overall-health self-assessment test result: UNKNOWN!"),
    }
    for (key, words) in [
        ("spare_below_threshold", "available spare has fallen below threshold"),
        ("temperature_above_or_below_threshold", "temperature is above or below threshold"),
        ("reliability_degraded", "NVM subsystem reliability has been degraded"),
        ("media_read_only", "media has been placed in read only mode"),
        ("volatile_memory_backup_failed", "volatile memory backup device has failed"),
        (
            "persistent_memory_region_unreliable",
            "persistent memory region has become read-only or unreliable",
        ),
    ] {
        if page.flag(&format!("smart_status.nvme.{key}")) == Some(true) {
            page.wrong(format!("- {words}"));
        }
    }
    page.blank();
}

fn attributes(page: &mut Page<'_>) {
    let Some(log) = page.object("nvme_smart_health_information_log") else { return };
    page.line("SMART/Health Information (NVMe Log 0x02)");
    let warning = log.get("critical_warning").and_then(Value::as_u64).map(|value| format!("0x{value:02x}"));
    page.field(WIDTH, "Critical Warning:", warning);
    let celsius =
        |value: Option<&Value>| value.and_then(Value::as_i64).map(|degrees| format!("{degrees} Celsius"));
    page.field(WIDTH, "Temperature:", celsius(log.get("temperature")));
    for (key, label) in [
        ("available_spare", "Available Spare:"),
        ("available_spare_threshold", "Available Spare Threshold:"),
        ("percentage_used", "Percentage Used:"),
    ] {
        page.field(WIDTH, label, log.get(key).map(|value| format!("{}%", plain(value))));
    }
    for (key, label) in
        [("data_units_read", "Data Units Read:"), ("data_units_written", "Data Units Written:")]
    {
        let units = log.get(key).and_then(whole).map(|units| {
            let bytes = units.checked_mul(512_000).and_then(|bytes| u64::try_from(bytes).ok());
            let amount = bytes.map_or_else(String::new, |bytes| format!(" [{}]", output::bytes(bytes)));
            grouped(units) + &amount
        });
        page.field(WIDTH, label, units);
    }
    for (key, label) in [
        ("host_reads", "Host Read Commands:"),
        ("host_writes", "Host Write Commands:"),
        ("controller_busy_time", "Controller Busy Time:"),
        ("power_cycles", "Power Cycles:"),
        ("power_on_hours", "Power On Hours:"),
        ("unsafe_shutdowns", "Unsafe Shutdowns:"),
        ("media_errors", "Media and Data Integrity Errors:"),
        ("num_err_log_entries", "Error Information Log Entries:"),
    ] {
        page.field(WIDTH, label, log.get(key).and_then(whole).map(grouped));
    }
    for (key, label) in [
        ("warning_temp_time", "Warning  Comp. Temperature Time:"),
        ("critical_comp_time", "Critical Comp. Temperature Time:"),
    ] {
        page.field(WIDTH, label, log.get(key).and_then(Value::as_u64));
    }
    let sensors = log.get("temperature_sensors").and_then(Value::as_array).unwrap_or_default();
    for (index, sensor) in sensors.iter().enumerate() {
        page.field(WIDTH, &format!("Temperature Sensor {}:", index + 1), celsius(Some(sensor)));
    }
    page.blank();
}

fn errors(page: &mut Page<'_>) {
    let Some(log) = page.object("nvme_error_information_log") else { return };
    let count = |key| log.get(key).and_then(Value::as_u64).unwrap_or_default();
    page.line(format!("Error Information (NVMe Log 0x01, {} of {} entries)", count("read"), count("size")));
    let table = log.get("table").and_then(Value::as_array).unwrap_or_default();
    if table.iter().all(|entry| *entry == Value::Null) {
        page.line("No Errors Logged");
    } else {
        page.line("Num   ErrCount  SQId   CmdId  Status  PELoc          LBA  NSID    VS  Message");
    }
    for (index, entry) in table.iter().enumerate().filter(|(_, entry)| entry.as_object().is_some()) {
        let cell = |path| number(entry, path).map_or_else(|| "-".to_owned(), |value| value.to_string());
        let hex = |path, width: usize| {
            number(entry, path).map_or_else(|| "-".to_owned(), |value| format!("{value:#0width$x}"))
        };
        page.line(format!(
            "{index:3} {:>10} {:>5} {:>7} {:>7} {:>6} {:>12} {:>5} {:>5}  {}",
            cell("error_count"),
            cell("submission_queue_id"),
            hex("command_id", 6),
            hex("status_field.value", 6),
            hex("parm_error_location", 5),
            cell("lba.value"),
            cell("nsid"),
            hex("vendor_specific", 4),
            word(entry, "status_field.string").unwrap_or("-"),
        ));
    }
    page.blank();
}

fn self_tests(page: &mut Page<'_>) {
    let Some(log) = page.object("nvme_self_test_log") else { return };
    page.line("Self-test Log (NVMe Log 0x06)");
    let status = log.at("current_self_test_operation.string").and_then(Value::as_str).unwrap_or("unknown");
    page.line(format!("Self-test status: {status}"));
    let table = log.get("table").and_then(Value::as_array).unwrap_or_default();
    if table.is_empty() {
        page.line("No Self-tests Logged");
    } else {
        page.heading("Num  Test_Description  Status                       Power_on_Hours  Failing_LBA  NSID Seg SCT Code");
    }
    for (index, test) in table.iter().enumerate().filter(|(_, test)| test.as_object().is_some()) {
        let cell = |path: &str| {
            test.as_object().and_then(|test| test.at(path)).map_or_else(|| "-".to_owned(), plain)
        };
        let line = format!(
            "{index:2}   {:<17} {:<32} {:>10} {:>12} {:>5} {:>3} {:>3} {:>4}",
            cell("self_test_code.string"),
            cell("self_test_result.string"),
            cell("power_on_hours"),
            cell("lba"),
            cell("nsid"),
            cell("segment"),
            cell("status_code_type"),
            cell("status_code"),
        );
        // NVMe 2.0, "Device Self-test": 5 to 7 are failures, below them it was aborted.
        let failed = number(test, "self_test_result.value").is_some_and(|value| (5..=7).contains(&value));
        page.line_or_wrong(failed, line);
    }
    page.blank();
}
