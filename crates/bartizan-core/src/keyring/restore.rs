use core::error::Error;
use core::fmt;
use std::collections::HashSet;
use std::sync::Arc;

use super::{KeyId, KeyRecord, KeyState, Keyring};
use crate::time::UnixTime;

impl<K> KeyRecord<K> {
    /// Puts a stored key together again; [`Keyring::restore`] checks it.
    ///
    /// ```
    /// use bartizan_core::{InvalidKeyring, KeyId, KeyRecord, KeyState, Keyring, UnixTime};
    ///
    /// let record = |id, state| {
    ///     KeyRecord::restore(KeyId::from_u32(id), state, (UnixTime::EPOCH, UnixTime::EPOCH), Some("key"))
    /// };
    /// let keyring = Keyring::restore(7, vec![record(1, KeyState::Active)])?;
    /// assert_eq!((keyring.generation(), keyring.primary()), (7, (KeyId::from_u32(1), &"key")));
    ///
    /// let two = vec![record(1, KeyState::Active), record(2, KeyState::Active)];
    /// assert_eq!(Keyring::restore(7, two).err(), Some(InvalidKeyring::NotOnePrimary));
    /// # Ok::<(), InvalidKeyring>(())
    /// ```
    #[must_use]
    pub fn restore(
        id: KeyId,
        state: KeyState,
        (created_at, since): (UnixTime, UnixTime),
        key: Option<K>,
    ) -> Self {
        Self { id, state, created_at, since, material: key.map(Arc::new) }
    }
}

impl<K> Keyring<K> {
    /// Puts a stored keyring together again. Nothing is repaired: what is not whole is refused.
    ///
    /// # Errors
    ///
    /// - [`InvalidKeyring::NotOnePrimary`]: not exactly one key is active.
    /// - [`InvalidKeyring::DuplicateId`]: two keys have the same id.
    /// - [`InvalidKeyring::MissingKey`]: a key that is not destroyed has no material.
    /// - [`InvalidKeyring::UndeadKey`]: a destroyed key has material.
    /// - [`InvalidKeyring::TooManyKeys`]: there are more than [`MAX_KEYS`](Self::MAX_KEYS).
    pub fn restore(generation: u64, mut keys: Vec<KeyRecord<K>>) -> Result<Self, InvalidKeyring> {
        if keys.len() > Self::MAX_KEYS {
            return Err(InvalidKeyring::TooManyKeys);
        }
        let mut ids = HashSet::new();
        for key in &keys {
            if !ids.insert(key.id) {
                return Err(InvalidKeyring::DuplicateId);
            }
            match (key.state, &key.material) {
                (KeyState::Destroyed, Some(_)) => return Err(InvalidKeyring::UndeadKey),
                (KeyState::Destroyed, None) | (_, Some(_)) => {}
                (_, None) => return Err(InvalidKeyring::MissingKey),
            }
        }
        let primary = only_primary(&keys).ok_or(InvalidKeyring::NotOnePrimary)?;
        keys.sort_by_key(|key| key.state == KeyState::Destroyed);
        Ok(Self { generation, primary, keys })
    }
}

fn only_primary<K>(keys: &[KeyRecord<K>]) -> Option<(KeyId, Arc<K>)> {
    let mut active = keys.iter().filter(|key| key.state == KeyState::Active);
    match (active.next(), active.next()) {
        (Some(only), None) => Some((only.id, only.material.clone()?)),
        _ => None,
    }
}

/// Why stored keys are not a keyring. The stored data is at fault: raise an alarm, start nothing.
///
/// See [`KeyRecord::restore`] for an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidKeyring {
    /// Not exactly one key is active.
    NotOnePrimary,
    /// Two keys have the same id.
    DuplicateId,
    /// A key that is not destroyed has no material.
    MissingKey,
    /// A destroyed key has material.
    UndeadKey,
    /// There are more than [`Keyring::MAX_KEYS`].
    TooManyKeys,
}

impl fmt::Display for InvalidKeyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotOnePrimary => "not exactly one key of the keyring is active",
            Self::DuplicateId => "two keys of the keyring have the same id",
            Self::MissingKey => "a key of the keyring is missing its material",
            Self::UndeadKey => "a destroyed key of the keyring has material",
            Self::TooManyKeys => "the keyring has too many keys",
        })
    }
}

impl Error for InvalidKeyring {}
