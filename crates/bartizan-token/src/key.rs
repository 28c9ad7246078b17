//! Keys that sign tokens, and nothing else.

use core::fmt;
use std::borrow::Cow;
use std::sync::OnceLock;

use bartizan_core::danger::ExportKey;
use bartizan_core::{KeyMaterial, Random, RandomUnavailable, SecretBytes, base64url};
use ring::hmac;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};

/// A key of a [`Keyring`](bartizan_core::Keyring) that signs tokens and checks them.
///
/// It knows its algorithm, so no token can choose one. An HMAC key is never used as it is: for
/// each kind of token its own key is derived, so a tag of one kind is none of another.
///
/// The secret itself is wiped when it is dropped. What ring makes of it once, so that it need not
/// be done for every token, ring does not wipe: the expanded Ed25519 key and the state of SHA-256
/// after an HMAC key.
///
/// Only keys made here are ever used to verify, so a public key of small order, under which
/// anybody can sign, does not occur.
///
/// ```
/// use bartizan_core::{KeyGenerator, Keyring, SystemRandom, UnixTime};
/// use bartizan_token::{Algorithm, SigningKey};
///
/// let random = SystemRandom::new();
/// let generator = KeyGenerator::new(&random, SigningKey::generate_ed25519);
/// let keyring = Keyring::create(UnixTime::from_secs(0), &generator)?;
/// assert_eq!(keyring.primary().1.algorithm(), Algorithm::EdDsa);
/// # Ok::<(), bartizan_core::RandomUnavailable>(())
/// ```
pub struct SigningKey(Material);

enum Material {
    Ed25519 { seed: SecretBytes, pair: Box<Ed25519KeyPair> },
    Hs256 { secret: SecretBytes, prepared: Box<[OnceLock<KindMac>; PREPARED_KINDS]> },
}

/// The HMAC key of one kind of token.
struct KindMac {
    typ: &'static str,
    key: hmac::Key,
}

/// So many kinds have their HMAC key kept ready; for more it is derived each time.
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
        let seed = SecretBytes::random(SECRET_LEN, random)?;
        // Only a seed of another length would be refused.
        Self::ed25519(seed).ok_or_else(RandomUnavailable::new)
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
        SecretBytes::random(SECRET_LEN, random).map(Self::hs256)
    }

    /// Returns the key's one algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        match self.0 {
            Material::Ed25519 { .. } => Algorithm::EdDsa,
            Material::Hs256 { .. } => Algorithm::Hs256,
        }
    }

    fn ed25519(seed: SecretBytes) -> Option<Self> {
        let pair = Box::new(Ed25519KeyPair::from_seed_unchecked(seed.expose()).ok()?);
        Some(Self(Material::Ed25519 { seed, pair }))
    }

    fn hs256(secret: SecretBytes) -> Self {
        Self(Material::Hs256 { secret, prepared: Box::default() })
    }

    /// Returns the key as it serves one kind of token.
    pub(crate) fn for_kind(&self, typ: &'static str) -> KindKey<'_> {
        match &self.0 {
            Material::Ed25519 { pair, .. } => KindKey::Ed25519(pair),
            Material::Hs256 { secret, prepared } => {
                let prepare = || KindMac { typ, key: derive(secret, typ) };
                let mut slots = prepared.iter().map(|slot| slot.get_or_init(prepare));
                let found = slots.find(|mac| mac.typ == typ).map(|mac| Cow::Borrowed(&mac.key));
                KindKey::Hs256(found.unwrap_or_else(|| Cow::Owned(derive(secret, typ))))
            }
        }
    }
}

/// The HMAC key of one kind: HMAC-SHA-256 of a label and the kind's typ, under the secret.
fn derive(secret: &SecretBytes, typ: &str) -> hmac::Key {
    let mut derivation =
        hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, secret.expose()));
    derivation.update(b"bartizan-token HS256\0");
    derivation.update(typ.as_bytes());
    hmac::Key::new(hmac::HMAC_SHA256, derivation.sign().as_ref())
}

impl KeyMaterial for SigningKey {
    const PURPOSE: &'static str = "token-signing";
}

/// A byte for the algorithm, then 32 secret bytes; after an Ed25519 seed the 32 bytes of the public
/// key, so that a damaged one is noticed.
impl ExportKey for SigningKey {
    fn export(&self) -> SecretBytes {
        let (tag, secret, public) = match &self.0 {
            Material::Ed25519 { seed, pair } => (TAG_ED25519, seed, pair.public_key().as_ref()),
            Material::Hs256 { secret, .. } => (TAG_HS256, secret, &[][..]),
        };
        SecretBytes::from([&[tag], secret.expose(), public].concat())
    }

    fn import(material: &SecretBytes) -> Option<Self> {
        let (tag, rest) = material.expose().split_first()?;
        let (secret, public) = rest.split_at_checked(SECRET_LEN)?;
        match *tag {
            TAG_ED25519 => {
                let pair = Ed25519KeyPair::from_seed_and_public_key(secret, public).ok()?;
                let (seed, pair) = (SecretBytes::from(secret), Box::new(pair));
                Some(Self(Material::Ed25519 { seed, pair }))
            }
            TAG_HS256 if public.is_empty() => Some(Self::hs256(SecretBytes::from(secret))),
            _ => None,
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.algorithm())
    }
}

/// How a key signs; shown as the name that [RFC 7518] and [RFC 8037] give it.
///
/// ```
/// use bartizan_token::Algorithm;
///
/// assert_eq!(Algorithm::EdDsa.to_string(), "EdDSA");
/// assert_eq!(Algorithm::Hs256.to_string(), "HS256");
/// ```
///
/// [RFC 7518]: https://www.rfc-editor.org/rfc/rfc7518#section-3.1
/// [RFC 8037]: https://www.rfc-editor.org/rfc/rfc8037#section-3.1
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// Ed25519.
    EdDsa,
    /// HMAC with SHA-256.
    Hs256,
}

impl Algorithm {
    /// Returns whether a header may call the algorithm so: [RFC 9864] renames `EdDSA` to `Ed25519`.
    ///
    /// [RFC 9864]: https://www.rfc-editor.org/rfc/rfc9864
    pub(crate) fn is_named(self, name: &str) -> bool {
        match self {
            Self::EdDsa => name == "EdDSA" || name == "Ed25519",
            Self::Hs256 => name == "HS256",
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::EdDsa => "EdDSA",
            Self::Hs256 => "HS256",
        })
    }
}

/// A key, ready for tokens of one kind.
pub(crate) enum KindKey<'k> {
    Ed25519(&'k Ed25519KeyPair),
    Hs256(Cow<'k, hmac::Key>),
}

impl KindKey<'_> {
    /// Returns the third part of a token whose first two are `input`.
    pub(crate) fn sign(&self, input: &str) -> String {
        match self {
            Self::Ed25519(pair) => base64url::encode(pair.sign(input.as_bytes()).as_ref()),
            Self::Hs256(key) => base64url::encode(hmac::sign(key, input.as_bytes()).as_ref()),
        }
    }

    /// Returns whether `signature` is this key's over `input`.
    #[must_use]
    pub(crate) fn verifies(&self, input: &str, signature: &[u8]) -> bool {
        match self {
            Self::Ed25519(pair) => {
                let public = UnparsedPublicKey::new(&ED25519, pair.public_key());
                public.verify(input.as_bytes(), signature).is_ok()
            }
            Self::Hs256(key) => hmac::verify(key, input.as_bytes(), signature).is_ok(),
        }
    }
}

/// Of an Ed25519 seed, and of an HMAC secret.
const SECRET_LEN: usize = 32;

const TAG_ED25519: u8 = 1;
const TAG_HS256: u8 = 2;

#[cfg(test)]
mod tests;
