//! URLs of the web.

mod display;
mod error;
mod https;

use core::net::IpAddr;
use core::str::FromStr;

use url::{Host, ParseError, Position, Url};

pub use self::error::UrlError;
pub use self::https::HttpsUrl;
use crate::parsed::parsed;
use crate::sink;

/// An absolute URL with the scheme `http` or `https`, in the one spelling that browsers give it
/// (the [URL standard]).
///
/// At most 8,192 octets, as written and in that spelling. The scheme and the host are in lower
/// case, international names in ASCII, IPv4 addresses in four decimal numbers, dot segments are
/// resolved, the default port is left out. It has no user name and no password. What browsers
/// repair is refused: white space, control characters, backslashes, one slash or three instead of
/// two. So `javascript:` does not get in, however it is written.
///
/// A URL is put together from parts by [`with_segment`](Self::with_segment),
/// [`with_query_pair`](Self::with_query_pair) and [`with_fragment`](Self::with_fragment), which
/// encode each part for its place: nothing in a part can end it.
///
/// That a URL is valid does not say that it may be fetched: [`EgressPolicy`](crate::EgressPolicy)
/// does.
///
/// ```
/// use bartizan_validate::{HttpUrl, UrlError};
///
/// let url: HttpUrl = "HTTPS://BÜCHER.example:443/a/../b".parse()?;
/// assert_eq!(url.as_str(), "https://xn--bcher-kva.example/b");
///
/// let url = url.with_segment("../x?y#z")?.with_query_pair("q", "a&b=c")?;
/// assert_eq!(url.as_str(), "https://xn--bcher-kva.example/b/..%2Fx%3Fy%23z?q=a%26b%3Dc");
///
/// assert_eq!("java\tscript:alert(1)".parse::<HttpUrl>(), Err(UrlError::Scheme));
/// # Ok::<(), UrlError>(())
/// ```
///
/// [URL standard]: https://url.spec.whatwg.org/
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HttpUrl(Url);

impl HttpUrl {
    /// The most octets that a URL has.
    pub const MAX_OCTETS: usize = 8192;

    /// Returns the URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Returns the scheme: `http` or `https`.
    #[must_use]
    pub fn scheme(&self) -> &str {
        self.0.scheme()
    }

    /// Returns the host in lower case and ASCII; an IPv6 address stands in brackets.
    ///
    /// This is the form to compare, to look up and to show where a mistake would cost something.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Returns the host for people to read: an international name in its own letters if they
    /// can't pass for others, else in ASCII.
    ///
    /// A label is shown in its own letters when all of them are [allowed in identifiers], they are
    /// of one script (or mixed as in Chinese, Japanese and Korean: [highly restrictive]), and the
    /// label [looks like] none in ASCII. So a name in Cyrillic that could be read as a Latin one
    /// is shown in ASCII.
    ///
    /// ```
    /// use bartizan_validate::HttpUrl;
    ///
    /// let url: HttpUrl = "https://bücher.example".parse()?;
    /// assert_eq!(url.display_host(), "bücher.example");
    ///
    /// // In Cyrillic letters, all of them.
    /// let url: HttpUrl = "https://аррӏе.example".parse()?;
    /// assert_eq!(url.display_host(), "xn--80ak6aa92e.example");
    /// # Ok::<(), bartizan_validate::UrlError>(())
    /// ```
    ///
    /// [allowed in identifiers]: https://www.unicode.org/reports/tr39/#Identifier_Status_and_Type
    /// [highly restrictive]: https://www.unicode.org/reports/tr39/#Restriction_Level_Detection
    /// [looks like]: https://www.unicode.org/reports/tr39/#Confusable_Detection
    #[must_use]
    pub fn display_host(&self) -> String {
        display::host(self.host())
    }

    /// Returns the address, if the host is one and not a name.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        match self.0.host()? {
            Host::Domain(_) => None,
            Host::Ipv4(ip) => Some(ip.into()),
            Host::Ipv6(ip) => Some(ip.into()),
        }
    }

    /// Returns the port, also where it is the default one of the scheme.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or_default()
    }

    /// Returns the path, which begins with a slash.
    #[must_use]
    pub fn path(&self) -> &str {
        self.0.path()
    }

    /// Returns what follows the `?`.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.0.query()
    }

    /// Returns what follows the `#`.
    #[must_use]
    pub fn fragment(&self) -> Option<&str> {
        self.0.fragment()
    }

    /// Returns scheme, host and port ([RFC 6454]), as the header `Origin` has them.
    ///
    /// [RFC 6454]: https://www.rfc-editor.org/rfc/rfc6454
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.0[..Position::BeforePath]
    }

    /// Resolves a reference, such as a `Location` header: with this URL as its base.
    ///
    /// # Errors
    ///
    /// [`UrlError`], for the result as for any URL.
    pub fn join(&self, reference: &str) -> Result<Self, UrlError> {
        if reference.len() > Self::MAX_OCTETS {
            return Err(UrlError::TooLong);
        }
        if reference.contains(is_repaired) {
            return Err(UrlError::Character);
        }
        Self::bounded(self.0.join(reference).map_err(refused)?)
    }

    /// Adds a segment to the path. Whatever stands in it is encoded: no slash begins another one.
    ///
    /// # Errors
    ///
    /// - [`UrlError::Segment`]: it is empty, `.` or `..`, which no encoding would keep.
    /// - [`UrlError::TooLong`]: the URL would be.
    pub fn with_segment(mut self, segment: &str) -> Result<Self, UrlError> {
        if matches!(segment, "" | "." | "..") {
            return Err(UrlError::Segment);
        }
        let parent = self.path().strip_suffix('/').unwrap_or_else(|| self.path());
        let path = format!("{parent}/{}", encoded(segment)?);
        self.0.set_path(&path);
        Self::bounded(self.0)
    }

    /// Adds a name and its value to the query. Whatever stands in them is encoded, a space as
    /// `%20`.
    ///
    /// # Errors
    ///
    /// [`UrlError::TooLong`]: the URL would be.
    pub fn with_query_pair(mut self, name: &str, value: &str) -> Result<Self, UrlError> {
        let pair = format!("{}={}", encoded(name)?, encoded(value)?);
        let query = match self.query() {
            None | Some("") => pair,
            Some(query) => format!("{query}&{pair}"),
        };
        self.0.set_query(Some(&query));
        Self::bounded(self.0)
    }

    /// Sets the fragment. Whatever stands in it is encoded.
    ///
    /// # Errors
    ///
    /// [`UrlError::TooLong`]: the URL would be.
    pub fn with_fragment(mut self, fragment: &str) -> Result<Self, UrlError> {
        self.0.set_fragment(Some(&encoded(fragment)?.to_cow()));
        Self::bounded(self.0)
    }

    /// The rules that hold for what was put together as for what was parsed.
    fn bounded(url: Url) -> Result<Self, UrlError> {
        if !is_scheme(url.scheme()) {
            return Err(UrlError::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(UrlError::Credentials);
        }
        match url.as_str().len() {
            0..=Self::MAX_OCTETS => Ok(Self(url)),
            _ => Err(UrlError::TooLong),
        }
    }
}

/// Encodes all but the unreserved characters, so that it means the same as a segment, in a query and
/// in a fragment. What cannot fit is refused before it is encoded.
const fn encoded(part: &str) -> Result<sink::url::QueryValue<'_>, UrlError> {
    if part.len() > HttpUrl::MAX_OCTETS {
        return Err(UrlError::TooLong);
    }
    Ok(sink::url::query(part))
}

impl FromStr for HttpUrl {
    type Err = UrlError;

    /// Parses a URL. The limit on length holds before anything else is done.
    ///
    /// # Errors
    ///
    /// [`UrlError`], whose variants name the rule that `text` breaks.
    fn from_str(text: &str) -> Result<Self, UrlError> {
        if text.len() > Self::MAX_OCTETS {
            return Err(UrlError::TooLong);
        }
        if !is_scheme(&scheme_as_browsers_read_it(text)) {
            return Err(UrlError::Scheme);
        }
        if text.contains(is_repaired) {
            return Err(UrlError::Character);
        }
        let (_, rest) = text.split_once(':').ok_or(UrlError::Scheme)?;
        let rest = rest.strip_prefix("//").ok_or(UrlError::Host)?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.is_empty() {
            return Err(UrlError::Host);
        }
        if authority.contains('@') {
            return Err(UrlError::Credentials);
        }
        Self::bounded(Url::parse(text).map_err(refused)?)
    }
}

parsed!(HttpUrl, UrlError, "a URL");

/// The scheme, with what a browser leaves out of a URL left out: the [URL standard]'s basic URL
/// parser, steps 1 and 3.
///
/// [URL standard]: https://url.spec.whatwg.org/#concept-basic-url-parser
fn scheme_as_browsers_read_it(text: &str) -> String {
    let text = text.trim_start_matches(|c| c <= ' ');
    let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
    scheme.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect()
}

fn is_scheme(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
}

/// What a browser strips, or takes for something else.
fn is_repaired(c: char) -> bool {
    c == '\\' || c.is_control() || c.is_whitespace()
}

const fn refused(error: ParseError) -> UrlError {
    match error {
        ParseError::InvalidPort => UrlError::Port,
        ParseError::Overflow => UrlError::TooLong,
        _ => UrlError::Host,
    }
}
