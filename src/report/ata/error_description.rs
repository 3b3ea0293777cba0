//! `error_description`: what the bits of STATUS and ERROR mean, which depends on the command.

use std::fmt::Write;

use crate::decode::ata::LoggedError;
use crate::decode::bytes::bit;

/// What the ERROR register of a command means.
struct Meaning {
    /// Names of bits 7 to 0; empty: the bit means nothing.
    bits: [&'static str; 8],
    /// Does the command have an address?
    address: bool,
    /// Does COUNT tell the sectors that were left?
    sectors: bool,
}

const fn plain(bits: [&'static str; 8]) -> Option<Meaning> {
    Some(Meaning { bits, address: false, sectors: false })
}

const fn media(bits: [&'static str; 8]) -> Option<Meaning> {
    Some(Meaning { bits, address: true, sectors: false })
}

const fn counted(bits: [&'static str; 8]) -> Option<Meaning> {
    Some(Meaning { bits, address: true, sectors: true })
}

fn meaning(command: u8, feature: u8) -> Option<Meaning> {
    match (command, feature) {
        (0x00 | 0xa1 | 0xc6 | 0xe4 | 0xe8 | 0xef, _) => plain(["", "", "", "", "", "ABRT", "", ""]),
        (0x10, _) => plain(["", "", "", "", "", "ABRT", "TK0NF", ""]),
        (0x20 | 0x21 | 0x24 | 0x29 | 0x40 | 0x41 | 0x42 | 0xc4, _) => {
            media(["", "UNC", "MC", "IDNF", "MCR", "ABRT", "NM", "AMNF"])
        }
        (0x22 | 0x23, _) => media(["", "", "", "IDNF", "", "ABRT", "", "AMNF"]),
        (0x26 | 0x60 | 0xc7 | 0xc9, _) => media(["ICRC", "UNC", "MC", "IDNF", "MCR", "ABRT", "NM", "AMNF"]),
        (0x25 | 0xc8, _) => counted(["ICRC", "UNC", "MC", "IDNF", "MCR", "ABRT", "NM", "AMNF"]),
        (0x2a, _) => counted(["ICRC", "UNC", "MC", "IDNF", "MCR", "ABRT", "NM", "CCTO"]),
        (0x2b, _) => counted(["", "UNC", "MC", "IDNF", "MCR", "ABRT", "NM", "CCTO"]),
        (0x2f, _) | (0xb0, 0xd0 | 0xd1 | 0xd5) => plain(["", "UNC", "", "IDNF", "", "ABRT", "", "obs"]),
        (0x3f, _) | (0xb0, 0xd6) => plain(["", "", "", "IDNF", "", "ABRT", "", "obs"]),
        (0x30 | 0x31 | 0x34 | 0x39 | 0xc5 | 0xce, _) => {
            media(["", "WP", "MC", "IDNF", "MCR", "ABRT", "NM", ""])
        }
        (0x32 | 0x33, _) => media(["", "", "", "IDNF", "", "ABRT", "", ""]),
        (0x36 | 0x3d | 0x3e | 0x61 | 0xca | 0xcb | 0xcc, _) => {
            media(["ICRC", "WP", "MC", "IDNF", "MCR", "ABRT", "NM", "AMNF"])
        }
        (0x35, _) => counted(["ICRC", "WP", "MC", "IDNF", "MCR", "ABRT", "NM", "AMNF"]),
        (0x3a, _) => counted(["ICRC", "WP", "MC", "IDNF", "MCR", "ABRT", "NM", "CCTO"]),
        (0x3b, _) => counted(["", "WP", "MC", "IDNF", "MCR", "ABRT", "NM", "CCTO"]),
        (0x3c, _) => media(["", "UNC", "", "IDNF", "", "ABRT", "", "AMNF"]),
        (0xa0, _) => plain([
            "Sense key (bit 3)",
            "Sense key (bit 2)",
            "Sense key (bit 1)",
            "Sense key (bit 0)",
            "",
            "ABRT",
            "EOM",
            "ILI",
        ]),
        (0xb0, 0xd2 | 0xd3 | 0xd8..=0xdb) | (0xb1, 0xc0) => plain(["", "", "", "", "", "ABRT", "", ""]),
        (0xb0, 0xd4) => plain(["", "", "", "IDNF", "", "ABRT", "", ""]),
        _ => None,
    }
}

/// Describes `error` at `lba`. `None`: nothing is known of its command, or there is nothing to say.
pub(super) fn of(error: &LoggedError, lba: u64) -> Option<String> {
    let (command, feature) =
        error.commands.last()?.map_or((0, 0), |command| (command.command, command.feature));
    let meaning = meaning(command, feature.to_le_bytes()[0])?;
    let mut text = String::new();
    if bit(error.status, 5) {
        text.push_str("Device Fault");
    }
    if bit(error.status, 0) {
        text.push_str(if text.is_empty() { "Error: " } else { "; Error: " });
        let set = (0..8)
            .rev()
            .zip(meaning.bits)
            .filter(|&(number, name)| bit(error.error, number) && !name.is_empty());
        for (index, (_, name)) in set.enumerate() {
            text.push_str(if index == 0 { "" } else { ", " });
            text.push_str(name);
        }
    }
    if meaning.sectors && error.count != 0 {
        _ = write!(text, " {} sectors", error.count);
    }
    if meaning.address {
        // As smartctl has it: DEVICE bits 3:0 are LBA bits 27:24 of 28-bit commands, and are put there in any case.
        let lba = lba | u64::from(error.device & 0xf) << 24;
        _ = write!(text, " at LBA = {lba:#010x} = {lba}");
    }
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::ata::LoggedCommand;

    fn error(command: u8, status: u8, error: u8) -> LoggedError {
        let command = LoggedCommand {
            device_control: 0,
            feature: 0,
            count: 0,
            lba: 0,
            device: 0,
            command,
            milliseconds: 1,
        };
        LoggedError {
            device_control: 0,
            error,
            count: 7,
            lba: 0x0102_0304,
            device: 0xe0,
            status,
            state: 3,
            hours: 9,
            commands: [None, None, None, None, Some(command)],
        }
    }

    #[test]
    fn bits_depend_on_the_command() {
        let text = |command, status, bits| of(&error(command, status, bits), 0x0102_0304);
        assert_eq!(text(0x60, 0x51, 0x40).as_deref(), Some("Error: UNC at LBA = 0x01020304 = 16909060"));
        assert_eq!(
            text(0x35, 0x51, 0x14).as_deref(),
            Some("Error: IDNF, ABRT 7 sectors at LBA = 0x01020304 = 16909060")
        );
        assert_eq!(text(0xef, 0x71, 0xff).as_deref(), Some("Device Fault; Error: ABRT"));
        assert_eq!(text(0x20, 0x50, 0xff).as_deref(), Some(" at LBA = 0x01020304 = 16909060"));
        assert_eq!((text(0xef, 0x50, 0xff), text(0xec, 0x51, 0x04)), (None, None));
    }
}
