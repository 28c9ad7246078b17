use core::fmt;
use std::sync::Arc;

use bartizan_core::{KeyId, KeyRefused, Keyring};
use pasetors::keys::AsymmetricPublicKey;
use pasetors::version4::V4;

use super::key::PasetoSigningKey;
use crate::encoding;
use crate::error::KeyError;
use crate::verifying_key::VerifyingKey;

/// The public parts of keys that make `v4.public` tokens, and their ids: who has them checks tokens
/// and makes none.
///
/// They are handed over as [PASERK] `k4.public`, each beside its id.
///
/// ```
/// use bartizan_core::{KeyGenerator, Keyring, SharedKeyring, SystemClock, SystemRandom, UnixTime};
/// use bartizan_token::paseto::{Issuer, PasetoPublicKeys, PasetoSigningKey, Verifier};
/// use bartizan_token::{AccessToken, Audience, IssuerName, NoClaims};
///
/// let (random, clock) = (SystemRandom::new(), SystemClock::new());
/// let generator = KeyGenerator::new(&random, PasetoSigningKey::generate);
/// let keys = SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator)?);
/// let published: Vec<_> = PasetoPublicKeys::of_keyring(&keys.snapshot()).to_paserk().collect();
///
/// let (name, api) = (IssuerName::new("https://id.example")?, Audience::new("https://api.example")?);
/// let issuer = Issuer::<AccessToken, _>::new(name.clone(), api.clone(), keys);
/// let token = issuer.sign("alice", &NoClaims::new(), &clock, &random)?;
///
/// let keys = PasetoPublicKeys::from_paserk(published)?;
/// let verifier = Verifier::<AccessToken, _>::new(name, api, keys);
/// assert_eq!(verifier.verify(&token, &clock)?.subject(), "alice");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [PASERK]: https://github.com/paseto-standard/paserk
#[derive(Clone)]
pub struct PasetoPublicKeys(Arc<[(KeyId, AsymmetricPublicKey<V4>)]>);

impl PasetoPublicKeys {
    /// The most keys that are read.
    pub const MAX_KEYS: usize = 100;

    /// Returns what a keyring's owner publishes: the public part of every key that verifiers are to
    /// accept.
    #[must_use]
    pub fn of_keyring(keyring: &Keyring<PasetoSigningKey>) -> Self {
        Self(keyring.accepted().map(|(id, key)| (id, key.public().clone())).collect())
    }

    /// Reads keys, each with its id in the keyring of who signs.
    ///
    /// # Errors
    ///
    /// - [`KeyError::Malformed`]: not `k4.public.` and 32 bytes in canonical base64url, or no point.
    /// - [`KeyError::Weak`]: a point of small order, for which anybody signs.
    /// - [`KeyError::DuplicateId`]: two keys have the same id.
    /// - [`KeyError::TooLarge`]: more than [`MAX_KEYS`](Self::MAX_KEYS).
    pub fn from_paserk<S: AsRef<str>>(
        keys: impl IntoIterator<Item = (KeyId, S)>,
    ) -> Result<Self, KeyError> {
        let mut read: Vec<(KeyId, AsymmetricPublicKey<V4>)> = Vec::new();
        for (id, paserk) in keys {
            if read.len() >= Self::MAX_KEYS {
                return Err(KeyError::TooLarge);
            }
            if read.iter().any(|(other, _)| *other == id) {
                return Err(KeyError::DuplicateId);
            }
            read.push((id, read_key(paserk.as_ref())?));
        }
        Ok(Self(read.into()))
    }

    /// Returns each key as PASERK `k4.public`, with its id.
    pub fn to_paserk(&self) -> impl Iterator<Item = (KeyId, String)> {
        self.0.iter().map(|(id, key)| {
            let mut paserk = HEADER.to_owned();
            encoding::encode(key.as_bytes(), &mut paserk);
            (*id, paserk)
        })
    }

    pub(super) fn accept(&self, id: KeyId) -> Result<&AsymmetricPublicKey<V4>, KeyRefused> {
        let found = self.0.iter().find(|(other, _)| *other == id);
        found.map(|(_, key)| key).ok_or(KeyRefused::Unknown)
    }
}

fn read_key(paserk: &str) -> Result<AsymmetricPublicKey<V4>, KeyError> {
    let text = paserk.strip_prefix(HEADER).ok_or(KeyError::Malformed)?;
    let mut key = [0; 32];
    if encoding::decoded_len(text) != key.len() {
        return Err(KeyError::Malformed);
    }
    let _all = encoding::decode(text, &mut key).ok_or(KeyError::Malformed)?;
    // As thorough as with a key of tokens.
    let _checked = VerifyingKey::ed25519(&key)?;
    AsymmetricPublicKey::from(&key).map_err(|_| KeyError::Malformed)
}

impl fmt::Debug for PasetoPublicKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(id, _)| id)).finish()
    }
}

const HEADER: &str = "k4.public.";
