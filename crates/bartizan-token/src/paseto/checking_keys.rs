use core::fmt;

use bartizan_core::{KeyId, SharedKeyring};

use super::key::{PasetoKey, PasetoSigningKey};
use super::public_keys::PasetoPublicKeys;
use crate::error::VerifyError;

/// What a [`Verifier`](super::Verifier) checks tokens with: a keyring, or, of `v4.public`, public
/// keys alone.
pub struct CheckingKeys<K>(Source<K>);

enum Source<K> {
    Keyring(SharedKeyring<K>),
    Public(PasetoPublicKeys),
}

impl<K> From<SharedKeyring<K>> for CheckingKeys<K> {
    fn from(keyring: SharedKeyring<K>) -> Self {
        Self(Source::Keyring(keyring))
    }
}

impl From<PasetoPublicKeys> for CheckingKeys<PasetoSigningKey> {
    fn from(keys: PasetoPublicKeys) -> Self {
        Self(Source::Public(keys))
    }
}

impl<K: PasetoKey> CheckingKeys<K> {
    /// Returns the payload of a token, once it is known to be the key's.
    pub(super) fn open(
        &self,
        id: KeyId,
        token: &str,
        implicit: &[u8],
    ) -> Result<String, VerifyError> {
        match &self.0 {
            Source::Keyring(keyring) => keyring.snapshot().accept(id)?.open(token, implicit),
            Source::Public(keys) => PasetoSigningKey::open_with(keys.accept(id)?, token, implicit),
        }
    }
}

impl<K> Clone for CheckingKeys<K> {
    /// The keys are shared, not copied.
    fn clone(&self) -> Self {
        Self(match &self.0 {
            Source::Keyring(keyring) => Source::Keyring(keyring.clone()),
            Source::Public(keys) => Source::Public(keys.clone()),
        })
    }
}

impl<K> fmt::Debug for CheckingKeys<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Keyring(keyring) => fmt::Debug::fmt(keyring, f),
            Source::Public(keys) => fmt::Debug::fmt(keys, f),
        }
    }
}
