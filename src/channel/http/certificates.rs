//! Whom to trust: the roots of the system, and those of a file besides.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use ureq::tls::{Certificate, PemItem, parse_pem};

/// The largest file of certificates that is read, in bytes.
const LARGEST: u64 = 4 << 20;

/// Number of certificates in the PEM file at `path`.
///
/// # Errors
/// It cannot be read, holds none, or one that is none of an authority's.
pub fn check_certificates(path: &Path) -> io::Result<usize> {
    let certificates = of_file(path)?;
    let mut store = RootCertStore::empty();
    for certificate in &certificates {
        store.add(CertificateDer::from(certificate.der())).map_err(invalid)?;
    }
    Ok(certificates.len())
}

/// All roots that are trusted.
pub(super) fn roots(extra: Option<&Path>) -> io::Result<Vec<Certificate<'static>>> {
    let system = rustls_native_certs::load_native_certs();
    let mut roots: Vec<_> =
        system.certs.iter().map(|der| Certificate::from_der(der.as_ref()).to_owned()).collect();
    match extra {
        Some(path) => roots.extend(of_file(path)?),
        None if roots.is_empty() => {
            let why = system.errors.first().map_or(String::new(), |error| format!(": {error}"));
            return Err(io::Error::other(format!(
                "the system has none (on Debian: the package ca-certificates){why}"
            )));
        }
        None => {}
    }
    Ok(roots)
}

fn of_file(path: &Path) -> io::Result<Vec<Certificate<'static>>> {
    let mut text = Vec::new();
    File::open(path)?.take(LARGEST + 1).read_to_end(&mut text)?;
    if text.len() as u64 > LARGEST {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let mut found = Vec::new();
    for item in parse_pem(&text) {
        if let PemItem::Certificate(certificate) = item.map_err(invalid)? {
            found.push(certificate);
        }
    }
    if found.is_empty() {
        return Err(invalid("it holds no certificate: a PEM file is expected"));
    }
    Ok(found)
}

fn invalid(error: impl ToString) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error.to_string())
}
