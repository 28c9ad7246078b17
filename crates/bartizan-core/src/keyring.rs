//! Keys of one purpose, through their whole life: NIST SP 800-57, part 1, section 7.

mod advance;
mod generate;
mod key_id;
mod lifecycle;
mod policy;
mod restore;
mod shared;
mod state;

use core::error::Error;
use core::fmt;
use std::sync::Arc;

pub use self::generate::KeyGenerator;
pub use self::key_id::KeyId;
pub use self::lifecycle::{KeyChange, Transition, TransitionError};
pub use self::policy::{PolicyError, Retention, RotationPolicy, RotationPolicyBuilder};
pub use self::restore::InvalidKeyring;
pub use self::shared::{SharedKeyring, StaleKeyring};
pub use self::state::KeyState;
use crate::random::RandomUnavailable;
use crate::time::UnixTime;

/// A kind of key with exactly one purpose.
///
/// The purpose is a type, so that a key which seals cannot sign; its name is authenticated where
/// keyrings are stored, so that a file of one purpose cannot be loaded as another. See
/// [`Keyring`] for an example.
pub trait KeyMaterial: Send + Sync + 'static {
    /// The purpose's name: lower case, unique in the program, never changed once keys exist.
    const PURPOSE: &'static str;
}

/// All keys of one purpose: the primary, which makes; those that still, or already, read what
/// was made; and the memory of those that are gone.
///
/// There is exactly one primary, always. A keyring never changes: every step of a key's life
/// gives the next keyring, so a reader holds a consistent one for as long as it likes, and a step
/// that fails leaves nothing half done.
///
/// ```
/// use bartizan_core::{
///     KeyGenerator, KeyMaterial, Keyring, Random, RandomUnavailable, SecretBytes, SystemRandom,
///     UnixTime,
/// };
///
/// struct CookieKey(SecretBytes);
///
/// impl KeyMaterial for CookieKey {
///     const PURPOSE: &'static str = "cookie";
/// }
///
/// fn generate(random: &dyn Random) -> Result<CookieKey, RandomUnavailable> {
///     SecretBytes::random(32, random).map(CookieKey)
/// }
///
/// let random = SystemRandom::new();
/// let generator = KeyGenerator::new(&random, generate);
/// let (monday, tuesday) = (UnixTime::from_secs(1_000_000), UnixTime::from_secs(1_086_400));
///
/// let keyring = Keyring::create(monday, &generator)?;
/// let (made_by, key) = keyring.primary();
/// assert_eq!(key.0.len(), 32);
///
/// let rotated = keyring.rotate(tuesday, &generator)?.into_keyring();
/// assert_ne!(rotated.primary().0, made_by);
/// assert!(rotated.accept(made_by).is_ok(), "the former primary still reads");
///
/// let safe = rotated.compromise(made_by, tuesday, &generator)?.into_keyring();
/// assert_eq!(safe.accept(made_by).err(), Some(bartizan_core::KeyRefused::Compromised));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Keyring<K> {
    generation: u64,
    /// The one key of `keys` that is active.
    primary: (KeyId, Arc<K>),
    /// The living come first, so that looking one up is quick.
    keys: Vec<KeyRecord<K>>,
}

impl<K> Keyring<K> {
    /// The most keys that a keyring holds, destroyed ones included.
    ///
    /// When a new key would be one too many, the id of the key destroyed longest ago is forgotten.
    pub const MAX_KEYS: usize = 1_000;

    /// Starts a keyring with one new key, which is the primary from `now` on.
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`] when the generator has no randomness.
    pub fn create(
        now: UnixTime,
        generator: &KeyGenerator<'_, K>,
    ) -> Result<Self, RandomUnavailable> {
        let (id, key) = generator.generate(|_| false)?;
        let key = Arc::new(key);
        let material = Some(Arc::clone(&key));
        let record =
            KeyRecord { id, state: KeyState::Active, created_at: now, since: now, material };
        Ok(Self { generation: 1, primary: (id, key), keys: vec![record] })
    }

    /// Returns the key that makes, and its id.
    #[must_use]
    pub fn primary(&self) -> (KeyId, &K) {
        (self.primary.0, &self.primary.1)
    }

    /// Returns the key to read with what was made under `id`.
    ///
    /// Those are the primary, the deactivated keys, and the keys published ahead of their use:
    /// another process, with a clock slightly ahead, may use them already.
    ///
    /// # Errors
    ///
    /// - [`KeyRefused::Unknown`]: no key has, or had, this id.
    /// - [`KeyRefused::Compromised`]: somebody else may have the key, so it proves nothing.
    /// - [`KeyRefused::Destroyed`]: the key is gone.
    pub fn accept(&self, id: KeyId) -> Result<&K, KeyRefused> {
        let key = self.get(id).ok_or(KeyRefused::Unknown)?;
        match key.state {
            KeyState::Compromised => Err(KeyRefused::Compromised),
            KeyState::PreActivation | KeyState::Active | KeyState::Deactivated => {
                key.material.as_deref().ok_or(KeyRefused::Destroyed)
            }
            KeyState::Destroyed => Err(KeyRefused::Destroyed),
        }
    }

    /// Returns every key that [`accept`](Self::accept) gives, the primary first.
    pub fn accepted(&self) -> impl Iterator<Item = (KeyId, &K)> {
        let others = self.keys.iter().map(|key| key.id).filter(|id| *id != self.primary.0);
        let others = others.filter_map(|id| Some((id, self.accept(id).ok()?)));
        core::iter::once(self.primary()).chain(others)
    }

    /// Returns what is known of every key, in the order of creation. It holds no secret.
    pub fn records(&self) -> impl Iterator<Item = &KeyRecord<K>> {
        let mut records: Vec<_> = self.keys.iter().collect();
        records.sort_by_key(|key| (key.created_at, key.since));
        records.into_iter()
    }

    /// Returns what is known of one key.
    #[must_use]
    pub fn get(&self, id: KeyId) -> Option<&KeyRecord<K>> {
        self.keys.iter().find(|key| key.id == id)
    }

    /// Returns how many times the keyring has changed: of two stored copies, the newer has more.
    #[must_use]
    pub const fn generation(&self) -> u64 {
        self.generation
    }

    fn primary_since(&self) -> UnixTime {
        self.get(self.primary.0).map_or(UnixTime::EPOCH, |primary| primary.since)
    }
}

impl<K> Clone for Keyring<K> {
    /// The keys themselves are shared, not copied.
    fn clone(&self) -> Self {
        let (id, key) = &self.primary;
        Self {
            generation: self.generation,
            primary: (*id, Arc::clone(key)),
            keys: self.keys.clone(),
        }
    }
}

impl<K> fmt::Debug for Keyring<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring")
            .field("generation", &self.generation)
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}

/// One key of a [`Keyring`]: what is known of it and, while it exists, the key itself.
///
/// ```
/// use bartizan_core::{KeyGenerator, KeyState, Keyring, SystemRandom, UnixTime};
///
/// let random = SystemRandom::new();
/// let generator = KeyGenerator::new(&random, |_| Ok("key"));
/// let keyring = Keyring::create(UnixTime::from_secs(7), &generator)?;
/// for key in keyring.records() {
///     assert_eq!((key.state(), key.since().as_secs()), (KeyState::Active, 7));
/// }
/// # Ok::<(), bartizan_core::RandomUnavailable>(())
/// ```
pub struct KeyRecord<K> {
    id: KeyId,
    state: KeyState,
    created_at: UnixTime,
    since: UnixTime,
    /// Present exactly while the state is not `Destroyed`.
    material: Option<Arc<K>>,
}

impl<K> KeyRecord<K> {
    /// Returns the key's id.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// Returns where in its life the key is.
    #[must_use]
    pub const fn state(&self) -> KeyState {
        self.state
    }

    /// Returns when the key was made.
    #[must_use]
    pub const fn created_at(&self) -> UnixTime {
        self.created_at
    }

    /// Returns since when the key has been in its state.
    #[must_use]
    pub const fn since(&self) -> UnixTime {
        self.since
    }

    /// The key even where [`Keyring::accept`] refuses it: only `danger` offers this.
    pub(crate) fn material(&self) -> Option<&K> {
        self.material.as_deref()
    }
}

impl<K> Clone for KeyRecord<K> {
    fn clone(&self) -> Self {
        Self { material: self.material.clone(), ..*self }
    }
}

impl<K> fmt::Debug for KeyRecord<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} since {}", self.id, self.state, self.since)
    }
}

/// Why a keyring gives no key for an id.
///
/// Whose fault it is depends on who named the key: of a token, the client; of stored data, the
/// store. See [`Keyring`] for an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyRefused {
    /// No key has, or had, this id.
    Unknown,
    /// Somebody else may have the key, so what it made proves nothing.
    Compromised,
    /// The key was destroyed; what it made is gone with it.
    Destroyed,
}

impl fmt::Display for KeyRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "no key has this id",
            Self::Compromised => "the key was compromised",
            Self::Destroyed => "the key was destroyed",
        })
    }
}

impl Error for KeyRefused {}

#[cfg(test)]
mod tests;
