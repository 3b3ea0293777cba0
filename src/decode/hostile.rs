//! Drives that lie: every page of every protocol over random bytes, bytes that look right, and every prefix of them.

use proptest::prelude::*;

use super::{Answer, Protocol, ata, nvme, scsi};

/// A protocol whose answers can be made to look right.
pub(crate) trait Plausible: Protocol + Clone + std::fmt::Debug {
    /// Sets in `answer` what decoders check before they read on: checksums, page codes, signatures.
    fn mend(request: &Self::Request, answer: &mut [u8]);
}

impl Plausible for ata::Pages {
    fn mend(request: &ata::Request, answer: &mut [u8]) {
        if let ata::Request::ReadLogExt { address: 0xa6, page, .. } = *request {
            let first = if page == 0 { 0x4641_524d_4552 } else { u64::from(page / 32) };
            answer.iter_mut().zip(first.to_le_bytes()).for_each(|(byte, right)| *byte = right);
            return;
        }
        for page in answer.chunks_exact_mut(512) {
            page[510] = 0xa5;
            page[511] = 0;
            page[511] = page.iter().fold(0u8, |sum, byte| sum.wrapping_sub(*byte));
        }
    }
}

impl Plausible for scsi::Pages {
    fn mend(request: &scsi::Request, answer: &mut [u8]) {
        let head = match *request {
            scsi::Request::Inquiry => vec![0x00],
            scsi::Request::VitalProductData { page } => vec![0x00, page, 0x00],
            // A page of 8 KiB whose first parameter is the header, of one field.
            scsi::Request::LogSense { page: 0x3d, subpage: 3 } => {
                vec![0x7d, 3, 0x20, 0, 0, 0, 3, 8, 0, 0, 0x46, 0x41, 0x52, 0x4d, 0x45, 0x52]
            }
            scsi::Request::LogSense { page, subpage: 0 } => vec![page, 0x00],
            scsi::Request::LogSense { page, subpage } => vec![page | 0x40, subpage],
            _ => Vec::new(),
        };
        answer.iter_mut().zip(head).for_each(|(byte, right)| *byte = right);
    }
}

impl Plausible for nvme::Pages {
    fn mend(request: &nvme::Request, answer: &mut [u8]) {
        if let (nvme::Request::GetLogPage { lid: 0xc0, .. }, Some(guid)) = (request, answer.get_mut(496..512))
        {
            guid.copy_from_slice(&nvme::ocp_smart::GUID);
        }
    }
}

/// A drive that answers everything, with bytes it makes up.
#[derive(Debug, Clone)]
pub(crate) struct Liar {
    state: u64,
    /// Of 256 bytes so many are not zero.
    density: u8,
    /// The byte where it is not zero; random without.
    fill: Option<u8>,
    /// Does it set what decoders check first?
    mends: bool,
    /// Most bytes in an answer.
    length: usize,
}

impl Liar {
    /// Liars of all kinds.
    pub(crate) fn any() -> impl Strategy<Value = Self> {
        let fill = prop_oneof![4 => Just(None), 1 => any::<u8>().prop_map(Some)];
        let length = prop_oneof![3 => Just(8192usize), 1 => 0..600usize];
        (1..=u64::MAX, any::<u8>(), fill, prop::bool::weighted(0.8), length)
            .prop_map(|(state, density, fill, mends, length)| Self { state, density, fill, mends, length })
    }

    /// xorshift64: good enough to lie.
    fn next(&mut self) -> u8 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        let [low, mid, ..] = self.state.to_le_bytes();
        if mid <= self.density { self.fill.unwrap_or(low) } else { 0 }
    }

    fn answer<P: Plausible>(&mut self, request: &P::Request) -> Vec<u8> {
        let mut answer: Vec<u8> = (0..self.length).map(|_| self.next()).collect();
        if self.mends {
            P::mend(request, &mut answer);
        }
        answer
    }

    fn registers(&mut self) -> Option<ata::Registers> {
        let signature = [0x00c2_4f00, 0x002c_f400];
        (self.next() & 1 == 0).then(|| ata::Registers {
            error: self.next(),
            count: self.next().into(),
            lba: signature[usize::from(self.next() & 1)],
            device: 0x40,
            status: self.next(),
        })
    }
}

/// Reads a liar; `look` sees each answer before it is decoded. No device can make it ask without end.
pub(crate) fn read<P: Plausible>(mut liar: Liar, mut look: impl FnMut(usize, &P::Request, &[u8], &P)) -> P {
    let mut pages = P::default();
    let mut asked = 0;
    for (index, page) in P::PAGES.iter().enumerate() {
        for request in (page.requests)(&pages) {
            asked += 1;
            assert!(asked < 1000, "{} asks without end", page.title);
            let data = liar.answer::<P>(&request);
            look(index, &request, &data, &pages);
            let answer = Answer { data: &data, registers: liar.registers(), result: liar.next().into() };
            // Whether it is an error is the page's business; that there is an end is ours.
            _ = (page.decode)(&request, &answer, &mut pages);
        }
    }
    pages
}

/// Every prefix of every answer: an error that leaves the pages as they were, or a value.
fn cut<P: Plausible>(liar: Liar) {
    read::<P>(liar, |index, request, data, pages| {
        let before = format!("{pages:?}");
        // Structures end within the first 600 bytes, or at a round number; beyond, some prefixes will do.
        let lengths = (0..data.len()).filter(|length| *length < 600 || length % 64 == 0 || length % 97 == 0);
        for length in lengths {
            let mut pages = pages.clone();
            let answer = Answer { data: &data[..length], ..Answer::default() };
            let result = (P::PAGES[index].decode)(request, &answer, &mut pages);
            if result.is_err() && length % 16 == 0 {
                assert_eq!(format!("{pages:?}"), before, "{} at {length} bytes", P::PAGES[index].title);
            }
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_ata_liar_is_read_to_the_end(liar in Liar::any()) {
        read::<ata::Pages>(liar, |_, _, _, _| ());
    }

    #[test]
    fn a_scsi_liar_is_read_to_the_end(liar in Liar::any()) {
        read::<scsi::Pages>(liar, |_, _, _, _| ());
    }

    #[test]
    fn an_nvme_liar_is_read_to_the_end(liar in Liar::any()) {
        read::<nvme::Pages>(liar, |_, _, _, _| ());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ata_answers_may_end_anywhere(liar in Liar::any()) {
        cut::<ata::Pages>(liar);
    }

    #[test]
    fn scsi_answers_may_end_anywhere(liar in Liar::any()) {
        cut::<scsi::Pages>(liar);
    }

    #[test]
    fn nvme_answers_may_end_anywhere(liar in Liar::any()) {
        cut::<nvme::Pages>(liar);
    }
}
