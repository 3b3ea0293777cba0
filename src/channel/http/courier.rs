//! One PUT a report.

use std::cell::OnceCell;
use std::fmt;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use flate2::Compression;
use flate2::read::GzEncoder;
use ureq::http::Response;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Body, Proxy, ProxyProtocol, SendBody};

use super::{answer, certificates, fault, proxy};
use crate::channel::{Courier, DeliveryError, Endpoint, Known, Parcel, ProxyAddress, Scheme};

/// What the program calls itself: no version, which would tell hosts apart.
const USER_AGENT: &str = "stone";
/// The largest header of an answer, in bytes.
const LARGEST_HEADER: usize = 32 << 10;
/// A body that is not worth packing, in bytes.
const SMALL: u64 = 1024;

/// Where to, through what, and whom to trust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// The proxy, if there is one.
    pub proxy: Option<ProxyAddress>,
    /// A PEM file of authorities that are trusted besides those of the system.
    pub ca_file: Option<PathBuf>,
}

/// How long things may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// To be connected, through the proxy and by TLS.
    pub connect: Duration,
    /// Until some bytes are taken or given.
    pub idle: Duration,
    /// For the whole request.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { connect: seconds(20), idle: seconds(60), total: seconds(900) }
    }
}

/// Carries reports by HTTP.
pub struct HttpCourier {
    route: Route,
    timeouts: Timeouts,
    roots: OnceCell<Arc<Vec<Certificate<'static>>>>,
}

impl HttpCourier {
    /// One that goes this way.
    pub fn new(route: Route, timeouts: Timeouts) -> Self {
        Self { route, timeouts, roots: OnceCell::new() }
    }

    fn roots(&self) -> Result<Arc<Vec<Certificate<'static>>>, DeliveryError> {
        if let Some(roots) = self.roots.get() {
            return Ok(roots.clone());
        }
        let extra = self.route.ca_file.as_deref();
        let roots = certificates::roots(extra).map_err(|source| {
            let of = extra.map_or(String::new(), |path| format!(" in {}", path.display()));
            DeliveryError::Local { action: format!("read the certificates{of}"), source }
        })?;
        Ok(self.roots.get_or_init(|| Arc::new(roots)).clone())
    }

    /// The client, through a proxy that is spoken to as `scheme` says.
    fn agent(&self, through: Option<(&ProxyAddress, Scheme)>) -> Result<Agent, DeliveryError> {
        let by_tls = [Some(self.route.endpoint.scheme()), through.map(|(_, scheme)| scheme)];
        let roots = match by_tls.contains(&Some(Scheme::Https)) {
            true => self.roots()?,
            false => Arc::default(),
        };
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::Specific(roots))
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let proxy = through.map(|(proxy, scheme)| client_proxy(proxy, scheme)).transpose().map_err(|_| {
            DeliveryError::Proxy {
                proxy: self.route.proxy.as_ref().map_or(String::new(), ToString::to_string),
                reason: "is none that can be used".to_owned(),
            }
        })?;
        let config = Agent::config_builder()
            .tls_config(tls)
            // Said even where there is none, or the environment is asked.
            .proxy(proxy)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .user_agent(USER_AGENT)
            .accept("")
            .accept_encoding("")
            .max_response_header_size(LARGEST_HEADER)
            .timeout_global(Some(self.timeouts.total))
            .timeout_connect(Some(self.timeouts.connect))
            .timeout_resolve(Some(self.timeouts.connect))
            .timeout_per_read(Some(self.timeouts.idle))
            .timeout_per_write(Some(self.timeouts.idle))
            .timeout_recv_response(Some(self.timeouts.idle))
            .timeout_recv_body(Some(self.timeouts.idle))
            .build();
        Ok(config.new_agent())
    }

    fn send(&self, agent: &Agent, parcel: &Parcel<'_>, pack: Pack) -> Result<Response<Body>, Failed> {
        let length = pack.length(parcel)?;
        let mut body = pack.body(parcel)?;
        let mut request = agent
            .put(self.route.endpoint.url())
            .header("Content-Type", "application/json")
            // draft-ietf-httpapi-idempotency-key-header: a string of structured fields, in quotes.
            .header("Idempotency-Key", format!("\"{}\"", parcel.key()))
            .header("Content-Length", length.to_string());
        if pack == Pack::Gzip {
            request = request.header("Content-Encoding", "gzip");
        }
        request.send(SendBody::from_reader(&mut body)).map_err(Failed::OnTheWay)
    }
}

impl Courier for HttpCourier {
    fn put(&self, parcel: &Parcel<'_>, known: &mut Known) -> Result<(), DeliveryError> {
        let to = self.route.endpoint.to_string();
        let proxy = self.route.proxy.as_ref();
        let proxy_name = proxy.map(ToString::to_string);
        let name = |proxy: &ProxyAddress| format!("{}:{}", proxy.host(), proxy.port());
        let through = match proxy {
            None => None,
            Some(proxy) => {
                let scheme = proxy::scheme(proxy, || known.tls_proxies.contains(&name(proxy)));
                let reach = |source| DeliveryError::Connection { to: format!("the proxy {proxy}"), source };
                Some((proxy, scheme.map_err(reach)?))
            }
        };
        let agent = self.agent(through)?;
        let explain = |failed: Failed| match failed {
            Failed::Local(source) => DeliveryError::Local { action: "read the report".to_owned(), source },
            Failed::OnTheWay(error) => fault::explain(error, &self.route.endpoint, proxy_name.as_deref()),
        };
        let pack = match known.gzip.contains(&to) && parcel.bytes() > SMALL {
            true => Pack::Gzip,
            false => Pack::Plain,
        };
        let mut response = self.send(&agent, parcel, pack).map_err(explain)?;
        if response.status().as_u16() == 415 && pack == Pack::Gzip {
            tracing::info!(%to, "it no longer takes gzip");
            known.gzip.remove(&to);
            response = self.send(&agent, parcel, Pack::Plain).map_err(explain)?;
        } else if answer::takes_gzip(response.headers()) {
            known.gzip.insert(to.clone());
        }
        if let Some((proxy, Scheme::Https)) = through {
            known.tls_proxies.insert(name(proxy));
        }
        let judged = answer::judge(&self.route.endpoint, &mut response);
        tracing::info!(%to, status = response.status().as_u16(), bytes = parcel.bytes(), ?pack, "sent a report");
        judged
    }
}

impl fmt::Debug for HttpCourier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpCourier").field("route", &self.route).finish_non_exhaustive()
    }
}

/// What hindered a request.
enum Failed {
    /// The report could not be read.
    Local(io::Error),
    OnTheWay(ureq::Error),
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::Local(error)
    }
}

/// In what form a report goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pack {
    Plain,
    Gzip,
}

impl Pack {
    fn body<'a>(self, parcel: &'a Parcel<'_>) -> io::Result<Box<dyn Read + 'a>> {
        let body = parcel.body()?;
        Ok(match self {
            Self::Plain => Box::new(body),
            Self::Gzip => Box::new(GzEncoder::new(body, Compression::default())),
        })
    }

    /// Bytes that are sent. Packing twice costs less than to hold a whole report, and not every endpoint takes a
    /// body whose length it is not told.
    fn length(self, parcel: &Parcel<'_>) -> io::Result<u64> {
        match self {
            Self::Plain => Ok(parcel.bytes()),
            Self::Gzip => io::copy(&mut self.body(parcel)?, &mut io::sink()),
        }
    }
}

fn client_proxy(proxy: &ProxyAddress, scheme: Scheme) -> Result<Proxy, ureq::Error> {
    let protocol = match scheme {
        Scheme::Http => ProxyProtocol::Http,
        Scheme::Https => ProxyProtocol::Https,
    };
    let mut client = Proxy::builder(protocol).host(proxy.host()).port(proxy.port());
    if let Some((user, password)) = proxy.credentials() {
        client = client.username(user).password(password);
    }
    client.build()
}
