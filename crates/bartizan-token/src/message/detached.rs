//! Bytes and a signature that travels beside them.

use core::fmt;
use core::marker::PhantomData;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::error::{MessageRefused, MessageSignError};
use super::purpose::{self, MessagePurpose};
use super::signing_keys::MessageSigningKeys;
use crate::crypto::MAX_SIGNATURE_LEN;
use crate::encoding;
use crate::json;
use crate::key::Signed;
use crate::keys::{SignedBy, TokenKeyId, VerifyingKeys};

/// Signs bytes for one purpose.
///
/// The signature is a detached JWS, `header..signature` of [RFC 7515, appendix F], with the header
/// `b64: false` of [RFC 7797]: the bytes are signed as they are, so they need not be copied into
/// base64, and since `crit` says so, nothing that follows the standard takes it for a token.
///
/// ```
/// use bartizan_core::{KeyGenerator, Keyring, SharedKeyring, SystemRandom, UnixTime};
/// use bartizan_token::SigningKey;
/// use bartizan_token::message::{MessagePurpose, MessageSigner, MessageVerifier};
///
/// enum Invoice {}
///
/// impl MessagePurpose for Invoice {
///     const NAME: &'static str = "acme-invoice";
/// }
///
/// let random = SystemRandom::new();
/// let generator = KeyGenerator::new(&random, SigningKey::generate_ed25519);
/// let keys = SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator)?);
///
/// let signature = MessageSigner::<Invoice>::new(keys.clone()).sign(b"42 EUR")?;
/// let verifier = MessageVerifier::<Invoice>::new(keys);
/// assert_eq!(verifier.verify(b"42 EUR", &signature)?.bytes(), b"42 EUR");
/// assert!(verifier.verify(b"99 EUR", &signature).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [RFC 7515, appendix F]: https://www.rfc-editor.org/rfc/rfc7515#appendix-F
/// [RFC 7797]: https://www.rfc-editor.org/rfc/rfc7797
pub struct MessageSigner<P> {
    keys: MessageSigningKeys,
    purpose: PhantomData<fn() -> P>,
}

impl<P: MessagePurpose> MessageSigner<P> {
    /// Signs with the primary of `keys`.
    #[must_use]
    pub fn new(keys: impl Into<MessageSigningKeys>) -> Self {
        const { purpose::check::<P>() }
        Self { keys: keys.into(), purpose: PhantomData }
    }

    /// Returns the signature of `bytes`, which are up to 16 MiB.
    ///
    /// It says nothing of when it was made and can be shown again: put a time and an id into the
    /// bytes where that matters.
    ///
    /// # Errors
    ///
    /// - [`MessageSignError::TooLarge`]: more bytes.
    /// - [`MessageSignError::RandomUnavailable`]: the key needs randomness and there is none.
    pub fn sign(&self, bytes: &[u8]) -> Result<String, MessageSignError> {
        if bytes.len() > MAX_BYTES_LEN {
            return Err(MessageSignError::TooLarge);
        }
        self.keys.with_primary(|key_id, key| {
            let (alg, typ, kid) = (key.algorithm(), P::NAME, Value::from(key_id));
            let header = format!(
                r#"{{"alg":"{alg}","typ":"{typ}+jws","kid":{kid},"b64":false,"crit":["b64"]}}"#
            );
            let mut text = String::with_capacity(header.len().saturating_mul(2));
            encoding::encode(header.as_bytes(), &mut text);
            let mut signature = [0; MAX_SIGNATURE_LEN];
            let signature = key
                .sign((Signed::Message, P::NAME), &input(&text, bytes), &mut signature)
                .map_err(|_| MessageSignError::RandomUnavailable)?;
            text.push_str("..");
            encoding::encode(&signature, &mut text);
            Ok(text)
        })
    }
}

/// Checks signatures of bytes for one purpose. See [`MessageSigner`] for an example.
pub struct MessageVerifier<P> {
    keys: VerifyingKeys,
    purpose: PhantomData<fn() -> P>,
}

impl<P: MessagePurpose> MessageVerifier<P> {
    /// Accepts what was signed with one of `keys`.
    #[must_use]
    pub fn new(keys: impl Into<VerifyingKeys>) -> Self {
        const { purpose::check::<P>() }
        Self { keys: keys.into(), purpose: PhantomData }
    }

    /// Checks that `signature` is one of `bytes`.
    ///
    /// # Errors
    ///
    /// - [`MessageRefused::TooLarge`]: more than 16 MiB of bytes, or a signature longer than 8 KiB.
    /// - [`MessageRefused::Malformed`]: not a detached JWS of canonical base64url with a header of
    ///   strict JSON.
    /// - [`MessageRefused::Unsupported`]: the header lacks `b64: false` or `crit` of it alone, or
    ///   has `zip`, `jku`, `jwk`, `x5u` or `x5c`.
    /// - [`MessageRefused::WrongPurpose`]: `typ` is not that of `P`.
    /// - [`MessageRefused::Key`]: `kid` is unknown, or of a compromised or destroyed key.
    /// - [`MessageRefused::WrongAlgorithm`]: `alg` is not the key's.
    /// - [`MessageRefused::BadSignature`]: the key did not sign this.
    pub fn verify<'m>(
        &self,
        bytes: &'m [u8],
        signature: &str,
    ) -> Result<VerifiedBytes<'m, P>, MessageRefused> {
        if bytes.len() > MAX_BYTES_LEN || signature.len() > MAX_TEXT_LEN {
            return Err(MessageRefused::TooLarge);
        }
        let (protected, signature) = signature.split_once("..").ok_or(MessageRefused::Malformed)?;
        let header = Header::read(&decode(protected)?)?;
        if header.typ.strip_suffix("+jws") != Some(P::NAME) {
            return Err(MessageRefused::WrongPurpose);
        }
        let signature = decode(signature)?;
        let (verified, signed_by) = self.keys.with_key(&header.kid, |key| {
            if !key.algorithm().is_named(&header.alg) {
                return Err(MessageRefused::WrongAlgorithm);
            }
            let of = (Signed::Message, P::NAME);
            let good = key.verifies(of, &input(protected, bytes), &signature);
            if good { Ok(()) } else { Err(MessageRefused::BadSignature) }
        })?;
        verified.map(|()| VerifiedBytes { bytes, signed_by, purpose: PhantomData })
    }
}

/// What is signed: [RFC 7797, section 3].
///
/// [RFC 7797, section 3]: https://www.rfc-editor.org/rfc/rfc7797#section-3
fn input(protected: &str, bytes: &[u8]) -> Vec<u8> {
    [protected.as_bytes(), b".", bytes].concat()
}

fn decode(text: &str) -> Result<Vec<u8>, MessageRefused> {
    let mut bytes = vec![0; encoding::decoded_len(text)];
    match encoding::decode(text, &mut bytes) {
        Some(_) => Ok(bytes),
        None => Err(MessageRefused::Malformed),
    }
}

/// Members that are not known, and not dangerous, are ignored.
#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
    b64: Option<bool>,
    crit: Option<Vec<String>>,
    zip: Option<IgnoredAny>,
    jku: Option<IgnoredAny>,
    jwk: Option<IgnoredAny>,
    x5u: Option<IgnoredAny>,
    x5c: Option<IgnoredAny>,
}

impl Header {
    fn read(text: &[u8]) -> Result<Self, MessageRefused> {
        let header: Self = json::from_slice(text).map_err(|_| MessageRefused::Malformed)?;
        let refused = [&header.zip, &header.jku, &header.jwk, &header.x5u, &header.x5c];
        let only_b64 = header.crit.as_deref().is_some_and(|crit| *crit == ["b64"]);
        if header.b64 != Some(false) || !only_b64 || refused.into_iter().any(Option::is_some) {
            return Err(MessageRefused::Unsupported);
        }
        Ok(header)
    }
}

/// Proof that bytes were signed for purpose `P`: only [`MessageVerifier::verify`] makes one.
pub struct VerifiedBytes<'m, P> {
    bytes: &'m [u8],
    signed_by: SignedBy,
    purpose: PhantomData<fn() -> P>,
}

impl<'m, P> VerifiedBytes<'m, P> {
    /// Returns what was signed.
    #[must_use]
    pub const fn bytes(&self) -> &'m [u8] {
        self.bytes
    }

    /// Returns which key signed.
    #[must_use]
    pub const fn key_id(&self) -> &TokenKeyId {
        &self.signed_by.key_id
    }

    /// Returns how the key falls short of what this crate signs with.
    #[cfg(feature = "legacy-interop")]
    #[must_use]
    pub const fn deviation(&self) -> Option<crate::Deviation> {
        self.signed_by.deviation
    }
}

impl<P> fmt::Debug for VerifiedBytes<'_, P> {
    /// Shows none of the bytes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifiedBytes({} bytes by {})", self.bytes.len(), self.signed_by.key_id)
    }
}

impl<P> Clone for MessageSigner<P> {
    /// The keys are shared, not copied.
    fn clone(&self) -> Self {
        Self { keys: self.keys.clone(), purpose: PhantomData }
    }
}

impl<P: MessagePurpose> fmt::Debug for MessageSigner<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageSigner").field("purpose", &P::NAME).finish_non_exhaustive()
    }
}

impl<P> Clone for MessageVerifier<P> {
    /// The keys are shared, not copied.
    fn clone(&self) -> Self {
        Self { keys: self.keys.clone(), purpose: PhantomData }
    }
}

impl<P: MessagePurpose> fmt::Debug for MessageVerifier<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageVerifier").field("purpose", &P::NAME).finish_non_exhaustive()
    }
}

/// In bytes: 16 MiB. More is better signed as its digest.
const MAX_BYTES_LEN: usize = 16 * 1_024 * 1_024;

/// Of a signature, in characters: room for one of ML-DSA.
const MAX_TEXT_LEN: usize = 8 * 1_024;
