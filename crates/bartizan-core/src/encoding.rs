//! Strict text encodings of bytes: each value has exactly one spelling.

use core::error::Error;
use core::fmt;

/// Base64url without padding: [RFC 4648, section 5], as [RFC 7515, section 2] uses it.
///
/// ```
/// use bartizan_core::base64url;
///
/// assert_eq!(base64url::encode(b"\xfb\xff"), "-_8");
/// assert_eq!(base64url::decode("-_8")?, b"\xfb\xff");
/// assert!(base64url::decode("-_9").is_err(), "a trailing bit is set");
/// assert!(base64url::decode("-_8=").is_err(), "padded");
/// # Ok::<(), bartizan_core::EncodingError>(())
/// ```
///
/// [RFC 4648, section 5]: https://www.rfc-editor.org/rfc/rfc4648#section-5
/// [RFC 7515, section 2]: https://www.rfc-editor.org/rfc/rfc7515#section-2
pub mod base64url {
    use data_encoding::BASE64URL_NOPAD;

    use super::EncodingError;

    /// Returns the one spelling of `bytes`.
    #[must_use]
    pub fn encode(bytes: &[u8]) -> String {
        BASE64URL_NOPAD.encode(bytes)
    }

    /// Returns the bytes that `text` spells. Bound its length first: memory of three quarters of
    /// it is taken.
    ///
    /// # Errors
    ///
    /// [`EncodingError`] for a character outside the alphabet (white space and padding are), an
    /// impossible length, or trailing bits that are not zero.
    pub fn decode(text: impl AsRef<[u8]>) -> Result<Vec<u8>, EncodingError> {
        BASE64URL_NOPAD.decode(text.as_ref()).map_err(|_| EncodingError::new())
    }
}

/// Lower-case hexadecimal: [RFC 4648, section 8], but in the lower case that everybody writes.
///
/// ```
/// use bartizan_core::hex;
///
/// assert_eq!(hex::encode(b"\x00\xaf"), "00af");
/// assert_eq!(hex::decode("00af")?, b"\x00\xaf");
/// assert!(hex::decode("00AF").is_err(), "a second spelling of the same bytes");
/// # Ok::<(), bartizan_core::EncodingError>(())
/// ```
///
/// [RFC 4648, section 8]: https://www.rfc-editor.org/rfc/rfc4648#section-8
pub mod hex {
    use data_encoding::HEXLOWER;

    use super::EncodingError;

    /// Returns the one spelling of `bytes`.
    #[must_use]
    pub fn encode(bytes: &[u8]) -> String {
        HEXLOWER.encode(bytes)
    }

    /// Returns the bytes that `text` spells. Bound its length first: memory of half of it is
    /// taken.
    ///
    /// # Errors
    ///
    /// [`EncodingError`] for a character other than `0` to `9` and `a` to `f`, or an odd length.
    pub fn decode(text: impl AsRef<[u8]>) -> Result<Vec<u8>, EncodingError> {
        HEXLOWER.decode(text.as_ref()).map_err(|_| EncodingError::new())
    }
}

/// The text is not the one spelling of any bytes. Whoever wrote it is at fault.
///
/// It does not say where: the text may be a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EncodingError;

impl EncodingError {
    pub(crate) const fn new() -> Self {
        Self
    }
}

impl fmt::Display for EncodingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not canonically encoded")
    }
}

impl Error for EncodingError {}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4648, section 10, without the padding.
    #[test]
    fn rfc_4648_vectors() {
        for (bytes, base64, base16) in [
            ("", "", ""),
            ("f", "Zg", "66"),
            ("fo", "Zm8", "666f"),
            ("foo", "Zm9v", "666f6f"),
            ("foob", "Zm9vYg", "666f6f62"),
            ("fooba", "Zm9vYmE", "666f6f6261"),
            ("foobar", "Zm9vYmFy", "666f6f626172"),
        ] {
            assert_eq!(base64url::encode(bytes.as_bytes()), base64);
            assert_eq!(base64url::decode(base64).unwrap(), bytes.as_bytes());
            assert_eq!(hex::encode(bytes.as_bytes()), base16);
            assert_eq!(hex::decode(base16).unwrap(), bytes.as_bytes());
        }
    }

    #[test]
    fn refuses_other_spellings() {
        for text in ["Zg==", "Zh", "Zm9", "Z", "Zg ", " Zg", "Zg\n", "Z g", "+_8", "-/8", "Zm9vYg="]
        {
            assert!(base64url::decode(text).is_err(), "{text:?}");
        }
        for text in ["0", "0g", "0A", "0x00", " 00", "00\n", "0 0"] {
            assert!(hex::decode(text).is_err(), "{text:?}");
        }
    }
}
