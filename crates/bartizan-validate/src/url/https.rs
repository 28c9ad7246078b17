//! URLs that are fetched over TLS.

use core::str::FromStr;

use super::{HttpUrl, UrlError};
use crate::parsed::parsed;

/// An [`HttpUrl`] whose scheme is `https`.
///
/// ```
/// use bartizan_validate::{HttpsUrl, UrlError};
///
/// let url: HttpsUrl = "https://example.com".parse()?;
/// assert_eq!(url.as_str(), "https://example.com/");
/// assert_eq!("http://example.com".parse::<HttpsUrl>(), Err(UrlError::Scheme));
/// # Ok::<(), UrlError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HttpsUrl(HttpUrl);

impl HttpsUrl {
    /// Returns the URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Returns the URL as one that may have either scheme, with all that such a URL can do.
    #[must_use]
    pub const fn as_url(&self) -> &HttpUrl {
        &self.0
    }
}

impl TryFrom<HttpUrl> for HttpsUrl {
    type Error = UrlError;

    fn try_from(url: HttpUrl) -> Result<Self, UrlError> {
        if url.scheme() == "https" { Ok(Self(url)) } else { Err(UrlError::Scheme) }
    }
}

impl From<HttpsUrl> for HttpUrl {
    fn from(url: HttpsUrl) -> Self {
        url.0
    }
}

impl FromStr for HttpsUrl {
    type Err = UrlError;

    /// Parses a URL. The limit on length holds before anything else is done.
    ///
    /// # Errors
    ///
    /// [`UrlError`], whose variants name the rule that `text` breaks.
    fn from_str(text: &str) -> Result<Self, UrlError> {
        text.parse::<HttpUrl>()?.try_into()
    }
}

parsed!(refusals! HttpsUrl, UrlError, "a URL with the scheme https");
