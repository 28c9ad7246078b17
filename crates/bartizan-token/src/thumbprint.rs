use core::fmt;
use core::str::FromStr;

use bartizan_core::{EncodingError, base64url};

use crate::crypto;
use crate::jwk;
use crate::verifying_key::VerifyingKey;

/// Names a public key: the SHA-256 thumbprint of [RFC 7638], shown and read as base64url.
///
/// It is what a token is bound to (the member `jkt` of `cnf`, [RFC 9449, section 6]), and what a
/// client announces as `dpop_jkt`. It is no secret.
///
/// ```
/// use bartizan_token::{Thumbprint, VerifyingKey};
///
/// // RFC 8037, appendix A.3.
/// let jwk = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
/// let thumbprint = Thumbprint::of(&VerifyingKey::from_jwk(jwk.as_bytes())?);
/// assert_eq!(thumbprint.to_string(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
/// assert_eq!("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k".parse(), Ok(thumbprint));
/// # Ok::<(), bartizan_token::KeyError>(())
/// ```
///
/// [RFC 7638]: https://www.rfc-editor.org/rfc/rfc7638
/// [RFC 9449, section 6]: https://www.rfc-editor.org/rfc/rfc9449#section-6
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Thumbprint([u8; 32]);

impl Thumbprint {
    /// Returns the thumbprint of a key.
    #[must_use]
    pub fn of(key: &VerifyingKey) -> Self {
        let mut digest = [0; 32];
        digest.copy_from_slice(crypto::sha256(jwk::required_members(key).as_bytes()).as_ref());
        Self(digest)
    }

    /// Returns the digest.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl FromStr for Thumbprint {
    type Err = EncodingError;

    /// Reads 43 characters of canonical base64url.
    fn from_str(text: &str) -> Result<Self, EncodingError> {
        // Another length is refused as a lone character is, before anything is decoded.
        let bytes = base64url::decode(if text.len() == TEXT_LEN { text } else { "A" })?;
        let mut digest = [0; 32];
        for (to, from) in digest.iter_mut().zip(bytes) {
            *to = from;
        }
        Ok(Self(digest))
    }
}

impl fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&base64url::encode(&self.0))
    }
}

impl fmt::Debug for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Thumbprint({self})")
    }
}

/// Of 32 bytes in base64url, without padding.
const TEXT_LEN: usize = 43;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_is_read() {
        let text = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
        assert_eq!(text.parse::<Thumbprint>().unwrap().to_string(), text);
        let altered =
            ["", "A", &text[1..], &format!("{text}A"), &format!("{text}="), &"é".repeat(21)];
        for other in
            altered.into_iter().chain([&*text.replace('-', "+"), &*text.replace("4I", "4J")])
        {
            assert_eq!(other.parse::<Thumbprint>(), "A".parse(), "{other:?}");
        }
    }
}
