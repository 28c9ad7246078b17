//! Keys that sign tokens, and nothing else.

mod der;
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

use self::headers::Headers;
pub(crate) use self::rsa::RsaNumbers;
use crate::algorithm::Algorithm;
use crate::crypto::{self, ED25519_LEN, MAX_SIGNATURE_LEN, Mac, NoRandomness, Pair};
use crate::error::KeyError;
use crate::verifying_key::VerifyingKey;

/// A key of a [`Keyring`](bartizan_core::Keyring) that signs tokens and checks them.
///
/// It knows its algorithm, so no token can choose one. An HMAC key is never used as it is: for
/// each kind of token its own key is derived, so a tag of one kind is none of another.
///
/// The secret itself is wiped when it is dropped. What ring makes of it once, so that it need not
/// be done for every token, ring does not wipe: the expanded Ed25519 key, the numbers of ECDSA and
/// RSA, and the state of SHA-2 after an HMAC key.
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
        prepared: Box<[OnceLock<KindMac>; PREPARED_KINDS]>,
    },
    /// The secret is an Ed25519 seed, the number of ECDSA, or an `RSAPrivateKey` in DER.
    Pair {
        secret: SecretBytes,
        pair: Pair,
        public: VerifyingKey,
    },
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
    /// ring draws the key itself, from the operating system; `random` is not asked.
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
        let pkcs8 = crypto::generate_ec(algorithm).map_err(|_| RandomUnavailable::new())?;
        let pkcs8 = SecretBytes::from(pkcs8.as_ref());
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

    /// Returns the public part, which verifies and does not sign; nothing for HMAC, which has none.
    #[must_use]
    pub const fn verifying_key(&self) -> Option<&VerifyingKey> {
        match &self.material {
            Material::Hmac { .. } => None,
            Material::Pair { public, .. } => Some(public),
        }
    }

    pub(crate) fn ed25519(seed: &[u8], public: Option<&[u8]>) -> Result<Self, KeyError> {
        let pair = Pair::ed25519(seed).ok_or(KeyError::Malformed)?;
        let key = Self::pair(Algorithm::EdDsa, seed, pair)?;
        // A public key that is not that of the seed lets ring give the private key away.
        let x = key.verifying_key().map(VerifyingKey::point);
        if public.is_some() && public != x { Err(KeyError::Malformed) } else { Ok(key) }
    }

    pub(crate) fn ec(
        algorithm: Algorithm,
        private: &[u8],
        public: &[u8],
    ) -> Result<Self, KeyError> {
        let pair = Pair::ec(algorithm, private, public).ok_or(KeyError::Malformed)?;
        Self::pair(algorithm, private, pair)
    }

    pub(crate) fn rsa(algorithm: Algorithm, der: &[u8]) -> Result<Self, KeyError> {
        let numbers = RsaNumbers::read(der).ok_or(KeyError::Malformed)?;
        if !matches!(algorithm, Algorithm::Ps256 | Algorithm::Ps384 | Algorithm::Ps512) {
            return Err(KeyError::Unsupported);
        }
        // First, so that a weak key is called weak.
        if VerifyingKey::rsa(algorithm, numbers.n, numbers.e)?.is_short_rsa() {
            return Err(KeyError::Weak);
        }
        if numbers.n.len() > MAX_SIGNING_RSA_LEN {
            return Err(KeyError::Unsupported);
        }
        let pair = Pair::rsa(algorithm, der).ok_or(KeyError::Malformed)?;
        Self::pair(algorithm, der, pair)
    }

    pub(crate) fn hmac(algorithm: Algorithm, secret: SecretBytes) -> Result<Self, KeyError> {
        if algorithm.hmac_len() != Some(secret.len()) {
            return Err(KeyError::Weak);
        }
        let material = Material::Hmac { secret, prepared: Box::default() };
        Ok(Self { algorithm, material, headers: Headers::default() })
    }

    fn pair(algorithm: Algorithm, secret: &[u8], pair: Pair) -> Result<Self, KeyError> {
        let public = pair.public().ok_or(KeyError::Malformed)?;
        let public = VerifyingKey::of_pair(algorithm, public)?;
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
    ) -> Result<&'o [u8], NoRandomness> {
        self.sign_as((Signed::Token, typ), input.as_bytes(), out)
    }

    /// Signs `input`, all that is signed of something of this sort and name.
    pub(crate) fn sign_as<'o>(
        &self,
        of: (Signed, &'static str),
        input: &[u8],
        out: &'o mut [u8; MAX_SIGNATURE_LEN],
    ) -> Result<&'o [u8], NoRandomness> {
        match &self.material {
            Material::Pair { pair, .. } => pair.sign(input, out),
            Material::Hmac { .. } => {
                let mac = self.mac(of).ok_or(NoRandomness)?;
                let tag = mac.sign(&[input]);
                let out = out.get_mut(..tag.as_ref().len()).ok_or(NoRandomness)?;
                out.copy_from_slice(tag.as_ref());
                Ok(out)
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
            Material::Pair { public, .. } => {
                public.public_key().verifies(self.algorithm, input, signature)
            }
            Material::Hmac { .. } => self.mac(of).is_some_and(|mac| mac.verifies(input, signature)),
        }
    }

    /// The HMAC key of one kind or purpose.
    fn mac(&self, (signed, typ): (Signed, &'static str)) -> Option<Cow<'_, Mac>> {
        let Material::Hmac { secret, prepared } = &self.material else { return None };
        for slot in prepared.iter() {
            let kind = if let Some(kind) = slot.get() {
                kind
            } else {
                let mac = derive(self.algorithm, secret, (signed, typ))?;
                slot.get_or_init(|| KindMac { signed, typ, mac })
            };
            if kind.signed == signed && kind.typ == typ {
                return Some(Cow::Borrowed(&kind.mac));
            }
        }
        derive(self.algorithm, secret, (signed, typ)).map(Cow::Owned)
    }
}

/// The HMAC key of one kind: the HMAC, under the secret, of a label and the kind's typ.
fn derive(
    algorithm: Algorithm,
    secret: &SecretBytes,
    (signed, typ): (Signed, &str),
) -> Option<Mac> {
    let derivation = Mac::new(algorithm, secret.expose())?;
    let label = [signed.label(), algorithm.name().as_bytes(), b"\0", typ.as_bytes()];
    Mac::new(algorithm, derivation.sign(&label).as_ref())
}

impl KeyMaterial for SigningKey {
    const PURPOSE: &'static str = "token-signing";
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.algorithm())
    }
}

/// In bytes: what ring signs with.
const MAX_SIGNING_RSA_LEN: usize = 512;

#[cfg(test)]
mod tests;
