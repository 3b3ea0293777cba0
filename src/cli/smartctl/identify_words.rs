//! What the words of IDENTIFY DEVICE say (ACS-5, 7.13; obsolete ones by the standard that had them last).

/// What is in a word, or in several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// A number, or bits.
    Number,
    /// Characters, the two of a word swapped.
    Text,
    /// Characters, or a number, that tell this disk from all others.
    Identity,
}

/// One word, or several that belong together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words {
    pub(super) first: u8,
    pub(super) last: u8,
    pub(super) content: Content,
    pub(super) name: &'static str,
    /// Bits: the highest, the lowest, what they say.
    pub(super) bits: &'static [(u8, u8, &'static str)],
}

const fn number(word: u8, name: &'static str, bits: &'static [(u8, u8, &'static str)]) -> Words {
    Words { first: word, last: word, content: Content::Number, name, bits }
}

const fn words(first: u8, last: u8, content: Content, name: &'static str) -> Words {
    Words { first, last, content, name, bits: &[] }
}

/// In the order of the words; those that are not named are reserved or obsolete.
#[rustfmt::skip]
pub(super) const WORDS: &[Words] = &[
    number(0, "General configuration", &[(15, 15, "No ATA device"), (2, 2, "Data incomplete")]),
    number(1, "Logical cylinders (obsolete)", &[]),
    number(2, "Specific configuration", &[]),
    number(3, "Logical heads (obsolete)", &[]),
    number(6, "Sectors per track (obsolete)", &[]),
    words(10, 19, Content::Identity, "Serial number"),
    words(23, 26, Content::Text, "Firmware revision"),
    words(27, 46, Content::Text, "Model number"),
    number(47, "Sectors per DRQ data block", &[(15, 8, "80h"), (7, 0, "Most sectors per DRQ data block")]),
    number(48, "Trusted Computing", &[(15, 14, "01b"), (0, 0, "Trusted Computing feature set")]),
    number(49, "Capabilities", &[
        (13, 13, "Standby timer as the standard has it"), (11, 11, "IORDY"), (10, 10, "IORDY can be switched off"),
        (9, 9, "LBA"), (8, 8, "DMA"), (1, 0, "Reporting of misaligned writes"),
    ]),
    number(50, "Capabilities", &[(15, 14, "01b"), (0, 0, "The standby timer has a minimum of its own")]),
    number(53, "Which words are valid", &[
        (15, 8, "Free-fall sensitivity"), (2, 2, "Word 88"), (1, 1, "Words 64 to 70"), (0, 0, "Words 54 to 58 (obsolete)"),
    ]),
    number(59, "Sanitize, sectors per DRQ data block", &[
        (15, 15, "BLOCK ERASE EXT"), (14, 14, "OVERWRITE EXT"), (13, 13, "CRYPTO SCRAMBLE EXT"),
        (12, 12, "Sanitize feature set"), (11, 11, "Commands allowed during sanitize as in ACS-3 and later"),
        (10, 10, "SANITIZE ANTIFREEZE LOCK EXT"), (8, 8, "Bits 7:0 are valid"), (7, 0, "Sectors per DRQ data block now"),
    ]),
    words(60, 61, Content::Number, "User addressable sectors, 28 bits"),
    number(63, "Multiword DMA", &[
        (10, 10, "Mode 2 selected"), (9, 9, "Mode 1 selected"), (8, 8, "Mode 0 selected"),
        (2, 2, "Mode 2 and below"), (1, 1, "Mode 1 and below"), (0, 0, "Mode 0"),
    ]),
    number(64, "PIO", &[(1, 1, "Mode 4"), (0, 0, "Mode 3")]),
    number(65, "Shortest Multiword DMA cycle, ns", &[]),
    number(66, "Multiword DMA cycle that the maker recommends, ns", &[]),
    number(67, "Shortest PIO cycle without IORDY, ns", &[]),
    number(68, "Shortest PIO cycle with IORDY, ns", &[]),
    number(69, "Additional support", &[
        (15, 15, "CFast"), (14, 14, "Reads after trim are deterministic"), (13, 13, "Control of misalignment reports"),
        (11, 11, "READ BUFFER DMA"), (10, 10, "WRITE BUFFER DMA"), (8, 8, "DOWNLOAD MICROCODE DMA"), (7, 7, "IEEE 1667"),
        (6, 6, "28-bit commands are optional"), (5, 5, "Trimmed sectors read as zeros"), (4, 4, "All user data are encrypted"),
        (3, 3, "More sectors than 28 bits count: words 230 to 233"), (2, 2, "The write cache is non-volatile"),
        (1, 0, "Zoned: 1 host aware, 2 device managed"),
    ]),
    number(75, "Queue depth", &[(4, 0, "Depth - 1")]),
    number(76, "Serial ATA capabilities", &[
        (15, 15, "READ LOG DMA EXT is as READ LOG EXT"), (14, 14, "Device initiated slumber"), (13, 13, "Host initiated slumber"),
        (12, 12, "NCQ priority"), (11, 11, "Unload while NCQ commands are outstanding"), (10, 10, "Phy event counters"),
        (9, 9, "Host initiated power management"), (8, 8, "NCQ"), (3, 3, "6.0 Gb/s"), (2, 2, "3.0 Gb/s"), (1, 1, "1.5 Gb/s"),
    ]),
    number(77, "Serial ATA capabilities, continued", &[
        (9, 9, "Out of band management"), (8, 8, "Power disable always on"), (7, 7, "DevSleep to reduced power state"),
        (6, 6, "RECEIVE and SEND FPDMA QUEUED"), (5, 5, "NCQ NON-DATA"), (4, 4, "NCQ streaming"),
        (3, 1, "Speed now: 1 1.5, 2 3.0, 3 6.0 Gb/s"),
    ]),
    number(78, "Serial ATA features", &[
        (12, 12, "Power disable"), (11, 11, "Rebuild assist"), (9, 9, "Hybrid information"), (8, 8, "DevSleep"),
        (7, 7, "NCQ autosense"), (6, 6, "Software settings preservation"), (5, 5, "Hardware features control"),
        (4, 4, "In-order data delivery"), (3, 3, "Device initiated power management"), (2, 2, "DMA setup auto-activation"),
        (1, 1, "Non-zero buffer offsets"),
    ]),
    number(79, "Serial ATA features that are on", &[
        (11, 11, "Rebuild assist"), (10, 10, "Power disable"), (9, 9, "Hybrid information"), (8, 8, "DevSleep"),
        (7, 7, "Automatic partial to slumber"), (6, 6, "Software settings preservation"), (5, 5, "Hardware features control"),
        (4, 4, "In-order data delivery"), (3, 3, "Device initiated power management"), (2, 2, "DMA setup auto-activation"),
        (1, 1, "Non-zero buffer offsets"),
    ]),
    number(80, "Major version", &[
        (12, 12, "ACS-5"), (11, 11, "ACS-4"), (10, 10, "ACS-3"), (9, 9, "ACS-2"), (8, 8, "ATA8-ACS"), (7, 7, "ATA/ATAPI-7"),
        (6, 6, "ATA/ATAPI-6"), (5, 5, "ATA/ATAPI-5"), (4, 4, "ATA/ATAPI-4"), (3, 3, "ATA-3"), (2, 2, "ATA-2"), (1, 1, "ATA-1"),
    ]),
    number(81, "Minor version", &[]),
    number(82, "Commands and feature sets", &[
        (14, 14, "NOP"), (13, 13, "READ BUFFER"), (12, 12, "WRITE BUFFER"), (10, 10, "Host protected area"), (9, 9, "DEVICE RESET"),
        (6, 6, "Read look-ahead"), (5, 5, "Volatile write cache"), (4, 4, "PACKET"), (3, 3, "Power management"), (1, 1, "Security"), (0, 0, "SMART"),
    ]),
    number(83, "Commands and feature sets", &[
        (15, 14, "01b"), (13, 13, "FLUSH CACHE EXT"), (12, 12, "FLUSH CACHE"), (11, 11, "Device configuration overlay"),
        (10, 10, "48-bit addresses"), (9, 9, "Automatic acoustic management"), (8, 8, "SET MAX security"),
        (6, 6, "SET FEATURES needed to spin up"), (5, 5, "Power-up in standby"), (3, 3, "Advanced power management"), (0, 0, "DOWNLOAD MICROCODE"),
    ]),
    number(84, "Commands and feature sets", &[
        (15, 14, "01b"), (13, 13, "IDLE IMMEDIATE with UNLOAD"), (8, 8, "World wide name"), (7, 7, "WRITE DMA QUEUED FUA EXT"),
        (6, 6, "WRITE DMA FUA EXT"), (5, 5, "General purpose logging"), (4, 4, "Streaming"), (1, 1, "SMART self-test"), (0, 0, "SMART error logging"),
    ]),
    number(85, "Commands and feature sets that are on", &[
        (14, 14, "NOP"), (13, 13, "READ BUFFER"), (12, 12, "WRITE BUFFER"), (10, 10, "Host protected area"), (9, 9, "DEVICE RESET"),
        (6, 6, "Read look-ahead"), (5, 5, "Volatile write cache"), (4, 4, "PACKET"), (3, 3, "Power management"), (1, 1, "Security"), (0, 0, "SMART"),
    ]),
    number(86, "Commands and feature sets that are on", &[
        (15, 15, "Words 119 and 120 are valid"), (13, 13, "FLUSH CACHE EXT"), (12, 12, "FLUSH CACHE"), (11, 11, "Device configuration overlay"),
        (10, 10, "48-bit addresses"), (9, 9, "Automatic acoustic management"), (8, 8, "SET MAX security"),
        (6, 6, "SET FEATURES needed to spin up"), (5, 5, "Power-up in standby"), (3, 3, "Advanced power management"), (0, 0, "DOWNLOAD MICROCODE"),
    ]),
    number(87, "Commands and feature sets that are on", &[
        (15, 14, "01b"), (13, 13, "IDLE IMMEDIATE with UNLOAD"), (8, 8, "World wide name"), (6, 6, "WRITE DMA FUA EXT"),
        (5, 5, "General purpose logging"), (2, 2, "Media serial number"), (1, 1, "SMART self-test"), (0, 0, "SMART error logging"),
    ]),
    number(88, "Ultra DMA", &[
        (14, 14, "Mode 6 selected"), (13, 13, "Mode 5 selected"), (12, 12, "Mode 4 selected"), (11, 11, "Mode 3 selected"),
        (10, 10, "Mode 2 selected"), (9, 9, "Mode 1 selected"), (8, 8, "Mode 0 selected"), (6, 6, "Mode 6 and below"),
        (5, 5, "Mode 5 and below"), (4, 4, "Mode 4 and below"), (3, 3, "Mode 3 and below"), (2, 2, "Mode 2 and below"),
        (1, 1, "Mode 1 and below"), (0, 0, "Mode 0"),
    ]),
    number(89, "Time of SECURITY ERASE UNIT", &[(15, 15, "15 bits count"), (14, 0, "Time, in units of 2 minutes")]),
    number(90, "Time of the enhanced SECURITY ERASE UNIT", &[(15, 15, "15 bits count"), (14, 0, "Time, in units of 2 minutes")]),
    number(91, "Advanced power management", &[(7, 0, "Level")]),
    number(92, "Master password identifier", &[]),
    number(93, "Hardware reset (parallel ATA)", &[(15, 14, "01b")]),
    number(94, "Automatic acoustic management", &[(15, 8, "Level that the maker recommends"), (7, 0, "Level")]),
    number(95, "Streaming: least request, sectors", &[]),
    number(96, "Streaming: time of a DMA transfer", &[]),
    number(97, "Streaming: access latency", &[]),
    words(98, 99, Content::Number, "Streaming: granularity"),
    words(100, 103, Content::Number, "User addressable sectors, 48 bits"),
    number(104, "Streaming: time of a PIO transfer", &[]),
    number(105, "Most 512-byte blocks of one DATA SET MANAGEMENT", &[]),
    number(106, "Sector sizes", &[
        (15, 14, "01b"), (13, 13, "Several logical sectors in a physical one"), (12, 12, "Logical sectors are longer than 512 bytes"),
        (3, 0, "Logical sectors in a physical one, as a power of 2"),
    ]),
    number(107, "Inter-seek delay, microseconds", &[]),
    words(108, 111, Content::Identity, "World wide name"),
    words(117, 118, Content::Number, "Length of a logical sector, in words"),
    number(119, "Commands and feature sets, continued", &[
        (15, 14, "01b"), (9, 9, "Device statistics notification"), (8, 8, "Accessible maximum address"), (7, 7, "Extended power conditions"),
        (6, 6, "Sense data reporting"), (5, 5, "Free-fall control"), (4, 4, "DOWNLOAD MICROCODE in segments"),
        (3, 3, "READ and WRITE LOG DMA EXT"), (2, 2, "WRITE UNCORRECTABLE EXT"), (1, 1, "Write-read-verify"),
    ]),
    number(120, "Commands and feature sets that are on, continued", &[
        (15, 14, "01b"), (9, 9, "Device statistics notification"), (7, 7, "Extended power conditions"), (6, 6, "Sense data reporting"),
        (5, 5, "Free-fall control"), (4, 4, "DOWNLOAD MICROCODE in segments"), (3, 3, "READ and WRITE LOG DMA EXT"),
        (2, 2, "WRITE UNCORRECTABLE EXT"), (1, 1, "Write-read-verify"),
    ]),
    number(128, "Security", &[
        (8, 8, "Master password capability: maximum"), (5, 5, "Enhanced erase"), (4, 4, "Too many attempts"),
        (3, 3, "Frozen"), (2, 2, "Locked"), (1, 1, "On"), (0, 0, "Supported"),
    ]),
    words(129, 159, Content::Number, "Vendor specific"),
    number(168, "Form factor", &[(3, 0, "2 3.5, 3 2.5, 4 1.8, 5 smaller than 1.8 inches, 6 mSATA, 7 M.2")]),
    number(169, "DATA SET MANAGEMENT", &[(0, 0, "Trim")]),
    words(170, 173, Content::Text, "Additional product identifier"),
    words(176, 205, Content::Text, "Media serial number"),
    number(206, "SCT Command Transport", &[
        (15, 12, "Vendor specific"), (5, 5, "Data tables"), (4, 4, "Feature control"), (3, 3, "Error recovery control"),
        (2, 2, "Write same"), (0, 0, "Supported"),
    ]),
    number(209, "Alignment", &[(15, 14, "01b"), (13, 0, "Offset of logical sector 0 in its physical one")]),
    words(210, 211, Content::Number, "Write-read-verify: sectors, mode 3"),
    words(212, 213, Content::Number, "Write-read-verify: sectors, mode 2"),
    number(217, "Rotation: 1 none, otherwise turns per minute", &[]),
    number(220, "Write-read-verify", &[(7, 0, "Mode now")]),
    number(222, "Transport, major version", &[
        (15, 12, "Type: 1 serial"), (9, 9, "SATA 3.5"), (8, 8, "SATA 3.4"), (7, 7, "SATA 3.3"), (6, 6, "SATA 3.2"), (5, 5, "SATA 3.1"),
        (4, 4, "SATA 3.0"), (3, 3, "SATA 2.6"), (2, 2, "SATA 2.5"), (1, 1, "SATA II extensions"), (0, 0, "SATA 1.0a"),
    ]),
    number(223, "Transport, minor version", &[]),
    words(230, 233, Content::Number, "User addressable sectors, extended"),
    number(234, "DOWNLOAD MICROCODE: fewest 512-byte blocks", &[]),
    number(235, "DOWNLOAD MICROCODE: most 512-byte blocks", &[]),
    number(255, "Integrity", &[(15, 8, "Checksum"), (7, 0, "Signature, A5h")]),
];
