//! Text of any characters, within bounds.

use std::borrow::Cow;

use validator::ValidationError;

use crate::parsed::{Refusal, canonical};

/// `MIN` to `MAX` characters, and at most `MAX_OCTETS` octets, of any kind and unchanged.
///
/// A character is a Unicode scalar value, so an accent that is not composed counts by itself. If
/// `MAX_OCTETS` is left away, the octets are bounded by `MAX` alone, at four for each character. A
/// bound that no text can meet does not compile.
///
/// It says nothing of the characters: control characters and line breaks pass. For text that is
/// shown to others take [`Text`](crate::Text) or [`TextLine`](crate::TextLine).
///
/// ```
/// use bartizan_validate::{BoundedString, BoundedStringError};
///
/// let reference: BoundedString<1, 35> = "Invoice 17".parse()?;
/// assert_eq!(reference.as_str(), "Invoice 17");
/// let refused = "".parse::<BoundedString<1, 35>>();
/// assert_eq!(refused, Err(BoundedStringError::TooShort { min_chars: 1 }));
/// let refused = "ééé".parse::<BoundedString<1, 35, 5>>();
/// assert_eq!(refused, Err(BoundedStringError::Octets { max_octets: 5 }));
/// # Ok::<(), BoundedStringError>(())
/// ```
///
/// ```compile_fail,E0080
/// # use bartizan_validate::BoundedString;
/// let _ = "".parse::<BoundedString<2, 1>>();
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BoundedString<
    const MIN: usize,
    const MAX: usize,
    const MAX_OCTETS: usize = { usize::MAX },
>(String);

impl<const MIN: usize, const MAX: usize, const MAX_OCTETS: usize>
    BoundedString<MIN, MAX, MAX_OCTETS>
{
    fn canonical(text: &str) -> Result<Cow<'_, str>, BoundedStringError> {
        const { assert!(MIN <= MAX && MIN <= MAX_OCTETS, "no text has such a length") };
        bounded(text, MIN..=MAX, MAX_OCTETS)?;
        Ok(Cow::Borrowed(text))
    }
}

canonical!(
    [const MIN: usize, const MAX: usize, const MAX_OCTETS: usize]
    BoundedString<MIN, MAX, MAX_OCTETS>, BoundedStringError, "a text"
);

/// Why a text is not within its bounds. Whoever typed it is at fault: show them the sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BoundedStringError {
    /// It has too few characters.
    TooShort {
        /// The least number of characters.
        min_chars: usize,
    },
    /// It has too many characters.
    TooLong {
        /// The greatest number of characters.
        max_chars: usize,
    },
    /// It has too many octets, though perhaps not too many characters.
    Octets {
        /// The greatest number of octets.
        max_octets: usize,
    },
}

impl BoundedStringError {
    /// Returns the code for [`Invalid`](crate::Invalid), the same in every later version.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooShort { .. } => "text_too_short",
            Self::TooLong { .. } => "text_too_long",
            Self::Octets { .. } => "text_too_many_octets",
        }
    }
}

impl core::fmt::Display for BoundedStringError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::TooShort { min_chars: 1 } => f.write_str("must not be empty"),
            Self::TooShort { min_chars } => write!(f, "must have at least {min_chars} characters"),
            Self::TooLong { max_chars } => write!(f, "must have at most {max_chars} characters"),
            Self::Octets { max_octets } => write!(f, "must have at most {max_octets} bytes"),
        }
    }
}

impl core::error::Error for BoundedStringError {}

impl Refusal for BoundedStringError {
    fn code(&self) -> &'static str {
        Self::code(*self)
    }

    fn message(&self) -> Cow<'static, str> {
        match self {
            Self::TooShort { min_chars: 1 } => Cow::Borrowed("must not be empty"),
            other => Cow::Owned(other.to_string()),
        }
    }

    fn arguments(&self) -> Vec<(&'static str, u64)> {
        let (name, number) = match self {
            Self::TooShort { min_chars } => ("min", *min_chars),
            Self::TooLong { max_chars } => ("max", *max_chars),
            Self::Octets { max_octets } => ("max_octets", *max_octets),
        };
        vec![(name, u64::try_from(number).unwrap_or(u64::MAX))]
    }
}

/// For rules of one's own about text that stays text: `#[validate(custom(…))]`.
impl From<BoundedStringError> for ValidationError {
    fn from(error: BoundedStringError) -> Self {
        let mut out = Self::new(error.code()).with_message(error.message());
        for (name, number) in error.arguments() {
            out.add_param(name.into(), &number);
        }
        out
    }
}

/// Bounds the octets first, then counts characters: that takes no longer than the bound allows.
pub(crate) fn bounded(
    text: &str,
    chars: core::ops::RangeInclusive<usize>,
    max_octets: usize,
) -> Result<(), BoundedStringError> {
    let (min_chars, max_chars) = chars.into_inner();
    if text.len() > max_chars.saturating_mul(4) {
        return Err(BoundedStringError::TooLong { max_chars });
    }
    if text.len() > max_octets {
        return Err(BoundedStringError::Octets { max_octets });
    }
    // A text has at least a quarter as many characters as it has octets, and at most as many.
    if text.len() <= max_chars && text.len() >= min_chars.saturating_mul(4) {
        return Ok(());
    }
    match text.chars().count() {
        count if count > max_chars => Err(BoundedStringError::TooLong { max_chars }),
        count if count < min_chars => Err(BoundedStringError::TooShort { min_chars }),
        _ => Ok(()),
    }
}
