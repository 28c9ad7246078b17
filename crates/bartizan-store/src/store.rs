use crate::{Entry, StoreError, StoreKey, StoredEntry, Swap, Version};

/// Remembers what a defence depends on: that a code was used, that a token is void.
///
/// A store is asked for four things, each of them atomic and each one round trip, and it forgets
/// an entry when its time is over. It never sees a secret: it knows entries by the digest of one.
/// [`MemoryStore`](crate::MemoryStore) is such a store for a single process.
///
/// **It is asynchronous**, because that is what a database is: a flow waits for it between its
/// steps and holds no thread meanwhile. The futures need no runtime of their own and are `Send`. A
/// store that answers at once, as one in memory does, gives futures that are ready at once. A
/// blocking driver belongs on the runtime's threads for blocking work.
///
/// **What failure means**: every flow fails closed. When a store cannot answer, the token or code is
/// not accepted, and the caller learns that it was the store ([`StoreError`]), not the token. What it
/// means that a store loses an entry, each namespace says ([`Loss`](crate::Loss)); no store evicts
/// an entry to make room.
///
/// Write the four with `async fn`:
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::Mutex;
///
/// use bartizan_store::{Entry, StoreError, StoreKey, Version, StoredEntry, Swap, Store};
///
/// /// A toy: it forgets nothing, so it is good for a test of a few seconds.
/// #[derive(Default)]
/// struct Toy(Mutex<(u64, HashMap<StoreKey, StoredEntry>)>);
///
/// impl Toy {
///     fn write(&self, key: &StoreKey, entry: Entry) -> Result<(), StoreError> {
///         let mut toy = self.0.lock().map_err(|_| StoreError::Unavailable)?;
///         toy.0 += 1;
///         let stored = StoredEntry::new(entry, Version::from_u64(toy.0));
///         toy.1.insert(*key, stored);
///         Ok(())
///     }
/// }
///
/// impl Store for Toy {
///     async fn get(&self, key: &StoreKey) -> Result<Option<StoredEntry>, StoreError> {
///         let toy = self.0.lock().map_err(|_| StoreError::Unavailable)?;
///         Ok(toy.1.get(key).cloned())
///     }
///
///     async fn create(&self, key: &StoreKey, entry: Entry) -> Result<bool, StoreError> {
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
///         key: &StoreKey,
///         expected: Version,
///         entry: Entry,
///     ) -> Result<Swap, StoreError> {
///         match self.get(key).await? {
///             None => Ok(Swap::Gone),
///             Some(other) if other.version() != expected => Ok(Swap::Conflict(other)),
///             Some(_) => self.write(key, entry).map(|()| Swap::Done),
///         }
///     }
///
///     async fn remove(&self, key: &StoreKey) -> Result<bool, StoreError> {
///         let mut toy = self.0.lock().map_err(|_| StoreError::Unavailable)?;
///         Ok(toy.1.remove(key).is_some())
///     }
/// }
/// ```
pub trait Store: Send + Sync {
    /// Returns the entry, and nothing when there is none or its time is over.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`]: the store did not answer.
    fn get(
        &self,
        key: &StoreKey,
    ) -> impl Future<Output = Result<Option<StoredEntry>, StoreError>> + Send;

    /// Writes an entry where there is none, and returns whether it did: of many that try at once,
    /// exactly one does.
    ///
    /// # Errors
    ///
    /// - [`StoreError::Unavailable`]: the store did not answer. The entry may be written.
    /// - [`StoreError::Full`]: there is no room, and no entry whose time is over.
    /// - [`StoreError::TooLarge`]: the entry is longer than [`Entry::MAX_LEN`].
    fn create(
        &self,
        key: &StoreKey,
        entry: Entry,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Replaces the entry if it still has the version `expected`. An entry that is gone stays
    /// gone: swapping never creates.
    ///
    /// # Errors
    ///
    /// - [`StoreError::Unavailable`]: the store did not answer. The entry may be replaced.
    /// - [`StoreError::TooLarge`]: the entry is longer than [`Entry::MAX_LEN`].
    fn swap(
        &self,
        key: &StoreKey,
        expected: Version,
        entry: Entry,
    ) -> impl Future<Output = Result<Swap, StoreError>> + Send;

    /// Removes the entry, and returns whether there was one whose time was not over: of many that
    /// try at once, exactly one is told so.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`]: the store did not answer. The entry may be removed.
    fn remove(&self, key: &StoreKey) -> impl Future<Output = Result<bool, StoreError>> + Send;
}
