use core::fmt;
use core::net::Ipv6Addr;
use std::sync::Arc;

/// Where a key service is: `https`, or `http` to an agent on this machine.
///
/// ```
/// use bartizan_envelope::ServiceUrl;
///
/// assert!(ServiceUrl::new("https://vault.example:8200").is_ok());
/// assert!(ServiceUrl::new("http://127.0.0.1:8100").is_ok());
/// for refused in ["http://vault.example", "https://u:p@a.example", "https://a.example/path"] {
///     assert!(ServiceUrl::new(refused).is_err());
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceUrl {
    base: Arc<str>,
    is_plain: bool,
}

impl ServiceUrl {
    /// Takes scheme, host and port, and nothing after them but one slash.
    ///
    /// # Errors
    ///
    /// [`InvalidServiceUrl`]: neither `https://` nor `http://` with `127.0.0.1` or `[::1]`, no
    /// host, longer than 512 bytes, or something that does not belong there.
    pub fn new(url: &str) -> Result<Self, InvalidServiceUrl> {
        let url = url.strip_suffix('/').unwrap_or(url);
        let parsed = match url.split_once("://") {
            _ if url.len() > MAX_LEN => None,
            Some(("https", authority)) => host_of(authority).map(|_| false),
            Some(("http", authority)) => host_of(authority)
                .filter(|host| ["127.0.0.1", "[::1]"].contains(host))
                .map(|_| true),
            _ => None,
        };
        let is_plain = parsed.ok_or(InvalidServiceUrl)?;
        Ok(Self { base: Arc::from(url), is_plain })
    }

    /// Without a slash at the end.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// As the header `Host` has it.
    #[cfg(feature = "aws-kms")]
    pub(crate) fn host(&self) -> &str {
        self.base.split_once("://").map_or("", |(_, host)| host)
    }

    pub(crate) const fn is_plain(&self) -> bool {
        self.is_plain
    }
}

fn host_of(authority: &str) -> Option<&str> {
    let (host, port) = match authority.rsplit_once(':') {
        // The last colon may be one of an IPv6 address.
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let digits = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    if port.is_some_and(|port| !digits(port) || port.parse::<u16>().is_err()) {
        return None;
    }
    let good = match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => {
            !host.is_empty()
                && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
        }
    };
    good.then_some(host)
}

/// It is not where a key service can be. The program is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidServiceUrl;

impl fmt::Display for InvalidServiceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key service is at https://host:port, or at http:// on this machine")
    }
}

impl core::error::Error for InvalidServiceUrl {}

const MAX_LEN: usize = 512;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_every_client_reads_alike_is_taken() {
        for good in [
            "https://a.example",
            "https://a.example/",
            "https://a:1",
            "https://[::1]:8200",
            "http://127.0.0.1:8100",
            "http://[::1]",
            "https://10.0.0.1:65535",
        ] {
            assert!(ServiceUrl::new(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "a.example",
            "https://",
            "https:///",
            "https://a b",
            "https://a?b",
            "https://a#b",
            "https://a@b",
            "https://a:b@c",
            "https://a:65536",
            "https://a:",
            "https://a:+1",
            "https://[::1",
            "https://[x]",
            "https://a//",
            "https://a\\b",
            "https://a\n",
            "http://localhost",
            "http://127.0.0.1@b",
            "http://127.0.0.1.example",
            "http://[::2]",
            "HTTPS://a",
            "ftp://127.0.0.1",
            "https://é.example",
            "https://a%2fb",
        ] {
            assert!(ServiceUrl::new(bad).is_err(), "{bad:?}");
        }
        assert!(ServiceUrl::new(&format!("https://{}", "a".repeat(512))).is_err());
    }
}
