//! HTTP messages as they are signed: borrowed, and of no framework.

use core::fmt;
use std::borrow::Cow;

use super::error::MalformedMessage;
use super::fields::Fields;
use super::structured::is_token_byte;

/// Where a server is reached: scheme and authority, as those outside see them.
///
/// A server that verifies knows it itself. The `Host` field of a request is the client's to choose,
/// and behind a proxy it may be another.
///
/// ```
/// use bartizan_token::message::Origin;
///
/// let origin = Origin::new("https://API.example:443")?;
/// assert_eq!(origin.to_string(), "https://api.example");
/// let request = origin.request("GET", "/orders?page=2", [], b"")?;
/// assert_eq!(request.target_uri(), "https://api.example/orders?page=2");
/// # Ok::<(), bartizan_token::message::MalformedMessage>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    scheme: &'static str,
    authority: String,
}

impl Origin {
    /// Takes `http://` or `https://`, a host and, unless it is the default one, a port.
    ///
    /// # Errors
    ///
    /// [`MalformedMessage`]: it is something else, or there is something behind it.
    pub fn new(origin: &str) -> Result<Self, MalformedMessage> {
        let (origin, rest) = Self::split(origin)?;
        if rest.is_empty() { Ok(origin) } else { Err(MalformedMessage) }
    }

    /// Returns a request to this server, as it was received.
    ///
    /// `target` is path and query as they stand in the request, before anything was decoded;
    /// `fields` are all its fields; `body` is the whole body, before any content coding was undone.
    ///
    /// # Errors
    ///
    /// [`MalformedMessage`]: the method is no token, the target no path with or without a query
    /// in the characters of a URI, or there are more than 256 fields.
    #[expect(clippy::too_many_arguments, reason = "none of them may be forgotten")]
    pub fn request<'m>(
        &'m self,
        method: &'m str,
        target: &'m str,
        fields: impl IntoIterator<Item = (&'m str, &'m [u8])>,
        body: &'m [u8],
    ) -> Result<HttpRequest<'m>, MalformedMessage> {
        HttpRequest::of(Cow::Borrowed(self), (method, target), Fields::collect(fields)?, body)
    }

    /// Splits a URL in front of the path.
    fn split(url: &str) -> Result<(Self, &str), MalformedMessage> {
        let (scheme, rest) = url.split_once("://").ok_or(MalformedMessage)?;
        let (scheme, default_port) = match () {
            () if scheme.eq_ignore_ascii_case("https") => ("https", "443"),
            () if scheme.eq_ignore_ascii_case("http") => ("http", "80"),
            () => return Err(MalformedMessage),
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at_checked(end).unwrap_or_default();
        let authority = normalized(authority, default_port).ok_or(MalformedMessage)?;
        Ok((Self { scheme, authority }, rest))
    }
}

/// Lower case, without the default port: [RFC 9421, section 2.2.3]. Nothing when it is no host, or
/// has a user name in front.
///
/// [RFC 9421, section 2.2.3]: https://www.rfc-editor.org/rfc/rfc9421#section-2.2.3
fn normalized(authority: &str, default_port: &str) -> Option<String> {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port),
        _ => (authority, ""),
    };
    let is_v6 = host.starts_with('[') && host.ends_with(']');
    let fits = |byte: u8| {
        let v6 = is_v6 && matches!(byte, b'[' | b']' | b':');
        v6 || byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
    };
    let good_port = port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit());
    if host.is_empty() || authority.len() > MAX_AUTHORITY_LEN || !good_port {
        return None;
    }
    let mut normalized = host.bytes().all(fits).then(|| host.to_ascii_lowercase())?;
    if !port.is_empty() && port != default_port {
        normalized.push(':');
        normalized.push_str(port);
    }
    Some(normalized)
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.authority)
    }
}

/// A request as it is signed: method, target, fields and body.
///
/// A client makes one of the URL that it calls ([`new`](Self::new)), a server of what it got and
/// its own [`Origin`]. Field names are compared without regard to case; of a field with several
/// lines each is an item: `headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()))` of
/// the crate `http`. `CONNECT` and `OPTIONS *` have no path and cannot be signed.
///
/// ```
/// use bartizan_token::message::HttpRequest;
///
/// let fields = [("content-type", &b"application/json"[..])];
/// let request = HttpRequest::new("POST", "https://Shop.example/hooks?id=7", fields, b"{}")?;
/// assert_eq!(request.target_uri(), "https://shop.example/hooks?id=7");
/// # Ok::<(), bartizan_token::message::MalformedMessage>(())
/// ```
#[derive(Clone)]
pub struct HttpRequest<'m> {
    pub(super) method: &'m str,
    origin: Cow<'m, Origin>,
    pub(super) path: &'m str,
    pub(super) query: Option<&'m str>,
    pub(super) fields: Fields<'m>,
    pub(super) body: &'m [u8],
}

impl<'m> HttpRequest<'m> {
    /// Returns a request to `url`, which has no fragment. An empty `body` is none.
    ///
    /// # Errors
    ///
    /// [`MalformedMessage`]: the method is no token, the URL not one of `http` or `https` in the
    /// characters of a URI, or there are more than 256 fields.
    pub fn new(
        method: &'m str,
        url: &'m str,
        fields: impl IntoIterator<Item = (&'m str, &'m [u8])>,
        body: &'m [u8],
    ) -> Result<Self, MalformedMessage> {
        let (origin, target) = Origin::split(url)?;
        // What is sent for an empty path: RFC 9112, section 3.2.1.
        let target = if target.is_empty() { "/" } else { target };
        Self::of(Cow::Owned(origin), (method, target), Fields::collect(fields)?, body)
    }

    fn of(
        origin: Cow<'m, Origin>,
        (method, target): (&'m str, &'m str),
        fields: Fields<'m>,
        body: &'m [u8],
    ) -> Result<Self, MalformedMessage> {
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        };
        let path = if path.is_empty() { "/" } else { path };
        let is_method = (1..=MAX_METHOD_LEN).contains(&method.len());
        let visible = |byte: u8| matches!(byte, b'!'..=b'~') && byte != b'#';
        if !is_method
            || !method.bytes().all(is_token_byte)
            || !path.starts_with('/')
            || target.len() > MAX_TARGET_LEN
            || !target.bytes().all(visible)
        {
            return Err(MalformedMessage);
        }
        Ok(Self { method, origin, path, query, fields, body })
    }

    /// Returns the whole target: [RFC 9421, section 2.2.2].
    ///
    /// [RFC 9421, section 2.2.2]: https://www.rfc-editor.org/rfc/rfc9421#section-2.2.2
    #[must_use]
    pub fn target_uri(&self) -> String {
        format!("{}{}", self.origin, self.request_target())
    }

    pub(super) fn request_target(&self) -> String {
        match self.query {
            Some(query) => format!("{}?{query}", self.path),
            None => self.path.to_owned(),
        }
    }

    pub(super) fn authority(&self) -> &str {
        &self.origin.authority
    }

    pub(super) fn scheme(&self) -> &'static str {
        self.origin.scheme
    }
}

impl fmt::Debug for HttpRequest<'_> {
    /// Shows neither query nor fields, in which secrets are sent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpRequest({} {}{})", self.method, self.origin, self.path)
    }
}

/// A response as it is signed: status, fields and body, and the request that it answers.
///
/// ```
/// use bartizan_token::message::{HttpRequest, HttpResponse};
///
/// let request = HttpRequest::new("GET", "https://shop.example/orders/7", [], b"")?;
/// let fields = [("content-type", &b"application/json"[..])];
/// let response = HttpResponse::to(&request, 200, fields, b"{}")?;
/// assert_eq!(format!("{response:?}"), "HttpResponse(200 to GET https://shop.example/orders/7)");
/// # Ok::<(), bartizan_token::message::MalformedMessage>(())
/// ```
#[derive(Clone)]
pub struct HttpResponse<'m> {
    pub(super) request: &'m HttpRequest<'m>,
    pub(super) status: u16,
    pub(super) fields: Fields<'m>,
    pub(super) body: &'m [u8],
}

impl<'m> HttpResponse<'m> {
    /// Returns the response to `request` with the given status, fields and body.
    ///
    /// # Errors
    ///
    /// [`MalformedMessage`]: the status has not three digits, or there are more than 256 fields.
    pub fn to(
        request: &'m HttpRequest<'m>,
        status: u16,
        fields: impl IntoIterator<Item = (&'m str, &'m [u8])>,
        body: &'m [u8],
    ) -> Result<Self, MalformedMessage> {
        if !(100..=999).contains(&status) {
            return Err(MalformedMessage);
        }
        Ok(Self { request, status, fields: Fields::collect(fields)?, body })
    }
}

impl fmt::Debug for HttpResponse<'_> {
    /// Shows no fields, in which secrets are sent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let HttpRequest { method, origin, path, .. } = self.request;
        write!(f, "HttpResponse({} to {method} {origin}{path})", self.status)
    }
}

const MAX_METHOD_LEN: usize = 64;

/// Of a host and port, in bytes: names are shorter.
const MAX_AUTHORITY_LEN: usize = 261;

/// Of path and query, in bytes.
const MAX_TARGET_LEN: usize = 16 * 1_024;
