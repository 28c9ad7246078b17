//! Keys that sign tokens, and nothing else.

mod der;
#[cfg(feature = "aws-lc-rs")]
mod generate;
mod headers;
mod identifier;
mod pem;
pub(crate) mod pkcs8;
mod rsa;
mod spki;
mod stored;

use core::fmt;
use std::borrow::Cow;
use std::sync::OnceLock;

use bartizan_core::{KeyId, KeyMaterial, Random, RandomUnavailable, SecretBytes};

#[cfg(feature = "aws-lc-rs")]
pub use self::generate::RsaSize;
use self::headers::Headers;
pub(crate) use self::rsa::RsaNumbers;
use crate::algorithm::Algorithm;
use crate::crypto::{self, Backend, ED25519_LEN, MAX_SIGNATURE_LEN, Mac, NoRandomness, Pair};
use crate::error::KeyError;
use crate::verifying_key::VerifyingKey;

/// A key of a [`Keyring`](bartizan_core::Keyring) that signs tokens and checks them.
///
/// It knows its algorithm, so no token can choose one. An HMAC key is never used as it is: for
/// each kind of token its own key is derived, so a tag of one kind is none of another.
///
/// The secret itself is wiped when it is dropped. What a [`Backend`] makes of it once, so that it
/// need not be done for every token, aws-lc-rs wipes and ring does not: the expanded Ed25519 key,
/// the numbers of ECDSA and RSA, and the state of SHA-2 after an HMAC key.
///
/// ```
/// use bartizan_core::{KeyGenerator, Keyring, SystemRandom, UnixTime};
/// use bartizan_token::{Algorithm, SigningKey};
///
/// let random = SystemRandom::new();
/// let generator = KeyGenerator::new(&random, SigningKey::generate_ed25519);
/// let keyring = Keyring::create(UnixTime::from_secs(0), &generator)?;
/// let (_, key) = keyring.primary();
/// assert_eq!(key.algorithm(), Algorithm::EdDsa);
/// assert!(key.verifying_key().is_some_and(|public| public.to_jwk().contains("Ed25519")));
/// # Ok::<(), bartizan_core::RandomUnavailable>(())
/// ```
pub struct SigningKey {
    algorithm: Algorithm,
    material: Material,
    headers: Headers,
}

enum Material {
    Hmac {
        secret: SecretBytes,
        backend: Backend,
        prepared: Box<[OnceLock<KindMac>; PREPARED_KINDS]>,
    },
    /// The secret is the seed of Ed25519 or ML-DSA, the number of ECDSA, or an `RSAPrivateKey` in
    /// DER.
    Pair { secret: SecretBytes, pair: Pair, public: VerifyingKey },
}

/// The HMAC key of one kind of token, or of one purpose of messages.
struct KindMac {
    signed: Signed,
    typ: &'static str,
    mac: Mac,
}

/// What is signed. Names are unique among things of one sort, so HMAC keys are derived for both.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signed {
    Token,
    Message,
    HttpMessage,
}

impl Signed {
    /// Never changed once something is signed.
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Token => b"bartizan-token ",
            Self::Message => b"bartizan-message ",
            Self::HttpMessage => b"bartizan-http-message ",
        }
    }
}

/// So many kinds have their header and HMAC key kept ready; for more they are made each time.
const PREPARED_KINDS: usize = 8;

impl SigningKey {
    /// Makes an Ed25519 key ([RFC 8032], in JWS [RFC 8037]): whoever verifies cannot sign with the
    /// public part alone.
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`] when the source cannot deliver.
    ///
    /// [RFC 8032]: https://www.rfc-editor.org/rfc/rfc8032
    /// [RFC 8037]: https://www.rfc-editor.org/rfc/rfc8037
    pub fn generate_ed25519(random: &dyn Random) -> Result<Self, RandomUnavailable> {
        let seed = SecretBytes::random(ED25519_LEN, random)?;
        // Only a seed of another length would be refused.
        Self::ed25519(seed.expose(), None).map_err(|_| RandomUnavailable::new())
    }

    /// Makes a key for ECDSA on P-256 with SHA-256 ([RFC 7518, section 3.4]): for verifiers that
    /// do not know Ed25519.
    ///
    /// The [`Backend`] draws the key itself, from the operating system or from a generator that it
    /// seeds from there; `random` is not asked.
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`] when the system cannot deliver.
    ///
    /// [RFC 7518, section 3.4]: https://www.rfc-editor.org/rfc/rfc7518#section-3.4
    pub fn generate_es256(_random: &dyn Random) -> Result<Self, RandomUnavailable> {
        Self::generate_ec(Algorithm::Es256)
    }

    /// Makes a key for ECDSA on P-384 with SHA-384, as [`generate_es256`](Self::generate_es256)
    /// does for P-256.
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`] when the system cannot deliver.
    pub fn generate_es384(_random: &dyn Random) -> Result<Self, RandomUnavailable> {
        Self::generate_ec(Algorithm::Es384)
    }

    fn generate_ec(algorithm: Algorithm) -> Result<Self, RandomUnavailable> {
        let pkcs8 = crypto::generate_ec(Backend::default(), algorithm)
            .map_err(|_| RandomUnavailable::new())?;
        Self::from_pkcs8_der(algorithm, pkcs8.expose()).map_err(|_| RandomUnavailable::new())
    }

    /// Makes a key of 32 random bytes for HMAC with SHA-256 ([RFC 7518, section 3.2]): quicker,
    /// but whoever verifies can sign too.
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`] when the source cannot deliver.
    ///
    /// [RFC 7518, section 3.2]: https://www.rfc-editor.org/rfc/rfc7518#section-3.2
    pub fn generate_hs256(random: &dyn Random) -> Result<Self, RandomUnavailable> {
        Self::generate_hmac(Algorithm::Hs256, random)
    }

    /// Makes a key of 48 random bytes for HMAC with SHA-384, as
    /// [`generate_hs256`](Self::generate_hs256) does for SHA-256.
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`] when the source cannot deliver.
    pub fn generate_hs384(random: &dyn Random) -> Result<Self, RandomUnavailable> {
        Self::generate_hmac(Algorithm::Hs384, random)
    }

    /// Makes a key of 64 random bytes for HMAC with SHA-512, as
    /// [`generate_hs256`](Self::generate_hs256) does for SHA-256.
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`] when the source cannot deliver.
    pub fn generate_hs512(random: &dyn Random) -> Result<Self, RandomUnavailable> {
        Self::generate_hmac(Algorithm::Hs512, random)
    }

    fn generate_hmac(algorithm: Algorithm, random: &dyn Random) -> Result<Self, RandomUnavailable> {
        let secret = SecretBytes::random(algorithm.hmac_len().unwrap_or_default(), random)?;
        Self::hmac(algorithm, secret).map_err(|_| RandomUnavailable::new())
    }

    /// Returns the key's one algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Returns the library that signs with the key.
    #[must_use]
    pub const fn backend(&self) -> Backend {
        match &self.material {
            Material::Hmac { backend, .. } => *backend,
            Material::Pair { pair, .. } => pair.backend(),
        }
    }

    /// Returns the same key, to sign and to verify with another library.
    ///
    /// # Errors
    ///
    /// [`KeyError::Unsupported`]: ring knows no ML-DSA.
    pub fn with_backend(self, backend: Backend) -> Result<Self, KeyError> {
        if backend == self.backend() {
            return Ok(self);
        }
        let material = match self.material {
            Material::Hmac { secret, .. } => {
                Material::Hmac { secret, backend, prepared: Box::default() }
            }
            Material::Pair { secret, public, .. } => {
                let pair = Pair::new(backend, self.algorithm, secret.expose(), public.point());
                let pair = pair.ok_or(KeyError::Unsupported)?;
                Material::Pair { secret, pair, public: public.with_backend(backend)? }
            }
        };
        Ok(Self { algorithm: self.algorithm, material, headers: self.headers })
    }

    /// Returns the public part, which verifies and does not sign; nothing for HMAC, which has none.
    #[must_use]
    pub const fn verifying_key(&self) -> Option<&VerifyingKey> {
        match &self.material {
            Material::Hmac { .. } => None,
            Material::Pair { public, .. } => Some(public),
        }
    }

    pub(crate) fn ed25519(seed: &[u8], public: Option<&[u8]>) -> Result<Self, KeyError> {
        let key = Self::pair(Algorithm::EdDsa, seed, &[])?;
        // A public key that is not that of the seed lets who signs with it give the seed away.
        let x = key.verifying_key().map(VerifyingKey::point);
        if public.is_some() && public != x { Err(KeyError::Malformed) } else { Ok(key) }
    }

    pub(crate) fn ec(
        algorithm: Algorithm,
        private: &[u8],
        public: &[u8],
    ) -> Result<Self, KeyError> {
        Self::pair(algorithm, private, public)
    }

    #[cfg(feature = "aws-lc-rs")]
    pub(crate) fn ml_dsa(algorithm: Algorithm, seed: &[u8]) -> Result<Self, KeyError> {
        Self::pair(algorithm, seed, &[])
    }

    pub(crate) fn rsa(algorithm: Algorithm, der: &[u8]) -> Result<Self, KeyError> {
        let numbers = RsaNumbers::read(der).ok_or(KeyError::Malformed)?;
        if !matches!(algorithm, Algorithm::Ps256 | Algorithm::Ps384 | Algorithm::Ps512) {
            return Err(KeyError::Unsupported);
        }
        // First, so that a weak key is called weak.
        let public = VerifyingKey::rsa(algorithm, numbers.n, numbers.e)?;
        if public.is_short_rsa() {
            return Err(KeyError::Weak);
        }
        if numbers.n.len() > MAX_SIGNING_RSA_LEN {
            return Err(KeyError::Unsupported);
        }
        // ring reads fewer keys than others do: what it refuses could not move to it.
        let mut pair = Pair::new(Backend::Ring, algorithm, der, &[]).ok_or(KeyError::Malformed)?;
        if public.backend() != Backend::Ring {
            pair = Pair::new(public.backend(), algorithm, der, &[]).ok_or(KeyError::Malformed)?;
        }
        let secret = SecretBytes::from(der);
        let material = Material::Pair { secret, pair, public };
        Ok(Self { algorithm, material, headers: Headers::default() })
    }

    pub(crate) fn hmac(algorithm: Algorithm, secret: SecretBytes) -> Result<Self, KeyError> {
        if algorithm.hmac_len() != Some(secret.len()) {
            return Err(KeyError::Weak);
        }
        let (backend, prepared) = (Backend::default(), Box::default());
        let material = Material::Hmac { secret, backend, prepared };
        Ok(Self { algorithm, material, headers: Headers::default() })
    }

    /// Takes a key on a curve or a lattice: the public part follows from the secret one.
    fn pair(algorithm: Algorithm, secret: &[u8], point: &[u8]) -> Result<Self, KeyError> {
        let backend = Backend::default();
        let pair = Pair::new(backend, algorithm, secret, point).ok_or(KeyError::Malformed)?;
        let public = pair.public().ok_or(KeyError::Malformed)?;
        let public = VerifyingKey::prepare(backend, algorithm, public)?;
        let secret = SecretBytes::from(secret);
        let material = Material::Pair { secret, pair, public };
        Ok(Self { algorithm, material, headers: Headers::default() })
    }

    /// The secret of HMAC, or of a key pair in its own form.
    pub(crate) const fn secret(&self) -> &SecretBytes {
        match &self.material {
            Material::Hmac { secret, .. } | Material::Pair { secret, .. } => secret,
        }
    }

    /// Returns the first part, with the dot, of the tokens of kind `typ` that this key signs under
    /// `key_id`, if it is kept ready.
    #[inline]
    pub(crate) fn header(&self, typ: &'static str, key_id: KeyId) -> Option<&str> {
        self.headers.get(self.algorithm, typ, key_id)
    }

    /// Signs `input`, the first two parts of a token of kind `typ`.
    pub(crate) fn sign<'o>(
        &self,
        typ: &'static str,
        input: &str,
        out: &'o mut [u8; MAX_SIGNATURE_LEN],
    ) -> Result<Cow<'o, [u8]>, NoRandomness> {
        self.sign_as((Signed::Token, typ), input.as_bytes(), out)
    }

    /// Signs `input`, all that is signed of something of this sort and name.
    pub(crate) fn sign_as<'o>(
        &self,
        of: (Signed, &'static str),
        input: &[u8],
        out: &'o mut [u8; MAX_SIGNATURE_LEN],
    ) -> Result<Cow<'o, [u8]>, NoRandomness> {
        match &self.material {
            Material::Pair { pair, .. } => pair.sign(input, out),
            Material::Hmac { .. } => {
                let mac = self.mac(of).ok_or(NoRandomness)?;
                let tag = mac.sign(&[input]);
                let out = out.get_mut(..tag.as_ref().len()).ok_or(NoRandomness)?;
                out.copy_from_slice(tag.as_ref());
                Ok(Cow::Borrowed(out))
            }
        }
    }

    /// Returns whether `signature` is the key's over `input`, in a token of kind `typ`.
    #[must_use]
    pub(crate) fn verifies(&self, typ: &'static str, input: &str, signature: &[u8]) -> bool {
        self.verifies_as((Signed::Token, typ), input.as_bytes(), signature)
    }

    /// Returns whether `signature` is the key's over `input`, of something of this sort and name.
    #[must_use]
    pub(crate) fn verifies_as(
        &self,
        of: (Signed, &'static str),
        input: &[u8],
        signature: &[u8],
    ) -> bool {
        match &self.material {
            Material::Pair { public, .. } => public.verifies_bytes(input, signature),
            Material::Hmac { .. } => self.mac(of).is_some_and(|mac| mac.verifies(input, signature)),
        }
    }

    /// The HMAC key of one kind or purpose.
    fn mac(&self, (signed, typ): (Signed, &'static str)) -> Option<Cow<'_, Mac>> {
        let Material::Hmac { secret, backend, prepared } = &self.material else { return None };
        for slot in prepared.iter() {
            let kind = if let Some(kind) = slot.get() {
                kind
            } else {
                let mac = derive(*backend, self.algorithm, secret, (signed, typ))?;
                slot.get_or_init(|| KindMac { signed, typ, mac })
            };
            if kind.signed == signed && kind.typ == typ {
                return Some(Cow::Borrowed(&kind.mac));
            }
        }
        derive(*backend, self.algorithm, secret, (signed, typ)).map(Cow::Owned)
    }
}

/// The HMAC key of one kind: the HMAC, under the secret, of a label and the kind's typ.
fn derive(
    backend: Backend,
    algorithm: Algorithm,
    secret: &SecretBytes,
    (signed, typ): (Signed, &str),
) -> Option<Mac> {
    let derivation = Mac::new(backend, algorithm, secret.expose())?;
    let label = [signed.label(), algorithm.name().as_bytes(), b"\0", typ.as_bytes()];
    Mac::new(backend, algorithm, derivation.sign(&label).as_ref())
}

impl KeyMaterial for SigningKey {
    const PURPOSE: &'static str = "token-signing";
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.algorithm())
    }
}

/// In bytes: what ring signs with, and so what is signed with.
const MAX_SIGNING_RSA_LEN: usize = 512;

#[cfg(test)]
mod tests;
