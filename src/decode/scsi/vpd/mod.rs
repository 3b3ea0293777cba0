//! Vital product data pages (SPC-6, "Vital product data parameters").

mod block_device_characteristics;
mod device_identification;
mod extended_inquiry;
mod logical_block_provisioning;
mod page;
mod serial_number;
mod supported;

pub use block_device_characteristics::{BlockDeviceCharacteristics, Zoned};
pub use device_identification::{Association, Designator, DeviceIdentification};
pub use extended_inquiry::ExtendedInquiry;
pub use logical_block_provisioning::LogicalBlockProvisioning;
pub use serial_number::SerialNumber;
pub use supported::SupportedVpd;

pub(super) use page::{VpdPage, requests};
