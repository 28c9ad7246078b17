//! What key services over HTTPS have in common.

pub(super) mod base64;
#[cfg(test)]
pub(super) mod server;
mod url;

use core::fmt;
use core::time::Duration;
use std::io::Read as _;
use std::sync::Arc;

use bartizan_core::{SecretBytes, SecretString};
use ureq::Agent;
use ureq::config::{AutoHeaderValue, Config};
use ureq::tls::{self, PemItem, RootCerts, TlsConfig, TlsProvider};
use zeroize::Zeroizing;

pub use self::url::{InvalidServiceUrl, ServiceUrl};
use super::KekProviderError;
use crate::off_thread::off_thread;

/// Asks key services over HTTPS, of any number of providers.
///
/// TLS is rustls (1.2 and 1.3) on ring, and nothing that is set for the whole process has a say in
/// it. There are no redirects, no proxies, no cookies, no compression and no connections that are
/// kept. A request takes 10 seconds at most, 5 of them to connect, and an answer has at most 64
/// KiB. Each request has a thread for as long as it lasts, so it needs no runtime and blocks
/// nothing.
///
/// ```
/// use bartizan_envelope::{ServiceClient, ServiceClientError};
///
/// let client = ServiceClient::with_roots_pem("not PEM");
/// assert_eq!(client.err(), Some(ServiceClientError::NoRoots));
/// ```
#[derive(Clone)]
pub struct ServiceClient {
    tls: Agent,
    /// For this machine alone.
    plain: Agent,
}

impl ServiceClient {
    /// Trusts the certificate authorities that the operating system trusts, read now.
    ///
    /// # Errors
    ///
    /// [`ServiceClientError::NoRoots`]: the system has none that can be read.
    pub fn with_system_roots() -> Result<Self, ServiceClientError> {
        let found = rustls_native_certs::load_native_certs().certs;
        Self::trusting(found.iter().map(|der| tls::Certificate::from_der(der).to_owned()), MAX_TIME)
    }

    /// Trusts the certificate authorities in `pem` (`CERTIFICATE`, one or more) and no other.
    ///
    /// # Errors
    ///
    /// - [`ServiceClientError::Malformed`]: something else than certificates is in it.
    /// - [`ServiceClientError::NoRoots`]: there is none.
    pub fn with_roots_pem(pem: &str) -> Result<Self, ServiceClientError> {
        let certificate = |item| match item {
            Ok(PemItem::Certificate(certificate)) => Ok(certificate),
            _ => Err(ServiceClientError::Malformed),
        };
        let roots: Vec<_> =
            tls::parse_pem(pem.as_bytes()).map(certificate).collect::<Result<_, _>>()?;
        let mut store = rustls::RootCertStore::empty();
        for root in &roots {
            store.add(root.der().into()).map_err(|_| ServiceClientError::Malformed)?;
        }
        Self::trusting(roots, MAX_TIME)
    }

    fn trusting(
        roots: impl IntoIterator<Item = tls::Certificate<'static>>,
        max_time: Duration,
    ) -> Result<Self, ServiceClientError> {
        let roots: Vec<_> = roots.into_iter().collect();
        if roots.is_empty() {
            return Err(ServiceClientError::NoRoots);
        }
        Ok(Self::with_certs(RootCerts::Specific(Arc::new(roots)), max_time))
    }

    fn with_certs(roots: RootCerts, max_time: Duration) -> Self {
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(roots)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let agent = |https_only| config(tls.clone(), https_only, max_time).new_agent();
        Self { tls: agent(true), plain: agent(false) }
    }

    /// Trusts nobody, and asks servers of the tests on this machine.
    #[cfg(test)]
    pub(super) fn for_tests(max_time: Duration) -> Self {
        Self::with_certs(RootCerts::Specific(Arc::new(Vec::new())), max_time)
    }

    /// Sends one `POST`.
    pub(super) async fn post(&self, request: Request) -> Result<Answer, KekProviderError> {
        let agent = if request.url.is_plain() { &self.plain } else { &self.tls };
        let agent = agent.clone();
        off_thread(move || send(&agent, &request)).await
    }
}

impl fmt::Debug for ServiceClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceClient").finish_non_exhaustive()
    }
}

/// A `POST` of JSON, or what a service takes for it.
pub(super) struct Request {
    pub(super) url: ServiceUrl,
    /// Begins with a slash.
    pub(super) path: String,
    pub(super) headers: Vec<(&'static str, SecretString)>,
    pub(super) body: SecretBytes,
}

pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: SecretBytes,
}

fn send(agent: &Agent, request: &Request) -> Result<Answer, KekProviderError> {
    let mut post = agent.post(format!("{}{}", request.url.base(), request.path));
    for (name, value) in &request.headers {
        post = post.header(*name, value.expose());
    }
    let answer = post.send(request.body.expose()).map_err(|error| why(&error))?;
    let status = answer.status().as_u16();
    // Of its full size from the start, so that no copy is left behind where it was shorter.
    let mut body = Zeroizing::new(vec![0; MAX_ANSWER_LEN.saturating_add(1)]);
    let (mut reader, mut len) = (answer.into_body().into_reader(), 0_usize);
    while let Some(rest) = body.get_mut(len..).filter(|rest| !rest.is_empty()) {
        match reader.read(rest).map_err(|_| KekProviderError::Unavailable)? {
            0 => break,
            more => len = len.saturating_add(more),
        }
    }
    if len > MAX_ANSWER_LEN {
        return Err(KekProviderError::Unavailable);
    }
    Ok(Answer { status, body: SecretBytes::from(body.get(..len).unwrap_or_default()) })
}

/// A certificate that is not trusted is a matter of the set-up; the rest may go away.
fn why(error: &ureq::Error) -> KekProviderError {
    match error {
        ureq::Error::Tls(_)
        | ureq::Error::Rustls(_)
        | ureq::Error::BadUri(_)
        | ureq::Error::Http(_)
        | ureq::Error::RequireHttpsOnly(_) => KekProviderError::Misconfigured,
        ureq::Error::Io(error) => match error.get_ref() {
            Some(inner) if inner.is::<rustls::Error>() => KekProviderError::Misconfigured,
            _ => KekProviderError::Unavailable,
        },
        _ => KekProviderError::Unavailable,
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
        .user_agent("bartizan-envelope")
        .accept("application/json")
        .accept_encoding(AutoHeaderValue::None)
        .max_response_header_size(MAX_HEADER_LEN)
        .max_idle_connections(0)
        .timeout_connect(Some(MAX_CONNECT_TIME))
        .timeout_global(Some(max_time))
        .build()
}

/// Why a client was not set up. The machine or the program is at fault: start nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ServiceClientError {
    /// There is no certificate authority to trust.
    NoRoots,
    /// What is in the PEM text is not certificates that can be read.
    Malformed,
}

impl fmt::Display for ServiceClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoRoots => "there is no certificate authority to trust",
            Self::Malformed => "the certificate authorities cannot be read",
        })
    }
}

impl core::error::Error for ServiceClientError {}

const MAX_ANSWER_LEN: usize = 64 * 1_024;

const MAX_HEADER_LEN: usize = 16 * 1_024;

const MAX_CONNECT_TIME: Duration = Duration::from_secs(5);

const MAX_TIME: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests;
