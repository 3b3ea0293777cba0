//! `seagate_farm_log` of SAS disks: Field Accessible Reliability Metrics, under the names that smartctl 7.4 gave them.
//! Where it writes several values under one name, which leaves the last, each has a name of its own here.

use crate::decode::scsi::{Farm, Pages};
use crate::object;
use crate::report::Object;
use crate::report::farm::{degrees, form_factor, recording, slots_from_the_newest};

pub(super) fn emit(pages: &Pages, record: &mut Object) {
    let Some(farm) = &pages.farm else {
        record.set("seagate_farm_log", object! { "supported" => pages.has_farm() });
        return;
    };
    let mut log = Object::new();
    for (key, parameter, fields) in SECTIONS {
        if farm.has(*parameter) {
            let mut section = Object::new();
            if *parameter == 1 {
                names(farm, &mut section);
            }
            numbers(farm, *parameter, fields, &mut section);
            match *parameter {
                1 => section.set_some("date_of_assembled", farm.text(1, 30, 1)),
                6 => rest_of_the_drive(farm, &mut section),
                _ => &mut section,
            };
            log.set(*key, section);
        }
    }
    heads(farm, &mut log);
    for first in [0x50, 0x60, 0x70, 0x80] {
        actuator(farm, first, &mut log);
    }
    log.set("supported", true);
    record.set("seagate_farm_log", log);
}

/// Names of fields, and their numbers.
type Fields = &'static [(&'static str, usize)];

/// A field that the disk does not have is 0, as smartctl has it.
fn number(farm: &Farm, parameter: u16, field: usize) -> u64 {
    farm.field(parameter, field).unwrap_or(0)
}

fn numbers(farm: &Farm, parameter: u16, fields: Fields, to: &mut Object) {
    for (key, field) in fields {
        let value = number(farm, parameter, *field);
        if key.contains("temperature") {
            to.set(*key, degrees(value));
        } else {
            to.set(*key, value);
        }
    }
}

/// The sections, their parameters and the numbers in them.
const SECTIONS: &[(&str, u16, Fields)] = &[
    (
        "log_header",
        0,
        &[
            ("farm_log_version", 2),
            ("pages_supported", 3),
            ("log_size", 4),
            ("heads_supported", 6),
            ("reason_for_frame_capture", 8),
        ],
    ),
    (
        "drive_information",
        1,
        &[
            ("device_capacity_in_sectors", 7),
            ("physical_sector_size", 8),
            ("logical_sector_size", 9),
            ("device_buffer_size", 10),
            ("number_of_heads", 11),
            ("rotation_rate", 13),
            ("power_on_hour", 19),
            ("power_cycle_count", 23),
            ("hardware_reset_count", 24),
        ],
    ),
    (
        "workload_statistics",
        2,
        &[
            ("total_number_of_read_commands", 3),
            ("total_number_of_write_commands", 4),
            ("total_number_of_random_read_cmds", 5),
            ("total_number_of_random_write_cmds", 6),
            ("total_number_of_other_commands", 7),
            ("logical_sectors_written", 8),
            ("logical_sectors_read", 9),
            ("number_of_read_commands_from_0_to_3_percent_of_lba_space", 10),
            ("number_of_read_commands_from_3_to_25_percent_of_lba_space", 11),
            ("number_of_read_commands_from_25_to_50_percent_of_lba_space", 12),
            ("number_of_read_commands_from_50_to_100_percent_of_lba_space", 13),
            ("number_of_write_commands_from_0_to_3_percent_of_lba_space", 14),
            ("number_of_write_commands_from_3_to_25_percent_of_lba_space", 15),
            ("number_of_write_commands_from_25_to_50_percent_of_lba_space", 16),
            ("number_of_write_commands_from_50_to_100_percent_of_lba_space", 17),
        ],
    ),
    (
        "error_statistics",
        3,
        &[
            ("unrecoverable_read_errors", 2),
            ("unrecoverable_write_errors", 3),
            ("number_of_mechanical_start_failures", 6),
            ("fru_code_if_smart_trip_from_most_recent_smart_frame", 20),
            ("invalid_dword_count_port_a", 21),
            ("invalid_dword_count_port_b", 22),
            ("disparity_error_count_port_a", 23),
            ("disparity_error_count_port_b", 24),
            ("loss_of_dword_sync_port_a", 25),
            ("loss_of_dword_sync_port_b", 26),
            ("phy_reset_problem_port_a", 27),
            ("phy_reset_problem_port_b", 28),
        ],
    ),
    (
        "environment_statistics",
        4,
        &[
            ("current_temperature_celsius", 2),
            ("highest_temperature", 3),
            ("lowest_temperature", 4),
            ("specified_max_operating_temperature", 13),
            ("specified_min_operating_temperature", 14),
            ("current_relative_humidity", 17),
            ("current_motor_power", 19),
            ("12v_power_average", 20),
            ("12v_power_minimum", 21),
            ("12v_power_maximum", 22),
            ("5v_power_average", 23),
            ("5v_power_minimum", 24),
            ("5v_power_maximum", 25),
        ],
    ),
    ("reliability_statistics", 5, &[("helium_pressure_threshold_tripped", 25)]),
    ("drive_information_continued", 6, &[("depopulation_head_mask", 2)]),
    (
        "environment_information_continued",
        7,
        &[
            ("current_12_volts", 2),
            ("minimum_12_volts", 3),
            ("maximum_12_volts", 4),
            ("current_5_volts", 5),
            ("minimum_5_volts", 6),
            ("maximum_5_volts", 7),
        ],
    ),
];

fn names(farm: &Farm, section: &mut Object) {
    section.set_some("serial_number", farm.text(1, 2, 2));
    section.set_some("world_wide_name", farm.world_wide_name(1, 4).map(|name| format!("{name:#x}")));
    section.set_some("firmware_rev", farm.text(1, 14, 2));
    section.set_some("device_interface", farm.text(1, 6, 1));
    section.set_some("device_form_factor", form_factor(number(farm, 1, 12)));
}

fn rest_of_the_drive<'a>(farm: &Farm, section: &'a mut Object) -> &'a mut Object {
    section.set_some("product_id", farm.text(6, 3, 4));
    section.set("drive_recording_type", recording(number(farm, 6, 7)));
    let fields: Fields = &[
        ("has_drive_been_depopped", 8),
        ("max_number_of_available_sectors_for_reassignment", 9),
        ("time_to_ready_of_the_last_power_cycle_sec", 10),
        ("time_drive_is_held_in_staggered_spin_sec", 11),
        ("last_servo_spin_up_time_sec", 12),
    ];
    numbers(farm, 6, fields, section);
    section
}

/// Parameters with a field for each head.
const BY_HEAD: &[(&str, u16)] = &[
    ("mr_head_resistance", 0x1a),
    ("number_of_reallocated_sectors", 0x21),
    ("number_of_reallocation_candidate_sectors", 0x22),
    ("write_power_on_hrs", 0x26),
    ("cum_lifetime_unrecoverable_read_repeating", 0x28),
    ("cum_lifetime_unrecoverable_read_unique", 0x29),
    ("second_mr_head_resistance", 0x43),
];

fn heads(farm: &Farm, log: &mut Object) {
    let mut section = Object::new();
    for (key, parameter) in BY_HEAD {
        for head in 0..farm.heads() {
            section.set(format!("{key}_{head}"), number(farm, *parameter, head));
        }
    }
    if !section.is_empty() {
        log.set("head_information", section);
    }
}

/// What one set of heads moved together tells: its own parameter, that of its asserts, that of its reallocations.
fn actuator(farm: &Farm, first: u16, log: &mut Object) {
    // smartctl names them by the number that the disk gives them, which is that of the parameter.
    let name = |parameter: u16| format!("{:x}", farm.field(parameter, 2).unwrap_or_else(|| first.into()));
    if farm.has(first) {
        let mut section = Object::new();
        numbers(farm, first, ACTUATOR, &mut section);
        log.set(format!("actuator_information_{}", name(first)), section);
    }
    let asserts = first + 1;
    if farm.has(asserts) {
        let mut section = Object::new();
        numbers(
            farm,
            asserts,
            &[("total_flash_led_events", 3), ("index_of_last_flash_led", 4)],
            &mut section,
        );
        for slot in slots_from_the_newest(number(farm, asserts, 4)) {
            let event = object! {
                "event_information" => number(farm, asserts, 5 + slot),
                "timestamp_of_event" => number(farm, asserts, 13 + slot),
                "power_cycle_event" => number(farm, asserts, 21 + slot),
            };
            section.set(format!("event_{slot}"), event);
        }
        log.set(format!("actuator_flash_led_information_{}", name(asserts)), section);
    }
    let reallocations = first + 2;
    if farm.has(reallocations) {
        let mut section = Object::new();
        let fields: Fields =
            &[("number_of_reallocated_sectors", 3), ("number_of_reallocated_candidate_sectors", 4)];
        numbers(farm, reallocations, fields, &mut section);
        log.set(format!("actuator_reallocation_information_{}", name(reallocations)), section);
    }
}

const ACTUATOR: Fields = &[
    ("head_load_events", 3),
    ("timestamp_of_last_idd_test", 6),
    ("sub_command_of_last_idd_test", 7),
    ("number_of_reallocated_sector_reclamations", 8),
    ("servo_status", 9),
    ("number_of_slipped_sectors_before_idd_scan", 10),
    ("number_of_slipped_sectors_after_idd_scan", 11),
    ("number_of_resident_reallocated_sectors_before_idd_scan", 12),
    ("number_of_resident_reallocated_sectors_after_idd_scan", 13),
    ("successfully_scrubbed_sectors_before_idd_scan", 14),
    ("successfully_scrubbed_sectors_after_idd_scan", 15),
    ("number_of_dos_scans_performed", 16),
    ("number_of_lbas_corrected_by_isp", 17),
    ("number_of_valid_parity_sectors", 18),
    ("number_of_lbas_corrected_by_parity_sector", 22),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::Answer;
    use crate::decode::scsi::{PAGES, Request};
    use crate::report::Value;

    const VALID: u64 = 0b11 << 62;

    #[test]
    fn parameters_under_smartctls_names() {
        let mut body = Vec::new();
        let mut parameter = |code: u16, length: u8, fields: &[(usize, u64)]| {
            let mut value = vec![0; 8 * usize::from(length)];
            for (field, number) in fields {
                value[8 * field..8 * field + 8].copy_from_slice(&(VALID | number).to_be_bytes());
            }
            body.extend(code.to_be_bytes());
            body.extend([3, 8 * length]);
            body.extend(value);
        };
        parameter(0, 9, &[(0, 0x4641_524d_4552), (2, 33)]);
        parameter(1, 31, &[(2, 0x4142_4344), (8, 4096), (11, 2), (19, 500)]);
        parameter(2, 18, &[(3, 7), (17, 8)]);
        parameter(4, 26, &[(2, 0xfb)]);
        parameter(0x21, 20, &[(1, 6)]);
        parameter(0x50, 23, &[(2, 0x50), (10, 1), (11, 2), (22, 3)]);
        parameter(0x51, 29, &[(2, 0x51), (4, 0), (12, 9)]);
        parameter(0x52, 20, &[(2, 0x52), (3, 11)]);
        let mut data = vec![0x7d, 3];
        data.extend(u16::try_from(body.len()).unwrap().to_be_bytes());
        data.extend(body);
        let farm = PAGES.iter().find(|page| page.name == "farm").unwrap();
        let mut pages = Pages::default();
        let request = Request::LogSense { page: 0x3d, subpage: 3 };
        (farm.decode)(&request, &Answer { data: &data, ..Answer::default() }, &mut pages).unwrap();
        let mut record = Object::new();
        emit(&pages, &mut record);
        let log = record.at("seagate_farm_log").and_then(Value::as_object).unwrap();
        let number = |path: &str| log.at(path).and_then(Value::as_i64);
        assert_eq!(number("log_header.farm_log_version"), Some(33));
        assert_eq!(log.at("drive_information.serial_number").and_then(Value::as_str), Some("ABCD"));
        assert_eq!(number("drive_information.physical_sector_size"), Some(4096));
        let writes = "workload_statistics.number_of_write_commands_from_50_to_100_percent_of_lba_space";
        assert_eq!(
            (number("workload_statistics.total_number_of_read_commands"), number(writes)),
            (Some(7), Some(8))
        );
        assert_eq!(number("environment_statistics.current_temperature_celsius"), Some(-5));
        assert_eq!(number("head_information.number_of_reallocated_sectors_1"), Some(6));
        assert_eq!(number("head_information.number_of_reallocated_sectors_2"), None, "two heads");
        let idd = "actuator_information_50.number_of_slipped_sectors";
        assert_eq!(number(&format!("{idd}_before_idd_scan")), Some(1));
        assert_eq!(number(&format!("{idd}_after_idd_scan")), Some(2));
        assert_eq!(number("actuator_information_50.number_of_lbas_corrected_by_parity_sector"), Some(3));
        assert_eq!(number("actuator_flash_led_information_51.event_7.event_information"), Some(9));
        assert_eq!(number("actuator_reallocation_information_52.number_of_reallocated_sectors"), Some(11));
        assert_eq!(log.get("supported").and_then(Value::as_bool), Some(true));
    }

    #[test]
    fn no_field_is_told_twice_under_one_name() {
        for fields in SECTIONS.iter().map(|(_, _, fields)| *fields).chain([ACTUATOR]) {
            for (index, (key, field)) in fields.iter().enumerate() {
                assert!(fields[..index].iter().all(|(other, at)| other != key && at != field), "{key}");
            }
        }
    }
}
