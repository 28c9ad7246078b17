//! What can go wrong, and whose fault it is.

use core::error::Error;
use core::fmt;

use bartizan_core::{KeyRefused, RandomUnavailable};

/// Why a token was refused. The client is at fault: answer 401.
///
/// `Display` is the same text for every variant, and there is no `source`, so that whoever shows
/// it to the client tells nothing of the reason. The variant, or its `Debug`, is for the log.
///
/// ```
/// use bartizan_token::VerifyError;
///
/// assert_eq!(VerifyError::Expired.to_string(), "the token is not valid");
/// assert_eq!(VerifyError::BadSignature.to_string(), VerifyError::Expired.to_string());
/// assert_eq!(format!("{:?}", VerifyError::BadSignature), "BadSignature");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyError {
    /// It is longer than 16 KiB, or its header than 1 KiB.
    TooLarge,
    /// It is not three parts of canonical base64url, or its header is not strict JSON.
    Malformed,
    /// The header asks for something that is refused: `crit`, `b64`, `zip`, or a key of its own.
    UnsupportedHeader,
    /// It is a token of another kind, or does not say of which.
    WrongKind,
    /// The key that the header names is not to be had, or it names none.
    Key(KeyRefused),
    /// The header names an algorithm that is not the key's.
    WrongAlgorithm,
    /// The key did not sign this.
    BadSignature,
    /// The claims are not strict JSON, a claim is missing, or one is not of its type.
    InvalidClaims,
    /// It was made by somebody else.
    WrongIssuer,
    /// It was made for somebody else.
    WrongAudience,
    /// It is bound to a key and was to be good alone, or it is not and should be, or it is bound to
    /// something that is not checked here.
    WrongBinding,
    /// Its time is over.
    Expired,
    /// Its time has not come: `nbf` or `iat` is in the future.
    NotYetValid,
    /// It lives longer than its kind may.
    LifetimeTooLong,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the token is not valid")
    }
}

impl Error for VerifyError {}

impl VerifyError {
    pub(crate) const UNKNOWN_KEY: Self = Self::Key(KeyRefused::Unknown);
}

impl From<KeyRefused> for VerifyError {
    fn from(refused: KeyRefused) -> Self {
        Self::Key(refused)
    }
}

/// Why no token was made.
///
/// [`RandomUnavailable`](Self::RandomUnavailable) is the machine's fault: answer 503 and raise an
/// alarm. The others are the program's: fix it.
///
/// ```
/// use bartizan_token::SignError;
///
/// let error = SignError::InvalidLifetime { max_secs: 3_600 };
/// assert_eq!(error.to_string(), "a token of this kind lives 1 to 3600 seconds");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignError {
    /// The source of randomness failed, so the token would have no id.
    RandomUnavailable,
    /// The lifetime is zero, or longer than the kind's maximum.
    InvalidLifetime {
        /// The kind's maximum in seconds.
        max_secs: u64,
    },
    /// The subject is empty.
    EmptySubject,
    /// The claims do not serialize to a JSON object that a verifier reads: at most 249 members,
    /// none twice, at most 8 levels.
    InvalidClaims,
    /// The claims have a member that is the issuer's to write.
    ReservedClaim {
        /// Its name.
        name: &'static str,
    },
    /// The token would be longer than 16 KiB.
    TooLarge,
}

impl fmt::Display for SignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RandomUnavailable => fmt::Display::fmt(&RandomUnavailable::new(), f),
            Self::InvalidLifetime { max_secs } => {
                write!(f, "a token of this kind lives 1 to {max_secs} seconds")
            }
            Self::EmptySubject => f.write_str("a token needs a subject"),
            Self::InvalidClaims => f.write_str("the claims are not a JSON object within bounds"),
            Self::ReservedClaim { name } => write!(f, "the claim `{name}` is made by the issuer"),
            Self::TooLarge => f.write_str("the claims are too large for a token"),
        }
    }
}

impl Error for SignError {}

impl From<RandomUnavailable> for SignError {
    fn from(_: RandomUnavailable) -> Self {
        Self::RandomUnavailable
    }
}

/// Why an issuer or a verifier was not set up. The program is at fault: fix it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigError {
    /// The name is empty, longer than 1,024 bytes, or has a control character.
    InvalidName,
    /// The leeway is longer than [`Verifier::MAX_LEEWAY_SECS`](crate::Verifier::MAX_LEEWAY_SECS).
    LeewayTooLong {
        /// What was asked for, in seconds.
        got_secs: u64,
    },
    /// It is no absolute `http` or `https` URI of at most 2,048 bytes.
    InvalidUri,
    /// A span of time is zero, or longer than it may be.
    InvalidSpan {
        /// The longest in seconds.
        max_secs: u64,
    },
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidName => {
                f.write_str("a name has 1 to 1,024 bytes and no control character")
            }
            Self::LeewayTooLong { got_secs } => {
                write!(f, "a leeway is at most 60 seconds, not {got_secs}")
            }
            Self::InvalidUri => f.write_str("a target is an absolute http or https URI"),
            Self::InvalidSpan { max_secs } => write!(f, "it lasts 1 to {max_secs} seconds"),
        }
    }
}

impl Error for ConfigError {}

/// Why a key was not loaded. Of a key of one's own, the program or the stored data is at fault:
/// start nothing. Of a key that was fetched, whoever published it: keep the keys that there were,
/// and say so in the log.
///
/// ```
/// use bartizan_token::{KeyError, VerifyingKey};
///
/// let symmetric = br#"{"kty":"oct","alg":"HS256","k":"c2VjcmV0"}"#;
/// assert_eq!(VerifyingKey::from_jwk(symmetric).err(), Some(KeyError::Unsupported));
/// assert_eq!(VerifyingKey::from_jwk(b"{").err(), Some(KeyError::Malformed));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// It is longer than is read, or a set of more keys than are read.
    TooLarge,
    /// It is not of the format, or its parts are no key or do not belong together.
    Malformed,
    /// Its type, curve, algorithm or size is not one that serves here.
    Unsupported,
    /// What it says of its algorithm or its use contradicts the rest, or how it is used here.
    Disagrees,
    /// The private key is in it, where only the public one belongs: consider it given away.
    Private,
    /// It is too short, or of a form under which signatures can be forged.
    Weak,
    /// Two keys of a set have the same id.
    DuplicateId,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "the key is too large",
            Self::Malformed => "the key is malformed",
            Self::Unsupported => "the key is of a kind that is not supported",
            Self::Disagrees => "the key is for another algorithm or another use",
            Self::Private => "the key is private where a public one is wanted",
            Self::Weak => "the key is too weak",
            Self::DuplicateId => "two keys of the set have the same id",
        })
    }
}

impl Error for KeyError {}
