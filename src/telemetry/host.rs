//! Which host this is: what its pseudonym is made of, and the names that must never be sent.

use std::fs::{self, File};
use std::io::Read;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::Path;

/// The largest identity file that is read, in bytes.
const LARGEST: usize = 256;
/// As much is read of a list of addresses.
const LONGEST_LIST: u64 = 1 << 20;
/// Addresses that are watched for; a host with more is a router.
const MOST_ADDRESSES: usize = 256;

/// This host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// What tells it from other hosts: its machine id, or its name where it has none. Never sent.
    pub identity: String,
    /// Its names, which may stand in what a drive or smartctl says. Never sent.
    pub names: Vec<String>,
    /// Its addresses, of the internet and of its network adapters, as the kernel lists them. Never sent.
    pub addresses: Vec<String>,
}

impl Host {
    /// The host this program runs on.
    pub fn this() -> Self {
        let name =
            nix::unistd::gethostname().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let machine_id = ["/etc/machine-id", "/var/lib/dbus/machine-id"]
            .iter()
            .find_map(|path| first_word(Path::new(path)));
        let short = name.split('.').next().unwrap_or_default().to_owned();
        let names: Vec<String> = [name.clone(), short].into_iter().filter(|name| !name.is_empty()).collect();
        Self { identity: machine_id.unwrap_or(name), names, addresses: addresses() }
    }

    /// All that names it in words: its names and addresses.
    pub fn watched(&self) -> impl Iterator<Item = &str> {
        self.names.iter().chain(&self.addresses).map(String::as_str)
    }
}

fn addresses() -> Vec<String> {
    let mut found = version_4(&listed("/proc/net/fib_trie"));
    found.extend(version_6(&listed("/proc/net/if_inet6")));
    let adapters = fs::read_dir("/sys/class/net").into_iter().flatten().flatten();
    let hardware = adapters.filter_map(|adapter| first_word(&adapter.path().join("address")));
    found.extend(hardware.filter(|address| address.bytes().any(|byte| !matches!(byte, b'0' | b':'))));
    found.sort_unstable();
    found.dedup();
    found.truncate(MOST_ADDRESSES);
    found
}

fn listed(path: &str) -> String {
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(LONGEST_LIST).read_to_string(&mut text));
    read.map_or_else(|_| String::new(), |_| text)
}

/// The addresses of this host in a tree of routes: `|-- 10.0.0.5` and below it `/32 host LOCAL`.
fn version_4(tree: &str) -> Vec<String> {
    let mut last = None;
    let mut found = Vec::new();
    for line in tree.lines() {
        if let Some((_, address)) = line.split_once("|-- ") {
            last = address.trim().parse::<Ipv4Addr>().ok();
        } else if line.contains("/32 host LOCAL") {
            let address = last.filter(|address| !address.is_loopback());
            found.extend(address.map(|address| address.to_string()));
        }
    }
    found
}

/// The addresses in a list that begins each line with one, in 32 hex digits; each in full and as it is written.
fn version_6(list: &str) -> Vec<String> {
    let words = list.lines().filter_map(|line| line.split_whitespace().next());
    let numbers =
        words.filter(|word| word.len() == 32).filter_map(|word| u128::from_str_radix(word, 16).ok());
    let addresses = numbers.map(Ipv6Addr::from).filter(|address| !address.is_loopback());
    addresses.flat_map(|address| [format!("{:032x}", address.to_bits()), address.to_string()]).collect()
}

fn first_word(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok().filter(|text| text.len() <= LARGEST)?;
    text.split_whitespace().next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_from_what_the_kernel_lists() {
        let tree = "Main:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 10.20.30.0\n        /24 link UNICAST\n     |-- 10.20.30.40\n        /32 host LOCAL\n     |-- 127.0.0.1\n        /32 host LOCAL\n";
        assert_eq!(version_4(tree), ["10.20.30.40"]);
        let list = "00000000000000000000000000000001 01 80 10 80       lo\n20010db8007100000000000000000042 02 40 00 80     eth0\nx\n";
        assert_eq!(version_6(list), ["20010db8007100000000000000000042", "2001:db8:71::42"]);
    }
}
