//! What can go wrong with a token that is remembered, and whose fault it is.

use core::error::Error;
use core::fmt;

use bartizan_core::{KeyRefused, RandomUnavailable};

use crate::dpop::ProofRefused;
use crate::error::VerifyError;
use crate::refresh::ReusedFamily;
use bartizan_store::StoreError;

/// Why a token or key was refused. The client is at fault: answer 401.
///
/// `Display` is the same text for every variant, and there is no `source`, so that whoever shows
/// it to the client tells nothing of the reason. The variant, or its `Debug`, is for the log.
///
/// ```
/// use bartizan_token::TokenRefused;
///
/// assert_eq!(TokenRefused::Unknown.to_string(), "the token is not valid");
/// assert_eq!(TokenRefused::Revoked.to_string(), TokenRefused::Unknown.to_string());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenRefused {
    /// It has not the form of such a token. The store was not asked.
    Malformed,
    /// There is no such token: it never was, was used, was removed, or its time is over.
    Unknown,
    /// Its time is over.
    Expired,
    /// It, or everything of its subject, was revoked.
    Revoked,
    /// A refresh token that was used before: its family has ended. Tell the subject.
    Reused(ReusedFamily),
    /// It is about somebody else.
    WrongSubject,
    /// The key under which its digest was made is not to be had.
    Key(KeyRefused),
    /// The signature, or what was signed, is not good.
    Signed(VerifyError),
    /// The proof that came with it, or should have, is not good.
    Proof(ProofRefused),
}

impl fmt::Display for TokenRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the token is not valid")
    }
}

impl Error for TokenRefused {}

/// Why a token could not be used: two families that are never mixed, one a variant each.
///
/// ```
/// use bartizan_store::StoreError;
/// use bartizan_token::{TokenRefused, UseError};
///
/// fn status(error: &UseError) -> u16 {
///     match error {
///         UseError::Refused(_) => 401,
///         _ => 503,
///     }
/// }
/// assert_eq!(status(&TokenRefused::Expired.into()), 401);
/// assert_eq!(status(&StoreError::Unavailable.into()), 503);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UseError {
    /// The client is at fault: answer 401.
    Refused(TokenRefused),
    /// The store or the machine is at fault, and nothing is known of the token: answer 503.
    Store(StoreError),
}

impl UseError {
    pub(crate) const fn signed(error: VerifyError) -> Self {
        Self::Refused(TokenRefused::Signed(error))
    }
}

impl fmt::Display for UseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refused) => fmt::Display::fmt(refused, f),
            Self::Store(failed) => fmt::Display::fmt(failed, f),
        }
    }
}

impl Error for UseError {}

impl From<TokenRefused> for UseError {
    fn from(refused: TokenRefused) -> Self {
        Self::Refused(refused)
    }
}

impl From<StoreError> for UseError {
    fn from(failed: StoreError) -> Self {
        Self::Store(failed)
    }
}

impl From<RandomUnavailable> for UseError {
    fn from(unavailable: RandomUnavailable) -> Self {
        Self::Store(unavailable.into())
    }
}

/// Why no token or key was made.
///
/// [`Store`](Self::Store) is the fault of the store or the machine: answer 503. The others are the
/// program's: fix it, or check what the client sends before.
///
/// ```
/// use bartizan_token::GrantError;
///
/// assert_eq!(GrantError::InvalidSubject.to_string(), "a subject has 1 to 255 bytes");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GrantError {
    /// The subject is empty or longer than 255 bytes.
    InvalidSubject,
    /// The detail is longer than 1,024 bytes.
    DetailTooLong,
    /// A scope is empty, longer than 64 bytes, or has a character that RFC 6749 does not allow; or
    /// there are more than 32.
    InvalidScope,
    /// The lifetime is zero, or longer than it may be.
    InvalidLifetime {
        /// The longest lifetime in seconds.
        max_secs: u64,
    },
    /// The store or the machine failed.
    Store(StoreError),
}

impl fmt::Display for GrantError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidSubject => f.write_str("a subject has 1 to 255 bytes"),
            Self::DetailTooLong => f.write_str("a detail has at most 1,024 bytes"),
            Self::InvalidScope => f.write_str("there are at most 32 scopes of 1 to 64 characters"),
            Self::InvalidLifetime { max_secs } => write!(f, "it lives 1 to {max_secs} seconds"),
            Self::Store(failed) => fmt::Display::fmt(failed, f),
        }
    }
}

impl Error for GrantError {}

impl From<StoreError> for GrantError {
    fn from(failed: StoreError) -> Self {
        Self::Store(failed)
    }
}

impl From<RandomUnavailable> for GrantError {
    fn from(unavailable: RandomUnavailable) -> Self {
        Self::Store(unavailable.into())
    }
}

/// Returns the subject if it is one that is stored.
pub(crate) fn checked_subject(subject: &str) -> Result<&str, GrantError> {
    let fits = (1..=MAX_SUBJECT_LEN).contains(&subject.len());
    if fits { Ok(subject) } else { Err(GrantError::InvalidSubject) }
}

const MAX_SUBJECT_LEN: usize = 255;

/// Why something that remembers tokens was not set up. The program is at fault: fix it.
///
/// ```
/// use bartizan_token::SetupError;
///
/// let error = SetupError::GraceTooLong { max_secs: 60 };
/// assert_eq!(error.to_string(), "a grace is at most 60 seconds");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SetupError {
    /// There would be room for nothing, or for too much.
    InvalidCapacity {
        /// The most entries.
        max: usize,
    },
    /// A lifetime is zero, or the idle one is longer than the absolute one.
    InvalidLifetimes,
    /// The grace is longer than it may be.
    GraceTooLong {
        /// The longest grace in seconds.
        max_secs: u64,
    },
    /// Tokens would live longer than revocations are remembered.
    RevocationsTooShort {
        /// How long the tokens live, in seconds.
        needed_secs: u64,
    },
    /// The prefix of API keys is not 1 to 20 of `a` to `z`, `0` to `9` and `_`, the first a letter
    /// and the last no `_`.
    InvalidPrefix,
    /// The machine has no randomness: it is at fault, not the program.
    RandomUnavailable,
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidCapacity { max } => write!(f, "there is room for 1 to {max} entries"),
            Self::InvalidLifetimes => {
                f.write_str("an idle lifetime is at least 1 second and at most the absolute one")
            }
            Self::GraceTooLong { max_secs } => write!(f, "a grace is at most {max_secs} seconds"),
            Self::RevocationsTooShort { needed_secs } => {
                write!(f, "revocations must be remembered for {needed_secs} seconds")
            }
            Self::InvalidPrefix => {
                f.write_str("a prefix has 1 to 20 of a-z, 0-9 and `_`, begins with a letter")
            }
            Self::RandomUnavailable => fmt::Display::fmt(&RandomUnavailable::new(), f),
        }
    }
}

impl Error for SetupError {}

impl From<RandomUnavailable> for SetupError {
    fn from(_: RandomUnavailable) -> Self {
        Self::RandomUnavailable
    }
}
