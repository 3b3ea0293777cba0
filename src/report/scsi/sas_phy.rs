//! The phys of a SAS disk, and the errors of their links.

use super::names;
use crate::decode::scsi::{Pages, PhyEvent, SasPhy, SasPort};
use crate::object;
use crate::report::{Object, Value};

pub(super) fn emit(pages: &Pages, record: &mut Object) {
    let ports = pages.sas_ports.as_ref().map_or(&[][..], |page| &page.ports);
    for (number, port) in ports.iter().enumerate() {
        record.set(format!("scsi_sas_port_{number}"), entry(port));
    }
}

fn entry(port: &SasPort) -> Object {
    let mut entry = object! {
        "relative_target_port_id" => port.relative_target_port,
        "generation_code" => port.generation,
        "number_of_phys" => port.number_of_phys,
    };
    for (number, phy) in port.phys.iter().enumerate() {
        entry.set(format!("phy_{number}"), link(phy));
    }
    entry
}

fn link(phy: &SasPhy) -> Object {
    let mut link = object! {
        "identifier" => phy.identifier,
        "attached_device_type" => names::attached_device_type(phy.attached_device_type),
        "attached_reason" => names::phy_reset_reason(phy.attached_reason),
        "reason" => names::phy_reset_reason(phy.reason),
        "negotiated_logical_link_rate" => names::link_rate(phy.link_rate),
        "attached_initiator_port" => protocols(phy.attached_initiator),
        "attached_target_port" => protocols(phy.attached_target),
        "sas_address" => format!("0x{:x}", phy.address),
        "attached_sas_address" => format!("0x{:x}", phy.attached_address),
        "attached_phy_identifier" => phy.attached_identifier,
        "invalid_dword_count" => phy.invalid_dwords,
        "running_disparity_error_count" => phy.running_disparity_errors,
        "loss_of_dword_synchronization_count" => phy.losses_of_dword_synchronization,
        "phy_reset_problem_count" => phy.phy_reset_problems,
    };
    for event in &phy.events {
        add(event, &mut link);
    }
    link
}

/// SSP, STP and SMP as three digits.
fn protocols(bits: u8) -> Object {
    let digit = |bit: u8| (bits >> bit) & 1;
    object! { "ssp_stp_smp" => format!("{}{}{}", digit(3), digit(2), digit(1)) }
}

/// Sources 01h to 04h repeat the counters that every phy has.
fn add(event: &PhyEvent, link: &mut Object) {
    let value = Value::from(event.value);
    if let Some((key, member)) = names::phy_peak(event.source) {
        link.set(key, object! { member => value, "pvd_threshold" => event.threshold });
    } else if let Some(keys) = names::phy_counter(event.source) {
        for key in keys {
            link.set(*key, value.clone());
        }
    }
}
