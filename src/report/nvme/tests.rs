//! Whole records of controllers made up from facts.

use super::emit;
use crate::decode::nvme::{
    EnduranceGroup, ErrorInformation, FirmwareSlot, IdentifyController, IdentifyNamespace, Pages,
    SmartHealth, SupportedLogPages,
};
use crate::object;
use crate::report::{Findings, Object, Value};

fn put(page: &mut [u8], offset: usize, bytes: &[u8]) {
    page[offset..offset + bytes.len()].copy_from_slice(bytes);
}

fn controller() -> Vec<u8> {
    let mut page = vec![0; 4096];
    put(&mut page, 0, &[0x4d, 0x14, 0x4d, 0x14]);
    put(&mut page, 4, b"S123                ");
    put(&mut page, 24, b"EXAMPLE NVME 960GB                      ");
    put(&mut page, 64, b"1.0     ");
    put(&mut page, 73, &[0x38, 0x25, 0x00]);
    put(&mut page, 77, &[9]);
    put(&mut page, 80, &0x1_0400u32.to_le_bytes());
    put(&mut page, 256, &[0x5f, 0, 7, 3, 0x17, 0x0e, 63, 0]);
    put(&mut page, 266, &[0x5e, 0x01, 0x67, 0x01]);
    put(&mut page, 516, &[32]);
    put(&mut page, 520, &[0x5f]);
    put(&mut page, 525, &[1]);
    put(&mut page, 768, b"nqn.2014-08.org.example:S123");
    put(&mut page, 2048, &[0xc4, 0x09]);
    page
}

fn namespace(nsid: u32, flbas: u8) -> IdentifyNamespace {
    let mut page = vec![0; 4096];
    put(&mut page, 0, &1000u64.to_le_bytes());
    put(&mut page, 8, &900u64.to_le_bytes());
    put(&mut page, 16, &100u64.to_le_bytes());
    put(&mut page, 24, &[0x02, 3, flbas]);
    put(&mut page, 104, &[0xab; 16]);
    put(&mut page, 120, &[0x00, 0x25, 0x38, 1, 2, 3, 4, 5]);
    put(&mut page, 128, &[0, 0, 9, 2, 0, 0, 0, 0, 8, 0, 12, 0]);
    IdentifyNamespace::decode(nsid, &page).unwrap()
}

fn pages(namespaces: Vec<IdentifyNamespace>) -> Pages {
    let controller = Some(Box::new(IdentifyController::decode(&controller()).unwrap()));
    Pages { controller, namespaces, ..Pages::default() }
}

fn record(pages: &Pages) -> Object {
    let mut record = Object::new();
    emit(pages, &[], &mut record, &mut Findings::default());
    record
}

#[test]
fn a_controller_says_who_it_is_and_what_it_can() {
    let record = record(&pages(Vec::new()));
    for (path, value) in [
        ("model_name", Value::from("EXAMPLE NVME 960GB")),
        ("serial_number", "S123".into()),
        ("firmware_version", "1.0".into()),
        ("nvme_pci_vendor.id", 0x144du16.into()),
        ("nvme_ieee_oui_identifier", 0x2538u16.into()),
        ("nvme_version.string", "1.4".into()),
        ("nvme_firmware_update_capabilities.slots", 3u8.into()),
        ("nvme_firmware_update_capabilities.activiation_without_reset", true.into()),
        ("nvme_optional_admin_commands.self_test", true.into()),
        ("nvme_optional_nvm_commands.reservations", false.into()),
        ("nvme_log_page_attributes.telemetry_log", true.into()),
        ("nvme_maximum_data_transfer_pages", 512u16.into()),
        ("nvme_composite_temperature_threshold.warning", 77u8.into()),
        ("temperature.critical_limit_max", 86u8.into()),
        ("smart_support.enabled", true.into()),
        ("stone.controller.volatile_write_cache", true.into()),
        ("stone.identity.subsystem_nqn", "nqn.2014-08.org.example:S123".into()),
    ] {
        assert_eq!(record.at(path), Some(&value), "{path}");
    }
    for absent in
        ["nvme_total_capacity", "nvme_namespaces", "user_capacity", "smart_status", "stone.namespaces"]
    {
        assert_eq!(record.at(absent), None, "{absent}");
    }
    let states = record.get("nvme_power_states").and_then(Value::as_array).unwrap();
    let power = object! { "value" => 2500u16, "scale" => 2u8, "units_per_watt" => 100u8 };
    assert_eq!(states[0].as_object().unwrap().get("max_power"), Some(&power.into()));
}

#[test]
fn the_only_namespace_is_the_disk() {
    let record = record(&pages(vec![namespace(5, 0x12)]));
    let shown = record.get("nvme_namespaces").and_then(Value::as_array).unwrap();
    let [Value::Object(shown)] = shown else { panic!("one namespace, at index 0: {shown:?}") };
    assert_eq!(shown.get("id"), Some(&5u8.into()));
    assert_eq!(shown.get("size"), Some(&object! { "blocks" => 1000u16, "bytes" => 4_096_000u32 }.into()));
    assert_eq!(shown.get("formatted_lba_size"), Some(&4096u16.into()));
    assert_eq!(
        shown.get("eui64"),
        Some(&object! { "oui" => 0x2538u16, "ext_id" => 0x01_0203_0405u64 }.into())
    );
    let format = |data: u16, metadata: u8, performance: u8| {
        Value::from(object! {
            // What smartctl says where metadata is at the end of the data.
            "formatted" => false,
            "data_bytes" => data,
            "metadata_bytes" => metadata,
            "relative_performance" => performance,
        })
    };
    let formats = Value::array([format(512, 0, 2), Value::Null, format(4096, 8, 0)]);
    assert_eq!(shown.get("lba_formats"), Some(&formats));
    assert_eq!(record.at("user_capacity.bytes"), Some(&3_686_400u32.into()));
    assert_eq!(record.get("logical_block_size"), Some(&4096u16.into()));
    let mine = record.at("stone.namespaces").and_then(Value::as_array).unwrap();
    let in_use = object! { "index" => 2u8, "data_bytes" => 4096u16, "metadata_bytes" => 8u8 };
    assert_eq!(mine[0].as_object().unwrap().get("lba_format"), Some(&in_use.into()));
    let identity = object! { "id" => 5u8, "nguid" => "ab".repeat(16) };
    assert_eq!(record.at("stone.identity.namespaces"), Some(&Value::array([identity])));
}

#[test]
fn none_of_several_namespaces_is_the_disk() {
    let record = record(&pages(vec![namespace(1, 0), namespace(2, 0)]));
    assert_eq!(record.get("nvme_namespaces"), None);
    assert_eq!(record.get("user_capacity"), None);
    assert_eq!(record.at("stone.namespaces").and_then(Value::as_array).map(<[Value]>::len), Some(2));
}

#[test]
fn a_namespace_that_is_not_active_is_no_namespace() {
    let inactive = IdentifyNamespace::decode(1, &[0; 4096]).unwrap();
    let record = record(&pages(vec![inactive, namespace(2, 0)]));
    let shown = record.get("nvme_namespaces").and_then(Value::as_array).unwrap();
    assert_eq!(shown[0].as_object().unwrap().get("id"), Some(&2u8.into()));
}

#[test]
fn block_sizes_that_cannot_be_leave_bytes_out() {
    let record = record(&pages(vec![namespace(1, 1)]));
    assert_eq!(record.get("user_capacity"), Some(&object! { "blocks" => 900u16 }.into()));
    assert_eq!(record.get("logical_block_size"), None);
}

#[test]
fn what_smartctl_does_not_read_is_under_stone() {
    let mut firmware = [0; 64];
    firmware[0] = 1;
    put(&mut firmware, 16, b"2.0     ");
    let mut listed = [0; 1024];
    listed[4] = 1;
    listed[8] = 1;
    let pages = Pages {
        firmware_slot: Some(FirmwareSlot::decode(&firmware).unwrap()),
        supported_log_pages: Some(SupportedLogPages::decode(&listed).unwrap()),
        endurance_groups: vec![EnduranceGroup::decode(1, &[0; 512]).unwrap()],
        ..Pages::default()
    };
    let record = record(&pages);
    let slots = object! { "active" => 1u8, "revisions" => Value::array([Value::Null, "2.0".into()]) };
    assert_eq!(record.at("stone.firmware_slots"), Some(&slots.into()));
    assert_eq!(record.at("stone.supported_log_pages"), Some(&Value::array([1u8, 2])));
    let groups = record.at("stone.endurance_groups").and_then(Value::as_array).unwrap();
    assert_eq!(groups[0].as_object().unwrap().get("bytes_per_unit"), Some(&1_000_000_000u32.into()));
    assert_eq!(record.len(), 1);
}

#[test]
fn whatever_the_bytes_are_there_is_a_record() {
    for byte in [0x00, 0x01, 0x55, 0x7f, 0x80, 0xff] {
        let page = vec![byte; 4096];
        let pages = Pages {
            controller: Some(Box::new(IdentifyController::decode(&page).unwrap())),
            namespaces: vec![IdentifyNamespace::decode(1, &page).unwrap()],
            smart_health: Some(SmartHealth::decode(&page).unwrap()),
            error_information: Some(ErrorInformation::decode(&page).unwrap()),
            ..Pages::default()
        };
        let text = serde_json::to_string(&record(&pages)).unwrap();
        assert!(text.contains("\"smart_status\""), "{byte:#x}");
    }
}
