//! Builders of pages for tests, from facts.

/// Standard INQUIRY data of a disk, 36 bytes.
pub(crate) fn inquiry(version: u8, vendor: &str, product: &str, revision: &str) -> Vec<u8> {
    let mut bytes = vec![0, 0, version, 0x12, 91, 0, 0, 2];
    for (text, width) in [(vendor, 8), (product, 16), (revision, 4)] {
        bytes.extend(format!("{text:width$}").bytes());
    }
    bytes
}

/// A VPD page with its header.
pub(crate) fn vpd_page(page: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap().to_be_bytes();
    [&[0, page], &length[..], body].concat()
}

/// A designation descriptor of VPD page 83h: its first two bytes, and the designator.
pub(crate) fn designator(head: [u8; 2], name: &[u8]) -> Vec<u8> {
    [&head[..], &[0, u8::try_from(name.len()).unwrap()], name].concat()
}

/// A log page with its header.
pub(crate) fn log_page(page: u8, subpage: u8, parameters: &[(u16, &[u8])]) -> Vec<u8> {
    let body: Vec<u8> = parameters
        .iter()
        .flat_map(|(code, value)| {
            let length = u8::try_from(value.len()).unwrap();
            [&code.to_be_bytes()[..], &[0x03, length], value].concat()
        })
        .collect();
    let length = u16::try_from(body.len()).unwrap().to_be_bytes();
    let spf = if subpage == 0 { 0 } else { 0x40 };
    [&[page | spf, subpage], &length[..], &body].concat()
}

/// A SAS phy log descriptor: a 12 Gbit/s link to an adapter, and its events (source, value, threshold).
pub(crate) fn sas_phy(identifier: u8, events: &[(u8, u32, u32)]) -> Vec<u8> {
    let mut rest = vec![0x10, 0x4b, 0x0e, 0];
    rest.extend(0x5000_c500_0102_0304u64.to_be_bytes());
    rest.extend(0x5006_05b0_0000_0001u64.to_be_bytes());
    rest.extend([3, 0, 0, 0, 0, 0, 0, 0]);
    rest.extend([1u32, 2, 3, 4].into_iter().flat_map(u32::to_be_bytes));
    rest.extend([0, 0, 0, u8::try_from(events.len()).unwrap()]);
    for &(source, value, threshold) in events {
        rest.extend([0, 0, 0, source]);
        rest.extend([value, threshold].into_iter().flat_map(u32::to_be_bytes));
    }
    [&[0, identifier, 0, u8::try_from(rest.len()).unwrap()], &rest[..]].concat()
}
