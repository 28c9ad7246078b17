//! A source over HTTPS.

use core::fmt;
use core::future::poll_fn;
use core::task::{Poll, Waker};
use core::time::Duration;
use std::io::{self, Read};
use std::sync::{Arc, Mutex};
use std::thread;

use ureq::config::{AutoHeaderValue, Config};
use ureq::tls::{self, PemItem, RootCerts, TlsConfig, TlsProvider};
use ureq::{Agent, http};

use super::fetch::{FetchError, FetchJwkSet, FetchedJwkSet};
use super::flight::lock;
use super::url::JwkSetUrl;

/// Fetches JWK sets over HTTPS, of any number of issuers.
///
/// TLS is rustls (1.2 and 1.3) on ring, and nothing that is set for the whole process has a say in
/// it. There are no redirects, no proxies, no cookies, no compression and no connections that are
/// kept. A fetch takes 10 seconds at most, 5 of them to connect.
///
/// Each fetch has a thread for as long as it lasts, so it needs no runtime, goes on when nobody looks,
/// and blocks nothing.
///
/// ```no_run
/// # async fn start() -> Result<(), Box<dyn std::error::Error>> {
/// use bartizan_core::{SystemClock, SystemRandom};
/// use bartizan_token::{AccessToken, Audience, IssuerName, JwkSetClient, JwkSetUrl, RemoteJwkSet, RemoteJwkSetPolicy, RemoteVerifier};
///
/// let client = JwkSetClient::with_system_roots()?;
/// let url = JwkSetUrl::new("https://id.example/.well-known/jwks.json")?;
/// let keys = RemoteJwkSet::new(url, client, RemoteJwkSetPolicy::new(), &SystemRandom::new())?;
/// keys.renew(&SystemClock::new()).await?;
///
/// let (name, api) = (IssuerName::new("https://id.example")?, Audience::new("https://api.example")?);
/// let _verifier = RemoteVerifier::<AccessToken, _>::new(name, api, keys);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct JwkSetClient {
    tls: Agent,
    /// For this machine alone.
    plain: Agent,
}

impl JwkSetClient {
    /// Trusts the certificate authorities that the operating system trusts, read now.
    ///
    /// # Errors
    ///
    /// [`RootsError::Missing`]: the system has none that can be read.
    pub fn with_system_roots() -> Result<Self, RootsError> {
        let found = rustls_native_certs::load_native_certs().certs;
        Self::trusting(found.iter().map(|der| tls::Certificate::from_der(der).to_owned()))
    }

    /// Trusts the certificate authorities in `pem` (`CERTIFICATE`, one or more) and no other: for
    /// issuers within an organization.
    ///
    /// # Errors
    ///
    /// - [`RootsError::Malformed`]: not PEM, something else than certificates in it, or one that
    ///   cannot be read.
    /// - [`RootsError::Missing`]: there is none.
    pub fn with_roots_pem(pem: &str) -> Result<Self, RootsError> {
        let certificate = |item| match item {
            Ok(PemItem::Certificate(certificate)) => Ok(certificate),
            _ => Err(RootsError::Malformed),
        };
        let roots: Vec<_> =
            tls::parse_pem(pem.as_bytes()).map(certificate).collect::<Result<_, _>>()?;
        let mut store = rustls::RootCertStore::empty();
        for root in &roots {
            store.add(root.der().into()).map_err(|_| RootsError::Malformed)?;
        }
        Self::trusting(roots)
    }

    fn trusting(
        roots: impl IntoIterator<Item = tls::Certificate<'static>>,
    ) -> Result<Self, RootsError> {
        let roots: Vec<_> = roots.into_iter().collect();
        if roots.is_empty() {
            return Err(RootsError::Missing);
        }
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(RootCerts::Specific(Arc::new(roots)))
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let agent = |https_only| config(tls.clone(), https_only, MAX_TIME).new_agent();
        Ok(Self { tls: agent(true), plain: agent(false) })
    }
}

fn config(tls: TlsConfig, https_only: bool, max_time: Duration) -> Config {
    Agent::config_builder()
        .tls_config(tls)
        .https_only(https_only)
        .proxy(None)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .user_agent("bartizan-token")
        .accept("application/jwk-set+json, application/json")
        .accept_encoding(AutoHeaderValue::None)
        .max_response_header_size(MAX_HEADER_LEN)
        .max_idle_connections(0)
        .timeout_connect(Some(MAX_CONNECT_TIME))
        .timeout_global(Some(max_time))
        .build()
}

impl FetchJwkSet for JwkSetClient {
    async fn fetch(&self, url: &JwkSetUrl) -> Result<FetchedJwkSet, FetchError> {
        let agent = if url.is_plain() { &self.plain } else { &self.tls };
        let (agent, url) = (agent.clone(), url.clone());
        on_a_thread(move || get(&agent, &url)).await?
    }
}

fn get(agent: &Agent, url: &JwkSetUrl) -> Result<FetchedJwkSet, FetchError> {
    let answer = agent.get(url.as_str()).call().map_err(|error| why(&error))?;
    let mut fetched = FetchedJwkSet::new(answer.status().as_u16());
    for (name, value) in answer.headers() {
        if let Ok(value) = value.to_str() {
            fetched.header(name.as_str(), value);
        }
    }
    // What it says does not matter, and may be long.
    if answer.status() == http::StatusCode::OK {
        let mut body = answer.into_body().into_reader();
        let mut chunk = [0; 4_096];
        loop {
            let len = match body.read(&mut chunk) {
                Ok(0) => break,
                Ok(len) => len,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(why(&ureq::Error::from(error))),
            };
            fetched.push(chunk.get(..len).unwrap_or_default())?;
        }
    }
    Ok(fetched)
}

fn why(error: &ureq::Error) -> FetchError {
    match error {
        ureq::Error::Timeout(_) => FetchError::TimedOut,
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => FetchError::Untrusted,
        ureq::Error::LargeResponseHeader(..) => FetchError::TooLarge,
        ureq::Error::Io(error) => match error.get_ref() {
            Some(inner) if inner.is::<rustls::Error>() => FetchError::Untrusted,
            _ if error.kind() == io::ErrorKind::TimedOut => FetchError::TimedOut,
            _ => FetchError::Unreachable,
        },
        _ => FetchError::Unreachable,
    }
}

/// What a thread leaves for whoever waits for it.
enum Left<T> {
    Nothing(Option<Waker>),
    Value(T),
    /// It panicked, or somebody has the value.
    Gone,
}

/// Does `work` on a thread of its own. Who drops the future lets it end there.
async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, FetchError> {
    let left = Arc::new(Mutex::new(Left::Nothing(None)));
    let leaving = Leaving(Arc::clone(&left));
    let thread = thread::Builder::new().name("jwk-set".to_owned());
    let _detached = thread
        .spawn(move || leaving.leave(Left::Value(work())))
        .map_err(|_| FetchError::Unreachable)?;
    poll_fn(|context| {
        let mut left = lock(&left);
        if let Left::Nothing(waker) = &mut *left {
            *waker = Some(context.waker().clone());
            return Poll::Pending;
        }
        match core::mem::replace(&mut *left, Left::Gone) {
            Left::Value(value) => Poll::Ready(Ok(value)),
            Left::Nothing(_) | Left::Gone => Poll::Ready(Err(FetchError::Unreachable)),
        }
    })
    .await
}

/// The thread's end of it. Dropped in a panic, it leaves that nothing comes.
struct Leaving<T>(Arc<Mutex<Left<T>>>);

impl<T> Leaving<T> {
    fn leave(&self, value: Left<T>) {
        let former = core::mem::replace(&mut *lock(&self.0), value);
        if let Left::Nothing(Some(waker)) = former {
            waker.wake();
        }
    }
}

impl<T> Drop for Leaving<T> {
    fn drop(&mut self) {
        if matches!(&*lock(&self.0), Left::Nothing(_)) {
            self.leave(Left::Gone);
        }
    }
}

impl fmt::Debug for JwkSetClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwkSetClient").finish_non_exhaustive()
    }
}

/// Why a client was not set up: it would trust nobody. The machine or the program is at fault:
/// start nothing.
///
/// ```
/// use bartizan_token::{JwkSetClient, RootsError};
///
/// assert_eq!(JwkSetClient::with_roots_pem("").err(), Some(RootsError::Missing));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RootsError {
    /// There is no certificate.
    Missing,
    /// It is not PEM, or not of certificates that can be read.
    Malformed,
}

impl fmt::Display for RootsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "there is no certificate authority to trust",
            Self::Malformed => "the certificate authorities cannot be read",
        })
    }
}

impl core::error::Error for RootsError {}

const MAX_HEADER_LEN: usize = 16 * 1_024;

const MAX_CONNECT_TIME: Duration = Duration::from_secs(5);

const MAX_TIME: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests;
