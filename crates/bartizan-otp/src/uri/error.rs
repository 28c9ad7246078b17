use core::error::Error;
use core::fmt;

/// Why a text is not read as an [`OtpauthUri`](super::OtpauthUri). Whoever made the URI is at fault:
/// answer 422. The text says what is wrong with it and holds nothing of it.
///
/// ```
/// use bartizan_core::SecretString;
/// use bartizan_otp::{OtpauthUri, UriError};
///
/// let short = SecretString::from("otpauth://totp/A:b?secret=GEZDGNBVGY3TQOJQ");
/// assert_eq!(OtpauthUri::parse(&short).err(), Some(UriError::Secret), "80 bits are too few");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UriError {
    /// It is longer than [`OtpauthUri::MAX_LEN`](super::OtpauthUri::MAX_LEN).
    TooLong,
    /// The scheme is not `otpauth`, or the type neither `totp` nor `hotp`.
    NotOtpauth,
    /// It is not in the grammar of such a URI.
    Malformed,
    /// A parameter stands twice: applications differ in which they read.
    Repeated,
    /// The issuer is not a name that applications can show.
    Issuer,
    /// The account is not a name that applications can show.
    Account,
    /// Label and parameter name different issuers.
    IssuerMismatch,
    /// There is no secret, or it is not base32 of 16 to 64 bytes.
    Secret,
    /// The algorithm, the number of digits or the period is one that this crate does not compute.
    Unsupported,
    /// A URI of type `hotp` has no counter, or one that is no number of 64 bits.
    Counter,
}

impl fmt::Display for UriError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "an otpauth URI has at most 2,048 bytes",
            Self::NotOtpauth => "not an otpauth URI of type totp or hotp",
            Self::Malformed => "not a well-formed otpauth URI",
            Self::Repeated => "a parameter of the otpauth URI stands twice",
            Self::Issuer => "the issuer of the otpauth URI cannot be shown",
            Self::Account => "the account of the otpauth URI cannot be shown",
            Self::IssuerMismatch => "the otpauth URI names two issuers",
            Self::Secret => "the secret of an otpauth URI is base32 of 16 to 64 bytes",
            Self::Unsupported => "the otpauth URI asks for codes of an unsupported kind",
            Self::Counter => "an otpauth URI of type hotp has a counter",
        })
    }
}

impl Error for UriError {}
