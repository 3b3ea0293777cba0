//! How to speak to a proxy that is written with `https://`.
//!
//! Such a proxy is one that is spoken to by TLS. Yet the module's documentation writes so of a proxy for https that is itself
//! spoken to in clear (`https://10.0.0.1:8080`), and people have copied it. So it is looked at: a proxy that
//! answers the first message of TLS is spoken to by TLS. One that does not is spoken to in clear, unless it has
//! spoken TLS before: nobody in between can talk us out of it.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore};

use crate::channel::{ProxyAddress, Scheme};

/// How long a proxy may take to answer the first message of TLS.
const PATIENCE: Duration = Duration::from_secs(5);
/// Content types of TLS records (RFC 8446, 5.1): alert, handshake.
const TLS: [u8; 2] = [21, 22];

/// Whether `proxy` is to be spoken to by TLS. No user, no password and no name of an endpoint is sent to find out.
pub(super) fn scheme(proxy: &ProxyAddress, has_spoken_tls: impl FnOnce() -> bool) -> io::Result<Scheme> {
    match proxy.scheme() {
        Scheme::Http => Ok(Scheme::Http),
        Scheme::Https if has_spoken_tls() => Ok(Scheme::Https),
        Scheme::Https => ask(proxy),
    }
}

fn ask(proxy: &ProxyAddress) -> io::Result<Scheme> {
    let host = proxy.host().trim_matches(['[', ']']);
    let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        // Nothing is trusted, and nothing said, beyond the first message.
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    let mut hello = Vec::new();
    ClientConnection::new(Arc::new(config), name).map_err(io::Error::other)?.write_tls(&mut hello)?;
    let mut stream = connect(host, proxy.port())?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut first = [0];
    let answered = stream.write_all(&hello).and_then(|()| stream.read_exact(&mut first));
    let by_tls = answered.is_ok() && TLS.contains(&first[0]);
    tracing::debug!(%proxy, by_tls, "asked the proxy whether it speaks TLS");
    Ok(if by_tls { Scheme::Https } else { Scheme::Http })
}

fn connect(host: &str, port: u16) -> io::Result<TcpStream> {
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for address in (host, port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}
