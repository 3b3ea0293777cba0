//! Kernel names: what they say, and their natural order.

use std::cmp::Ordering;

/// Order of kernel names as people count: sda, sdb, sdz, sdaa; nvme0, nvme1, nvme10.
pub fn natural_order(a: &str, b: &str) -> Ordering {
    key(a).cmp(&key(b)).then_with(|| a.cmp(b))
}

/// Family and number of a name; letters after `sd` count like digits.
fn key(name: &str) -> (&str, Vec<u64>) {
    for family in ["sd", "vd", "hd", "xvd"] {
        if let Some(letters) = name.strip_prefix(family) {
            let end = letters.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(letters.len());
            let (letters, rest) = letters.split_at(end);
            let number = letters.bytes().fold(0_u64, |sum, letter| {
                sum.saturating_mul(26).saturating_add(u64::from(letter.wrapping_sub(b'a')) + 1)
            });
            let mut numbers = vec![number];
            numbers.extend(numbers_of(rest));
            return (family, numbers);
        }
    }
    let end = name.find(|c: char| c.is_ascii_digit()).unwrap_or(name.len());
    let (family, rest) = name.split_at(end);
    (family, numbers_of(rest).collect())
}

fn numbers_of(text: &str) -> impl Iterator<Item = u64> {
    text.split(|c: char| !c.is_ascii_digit())
        .filter(|digits| !digits.is_empty())
        .map(|n| n.parse().unwrap_or(u64::MAX))
}

/// A name of the NVMe driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NvmeName {
    /// `nvme0`.
    Controller,
    /// `nvme0n1`, or its partition `nvme0n1p2`, or its character node `ng0n1`: number of controller (or subsystem,
    /// with native multipath) and of namespace.
    Namespace(u32, u32),
    /// `nvme0c1n1`: one path to namespace 1 of subsystem 0, hidden.
    Path(u32, u32),
}

impl NvmeName {
    /// What `name` is. `None`: not of the NVMe driver.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let (first, rest) = match name.strip_prefix("ng") {
            Some(text) => leading_number(text).filter(|(_, rest)| !rest.is_empty())?,
            None => leading_number(name.strip_prefix("nvme")?)?,
        };
        if rest.is_empty() {
            return Some(Self::Controller);
        }
        if let Some(rest) = rest.strip_prefix('c') {
            let (_, rest) = leading_number(rest)?;
            let (namespace, rest) = leading_number(rest.strip_prefix('n')?)?;
            return rest.is_empty().then_some(Self::Path(first, namespace));
        }
        let (namespace, rest) = leading_number(rest.strip_prefix('n')?)?;
        let whole = rest.is_empty()
            || leading_number(rest.strip_prefix('p')?).is_some_and(|(_, rest)| rest.is_empty());
        whole.then_some(Self::Namespace(first, namespace))
    }
}

fn leading_number(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    Some((digits.parse().ok()?, rest))
}

/// Block devices that are no physical disk, by the first letters of their names.
const NO_DISKS: &[(&str, &str)] = &[
    ("loop", "a loop device"),
    ("zram", "compressed memory"),
    ("ram", "a RAM disk"),
    ("dm-", "a device-mapper device without disks below it"),
    ("md", "an MD array without disks below it"),
    ("sr", "an optical drive"),
    ("fd", "a floppy drive"),
    ("nbd", "a network block device"),
    ("rbd", "a RADOS block device"),
    ("mtd", "raw flash memory"),
    ("drbd", "a replicated block device"),
    ("bcache", "a cache device without disks below it"),
    ("zd", "a ZFS volume"),
    ("nullb", "a null device"),
];

/// What a block device is that is no physical disk, with its article. `None`: it may be one.
pub(super) fn no_disk(name: &str) -> Option<&'static str> {
    if name.starts_with("mmcblk") && name.contains("boot") {
        return Some("a boot partition of a memory card");
    }
    NO_DISKS.iter().find(|(prefix, _)| name.starts_with(prefix)).map(|&(_, what)| what)
}

/// Is it a node of the SCSI generic driver: `sg0`?
pub(super) fn is_scsi_generic(name: &str) -> bool {
    name.strip_prefix("sg").and_then(leading_number).is_some_and(|(_, rest)| rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn people_count_like_this() {
        let sorted = [
            "nvme0", "nvme1", "nvme1n1", "nvme2", "nvme10", "sda", "sda1", "sdb", "sdz", "sdaa", "sdzz",
            "sdaaa", "vda",
        ];
        let mut names = sorted;
        names.reverse();
        names.sort_by(|a, b| natural_order(a, b));
        assert_eq!(names, sorted);
    }

    #[test]
    fn names_of_the_nvme_driver() {
        assert_eq!(NvmeName::parse("nvme12"), Some(NvmeName::Controller));
        assert_eq!(NvmeName::parse("nvme1n2"), Some(NvmeName::Namespace(1, 2)));
        assert_eq!(NvmeName::parse("nvme1n2p3"), Some(NvmeName::Namespace(1, 2)));
        assert_eq!(NvmeName::parse("ng1n2"), Some(NvmeName::Namespace(1, 2)));
        assert_eq!(NvmeName::parse("nvme0c3n1"), Some(NvmeName::Path(0, 1)));
        for other in [
            "nvme",
            "ng0",
            "nvme0n",
            "nvme0c1",
            "nvme0n1p",
            "nvme-fabrics",
            "nvme99999999999",
            "sda",
            "nvme0x",
        ] {
            assert_eq!(NvmeName::parse(other), None, "{other}");
        }
    }

    #[test]
    fn virtual_devices_are_no_disks() {
        for name in [
            "loop0",
            "zram0",
            "ram1",
            "dm-3",
            "md127",
            "sr0",
            "fd0",
            "nbd1",
            "rbd0",
            "mtdblock0",
            "mmcblk0boot1",
        ] {
            assert!(no_disk(name).is_some(), "{name}");
        }
        for name in ["sda", "sdmd", "nvme0n1", "vda", "xvda", "mmcblk0", "dasda"] {
            assert_eq!(no_disk(name), None, "{name}");
        }
    }

    proptest! {
        #[test]
        fn the_order_is_total(a in "[a-z]{0,6}[0-9]{0,25}", b in "(sd|nvme)[a-z0-9]{0,30}", c in ".{0,8}") {
            prop_assert_eq!(natural_order(&a, &b), natural_order(&b, &a).reverse());
            prop_assert_eq!(natural_order(&a, &a), Ordering::Equal);
            if natural_order(&a, &b).is_le() && natural_order(&b, &c).is_le() {
                prop_assert!(natural_order(&a, &c).is_le());
            }
            _ = NvmeName::parse(&b);
            _ = NvmeName::parse(&c);
        }
    }
}
