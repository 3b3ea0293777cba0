//! The statistics of ACS-5, by page and offset.

/// What the standard says of one statistic.
#[derive(Debug, PartialEq, Eq)]
pub struct Statistic {
    /// Its name, as the record has it.
    pub name: &'static str,
    /// Bytes of its value, from the lowest.
    pub bytes: u8,
    /// Is it a signed number?
    pub signed: bool,
}

const fn of(name: &'static str, bytes: u8) -> Statistic {
    Statistic { name, bytes, signed: false }
}

const fn degrees(name: &'static str) -> Statistic {
    Statistic { name, bytes: 1, signed: true }
}

/// Page 01h.
const GENERAL: &[Statistic] = &[
    of("Lifetime Power-On Resets", 4),
    of("Power-on Hours", 4),
    of("Logical Sectors Written", 6),
    of("Number of Write Commands", 6),
    of("Logical Sectors Read", 6),
    of("Number of Read Commands", 6),
    of("Date and Time TimeStamp", 6),
    of("Pending Error Count", 4),
    of("Workload Utilization", 2),
    of("Utilization Usage Rate", 6),
    of("Resource Availability", 7),
    of("Random Write Resources Used", 1),
];

/// Page 02h.
const FREE_FALL: &[Statistic] =
    &[of("Number of Free-Fall Events Detected", 4), of("Overlimit Shock Events", 4)];

/// Page 03h.
const ROTATING: &[Statistic] = &[
    of("Spindle Motor Power-on Hours", 4),
    of("Head Flying Hours", 4),
    of("Head Load Events", 4),
    of("Number of Reallocated Logical Sectors", 4),
    of("Read Recovery Attempts", 4),
    of("Number of Mechanical Start Failures", 4),
    of("Number of Realloc. Candidate Logical Sectors", 4),
    of("Number of High Priority Unload Events", 4),
];

/// Page 04h.
const ERRORS: &[Statistic] = &[
    of("Number of Reported Uncorrectable Errors", 4),
    of("Resets Between Cmd Acceptance and Completion", 4),
    of("Physical Element Status Changed", 4),
];

/// Page 05h.
const TEMPERATURE: &[Statistic] = &[
    degrees("Current Temperature"),
    degrees("Average Short Term Temperature"),
    degrees("Average Long Term Temperature"),
    degrees("Highest Temperature"),
    degrees("Lowest Temperature"),
    degrees("Highest Average Short Term Temperature"),
    degrees("Lowest Average Short Term Temperature"),
    degrees("Highest Average Long Term Temperature"),
    degrees("Lowest Average Long Term Temperature"),
    of("Time in Over-Temperature", 4),
    degrees("Specified Maximum Operating Temperature"),
    of("Time in Under-Temperature", 4),
    degrees("Specified Minimum Operating Temperature"),
];

/// Page 06h.
const TRANSPORT: &[Statistic] = &[
    of("Number of Hardware Resets", 4),
    of("Number of ASR Events", 4),
    of("Number of Interface CRC Errors", 4),
];

/// Page 07h.
const SOLID_STATE: &[Statistic] = &[of("Percentage Used Endurance Indicator", 1)];

const PAGES: [&[Statistic]; 8] =
    [&[], GENERAL, FREE_FALL, ROTATING, ERRORS, TEMPERATURE, TRANSPORT, SOLID_STATE];

impl Statistic {
    /// The statistic at byte `offset` of page `page`. `None`: the standard, or we, know none.
    pub fn of(page: u8, offset: u16) -> Option<&'static Self> {
        let index = offset.checked_sub(8)? / 8;
        PAGES.get(usize::from(page))?.get(usize::from(index))
    }
}
