//! What the server and the user's authenticator share.

use core::fmt;

use bartizan_core::{Random, RandomUnavailable, SecretBytes, SecretString};
use data_encoding::BASE32_NOPAD;

use crate::error::SecretError;

/// The secret of one user's authenticator: 16 to 64 bytes.
///
/// Seal it before it is stored, bound to the user whose it is.
///
/// ```
/// use bartizan_core::{Context, OpenError, Seal, SealError, SystemRandom};
/// use bartizan_otp::TotpSecret;
///
/// fn keep(seal: &dyn Seal, user: &str, secret: &TotpSecret) -> Result<Vec<u8>, SealError> {
///     seal.seal(&Context::of("totp-secret").bind(user), secret.expose())
/// }
///
/// let secret = TotpSecret::generate(&SystemRandom::new())?;
/// assert_eq!(secret.expose().len(), 20);
/// assert_eq!(format!("{secret:?}"), "TotpSecret(..)");
/// # Ok::<(), bartizan_core::RandomUnavailable>(())
/// ```
pub struct TotpSecret(SecretBytes);

impl TotpSecret {
    /// Draws a secret of 20 bytes, the length that [RFC 4226, section 4] recommends.
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`] when the source cannot deliver.
    ///
    /// [RFC 4226, section 4]: https://www.rfc-editor.org/rfc/rfc4226#section-4
    pub fn generate(random: &dyn Random) -> Result<Self, RandomUnavailable> {
        SecretBytes::random(GENERATED_LEN, random).map(Self)
    }

    /// Takes a secret that was stored, or that another program made.
    ///
    /// # Errors
    ///
    /// - [`SecretError::TooShort`]: fewer than 16 bytes.
    /// - [`SecretError::TooLong`]: more than 64 bytes.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::SecretBytes;
    /// use bartizan_otp::{SecretError, TotpSecret};
    ///
    /// assert!(TotpSecret::from_bytes(SecretBytes::from([7; 16])).is_ok());
    /// let short = TotpSecret::from_bytes(SecretBytes::from([7; 15]));
    /// assert_eq!(short.err(), Some(SecretError::TooShort));
    /// ```
    pub fn from_bytes(bytes: SecretBytes) -> Result<Self, SecretError> {
        match bytes.len() {
            0..MIN_LEN => Err(SecretError::TooShort),
            MIN_LEN..=MAX_LEN => Ok(Self(bytes)),
            _ => Err(SecretError::TooLong),
        }
    }

    /// Lends the bytes, to be sealed.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.expose()
    }

    /// Returns the secret in groups of four characters, for who cannot scan the QR code: base32 of
    /// [RFC 4648, section 6], without padding. Applications ignore the spaces.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::SecretBytes;
    /// use bartizan_otp::TotpSecret;
    ///
    /// let secret = TotpSecret::from_bytes(SecretBytes::from(*b"12345678901234567890"))?;
    /// let typed = secret.to_typed_text();
    /// assert_eq!(typed.expose(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    /// # Ok::<(), bartizan_otp::SecretError>(())
    /// ```
    ///
    /// [RFC 4648, section 6]: https://www.rfc-editor.org/rfc/rfc4648#section-6
    #[must_use]
    pub fn to_typed_text(&self) -> SecretString {
        let base32 = self.to_base32();
        // Room for a space after each character: growing would leave a copy behind.
        let mut text = String::with_capacity(base32.expose().len().saturating_mul(2));
        for (position, character) in base32.expose().chars().enumerate() {
            if position > 0 && position % GROUP_LEN == 0 {
                text.push(' ');
            }
            text.push(character);
        }
        SecretString::from(text)
    }

    pub(crate) fn duplicate(&self) -> Self {
        Self(SecretBytes::from(self.expose()))
    }

    pub(crate) fn to_base32(&self) -> SecretString {
        SecretString::from(BASE32_NOPAD.encode(self.expose()))
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret(..)")
    }
}

const GENERATED_LEN: usize = 20;

/// RFC 4226, section 4, requirement R6: 128 bits.
const MIN_LEN: usize = 16;

/// The block of SHA-1 and SHA-256: HMAC hashes a longer key first, which makes it no stronger.
pub(crate) const MAX_LEN: usize = 64;

const GROUP_LEN: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_16_to_64_bytes_are_a_secret() {
        for len in 0..=130 {
            let secret = TotpSecret::from_bytes(SecretBytes::from(vec![7; len]));
            let expected = match len {
                0..=15 => Some(SecretError::TooShort),
                16..=64 => None,
                _ => Some(SecretError::TooLong),
            };
            assert_eq!(secret.err(), expected, "{len} bytes");
        }
    }

    /// RFC 4648, section 10, as far as a secret of at least 16 bytes can show it: the ends of the
    /// texts below are those of its vectors for "f", "fo", "foo", "foob" and "fooba".
    #[test]
    fn base32_is_that_of_rfc_4648() {
        for (tail, base32) in [
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            // Each group of five bytes is encoded on its own.
            let bytes = format!("fooba{0}{0}{tail}", "fooba").into_bytes();
            let secret = TotpSecret::from_bytes(SecretBytes::from(bytes)).unwrap();
            assert_eq!(secret.to_base32().expose(), "MZXW6YTB".repeat(3) + base32);
        }
    }
}
