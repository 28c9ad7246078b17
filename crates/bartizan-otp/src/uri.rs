//! The `otpauth` URI that authenticator applications read.

mod error;
mod parse;

use core::fmt;
use core::fmt::Write as _;

use bartizan_core::SecretString;

pub use self::error::UriError;
use crate::code_key::{Algorithm, Digits};
use crate::secret::{MAX_LEN, TotpSecret};
use crate::totp::STEP_SECS;

/// What an `otpauth` URI says: the [Key URI Format], read strictly and written in one spelling.
///
/// An [`Enrolment`](crate::Enrolment) writes one for an application to scan. Reading one is for who
/// takes over authenticators from another program, and for programs that are an authenticator.
///
/// Everything but the unreserved characters of [RFC 3986] is written percent-encoded, a space as
/// `%20`: applications do not read `+` as a space. The issuer stands twice, since some read the
/// prefix of the label and some the parameter.
///
/// ```
/// use bartizan_core::SecretString;
/// use bartizan_otp::{Algorithm, OtpauthUri};
///
/// let text = "otpauth://totp/ACME%20Co:alice@example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
/// let uri = OtpauthUri::parse(&SecretString::from(text))?;
/// assert_eq!((uri.issuer(), uri.account()), (Some("ACME Co"), "alice@example.org"));
/// assert_eq!((uri.algorithm(), uri.secret().expose()), (Algorithm::Sha1, &b"12345678901234567890"[..]));
/// assert_eq!(
///     uri.to_text().expose(),
///     "otpauth://totp/ACME%20Co:alice%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
///      &issuer=ACME%20Co&algorithm=SHA1&digits=6&period=30"
/// );
/// # Ok::<(), bartizan_otp::UriError>(())
/// ```
///
/// [Key URI Format]: https://github.com/google/google-authenticator/wiki/Key-Uri-Format
/// [RFC 3986]: https://www.rfc-editor.org/rfc/rfc3986#section-2.3
pub struct OtpauthUri {
    kind: OtpauthKind,
    issuer: Option<Box<str>>,
    account: Box<str>,
    secret: TotpSecret,
    algorithm: Algorithm,
    digits: Digits,
}

/// Which codes an [`OtpauthUri`] is about: its type, and the parameter that belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OtpauthKind {
    /// Codes of a time step of 30 seconds ([RFC 6238]).
    ///
    /// [RFC 6238]: https://www.rfc-editor.org/rfc/rfc6238
    Totp,
    /// Codes of a counter ([RFC 4226]).
    ///
    /// [RFC 4226]: https://www.rfc-editor.org/rfc/rfc4226
    #[non_exhaustive]
    Hotp {
        /// The counter of the next code.
        counter: u64,
    },
}

impl OtpauthUri {
    /// The longest URI that is read, in bytes: 2 KiB. The longest that is written has less than 1.
    pub const MAX_LEN: usize = 2_048;

    /// Reads a URI. Scheme, type and base32 may be in either case, and parameters that the format
    /// does not know are passed over; everything else is as the format says, or refused. What is
    /// not said is SHA-1, 6 digits, 30 seconds.
    ///
    /// # Errors
    ///
    /// - [`UriError::TooLong`]: longer than [`MAX_LEN`](Self::MAX_LEN). Nothing was read.
    /// - [`UriError::NotOtpauth`]: the scheme is not `otpauth`, or the type neither `totp` nor `hotp`.
    /// - [`UriError::Malformed`]: not the grammar: a character that no URI has, a `+` in the issuer
    ///   (which some read as a space), a broken percent-encoding, an encoded name of a parameter
    ///   or one without a value, a `#`, or a `/` around a segment that is empty or dots.
    /// - [`UriError::Repeated`]: a parameter stands twice.
    /// - [`UriError::Issuer`], [`UriError::Account`]: not a name as
    ///   [`Enrolment::begin`](crate::Enrolment::begin) takes it.
    /// - [`UriError::IssuerMismatch`]: label and parameter name different issuers.
    /// - [`UriError::Secret`]: there is none, or it is not base32 of 16 to 64 bytes.
    /// - [`UriError::Unsupported`]: another algorithm, number of digits or period than this crate
    ///   computes.
    /// - [`UriError::Counter`]: a `hotp` URI without a counter.
    pub fn parse(text: &SecretString) -> Result<Self, UriError> {
        parse::parse(text.expose())
    }

    /// A URI of the default profile, of names that were checked.
    pub(crate) fn of(issuer: &str, account: &str, secret: TotpSecret) -> Self {
        Self {
            kind: OtpauthKind::Totp,
            issuer: Some(issuer.into()),
            account: account.into(),
            secret,
            algorithm: Algorithm::Sha1,
            digits: Digits::Six,
        }
    }

    /// Returns the URI as text, in the one spelling that this crate has for it.
    #[must_use]
    pub fn to_text(&self) -> SecretString {
        let issuer = self.issuer.as_deref();
        // Growing would leave a copy of the secret behind.
        let mut uri = String::with_capacity(capacity(issuer.unwrap_or_default(), &self.account));
        uri.push_str(match self.kind {
            OtpauthKind::Totp => "otpauth://totp/",
            OtpauthKind::Hotp { .. } => "otpauth://hotp/",
        });
        if let Some(issuer) = issuer {
            push_encoded(&mut uri, issuer);
            uri.push(':');
        }
        push_encoded(&mut uri, &self.account);
        uri.push_str("?secret=");
        uri.push_str(self.secret.to_base32().expose());
        if let Some(issuer) = issuer {
            uri.push_str("&issuer=");
            push_encoded(&mut uri, issuer);
        }
        let (algorithm, digits) = (name(self.algorithm), count(self.digits));
        // Writing to a string does not fail.
        let _written = match self.kind {
            OtpauthKind::Totp => {
                write!(uri, "&algorithm={algorithm}&digits={digits}&period={STEP_SECS}")
            }
            OtpauthKind::Hotp { counter } => {
                write!(uri, "&algorithm={algorithm}&digits={digits}&counter={counter}")
            }
        };
        SecretString::from(uri)
    }

    /// Returns which codes it is about.
    #[must_use]
    pub const fn kind(&self) -> OtpauthKind {
        self.kind
    }

    /// Returns what the user logs in to, if it says so.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// Returns who the user is.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// Lends the secret.
    #[must_use]
    pub const fn secret(&self) -> &TotpSecret {
        &self.secret
    }

    /// Returns the hash function under the HMAC.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Returns how many digits a code has.
    #[must_use]
    pub const fn digits(&self) -> Digits {
        self.digits
    }

    /// Returns the secret: for [`Totp::builder`](crate::Totp::builder).
    #[must_use]
    pub fn into_secret(self) -> TotpSecret {
        self.secret
    }
}

impl fmt::Debug for OtpauthUri {
    /// Shows neither the secret nor the names, which are personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OtpauthUri")
            .field("kind", &self.kind)
            .field("algorithm", &self.algorithm)
            .field("digits", &self.digits)
            .finish_non_exhaustive()
    }
}

/// An issuer that applications can show.
pub(crate) fn is_issuer(name: &str) -> bool {
    is_name(name, MAX_ISSUER_LEN)
}

/// An account that applications can show.
pub(crate) fn is_account(name: &str) -> bool {
    is_name(name, MAX_ACCOUNT_LEN)
}

/// The colon parts issuer and account, and a space after it does not count. Characters that turn
/// the direction of what follows could make one name look like another.
fn is_name(name: &str, max_len: usize) -> bool {
    let hostile = |c: char| {
        c == ':' || c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    (1..=max_len).contains(&name.len()) && name.trim() == name && !name.contains(hostile)
}

const fn name(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Sha1 => "SHA1",
        Algorithm::Sha256 => "SHA256",
        Algorithm::Sha512 => "SHA512",
    }
}

const fn count(digits: Digits) -> u8 {
    match digits {
        Digits::Six => 6,
        Digits::Eight => 8,
    }
}

/// At least what the URI needs: three bytes for each of a name, two for each of the secret, and
/// 98 for the rest, of which the longest counter takes 20.
const fn capacity(issuer: &str, account: &str) -> usize {
    let names = issuer.len().saturating_mul(2).saturating_add(account.len());
    names.saturating_mul(3).saturating_add(2 * MAX_LEN + 98)
}

fn push_encoded(uri: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push('%');
            let nibbles = [byte >> 4, byte & 0x0f].into_iter();
            let digits = nibbles.filter_map(|nibble| char::from_digit(nibble.into(), 16));
            uri.extend(digits.map(|digit| digit.to_ascii_uppercase()));
        }
    }
}

/// In bytes.
const MAX_ISSUER_LEN: usize = 64;

/// In bytes.
const MAX_ACCOUNT_LEN: usize = 128;

#[cfg(test)]
mod tests;
