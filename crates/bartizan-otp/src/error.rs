//! What can go wrong, and whose fault it is.

use core::error::Error;
use core::fmt;

use bartizan_core::RandomUnavailable;

/// Why a code was refused. The user is at fault: answer 401.
///
/// Its text is the same for every variant, so that it can be shown as it is: somebody who tries
/// codes learns nothing from it. The variant is for the log.
///
/// ```
/// use bartizan_otp::VerifyError;
///
/// assert_eq!(VerifyError::Mismatch.to_string(), "the code is not accepted");
/// assert_eq!(VerifyError::Replayed.to_string(), "the code is not accepted");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyError {
    /// It has not the length, or not the characters, of a code.
    Malformed,
    /// It is not the code.
    Mismatch,
    /// It is the code, but it was accepted before, or a later one was.
    Replayed,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the code is not accepted")
    }
}

impl Error for VerifyError {}

/// Why bytes are no [`TotpSecret`](crate::TotpSecret). Whoever stored or imported them is at fault.
///
/// See [`TotpSecret::from_bytes`](crate::TotpSecret::from_bytes) for an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecretError {
    /// They are fewer than the 16 that [RFC 4226, section 4], requirement R6 asks for.
    ///
    /// [RFC 4226, section 4]: https://www.rfc-editor.org/rfc/rfc4226#section-4
    TooShort,
    /// They are more than 64, the length of the longest secret of [RFC 6238, appendix B].
    ///
    /// [RFC 6238, appendix B]: https://www.rfc-editor.org/rfc/rfc6238#appendix-B
    TooLong,
}

impl fmt::Display for SecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooShort => "a secret has at least 16 bytes",
            Self::TooLong => "a secret has at most 64 bytes",
        })
    }
}

impl Error for SecretError {}

/// Why there is no [`Enrolment`](crate::Enrolment). Names are the program's fault: it gives both.
///
/// ```
/// use bartizan_core::{SystemClock, SystemRandom};
/// use bartizan_otp::{Enrolment, EnrolmentError};
///
/// let begun = Enrolment::begin("a: b", "alice", &SystemRandom::new(), &SystemClock::new());
/// assert_eq!(begun.err(), Some(EnrolmentError::Issuer));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EnrolmentError {
    /// The issuer is empty, longer than 64 bytes, has a space at an end, or has a colon, a control
    /// character or one that turns the direction of text in it.
    Issuer,
    /// The account is empty, longer than 128 bytes, has a space at an end, or has a colon, a control
    /// character or one that turns the direction of text in it.
    Account,
    /// No secret could be drawn: the machine is at fault, answer 503 and raise an alarm.
    RandomUnavailable,
}

impl fmt::Display for EnrolmentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Issuer => f.write_str(
                "an issuer has 1 to 64 bytes, and neither a colon nor a control character nor \
                 space around it",
            ),
            Self::Account => f.write_str(
                "an account has 1 to 128 bytes, and neither a colon nor a control character nor \
                 space around it",
            ),
            Self::RandomUnavailable => fmt::Display::fmt(&RandomUnavailable::new(), f),
        }
    }
}

impl Error for EnrolmentError {}

impl From<RandomUnavailable> for EnrolmentError {
    fn from(_: RandomUnavailable) -> Self {
        Self::RandomUnavailable
    }
}

/// Why what was stored is no [`RecoverySet`](crate::RecoverySet),
/// [`PushChallenge`](crate::PushChallenge), [`TotpState`](crate::TotpState) or
/// [`Guarded`](crate::Guarded) state. The stored data is at fault: raise an alarm, overwrite nothing.
///
/// See [`RecoverySet::from_bytes`](crate::RecoverySet::from_bytes) for an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoredError {
    /// It begins with a version that this release does not know.
    UnknownVersion,
    /// It is not what this crate gave to be stored.
    Malformed,
}

impl fmt::Display for StoredError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownVersion => "a stored value of an unknown version",
            Self::Malformed => "not a stored value of this kind",
        })
    }
}

impl Error for StoredError {}
