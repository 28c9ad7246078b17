//! One page, fetched.

use core::error::Error;
use core::fmt;
use std::sync::Arc;

use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, LOCATION, USER_AGENT};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Empty, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio::time::timeout;

use super::{Egress, EgressConnector, EgressError, EgressFailed, EgressRefused};
use crate::HttpUrl;

/// Fetches pages with `GET`, over HTTP/1.1, through the guard.
///
/// TLS is rustls (1.2 and 1.3) on ring, and nothing that is set for the whole process has a say in
/// it. There are no proxies, no cookies, no credentials, no compression and no connections that are
/// kept. A clone is cheap, and counts its connections together with the original.
///
/// ```no_run
/// # async fn preview(url: bartizan_validate::HttpUrl) -> Result<(), Box<dyn std::error::Error>> {
/// use bartizan_validate::{Egress, EgressClient, EgressPolicy};
/// use core::time::Duration;
///
/// let policy = EgressPolicy::any_public_host()
///     .allow_http()
///     .max_redirects(3)
///     .max_answer_bytes(256 * 1024)
///     .timeout(Duration::from_secs(5));
/// let agent = http::HeaderValue::from_static("notebook/1.0");
/// let client = EgressClient::with_system_roots(Egress::new(policy), agent)?;
///
/// let page = client.fetch(&url).await?;
/// if page.media_type() == Some("text/html") {
///     println!("{}: {} bytes", page.url(), page.body().len());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct EgressClient {
    egress: Egress,
    client: Client<HttpsConnector<EgressConnector>, Empty<Bytes>>,
    user_agent: HeaderValue,
}

impl EgressClient {
    /// Trusts the certificate authorities that the operating system trusts, read now. `user_agent`
    /// is what every server is told.
    ///
    /// # Errors
    ///
    /// [`EgressClientError::NoRoots`]: the system has none that can be read.
    pub fn with_system_roots(
        egress: Egress,
        user_agent: HeaderValue,
    ) -> Result<Self, EgressClientError> {
        Self::trusting(egress, user_agent, &rustls_native_certs::load_native_certs().certs)
    }

    /// Trusts the certificate authorities in `pem` (`CERTIFICATE`, one or more) and no other: for
    /// services within an organization.
    ///
    /// # Errors
    ///
    /// - [`EgressClientError::MalformedRoots`]: not PEM, or a certificate that can't be read.
    /// - [`EgressClientError::NoRoots`]: there is none.
    pub fn with_roots_pem(
        egress: Egress,
        user_agent: HeaderValue,
        pem: &str,
    ) -> Result<Self, EgressClientError> {
        let roots = CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<Vec<_>, _>>();
        let roots = roots.map_err(|_| EgressClientError::MalformedRoots)?;
        Self::trusting(egress, user_agent, &roots)
    }

    fn trusting(
        egress: Egress,
        user_agent: HeaderValue,
        roots: &[CertificateDer<'static>],
    ) -> Result<Self, EgressClientError> {
        let mut store = RootCertStore::empty();
        let (added, _) = store.add_parsable_certificates(roots.iter().cloned());
        match added {
            0 if roots.is_empty() => return Err(EgressClientError::NoRoots),
            0 => return Err(EgressClientError::MalformedRoots),
            _ => {}
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| EgressClientError::NoRoots)?
            .with_root_certificates(store)
            .with_no_client_auth();
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(config)
            .https_or_http()
            .enable_http1()
            .wrap_connector(EgressConnector::new(egress.clone()));
        let client = Client::builder(TokioExecutor::new())
            .pool_max_idle_per_host(0)
            .retry_canceled_requests(false)
            .http1_max_buf_size(MAX_HEAD_OCTETS)
            .build(connector);
        Ok(Self { egress, client, user_agent })
    }

    /// Fetches a page, and follows as many redirects as the policy says, each after a check of its
    /// own. All of it together takes no longer than the policy says.
    ///
    /// A redirect is an answer like any other where none are followed, and so is one without a
    /// `Location`.
    ///
    /// # Errors
    ///
    /// - [`EgressError::Refused`]: the policy says no, for the URL, for an address, for where a
    ///   redirect leads, or for the length of the answer.
    /// - [`EgressError::Failed`]: it did not work.
    pub async fn fetch(&self, url: &HttpUrl) -> Result<Fetched, EgressError> {
        match timeout(self.egress.policy().timeout, self.follow(url)).await {
            Ok(fetched) => fetched,
            Err(_) => Err(EgressFailed::TimedOut.into()),
        }
    }

    async fn follow(&self, url: &HttpUrl) -> Result<Fetched, EgressError> {
        let policy = self.egress.policy();
        let mut hops = policy.hops(url.clone())?;
        loop {
            let answer = self.get(hops.url()).await?;
            let location = answer.headers().get(LOCATION);
            match location {
                Some(location) if is_redirect(answer.status()) && policy.max_redirects > 0 => {
                    let location = location.to_str().map_err(|_| EgressFailed::Protocol)?;
                    let _ = hops.follow(location)?;
                }
                _ => return read(hops.url().clone(), answer, policy.max_answer_bytes).await,
            }
        }
    }

    async fn get(&self, url: &HttpUrl) -> Result<Response<Incoming>, EgressError> {
        let target = url.as_str().split('#').next().unwrap_or_default();
        let request = Request::get(target)
            .header(USER_AGENT, self.user_agent.clone())
            .header(ACCEPT_ENCODING, HeaderValue::from_static("identity"))
            .body(Empty::new())
            .map_err(|_| EgressRefused::Url(crate::UrlError::Character))?;
        let _ = self.egress.policy().check_request(&request)?;
        self.client.request(request).await.map_err(|error| why(&error))
    }
}

impl fmt::Debug for EgressClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EgressClient").field("egress", &self.egress).finish_non_exhaustive()
    }
}

/// A page, whatever its status is.
#[derive(Clone, Debug)]
pub struct Fetched {
    url: HttpUrl,
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Fetched {
    /// Returns where the page was in the end.
    #[must_use]
    pub const fn url(&self) -> &HttpUrl {
        &self.url
    }

    /// Returns the status of the answer.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the headers of the answer, some 64 KiB of them at most.
    #[must_use]
    pub const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the media type that the server declares, without parameters: `text/html`, say. The
    /// body may be something else.
    #[must_use]
    pub fn media_type(&self) -> Option<&str> {
        let value = self.headers.get(CONTENT_TYPE)?.to_str().ok()?;
        value.split(';').next().map(str::trim)
    }

    /// Returns the body of the answer, as long as the policy allows or shorter.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

/// Why there is no client. The machine or the program is at fault: do not start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EgressClientError {
    /// There is no certificate authority to trust.
    NoRoots,
    /// The certificates can't be read.
    MalformedRoots,
}

impl fmt::Display for EgressClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoRoots => "there is no certificate authority to trust",
            Self::MalformedRoots => "the certificates of authorities can't be read",
        })
    }
}

impl Error for EgressClientError {}

async fn read(
    url: HttpUrl,
    answer: Response<Incoming>,
    max: usize,
) -> Result<Fetched, EgressError> {
    let (head, body) = answer.into_parts();
    if head.headers.contains_key(CONTENT_ENCODING) {
        return Err(EgressFailed::Protocol.into());
    }
    let body = Limited::new(body, max).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() {
            EgressError::Refused(EgressRefused::TooLarge)
        } else {
            EgressError::Failed(EgressFailed::Protocol)
        }
    })?;
    let body = body.to_bytes().into();
    Ok(Fetched { url, status: head.status, headers: head.headers, body })
}

/// What the connector said, if it was that.
fn why(error: &(dyn Error + 'static)) -> EgressError {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<EgressError>() {
            return *error;
        }
        cause = error.source();
    }
    EgressFailed::Protocol.into()
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// Beyond this many octets, no more of a head is read.
const MAX_HEAD_OCTETS: usize = 32 * 1024;
