//! What sign-in must remember, and the small contract of whoever remembers it.

mod key;
mod memory;
#[cfg(test)]
pub(crate) mod ready;
pub(crate) mod record;

use core::error::Error;
use core::fmt;

use bartizan_core::{RandomUnavailable, UnixTime};

pub(crate) use self::key::digest;
pub use self::key::{Namespace, StateKey};
pub use self::memory::MemoryState;

/// Remembers what refresh tokens, one-time tokens, API keys and revocations depend on.
///
/// A store is asked for four things, each of them atomic and each one round trip, and it forgets
/// an entry when its time is over. It never sees a secret: it knows entries by the digest of one.
/// [`MemoryState`] is such a store for a single process.
///
/// **It is asynchronous**, because that is what a database is: a flow waits for it between its
/// steps and holds no thread meanwhile. The futures need no runtime of their own and are `Send`. A
/// store that answers at once, as one in memory does, gives futures that are ready at once. A
/// blocking driver belongs on the runtime's threads for blocking work.
///
/// **What failure means**: every flow fails closed. When a store cannot answer, the token is not
/// accepted, and the caller learns that it was the store ([`StateError`]), not the token. An entry
/// that a store loses logs somebody out, except in three namespaces: a forgotten
/// [`RevokedToken`](Namespace::RevokedToken) or [`SubjectEpoch`](Namespace::SubjectEpoch) lets a
/// revoked token live again until it expires, a forgotten
/// [`SignedMessage`](Namespace::SignedMessage) lets a message be replayed. A store must not evict
/// those to make room.
///
/// Write the four with `async fn`:
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::Mutex;
///
/// use bartizan_token::{StateEntry, StateError, StateKey, StateVersion, StoredEntry, Swap, TokenState};
///
/// /// A toy: it forgets nothing, so it is good for a test of a few seconds.
/// #[derive(Default)]
/// struct Toy(Mutex<(u64, HashMap<StateKey, StoredEntry>)>);
///
/// impl Toy {
///     fn write(&self, key: &StateKey, entry: StateEntry) -> Result<(), StateError> {
///         let mut toy = self.0.lock().map_err(|_| StateError::Unavailable)?;
///         toy.0 += 1;
///         let stored = StoredEntry::new(entry, StateVersion::from_u64(toy.0));
///         toy.1.insert(*key, stored);
///         Ok(())
///     }
/// }
///
/// impl TokenState for Toy {
///     async fn get(&self, key: &StateKey) -> Result<Option<StoredEntry>, StateError> {
///         let toy = self.0.lock().map_err(|_| StateError::Unavailable)?;
///         Ok(toy.1.get(key).cloned())
///     }
///
///     async fn create(&self, key: &StateKey, entry: StateEntry) -> Result<bool, StateError> {
///         // A real store does both in one step.
///         let absent = self.get(key).await?.is_none();
///         if absent {
///             self.write(key, entry)?;
///         }
///         Ok(absent)
///     }
///
///     async fn swap(
///         &self,
///         key: &StateKey,
///         expected: StateVersion,
///         entry: StateEntry,
///     ) -> Result<Swap, StateError> {
///         match self.get(key).await? {
///             None => Ok(Swap::Gone),
///             Some(other) if other.version() != expected => Ok(Swap::Conflict(other)),
///             Some(_) => self.write(key, entry).map(|()| Swap::Done),
///         }
///     }
///
///     async fn remove(&self, key: &StateKey) -> Result<bool, StateError> {
///         let mut toy = self.0.lock().map_err(|_| StateError::Unavailable)?;
///         Ok(toy.1.remove(key).is_some())
///     }
/// }
/// ```
pub trait TokenState: Send + Sync {
    /// Returns the entry, and nothing when there is none or its time is over.
    ///
    /// # Errors
    ///
    /// [`StateError::Unavailable`]: the store did not answer.
    fn get(
        &self,
        key: &StateKey,
    ) -> impl Future<Output = Result<Option<StoredEntry>, StateError>> + Send;

    /// Writes an entry where there is none, and returns whether it did: of many that try at once,
    /// exactly one does.
    ///
    /// # Errors
    ///
    /// - [`StateError::Unavailable`]: the store did not answer. The entry may be written.
    /// - [`StateError::Full`]: there is no room, and no entry whose time is over.
    /// - [`StateError::TooLarge`]: the entry is longer than [`StateEntry::MAX_LEN`].
    fn create(
        &self,
        key: &StateKey,
        entry: StateEntry,
    ) -> impl Future<Output = Result<bool, StateError>> + Send;

    /// Replaces the entry if it still has the version `expected`. An entry that is gone stays
    /// gone: swapping never creates.
    ///
    /// # Errors
    ///
    /// - [`StateError::Unavailable`]: the store did not answer. The entry may be replaced.
    /// - [`StateError::TooLarge`]: the entry is longer than [`StateEntry::MAX_LEN`].
    fn swap(
        &self,
        key: &StateKey,
        expected: StateVersion,
        entry: StateEntry,
    ) -> impl Future<Output = Result<Swap, StateError>> + Send;

    /// Removes the entry, and returns whether there was one whose time was not over: of many that
    /// try at once, exactly one is told so.
    ///
    /// # Errors
    ///
    /// [`StateError::Unavailable`]: the store did not answer. The entry may be removed.
    fn remove(&self, key: &StateKey) -> impl Future<Output = Result<bool, StateError>> + Send;
}

/// What a store keeps: bytes that mean something to this crate alone, and until when.
///
/// ```
/// use bartizan_core::UnixTime;
/// use bartizan_token::StateEntry;
///
/// let entry = StateEntry::new(vec![1, 2, 3], UnixTime::from_secs(1_700_000_000));
/// assert_eq!((entry.bytes(), entry.expires_at().as_secs()), (&[1, 2, 3][..], 1_700_000_000));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct StateEntry {
    bytes: Vec<u8>,
    expires_at: UnixTime,
}

impl StateEntry {
    /// The longest entry, in bytes: 4 KiB.
    pub const MAX_LEN: usize = 4_096;

    /// Returns an entry that is kept until `expires_at`: at that second it is gone.
    #[must_use]
    pub const fn new(bytes: Vec<u8>, expires_at: UnixTime) -> Self {
        Self { bytes, expires_at }
    }

    /// Returns the bytes. They hold personal data (whom a token is about), and no secret.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns from when on there is no such entry.
    #[must_use]
    pub const fn expires_at(&self) -> UnixTime {
        self.expires_at
    }
}

impl fmt::Debug for StateEntry {
    /// Shows none of the bytes, which are personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StateEntry({} bytes until {})", self.bytes.len(), self.expires_at)
    }
}

/// Which state of an entry somebody saw. A store gives every write a new one, and never one that
/// the same key had before, not even after the entry was removed and created again.
///
/// ```
/// use bartizan_token::StateVersion;
///
/// assert_eq!(StateVersion::from_u64(7).as_u64(), 7);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StateVersion(u64);

impl StateVersion {
    /// Returns the version that a stored number stands for.
    #[must_use]
    pub const fn from_u64(version: u64) -> Self {
        Self(version)
    }

    /// Returns the number to store.
    #[must_use]
    pub const fn as_u64(self) -> u64 {
        self.0
    }
}

/// An entry as it was found, and which version of it. See [`TokenState`] for an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEntry {
    entry: StateEntry,
    version: StateVersion,
}

impl StoredEntry {
    /// Returns what a store found.
    #[must_use]
    pub const fn new(entry: StateEntry, version: StateVersion) -> Self {
        Self { entry, version }
    }

    /// Returns the entry.
    #[must_use]
    pub const fn entry(&self) -> &StateEntry {
        &self.entry
    }

    /// Returns its version.
    #[must_use]
    pub const fn version(&self) -> StateVersion {
        self.version
    }
}

/// What came of [`TokenState::swap`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a store has no fourth answer")]
pub enum Swap {
    /// The entry was replaced.
    Done,
    /// Somebody else was quicker; this is what stands there now.
    Conflict(StoredEntry),
    /// There is no entry, or its time is over. Nothing was written.
    Gone,
}

/// The store, or the machine under it, failed. It says nothing about the token: answer 503.
///
/// ```
/// use bartizan_token::StateError;
///
/// assert_eq!(StateError::Full.to_string(), "the token store is full");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StateError {
    /// The store could not be asked, or did not answer: whether a change was made is not known.
    Unavailable,
    /// There is no room. Raise an alarm: the bound is too low, or somebody fills the store.
    Full,
    /// The entry is longer than [`StateEntry::MAX_LEN`]. This crate writes none that is.
    TooLarge,
    /// What the store gave is not what was written: the stored data is at fault. Raise an alarm.
    Damaged,
    /// The machine has no randomness. Raise an alarm.
    RandomUnavailable,
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable => f.write_str("the token store is not available"),
            Self::Full => f.write_str("the token store is full"),
            Self::TooLarge => f.write_str("an entry of the token store is at most 4 KiB long"),
            Self::Damaged => f.write_str("an entry of the token store is damaged"),
            Self::RandomUnavailable => fmt::Display::fmt(&RandomUnavailable::new(), f),
        }
    }
}

impl Error for StateError {}

impl From<RandomUnavailable> for StateError {
    fn from(_: RandomUnavailable) -> Self {
        Self::RandomUnavailable
    }
}
