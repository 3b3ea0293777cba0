//! The answers of a recorded SCSI disk.

use std::collections::BTreeSet;

use super::{check_condition, give, hexadecimal};
use crate::transport::dump::Dump;
use crate::transport::{Completion, ScsiCdb, TransportError};

pub(super) fn execute(dump: &Dump, cdb: &ScsiCdb, data: &mut [u8]) -> Result<Completion, TransportError> {
    // ILLEGAL REQUEST: INVALID COMMAND OPERATION CODE, and INVALID FIELD IN CDB.
    let unknown_command = || check_condition(0x05, 0x20, 0x00);
    let unknown_page = || check_condition(0x05, 0x24, 0x00);
    let answer = match cdb.bytes() {
        [0x00, ..] => Some(Vec::new()),
        [0x03, ..] => Some([&[0x70, 0, 0, 0, 0, 0, 0, 10][..], &[0; 10]].concat()),
        [0x12, 0, ..] => dump.answer("inquiry.bin")?,
        [0x12, _, 0x00, ..] => match dump.answer("vpd_00.bin")? {
            None => Some(vital_product_data_pages(dump)),
            recorded => recorded,
        },
        [0x12, _, page, ..] => Some(dump.answer(&format!("vpd_{page:02x}.bin"))?.ok_or_else(unknown_page)?),
        [0x25, ..] => match dump.answer("readcap10.bin")? {
            None => dump.answer("readcap16.bin")?.map(|long| short_capacity(&long)),
            recorded => recorded,
        },
        [0x9e, action, ..] if action & 0x1f == 0x10 => dump.answer("readcap16.bin")?,
        [0x4d, _, page, subpage, ..] => {
            let page = page & 0x3f;
            let answer = match dump.answer(&format!("log_{page:02x}_{subpage:02x}.bin"))? {
                None if page == 0 && matches!(subpage, 0 | 0xff) => Some(log_pages(dump, *subpage)),
                recorded => recorded,
            };
            Some(answer.ok_or_else(unknown_page)?)
        }
        [opcode @ (0x1a | 0x5a), _, page, subpage, ..] => {
            Some(mode_page(dump, *opcode, *page, *subpage)?.ok_or_else(unknown_page)?)
        }
        [opcode @ (0x37 | 0xb7), ..] => Some(grown_defects(dump, cdb.bytes(), *opcode)),
        _ => None,
    };
    Ok(give(&answer.ok_or_else(unknown_command)?, data))
}

/// VPD page 00h of a dump that has none: the pages that were recorded.
fn vital_product_data_pages(dump: &Dump) -> Vec<u8> {
    let pages = dump.between("vpd_").filter_map(hexadecimal).filter(|page| *page > 0);
    let pages: Vec<u8> = std::iter::once(0).chain(pages).collect();
    let [high, low] = u16::try_from(pages.len()).unwrap_or(u16::MAX).to_be_bytes();
    [&[0, 0, high, low], pages.as_slice()].concat()
}

/// Log page 00h (subpage 00h or FFh) of a dump that has none: the pages that were recorded.
fn log_pages(dump: &Dump, subpage: u8) -> Vec<u8> {
    let recorded = dump.between("log_").filter_map(|name| {
        let (page, sub) = name.split_once('_')?;
        Some((hexadecimal(page)?, hexadecimal(sub)?))
    });
    let mut pages: BTreeSet<(u8, u8)> = recorded.filter(|(page, sub)| *page < 64 && *sub < 64).collect();
    pages.insert((0, 0));
    let list: Vec<u8> = if subpage == 0 {
        pages.iter().filter(|(_, sub)| *sub == 0).map(|(page, _)| *page).collect()
    } else {
        pages.iter().flat_map(|(page, sub)| [*page, *sub]).collect()
    };
    let [high, low] = u16::try_from(list.len()).unwrap_or(u16::MAX).to_be_bytes();
    let spf = if subpage == 0 { 0 } else { 0x40 };
    [&[spf, subpage, high, low], list.as_slice()].concat()
}

/// A mode page with the header of MODE SENSE (6) or (10) before it; the file holds the page alone.
fn mode_page(dump: &Dump, opcode: u8, page: u8, subpage: u8) -> Result<Option<Vec<u8>>, TransportError> {
    let (code, control) = (page & 0x3f, page >> 6);
    if subpage != 0 {
        return Ok(None);
    }
    let changeable = dump.answer(&format!("mode_{code:02x}_{control}.bin"))?.filter(|_| control != 0);
    let answer = match changeable {
        Some(page) => page,
        None => match dump.answer(&format!("mode_{code:02x}.bin"))? {
            None => return Ok(None),
            Some(mut page) => {
                if control == 1 {
                    page.iter_mut().skip(2).for_each(|byte| *byte = 0);
                }
                page
            }
        },
    };
    Ok(Some(if opcode == 0x1a {
        let len = u8::try_from(answer.len() + 3).unwrap_or(u8::MAX);
        [&[len, 0, 0x10, 0], answer.as_slice()].concat()
    } else {
        let [high, low] = u16::try_from(answer.len() + 6).unwrap_or(u16::MAX).to_be_bytes();
        [&[high, low, 0, 0x10, 0, 0, 0, 0], answer.as_slice()].concat()
    }))
}

/// READ CAPACITY (10) data from that of READ CAPACITY (16): a last block beyond 32 bits is FFFF_FFFFh.
fn short_capacity(long: &[u8]) -> Vec<u8> {
    let mut long = long.to_vec();
    long.resize(32, 0);
    let last = if long[..4] == [0; 4] { [long[4], long[5], long[6], long[7]] } else { [0xff; 4] };
    [last, [long[8], long[9], long[10], long[11]]].concat()
}

/// The header of READ DEFECT DATA: as many descriptors in the grown list as `glist=` says.
fn grown_defects(dump: &Dump, cdb: &[u8], opcode: u8) -> Vec<u8> {
    let request = if opcode == 0x37 { cdb.get(2) } else { cdb.get(1) }.copied().unwrap_or(0);
    let descriptor = if request & 7 == 0 { 4 } else { 8 };
    let grown = if request & 8 == 0 { 0 } else { dump.number("glist").unwrap_or(0) };
    let len = u32::try_from(grown.saturating_mul(descriptor)).unwrap_or(u32::MAX);
    if opcode == 0x37 {
        let [high, low] = u16::try_from(len).unwrap_or(u16::MAX).to_be_bytes();
        vec![0, request & 0x1f, high, low]
    } else {
        let [a, b, c, d] = len.to_be_bytes();
        vec![0, request & 0x1f, 0, 0, a, b, c, d]
    }
}
