//! Why a text is no URL.

use core::fmt;

/// Why a text is no URL that is accepted. Whoever typed it is at fault: show them the sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UrlError {
    /// It has more than 8,192 octets, as written or in canonical form.
    TooLong,
    /// It does not begin with a scheme that is accepted.
    Scheme,
    /// It has white space, a control character or a backslash.
    Character,
    /// It has a user name or a password, or an `@` where they stand.
    Credentials,
    /// Its host is missing, or is neither a name nor an address.
    Host,
    /// Its port is no number up to 65,535.
    Port,
    /// A segment to be added is empty, `.` or `..`.
    Segment,
}

impl UrlError {
    /// Returns the code for [`Invalid`](crate::Invalid), the same in every later version.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLong => "url_too_long",
            Self::Scheme => "url_scheme",
            Self::Character => "url_character",
            Self::Credentials => "url_credentials",
            Self::Host => "url_host",
            Self::Port => "url_port",
            Self::Segment => "url_segment",
        }
    }
}

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "a URL has at most 8192 characters",
            Self::Scheme => "a URL begins with https://, or with http:// where that is accepted",
            Self::Character => "a URL has no spaces, control characters or backslashes",
            Self::Credentials => "a URL has no user name or password before its host",
            Self::Host => "after the two slashes of a URL stands a host, as in https://example.com",
            Self::Port => "the port of a URL is a number up to 65535",
            Self::Segment => "a segment of a path is not empty, . or ..",
        })
    }
}
