//! Where a browser may be sent.

mod error;

use core::str::FromStr;

pub use self::error::RedirectError;
use crate::canonical::escaped;
use crate::parsed::parsed;
use crate::{HttpUrl, HttpsUrl};

/// Where a browser may be sent after a login, say: a path of the same origin, with query and
/// fragment. It can be the value of a `Location` header as it is.
///
/// Parsed from text, it begins with exactly one slash, has at most 8,192 octets, all of them ASCII
/// that can be seen, and none of ``"<>\^`{|}``. The path has no empty segment and no dot segment, and
/// encodes none of them: `%2F`, `%5C`, `%2E` and `%25` are refused there, encoded control
/// characters everywhere. A browser that resolves it stays where it is, and so does a server that
/// decodes it once too often.
///
/// Only a [`RedirectPolicy`] makes one that leads to another origin, which it lists; that one is not
/// read back by parsing.
///
/// ```
/// use bartizan_validate::{RedirectError, RedirectTarget};
///
/// let next: RedirectTarget = "/notes?page=2#last".parse()?;
/// assert_eq!(next.as_str(), "/notes?page=2#last");
/// assert_eq!("//evil.example".parse::<RedirectTarget>(), Err(RedirectError::NotLocal));
/// assert_eq!("/\\evil.example".parse::<RedirectTarget>(), Err(RedirectError::Character));
/// # Ok::<(), RedirectError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RedirectTarget(String);

impl RedirectTarget {
    /// The most octets that a target has.
    pub const MAX_OCTETS: usize = HttpUrl::MAX_OCTETS;

    /// Returns the target, for a `Location` header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RedirectTarget {
    type Err = RedirectError;

    /// Parses a path of the same origin. The limit on length holds before anything else is done.
    ///
    /// # Errors
    ///
    /// [`RedirectError`], whose variants name the rule that `text` breaks.
    fn from_str(text: &str) -> Result<Self, RedirectError> {
        if text.len() > Self::MAX_OCTETS {
            return Err(RedirectError::TooLong);
        }
        if !text.bytes().all(is_kept) {
            return Err(RedirectError::Character);
        }
        let segments = text.split(['?', '#']).next().and_then(|path| path.strip_prefix('/'));
        let segments = segments.ok_or(RedirectError::NotLocal)?;
        if segments.starts_with('/') {
            return Err(RedirectError::NotLocal);
        }
        check_segments(segments)?;
        if decoded(text)?.any(|byte| byte.is_ascii_control()) {
            return Err(RedirectError::Encoding);
        }
        Ok(Self(text.to_owned()))
    }
}

parsed!(RedirectTarget, RedirectError, "a path that begins with one slash");

/// Which other origins a browser may be sent to.
///
/// ```
/// use bartizan_validate::{Destination, RedirectError, RedirectPolicy};
///
/// let policy = RedirectPolicy::new().allow(&"https://accounts.example".parse()?);
/// assert!(policy.target("/notes").is_ok());
/// assert!(policy.target("https://accounts.example/login").is_ok());
/// assert_eq!(policy.target("https://evil.example/"), Err(RedirectError::Origin));
///
/// // Where links of users lead out, a page in between says so.
/// let Destination::External(external) = policy.destination("https://bücher.example/")? else {
///     panic!("not on the list");
/// };
/// assert_eq!(external.host(), "xn--bcher-kva.example");
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct RedirectPolicy {
    origins: Vec<String>,
}

impl RedirectPolicy {
    /// Allows the same origin alone.
    #[must_use]
    pub const fn new() -> Self {
        Self { origins: Vec::new() }
    }

    /// Allows the origin of `url`, too: its scheme, host and port.
    #[must_use]
    pub fn allow(mut self, url: &HttpsUrl) -> Self {
        self.origins.push(url.as_url().origin().to_owned());
        self
    }

    /// Accepts a path of the same origin, or a URL of an origin that is allowed.
    ///
    /// # Errors
    ///
    /// [`RedirectError`]: [`Origin`](RedirectError::Origin) for a URL of another origin,
    /// [`Url`](RedirectError::Url) for what is neither path nor URL, the others for a path.
    pub fn target(&self, text: &str) -> Result<RedirectTarget, RedirectError> {
        match self.destination(text)? {
            Destination::Silent(target) => Ok(target),
            Destination::External(_) => Err(RedirectError::Origin),
        }
    }

    /// Accepts what [`target`](Self::target) does, and any other URL as one that the user is asked
    /// about.
    ///
    /// # Errors
    ///
    /// [`RedirectError`], except [`Origin`](RedirectError::Origin).
    pub fn destination(&self, text: &str) -> Result<Destination, RedirectError> {
        if text.starts_with(['/', '\\']) {
            return text.parse().map(Destination::Silent);
        }
        let url: HttpUrl = text.parse().map_err(RedirectError::Url)?;
        if self.origins.iter().any(|origin| origin == url.origin()) {
            Ok(Destination::Silent(RedirectTarget(url.into())))
        } else {
            Ok(Destination::External(ExternalTarget(url)))
        }
    }
}

/// What to do with a target.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a third way to go would be one to decide about")]
pub enum Destination {
    /// Redirect: it is a path of the same origin, or on the list.
    Silent(RedirectTarget),
    /// Answer with a page that shows where the link leads, and has a way back.
    External(ExternalTarget),
}

/// A URL of another origin, for a page that asks before it leads there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalTarget(HttpUrl);

impl ExternalTarget {
    /// Returns the host to show: in ASCII, so that no letter passes for another.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host()
    }

    /// Returns the URL for the link that the user follows if they want to.
    #[must_use]
    pub const fn url(&self) -> &HttpUrl {
        &self.0
    }
}

/// ASCII that is seen, and that browsers and servers leave as it is.
const fn is_kept(byte: u8) -> bool {
    byte.is_ascii_graphic()
        && !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
}

/// Each but the last has a name, and none is more than it seems.
fn check_segments(path: &str) -> Result<(), RedirectError> {
    let mut segments = path.split('/').peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        if matches!(segment, "." | "..") || (segment.is_empty() && !is_last) {
            return Err(RedirectError::Segment);
        }
        let encoded = segment.match_indices('%').filter_map(|(at, _)| segment.get(at..));
        for escape in encoded {
            let byte = escaped(&mut escape.bytes().skip(1)).map_err(|_| RedirectError::Encoding)?;
            if matches!(byte, b'/' | b'\\' | b'.' | b'%') {
                return Err(RedirectError::Encoding);
            }
        }
    }
    Ok(())
}

/// The octets that are encoded in `text`.
fn decoded(text: &str) -> Result<impl Iterator<Item = u8>, RedirectError> {
    let escapes = text.split('%').skip(1).map(|escape| escaped(&mut escape.bytes()));
    let decoded: Result<Vec<_>, _> = escapes.collect();
    decoded.map(Vec::into_iter).map_err(|_| RedirectError::Encoding)
}
