use core::error::Error;
use core::fmt;

use bartizan_core::{KeyRefused, RandomUnavailable};
use bartizan_store::StoreError;

/// Why an out-of-band code was refused. The user is at fault: answer 401.
///
/// Its text is the same for every variant, so that it can be shown as it is. The variant is for the
/// log, and for a page that offers to send another code.
///
/// ```
/// use bartizan_otp::OobRefused;
///
/// assert_eq!(OobRefused::Exhausted.to_string(), "the code is not accepted");
/// assert_eq!(OobRefused::Expired.to_string(), OobRefused::Unknown.to_string());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OobRefused {
    /// It has not the form of a code, or the request not that of one. No try was used up.
    Malformed,
    /// No code is out for this request: there never was one, it was used, or another request has
    /// taken its place. No try was used up.
    Unknown,
    /// The code's time is over.
    Expired,
    /// There were too many wrong tries. No more are looked at.
    Exhausted,
    /// It is not the code, and that was one of the tries.
    #[non_exhaustive]
    Mismatch {
        /// How many are left.
        tries_left: u8,
    },
    /// The key of its digest is not to be had, so that nothing proves it. Another has to be sent.
    Key(KeyRefused),
}

impl fmt::Display for OobRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the code is not accepted")
    }
}

impl Error for OobRefused {}

/// Why a code was not accepted: two families that are never mixed, one a variant each.
///
/// ```
/// use bartizan_otp::{OobError, OobRefused};
/// use bartizan_store::StoreError;
///
/// fn status(error: &OobError) -> u16 {
///     match error {
///         OobError::Refused(_) => 401,
///         _ => 503,
///     }
/// }
/// assert_eq!(status(&OobRefused::Expired.into()), 401);
/// assert_eq!(status(&StoreError::Unavailable.into()), 503);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OobError {
    /// The user is at fault: answer 401.
    Refused(OobRefused),
    /// The store or the machine is at fault: answer 503.
    Store(StoreError),
}

impl fmt::Display for OobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refused) => fmt::Display::fmt(refused, f),
            Self::Store(failed) => fmt::Display::fmt(failed, f),
        }
    }
}

impl Error for OobError {}

impl From<OobRefused> for OobError {
    fn from(refused: OobRefused) -> Self {
        Self::Refused(refused)
    }
}

impl From<StoreError> for OobError {
    fn from(failed: StoreError) -> Self {
        Self::Store(failed)
    }
}

/// Why no code is to be sent.
///
/// [`Limited`](Self::Limited) and [`UnknownRequest`](Self::UnknownRequest) are the client's fault,
/// [`Store`](Self::Store) is that of the store or the machine, and the others are the program's.
///
/// ```
/// use bartizan_otp::OobSendError;
///
/// let error = OobSendError::InvalidAddress;
/// assert_eq!(error.to_string(), "an address has 1 to 320 bytes and no control character");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OobSendError {
    /// The user is empty or longer than 255 bytes.
    InvalidUser,
    /// The address is empty, longer than 320 bytes, or has a control character in it.
    InvalidAddress,
    /// A number that is not verified gets codes for [`AddressProof`](crate::AddressProof) alone:
    /// others go by [`begin_at_number`](crate::OutOfBandCodes::begin_at_number).
    UnverifiedNumber,
    /// The policy has no codes by telephone.
    NoTelephone,
    /// There were codes enough: answer 429.
    #[non_exhaustive]
    Limited {
        /// In how many seconds there may be another.
        retry_after_secs: u64,
    },
    /// There is nothing to send again: the code was used, or another request has taken its place.
    UnknownRequest,
    /// The store or the machine failed: answer 503.
    Store(StoreError),
}

impl fmt::Display for OobSendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidUser => f.write_str("a user has 1 to 255 bytes"),
            Self::InvalidAddress => {
                f.write_str("an address has 1 to 320 bytes and no control character")
            }
            Self::UnverifiedNumber => {
                f.write_str("a telephone number is verified before codes are sent to it")
            }
            Self::NoTelephone => f.write_str("no codes are sent by telephone"),
            Self::Limited { .. } => f.write_str("too many codes were sent"),
            Self::UnknownRequest => f.write_str("there is no code to send again"),
            Self::Store(failed) => fmt::Display::fmt(failed, f),
        }
    }
}

impl Error for OobSendError {}

impl From<StoreError> for OobSendError {
    fn from(failed: StoreError) -> Self {
        Self::Store(failed)
    }
}

impl From<RandomUnavailable> for OobSendError {
    fn from(unavailable: RandomUnavailable) -> Self {
        Self::Store(unavailable.into())
    }
}
