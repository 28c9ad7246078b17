//! What every request passes before a page sees it, and every answer on its way out.

use core::time::Duration;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{self, HOST, HeaderName, ORIGIN};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::app::App;
use crate::error::Error;

/// No page does so much.
const MAX_REQUEST: Duration = Duration::from_secs(20);

/// What the browser says of where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Provenance {
    /// From a page of ours, or typed by the user.
    SameOrigin,
    /// It does not say: the form's own token has to.
    Unknown,
}

/// The names under which we answer.
#[derive(Debug)]
pub(crate) struct Hosts {
    /// As they stand in `Host`; each origin is one of them after its scheme.
    local: [String; 3],
    public: Option<String>,
}

impl Hosts {
    pub(crate) fn new(port: u16, public: Option<String>) -> Self {
        let local = ["localhost", "127.0.0.1", "[::1]"].map(|name| match port {
            80 => name.to_owned(),
            _ => format!("{name}:{port}"),
        });
        Self { local, public }
    }

    /// The host of our own origin on this machine.
    pub(crate) fn local(&self) -> &str {
        self.local.first().map_or("", String::as_str)
    }

    /// Names that are not ours are refused: a site whose name is made to point here ("DNS
    /// rebinding") would otherwise be same-origin with us in the user's browser.
    fn answer_to(&self, host: &str) -> bool {
        let is_public = |public: &String| host == public || self.is_public_with_port(host, public);
        self.local.iter().any(|local| local == host) || self.public.as_ref().is_some_and(is_public)
    }

    fn is_public_with_port(&self, host: &str, public: &str) -> bool {
        let own_port = self.local().strip_prefix("localhost");
        own_port.is_some_and(|port| host.strip_suffix(port) == Some(public))
    }

    /// Whether a page at `origin` is one of those under `host`.
    fn is_origin_of(&self, origin: &str, host: &str) -> bool {
        let by_http = origin.strip_prefix("http://");
        // Before a public name there is a proxy that speaks TLS.
        let by_tls = origin.strip_prefix("https://").filter(|_| self.public.is_some());
        by_http.or(by_tls) == Some(host)
    }
}

/// Bounds the time of a request, and refuses what is for another host or from another site.
pub(crate) async fn admit(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    match inspect(request.method(), request.headers(), &app.hosts) {
        Ok(provenance) => {
            let _none = request.extensions_mut().insert(provenance);
            match tokio::time::timeout(MAX_REQUEST, next.run(request)).await {
                Ok(response) => response,
                Err(_) => Error::TimedOut.into_response(),
            }
        }
        Err(error) => error.into_response(),
    }
}

/// Sec-Fetch-Site decides; without it Origin; without both the form's token must.
fn inspect(method: &Method, headers: &HeaderMap, hosts: &Hosts) -> Result<Provenance, Error> {
    let host = only(headers, &HOST).ok().flatten().ok_or(Error::WrongHost)?;
    if !hosts.answer_to(&host.to_ascii_lowercase()) {
        return Err(Error::WrongHost);
    }
    if [Method::GET, Method::HEAD].contains(method) {
        return Ok(Provenance::Unknown);
    }
    let site = only(headers, &HeaderName::from_static("sec-fetch-site"))?;
    let origin = only(headers, &ORIGIN)?;
    match (site, origin) {
        (Some("same-origin" | "none"), _) => Ok(Provenance::SameOrigin),
        (None, Some(origin)) if hosts.is_origin_of(origin, host) => Ok(Provenance::SameOrigin),
        (None, None) => Ok(Provenance::Unknown),
        _ => Err(Error::CrossSite),
    }
}

/// The value of a header that a browser sends once or not at all.
fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, Error> {
    let mut values = headers.get_all(name).iter();
    let first = values.next().map(HeaderValue::to_str).transpose();
    match (first, values.next()) {
        (Ok(value), None) => Ok(value),
        _ => Err(Error::CrossSite),
    }
}

/// Sets the headers of every answer, errors included.
///
/// There is no `Strict-Transport-Security`: browsers ignore it over plain HTTP. A proxy that
/// speaks TLS sets it.
pub(crate) async fn protect(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // What is no page has a policy of its own, which allows less.
    let _entry = headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(PAGE_POLICY));
    for (name, value) in PROTECTION {
        let _earlier = headers.insert(name, HeaderValue::from_static(value));
    }
    // Pages are of one user and one moment; what is not, says so itself.
    let _entry =
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; \
                           form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const PROTECTION: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Not `no-referrer`: with that, browsers say of a form's origin that it is "null".
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(method: &Method, pairs: &[(&'static str, &str)]) -> Option<Provenance> {
        let headers = pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect();
        let hosts = Hosts::new(8080, Some("notes.example".into()));
        inspect(method, &headers, &hosts).ok()
    }

    #[test]
    fn answers_for_its_own_names_only() {
        for host in ["localhost:8080", "LOCALHOST:8080", "127.0.0.1:8080", "[::1]:8080"] {
            assert!(verdict(&Method::GET, &[("host", host)]).is_some(), "{host}");
        }
        for host in ["notes.example", "notes.example:8080"] {
            assert!(verdict(&Method::GET, &[("host", host)]).is_some(), "{host}");
        }
        for host in ["localhost", "localhost:81", "evil.example:8080", "xlocalhost:8080", ""] {
            assert!(verdict(&Method::GET, &[("host", host)]).is_none(), "{host}");
        }
        for host in ["notes.example:81", "x.notes.example", "notes.example:8080:8080"] {
            assert!(verdict(&Method::GET, &[("host", host)]).is_none(), "{host}");
        }
        assert!(verdict(&Method::GET, &[]).is_none());
        let two = [("host", "localhost:8080"), ("host", "localhost:8080")];
        assert!(verdict(&Method::GET, &two).is_none());
    }

    #[test]
    fn sec_fetch_site_decides_then_origin_then_nobody() {
        let post = |pairs: &[(&'static str, &'static str)]| {
            let all: Vec<_> = [("host", "localhost:8080")].iter().chain(pairs).copied().collect();
            verdict(&Method::POST, &all)
        };
        let (fetch, origin) = ("sec-fetch-site", "origin");
        let (ours, foreign) = ("http://localhost:8080", "http://evil.example");
        let same = Some(Provenance::SameOrigin);

        assert_eq!(post(&[(fetch, "same-origin")]), same);
        assert_eq!(post(&[(fetch, "none")]), same);
        assert_eq!(post(&[(fetch, "same-origin"), (origin, "null")]), same);
        for site in ["cross-site", "same-site", "SAME-ORIGIN", ""] {
            assert_eq!(post(&[(fetch, site), (origin, ours)]), None, "{site}");
        }
        assert_eq!(post(&[(origin, ours)]), same);
        for other in
            [foreign, "null", "http://localhost", "http://127.0.0.1:8080", "localhost:8080"]
        {
            assert_eq!(post(&[(origin, other)]), None, "{other}");
        }
        assert_eq!(post(&[(origin, ours), (origin, foreign)]), None);
        assert_eq!(post(&[]), Some(Provenance::Unknown));
    }
}
