//! The guard around reqwest.

use core::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolving};
use reqwest::{Client, Method, RequestBuilder, Response, redirect};
use tokio::task::spawn_blocking;

use super::{Egress, EgressError, EgressFailed, EgressRefused};
use crate::HttpUrl;

/// Looks up hosts for reqwest, and gives it allowed addresses alone: the connection goes to one of
/// them.
///
/// It can't see what is not looked up: hosts that are addresses, ports, schemes, proxies, how many
/// connections there are. [`EgressReqwest`] sees to those.
#[derive(Clone, Debug)]
pub struct EgressResolver(Egress);

impl EgressResolver {
    /// Makes a resolver that answers what `egress` allows.
    #[must_use]
    pub const fn new(egress: Egress) -> Self {
        Self(egress)
    }
}

impl reqwest::dns::Resolve for EgressResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let egress = self.0.clone();
        Box::pin(async move {
            let ips = spawn_blocking(move || {
                // A lookup counts for as long as it lasts.
                let _permit = egress.begin()?;
                egress.policy().check_host(name.as_str())?;
                egress.look_up(name.as_str())
            });
            // With port 0, the port of the URL is taken.
            let addresses = ips.await??.into_iter().map(|ip| SocketAddr::new(ip, 0));
            Ok(Box::new(addresses) as Addrs)
        })
    }
}

/// A client of reqwest that asks the guard: for each URL, and for each address of its host.
///
/// It follows no redirects, so that each can be checked as a URL of its own
/// ([`Hops`](crate::Hops)), uses no proxy, keeps no connection, and takes the policy's time for everything. reqwest counts
/// no connections: the limit on them holds for lookups alone. TLS is what reqwest is built with.
///
/// ```no_run
/// # async fn fetch() -> Result<(), Box<dyn std::error::Error>> {
/// use bartizan_validate::{Egress, EgressPolicy, EgressReqwest};
///
/// let policy = EgressPolicy::only_hosts(["api.example.com"])?;
/// let client = EgressReqwest::new(Egress::new(policy))?;
/// let url = "https://api.example.com/v1".parse()?;
/// let answer = client.request(reqwest::Method::GET, &url)?.send().await?;
/// let body = client.read(answer).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct EgressReqwest {
    egress: Egress,
    client: Client,
}

impl EgressReqwest {
    /// Makes a client that fetches what `egress` allows.
    ///
    /// # Errors
    ///
    /// When reqwest can't set up TLS.
    pub fn new(egress: Egress) -> Result<Self, reqwest::Error> {
        let policy = egress.policy();
        let client = Client::builder()
            .no_proxy()
            .pool_max_idle_per_host(0)
            .redirect(redirect::Policy::none())
            .timeout(policy.timeout)
            .https_only(policy.is_https_only())
            .dns_resolver(EgressResolver::new(egress.clone()))
            .build()?;
        Ok(Self { egress, client })
    }

    /// Begins a request, if the policy allows its URL. Addresses are checked when it is sent.
    ///
    /// # Errors
    ///
    /// Those of [`EgressPolicy::check_url`](crate::EgressPolicy::check_url).
    pub fn request(&self, method: Method, url: &HttpUrl) -> Result<RequestBuilder, EgressRefused> {
        self.egress.policy().check_url(url)?;
        Ok(self.client.request(method, url.as_str()))
    }

    /// Reads the body of an answer, as long as the policy allows.
    ///
    /// # Errors
    ///
    /// - [`EgressRefused::TooLarge`]: it is longer.
    /// - [`EgressFailed::TimedOut`], [`EgressFailed::Protocol`]: it ended too early.
    pub async fn read(&self, mut answer: Response) -> Result<Vec<u8>, EgressError> {
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| why(&error))? {
            let len = body.len().saturating_add(chunk.len());
            if len > self.egress.policy().max_answer_bytes {
                return Err(EgressRefused::TooLarge.into());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

fn why(error: &reqwest::Error) -> EgressError {
    let failed = if error.is_timeout() { EgressFailed::TimedOut } else { EgressFailed::Protocol };
    failed.into()
}
