//! URLs in attributes.

use core::error::Error;
use core::fmt;

use super::text::{Attribute, attribute};

/// Encodes the absolute URL of a link or a picture for an attribute value between quotes: `http`,
/// `https`, `mailto` or `tel`.
///
/// Escaping alone makes no URL safe: `javascript:alert(1)` has nothing to escape. So the scheme is
/// checked, as browsers read it ([URL standard, section 4.4]). Where the link leads is not judged,
/// and the value is for `href` of `a` and `src` of `img`, not for what runs: `src` of `script`,
/// `iframe` or `embed`.
///
/// [URL standard, section 4.4]: https://url.spec.whatwg.org/#url-parsing
///
/// ```
/// use bartizan_html::encode::{self, UnsafeUrl};
///
/// let url = encode::url("https://example.com/?a=1&b=2")?;
/// assert_eq!(url.to_string(), "https://example.com/?a=1&amp;b=2");
/// assert_eq!(encode::url("java\tscript:alert(1)").unwrap_err(), UnsafeUrl::Character);
/// assert_eq!(encode::url("javascript:alert(1)").unwrap_err(), UnsafeUrl::Scheme);
/// # Ok::<(), UnsafeUrl>(())
/// ```
///
/// # Errors
///
/// - [`UnsafeUrl::Character`] when it has a space, a control character or a backslash.
/// - [`UnsafeUrl::Scheme`] when its scheme is another, or it has none, or, for `http` and `https`,
///   no host.
pub fn url(url: &str) -> Result<Url<'_>, UnsafeUrl> {
    check_characters(url)?;
    let (scheme, rest) = url.split_once(':').ok_or(UnsafeUrl::Scheme)?;
    let is = |name: &str| scheme.eq_ignore_ascii_case(name);
    let has_host =
        || rest.strip_prefix("//").is_some_and(|host| !host.starts_with(['/', '?', '#']));
    let safe = if is("http") || is("https") {
        has_host() && rest.len() > 2
    } else {
        (is("mailto") || is("tel")) && !rest.is_empty()
    };
    if safe { Ok(Url(attribute(url))) } else { Err(UnsafeUrl::Scheme) }
}

/// Encodes a URL within the same site for an attribute value between quotes: a path that begins
/// with a slash, a query or a fragment.
///
/// ```
/// use bartizan_html::encode::{self, UnsafeUrl};
///
/// let url = encode::local_url("/search?q=a&page=2")?;
/// assert_eq!(url.to_string(), "/search?q=a&amp;page=2");
/// assert_eq!(encode::local_url("//evil.example").unwrap_err(), UnsafeUrl::NotLocal);
/// # Ok::<(), UnsafeUrl>(())
/// ```
///
/// # Errors
///
/// - [`UnsafeUrl::Character`] when it has a space, a control character or a backslash.
/// - [`UnsafeUrl::NotLocal`] when it could lead to another host.
pub fn local_url(url: &str) -> Result<Url<'_>, UnsafeUrl> {
    check_characters(url)?;
    if url.starts_with(['/', '?', '#']) && !url.starts_with("//") {
        Ok(Url(attribute(url)))
    } else {
        Err(UnsafeUrl::NotLocal)
    }
}

/// Browsers drop tabs, line feeds and what surrounds a URL, and read a backslash as a slash.
fn check_characters(url: &str) -> Result<(), UnsafeUrl> {
    let dropped = |c: char| c <= ' ' || c == '\\' || c.is_control();
    if url.contains(dropped) { Err(UnsafeUrl::Character) } else { Ok(()) }
}

/// A checked URL that encodes itself when it is displayed, as an attribute value between quotes.
#[derive(Clone, Copy, Debug)]
pub struct Url<'a>(Attribute<'a>);

impl fmt::Display for Url<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write_to(f)
    }
}

/// Why a URL does not go into a page. Whoever wrote the URL is at fault: answer 422, or show it as
/// text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnsafeUrl {
    /// It has a space, a control character or a backslash.
    Character,
    /// Its scheme is not one for links.
    Scheme,
    /// It could lead to another site.
    NotLocal,
}

impl fmt::Display for UnsafeUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Character => "the URL has a character that browsers drop or change",
            Self::Scheme => "the URL is not an absolute one of a scheme for links",
            Self::NotLocal => "the URL does not stay within the site",
        })
    }
}

impl Error for UnsafeUrl {}
