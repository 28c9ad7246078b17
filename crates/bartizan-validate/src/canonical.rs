//! Text that was decoded, once.

use core::error::Error;
use core::fmt;
use core::str::FromStr;

use validator::ValidationError;

/// Text from which one layer of percent-encoding was taken ([RFC 3986, section 2.1]).
///
/// There is no way to decode it again: what checks it and what uses it see the same text. `+` stays
/// what it is. The encoding is strict: a `%` without two hexadecimal digits is refused, and so is
/// what is not UTF-8, overlong forms included.
///
/// ```
/// use bartizan_validate::{Canonical, CanonicalError, FileName};
///
/// let once = Canonical::decode_once("%252e%252e%252f")?;
/// assert_eq!(once.as_str(), "%2e%2e%2f");
/// assert!(once.parse::<FileName>().is_err());
///
/// assert_eq!(Canonical::decode_once("%c0%af"), Err(CanonicalError::NotUtf8));
/// # Ok::<(), CanonicalError>(())
/// ```
///
/// [RFC 3986, section 2.1]: https://www.rfc-editor.org/rfc/rfc3986#section-2.1
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Canonical(String);

impl Canonical {
    /// The most octets that are decoded.
    pub const MAX_OCTETS: usize = 65_536;

    /// Takes one layer of percent-encoding away.
    ///
    /// # Errors
    ///
    /// - [`CanonicalError::TooLong`]: `encoded` has more than 65,536 octets.
    /// - [`CanonicalError::Malformed`]: it has a `%` that two hexadecimal digits do not follow.
    /// - [`CanonicalError::NotUtf8`]: the octets are no UTF-8.
    pub fn decode_once(encoded: &str) -> Result<Self, CanonicalError> {
        if encoded.len() > Self::MAX_OCTETS {
            return Err(CanonicalError::TooLong);
        }
        let mut octets = Vec::with_capacity(encoded.len());
        let mut rest = encoded.bytes();
        while let Some(byte) = rest.next() {
            octets.push(if byte == b'%' { escaped(&mut rest)? } else { byte });
        }
        String::from_utf8(octets).map(Self).map_err(|_| CanonicalError::NotUtf8)
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Parses the text, as [`str::parse`] does.
    ///
    /// # Errors
    ///
    /// Those of the type that it is parsed to.
    pub fn parse<T: FromStr>(&self) -> Result<T, T::Err> {
        self.0.parse()
    }
}

impl AsRef<str> for Canonical {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Canonical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why an encoding was refused. Whoever sent it is at fault: answer 400.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CanonicalError {
    /// It has more than 65,536 octets.
    TooLong,
    /// It has a `%` that two hexadecimal digits do not follow.
    Malformed,
    /// The octets are no UTF-8.
    NotUtf8,
}

impl CanonicalError {
    /// Returns the code for [`Invalid`](crate::Invalid), the same in every later version.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLong => "encoding_too_long",
            Self::Malformed => "encoding_malformed",
            Self::NotUtf8 => "encoding_not_utf8",
        }
    }
}

impl fmt::Display for CanonicalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "percent-encoded text has at most 65536 characters",
            Self::Malformed => "every % is followed by two hexadecimal digits",
            Self::NotUtf8 => "percent-encoded text is UTF-8",
        })
    }
}

impl Error for CanonicalError {}

/// For rules of one's own about text that stays text: `#[validate(custom(…))]`.
impl From<CanonicalError> for ValidationError {
    fn from(error: CanonicalError) -> Self {
        Self::new(error.code()).with_message(error.to_string().into())
    }
}

/// Reads the two digits behind a `%`.
pub(crate) fn escaped(rest: &mut impl Iterator<Item = u8>) -> Result<u8, CanonicalError> {
    let mut digit = || {
        let digit = rest.next().and_then(|digit| char::from(digit).to_digit(16));
        digit.and_then(|digit| u8::try_from(digit).ok()).ok_or(CanonicalError::Malformed)
    };
    Ok(digit()? << 4 | digit()?)
}
