//! A page of a standard that this crate does not decode, decoded as its own pages are: here the Commands Supported and
//! Effects log (log page 05h) of NVMe Base Specification 2.2.
//!
//! It needs none of the crate's features: bytes come in, values go out. docs/add-a-page.md says what else it takes
//! until a page stands in the record.
//!
//!     cargo run --example new_page

use std::error::Error;
use std::io::{self, Write};

use stone_smart::decode::bytes::le32;
use stone_smart::decode::nvme::{CONTROLLER, Request};
use stone_smart::decode::{Answer, DecodeError, Page, Protocol};

/// What is known of a controller: with one page, that page.
#[derive(Debug, Default)]
struct Pages {
    effects: Option<Effects>,
}

impl Protocol for Pages {
    type Request = Request;
    const PAGES: &'static [Page<Self>] = &[EFFECTS];
    const LISTS: &'static [&'static str] = &[];
    const FALLBACKS: &'static [&'static str] = &[];
}

const TITLE: &str = "Commands Supported and Effects (05h)";

const EFFECTS: Page<Pages> = Page {
    name: "commands_supported",
    title: TITLE,
    requests: |_| vec![Request::GetLogPage { lid: 0x05, nsid: CONTROLLER, specific: 0, length: 4096 }],
    decode: |_, answer, pages| {
        pages.effects = Some(Effects::decode(answer.data)?);
        Ok(())
    },
};

/// Commands Supported and Effects (log page 05h).
#[derive(Debug, PartialEq, Eq)]
struct Effects {
    /// Opcodes of the admin commands that the controller supports, ascending. Bytes 0 to 1023, four for each opcode,
    /// of which bit 0 (CSUPP) counts.
    admin: Vec<u8>,
}

impl Effects {
    /// A page may be shorter than the standard has it, or made up: no byte of it may bring this down.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        if bytes.len() < 1024 {
            return Err(DecodeError::Short { page: TITLE, need: 1024, got: bytes.len() });
        }
        let supported =
            |opcode: &u8| le32(bytes, usize::from(*opcode) * 4).is_some_and(|entry| entry & 1 == 1);
        Ok(Self { admin: (0..=u8::MAX).filter(supported).collect() })
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut pages = Pages::default();
    for page in Pages::PAGES {
        for request in (page.requests)(&pages) {
            let bytes = a_controller(&request);
            (page.decode)(&request, &Answer { data: &bytes, ..Answer::default() }, &mut pages)?;
        }
    }
    let effects = pages.effects.as_ref().ok_or("no page came")?;
    writeln!(io::stdout(), "admin commands: {:02x?}", effects.admin)?;

    // Whatever is too short is an error, and what came before stays.
    let refused = Effects::decode(&[0xff; 1023]).err().ok_or("it took half a page")?;
    writeln!(io::stdout(), "half a page: {refused}")?;
    Ok(())
}

/// What a controller would send that has Get Log Page (02h), Identify (06h) and Get Features (0Ah).
fn a_controller(_: &Request) -> Vec<u8> {
    let mut page = vec![0; 4096];
    for opcode in [0x02, 0x06, 0x0a] {
        page[opcode * 4] = 1;
    }
    page
}
