//! Names that users choose for themselves.

use core::error::Error;
use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use validator::{Validate, ValidationError, ValidationErrors};

use crate::parsed::parsed;

/// A user name: 3 to 32 of the letters `a` to `z`, digits, `_`, `-` and `.`, in lower case.
///
/// It begins with a letter and ends with a letter or digit, and no two punctuation marks stand
/// together. Capitals become small letters, so `Alice` and `alice` are one user. Names that seem
/// to speak for the service are refused (among them the mailboxes of [RFC 2142]): `abuse`,
/// `admin`, `administrator`, `hostmaster`, `info`, `noc`, `noreply`, `postmaster`, `root`,
/// `security`, `support`, `system` and `webmaster`.
///
/// A name of this kind stays valid, and the same, under the `UsernameCaseMapped` profile of
/// [RFC 8265], so that a later version can accept letters of other scripts and change no name.
///
/// ```
/// use bartizan_validate::{Username, UsernameError};
///
/// let name: Username = "Alice.Smith".parse()?;
/// assert_eq!(name.as_str(), "alice.smith");
/// assert_eq!("root".parse::<Username>(), Err(UsernameError::Reserved));
/// # Ok::<(), UsernameError>(())
/// ```
///
/// [RFC 2142]: https://www.rfc-editor.org/rfc/rfc2142
/// [RFC 8265]: https://www.rfc-editor.org/rfc/rfc8265#section-3.3
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Username(String);

impl Username {
    /// Returns the name, in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Username {
    type Err = UsernameError;

    /// Parses a name. The limit on length holds before anything else is done.
    ///
    /// # Errors
    ///
    /// [`UsernameError`], whose variants name the rule that `text` breaks.
    fn from_str(text: &str) -> Result<Self, UsernameError> {
        let chars = text.chars().take(MAX_CHARS.saturating_add(1)).count();
        if chars > MAX_CHARS {
            return Err(UsernameError::TooLong);
        }
        if chars < MIN_CHARS {
            return Err(UsernameError::TooShort);
        }
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || is_punctuation(byte)) {
            return Err(UsernameError::Character);
        }
        if !text.starts_with(|first: char| first.is_ascii_alphabetic()) {
            return Err(UsernameError::Start);
        }
        if text.bytes().next_back().is_some_and(is_punctuation) {
            return Err(UsernameError::End);
        }
        let doubled = |pair: &[u8]| pair.iter().all(|byte| is_punctuation(*byte));
        if text.as_bytes().windows(2).any(doubled) {
            return Err(UsernameError::DoublePunctuation);
        }
        let name = text.to_ascii_lowercase();
        if RESERVED.contains(&&*name) { Err(UsernameError::Reserved) } else { Ok(Self(name)) }
    }
}

parsed!(Username, UsernameError, "a user name");

/// Why a text is no user name. Whoever typed it is at fault: show them the sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UsernameError {
    /// It has less than 3 characters.
    TooShort,
    /// It has more than 32 characters.
    TooLong,
    /// It has a character that is no letter `a` to `z`, digit, `_`, `-` or `.`.
    Character,
    /// It does not begin with a letter.
    Start,
    /// It does not end with a letter or a digit.
    End,
    /// Two of `_`, `-` and `.` stand together.
    DoublePunctuation,
    /// It seems to speak for the service.
    Reserved,
}

impl UsernameError {
    /// Returns the code for [`Invalid`](crate::Invalid), the same in every later version.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooShort => "username_too_short",
            Self::TooLong => "username_too_long",
            Self::Character => "username_character",
            Self::Start => "username_start",
            Self::End => "username_end",
            Self::DoublePunctuation => "username_double_punctuation",
            Self::Reserved => "username_reserved",
        }
    }
}

impl fmt::Display for UsernameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooShort => "a user name has at least 3 characters",
            Self::TooLong => "a user name has at most 32 characters",
            Self::Character => "a user name has only the letters a to z, digits, _, - and .",
            Self::Start => "a user name begins with a letter",
            Self::End => "a user name ends with a letter or a digit",
            Self::DoublePunctuation => "in a user name no two of _, - and . stand together",
            Self::Reserved => "this user name is reserved: choose another",
        })
    }
}

const fn is_punctuation(byte: u8) -> bool {
    matches!(byte, b'_' | b'-' | b'.')
}

const MIN_CHARS: usize = 3;
const MAX_CHARS: usize = 32;

const RESERVED: &[&str] = &[
    "abuse",
    "admin",
    "administrator",
    "hostmaster",
    "info",
    "noc",
    "noreply",
    "postmaster",
    "root",
    "security",
    "support",
    "system",
    "webmaster",
];
