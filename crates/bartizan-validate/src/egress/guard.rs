//! Connections that a policy allows.

use core::net::{IpAddr, SocketAddr};
use core::time::Duration;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Instant;

use super::connections::{Connections, Permit};
use super::{EgressError, EgressFailed, EgressPolicy, EgressRefused, Resolve, SystemResolver};
use crate::HttpUrl;

/// Opens connections that a policy allows, to the very addresses that were checked.
///
/// The host is looked up once; if one of its addresses is refused, all are; the connection goes to
/// one of them, and no name is looked up again on the way. So a name server that answers one thing
/// to the check and another to the connection gains nothing.
///
/// A clone counts its connections together with the original.
///
/// ```
/// use bartizan_validate::{Egress, EgressError, EgressPolicy, EgressRefused, NotPublic};
///
/// let egress = Egress::new(EgressPolicy::any_public_host());
/// let refused = egress.connect(&"https://localhost/".parse()?).map(drop);
/// let loopback = EgressRefused::Address(NotPublic::Loopback);
/// assert_eq!(refused, Err(EgressError::Refused(loopback)));
/// # Ok::<(), bartizan_validate::UrlError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Egress {
    policy: Arc<EgressPolicy>,
    resolver: Arc<dyn Resolve>,
    connections: Connections,
}

impl Egress {
    /// Asks the operating system for addresses.
    #[must_use]
    pub fn new(policy: EgressPolicy) -> Self {
        Self::with_resolver(policy, Arc::new(SystemResolver::new()))
    }

    /// Asks `resolver` for addresses.
    #[must_use]
    pub fn with_resolver(policy: EgressPolicy, resolver: Arc<dyn Resolve>) -> Self {
        Self { policy: Arc::new(policy), resolver, connections: Connections::default() }
    }

    /// Returns the policy.
    #[must_use]
    pub fn policy(&self) -> &EgressPolicy {
        &self.policy
    }

    /// Looks up the host of a URL, and returns its addresses if all of them are allowed. May block.
    ///
    /// # Errors
    ///
    /// - [`EgressError::Refused`]: the URL, or one of the addresses, is not allowed.
    /// - [`EgressFailed::NoAddress`], [`EgressFailed::Resolver`]: the host was not found.
    pub fn addresses(&self, url: &HttpUrl) -> Result<Vec<SocketAddr>, EgressError> {
        self.policy.check_url(url)?;
        let ips = url.ip().map_or_else(|| self.look_up(url.host()), |ip| Ok(vec![ip]))?;
        Ok(ips.into_iter().map(|ip| SocketAddr::new(ip, url.port())).collect())
    }

    /// Looks up a name, and returns its addresses if all of them are allowed.
    pub(super) fn look_up(&self, host: &str) -> Result<Vec<IpAddr>, EgressError> {
        let found = self.resolver.resolve(host);
        let ips = found.map_err(|error| EgressFailed::Resolver(error.kind()))?;
        ips.iter().try_for_each(|ip| self.policy.check_ip(*ip))?;
        if ips.is_empty() { Err(EgressFailed::NoAddress.into()) } else { Ok(ips) }
    }

    /// Connects to the host of a URL. What is read from and written to the connection may take the
    /// policy's time each; how much is read is up to you.
    ///
    /// Looking up the host takes as long as the system's resolver allows itself.
    ///
    /// # Errors
    ///
    /// - [`EgressError::Refused`]: the policy says no, for the URL or for an address.
    /// - [`EgressError::Failed`]: the host was not found or not reached, or too many connections
    ///   are open.
    pub fn connect(&self, url: &HttpUrl) -> Result<EgressStream, EgressError> {
        let permit = self.begin()?;
        let deadline = Instant::now().checked_add(self.policy.timeout);
        let mut failed = EgressFailed::NoAddress;
        for address in self.addresses(url)? {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            match self.connect_to(address, left.unwrap_or(Duration::MAX)) {
                Ok(stream) => return Ok(EgressStream { stream, _permit: permit }),
                Err(error) => failed = failed_by(error.kind()),
            }
        }
        Err(failed.into())
    }

    fn connect_to(&self, address: SocketAddr, left: Duration) -> io::Result<TcpStream> {
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let stream = TcpStream::connect_timeout(&address, left)?;
        self.check_peer(stream.peer_addr()?)?;
        stream.set_read_timeout(Some(self.policy.timeout))?;
        stream.set_write_timeout(Some(self.policy.timeout))?;
        Ok(stream)
    }

    /// Nothing is sent before the other end of the connection itself was checked.
    pub(super) fn check_peer(&self, peer: SocketAddr) -> io::Result<()> {
        self.policy.check(peer).map_err(|refused: EgressRefused| io::Error::other(refused))
    }

    pub(super) fn begin(&self) -> Result<Permit, EgressFailed> {
        self.connections.begin(self.policy.max_connections)
    }
}

pub(super) const fn failed_by(kind: io::ErrorKind) -> EgressFailed {
    match kind {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => EgressFailed::TimedOut,
        kind => EgressFailed::Connect(kind),
    }
}

/// A connection that a policy allows. It counts as open until it is dropped.
#[derive(Debug)]
pub struct EgressStream {
    stream: TcpStream,
    _permit: Permit,
}

impl EgressStream {
    /// Returns the connection itself, for its addresses and time-outs.
    #[must_use]
    pub const fn get_ref(&self) -> &TcpStream {
        &self.stream
    }
}

impl Read for EgressStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.read(buffer)
    }
}

impl Write for EgressStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}
