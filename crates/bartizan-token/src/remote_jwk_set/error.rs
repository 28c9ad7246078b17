//! What can go wrong with keys that are fetched, and whose fault it is.

use core::error::Error;
use core::fmt;

use super::fetch::FetchError;
use crate::error::{KeyError, VerifyError};

/// Why a set was not renewed. The network or the issuer is at fault, never the client: raise an
/// alarm.
///
/// ```
/// use bartizan_token::{FetchError, RemoteJwkSetError};
///
/// assert_eq!(
///     RemoteJwkSetError::Status(404).to_string(),
///     "the server of the JWK set answered with status 404",
/// );
/// let error = RemoteJwkSetError::Fetch(FetchError::TimedOut);
/// assert_eq!(error.to_string(), "the JWK set did not arrive in time");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RemoteJwkSetError {
    /// Nothing was fetched.
    Fetch(FetchError),
    /// The answer has another status than 200: a redirect is one too.
    Status(u16),
    /// The answer says that it is neither a JWK set nor JSON.
    ContentType,
    /// The answer is not a JWK set.
    Set(KeyError),
    /// Not one key of the set serves: the former set is kept.
    NoKeys,
    /// Too many fetches began within a minute.
    TooManyFetches,
}

impl fmt::Display for RemoteJwkSetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fetch(failed) => fmt::Display::fmt(failed, f),
            Self::Status(status) => {
                write!(f, "the server of the JWK set answered with status {status}")
            }
            Self::ContentType => {
                f.write_str("the server of the JWK set answered with another type")
            }
            Self::Set(refused) => write!(f, "the JWK set was refused: {refused}"),
            Self::NoKeys => f.write_str("no key of the JWK set serves"),
            Self::TooManyFetches => f.write_str("the JWK set was fetched too often"),
        }
    }
}

impl Error for RemoteJwkSetError {}

/// Why a token was not verified with fetched keys: two families that are never mixed, one a variant
/// each.
///
/// ```
/// use bartizan_token::{RemoteJwkSetError, RemoteVerifyError, VerifyError};
///
/// fn status(error: &RemoteVerifyError) -> u16 {
///     match error {
///         RemoteVerifyError::Refused(_) => 401,
///         _ => 503,
///     }
/// }
/// assert_eq!(status(&VerifyError::Expired.into()), 401);
/// assert_eq!(status(&RemoteVerifyError::NoKey(RemoteJwkSetError::Status(500))), 503);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RemoteVerifyError {
    /// The client is at fault: answer 401.
    Refused(VerifyError),
    /// The key could not be fetched, and nothing is known of the token: answer 503.
    NoKey(RemoteJwkSetError),
}

impl fmt::Display for RemoteVerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refused) => fmt::Display::fmt(refused, f),
            Self::NoKey(failed) => fmt::Display::fmt(failed, f),
        }
    }
}

impl Error for RemoteVerifyError {}

impl From<VerifyError> for RemoteVerifyError {
    fn from(refused: VerifyError) -> Self {
        Self::Refused(refused)
    }
}

impl From<RemoteJwkSetError> for RemoteVerifyError {
    fn from(failed: RemoteJwkSetError) -> Self {
        Self::NoKey(failed)
    }
}
