//! The class of the paths that matter: what must leave, what must not; and three small records that hold them.

use super::super::{Class, Entry, Fate, rows};
use super::{anonymise, anonymiser};
use crate::report::Value;

pub(super) const ATA: &str = r#"{
"json_format_version":[1,0],
"smartctl":{"version":[7,3],"svn_revision":"5338","platform_info":"x86_64-linux-6.1.0","argv":["smartctl","/dev/sda"],"exit_status":4,
 "drive_database_version":{"string":"7.3/5319"},"messages":[{"string":"text","severity":"warning"}],"output":["line"]},
"local_time":{"time_t":1795361999,"asctime":"Sun Nov 22 15:39:59 2026 CET"},
"device":{"name":"/dev/sda","info_name":"/dev/sda [SAT]","type":"sat","protocol":"ATA"},
"model_family":"Seagate Exos X16","model_name":"ST8000NM0055-1RM112","firmware_version":"SN04","ata_additional_product_id":"DELL(tm)",
"user_capacity":{"blocks":15628053168,"bytes":8001563222016},"rotation_rate":7200,"form_factor":{"ata_value":2,"name":"3.5 inches"},
"ata_version":{"string":"ACS-3 T13/2161-D revision 5","major_value":2032,"minor_value":109},
"interface_speed":{"max":{"sata_value":14,"string":"6.0 Gb/s","units_per_second":60,"bits_per_unit":100000000}},
"ata_security":{"state":33,"string":"Disabled, NOT FROZEN [SEC1]","enabled":false,"master_password_id":65534},
"smart_status":{"passed":true},
"ata_smart_data":{"self_test":{"status":{"value":0,"string":"completed without error","passed":true}},"capabilities":{"values":[123,3]}},
"ata_smart_attributes":{"revision":10,"table":[{"id":194,"name":"Temperature_Celsius","value":64,"worst":40,"thresh":0,"when_failed":"",
 "flags":{"value":34,"string":"-O---K ","auto_keep":true},"raw":{"value":180388626464,"string":"32 (Min/Max 19/42)"}}]},
"ata_smart_error_log":{"extended":{"revision":1,"count":1,"table":[{"error_number":1,"lifetime_hours":512,"error_description":"Error: UNC at LBA = 0x0071bde0 = 7454176",
 "completion_registers":{"error":64,"status":81,"count":8,"lba":7454176,"device":64},
 "previous_commands":[{"registers":{"command":96,"lba":7454176},"powerup_milliseconds":81234,"command_name":"READ FPDMA QUEUED"}]}]}},
"ata_smart_self_test_log":{"extended":{"count":1,"table":[{"type":{"value":1,"string":"Short offline"},"status":{"value":121,"string":"Completed: read failure","passed":false},"lifetime_hours":7,"lba":104870168}]}},
"ata_sct_status":{"vendor_specific":[1,2,3]},
"ata_device_statistics":{"pages":[{"number":1,"name":"General Statistics","revision":1,"table":[
 {"offset":24,"name":"Logical Sectors Written","size":6,"value":64777770148,"flags":{"value":192,"string":"V--- ","valid":true}},
 {"offset":56,"name":"Date and Time TimeStamp","size":6,"value":3600000}]}]},
"seagate_farm_log":{"supported":true,"page_1_drive_information":{"serial_number":"Z9CANARY7Q42","world_wide_name":"0x5000c500deadbe57","date_of_assembly":"2517","poh":2344}},
"power_on_time":{"hours":2345},"power_cycle_count":19,"temperature":{"current":32},
"stone":{"schema":1,"source":"native","sections":{"identify_device":{"outcome":"ok","commands":1,"bytes":512},
 "device_statistics":{"outcome":"failed","sense":{"key":5,"asc":36,"ascq":0},"status":81,"reason":"text"}}},
"host_id":"0d9f1c1e-0000-11ef-8000-02fc00000001"}"#;

pub(super) const SCSI: &str = r#"{
"device":{"name":"/dev/sdb","type":"scsi","protocol":"SCSI"},"scsi_vendor":"HGST","scsi_product":"HUSMR3280ASS200","scsi_revision":"KT3A","scsi_version":"SPC-4",
"model_name":"HGST HUSMR3280ASS200","scsi_transport_protocol":{"name":"SAS (SPL-4)","value":6},
"device_type":{"scsi_value":0,"name":"disk"},"scsi_grown_defect_list":5,
"scsi_error_counter_log":{"read":{"total_uncorrected_errors":3,"gigabytes_processed":"548659.318"}},
"scsi_environmental_reports":{"temperature_1":{"parameter_code":0,"current":38,"lifetime_maximum":"unknown"}},
"scsi_start_stop_cycle_counter":{"year_of_manufacture":"2014","week_of_manufacture":"28","accumulated_start_stop_cycles":70},
"scsi_self_test_0":{"code":{"value":1,"string":"Background short"},"result":{"value":0,"string":"Completed"},"lba_first_failure":{"value":77,"aka":"address_of_first_failure"}},
"scsi_background_scan":{"status":{"value":0,"string":"no scans active","scan_progress":"0.00%"},"result_0":{"lba":991,"sense_key":{"value":3,"string":"Medium Error"},"asc":17,"ascq":0}},
"scsi_pending_defects":{"count":1,"table":[null,{"lba":123456,"accum_power_on_hours":9}]},
"scsi_sas_port_0":{"relative_target_port_id":1,"phy_0":{"identifier":0,"attached_device_type":"SAS or SATA device","reason":"unknown",
 "negotiated_logical_link_rate":"phy enabled; 12 Gbps","attached_target_port":{"ssp_stp_smp":"000"},"attached_phy_identifier":9,"invalid_dword_count":1}},
"smart_status":{"passed":true,"scsi":{"asc":0,"ascq":0}}}"#;

pub(super) const NVME: &str = r#"{
"device":{"name":"/dev/nvme0","type":"nvme","protocol":"NVMe"},"model_name":"SAMSUNG MZQLB1T9HAJR-00007","firmware_version":"EDA5402Q",
"nvme_pci_vendor":{"id":5197,"subsystem_id":5197},"nvme_ieee_oui_identifier":9528,"nvme_version":{"string":"1.2","value":66048},
"nvme_total_capacity":1920383410176,"smart_status":{"passed":true,"nvme":{"value":0}},
"nvme_smart_health_information_log":{"nsid":-1,"critical_warning":0,"temperature":31,"available_spare":100,"percentage_used":3,
 "data_units_written":32381395004,"host_reads":337375119290,"power_on_hours":57288,"media_errors":7,"temperature_sensors":[31,null,44]},
"nvme_error_information_log":{"size":64,"table":[{"error_count":9,"command_id":12,"status_field":{"value":8194,"string":"Invalid Field in Command"},"lba":{"value":42},"vendor_specific":17}]},
"nvme_self_test_log":{"nsid":-1,"table":[{"self_test_code":{"value":1,"string":"Short"},"self_test_result":{"value":0,"string":"Completed without error"},"power_on_hours":9,"lba":1234}]},
"nvme_vendor":"samsung","nvme_smart_health_information_add_log":{"Device stats":{"program_fail_count":{"normalized":100,"raw":0},"wear_leveling":{"normalized":99,"raw":{"min":1,"max":9,"avg":4}}}}}"#;

/// Paths by class: those of the receiver, and those that BEHAVIOUR and the map warn of.
const CLASSES: &[(Class, &[&str])] = &[
    (
        Class::Public,
        &[
            "ata_device_statistics.pages[].table[].value",
            "ata_smart_attributes.table[].id",
            "ata_smart_attributes.table[].name",
            "ata_smart_attributes.table[].raw.string",
            "ata_smart_attributes.table[].raw.value",
            "ata_smart_attributes.table[].value",
            "ata_smart_attributes.table[].worst",
            "device.protocol",
            "device.type",
            "error",
            "firmware_version",
            "model_name",
            "nvme_pci_vendor.id",
            "nvme_smart_health_information_add_log.Device stats.*.raw",
            "nvme_smart_health_information_log.data_units_written",
            "power_on_time.hours",
            "product",
            "rotation_rate",
            "scsi_environmental_reports.temperature_N.current",
            "scsi_error_counter_log.verify.total_uncorrected_errors",
            "scsi_grown_defect_list",
            "scsi_self_test_N.result.value",
            "smart_status.passed",
            "smart_support.available",
            "smartctl.exit_status",
            "stone.sections.*.outcome",
            "stone.sections.*.sense.asc",
            "temperature.current",
            "user_capacity.bytes",
            "vendor",
        ],
    ),
    (Class::Rounded, &["local_time.time_t"]),
    (Class::Pseudonym, &["host_id"]),
    (
        Class::Dropped,
        &[
            "ata_pending_defects_log.table[].lba",
            "ata_sct_status.vendor_specific",
            "ata_security.master_password_id",
            "ata_smart_error_log.extended.table[].completion_registers.lba",
            "ata_smart_error_log.summary.table[].error_description",
            "ata_smart_self_test_log.extended.table[].lba",
            "device.info_name",
            "device.name",
            "local_time.asctime",
            "logical_unit_id",
            "nvme_error_information_log.table[].vendor_specific",
            "nvme_namespaces[].eui64.ext_id",
            "scsi_sas_port_N.phy_N.attached_sas_address",
            "scsi_sas_port_N.phy_N.sas_address",
            "scsi_self_test_N.lba_first_failure",
            "seagate_farm_log.page_1_drive_information.date_of_assembly",
            "seagate_farm_log.page_1_drive_information.serial_number",
            "seagate_farm_log.page_1_drive_information.world_wide_name",
            "serial_number",
            "smartctl.argv",
            "smartctl.build_info",
            "smartctl.messages",
            "smartctl.output",
            "smartctl.platform_info",
            "stone.sections.*.reason",
            "wwn.id",
        ],
    ),
];

#[test]
fn paths_have_the_class_they_must_have() {
    for (class, paths) in CLASSES {
        for path in *paths {
            let row = rows().iter().find(|row| row.path == *path);
            assert_eq!(row.map(|row| row.class), Some(*class), "{path}");
        }
    }
}

#[test]
fn rows_say_what_a_table_needs() {
    for row in rows() {
        assert_eq!(row.class == Class::Dropped, row.kind.is_empty(), "{}", row.path);
        assert!(row.kind == "boolean" || !row.form.is_empty(), "{}", row.path);
        assert!(!row.path.contains(['{', '}', ',']), "{}", row.path);
    }
}

/// Of each small record exactly these paths stay in.
#[test]
fn of_small_records_these_paths_stay_in() {
    const ATA_STAYS: &str = "smartctl.platform_info smartctl.argv smartctl.messages smartctl.output local_time.asctime \
        device.name device.info_name ata_security.master_password_id \
        ata_smart_error_log.extended.table[0].error_description \
        ata_smart_error_log.extended.table[0].completion_registers.lba \
        ata_smart_error_log.extended.table[0].completion_registers.device \
        ata_smart_error_log.extended.table[0].previous_commands[0].registers.lba \
        ata_smart_error_log.extended.table[0].previous_commands[0].powerup_milliseconds \
        ata_smart_self_test_log.extended.table[0].lba ata_sct_status.vendor_specific \
        ata_device_statistics.pages[0].table[1].value seagate_farm_log.page_1_drive_information.serial_number \
        seagate_farm_log.page_1_drive_information.world_wide_name \
        seagate_farm_log.page_1_drive_information.date_of_assembly stone.sections.device_statistics.reason";
    const SCSI_STAYS: &str = "device.name scsi_start_stop_cycle_counter.week_of_manufacture \
        scsi_self_test_0.lba_first_failure scsi_background_scan.result_0.lba scsi_pending_defects.table[1].lba \
        scsi_sas_port_0.phy_0.attached_phy_identifier";
    const NVME_STAYS: &str = "device.name nvme_error_information_log.table[0].lba \
        nvme_error_information_log.table[0].vendor_specific nvme_self_test_log.table[0].lba";
    for (json, stays) in [(ATA, ATA_STAYS), (SCSI, SCSI_STAYS), (NVME, NVME_STAYS)] {
        let entries = anonymiser().explain(&super::parse(json));
        let stay = |entry: &&Entry| !matches!(entry.fate, Fate::Kept | Fate::Rounded | Fate::Replaced);
        let found: Vec<&str> = entries.iter().filter(stay).map(|entry| entry.path.as_str()).collect();
        assert_eq!(found, stays.split_whitespace().collect::<Vec<_>>());
    }
    let out = anonymise(ATA);
    assert_eq!(out.record().at("local_time.time_t"), Some(&Value::from(1_795_359_600u32)));
    assert_eq!(out.record().at("host_id").and_then(Value::as_str), Some(anonymiser().host().as_str()));
}
