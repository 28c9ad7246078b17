//! What the server and the user's authenticator share.

use core::fmt;

use bartizan_core::{
    Context, OpenError, Random, RandomUnavailable, Seal, SealError, SecretBytes, SecretString,
};
use data_encoding::{BASE32, BASE32_NOPAD, Encoding};

use crate::error::SecretError;

/// The secret of one user's authenticator: 16 to 64 bytes.
///
/// [`seal`](Self::seal) it before it is stored, bound to the user whose it is.
///
/// ```
/// use bartizan_core::SystemRandom;
/// use bartizan_otp::TotpSecret;
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

    /// Seals the secret for the store. It opens for the same `user` only: who can write to the
    /// store cannot give one user the authenticator of another. A user is what never changes, as
    /// the number of the row does and a name does not.
    ///
    /// # Errors
    ///
    /// [`SealError::RandomUnavailable`]: the machine has no randomness. A secret is never too long.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::{OpenError, Seal, SealError};
    /// use bartizan_otp::TotpSecret;
    ///
    /// // The sealer is, for one, an `Envelope` of `bartizan-envelope`.
    /// fn keep(sealer: &dyn Seal, user: u64, secret: &TotpSecret) -> Result<Vec<u8>, SealError> {
    ///     secret.seal(sealer, user.to_be_bytes())
    /// }
    ///
    /// fn fetch(sealer: &dyn Seal, user: u64, sealed: &[u8]) -> Result<TotpSecret, OpenError> {
    ///     TotpSecret::open(sealer, user.to_be_bytes(), sealed)
    /// }
    /// ```
    pub fn seal(&self, with: &dyn Seal, user: impl AsRef<[u8]>) -> Result<Vec<u8>, SealError> {
        with.seal(&context(user), self.expose())
    }

    /// Opens a secret that [`seal`](Self::seal) sealed for `user`.
    ///
    /// # Errors
    ///
    /// - [`OpenError::Malformed`]: not a sealed value, or not one of a secret.
    /// - [`OpenError::Key`]: the key that sealed it is not to be had.
    /// - [`OpenError::Forged`]: changed, or of another user.
    pub fn open(with: &dyn Seal, user: impl AsRef<[u8]>, sealed: &[u8]) -> Result<Self, OpenError> {
        Self::from_bytes(with.open(&context(user), sealed)?).map_err(|_| OpenError::Malformed)
    }

    /// Lends the bytes.
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

    /// Reads base32 in either case, its padding left out or complete.
    pub(crate) fn from_base32(text: &str) -> Option<Self> {
        // Whatever is longer is refused before it is decoded: 64 bytes are 104 characters.
        if text.len() > MAX_BASE32_LEN {
            return None;
        }
        let encoding: &Encoding = if text.ends_with('=') { &BASE32 } else { &BASE32_NOPAD };
        let upper = SecretBytes::init(text.len(), |upper| {
            upper.copy_from_slice(text.as_bytes());
            upper.make_ascii_uppercase();
            Ok::<(), ()>(())
        });
        let upper = upper.ok()?;
        let mut decoded_len = 0;
        let decoded = SecretBytes::init(encoding.decode_len(upper.len()).ok()?, |decoded| {
            decoded_len = encoding.decode_mut(upper.expose(), decoded).map_err(|_| ())?;
            Ok::<(), ()>(())
        });
        let decoded = decoded.ok()?;
        Self::from_bytes(SecretBytes::from(decoded.expose().get(..decoded_len)?)).ok()
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

fn context(user: impl AsRef<[u8]>) -> Context {
    Context::of("bartizan-otp.secret").bind(user)
}

const GENERATED_LEN: usize = 20;

/// RFC 4226, section 4, requirement R6: 128 bits.
const MIN_LEN: usize = 16;

/// The block of SHA-1 and SHA-256: HMAC hashes a longer key first, which makes it no stronger.
pub(crate) const MAX_LEN: usize = 64;

/// With padding.
const MAX_BASE32_LEN: usize = 104;

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

    /// Seals nothing: it only writes the context before the plaintext, and looks for it again.
    #[derive(Debug)]
    struct Transparent;

    impl Seal for Transparent {
        fn seal(&self, context: &Context, plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
            Ok([context.as_bytes(), plaintext].concat())
        }

        fn open(&self, context: &Context, sealed: &[u8]) -> Result<SecretBytes, OpenError> {
            sealed.strip_prefix(context.as_bytes()).map(SecretBytes::from).ok_or(OpenError::Forged)
        }
    }

    #[test]
    fn a_sealed_secret_opens_for_its_user_alone() {
        let secret = TotpSecret::from_bytes(SecretBytes::from([7; 20])).unwrap();
        let sealed = secret.seal(&Transparent, "alice").unwrap();
        assert_eq!(TotpSecret::open(&Transparent, "alice", &sealed).unwrap().expose(), [7; 20]);
        let other = TotpSecret::open(&Transparent, "bob", &sealed);
        assert_eq!(other.err(), Some(OpenError::Forged));
    }

    #[test]
    fn what_opens_and_is_no_secret_is_malformed() {
        for len in [0, 15, 65] {
            let sealed = Transparent.seal(&context("alice"), &vec![7; len]).unwrap();
            let opened = TotpSecret::open(&Transparent, "alice", &sealed);
            assert_eq!(opened.err(), Some(OpenError::Malformed), "{len} bytes");
        }
    }

    #[test]
    fn base32_is_read_in_either_case_with_its_padding_or_without() {
        for (text, bytes) in [
            ("GEZDGNBVGY3TQOJQGEZDGNBVGY", Some(&b"1234567890123456"[..])),
            ("gezdgnbvgy3tqojqgezdgnbvgy", Some(b"1234567890123456")),
            ("GEZDGNBVGY3TQOJQGEZDGNBVGY======", Some(b"1234567890123456")),
            ("GEZDGNBVGY3TQOJQGEZDGNBVGY=====", None),
            ("GEZDGNBVGY3TQOJQGEZDGNBVGY=======", None),
            ("GEZDGNBVGY3TQOJQ=GEZDGNBVGY", None),
            ("GEZDGNBVGY3TQOJQGEZDGNBVGZ", None), // bits after the last byte
            ("GEZDGNBVGY3TQOJQGEZDGNBVG", None),
            ("GEZD GNBV GY3T QOJQ GEZD GNBV GY", None),
            ("0EZDGNBVGY3TQOJQGEZDGNBVGY", None),
            ("GEZDGNBVGY3TQOJQGEZDGNBV", None), // 15 bytes
            ("", None),
            ("=", None),
            ("========", None),
        ] {
            let read = TotpSecret::from_base32(text);
            assert_eq!(read.as_ref().map(TotpSecret::expose), bytes, "{text}");
        }
        let longest = BASE32.encode(&[7; 64]);
        assert_eq!(longest.len(), MAX_BASE32_LEN);
        assert!(TotpSecret::from_base32(&longest).is_some());
        assert!(TotpSecret::from_base32(&BASE32_NOPAD.encode(&[7; 65])).is_none());
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
