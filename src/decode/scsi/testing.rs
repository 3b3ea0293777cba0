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
