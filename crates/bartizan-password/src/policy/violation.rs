//! Why a new password is refused, in words and as a code to translate.

use core::error::Error;
use core::fmt;

/// Why a new password was refused. The user is at fault: answer 422 and show the text of it.
///
/// [`Display`](fmt::Display) is English and says what to do. For other languages there are
/// [`code`](Self::code), which never changes, and [`arguments`](Self::arguments): numbers of the
/// policy. Neither holds anything of the password.
///
/// ```
/// use bartizan_password::PolicyViolation;
///
/// let refused = PolicyViolation::TooShort { min_chars: 15 };
/// assert_eq!(refused.to_string(), "Use at least 15 characters.");
/// assert_eq!(refused.code(), "password.too_short");
/// assert_eq!(refused.arguments(), [("min_chars", 15)]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyViolation {
    /// The password has too few characters. Code: `password.too_short`.
    TooShort {
        /// The least number of Unicode code points.
        min_chars: usize,
    },
    /// The password has too many bytes of UTF-8. Code: `password.too_long`.
    TooLong {
        /// The greatest number of bytes.
        max_bytes: usize,
    },
    /// The password contains a word that belongs to the user or the service. Code:
    /// `password.contains_context`.
    ContainsContext,
    /// Too little of the password is left when repetition, runs and rows of keys are taken away.
    /// Code: `password.repetitive`.
    Repetitive,
    /// The password is one that many people use, or one with a little added. Code:
    /// `password.common`.
    Common,
}

impl PolicyViolation {
    /// Returns the key of a translation, which stays the same in all later versions.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooShort { .. } => "password.too_short",
            Self::TooLong { .. } => "password.too_long",
            Self::ContainsContext => "password.contains_context",
            Self::Repetitive => "password.repetitive",
            Self::Common => "password.common",
        }
    }

    /// Returns the names and values that a translation fills in, in a fixed order.
    #[must_use]
    pub fn arguments(&self) -> Vec<(&'static str, usize)> {
        match *self {
            Self::TooShort { min_chars } => vec![("min_chars", min_chars)],
            Self::TooLong { max_bytes } => vec![("max_bytes", max_bytes)],
            Self::ContainsContext | Self::Repetitive | Self::Common => vec![],
        }
    }
}

impl fmt::Display for PolicyViolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort { min_chars } => write!(f, "Use at least {min_chars} characters."),
            Self::TooLong { max_bytes } => {
                write!(f, "Use a shorter password: at most {max_bytes} bytes.")
            }
            Self::ContainsContext => {
                f.write_str("Leave out your name, your address and the name of this service.")
            }
            Self::Repetitive => {
                f.write_str("Use more than repetition, counting, or rows of the keyboard.")
            }
            Self::Common => f.write_str("Use something that other people do not use, too."),
        }
    }
}

impl Error for PolicyViolation {}
