//! Last n Error Events (07h) and Last n Deferred Errors or Asynchronous Events (0Bh): what vendors write there.

use super::log_parameter::LogPage;
use crate::decode::DecodeError;

/// The Last n log pages, SPC-6. Their contents are the vendor's.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LastEvents {
    /// The events, in the order in which they stand, at most 255. A higher code is a later event.
    pub events: Vec<Event>,
}

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// Parameter code.
    pub code: u16,
    /// Its bytes, at most 255: ASCII or binary.
    pub bytes: Vec<u8>,
}

impl LastEvents {
    const MOST: usize = 255;

    pub(super) fn decode(page: LogPage<'_>) -> Result<Self, DecodeError> {
        let events = page.parameters().filter(|event| !event.value.is_empty()).take(Self::MOST);
        Ok(Self {
            events: events.map(|event| Event { code: event.code, bytes: event.value.to_vec() }).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::scsi::testing::log_page;

    #[test]
    fn events_and_empty_slots() {
        let bytes = log_page(0x07, 0, &[(0, b"medium error"), (1, &[])]);
        let page = LastEvents::decode(LogPage::parse("x", 0x07, 0, &bytes).unwrap()).unwrap();
        assert_eq!(page.events, [Event { code: 0, bytes: b"medium error".to_vec() }]);
    }
}
