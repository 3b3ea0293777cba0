//! The commands that the kernel sent to a disk, from its own trace: their number, and that each only reads.

/// `scsi_dispatch_cmd_start` and `nvme_setup_cmd` between two marks.
#[derive(Debug, Default)]
pub(crate) struct Commands {
    pub(crate) count: usize,
    /// Those that may change a disk, as the kernel prints them.
    pub(crate) harmful: Vec<String>,
}

impl Commands {
    /// Those to the disk at `path` of sysfs after the mark `begin MARK`.
    pub(crate) fn read(trace: &str, mark: &str, path: Option<&str>) -> Self {
        let Some(address) = path.and_then(Address::of) else { return Self::default() };
        let begin = format!("tracing_mark_write: begin {mark}");
        let mut lines = trace.lines().skip_while(|line| !line.ends_with(&begin));
        lines.next();
        let lines = lines.take_while(|line| !line.ends_with("tracing_mark_write: end"));
        let mut commands = Self::default();
        for line in lines.filter(|line| address.is_in(line)) {
            commands.count += 1;
            if !only_reads(line) {
                commands.harmful.push(line.split_once(": ").map_or(line, |(_, event)| event).to_owned());
            }
        }
        commands
    }
}

/// How the trace names a disk.
struct Address(String);

impl Address {
    fn of(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.split('/').collect();
        if let Some(at) = parts.iter().position(|part| *part == "nvme") {
            return Some(Self(format!("nvme_setup_cmd: {}: qid=0,", parts.get(at + 1)?)));
        }
        let block = parts.iter().position(|part| *part == "block")?;
        let numbers: Vec<&str> = parts.get(block.checked_sub(1)?)?.split(':').collect();
        let [host, channel, id, lun] = numbers.as_slice() else { return None };
        Some(Self(format!("host_no={host} channel={channel} id={id} lun={lun} ")))
    }

    fn is_in(&self, line: &str) -> bool {
        line.contains(&self.0)
    }
}

/// Is this a command that cannot change the disk, nor what is on it? Data of the medium is not read either.
fn only_reads(line: &str) -> bool {
    if let Some((_, command)) = line.split_once("cmd=(nvme_admin_") {
        return ["identify ", "get_log_page ", "get_features "].iter().any(|name| command.starts_with(name));
    }
    let Some((_, raw)) = line.split_once(" raw=") else { return false };
    let cdb: Vec<u8> = raw.split([' ', ')']).map_while(|byte| u8::from_str_radix(byte, 16).ok()).collect();
    match cdb.as_slice() {
        // TEST UNIT READY, REQUEST SENSE, INQUIRY, MODE SENSE (6, 10), READ CAPACITY (10), LOG SENSE, READ DEFECT DATA (10, 12).
        [0x00 | 0x03 | 0x12 | 0x1a | 0x5a | 0x25 | 0x4d | 0x37 | 0xb7, ..] => true,
        // READ CAPACITY (16); REPORT LUNS; REPORT SUPPORTED OPERATION CODES.
        [0x9e, 0x10, ..] | [0xa0, ..] | [0xa3, 0x0c, ..] => true,
        // ATA PASS-THROUGH (12) and (16): features, LBA low, command.
        [0xa1, _, _, features, _, low, _, _, _, command, ..] => ata_only_reads(*features, *low, *command),
        [0x85, _, _, _, features, _, _, _, low, _, _, _, _, _, command, ..] => {
            ata_only_reads(*features, *low, *command)
        }
        _ => false,
    }
}

fn ata_only_reads(features: u8, lba_low: u8, command: u8) -> bool {
    match command {
        // IDENTIFY (PACKET) DEVICE, CHECK POWER MODE, READ LOG (DMA) EXT.
        0xec | 0xa1 | 0xe5 | 0x2f | 0x47 => true,
        // SMART READ DATA, READ THRESHOLDS, READ LOG, RETURN STATUS; WRITE LOG for an SCT command.
        0xb0 => matches!(features, 0xd0 | 0xd1 | 0xd5 | 0xda) || (features == 0xd6 && lba_low == 0xe0),
        // WRITE LOG EXT for an SCT command.
        0x3f => lba_low == 0xe0,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::only_reads;

    #[test]
    fn reading_commands_are_told_from_others() {
        for reads in [
            "cmnd=(INQUIRY - raw=12 00 00 00 24 00)",
            "cmnd=(ATA_16 - raw=85 08 0e 00 d0 00 01 00 00 00 4f 00 c2 00 b0 00)",
            "cmnd=(ATA_16 - raw=85 09 0e 00 00 00 01 00 04 00 01 00 00 00 2f 00)",
            "cmd=(nvme_admin_get_log_page cdw10=02 00 7f 00)",
        ] {
            assert!(only_reads(reads), "{reads}");
        }
        for changes in [
            "cmnd=(MODE_SELECT_10 - raw=55 10 00 00 00 00 00 00 20 00)",
            "cmnd=(READ_10 lba=0 txlen=8 protect=0 raw=28 00 00 00 00 00 00 00 08 00)",
            "cmnd=(ATA_16 - raw=85 08 0e 00 d4 00 00 00 01 00 4f 00 c2 00 b0 00)",
            "cmnd=(ATA_16 - raw=85 0b 0e 00 00 00 01 00 04 00 00 00 00 00 3f 00)",
            "cmd=(nvme_admin_format_nvm cdw10=00 00 00 00)",
            "cmd=(nvme_admin_set_features fid=0x4)",
        ] {
            assert!(!only_reads(changes), "{changes}");
        }
    }
}
