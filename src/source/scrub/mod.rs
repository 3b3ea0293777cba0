//! Takes what identifies a drive, and whose it is, out of its dump, so that it can be given away.
//!
//! First by the places that the standards name: serial numbers, world wide names, addresses, dates of manufacture, and the
//! bytes that only a vendor understands. Then by value: what was found there is looked for in every answer, in
//! whatever spelling and order, and blanked. An answer that this crate does not ask for itself is left out. Models and
//! firmware revisions stay, and so do counters, and the addresses of blocks in logs of errors.

mod places;
mod sweep;

use crate::transport::TransportError;
use crate::transport::dump::Dump;

/// Lines of `device.conf` that stay: none has free text but `fail` and its like, whose words are those of commands.
const LINES: &[&str] = &[
    "kind",
    "smart_status",
    "power",
    "erc_read",
    "erc_write",
    "glist",
    "fail",
    "hang",
    "hang_kernel",
    "latency_us",
    "latency_for",
];

/// Scrubs `dump` where it lies. A dump that is scrubbed decodes as before, but for what was taken out; checksums that
/// were right are right again.
///
/// # Errors
/// It cannot be read, or not be written: then it must not be given away.
pub fn scrub(dump: &mut Dump) -> Result<(), TransportError> {
    dump.keep_lines(LINES)?;
    let mut known = sweep::Known::default();
    let mut answers = Vec::new();
    let names: Vec<String> = dump.names().map(str::to_owned).collect();
    for name in names {
        let Some(before) = dump.answer(&name)? else { continue };
        let mut bytes = before.clone();
        if places::clean(dump.kind(), &name, &mut bytes, &mut known) {
            answers.push((name, before, bytes));
        } else {
            dump.remove(&name)?;
        }
    }
    let needles = known.needles();
    for (name, before, mut bytes) in answers {
        sweep::sweep(&mut bytes, &needles);
        if bytes != before {
            if places::has_checksums(dump.kind(), &name) {
                mend(&before, &mut bytes);
            }
            dump.replace(&name, &bytes)?;
        }
    }
    Ok(())
}

/// Makes the checksum of each sector right again that was right before: its bytes add up to 0.
fn mend(before: &[u8], after: &mut [u8]) {
    let sum = |sector: &[u8]| sector.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    let (before, _) = before.as_chunks::<512>();
    let (after, _) = after.as_chunks_mut::<512>();
    for (before, after) in before.iter().zip(after) {
        let [.., checksum] = after;
        *checksum = before[511];
        if sum(before) == 0 {
            after[511] = after[511].wrapping_sub(sum(after));
        }
    }
}

/// The bytes of each word exchanged, as ATA has its texts.
fn swapped(bytes: &[u8]) -> Vec<u8> {
    let (words, odd) = bytes.as_chunks::<2>();
    words.iter().flat_map(|[first, second]| [*second, *first]).chain(odd.iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_that_was_wrong_stays_as_it_was() {
        let mut right = [3_u8; 512];
        right[511] = 0_u8.wrapping_sub([3_u8; 511].iter().fold(0, |sum, byte| sum.wrapping_add(*byte)));
        let mut wrong = right;
        wrong[511] ^= 1;
        let before = [right, wrong].concat();
        let mut after = before.clone();
        after[0] = 0;
        after[512] = 0;
        after[1023] = 0;
        mend(&before, &mut after);
        assert_eq!(after[..512].iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte)), 0);
        assert_eq!(after[1023], wrong[511]);
    }
}
