//! The only data that goes to a device: the SCT commands that read, each exact to the byte.

/// An SCT command (ACS-5) that reads. There is no other, and none can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SctCommand {
    /// SCT Data Table, table 2: makes log E1h hold the temperature history.
    TemperatureHistory,
    /// SCT Error Recovery Control, get the time limit of reads.
    ReadTimer,
    /// SCT Error Recovery Control, get the time limit of writes.
    WriteTimer,
}

impl SctCommand {
    /// The 512 bytes that are written to log E0h: action code, function code, and what it is about, as words.
    pub(super) const fn payload(self) -> [u8; 512] {
        let words: [u8; 3] = match self {
            // Action 5: SCT Data Table. Function 1: read. Table 2: temperature history.
            Self::TemperatureHistory => [5, 1, 2],
            // Action 3: SCT Error Recovery Control. Function 2: get (1 would set). Selection 1: read timer, 2: write timer.
            Self::ReadTimer => [3, 2, 1],
            Self::WriteTimer => [3, 2, 2],
        };
        let [action, function, third] = words;
        let mut payload = [0; 512];
        payload[0] = action;
        payload[2] = function;
        payload[4] = third;
        payload
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_are_exact_to_the_byte() {
        let golden = [
            (SctCommand::TemperatureHistory, [5, 0, 1, 0, 2, 0]),
            (SctCommand::ReadTimer, [3, 0, 2, 0, 1, 0]),
            (SctCommand::WriteTimer, [3, 0, 2, 0, 2, 0]),
        ];
        for (command, head) in golden {
            let payload = command.payload();
            assert_eq!(payload[..6], head, "{command:?}");
            assert_eq!(payload[6..], [0; 506], "{command:?}");
        }
    }
}
