//! Where to send to and through what: URLs of endpoints and proxies. What shows them never shows a password.

use std::fmt;
use std::net::Ipv6Addr;

use thiserror::Error;

/// The longest text that is taken, in bytes.
const LONGEST: usize = 2048;
/// A value of a query that is shorter tells nothing, and may stand anywhere.
const SHORTEST_SECRET: usize = 4;

/// How a host is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scheme {
    /// In clear.
    Http,
    /// By TLS.
    Https,
}

impl Scheme {
    /// As it stands in a URL.
    pub fn word(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    fn port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// What is wrong with a URL. No message holds any of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AddressError {
    /// It is empty, too long, or has characters that no URL has.
    #[error("a URL is expected, as https://telemetry.example.com/device")]
    NoUrl,
    /// Neither http nor https.
    #[error("a URL that starts with https:// or http:// is expected")]
    Scheme,
    /// No host name, or one that cannot be.
    #[error("the host in the URL is no name and no address")]
    Host,
    /// The port is no number from 1 to 65535.
    #[error("the port in the URL is no number from 1 to 65535")]
    Port,
    /// An endpoint with `user:password@`.
    #[error("an endpoint takes no user and password: leave out what stands before the @")]
    Credentials,
    /// The user or the password has a `%` that is not followed by two hex digits, or bytes that are no UTF-8.
    #[error("in the user and the password of a proxy, % stands before two hex digits: write %25 for itself")]
    Percent,
    /// Not a kind of proxy that is known.
    #[error("a proxy is expected, as http://proxy.example.com:8080, with user:password@ if it asks for them")]
    Proxy,
}

/// An endpoint: `https://host[:port][/path][?query]`, or the same with `http`. `Display` and `Debug` leave out the
/// query, which may be a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    scheme: Scheme,
    host: String,
    port: Option<u16>,
    path: String,
}

impl Endpoint {
    /// Reads a URL.
    ///
    /// # Errors
    /// It is none, or one that cannot be sent to.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let (scheme, rest) = text_without_scheme(text)?;
        let scheme = scheme.ok_or(AddressError::NoUrl).and_then(known_scheme)?;
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        if authority.contains('@') {
            return Err(AddressError::Credentials);
        }
        let (host, port) = host_and_port(authority)?;
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        Ok(Self { scheme, host, port, path })
    }

    /// By TLS or in clear.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The whole of it, what is behind the `?` included, which may be a secret.
    pub fn url(&self) -> String {
        let port = self.port.map_or(String::new(), |port| format!(":{port}"));
        format!("{}://{}{port}{}", self.scheme.word(), self.host, self.path)
    }

    /// `text` of the other side without what it repeats of the request: path and query, and the values in the query, as they
    /// are written and as they are meant.
    pub fn conceal(&self, text: &str) -> String {
        let Some((path, query)) = self.path.split_once('?') else { return text.to_owned() };
        let values = query.split('&').flat_map(|part| {
            let value = part.split_once('=').map_or(part, |(_, value)| value);
            let meant = decoded(value).unwrap_or_default();
            let [upper, lower] = encoded(&meant);
            [value.to_owned(), upper, lower, meant]
        });
        let mut secrets: Vec<String> =
            [self.path.clone(), format!("?{query}"), query.to_owned()].into_iter().chain(values).collect();
        secrets.retain(|secret| secret.len() >= SHORTEST_SECRET);
        // The longer ones first: none is to be left because a part of it has gone.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets.iter().fold(text.to_owned(), |text, secret| {
            text.replace(secret, if *secret == self.path { path } else { "***" })
        })
    }

    /// The URL in `text` as it may be shown: without the query, which may be a secret.
    pub fn shown(text: &str) -> String {
        text.split_once('?').map_or(text.to_owned(), |(before, _)| format!("{before}?***"))
    }

    /// `host:port`.
    pub fn host_and_port(&self) -> String {
        format!("{}:{}", self.host, self.port.unwrap_or(self.scheme.port()))
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.url();
        f.write_str(url.split('?').next().unwrap_or_default())
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({self})")
    }
}

/// A proxy: `[http[s]://][user[:password]@]host[:port]`. `Display` and `Debug` leave out user and password.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyAddress {
    scheme: Scheme,
    host: String,
    port: Option<u16>,
    credentials: Option<(String, String)>,
}

impl ProxyAddress {
    /// Reads a proxy's URL; without a scheme it is `http`.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let (scheme, rest) = text_without_scheme(text).map_err(|_| AddressError::Proxy)?;
        let scheme = match scheme {
            None => Scheme::Http,
            Some(scheme) => known_scheme(scheme).map_err(|_| AddressError::Proxy)?,
        };
        // A password may hold anything, so what is behind the last @ is the host.
        let (credentials, rest) = match rest.rsplit_once('@') {
            Some((credentials, rest)) => (Some(credentials), rest),
            None => (None, rest),
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.contains(['/', '?', '#']) {
            return Err(AddressError::Proxy);
        }
        let (host, port) = host_and_port(authority)?;
        let credentials = credentials
            .map(|text| {
                let (user, password) = text.split_once(':').unwrap_or((text, ""));
                Ok((decoded(user)?, decoded(password)?))
            })
            .transpose()?;
        Ok(Self { scheme, host, port, credentials })
    }

    /// As it was written: by TLS, or in clear.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Its name or address; an IPv6 address has its brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port that is spoken to.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(self.scheme.port())
    }

    /// User and password.
    pub fn credentials(&self) -> Option<(&str, &str)> {
        self.credentials.as_ref().map(|(user, password)| (user.as_str(), password.as_str()))
    }
}

impl fmt::Display for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = if self.credentials.is_some() { "***@" } else { "" };
        write!(f, "{}://{hidden}{}:{}", self.scheme.word(), self.host, self.port())
    }
}

impl fmt::Debug for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProxyAddress({self})")
    }
}

/// Scheme, if there is one, and the rest, of a text that may be a URL.
fn text_without_scheme(text: &str) -> Result<(Option<&str>, &str), AddressError> {
    let printable = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}#".contains(&byte);
    // A password may be in any script.
    let allowed =
        |byte: u8| printable(byte) || (text.contains('@') && !byte.is_ascii_control() && byte != b' ');
    if text.is_empty() || text.len() > LONGEST || !text.bytes().all(allowed) {
        return Err(AddressError::NoUrl);
    }
    Ok(text.split_once("://").map_or((None, text), |(scheme, rest)| (Some(scheme), rest)))
}

fn known_scheme(scheme: &str) -> Result<Scheme, AddressError> {
    [Scheme::Http, Scheme::Https]
        .into_iter()
        .find(|known| scheme.eq_ignore_ascii_case(known.word()))
        .ok_or(AddressError::Scheme)
}

fn host_and_port(authority: &str) -> Result<(String, Option<u16>), AddressError> {
    let (host, port) = match authority.rfind(']') {
        Some(end) => authority.split_at(end + 1),
        None if authority.starts_with('[') => return Err(AddressError::Host),
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    let port = match port.strip_prefix(':') {
        None if port.is_empty() => None,
        Some(number) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(number.parse().ok().filter(|number| *number > 0).ok_or(AddressError::Port)?)
        }
        _ => return Err(AddressError::Port),
    };
    let is_name = |name: &str| {
        let part = |part: &str| {
            !part.is_empty()
                && part.len() <= 63
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        };
        name.len() <= 253 && name.strip_suffix('.').unwrap_or(name).split('.').all(part)
    };
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let right = match address {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => is_name(host),
    };
    if right { Ok((host.to_ascii_lowercase(), port)) } else { Err(AddressError::Host) }
}

/// `text` with `%XX`, and with `%xx`, for all that is not unreserved (RFC 3986, 2.3).
fn encoded(text: &str) -> [String; 2] {
    let kept = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let with = |digits: fn(u8) -> String| {
        text.bytes()
            .map(|byte| if kept(byte) { char::from(byte).to_string() } else { digits(byte) })
            .collect()
    };
    [with(|byte| format!("%{byte:02X}")), with(|byte| format!("%{byte:02x}"))]
}

/// `text` with `%xx` as the byte it stands for.
fn decoded(text: &str) -> Result<String, AddressError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        bytes.push(match byte {
            b'%' => match (digit(rest.next()), digit(rest.next())) {
                (Some(high), Some(low)) => {
                    u8::try_from(high * 16 + low).map_err(|_| AddressError::Percent)?
                }
                _ => return Err(AddressError::Percent),
            },
            byte => byte,
        });
    }
    String::from_utf8(bytes).map_err(|_| AddressError::Percent)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn endpoints_are_told_from_what_is_none() {
        for (text, shown) in [
            ("https://telemetry.example.com/device", "https://telemetry.example.com/device"),
            ("HTTPS://Telemetry.Example.com", "https://telemetry.example.com/"),
            ("http://127.0.0.1:8080/a?b=c", "http://127.0.0.1:8080/a"),
            ("https://[::1]:8443/device", "https://[::1]:8443/device"),
            ("https://host?x", "https://host/"),
        ] {
            assert_eq!(Endpoint::parse(text).unwrap().to_string(), shown);
        }
        for (text, error) in [
            ("not a url", AddressError::NoUrl),
            ("", AddressError::NoUrl),
            ("example.com/device", AddressError::NoUrl),
            ("ftp://example.com", AddressError::Scheme),
            ("https:///device", AddressError::Host),
            ("https://[::1", AddressError::Host),
            ("https://a..b", AddressError::Host),
            ("https://a:0", AddressError::Port),
            ("https://a:99999", AddressError::Port),
            ("https://a:b", AddressError::Port),
            ("https://me:secret@a/", AddressError::Credentials),
            ("https://a/\n", AddressError::NoUrl),
        ] {
            assert_eq!(Endpoint::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn what_others_repeat_of_a_query_is_concealed() {
        let endpoint = Endpoint::parse("https://a/device?token=S3cret%2Fword&v=1").unwrap();
        for (text, shown) in [
            ("Cannot PUT /device?token=S3cret%2Fword&v=1", "Cannot PUT /device"),
            ("bad token S3cret/word, v=1", "bad token ***, v=1"),
            ("token=S3cret%2Fword&amp;v=1", "token=***&amp;v=1"),
            ("see /device", "see /device"),
            ("no S3cret%2fword", "no ***"),
        ] {
            assert_eq!(endpoint.conceal(text), shown);
        }
        assert_eq!(Endpoint::parse("https://a/device").unwrap().conceal("PUT /device?"), "PUT /device?");
        assert_eq!(Endpoint::shown("https://a/b?c=d?e"), "https://a/b?***");
        assert_eq!(Endpoint::shown("https://a"), "https://a");
    }

    #[test]
    fn a_proxy_is_shown_without_its_password() {
        let proxy = ProxyAddress::parse("https://stone:p%40ss:w@rd@10.0.0.1:8080").unwrap();
        assert_eq!(proxy.credentials(), Some(("stone", "p@ss:w@rd")));
        assert_eq!(format!("{proxy} {proxy:?}").matches("***@10.0.0.1:8080").count(), 2);
        assert!(!format!("{proxy} {proxy:?}").contains("rd"), "{proxy:?}");
        let plain = ProxyAddress::parse("proxy:3128").unwrap();
        assert_eq!((plain.scheme(), plain.host(), plain.port()), (Scheme::Http, "proxy", 3128));
        for wrong in ["not a proxy", "socks5://a:1", "http://a/b", "a:b:c", "http://u%4@a:1", "http://", "@"]
        {
            let error = ProxyAddress::parse(wrong).unwrap_err();
            assert!(!error.to_string().contains(wrong), "{error}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,60}") {
            if let Ok(endpoint) = Endpoint::parse(&text) {
                prop_assert_eq!(Endpoint::parse(&endpoint.url()), Ok(endpoint));
            }
            _ = ProxyAddress::parse(&text);
        }

        #[test]
        fn passwords_of_any_kind_are_kept(user in "[a-z]{1,8}", password in "\\PC{0,20}") {
            let encoded: String = password.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let proxy = ProxyAddress::parse(&format!("http://{user}:{encoded}@host:1")).unwrap();
            prop_assert_eq!(proxy.credentials(), Some((user.as_str(), password.as_str())));
        }
    }
}
