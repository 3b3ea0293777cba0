//! NVMe admin commands: constructors for reading commands.

/// An NVMe admin command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NvmeAdmin {
    opcode: u8,
    nsid: u32,
    cdw10: u32,
    cdw11: u32,
    cdw12: u32,
    cdw13: u32,
    len: u32,
}

impl NvmeAdmin {
    /// Identify (06h): the 4,096-byte data structure `cns`.
    pub const fn identify(cns: u8, nsid: u32) -> Self {
        Self { opcode: 0x06, nsid, cdw10: cns as u32, cdw11: 0, cdw12: 0, cdw13: 0, len: 4096 }
    }

    /// Get Log Page (02h): `len` bytes, a multiple of 4, from the start of log `lid`.
    pub const fn get_log_page(lid: u8, nsid: u32, len: u32) -> Self {
        Self::get_log_page_at(lid, nsid, 0, len)
    }

    /// Get Log Page (02h): `len` bytes from `offset` on, both multiples of 4.
    pub const fn get_log_page_at(lid: u8, nsid: u32, offset: u64, len: u32) -> Self {
        let dwords = (len / 4).saturating_sub(1);
        let [d0, d1, d2, d3] = dwords.to_le_bytes();
        let [o0, o1, o2, o3, o4, o5, o6, o7] = offset.to_le_bytes();
        Self {
            opcode: 0x02,
            nsid,
            cdw10: u32::from_le_bytes([lid, 0, d0, d1]),
            cdw11: u32::from_le_bytes([d2, d3, 0, 0]),
            cdw12: u32::from_le_bytes([o0, o1, o2, o3]),
            cdw13: u32::from_le_bytes([o4, o5, o6, o7]),
            len: len / 4 * 4,
        }
    }

    /// Get Log Page (02h): `len` bytes from the start of log `lid`, of what `specific` (Log Specific Identifier) says:
    /// an endurance group, for example.
    pub const fn get_log_page_of(lid: u8, nsid: u32, specific: u16, len: u32) -> Self {
        let log = Self::get_log_page(lid, nsid, len);
        let [d2, d3, ..] = log.cdw11.to_le_bytes();
        let [s0, s1] = specific.to_le_bytes();
        Self { cdw11: u32::from_le_bytes([d2, d3, s0, s1]), ..log }
    }

    /// Opcode.
    pub const fn opcode(&self) -> u8 {
        self.opcode
    }

    /// Namespace Identifier.
    pub const fn nsid(&self) -> u32 {
        self.nsid
    }

    /// Command DWORDs 10 to 13; the others are zero.
    pub const fn cdw(&self) -> [u32; 4] {
        [self.cdw10, self.cdw11, self.cdw12, self.cdw13]
    }

    pub(super) fn data_len(&self) -> usize {
        usize::try_from(self.len).unwrap_or(usize::MAX)
    }

    pub(super) fn key(&self) -> String {
        let code = self.cdw10.to_le_bytes()[0];
        match self.opcode {
            0x06 => format!("nvme:06/cns{code:02x}"),
            opcode => format!("nvme:{opcode:02x}/{code:02x}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn get_log_page_splits_length_and_offset() {
        let log = NvmeAdmin::get_log_page_at(0x0d, 0xffff_ffff, 0x1_0000_0004, 0x8_0000);
        assert_eq!(log.cdw(), [0xffff_000d, 0x0001, 0x0000_0004, 0x0000_0001]);
        assert_eq!(log.key(), "nvme:02/0d");
        let group = NvmeAdmin::get_log_page_of(0x09, 0, 0x0102, 512);
        assert_eq!(group.cdw(), [0x007f_0009, 0x0102_0000, 0, 0]);
    }
}
