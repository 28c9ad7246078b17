use core::fmt;
use core::net::Ipv6Addr;
use std::sync::Arc;

use crate::error::ConfigError;

/// Where an issuer publishes its keys: an `https` URL that the program was configured with.
///
/// Never take it from a token: what a token says of where its key is to be found (`jku`, `x5u`) is
/// refused. Where it comes from the issuer's metadata (`jwks_uri` of [RFC 8414]), fetch that over
/// `https` too, and compare the issuer's name in it.
///
/// ```
/// use bartizan_token::{ConfigError, JwkSetUrl};
///
/// let url = JwkSetUrl::new("https://id.example/.well-known/jwks.json")?;
/// assert_eq!(url.as_str(), "https://id.example/.well-known/jwks.json");
/// for refused in ["http://id.example/", "https://u:p@id.example/", "https://", "https://a b/"] {
///     assert_eq!(JwkSetUrl::new(refused).err(), Some(ConfigError::InvalidJwkSetUrl));
/// }
/// # Ok::<(), ConfigError>(())
/// ```
///
/// [RFC 8414]: https://www.rfc-editor.org/rfc/rfc8414
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct JwkSetUrl(Arc<str>);

impl JwkSetUrl {
    /// Takes a URL in ASCII, in the strict spelling that every client reads alike.
    ///
    /// # Errors
    ///
    /// [`ConfigError::InvalidJwkSetUrl`]: not `https://`, no host, a user or a fragment in it, longer
    /// than 2,048 bytes, or a character that must be escaped.
    pub fn new(url: &str) -> Result<Self, ConfigError> {
        let good = host_of(url, "https://").is_some();
        if good { Ok(Self(Arc::from(url))) } else { Err(ConfigError::InvalidJwkSetUrl) }
    }

    /// Takes a URL that leads to this machine, without TLS.
    pub(crate) fn plain_loopback(url: &str) -> Result<Self, ConfigError> {
        match host_of(url, "http://") {
            Some("127.0.0.1" | "[::1]") => Ok(Self(Arc::from(url))),
            _ => Err(ConfigError::InvalidJwkSetUrl),
        }
    }

    /// Returns the URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether it is fetched without TLS, from this machine.
    #[cfg(feature = "remote-client")]
    pub(crate) fn is_plain(&self) -> bool {
        self.0.starts_with("http://")
    }
}

impl fmt::Display for JwkSetUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Returns the host of a URL that is well-formed: [RFC 3986], without user and fragment.
///
/// [RFC 3986]: https://www.rfc-editor.org/rfc/rfc3986
fn host_of<'u>(url: &'u str, scheme: &str) -> Option<&'u str> {
    let plain = |byte: u8| byte.is_ascii_graphic() && !br##""#<>\^`{|}"##.contains(&byte);
    if url.len() > MAX_URL_LEN || !url.bytes().all(plain) {
        return None;
    }
    let rest = url.strip_prefix(scheme)?;
    let authority = rest.get(..rest.find(['/', '?']).unwrap_or(rest.len()))?;
    let (host, port) = match authority.rsplit_once(':') {
        // The last colon may be one of an IPv6 address.
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let digits = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let good_port =
        port.is_none_or(|port| digits(port) && port.parse().is_ok_and(|port: u16| port > 0));
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let good_host = address.map_or_else(|| is_name(host), |host| host.parse::<Ipv6Addr>().is_ok());
    (good_host && good_port).then_some(host)
}

fn is_name(host: &str) -> bool {
    let of_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    host.starts_with(|first: char| first.is_ascii_alphanumeric()) && host.bytes().all(of_name)
}

const MAX_URL_LEN: usize = 2_048;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_https_and_has_one_reading() {
        for good in [
            "https://id.example",
            "https://id.example/",
            "https://id.example?set=1",
            "https://id.example:8443/a/b%20c?d=e&f=%2F",
            "https://[2001:db8::1]/",
            "https://[::1]:443/",
            "https://192.0.2.1/jwks",
        ] {
            assert_eq!(JwkSetUrl::new(good).map(|url| url.to_string()), Ok(good.to_owned()));
        }
        for refused in [
            "",
            "https",
            "https://",
            "https:///path",
            "https://:443/",
            "HTTPS://id.example/",
            "http://id.example/",
            "ftp://id.example/",
            "file:///etc/passwd",
            "https://id.example#fragment",
            "https://user@id.example/",
            "https://id.example@evil.example/",
            "https://id.example\\@evil.example/",
            "https://id.example:0/",
            "https://id.example:65536/",
            "https://id.example:+1/",
            "https://id.example:/",
            "https://id.example:80:80/",
            "https://[::1/",
            "https://[id.example]/",
            "https://::1/",
            "https://id example/",
            "https://id.example/\r\nHost: evil",
            "https://id.exämple/",
            "https://-id.example/",
            " https://id.example/",
        ] {
            assert_eq!(
                JwkSetUrl::new(refused).err(),
                Some(ConfigError::InvalidJwkSetUrl),
                "{refused}"
            );
        }
        let long = format!("https://id.example/{}", "a".repeat(2_029));
        assert!(JwkSetUrl::new(&long).is_ok());
        assert!(JwkSetUrl::new(&format!("{long}a")).is_err());
    }

    #[test]
    fn without_tls_it_leads_to_this_machine() {
        for good in ["http://127.0.0.1:8080/jwks", "http://[::1]:1/"] {
            assert!(JwkSetUrl::plain_loopback(good).is_ok(), "{good}");
        }
        for refused in [
            "http://localhost/",
            "http://127.0.0.1.evil.example/",
            "http://127.0.0.1@evil.example/",
            "http://0.0.0.0/",
            "http://id.example/",
            "https://127.0.0.1/",
        ] {
            assert!(JwkSetUrl::plain_loopback(refused).is_err(), "{refused}");
        }
    }
}
