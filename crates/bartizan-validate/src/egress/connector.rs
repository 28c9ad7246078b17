//! The guard as a connector for hyper.

use core::pin::Pin;
use core::task::{Context, Poll};
use std::io;

use http::{Request, Uri};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use tower_service::Service;

use super::connections::Permit;
use super::guard::failed_by;
use super::{Egress, EgressError, EgressFailed, EgressPolicy, EgressRefused};
use crate::HttpUrl;

/// Connects a client of hyper-util, or whatever else takes a `tower_service::Service<Uri>`, to where
/// the policy allows.
///
/// It speaks plain TCP: for `https`, wrap it in a connector for TLS such as that of hyper-rustls. It
/// needs tokio. Redirects are the business of whoever reads the answer: hyper's clients follow none.
/// A connection that a client keeps for later counts as open; a client that reuses it for a URL of
/// the same origin does not ask again, and need not, since it is the connection that was checked.
///
/// ```
/// use bartizan_validate::{Egress, EgressConnector, EgressPolicy};
/// use hyper_util::client::legacy::Client;
/// use hyper_util::rt::TokioExecutor;
///
/// let egress = Egress::new(EgressPolicy::any_public_host().allow_http());
/// let client: Client<_, String> =
///     Client::builder(TokioExecutor::new()).build(EgressConnector::new(egress));
/// ```
#[derive(Clone, Debug)]
pub struct EgressConnector(Egress);

impl EgressConnector {
    /// Makes connections that `egress` allows, and counts with them.
    #[must_use]
    pub const fn new(egress: Egress) -> Self {
        Self(egress)
    }
}

impl Service<Uri> for EgressConnector {
    type Response = EgressIo;
    type Error = EgressError;
    type Future = Pin<Box<dyn Future<Output = Result<EgressIo, EgressError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), EgressError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let egress = self.0.clone();
        Box::pin(async move {
            let url = uri.to_string().parse().map_err(EgressRefused::Url)?;
            let longest = egress.policy().timeout;
            match timeout(longest, connect(egress, url)).await {
                Ok(connected) => connected,
                Err(_) => Err(EgressFailed::TimedOut.into()),
            }
        })
    }
}

async fn connect(egress: Egress, url: HttpUrl) -> Result<EgressIo, EgressError> {
    let permit = egress.begin()?;
    let resolver = egress.clone();
    // The permit goes along, so that lookups that nobody waits for any more count, too.
    let looked_up = spawn_blocking(move || (resolver.addresses(&url), permit)).await;
    let (addresses, permit) =
        looked_up.map_err(|_| EgressFailed::Resolver(io::ErrorKind::Other))?;
    let mut failed = EgressFailed::NoAddress;
    for address in addresses? {
        match TcpStream::connect(address).await {
            Ok(stream) => {
                let peer = stream.peer_addr().map_err(|error| failed_by(error.kind()))?;
                egress.policy().check(peer)?;
                return Ok(EgressIo { stream: TokioIo::new(stream), _permit: permit });
            }
            Err(error) => failed = failed_by(error.kind()),
        }
    }
    Err(failed.into())
}

/// A connection that a policy allows, for hyper. It counts as open until it is dropped.
#[derive(Debug)]
pub struct EgressIo {
    stream: TokioIo<TcpStream>,
    _permit: Permit,
}

impl Connection for EgressIo {
    fn connected(&self) -> Connected {
        self.stream.connected()
    }
}

impl Read for EgressIo {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, buffer)
    }
}

impl Write for EgressIo {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(context, parts)
    }
}

impl EgressPolicy {
    /// The most octets that the headers of a request have, with `: ` and line ends.
    pub const MAX_HEADER_OCTETS: usize = 16 * 1024;

    /// Checks a request before it is sent, and returns its URL.
    ///
    /// # Errors
    ///
    /// - [`EgressRefused::Url`]: its URI is no absolute URL, or has more than 8,192 octets.
    /// - [`EgressRefused::HeadersTooLarge`]: its headers have more than 16 KiB.
    /// - Those of [`check_url`](Self::check_url).
    pub fn check_request<B>(&self, request: &Request<B>) -> Result<HttpUrl, EgressRefused> {
        let lengths = request.headers().iter().map(|(name, value)| {
            name.as_str().len().saturating_add(value.len()).saturating_add(": \r\n".len())
        });
        if lengths.fold(0_usize, usize::saturating_add) > Self::MAX_HEADER_OCTETS {
            return Err(EgressRefused::HeadersTooLarge);
        }
        let url = request.uri().to_string().parse().map_err(EgressRefused::Url)?;
        self.check_url(&url)?;
        Ok(url)
    }
}
