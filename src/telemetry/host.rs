//! Which host this is: what its pseudonym is made of, and the names that must never be sent.

use std::fs;
use std::path::Path;

/// The largest identity file that is read, in bytes.
const LARGEST: usize = 256;

/// This host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// What tells it from other hosts: its machine id, or its name where it has none. Never sent.
    pub identity: String,
    /// Its names, which may stand in what a drive or smartctl says. Never sent.
    pub names: Vec<String>,
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
        Self { identity: machine_id.unwrap_or(name), names }
    }
}

fn first_word(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok().filter(|text| text.len() <= LARGEST)?;
    text.split_whitespace().next().map(str::to_owned)
}
