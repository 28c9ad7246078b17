mod rooms;

use core::fmt;
use core::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;

use bartizan_core::Clock;

use self::rooms::{PURGED_WHEN_FULL, Room, Rooms};
use crate::{
    Entry, Namespace, Store, StoreConfigError, StoreError, StoreKey, StoredEntry, Swap, Version,
};

/// A store in the memory of one process: bounded, and empty after a restart.
///
/// Each namespace has room for as many entries as it was made for, at most 4 KiB each, and for no
/// more. When it is full, entries whose time is over make room; if there are none, nothing is
/// evicted and the answer is [`StoreError::Full`]: an entry here is somebody's login, or the memory
/// that a token is void. Since the rooms are separate, a flood of password resets cannot keep
/// anybody from being revoked. There is room for 64 namespaces.
///
/// ```
/// use std::sync::Arc;
///
/// use bartizan_core::{ManualClock, UnixTime};
/// use bartizan_store::{Entry, Loss, MemoryStore, Namespace, Store, StoreKey};
///
/// const USED_COUPON: Namespace = Namespace::new("used-coupon", Loss::Reopens);
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let clock = Arc::new(ManualClock::at(UnixTime::from_secs(1_000)));
/// let store = MemoryStore::new(10_000, clock.clone())?;
/// let key = StoreKey::of(USED_COUPON, &[b"SPRING"]);
/// let entry = Entry::new(vec![1], UnixTime::from_secs(1_060));
///
/// assert!(store.create(&key, entry.clone()).await?);
/// assert!(!store.create(&key, entry).await?, "it is there already");
/// clock.advance_secs(60);
/// assert_eq!(store.get(&key).await?, None, "its time is over");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct MemoryStore {
    clock: Arc<dyn Clock>,
    versions: AtomicU64,
    rooms: Rooms,
}

impl MemoryStore {
    /// The most entries that a namespace can have room for.
    pub const MAX_CAPACITY: usize = 100_000_000;

    /// Returns an empty store with room for `capacity` entries in each namespace.
    ///
    /// The clock decides when an entry's time is over; give it the one that the flows get.
    ///
    /// # Errors
    ///
    /// [`StoreConfigError::InvalidCapacity`]: zero, or more than
    /// [`MAX_CAPACITY`](Self::MAX_CAPACITY).
    pub fn new(capacity: usize, clock: Arc<dyn Clock>) -> Result<Self, StoreConfigError> {
        if !(1..=Self::MAX_CAPACITY).contains(&capacity) {
            return Err(StoreConfigError::InvalidCapacity { max: Self::MAX_CAPACITY });
        }
        Ok(Self { clock, versions: AtomicU64::new(1), rooms: Rooms::new(capacity) })
    }

    /// Returns how many entries of a namespace there are, those whose time is over but that were
    /// not yet removed included: a figure for monitoring.
    #[must_use]
    pub fn len(&self, namespace: Namespace) -> usize {
        self.rooms.get(namespace).map_or(0, Room::len)
    }

    /// Returns whether a namespace has no entry at all.
    #[must_use]
    pub fn is_empty(&self, namespace: Namespace) -> bool {
        self.len(namespace) == 0
    }

    fn read(&self, key: &StoreKey) -> Option<StoredEntry> {
        // Most often nothing is revoked: then asking whether something is costs next to nothing.
        let room = self.rooms.get(key.namespace()).filter(|room| room.len() > 0)?;
        let stored = room.shard(key).get(key).cloned()?;
        // Asked last: what is not there needs no clock.
        (stored.entry().expires_at() > self.clock.now()).then_some(stored)
    }

    fn create_entry(&self, key: &StoreKey, entry: Entry) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let stored = self.stamp(entry)?;
        let room = self.rooms.get_or_open(key.namespace()).ok_or(StoreError::Full)?;
        if let Some(created) = room.create(key, stored.clone(), now) {
            return Ok(created);
        }
        room.purge_all(now, PURGED_WHEN_FULL);
        room.create(key, stored, now).ok_or(StoreError::Full)
    }

    fn swap_entry(
        &self,
        key: &StoreKey,
        expected: Version,
        entry: Entry,
    ) -> Result<Swap, StoreError> {
        let now = self.clock.now();
        let stored = self.stamp(entry)?;
        let Some(room) = self.rooms.get(key.namespace()) else { return Ok(Swap::Gone) };
        let mut shard = room.shard(key);
        match shard.live(key, now) {
            None => Ok(Swap::Gone),
            Some(current) if current.version() != expected => Ok(Swap::Conflict(current.clone())),
            Some(_) if stored.entry().expires_at() <= now => {
                room.take_out(&mut shard, key);
                Ok(Swap::Done)
            }
            Some(_) => {
                shard.replace(key, stored);
                Ok(Swap::Done)
            }
        }
    }

    fn remove_entry(&self, key: &StoreKey) -> bool {
        let now = self.clock.now();
        let Some(room) = self.rooms.get(key.namespace()) else { return false };
        let mut shard = room.shard(key);
        let was_live = shard.live(key, now).is_some();
        room.take_out(&mut shard, key);
        was_live
    }

    /// Gives the entry a version that none had before.
    fn stamp(&self, entry: Entry) -> Result<StoredEntry, StoreError> {
        if entry.bytes().len() > Entry::MAX_LEN {
            return Err(StoreError::TooLarge);
        }
        let version = self.versions.fetch_add(1, Ordering::Relaxed);
        Ok(StoredEntry::new(entry, Version::from_u64(version)))
    }
}

/// Every answer is there at once: the futures never wait.
impl Store for MemoryStore {
    async fn get(&self, key: &StoreKey) -> Result<Option<StoredEntry>, StoreError> {
        Ok(self.read(key))
    }

    async fn create(&self, key: &StoreKey, entry: Entry) -> Result<bool, StoreError> {
        self.create_entry(key, entry)
    }

    async fn swap(
        &self,
        key: &StoreKey,
        expected: Version,
        entry: Entry,
    ) -> Result<Swap, StoreError> {
        self.swap_entry(key, expected, entry)
    }

    async fn remove(&self, key: &StoreKey) -> Result<bool, StoreError> {
        Ok(self.remove_entry(key))
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").field("rooms", &self.rooms).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
