//! Why a target was refused.

use core::fmt;

use crate::UrlError;

/// Why a browser is not sent there. Whoever sent the target is at fault, and that is hardly ever the
/// user: go to a page of your own instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RedirectError {
    /// It has more than 8,192 octets.
    TooLong,
    /// It does not begin with exactly one slash.
    NotLocal,
    /// It has a character that is not ASCII, can't be seen, or is one of ``"<>\^`{|}``.
    Character,
    /// It encodes a separator, a dot, a percent sign or a control character, or has a `%` that no
    /// two hexadecimal digits follow.
    Encoding,
    /// Its path has an empty segment, `.` or `..`.
    Segment,
    /// It is a URL, of an origin that is not allowed.
    Origin,
    /// It is no path, and no URL for this reason.
    Url(UrlError),
}

impl RedirectError {
    /// Returns the code for [`Invalid`](crate::Invalid), the same in every later version.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLong => "redirect_too_long",
            Self::NotLocal => "redirect_not_local",
            Self::Character => "redirect_character",
            Self::Encoding => "redirect_encoding",
            Self::Segment => "redirect_segment",
            Self::Origin => "redirect_origin",
            Self::Url(error) => error.code(),
        }
    }
}

impl fmt::Display for RedirectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "a target has at most 8192 characters",
            Self::NotLocal => "a target begins with one slash, as in /notes",
            Self::Character => {
                "a target has visible English characters alone, without quotes, brackets and \
                 backslashes"
            }
            Self::Encoding => {
                "a target encodes no slashes, dots, percent signs or control characters"
            }
            Self::Segment => "the path of a target has no empty parts and no dots as parts",
            Self::Origin => "a target leads to this site, or to one that it knows",
            Self::Url(error) => return error.fmt(f),
        })
    }
}
