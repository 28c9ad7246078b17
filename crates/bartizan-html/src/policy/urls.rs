//! Which URLs an attribute may hold.

use ammonia::Url;
use ammonia::url::ParseError;

/// Which URLs may survive in an attribute. It never changes once made.
///
/// A URL is read as a browser reads it, by the [URL standard](https://url.spec.whatwg.org/). Not
/// allowed unless said: URLs relative to the page, `//host`, and user names before a host.
///
/// ```
/// use bartizan_html::{Policy, Sanitizer, Urls};
///
/// let urls = Urls::new(&["https"]).hosts(&["example.com", "*.example.org"]);
/// let policy = Policy::builder().elements(&["a"]).attributes("a", &["href"]).urls(urls).build()?;
/// let sanitizer = Sanitizer::new(policy.clone());
/// let kept = |url: &str| {
///     let clean = sanitizer.clean(&format!("<a href='{url}'>x</a>")).map(|html| html.into_string());
///     clean.is_ok_and(|html| html.contains("href"))
/// };
/// assert!(kept("https://example.com/") && kept("https://a.example.org/"));
/// assert!(!kept("https://example.com@evil.example/") && !kept("//example.com/") && !kept("/"));
/// # Ok::<(), bartizan_html::PolicyError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is asked for by name")]
pub struct Urls {
    pub(crate) schemes: Vec<&'static str>,
    hosts: Option<Vec<String>>,
    relative: bool,
    scheme_relative: bool,
    userinfo: bool,
    pub(crate) data_images: bool,
}

impl Urls {
    /// Allows absolute URLs of these schemes, in lower case and without a colon.
    #[must_use]
    pub fn new(schemes: &[&'static str]) -> Self {
        Self {
            schemes: schemes.to_vec(),
            hosts: None,
            relative: false,
            scheme_relative: false,
            userinfo: false,
            data_images: false,
        }
    }

    /// Allows no other hosts than these; `*.example.com` stands for every host below that name.
    #[must_use]
    pub fn hosts(mut self, hosts: &[&str]) -> Self {
        self.hosts = Some(hosts.iter().map(|host| host.to_ascii_lowercase()).collect());
        self
    }

    /// Allows URLs relative to the page that stay on its host: `/path`, `path`, `?query`, `#part`.
    #[must_use]
    pub const fn relative(mut self) -> Self {
        self.relative = true;
        self
    }

    /// Allows `//host/path`, which takes the scheme of the page.
    #[must_use]
    pub const fn scheme_relative(mut self) -> Self {
        self.scheme_relative = true;
        self
    }

    /// Allows a user name and a password before the host.
    #[must_use]
    pub const fn userinfo(mut self) -> Self {
        self.userinfo = true;
        self
    }

    /// Allows pictures in the URL itself: `data:` of PNG, JPEG, GIF, WebP and AVIF in base64.
    ///
    /// They count only in the `src` of an `img`.
    #[must_use]
    pub const fn data_images(mut self) -> Self {
        self.data_images = true;
        self
    }

    /// Whether `value` is allowed; `is_image` is for the source of an `img`.
    pub(crate) fn allow(&self, value: &str, is_image: bool) -> Result<(), UrlRefused> {
        if self.hosts.is_none() && is_evident(value, &self.schemes) {
            return Ok(());
        }
        let url = match Url::parse(value) {
            Ok(url) => url,
            Err(ParseError::RelativeUrlWithoutBase) => return self.allow_relative(value),
            Err(_) => return Err(UrlRefused::Invalid),
        };
        if url.scheme() == "data" && self.data_images && is_image && is_data_image(value) {
            return Ok(());
        }
        if !self.schemes.contains(&url.scheme()) {
            return Err(UrlRefused::Scheme);
        }
        // `https:path` is relative to a page that is `https`, and absolute elsewhere.
        if url.is_special() && !is_written_absolute(value, url.scheme()) {
            return Err(UrlRefused::Relative);
        }
        self.allow_authority(&url)
    }

    fn allow_relative(&self, value: &str) -> Result<(), UrlRefused> {
        // What looks like a scheme is not a path (RFC 3986, section 4.2), whatever stands in it.
        let first = value.split(['/', '?', '#']).next().unwrap_or_default();
        if first.contains(':') {
            return Err(UrlRefused::Invalid);
        }
        let joined = Url::parse(BASE).and_then(|base| base.join(value));
        let url = joined.map_err(|_| UrlRefused::Invalid)?;
        let on_same_host = url.host_str() == Some(BASE_HOST) && url.username().is_empty();
        if on_same_host && url.port().is_none() {
            return if self.relative { Ok(()) } else { Err(UrlRefused::Relative) };
        }
        if !self.scheme_relative {
            return Err(UrlRefused::Relative);
        }
        self.allow_authority(&url)
    }

    fn allow_authority(&self, url: &Url) -> Result<(), UrlRefused> {
        if !self.userinfo && (!url.username().is_empty() || url.password().is_some()) {
            return Err(UrlRefused::UserInfo);
        }
        let Some(hosts) = &self.hosts else { return Ok(()) };
        let Some(host) = url.host_str() else { return Err(UrlRefused::Host) };
        let matches = |allowed: &String| match allowed.strip_prefix('*') {
            Some(suffix) => host.len() > suffix.len() && host.ends_with(suffix),
            None => host == allowed,
        };
        if hosts.iter().any(matches) { Ok(()) } else { Err(UrlRefused::Host) }
    }
}

/// Why a URL was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UrlRefused {
    /// It is none.
    Invalid,
    /// Its scheme is not allowed.
    Scheme,
    /// Its host is not allowed.
    Host,
    /// It is relative to the page.
    Relative,
    /// It has a user name or a password.
    UserInfo,
}

const BASE: &str = "https://bartizan.invalid/";
const BASE_HOST: &str = "bartizan.invalid";

/// Whether a URL is so plain that no parser is needed to say that it is valid and absolute: letters,
/// digits, dots and hyphens for a host, and no user.
fn is_evident(value: &str, schemes: &[&str]) -> bool {
    let Some((scheme, rest)) = value.split_once(':') else { return false };
    if !matches!(scheme, "http" | "https") || !schemes.contains(&scheme) {
        return false;
    }
    let Some(rest) = rest.strip_prefix("//") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    // A label may be `xn--…`, and a last one of digits makes an address of numbers.
    let is_label = |label: &str| {
        matches!(label.len(), 1..=63)
            && label.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
            && !label.starts_with("xn--")
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.get(2..4) != Some("--")
    };
    let last = host.rsplit('.').next().unwrap_or_default();
    host.len() <= 253
        && host.split('.').all(is_label)
        && last.bytes().all(|byte| byte.is_ascii_lowercase())
        && !rest.bytes().any(|byte| byte < b' ')
}

const KINDS: [&str; 5] =
    ["data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp", "data:image/avif"];

/// Whether the scheme is followed by `//`, with nothing in it that parsers drop.
fn is_written_absolute(value: &str, scheme: &str) -> bool {
    let value = value.trim_start_matches(|c: char| c <= ' ');
    value.split_at_checked(scheme.len()).is_some_and(|(before, after)| {
        before.eq_ignore_ascii_case(scheme) && after.starts_with("://")
    })
}

fn is_data_image(value: &str) -> bool {
    let Some((kind, data)) = value.split_once(";base64,") else { return false };
    KINDS.contains(&kind)
        && data.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='))
}
