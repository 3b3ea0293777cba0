//! Names of ATA commands and their subcommands, as the standards from ATA-1 to ACS-4 have them; in brackets since when
//! one is obsolete or retired.

/// Name of `command`, whose subcommand may stand in `feature`.
pub(super) fn of(command: u8, feature: u8) -> &'static str {
    match command {
        0x00 => nop(feature),
        0x03 => "CFA REQUEST EXTENDED ERROR",
        0x06 => "DATA SET MANAGEMENT",
        0x08 => "DEVICE RESET",
        0x0b => "REQUEST SENSE DATA EXT",
        0x10 => "RECALIBRATE [OBS-4]",
        0x11..=0x1f => "RECALIBRATE [RET-4]",
        0x20 => "READ SECTOR(S)",
        0x21 => "READ SECTOR(S) [OBS-5]",
        0x22 => "READ LONG [OBS-4]",
        0x23 => "READ LONG (w/o retry) [OBS-4]",
        0x24 => "READ SECTOR(S) EXT",
        0x25 => "READ DMA EXT",
        0x26 => "READ DMA QUEUED EXT [OBS-ACS-2]",
        0x27 => "READ NATIVE MAX ADDRESS EXT [OBS-ACS-3]",
        0x29 => "READ MULTIPLE EXT",
        0x2a => "READ STREAM DMA",
        0x2b => "READ STREAM",
        0x2f => "READ LOG EXT",
        0x30 => "WRITE SECTOR(S)",
        0x31 => "WRITE SECTOR(S) (w/o retry) [OBS-5]",
        0x32 => "WRITE LONG [OBS-4]",
        0x33 => "WRITE LONG (w/o retry) [OBS-4]",
        0x34 => "WRITE SECTORS(S) EXT",
        0x35 => "WRITE DMA EXT",
        0x36 => "WRITE DMA QUEUED EXT [OBS-ACS-2]",
        0x37 => "SET NATIVE MAX ADDRESS EXT [OBS-ACS-3]",
        0x38 => "CFA WRITE SECTORS WITHOUT ERASE",
        0x39 => "WRITE MULTIPLE EXT",
        0x3a => "WRITE STREAM DMA",
        0x3b => "WRITE STREAM",
        0x3c => "WRITE VERIFY [OBS-4]",
        0x3d => "WRITE DMA FUA EXT",
        0x3e => "WRITE DMA QUEUED FUA EXT [OBS-ACS-2]",
        0x3f => "WRITE LOG EXT",
        0x40 => "READ VERIFY SECTOR(S)",
        0x41 => "READ VERIFY SECTOR(S) (w/o retry) [OBS-5]",
        0x42 => "READ VERIFY SECTOR(S) EXT",
        0x45 => "WRITE UNCORRECTABLE EXT",
        0x47 => "READ LOG DMA EXT",
        0x50 => "FORMAT TRACK [OBS-4]",
        0x51 => "CONFIGURE STREAM",
        0x57 => "WRITE LOG DMA EXT",
        0x5b => "TRUSTED NON-DATA",
        0x5c => "TRUSTED RECEIVE",
        0x5d => "TRUSTED RECEIVE DMA",
        0x5e => "TRUSTED SEND",
        0x5f => "TRUSTED SEND DMA",
        0x60 => "READ FPDMA QUEUED",
        0x61 => "WRITE FPDMA QUEUED",
        0x62 | 0x66..=0x67 => "[RESERVED FOR SERIAL ATA]",
        0x63 => "NCQ QUEUE MANAGEMENT",
        0x64 => "SEND FPDMA QUEUED",
        0x65 => "RECEIVE FPDMA QUEUED",
        0x70 => "SEEK [OBS-7]",
        0x71..=0x76 | 0x79..=0x7f => "SEEK [RET-4]",
        0x77 => "SET DATE & TIME EXT",
        0x78 => "ACCESSIBLE MAX ADDRESS CONFIGURATION",
        0x80..=0x86 | 0x88..=0x8f | 0x9a | 0xc1..=0xc3 | 0xf0 | 0xf7 | 0xfa..=0xff => "[VENDOR SPECIFIC]",
        0x87 => "CFA TRANSLATE SECTOR [VS IF NO CFA]",
        0x90 => "EXECUTE DEVICE DIAGNOSTIC",
        0x91 => "INITIALIZE DEVICE PARAMETERS [OBS-6]",
        0x92 => download_microcode(feature),
        0x93 => "DOWNLOAD MICROCODE DMA",
        0x94 => "STANDBY IMMEDIATE [RET-4]",
        0x95 => "IDLE IMMEDIATE [RET-4]",
        0x96 => "STANDBY [RET-4]",
        0x97 => "IDLE [RET-4]",
        0x98 => "CHECK POWER MODE [RET-4]",
        0x99 => "SLEEP [RET-4]",
        0xa0 => "PACKET",
        0xa1 => "IDENTIFY PACKET DEVICE",
        0xa2 => "SERVICE [OBS-ACS-2]",
        0xb0 => smart(feature),
        0xb1 => device_configuration(feature),
        0xb4 => "SANITIZE DEVICE",
        0xb6 => "NV CACHE [OBS-ACS-3]",
        0xb7..=0xbb => "[RESERVED FOR COMPACTFLASH ASSOCIATION]",
        0xc0 => "CFA ERASE SECTORS [VS IF NO CFA]",
        0xc4 => "READ MULTIPLE",
        0xc5 => "WRITE MULTIPLE",
        0xc6 => "SET MULTIPLE MODE",
        0xc7 => "READ DMA QUEUED [OBS-ACS-2]",
        0xc8 => "READ DMA",
        0xc9 => "READ DMA (w/o retry) [OBS-5]",
        0xca => "WRITE DMA",
        0xcb => "WRITE DMA (w/o retry) [OBS-5]",
        0xcc => "WRITE DMA QUEUED [OBS-ACS-2]",
        0xcd => "CFA WRITE MULTIPLE WITHOUT ERASE",
        0xce => "WRITE MULTIPLE FUA EXT",
        0xd1 => "CHECK MEDIA CARD TYPE [OBS-ACS-2]",
        0xd2..=0xd4 => "[RESERVED FOR MEDIA CARD PASS THROUGH]",
        0xda => "GET MEDIA STATUS [OBS-8]",
        0xdb => "ACKNOWLEDGE MEDIA CHANGE [RET-4]",
        0xdc => "BOOT POST-BOOT [RET-4]",
        0xdd => "BOOT PRE-BOOT [RET-4]",
        0xde => "MEDIA LOCK [OBS-8]",
        0xdf => "MEDIA UNLOCK [OBS-8]",
        0xe0 => "STANDBY IMMEDIATE",
        0xe1 => "IDLE IMMEDIATE",
        0xe2 => "STANDBY",
        0xe3 => "IDLE",
        0xe4 => "READ BUFFER",
        0xe5 => "CHECK POWER MODE",
        0xe6 => "SLEEP",
        0xe7 => "FLUSH CACHE",
        0xe8 => "WRITE BUFFER",
        0xe9 => "READ BUFFER DMA",
        0xea => "FLUSH CACHE EXT",
        0xeb => "WRITE BUFFER DMA",
        0xec => "IDENTIFY DEVICE",
        0xed => "MEDIA EJECT [OBS-8]",
        0xee => "IDENTIFY DEVICE DMA [OBS-4]",
        0xef => set_features(feature),
        0xf1 => "SECURITY SET PASSWORD",
        0xf2 => "SECURITY UNLOCK",
        0xf3 => "SECURITY ERASE PREPARE",
        0xf4 => "SECURITY ERASE UNIT",
        0xf5 => "SECURITY FREEZE LOCK",
        0xf6 => "SECURITY DISABLE PASSWORD",
        0xf8 => "READ NATIVE MAX ADDRESS [OBS-ACS-3]",
        0xf9 => set_max(feature),
        _ => "[RESERVED]",
    }
}

fn nop(feature: u8) -> &'static str {
    match feature {
        0x00 => "NOP [Abort queued commands]",
        0x01 => "NOP [Don't abort queued commands] [OBS-ACS-2]",
        _ => "NOP [Reserved subcommand] [OBS-ACS-2]",
    }
}

fn download_microcode(feature: u8) -> &'static str {
    match feature {
        0x01 => "DOWNLOAD MICROCODE [Temporary] [OBS-8]",
        0x03 => "DOWNLOAD MICROCODE [Save with offsets]",
        0x07 => "DOWNLOAD MICROCODE [Save]",
        0x0e => "DOWNLOAD MICROCODE [Save for future use]",
        0x0f => "DOWNLOAD MICROCODE [Activate]",
        _ => "DOWNLOAD MICROCODE [Reserved subcommand]",
    }
}

fn smart(feature: u8) -> &'static str {
    match feature {
        0xd0 => "SMART READ DATA",
        0xd1 => "SMART READ ATTRIBUTE THRESHOLDS [OBS-4]",
        0xd2 => "SMART ENABLE/DISABLE ATTRIBUTE AUTOSAVE",
        0xd3 => "SMART SAVE ATTRIBUTE VALUES [OBS-6]",
        0xd4 => "SMART EXECUTE OFF-LINE IMMEDIATE",
        0xd5 => "SMART READ LOG",
        0xd6 => "SMART WRITE LOG",
        0xd7 => "SMART WRITE ATTRIBUTE THRESHOLDS [NS, OBS-4]",
        0xd8 => "SMART ENABLE OPERATIONS",
        0xd9 => "SMART DISABLE OPERATIONS",
        0xda => "SMART RETURN STATUS",
        0xdb => "SMART EN/DISABLE AUTO OFFLINE [NS (SFF-8035i)]",
        0xe0..=0xff => "SMART [Vendor specific subcommand]",
        _ => "SMART [Reserved subcommand]",
    }
}

fn device_configuration(feature: u8) -> &'static str {
    match feature {
        0xc0 => "DEVICE CONFIGURATION RESTORE [OBS-ACS-3]",
        0xc1 => "DEVICE CONFIGURATION FREEZE LOCK [OBS-ACS-3]",
        0xc2 => "DEVICE CONFIGURATION IDENTIFY [OBS-ACS-3]",
        0xc3 => "DEVICE CONFIGURATION SET [OBS-ACS-3]",
        _ => "DEVICE CONFIGURATION [Reserved subcommand] [OBS-ACS-3]",
    }
}

fn set_features(feature: u8) -> &'static str {
    match feature {
        0x01 => "SET FEATURES [Enable 8-bit PIO] [OBS-3]",
        0x02 => "SET FEATURES [Enable write cache]",
        0x03 => "SET FEATURES [Set transfer mode]",
        0x04 => "SET FEATURES [Enable auto DR] [OBS-4]",
        0x05 => "SET FEATURES [Enable APM]",
        0x06 => "SET FEATURES [Enable Pwr-Up In Standby]",
        0x07 => "SET FEATURES [Set device spin-up]",
        0x09 => "SET FEATURES [Reserved (address offset)] [OPS-ACS-3]",
        0x0a => "SET FEATURES [Enable CFA power mode 1]",
        0x10 => "SET FEATURES [Enable SATA feature]",
        0x20 => "SET FEATURES [Set Time-ltd R/W WCT]",
        0x21 => "SET FEATURES [Set Time-ltd R/W EH]",
        0x31 => "SET FEATURES [Disable Media Status Notf] [OBS-8]",
        0x33 => "SET FEATURES [Disable retry] [OBS-4]",
        0x41 => "SET FEATURES [Enable Free-fall Control]",
        0x42 => "SET FEATURES [Enable AAM] [OBS-ACS-2]",
        0x43 => "SET FEATURES [Set Max Host I/F S Times]",
        0x44 => "SET FEATURES [Length of VS data] [OBS-4]",
        0x4a => "SET FEATURES [Ext. Power Conditions]",
        0x54 => "SET FEATURES [Set cache segs] [OBS-4]",
        0x55 => "SET FEATURES [Disable read look-ahead]",
        0x5d => "SET FEATURES [Enable release interrupt] [OBS-ACS-2]",
        0x5e => "SET FEATURES [Enable SERVICE interrupt] [OBS-ACS-2]",
        0x66 => "SET FEATURES [Disable revert defaults]",
        0x69 => "SET FEATURES [LPS Error Reporting Control]",
        0x77 | 0x88 => "SET FEATURES [Disable ECC] [OBS-4]",
        0x81 => "SET FEATURES [Disable 8-bit PIO] [OBS-3]",
        0x82 => "SET FEATURES [Disable write cache]",
        0x84 => "SET FEATURES [Disable auto DR] [OBS-4]",
        0x85 => "SET FEATURES [Disable APM]",
        0x86 => "SET FEATURES [Disable Pwr-Up In Standby]",
        0x89 => "SET FEATURES [Reserved (address offset)]",
        0x8a => "SET FEATURES [Disable CFA power mode 1]",
        0x90 => "SET FEATURES [Disable SATA feature]",
        0x95 => "SET FEATURES [Enable Media Status Notf] [OBS-8]",
        0x99 => "SET FEATURES [Enable retries] [OBS-4]",
        0x9a => "SET FEATURES [Set max avg curr] [OBS-4]",
        0xaa => "SET FEATURES [Enable read look-ahead]",
        0xab => "SET FEATURES [Set max prefetch] [OBS-4]",
        0xbb => "SET FEATURES [4 bytes VS data] [OBS-4]",
        0xc1 => "SET FEATURES [Disable Free-fall Control]",
        0xc2 => "SET FEATURES [Disable AAM] [OBS-ACS-2]",
        0xc3 => "SET FEATURES [Sense Data Reporting]",
        0xcc => "SET FEATURES [Enable revert to defaults]",
        0xdd => "SET FEATURES [Disable release interrupt] [OBS-ACS-2]",
        0xde => "SET FEATURES [Disable SERVICE interrupt] [OBS-ACS-2]",
        0xe0 => "SET FEATURES [Vendor specific] [OBS-7]",
        0xf0..=0xff => "SET FEATURES [Reserved for CFA]",
        _ => "SET FEATURES [Reserved subcommand]",
    }
}

fn set_max(feature: u8) -> &'static str {
    match feature {
        0x00 => "SET MAX ADDRESS [OBS-6]",
        0x01 => "SET MAX SET PASSWORD [OBS-ACS-3]",
        0x02 => "SET MAX LOCK [OBS-ACS-3]",
        0x03 => "SET MAX UNLOCK [OBS-ACS-3]",
        0x04 => "SET MAX FREEZE LOCK [OBS-ACS-3]",
        _ => "SET MAX [Reserved subcommand] [OBS-ACS-3]",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_with_and_without_subcommands() {
        assert_eq!(of(0xec, 0), "IDENTIFY DEVICE");
        assert_eq!(of(0x61, 0), "WRITE FPDMA QUEUED");
        assert_eq!(of(0xb0, 0xd5), "SMART READ LOG");
        assert_eq!(of(0xef, 0x02), "SET FEATURES [Enable write cache]");
        assert_eq!(of(0x01, 0), "[RESERVED]");
    }
}
