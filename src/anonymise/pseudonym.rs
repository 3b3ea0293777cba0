//! Pseudonyms: HMAC-SHA-256 of what identifies a host or a disk, under the secret.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::hex::digits;
use super::{Identity, Secret};

/// The name of a host or of a disk towards the outside: 32 hex digits in the form of a UUID (RFC 9562, version 8).
///
/// It stays the same as long as the secret does, whatever the disk is called and however it was read. Without the
/// secret nobody can compute it, check a guess, or tell that two of them belong together. It holds no MAC
/// address and no time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pseudonym(String);

impl Pseudonym {
    /// Of a host: by its machine id, or its name.
    pub(super) fn of_host(secret: &Secret, host: &str) -> Self {
        Self::derive(secret, "host", &[host.trim().to_ascii_lowercase()])
    }

    /// Of a disk. `None`: nothing tells it from others.
    pub(super) fn of_device(secret: &Secret, identity: &Identity) -> Option<Self> {
        Some(Self::derive(secret, "device", &identity.parts()?))
    }

    /// Of a disk of which nothing is known but a name it had in an older report.
    pub(super) fn of_name(secret: &Secret, name: &str) -> Self {
        Self::derive(secret, "name", &[name.to_owned()])
    }

    /// Of the cluster whose secret it is.
    #[cfg(feature = "cluster")]
    pub(crate) fn of_cluster(secret: &Secret) -> Self {
        Self::derive(secret, "cluster", &[])
    }

    /// Of a report, by its number: the same for whoever makes it.
    #[cfg(feature = "telemetry")]
    pub(crate) fn of_report(secret: &Secret, number: u64) -> Self {
        Self::derive(secret, "report", &[number.to_string()])
    }

    /// Of the secret itself: it tells whether names were made with it. It stays on the host.
    pub(crate) fn of_secret(secret: &Secret) -> Self {
        Self::derive(secret, "secret", &[])
    }

    /// Of a host that may send the report of its cluster. It stays within the cluster, and is none of the names of a report.
    #[cfg(feature = "telemetry")]
    pub(crate) fn of_holder(secret: &Secret, host: &str) -> Self {
        Self::derive(secret, "holder", &[host.to_owned()])
    }

    /// Of a daemon: 40 hex digits, as receivers take for a name that was hashed already.
    pub(super) fn of_daemon(secret: &Secret, name: &str) -> String {
        let digest = digest(secret, "daemon", &[name.to_owned()]);
        hex(&digest[..20])
    }

    /// The first 16 bytes of [`digest`], with version and variant of a UUID set.
    fn derive(secret: &Secret, domain: &str, parts: &[String]) -> Self {
        let mut uuid = [0; 16];
        uuid.copy_from_slice(&digest(secret, domain, parts)[..16]);
        uuid[6] = uuid[6] & 0x0f | 0x80;
        uuid[8] = uuid[8] & 0x3f | 0x80;
        let mut text = String::with_capacity(36);
        for (at, digit) in digits(uuid.iter()).map(char::from).enumerate() {
            if matches!(at, 8 | 12 | 16 | 20) {
                text.push('-');
            }
            text.push(digit);
        }
        Self(text)
    }

    /// `xxxxxxxx-xxxx-8xxx-xxxx-xxxxxxxxxxxx`, lower-case hex.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// HMAC-SHA-256 over the domain and the parts, each with its length before it (64 bits, big-endian).
fn digest(secret: &Secret, domain: &str, parts: &[String]) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.bytes()).expect("HMAC takes keys of any length");
    for part in [domain].into_iter().chain(parts.iter().map(String::as_str)) {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part.as_bytes());
    }
    mac.finalize().into_bytes().into()
}

fn hex(bytes: &[u8]) -> String {
    digits(bytes.iter()).map(char::from).collect()
}

impl fmt::Display for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn disk(serial: &str) -> Identity {
        Identity { model: Some("ST1".into()), serial: Some(serial.into()), ..Identity::default() }
    }

    #[test]
    fn it_is_stable_over_versions_of_this_program() {
        let secret = Secret::from_bytes([7; 32]);
        // Computed with Python's hmac and hashlib from the definition above.
        assert_eq!(Pseudonym::of_host(&secret, "Node-1 ").as_str(), "36a7bf1b-a931-8286-a713-8575dbb15c9d");
        assert_eq!(
            Pseudonym::of_device(&secret, &disk("k3s00fjf")).unwrap().as_str(),
            "9f36657d-4109-8f73-99eb-3ec8d614e345"
        );
    }

    proptest! {
        #[test]
        fn it_depends_on_secret_domain_and_disk(a in "[A-Z0-9]{6,12}", b in "[A-Z0-9]{6,12}", key in any::<[u8; 32]>()) {
            let secret = Secret::from_bytes(key);
            let one = Pseudonym::of_device(&secret, &disk(&a)).unwrap();
            prop_assert_eq!(&one, &Pseudonym::of_device(&secret, &disk(&a)).unwrap());
            prop_assert_eq!(one == Pseudonym::of_device(&secret, &disk(&b)).unwrap(), a == b);
            let mut other = key;
            other[31] ^= 1;
            prop_assert_ne!(&one, &Pseudonym::of_device(&Secret::from_bytes(other), &disk(&a)).unwrap());
            prop_assert_ne!(one, Pseudonym::of_host(&secret, &a));
        }
    }
}
