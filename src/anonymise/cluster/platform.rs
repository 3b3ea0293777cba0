//! Names and versions of machines, systems and releases: a closed set of forms, since an operator can build a kernel,
//! or write a file /etc/os-release, with any name in it.

use std::sync::LazyLock;

use regex_lite::Regex;

use super::processor::processor;

/// A form that a value, or its beginning, must have.
type Form = LazyLock<Regex>;

macro_rules! form {
    ($($part:literal)+) => {
        LazyLock::new(|| {
            Regex::new(concat!($($part),+)).expect("a sound expression")
        })
    };
}
pub(super) use form;

static MACHINE: Form = form!("^(x86_64|aarch64|ppc64le|s390x|riscv64|loongarch64|i686|armv7l)$");
static SYSTEM: Form = form!("^(Linux|FreeBSD|Windows)$");
static SYSTEM_ID: Form = form!(
    "^(debian|ubuntu|centos|rhel|rocky|almalinux|fedora|suse|sles|opensuse(-leap|-tumbleweed)?|ol|amzn|arch|gentoo|"
    "alpine|nixos|openEuler|kylin|freebsd)$");
static STORE: Form = form!("^(bluestore|filestore|memstore|kstore|seastore|cyanstore)$");
static FLAG: Form = form!("^[01]$");
/// `ceph version 16.2.15 (618f440892089921c3e944a991122ddc44e60516) pacific (stable)`. Four numbers are no version but
/// an address, here and below.
static RELEASE: Form = form!(r"^(?<it>(ceph|stone) version [0-9]{1,2}\.[0-9]{1,3}(\.[0-9]{1,3})?(-[0-9]+(-g[0-9a-f]+)?)?"
    r"( \([0-9a-f]{8,40}\)( (luminous|mimic|nautilus|octopus|pacific|quincy|reef|squid|tentacle|umbrella)"
    r"( \((dev|rc|stable)\))?)?)?)([ +-]|$)");
/// `16.2.15`, as a crash has it.
static VERSION: Form =
    form!(r"^(?<it>[0-9]{1,2}\.[0-9]{1,3}(\.[0-9]{1,3})?(-[0-9]+(-g[0-9a-f]+)?)?)([ +-]|$)");
/// Numbers, and the names that distributions put behind them: `5.15.0-100-generic`, `4.18.0-425.3.1.el8.x86_64`.
static KERNEL: Form = form!(r"^(?<it>[0-9]{1,2}\.[0-9]{1,3}(\.[0-9]{1,3})?(-rc[0-9]+)?(-[0-9]+(\.[0-9]+)*)?(\+deb[0-9]+u?[0-9]*)?"
    r"([-.](amd64|arm64|x86_64|aarch64|ppc64le|s390x|generic|lowlatency|cloud|server|default|rt|pve|lts|"
    r"el[0-9]+(_[0-9]+)?|fc[0-9]+|amzn[0-9]+|uek|aws|azure|gcp|oracle|kvm))*)([ +-]|$)");
/// The word of a kernel's description: `#1`, `SMP`, `PREEMPT_DYNAMIC`, `Debian`, `6.1.90-1`, `(2024-05-03)`.
static BUILD: Form = form!(r"^(#[0-9]+(~[0-9.]+)?(-Ubuntu)?|SMP|PREEMPT(_[A-Z]{1,8})?|Debian|Ubuntu|"
    r"[0-9]{1,2}\.[0-9]{1,3}\.[0-9]{1,3}(-[0-9]+)?|\([0-9]{4}-[0-9]{2}-[0-9]{2}\))$");
static DISTRIBUTION: Form = form!(
    r"^(Debian|Ubuntu|CentOS|Red Hat|Rocky|AlmaLinux|Fedora|SUSE|SLES|openSUSE|Oracle|Amazon|Arch|Gentoo|Alpine|"
    r"NixOS|openEuler|Kylin|Proxmox)( |$)(GNU/Linux|Linux|Enterprise|Server|Stream|Leap|Tumbleweed|Edition|LTS|"
    r"SP[0-9]|release|[0-9]{1,2}(\.[0-9]{1,2}){0,2}| )*$");
static NUMBERED: Form = form!(r"^[0-9]{1,2}(\.[0-9]{1,2}){0,2}( LTS)?$");
/// What releases of distributions are called, which stands in brackets at the end.
static CODENAME: Form = form!(r"^(stretch|buster|bullseye|bookworm|trixie|forky|sid|Xenial Xerus|Bionic Beaver|Focal Fossa|"
    r"Jammy Jellyfish|Mantic Minotaur|Noble Numbat|Oracular Oriole|Plucky Puffin|Core|Final|Maipo|Ootpa|Plow|Coughlan|"
    r"Green Obsidian|Blue Onyx|Red Quartz|Arctic Sphynx|Sky Tiger|Sapphire Caracal|Midnight Oncilla|Cerulean Leopard|"
    r"Emerald Puma|Lime Lynx|Turquoise Kodkod|Shamrock Pampas Cat|Stone Smilodon|Seafoam Ocelot|Teal Serval|"
    r"Moss Jungle Cat|Sage Margay|Purple Lion|Karoo|Server Edition|Container Image|Workstation Edition|Tercel|"
    r"LTS-SP[0-9]|LTS)$");

/// `2026-11-22T11:10:09.531363Z`, and as Python writes it.
static TIME: Form = form!(
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:?[0-9]{2})?)?$"
);

/// Is it a time, and nothing else?
pub fn is_time(text: &str) -> bool {
    TIME.is_match(text)
}

/// The value of `key` of a daemon's metadata or of a crash as it may be sent. `None`: it has no known form.
pub fn platform(key: &str, value: &str) -> Option<String> {
    let value = value.trim();
    let beginning = |form: &Regex| {
        let found = form.captures(value)?;
        found.name("it").or_else(|| found.get(0)).map(|it| it.as_str().to_owned())
    };
    match key {
        "arch" | "utsname_machine" => beginning(&MACHINE),
        "os" | "utsname_sysname" => beginning(&SYSTEM),
        "distro" => beginning(&SYSTEM_ID),
        // Ceph 16 writes the version here.
        "os_id" => beginning(&SYSTEM_ID).or_else(|| with_codename(value, &NUMBERED)),
        "osd_objectstore" => beginning(&STORE),
        "rotational" => beginning(&FLAG),
        "ceph_version" => beginning(&RELEASE).or_else(|| beginning(&VERSION)),
        "cpu" => processor(value),
        "kernel_version" | "utsname_release" => beginning(&KERNEL),
        "kernel_description" | "utsname_version" => {
            let known: Vec<&str> = value.split_whitespace().filter(|word| BUILD.is_match(word)).collect();
            (!known.is_empty()).then(|| known.join(" "))
        }
        "distro_description" | "os_name" => with_codename(value, &DISTRIBUTION),
        "os_version" | "os_version_id" => with_codename(value, &NUMBERED),
        _ => None,
    }
}

/// A value of this form, and behind it in brackets what the release is called: other words there are cut out.
fn with_codename(value: &str, form: &Regex) -> Option<String> {
    let (before, codename) = match value.strip_suffix(')').and_then(|value| value.split_once(" (")) {
        Some((before, codename)) => (before, Some(codename)),
        None => (value, None),
    };
    let known = codename.is_none_or(|codename| CODENAME.is_match(codename));
    form.is_match(before).then(|| if known { value.to_owned() } else { before.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_distributions_say_is_kept() {
        for (key, value) in [
            ("arch", "x86_64"),
            ("os", "Linux"),
            ("distro", "debian"),
            ("osd_objectstore", "bluestore"),
            ("rotational", "1"),
            (
                "ceph_version",
                "ceph version 16.2.15 (618f440892089921c3e944a991122ddc44e60516) pacific (stable)",
            ),
            ("ceph_version", "16.2.15"),
            ("cpu", "Intel(R) Xeon(R) CPU E5-2650 v4 @ 2.20GHz"),
            ("cpu", "AMD EPYC 7302P 16-Core Processor"),
            ("kernel_version", "4.18.0-425.3.1.el8.x86_64"),
            ("kernel_version", "5.15.0-100-generic"),
            ("kernel_version", "6.1.0-21-amd64"),
            ("kernel_description", "#1 SMP PREEMPT_DYNAMIC Debian 6.1.90-1 (2024-05-03)"),
            ("distro_description", "Debian GNU/Linux 12 (bookworm)"),
            ("distro_description", "Ubuntu 22.04.4 LTS"),
            ("distro_description", "CentOS Stream 8"),
            ("distro_description", "Red Hat Enterprise Linux 8.6 (Ootpa)"),
            ("os_id", "debian"),
            ("os_id", "12"),
            ("os_version", "12 (bookworm)"),
            ("os_version_id", "12"),
        ] {
            assert_eq!(platform(key, value).as_deref(), Some(value), "{key}");
        }
    }

    #[test]
    fn what_an_operator_named_is_not() {
        for (key, value, sent) in [
            ("kernel_version", "6.1.90-node7.example.com", Some("6.1.90")),
            ("kernel_version", "6.18.44-fc-v669", Some("6.18.44")),
            ("kernel_description", "#7 SMP root@node7 Mon Jun 3 10:00:01 CEST 2024", Some("#7 SMP")),
            ("kernel_description", "node7", None),
            ("distro_description", "Our Linux of node7", None),
            ("distro_description", "Debian GNU/Linux 12 node7", None),
            ("os_name", "Debian (node7)", Some("Debian")),
            ("os_name", "Debian (bookworm) (node7)", Some("Debian")),
            ("os_version", "12 (node7 pool)", Some("12")),
            ("os_id", "12 (node7)", Some("12")),
            ("os_version", "(node7)", None),
            ("ceph_version", "ceph version 17.2.0-node7 (dirty)", Some("ceph version 17.2.0")),
            ("ceph_version", "node7 version 16.2.15", None),
            (
                "ceph_version",
                "ceph version 16.2.15 (deadbeef) node (seven)",
                Some("ceph version 16.2.15 (deadbeef)"),
            ),
            ("cpu", "node7", None),
            ("cpu", "Intel(R) node7.example.com", Some("Intel(R)")),
            ("hostname", "node7", None),
        ] {
            assert_eq!(platform(key, value).as_deref(), sent, "{key} {value}");
        }
    }
}
