//! The name of a processor, word by word: makers, families and numbers of models. Whoever makes a virtual machine can
//! give it any other.

use std::sync::LazyLock;

use regex_lite::Regex;

use super::platform::form;

/// So many words are looked at.
const MOST: usize = 24;

/// `7302P`, `E5`, `8592+`, `2.60GHz`, `v4`, `12th`, `i7`.
static NUMBER: LazyLock<Regex> = form!(r"^([A-Z]{0,2}[0-9]{1,5}[A-Z0-9]{0,4}\+?|[0-9]\.[0-9]{1,3}[GM]Hz|[0-9]{3,4}MHz|"
    r"v[0-9]l?|[0-9]{1,2}th|[im][3579]|[0-9]\.[0-9]\+|@|[A-Z])$");
/// Marks of makers.
static MARK: LazyLock<Regex> = form!(r"\((R|TM|tm|r)\)");

/// What makers call their processors, and emulators theirs; in lower case.
const WORDS: [&str; 108] = [
    "amd",
    "intel",
    "genuine",
    "arm",
    "armv7",
    "armv8",
    "ampere",
    "altra",
    "emag",
    "apple",
    "aws",
    "cavium",
    "common",
    "fujitsu",
    "hisilicon",
    "hygon",
    "ibm",
    "kunpeng",
    "loongson",
    "marvell",
    "nvidia",
    "phytium",
    "qemu",
    "qualcomm",
    "taishan",
    "via",
    "zhaoxin",
    "thunderx",
    "thunderx2",
    "graviton",
    "graviton2",
    "graviton3",
    "graviton4",
    "grace",
    "neoverse",
    "cortex",
    "power8",
    "power9",
    "power10",
    "power11",
    "dhyana",
    "kaixian",
    "xeon",
    "core",
    "core2",
    "cores",
    "pentium",
    "celeron",
    "atom",
    "ultra",
    "phi",
    "epyc",
    "ryzen",
    "threadripper",
    "pro",
    "opteron",
    "athlon",
    "phenom",
    "turion",
    "fx",
    "embedded",
    "series",
    "platinum",
    "gold",
    "silver",
    "bronze",
    "max",
    "duo",
    "quad",
    "dual",
    "six",
    "eight",
    "twelve",
    "processor",
    "processors",
    "cpu",
    "gen",
    "with",
    "radeon",
    "vega",
    "graphics",
    "mobile",
    "apu",
    "silicon",
    "family",
    "model",
    "rev",
    "version",
    "virtual",
    "kvm",
    "tcg",
    "architected",
    "altivec",
    "supported",
    "raw",
    "no",
    "tsx",
    "ibrs",
    "ibpb",
    "mds",
    "westmere",
    "haswell",
    "broadwell",
    "skylake",
    "cascadelake",
    "icelake",
    "rome",
    "milan",
];
/// More names of families, as emulators have them.
const MODELS: [&str; 12] = [
    "sapphirerapids",
    "graniterapids",
    "emeraldrapids",
    "cooperlake",
    "sandybridge",
    "ivybridge",
    "nehalem",
    "penryn",
    "conroe",
    "genoa",
    "turin",
    "naples",
];

/// The words of `name` that processors are called by. `None`: no one of them says who made it or what it is.
pub(super) fn processor(name: &str) -> Option<String> {
    let known: Vec<&str> = name.split_whitespace().take(MOST).filter(|word| is_known(word)).collect();
    let says_something = known.iter().any(|word| parts(word).iter().any(|part| is_word(part)));
    says_something.then(|| known.join(" "))
}

fn is_known(word: &str) -> bool {
    let parts = parts(word);
    !parts.is_empty() && parts.iter().all(|part| is_word(part) || NUMBER.is_match(part))
}

/// `Kunpeng` and `920`.
fn parts(word: &str) -> Vec<String> {
    let bare = MARK.replace_all(word, " ");
    let inner = bare.split([' ', '-', '/', ',', '(', ')']);
    inner.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn is_word(part: &str) -> bool {
    let part = part.to_ascii_lowercase();
    WORDS.contains(&part.as_str()) || MODELS.contains(&part.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processors_of_makers_and_emulators_keep_their_names() {
        for name in [
            "12th Gen Intel(R) Core(TM) i7-12700",
            "13th Gen Intel(R) Core(TM) i9-13900K",
            "AMD EPYC 7302P 16-Core Processor",
            "AMD EPYC 7H12 64-Core Processor",
            "AMD EPYC-Milan Processor",
            "AMD Opteron(tm) Processor 6376",
            "AMD Ryzen 7 5700G with Radeon Graphics",
            "AMD Ryzen Threadripper PRO 3995WX 64-Cores",
            "ARMv8 Processor rev 3 (v8l)",
            "Ampere(R) Altra(R) Max Processor",
            "Common KVM processor",
            "Cortex-A72",
            "Genuine Intel(R) CPU 0000 @ 2.60GHz",
            "Genuine Intel(R) CPU @ 2.60GHz",
            "HiSilicon Kunpeng-920",
            "Hygon C86 7285 32-core Processor",
            "INTEL(R) XEON(R) PLATINUM 8592+",
            "Intel Core Processor (Haswell, no TSX, IBRS)",
            "Intel Xeon Processor (Cascadelake)",
            "Intel(R) Atom(TM) CPU C3758 @ 2.20GHz",
            "Intel(R) Core(TM) Ultra 7 155H",
            "Intel(R) Core(TM)2 Duo CPU E8400 @ 3.00GHz",
            "Intel(R) Xeon(R) CPU E5-2650 v4 @ 2.20GHz",
            "Intel(R) Xeon(R) Gold 6230R CPU @ 2.10GHz",
            "Kunpeng-920",
            "Neoverse-N1",
            "POWER10 (architected), altivec supported",
            "POWER9, altivec supported",
            "QEMU Virtual CPU version 2.5+",
        ] {
            assert_eq!(processor(name).as_deref(), Some(name));
        }
    }

    #[test]
    fn what_an_operator_called_one_is_cut_out() {
        for (name, told) in [
            ("Intel(R) node7.example.com", Some("Intel(R)")),
            ("AMD EPYC node7 Processor", Some("AMD EPYC Processor")),
            ("Kunpeng-node7", None),
            ("node7", None),
            ("12 7302P", None),
            ("", None),
        ] {
            assert_eq!(processor(name).as_deref(), told, "{name}");
        }
        assert!(processor(&"Intel ".repeat(10_000)).unwrap().len() < 200);
    }
}
