//! What a SCSI/ATA translation makes of an ATA drive (SAT-5): pages, capacity, and registers as sense data.

use stone_smart::transport::Registers;

/// The words of IDENTIFY DEVICE data (ACS-5); of what is too short, zeros.
pub(crate) struct Identify([u8; 512]);

impl Identify {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let mut data = [0; 512];
        for (to, from) in data.iter_mut().zip(bytes) {
            *to = *from;
        }
        Self(data)
    }

    fn word(&self, word: usize) -> u16 {
        u16::from_le_bytes([self.0[word * 2], self.0[word * 2 + 1]])
    }

    /// A number, its low word first.
    fn number(&self, word: usize, words: usize) -> u64 {
        (0..words).rev().fold(0, |number, i| number << 16 | u64::from(self.word(word + i)))
    }

    /// Text: the characters of each word are swapped.
    fn text(&self, word: usize, words: usize) -> Vec<u8> {
        (0..words).flat_map(|i| self.word(word + i).to_be_bytes()).collect()
    }

    /// Is bit `bit` of `word` set, where bits 15:14 of the word are 01b, so that it is valid?
    fn tells(&self, word: usize, bit: u32) -> bool {
        let word = self.word(word);
        word >> 14 == 1 && word >> bit & 1 == 1
    }

    /// Logical blocks. Words 100 to 103 with 48-bit addresses, 60 and 61 without.
    fn blocks(&self) -> u64 {
        if self.tells(83, 10) { self.number(100, 4) } else { self.number(60, 2) }
    }

    /// Bytes of a logical block. Words 117 and 118 hold half of it.
    fn block_size(&self) -> u32 {
        let words = if self.tells(106, 12) { self.number(117, 2) } else { 256 };
        u32::try_from(words * 2).unwrap_or(512)
    }

    /// Logical blocks of a physical one, as a power of 2.
    fn exponent(&self) -> u8 {
        if self.tells(106, 13) { self.word(106).to_le_bytes()[0] & 0xf } else { 0 }
    }

    /// READ CAPACITY (16) data.
    pub(crate) fn capacity_16(&self) -> Vec<u8> {
        let mut data = self.blocks().saturating_sub(1).to_be_bytes().to_vec();
        data.extend(self.block_size().to_be_bytes());
        data.extend([0, self.exponent()]);
        data.resize(32, 0);
        data
    }

    /// READ CAPACITY (10) data: FFFF_FFFFh where the long form is needed.
    pub(crate) fn capacity_10(&self) -> Vec<u8> {
        let last = u32::try_from(self.blocks().saturating_sub(1)).unwrap_or(u32::MAX);
        [last.to_be_bytes(), self.block_size().to_be_bytes()].concat()
    }

    /// A vital product data page. `None`: there is none with this code.
    pub(crate) fn vital_product_data(&self, page: u8) -> Option<Vec<u8>> {
        let contents = match page {
            0x00 => vec![0x00, 0x80, 0x83, 0x89, 0xb0, 0xb1],
            0x80 => self.text(10, 10),
            0x83 => self.designators(),
            0x89 => self.ata_information(),
            0xb0 => vec![0; 60],
            0xb1 => self.characteristics(),
            _ => return None,
        };
        let [high, low] = u16::try_from(contents.len()).unwrap_or(u16::MAX).to_be_bytes();
        Some([&[0, page, high, low], contents.as_slice()].concat())
    }

    /// Device Identification: the world wide name where there is one (word 87 bit 8), and vendor, model and serial number.
    fn designators(&self) -> Vec<u8> {
        let mut designators = Vec::new();
        if self.tells(87, 8) {
            designators.extend([0x01, 0x03, 0, 8]);
            designators.extend((0..4).flat_map(|i| self.word(108 + i).to_be_bytes()));
        }
        designators.extend([0x02, 0x01, 0, 8 + 40 + 20]);
        designators.extend(b"ATA     ");
        designators.extend(self.text(27, 20));
        designators.extend(self.text(10, 10));
        designators
    }

    /// ATA Information: who translates, the signature of the drive, and all of its IDENTIFY DEVICE data.
    fn ata_information(&self) -> Vec<u8> {
        let mut page = vec![0; 4];
        page.extend(b"LAB     REPLAYED DRIVE  1   ");
        // Device to host FIS: status DRDY, the signature of an ATA device.
        let mut signature = [0; 20];
        signature[..13].copy_from_slice(&[0x34, 0, 0x50, 0x01, 0x01, 0, 0, 0, 0, 0, 0, 0, 0x01]);
        page.extend(signature);
        page.extend([0xec, 0, 0, 0]);
        page.extend(self.0);
        page
    }

    /// Block Device Characteristics: rotation rate (word 217) and form factor (word 168).
    fn characteristics(&self) -> Vec<u8> {
        let mut page = self.word(217).to_be_bytes().to_vec();
        page.extend([0, self.word(168).to_le_bytes()[0] & 0xf]);
        page.resize(60, 0);
        page
    }

    /// A mode page, or with 3Fh all: there is only Caching, whose WCE is bit 5 of word 85.
    pub(crate) fn mode_page(&self, page: u8) -> Option<Vec<u8>> {
        let mut caching = vec![0; 20];
        caching[..2].copy_from_slice(&[0x08, 18]);
        caching[2] = if self.word(85) & 1 << 5 == 0 { 0 } else { 4 };
        matches!(page, 0x08 | 0x3f).then_some(caching)
    }
}

/// Sense data in descriptor format with the ATA Status Return descriptor.
pub(crate) fn sense(key: u8, asc: u8, ascq: u8, registers: &Registers, extend: bool) -> Vec<u8> {
    let [count_low, count_high] = registers.count.to_le_bytes();
    let [lba0, lba1, lba2, lba3, lba4, lba5, ..] = registers.lba.to_le_bytes();
    let [count_high, lba3, lba4, lba5] = if extend { [count_high, lba3, lba4, lba5] } else { [0; 4] };
    #[rustfmt::skip]
    let sense = vec![
        0x72, key, asc, ascq, 0, 0, 0, 14,
        0x09, 12, extend.into(), registers.error, count_high, count_low,
        lba3, lba0, lba4, lba1, lba5, lba2, registers.device, registers.status,
    ];
    sense
}

#[cfg(test)]
mod tests {
    use stone_smart::transport::{Answers, Sense, SenseData};

    use super::*;

    #[test]
    fn the_library_finds_the_registers() {
        let registers =
            Registers { error: 4, count: 0x1234, lba: 0x0605_0403_0201, device: 0xa0, status: 0x51 };
        let bytes = sense(0x0b, 1, 2, &registers, true);
        let decoded = SenseData::decode(&bytes, Answers::AtaPassThrough).unwrap();
        assert_eq!(decoded.registers, Some(registers));
        assert_eq!(decoded.sense, Sense { key: 0x0b, asc: 1, ascq: 2 });
        let short = sense(1, 0, 0x1d, &registers, false);
        let decoded = SenseData::decode(&short, Answers::AtaPassThrough).unwrap().registers.unwrap();
        assert_eq!((decoded.count, decoded.lba), (0x34, 0x03_0201));
    }

    #[test]
    fn capacity_and_sizes_come_from_the_words() {
        let mut data = [0; 512];
        data[83 * 2..][..2].copy_from_slice(&0x4400_u16.to_le_bytes());
        data[100 * 2..][..8].copy_from_slice(&0x1_2345_6789_u64.to_le_bytes());
        data[106 * 2..][..2].copy_from_slice(&0x6003_u16.to_le_bytes());
        let identify = Identify::new(&data);
        assert_eq!(identify.capacity_16()[..14], [0, 0, 0, 1, 0x23, 0x45, 0x67, 0x88, 0, 0, 2, 0, 0, 3]);
        assert_eq!(identify.capacity_10(), [0xff, 0xff, 0xff, 0xff, 0, 0, 2, 0]);
    }

    #[test]
    fn each_listed_page_is_there_and_as_long_as_it_says() {
        let identify = Identify::new(&[]);
        for page in &identify.vital_product_data(0).unwrap()[4..] {
            let data = identify.vital_product_data(*page).unwrap();
            assert_eq!(usize::from(u16::from_be_bytes([data[2], data[3]])), data.len() - 4, "{page:#x}");
        }
        assert_eq!(identify.vital_product_data(0x89).unwrap().len(), 572);
        assert_eq!(identify.vital_product_data(0xc0), None);
    }
}
