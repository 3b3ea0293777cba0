//! The text of a URL: where reports go, and through what.

use stone_smart::channel::{Endpoint, ProxyAddress};

/// Any text, as an endpoint and as a proxy.
pub fn address(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(endpoint) = Endpoint::parse(&text) {
        let url = endpoint.url();
        assert_eq!(Endpoint::parse(&url).ok(), Some(endpoint.clone()), "{url} is read as it was written");
        let authority = url.split("://").nth(1).and_then(|rest| rest.split(['/', '?']).next());
        assert!(
            !endpoint.to_string().contains('?') && !authority.unwrap_or_default().contains('@'),
            "{endpoint}"
        );
    }
    if let Ok(proxy) = ProxyAddress::parse(&text) {
        assert!(proxy.port() > 0 && !proxy.host().is_empty(), "{proxy}");
        let shown = format!("{}://{}:{}", proxy.scheme().word(), proxy.host(), proxy.port());
        let hidden = format!("{}://***@{}:{}", proxy.scheme().word(), proxy.host(), proxy.port());
        let expected = if proxy.credentials().is_some() { hidden } else { shown };
        assert_eq!(
            (proxy.to_string(), format!("{proxy:?}")),
            (expected.clone(), format!("ProxyAddress({expected})"))
        );
    }
}
