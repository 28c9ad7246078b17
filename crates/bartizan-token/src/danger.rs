//! What can undo a promise of this crate. A reviewer finds every use by searching for this word.

use bartizan_core::{Clock, SecretBytes, SecretString};

use crate::MAX_TOKEN_LEN;
use crate::algorithm::Algorithm;
use crate::crypto::{Backend, Mac};
use crate::encoding;
use crate::error::{ConfigError, KeyError, VerifyError};
use crate::header::Header;
use crate::jwk::{self, Jwk};
use crate::jwk_set::{self, ForeignKey, JwkSet};
use crate::key::{SigningKey, pkcs8};
use crate::message::{
    HttpRequest, HttpVerifier, MessagePurpose, MessageRefused, MessageSigningKeys, VerifiedMessage,
};
use crate::parts::{Parts, Small};
use crate::remote_jwk_set::JwkSetUrl;

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
        require_len(algorithm, secret)?;
        let key = ForeignKey::shared(algorithm, secret).ok_or(KeyError::Unsupported)?;
        Ok((jwk.kid.ok_or(KeyError::Malformed)?, key))
    };
    let keys = jwk_set::read::<Jwk>(set.expose().as_bytes())?.into_iter().map(secret);
    JwkSet::of(keys.collect::<Result<Vec<_>, _>>()?)
}

/// Takes the URL of a JWK set that is fetched without TLS: only one that leads to this machine, as
/// `http://127.0.0.1:8080/jwks` or `http://[::1]/jwks` does, for tests and for a proxy that adds TLS.
///
/// Whoever can listen at that port on the machine decides which keys sign.
///
/// # Errors
///
/// [`ConfigError::InvalidJwkSetUrl`]: another host, or another scheme than `http`.
///
/// # Examples
///
/// ```
/// use bartizan_token::danger;
///
/// assert!(danger::jwk_set_url_of_loopback("http://127.0.0.1:8080/jwks").is_ok());
/// assert!(danger::jwk_set_url_of_loopback("http://id.example/jwks").is_err());
/// ```
pub fn jwk_set_url_of_loopback(url: &str) -> Result<JwkSetUrl, ConfigError> {
    JwkSetUrl::plain_loopback(url)
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

/// Takes a secret that is shared with other software, to verify what that signs with HMAC.
///
/// It is as [`shared_secrets_from_jwk_set`] says, for one secret in whatever form it was agreed
/// upon: the secret of a webhook.
///
/// # Errors
///
/// - [`KeyError::Unsupported`]: `algorithm` is not one of HMAC.
/// - [`KeyError::Weak`]: shorter than the hash.
///
/// See [`message_keys_from_shared_secret`] for an example.
pub fn jwk_set_from_shared_secret(
    key_id: &str,
    algorithm: Algorithm,
    secret: &SecretBytes,
) -> Result<JwkSet, KeyError> {
    let key = ForeignKey::shared(algorithm, secret.expose()).ok_or(KeyError::Unsupported)?;
    require_len(algorithm, secret.expose())?;
    JwkSet::of([(key_id.to_owned(), key)])
}

/// Longer than the hash a secret may be, shorter it may not: RFC 7518, section 3.2.
fn require_len(algorithm: Algorithm, secret: &[u8]) -> Result<(), KeyError> {
    let is_short = algorithm.hmac_len().is_none_or(|len| secret.len() < len);
    if is_short { Err(KeyError::Weak) } else { Ok(()) }
}

/// Takes a secret that is shared with other software, to sign messages with HMAC for it.
///
/// The same secret then serves every purpose, and whoever verifies can sign. To verify what the
/// other side signs with it, see [`jwk_set_from_shared_secret`].
///
/// # Errors
///
/// - [`KeyError::Unsupported`]: `algorithm` is not one of HMAC.
/// - [`KeyError::Weak`]: shorter than the hash.
/// - [`KeyError::Malformed`]: `key_id` is empty, longer than 1,024 bytes, or not printable ASCII.
///
/// # Examples
///
/// ```
/// use bartizan_core::SecretBytes;
/// use bartizan_token::message::{HttpPolicy, HttpSigner, HttpVerifier, MessagePurpose};
/// use bartizan_token::{Algorithm, danger};
///
/// enum Webhook {}
///
/// impl MessagePurpose for Webhook {
///     const NAME: &'static str = "acme-webhook";
/// }
///
/// let secret = SecretBytes::from(vec![7; 32]);
/// let keys = danger::message_keys_from_shared_secret("acme", Algorithm::Hs256, &secret)?;
/// let _signer = HttpSigner::<Webhook>::new(keys);
/// let keys = danger::jwk_set_from_shared_secret("acme", Algorithm::Hs256, &secret)?;
/// let _verifier = HttpVerifier::<Webhook>::new(keys, HttpPolicy::new(300)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn message_keys_from_shared_secret(
    key_id: &str,
    algorithm: Algorithm,
    secret: &SecretBytes,
) -> Result<MessageSigningKeys, KeyError> {
    let mac = Mac::new(Backend::default(), algorithm, secret.expose());
    let mac = mac.ok_or(KeyError::Unsupported)?;
    require_len(algorithm, secret.expose())?;
    MessageSigningKeys::shared(key_id, algorithm, mac).map_err(|_| KeyError::Malformed)
}

/// Checks a signed request as [`HttpVerifier::verify`] does, but accepts it as often as it comes
/// while it is not too old.
///
/// Only for requests that may be repeated by anybody who has seen one, because they change nothing
/// and their answer gives nothing away, or because replays are noticed elsewhere.
///
/// # Errors
///
/// Those of [`HttpVerifier::verify`] but for [`MessageRefused::Replayed`].
///
/// # Examples
///
/// ```
/// use bartizan_core::{KeyGenerator, Keyring, SharedKeyring, SystemClock, SystemRandom, UnixTime};
/// use bartizan_token::message::{HttpPolicy, HttpRequest, HttpSigner, HttpVerifier, MessagePurpose};
/// use bartizan_token::{SigningKey, danger};
///
/// enum Ping {}
///
/// impl MessagePurpose for Ping {
///     const NAME: &'static str = "acme-ping";
/// }
///
/// let (clock, random) = (SystemClock::new(), SystemRandom::new());
/// let generator = KeyGenerator::new(&random, SigningKey::generate_hs256);
/// let keys = SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator)?);
/// let request = HttpRequest::new("GET", "https://mail.example/ping", [], b"")?;
/// let signed = HttpSigner::<Ping>::new(keys.clone()).sign(&request, &clock, &random)?;
///
/// let fields = signed.fields().map(|(name, value)| (name, value.as_bytes()));
/// let request = HttpRequest::new("GET", "https://mail.example/ping", fields, b"")?;
/// let verifier = HttpVerifier::<Ping>::new(keys, HttpPolicy::new(60)?);
/// assert!(danger::verify_without_replay_window(&verifier, &request, &clock).is_ok());
/// assert!(danger::verify_without_replay_window(&verifier, &request, &clock).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn verify_without_replay_window<'m, P: MessagePurpose>(
    verifier: &HttpVerifier<P>,
    request: &HttpRequest<'m>,
    clock: &dyn Clock,
) -> Result<VerifiedMessage<'m, P>, MessageRefused> {
    verifier.check_request(request, clock.now()).map(|checked| checked.proof)
}
