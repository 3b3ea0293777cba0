//! Which commands would change a drive, what is on it or what it does: all that are not known to read.

use crate::command::PassThrough;

/// Would it?
pub(crate) fn would_change(cdb: &[u8; 32], sent: &[u8]) -> bool {
    if let Some(passed) = PassThrough::decode(cdb) {
        return ata_would_change(&passed, sent);
    }
    match cdb {
        // LOG SENSE with SP saves parameters.
        [0x4d, flags, ..] => flags & 1 != 0,
        // TEST UNIT READY, REQUEST SENSE, INQUIRY, MODE SENSE, RECEIVE DIAGNOSTIC RESULTS.
        [0x00 | 0x03 | 0x12 | 0x1a | 0x5a | 0x1c, ..]
        // READ, VERIFY, PRE-FETCH of all lengths; SYNCHRONIZE CACHE, which the kernel sends as it lets a disk go.
        | [0x08 | 0x28 | 0x88 | 0xa8 | 0x2f | 0x8f | 0xaf | 0x34 | 0x90 | 0x35 | 0x91, ..]
        // READ CAPACITY, READ DEFECT DATA, READ BUFFER, READ LONG, PERSISTENT RESERVE IN.
        | [0x25 | 0x37 | 0xb7 | 0x3c | 0x3e | 0x5e, ..]
        // SERVICE ACTION IN, ZONING IN, REPORT LUNS, SECURITY PROTOCOL IN, MAINTENANCE IN.
        | [0x9e | 0xab | 0x95 | 0xa0 | 0xa2 | 0xa3, ..] => false,
        _ => true,
    }
}

fn ata_would_change(passed: &PassThrough, sent: &[u8]) -> bool {
    match (passed.command, passed.feature) {
        // IDENTIFY (PACKET) DEVICE, CHECK POWER MODE, READ LOG (DMA) EXT, READ NATIVE MAX ADDRESS (EXT).
        (0xec | 0xa1 | 0xe5 | 0x98 | 0x2f | 0x47 | 0xf8 | 0x27, _) => false,
        // FLUSH CACHE (EXT), READ VERIFY SECTORS (EXT).
        (0xe7 | 0xea | 0x40 | 0x42, _) => false,
        // SMART READ DATA, READ THRESHOLDS, READ LOG, RETURN STATUS.
        (0xb0, 0xd0 | 0xd1 | 0xd5 | 0xda) => false,
        // SMART WRITE LOG and WRITE LOG (DMA) EXT of an SCT command that reads.
        (0xb0, 0xd6) | (0x3f | 0x57, _) if passed.address() == 0xe0 => !sct_reads(sent),
        _ => true,
    }
}

/// SCT Data Table, read; Error Recovery Control, get; Feature Control, get and get option flags (ACS-5).
fn sct_reads(sent: &[u8]) -> bool {
    matches!(sent, [5, 0, 1, 0, ..] | [3, 0, 2, 0, ..] | [4, 0, 2 | 3, 0, ..])
}

#[cfg(test)]
mod tests {
    use super::would_change;

    fn changes(bytes: &[u8], sent: &[u8]) -> bool {
        let mut cdb = [0; 32];
        cdb[..bytes.len()].copy_from_slice(bytes);
        would_change(&cdb, sent)
    }

    const SCT: [u8; 16] = [0x85, 0x0a, 0x26, 0, 0xd6, 0, 1, 0, 0xe0, 0, 0x4f, 0, 0xc2, 0, 0xb0, 0];

    #[test]
    fn reading_is_no_harm() {
        assert!(!changes(&[0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0], &[]));
        assert!(!changes(&[0x4d, 0, 0x4d, 0, 0, 0, 0, 0, 64, 0], &[]));
        assert!(!changes(&SCT, &[3, 0, 2, 0, 1, 0]));
        assert!(!changes(&[0x85, 0x08, 0x0e, 0, 0xd0, 0, 1, 0, 0, 0, 0x4f, 0, 0xc2, 0, 0xb0, 0], &[]));
    }

    #[test]
    fn everything_else_is() {
        // WRITE (10), MODE SELECT, FORMAT UNIT, START STOP UNIT, LOG SELECT, UNMAP, an unknown one.
        for opcode in [0x2a, 0x15, 0x04, 0x1b, 0x4c, 0x42, 0xff] {
            assert!(changes(&[opcode], &[]), "{opcode:#x}");
        }
        assert!(changes(&[0x4d, 1, 0x4d, 0, 0, 0, 0, 0, 64, 0], &[]), "LOG SENSE that saves");
        assert!(changes(&SCT, &[3, 0, 1, 0, 1, 0, 70, 0]), "SCT Error Recovery Control, set");
        assert!(changes(&SCT, &[]), "an SCT command that is not there");
        // SMART EXECUTE OFF-LINE IMMEDIATE, DISABLE OPERATIONS; SET FEATURES; STANDBY IMMEDIATE.
        for (feature, command) in [(0xd4, 0xb0), (0xd9, 0xb0), (0x02, 0xef), (0, 0xe0)] {
            let cdb = [0x85, 0x06, 0, 0, feature, 0, 0, 0, 0, 0, 0x4f, 0, 0xc2, 0, command, 0];
            assert!(changes(&cdb, &[]), "{command:#x}/{feature:#x}");
        }
    }
}
