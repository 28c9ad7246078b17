//! What [RFC 9421, section 3.3] calls the algorithms of keys. A name in a message decides nothing.
//!
//! [RFC 9421, section 3.3]: https://www.rfc-editor.org/rfc/rfc9421#section-3.3

use crate::algorithm::Algorithm;

/// Nothing for a key that HTTP message signatures have no algorithm for.
pub(super) const fn http_name(algorithm: Algorithm) -> Option<&'static str> {
    Some(match algorithm {
        Algorithm::EdDsa => "ed25519",
        Algorithm::Es256 => "ecdsa-p256-sha256",
        Algorithm::Es384 => "ecdsa-p384-sha384",
        Algorithm::Hs256 => "hmac-sha256",
        Algorithm::Ps512 => "rsa-pss-sha512",
        #[cfg(feature = "legacy-interop")]
        Algorithm::Rs256 => "rsa-v1_5-sha256",
        _ => return None,
    })
}
