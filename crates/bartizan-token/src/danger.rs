//! What can undo a promise of this crate. A reviewer finds every use by searching for this word.

use bartizan_core::{SecretBytes, SecretString};

use crate::MAX_TOKEN_LEN;
use crate::encoding;
use crate::error::{KeyError, VerifyError};
use crate::header::Header;
use crate::jwk::{self, Jwk};
use crate::jwk_set::{self, ForeignKey, JwkSet};
use crate::key::{SigningKey, pkcs8};
use crate::parts::{Parts, Small};

/// Takes a private or symmetric key from a JSON Web Key, read as strictly as
/// [`VerifyingKey::from_jwk`](crate::VerifyingKey::from_jwk) reads a public one.
///
/// A symmetric key has exactly as many bytes as its hash, and what is signed with it is still
/// signed with a key derived for the kind of token: nobody but this crate verifies it.
///
/// # Errors
///
/// Those of [`VerifyingKey::from_jwk`](crate::VerifyingKey::from_jwk) but for
/// [`KeyError::Private`]; `key_ops`, where it stands, must allow to sign.
///
/// # Examples
///
/// ```
/// use bartizan_core::{SecretString, SystemRandom};
/// use bartizan_token::{SigningKey, danger};
///
/// let key = SigningKey::generate_ed25519(&SystemRandom::new())?;
/// let jwk = danger::signing_key_to_jwk(&key);
/// assert_eq!(danger::signing_key_from_jwk(&jwk)?.algorithm(), key.algorithm());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn signing_key_from_jwk(jwk: &SecretString) -> Result<SigningKey, KeyError> {
    Jwk::read(jwk.expose().as_bytes())?.signing_key()
}

/// Returns a key, its secret included, as a JSON Web Key.
///
/// See [`signing_key_from_jwk`] for an example.
#[must_use]
pub fn signing_key_to_jwk(key: &SigningKey) -> SecretString {
    jwk::write_private(key)
}

/// Returns a private key as PKCS#8 in DER; nothing for HMAC.
///
/// See [`SigningKey::from_pkcs8_der`] for an example.
#[must_use]
pub fn signing_key_to_pkcs8_der(key: &SigningKey) -> Option<SecretBytes> {
    key.to_pkcs8()
}

/// Returns a private key as PKCS#8 in PEM; nothing for HMAC.
///
/// ```
/// use bartizan_core::SystemRandom;
/// use bartizan_token::{Algorithm, SigningKey, danger};
///
/// let key = SigningKey::generate_ed25519(&SystemRandom::new())?;
/// let pem = danger::signing_key_to_pkcs8_pem(&key).expect("not a symmetric key");
/// assert!(SigningKey::from_pkcs8_pem(Algorithm::EdDsa, &pem).is_ok());
/// # Ok::<(), bartizan_core::RandomUnavailable>(())
/// ```
#[must_use]
pub fn signing_key_to_pkcs8_pem(key: &SigningKey) -> Option<SecretString> {
    key.to_pkcs8().as_ref().map(pkcs8::armor)
}

/// Reads a JWK set of secrets of HMAC (type `oct`), to verify what somebody else signs under them as
/// they are.
///
/// The same secret then serves every kind of token, and whoever verifies can sign: only what must
/// still be read from elsewhere is worth it. Unlike in [`JwkSet::from_json`], no key is left out.
///
/// # Errors
///
/// - [`KeyError::TooLarge`], [`KeyError::Malformed`], [`KeyError::DuplicateId`]: as
///   [`JwkSet::from_json`] has them; [`KeyError::Malformed`] also where `kid` is missing.
/// - [`KeyError::Unsupported`], [`KeyError::Disagrees`]: a key is not one of HMAC, or its `alg`,
///   `use` or `key_ops` say otherwise.
/// - [`KeyError::Weak`]: shorter than the hash: [RFC 7518, section 3.2].
///
/// # Examples
///
/// ```
/// use bartizan_core::SecretString;
/// use bartizan_token::danger;
///
/// let k = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
/// let set = format!(r#"{{"keys":[{{"kty":"oct","alg":"HS256","kid":"old","k":"{k}"}}]}}"#);
/// assert_eq!(danger::shared_secrets_from_jwk_set(&SecretString::from(set))?.len(), 1);
/// # Ok::<(), bartizan_token::KeyError>(())
/// ```
///
/// [RFC 7518, section 3.2]: https://www.rfc-editor.org/rfc/rfc7518#section-3.2
pub fn shared_secrets_from_jwk_set(set: &SecretString) -> Result<JwkSet, KeyError> {
    let secret = |jwk: Jwk| {
        let (algorithm, secret) = jwk.shared_secret()?;
        if algorithm.hmac_len().is_none_or(|len| secret.len() < len) {
            return Err(KeyError::Weak);
        }
        let key = ForeignKey::shared(algorithm, secret).ok_or(KeyError::Unsupported)?;
        Ok((jwk.kid.ok_or(KeyError::Malformed)?, key))
    };
    let keys = jwk_set::read(set.expose().as_bytes())?.into_iter().map(secret);
    JwkSet::of(keys.collect::<Result<Vec<_>, _>>()?)
}

/// Returns the payload of a signed text in the compact form of [RFC 7515], after its signature was
/// checked, and nothing else: not what kind of text it is, not by whom, for whom, or until when.
///
/// The header is read as strictly as that of a token. What has no `kid` is checked against the
/// only key of a set of one.
///
/// # Errors
///
/// - [`VerifyError::TooLarge`], [`VerifyError::Malformed`], [`VerifyError::UnsupportedHeader`],
///   [`VerifyError::Key`], [`VerifyError::WrongAlgorithm`], [`VerifyError::BadSignature`]: as
///   [`Verifier::verify`](crate::Verifier::verify) has them.
///
/// # Examples
///
/// ```
/// use bartizan_token::{JwkSet, VerifyingKey, danger};
///
/// // RFC 8037, appendix A.4.
/// let jwk = br#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
/// let keys = JwkSet::from_keys([("a".to_owned(), VerifyingKey::from_jwk(jwk)?)])?;
/// let jws = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.\
///     hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
/// assert_eq!(danger::payload_of_any_kind(jws, &keys)?, b"Example of Ed25519 signing");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [RFC 7515]: https://www.rfc-editor.org/rfc/rfc7515
pub fn payload_of_any_kind(jws: &str, keys: &JwkSet) -> Result<Vec<u8>, VerifyError> {
    if jws.len() > MAX_TOKEN_LEN {
        return Err(VerifyError::TooLarge);
    }
    let parts = Parts::split(jws)?;
    let (mut buffer, mut signature) = (Small::new(), Small::new());
    let header = Header::read(parts.decode_header(&mut buffer)?)?;
    let only = keys.len() == 1 && !header.has_key_id();
    let entry = keys.find(|kid| only || header.is_key_id(kid));
    let key = &entry.ok_or(VerifyError::UNKNOWN_KEY)?.key;
    header.require_algorithm(key.algorithm())?;
    if !key.verifies(parts.input, parts.decode_signature(&mut signature)?) {
        return Err(VerifyError::BadSignature);
    }
    let mut payload = vec![0; encoding::decoded_len(parts.payload)];
    let len = encoding::decode(parts.payload, &mut payload).ok_or(VerifyError::Malformed)?.len();
    payload.truncate(len);
    Ok(payload)
}
