//! `seagate_farm_log`: Field Accessible Reliability Metrics, under the names that smartctl 7.4 gave them (its slips too).

use crate::decode::ata::{Farm, FarmPage, Pages};
use crate::decode::bytes::text;
use crate::object;
use crate::report::farm::{degrees, form_factor, recording, slots_from_the_newest};
use crate::report::{Object, Value};

pub(super) fn emit(pages: &Pages, record: &mut Object) {
    let Some(farm) = &pages.farm else {
        let listed = pages.log_directory.as_ref().is_some_and(|directory| directory.pages(0xa6) > 0);
        record.set("seagate_farm_log", object! { "supported" => pages.is_seagate() && listed });
        return;
    };
    let mut log = Object::new();
    for (key, page, write) in PAGES {
        if farm.has(*page) {
            let mut members = Object::new();
            write(farm, &mut members);
            log.set(*key, members);
        }
    }
    log.set("supported", true);
    record.set("seagate_farm_log", log);
}

/// Writes a page.
type Write = fn(&Farm, &mut Object);

const PAGES: &[(&str, FarmPage, Write)] = &[
    ("page_0_log_header", FarmPage::Header, header),
    ("page_1_drive_information", FarmPage::DriveInformation, drive_information),
    ("page_2_workload_statistics", FarmPage::Workload, |farm, page| {
        numbers(farm, FarmPage::Workload, WORKLOAD, page);
    }),
    ("page_3_error_statistics", FarmPage::Errors, errors),
    ("page_4_environment_statistics", FarmPage::Environment, environment),
    ("page_5_reliability_statistics", FarmPage::Reliability, reliability),
];

/// A field that the drive does not have is 0, as smartctl has it.
fn number(farm: &Farm, page: FarmPage, field: usize) -> u64 {
    farm.field(page, field).unwrap_or(0)
}

fn numbers(farm: &Farm, page: FarmPage, fields: &[(&'static str, usize)], to: &mut Object) {
    for (key, field) in fields {
        to.set(*key, number(farm, page, *field));
    }
}

fn header(farm: &Farm, page: &mut Object) {
    let version = [1, 2].map(|field| number(farm, FarmPage::Header, field));
    page.set("farm_log_version", Value::array(version));
    numbers(farm, FarmPage::Header, HEADER, page);
}

/// Bytes where they are sizes.
const HEADER: &[(&str, usize)] = &[
    ("pages_supported", 3),
    ("log_size", 4),
    ("page_size", 5),
    ("heads_supported", 6),
    ("number_of_copies", 7),
    ("reason_for_frame_capture", 8),
];

fn drive_information(farm: &Farm, page: &mut Object) {
    const PAGE: FarmPage = FarmPage::DriveInformation;
    page.set("serial_number", farm.text(PAGE, 2, 2));
    page.set_some("world_wide_name", farm.world_wide_name(PAGE, 4).map(|name| format!("{name:#x}")));
    // The one text that reads from the highest byte on.
    let interface = number(farm, PAGE, 6).to_be_bytes();
    page.set_some("device_interface", text(interface.get(4..).unwrap_or_default()));
    numbers(farm, PAGE, SIZES, page);
    page.set_some("form_factor", form_factor(number(farm, PAGE, 12)));
    page.set("rotation_rate", number(farm, PAGE, 13));
    page.set("firmware_rev", farm.text(PAGE, 14, 2));
    numbers(farm, PAGE, LIFE, page);
    page.set("drive_recording_type", recording(number(farm, PAGE, 42)));
    page.set("max_number_for_reasign", number(farm, PAGE, 44));
    page.set("date_of_assembly", farm.text(PAGE, 45, 1));
    page.set("depopulation_head_mask", number(farm, PAGE, 46));
}

/// Bytes, but for the sectors and heads.
const SIZES: &[(&str, usize)] = &[
    ("device_capacity_in_sectors", 7),
    ("physical_sector_size", 8),
    ("logical_sector_size", 9),
    ("device_buffer_size", 10),
    ("number_of_heads", 11),
];

/// Hours, counts, and milliseconds where they are times.
const LIFE: &[(&str, usize)] = &[
    ("poh", 19),
    ("spoh", 20),
    ("head_flight_hours", 21),
    ("head_load_events", 22),
    ("power_cycle_count", 23),
    ("reset_count", 24),
    ("spin_up_time", 25),
    ("time_to_ready", 30),
    ("time_held", 31),
];

/// Commands and sectors. The third and fourth ranges are 25 to 50 % and 50 to 100 % of the addresses, whatever they are called.
const WORKLOAD: &[(&str, usize)] = &[
    ("total_read_commands", 3),
    ("total_write_commands", 4),
    ("total_random_reads", 5),
    ("total_random_writes", 6),
    ("total_other_commands", 7),
    ("logical_sectors_written", 8),
    ("logical_sectors_read", 9),
    ("dither", 10),
    ("dither_random", 11),
    ("dither_sequential", 12),
    ("read_commands_by_radius_0_3", 13),
    ("read_commands_by_radius_3_25", 14),
    ("read_commands_by_radius_25_75", 15),
    ("read_commands_by_radius_75_100", 16),
    ("write_commands_by_radius_0_3", 17),
    ("write_commands_by_radius_3_25", 18),
    ("write_commands_by_radius_25_75", 19),
    ("write_commands_by_radius_75_100", 20),
];

fn errors(farm: &Farm, page: &mut Object) {
    const PAGE: FarmPage = FarmPage::Errors;
    numbers(farm, PAGE, ERRORS, page);
    for slot in slots_from_the_newest(number(farm, PAGE, 18)) {
        let event = object! {
            "timestamp_of_event" => number(farm, PAGE, 54 + slot),
            "event_information" => number(farm, PAGE, 21 + slot),
            "power_cycle_event" => number(farm, PAGE, 62 + slot),
        };
        page.set(format!("flash_led_event_{slot}"), event);
    }
    for head in 0..farm.heads() {
        let errors = object! {
            "cum_lifetime_unrecoverable_read_repeating" => number(farm, PAGE, 71 + head),
            "cum_lifetime_unrecoverable_read_unique" => number(farm, PAGE, 95 + head),
        };
        page.set(format!("cum_lifetime_unrecoverable_by_head_{head}"), errors);
    }
}

const ERRORS: &[(&str, usize)] = &[
    ("number_of_unrecoverable_read_errors", 2),
    ("number_of_unrecoverable_write_errors", 3),
    ("number_of_reallocated_sectors", 4),
    ("number_of_read_recovery_attempts", 5),
    ("number_of_mechanical_start_failures", 6),
    ("number_of_reallocated_candidate_sectors", 7),
    ("total_asr_events", 8),
    ("total_crc_errors", 9),
    ("attr_spin_retry_count", 10),
    ("normal_spin_retry_count", 11),
    ("worst_spin_rretry_count", 12),
    ("number_of_ioedc_errors", 13),
    ("command_time_out_count_total", 14),
    ("command_time_out_over_5_seconds_count", 15),
    ("command_time_out_over_7_seconds_count", 16),
    ("total_flash_led", 17),
    ("index_flash_led", 18),
    ("uncorrectables", 19),
    ("cumulative_unrecoverable_read_erc", 70),
    ("total_flash_led_errors", 17),
];

fn environment(farm: &Farm, page: &mut Object) {
    for (key, field) in TEMPERATURES {
        page.set(*key, degrees(number(farm, FarmPage::Environment, *field)));
        // Where the times above and below the limits stand among them.
        if *field == 10 {
            numbers(farm, FarmPage::Environment, &[("over_temp_time", 11), ("under_temp_time", 12)], page);
        }
    }
    numbers(farm, FarmPage::Environment, ENVIRONMENT, page);
}

const TEMPERATURES: &[(&str, usize)] = &[
    ("curent_temp", 2),
    ("highest_temp", 3),
    ("lowest_temp", 4),
    ("average_temp", 5),
    ("average_long_temp", 6),
    ("highest_short_temp", 7),
    ("lowest_short_temp", 8),
    ("highest_long_temp", 9),
    ("lowest_long_temp", 10),
    ("max_temp", 13),
    ("min_temp", 14),
];

/// Tenths of a percent, millivolts and milliwatts.
const ENVIRONMENT: &[(&str, usize)] = &[
    ("humidity", 17),
    ("current_motor_power", 19),
    ("current_12v_in_mv", 20),
    ("minimum_12v_in_mv", 21),
    ("maximum_12v_in_mv", 22),
    ("current_5v_in_mv", 23),
    ("minimum_5v_in_mv", 24),
    ("maximum_5v_in_mv", 25),
    ("average_12v_power", 26),
    ("minimum_12v_power", 27),
    ("maximum_12v_power", 28),
    ("average_5v_power", 29),
    ("minimum_5v_power", 30),
    ("maximum_5v_power", 31),
];

fn reliability(farm: &Farm, page: &mut Object) {
    numbers(farm, FarmPage::Reliability, RELIABILITY, page);
    for (key, first) in BY_HEAD {
        for head in 0..farm.heads() {
            page.set(format!("{key}_{head}"), number(farm, FarmPage::Reliability, first + head));
        }
    }
}

const RELIABILITY: &[(&str, usize)] = &[
    ("attr_error_rate_raw", 184),
    ("error_rate_normalized", 185),
    ("error_rate_worst", 186),
    ("attr_seek_error_rate_raw", 187),
    ("seek_error_rate_normalized", 188),
    ("seek_error_rate_worst", 189),
    ("high_priority_unload_events", 190),
    ("helium_presure_trip", 697),
    ("lbas_corrected_by_parity_sector", 1109),
];

/// Names, and the field of the first head.
const BY_HEAD: &[(&str, usize)] = &[
    ("dvga_skip_write_detect_by_head", 88),
    ("rvga_skip_write_detect_by_head", 112),
    ("fvga_skip_write_detect_by_head", 136),
    ("skip_write_detect_threshold_exceeded_by_head", 160),
    ("write_workload_power_on_time_by_head", 770),
    ("mr_head_resistance_from_head", 264),
    ("second_mr_head_resistance_by_head", 821),
    ("number_of_reallocated_sectors_by_head", 649),
    ("number_of_reallocation_candidate_sectors_by_head", 673),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::Answer;
    use crate::decode::ata::{PAGES, Request};

    const VALID: u64 = 0b11 << 62;

    /// What the record says of pages of which each has these fields.
    fn log(pages: &[&[(usize, u64)]]) -> Object {
        let farm = PAGES.iter().find(|page| page.name == "farm").unwrap();
        let mut read = Pages::default();
        for (number, fields) in (0u16..).zip(pages) {
            let first = if number == 0 { 0x4641_524d_4552 } else { number.into() };
            let mut data = vec![0; 16384];
            data[..8].copy_from_slice(&(VALID | first).to_le_bytes());
            for (field, value) in *fields {
                data[8 * field..8 * field + 8].copy_from_slice(&(VALID | value).to_le_bytes());
            }
            let request = Request::ReadLogExt { address: 0xa6, page: number * 32, pages: 32 };
            (farm.decode)(&request, &Answer { data: &data, ..Answer::default() }, &mut read).unwrap();
        }
        let mut record = Object::new();
        emit(&read, &mut record);
        record.at("seagate_farm_log").and_then(Value::as_object).unwrap().clone()
    }

    #[test]
    fn pages_under_smartctls_names() {
        let drive = [(6, 0x5341_5441), (11, 2), (12, 2), (19, 2344), (42, 2), (45, 0x3137_3235)];
        let errors = [(18, 1), (21, 99), (55, 12), (72, 4), (96, 3)];
        let log = log(&[&[(1, 4), (2, 17)], &drive, &[], &errors, &[(2, 0xfb)], &[(185, 76), (88, 5)]]);
        let number = |path: &str| log.at(path).and_then(Value::as_i64);
        let text = |path: &str| log.at(path).and_then(Value::as_str);
        assert_eq!(log.at("page_0_log_header.farm_log_version"), Some(&Value::array([4u8, 17])));
        assert_eq!(text("page_1_drive_information.device_interface"), Some("SATA"));
        assert_eq!(text("page_1_drive_information.form_factor"), Some("3.5 inches"));
        assert_eq!(text("page_1_drive_information.date_of_assembly"), Some("2517"));
        assert_eq!(number("page_1_drive_information.poh"), Some(2344));
        assert_eq!(number("page_3_error_statistics.flash_led_event_0.event_information"), Some(99));
        assert_eq!(number("page_3_error_statistics.flash_led_event_1.timestamp_of_event"), Some(12));
        let second = "page_3_error_statistics.cum_lifetime_unrecoverable_by_head_1";
        assert_eq!(number(&format!("{second}.cum_lifetime_unrecoverable_read_repeating")), Some(4));
        assert_eq!(number(&format!("{second}.cum_lifetime_unrecoverable_read_unique")), Some(3));
        assert_eq!(number("page_4_environment_statistics.curent_temp"), Some(-5));
        assert_eq!(number("page_5_reliability_statistics.error_rate_normalized"), Some(76));
        assert_eq!(number("page_5_reliability_statistics.dvga_skip_write_detect_by_head_0"), Some(5));
        assert_eq!(
            number("page_5_reliability_statistics.dvga_skip_write_detect_by_head_2"),
            None,
            "two heads"
        );
        assert_eq!(log.get("supported").and_then(Value::as_bool), Some(true));
    }

    #[test]
    fn a_page_that_did_not_come_is_left_out() {
        let log = log(&[&[], &[]]);
        let keys: Vec<_> = log.iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["page_0_log_header", "page_1_drive_information", "supported"]);
    }

    #[test]
    fn no_field_is_told_twice_under_one_name_and_none_is_beyond_its_page() {
        for table in [HEADER, SIZES, LIFE, WORKLOAD, ERRORS, TEMPERATURES, ENVIRONMENT, RELIABILITY, BY_HEAD]
        {
            for (index, (key, field)) in table.iter().enumerate() {
                assert!(field + Farm::HEADS <= 2048, "{key}");
                assert!(table[..index].iter().all(|(other, _)| other != key), "{key}");
            }
        }
    }
}
