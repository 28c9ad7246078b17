//! What a program may fetch.

use core::net::{IpAddr, SocketAddr};
use core::time::Duration;
use std::collections::BTreeSet;

use super::{EgressRefused, Hops, PublicAddress};
use crate::{HttpUrl, UrlError};

/// Which URLs a program fetches on behalf of others, and how much that may cost.
///
/// | | unless changed |
/// | --- | --- |
/// | scheme and port | `https` on 443 |
/// | redirects followed | none |
/// | time for everything | 10 seconds |
/// | length of an answer | 1 MiB |
/// | connections at a time | 32; one more is refused at once |
///
/// Whatever the host, each of its addresses has to be a [`PublicAddress`]. A policy only answers:
/// [`Egress`](crate::Egress) is what holds to it.
///
/// ```
/// use bartizan_validate::{EgressPolicy, EgressRefused, NotPublic};
/// use core::time::Duration;
///
/// // For previews of links that users send.
/// let previews = EgressPolicy::any_public_host()
///     .allow_http()
///     .max_redirects(3)
///     .max_answer_bytes(256 * 1024)
///     .timeout(Duration::from_secs(5));
/// let metadata = "http://169.254.169.254/latest/meta-data/".parse()?;
/// let refused = previews.check_url(&metadata);
/// assert_eq!(refused, Err(EgressRefused::Address(NotPublic::Metadata)));
///
/// // For the one service that the program talks to.
/// let payments = EgressPolicy::only_hosts(["api.payments.example"])?;
/// assert_eq!(payments.check_url(&"https://evil.example/".parse()?), Err(EgressRefused::Host));
/// # Ok::<(), bartizan_validate::UrlError>(())
/// ```
#[derive(Clone, Debug)]
pub struct EgressPolicy {
    hosts: Option<BTreeSet<String>>,
    http: bool,
    ports: BTreeSet<u16>,
    addresses: BTreeSet<IpAddr>,
    pub(super) max_redirects: u8,
    pub(super) timeout: Duration,
    pub(super) max_answer_bytes: usize,
    pub(super) max_connections: usize,
}

impl EgressPolicy {
    /// Allows every host whose addresses are all public.
    #[must_use]
    pub fn any_public_host() -> Self {
        Self {
            hosts: None,
            http: false,
            ports: BTreeSet::from([443]),
            addresses: BTreeSet::new(),
            max_redirects: 0,
            timeout: Duration::from_secs(10),
            max_answer_bytes: 1024 * 1024,
            max_connections: 32,
        }
    }

    /// Allows these hosts, each a name or address as it stands in a URL. Their subdomains are other
    /// hosts.
    ///
    /// # Errors
    ///
    /// [`UrlError`] when one is no host: the program is at fault.
    pub fn only_hosts(hosts: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self, UrlError> {
        let hosts = hosts.into_iter().map(|host| host_alone(host.as_ref()));
        let hosts = hosts.collect::<Result<_, _>>()?;
        Ok(Self { hosts: Some(hosts), ..Self::any_public_host() })
    }

    /// Allows `http` on port 80, too.
    #[must_use]
    pub fn allow_http(mut self) -> Self {
        self.http = true;
        self.allow_port(80)
    }

    /// Allows another port, for every scheme that is allowed.
    #[must_use]
    pub fn allow_port(mut self, port: u16) -> Self {
        let _ = self.ports.insert(port);
        self
    }

    /// Sets how many redirects are followed, each after a check of its own. Default: none.
    #[must_use]
    pub const fn max_redirects(mut self, count: u8) -> Self {
        self.max_redirects = count;
        self
    }

    /// Sets how long looking up, connecting and reading may take together. Default: 10 seconds.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets how long the body of an answer may be. Default: 1 MiB.
    #[must_use]
    pub const fn max_answer_bytes(mut self, bytes: usize) -> Self {
        self.max_answer_bytes = bytes;
        self
    }

    /// Sets how many connections may be open at a time. Default: 32.
    #[must_use]
    pub const fn max_connections(mut self, count: usize) -> Self {
        self.max_connections = count;
        self
    }

    /// Checks what can be known without looking up the host: scheme, port, host, and the address if
    /// the host is one.
    ///
    /// # Errors
    ///
    /// - [`EgressRefused::Scheme`], [`Port`](EgressRefused::Port), [`Host`](EgressRefused::Host):
    ///   it is not allowed.
    /// - [`EgressRefused::Address`]: the host is an address that is not public.
    pub fn check_url(&self, url: &HttpUrl) -> Result<(), EgressRefused> {
        if url.scheme() != "https" && !self.http {
            return Err(EgressRefused::Scheme);
        }
        if !self.ports.contains(&url.port()) {
            return Err(EgressRefused::Port);
        }
        self.check_host(url.host())?;
        url.ip().map_or(Ok(()), |ip| self.check_ip(ip))
    }

    /// Checks an address that is about to be connected to.
    ///
    /// # Errors
    ///
    /// - [`EgressRefused::Port`]: its port is not allowed.
    /// - [`EgressRefused::Address`]: it is not public.
    pub fn check(&self, address: SocketAddr) -> Result<(), EgressRefused> {
        if !self.ports.contains(&address.port()) {
            return Err(EgressRefused::Port);
        }
        self.check_ip(address.ip())
    }

    /// Starts to count redirects, at a URL that is checked first.
    ///
    /// # Errors
    ///
    /// Those of [`check_url`](Self::check_url).
    pub fn hops(&self, url: HttpUrl) -> Result<Hops<'_>, EgressRefused> {
        Hops::new(self, url)
    }

    pub(super) fn check_host(&self, host: &str) -> Result<(), EgressRefused> {
        match &self.hosts {
            Some(hosts) if !hosts.contains(without_dot(host)) => Err(EgressRefused::Host),
            _ => Ok(()),
        }
    }

    pub(super) fn check_ip(&self, ip: IpAddr) -> Result<(), EgressRefused> {
        if self.addresses.contains(&ip) {
            return Ok(());
        }
        PublicAddress::new(ip).map(drop).map_err(EgressRefused::Address)
    }

    pub(crate) fn allow_address(mut self, ip: IpAddr) -> Self {
        let _ = self.addresses.insert(ip);
        self
    }

    #[cfg(feature = "egress-reqwest")]
    pub(super) const fn is_https_only(&self) -> bool {
        !self.http
    }
}

/// The canonical form of a host that stands alone.
fn host_alone(host: &str) -> Result<String, UrlError> {
    if host.contains(['/', '?', '#']) {
        return Err(UrlError::Host);
    }
    let url: HttpUrl = format!("https://{host}/").parse()?;
    // A default port would be left out of the URL, so that it has none is seen in the text.
    let has_port = host.rsplit(']').next().is_some_and(|rest| rest.contains(':'));
    if has_port { Err(UrlError::Port) } else { Ok(without_dot(url.host()).to_owned()) }
}

/// The host, which is the same with a dot at its end.
fn without_dot(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}
