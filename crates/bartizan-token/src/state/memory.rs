use core::fmt;
use core::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bartizan_core::{Clock, UnixTime};

use super::{
    Namespace, StateEntry, StateError, StateKey, StateVersion, StoredEntry, Swap, TokenState,
};
use crate::refused::StateConfigError;

/// A store in the memory of one process: bounded, and empty after a restart.
///
/// Each namespace has room for as many entries as it was made for, at most 4 KiB each, and for no
/// more. When it is full, entries whose time is over make room; if there are none, nothing is
/// evicted and the answer is [`StateError::Full`]: an entry here is somebody's login, or the memory
/// that a token is void. Since the rooms are separate, a flood of password resets cannot keep
/// anybody from being revoked.
///
/// ```
/// use std::sync::Arc;
///
/// use bartizan_core::{ManualClock, UnixTime};
/// use bartizan_token::{MemoryState, Namespace, StateEntry, StateKey, TokenState};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let clock = Arc::new(ManualClock::at(UnixTime::from_secs(1_000)));
/// let state = MemoryState::new(10_000, clock.clone())?;
/// let key = StateKey::new(Namespace::RevokedToken, [7; 32]);
/// let entry = StateEntry::new(vec![1], UnixTime::from_secs(1_060));
///
/// assert!(state.create(&key, entry.clone()).await?);
/// assert!(!state.create(&key, entry).await?, "it is there already");
/// clock.advance_secs(60);
/// assert_eq!(state.get(&key).await?, None, "its time is over");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct MemoryState {
    clock: Arc<dyn Clock>,
    capacity: usize,
    versions: AtomicU64,
    /// In the order of the namespaces.
    rooms: [Room; Namespace::ALL.len()],
}

impl MemoryState {
    /// The most entries that a namespace can have room for.
    pub const MAX_CAPACITY: usize = 100_000_000;

    /// Returns an empty store with room for `capacity` entries in each namespace.
    ///
    /// The clock decides when an entry's time is over; give it the one that the flows get.
    ///
    /// # Errors
    ///
    /// [`StateConfigError::InvalidCapacity`]: zero, or more than
    /// [`MAX_CAPACITY`](Self::MAX_CAPACITY).
    pub fn new(capacity: usize, clock: Arc<dyn Clock>) -> Result<Self, StateConfigError> {
        if !(1..=Self::MAX_CAPACITY).contains(&capacity) {
            return Err(StateConfigError::InvalidCapacity { max: Self::MAX_CAPACITY });
        }
        Ok(Self { clock, capacity, versions: AtomicU64::new(1), rooms: Default::default() })
    }

    /// Returns how many entries of a namespace there are, those whose time is over but that were
    /// not yet removed included: a figure for monitoring.
    #[must_use]
    pub fn len(&self, namespace: Namespace) -> usize {
        self.room(namespace).count.load(Ordering::SeqCst)
    }

    /// Returns whether a namespace has no entry at all.
    #[must_use]
    pub fn is_empty(&self, namespace: Namespace) -> bool {
        self.len(namespace) == 0
    }

    fn read(&self, key: &StateKey) -> Option<StoredEntry> {
        // Most often nothing is revoked: then asking whether something is costs next to nothing.
        if self.is_empty(key.namespace()) {
            return None;
        }
        let stored = self.room(key.namespace()).shard(key).entries.get(key).cloned()?;
        // Asked last: what is not there needs no clock.
        (stored.entry().expires_at() > self.clock.now()).then_some(stored)
    }

    fn create_entry(&self, key: &StateKey, entry: StateEntry) -> Result<bool, StateError> {
        let now = self.clock.now();
        let stored = self.stamp(entry)?;
        if let Some(created) = self.try_create(key, stored.clone(), now) {
            return Ok(created);
        }
        let room = self.room(key.namespace());
        for shard in &room.shards {
            room.purge(&mut lock(shard), now, PURGED_WHEN_FULL);
        }
        self.try_create(key, stored, now).ok_or(StateError::Full)
    }

    /// Returns whether the entry was created, and nothing when there is no room.
    fn try_create(&self, key: &StateKey, stored: StoredEntry, now: UnixTime) -> Option<bool> {
        let room = self.room(key.namespace());
        let mut shard = room.shard(key);
        room.purge(&mut shard, now, PURGED_PER_WRITE);
        if shard.live(key, now).is_some() {
            return Some(false);
        }
        room.take_out(&mut shard, key);
        if stored.entry().expires_at() <= now {
            return Some(true);
        }
        let one_more = |count: usize| (count < self.capacity).then(|| count.saturating_add(1));
        let _former = room.count.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_more).ok()?;
        shard.put(key, stored);
        Some(true)
    }

    fn swap_entry(
        &self,
        key: &StateKey,
        expected: StateVersion,
        entry: StateEntry,
    ) -> Result<Swap, StateError> {
        let now = self.clock.now();
        let stored = self.stamp(entry)?;
        let room = self.room(key.namespace());
        let mut shard = room.shard(key);
        match shard.live(key, now) {
            None => Ok(Swap::Gone),
            Some(current) if current.version() != expected => Ok(Swap::Conflict(current.clone())),
            Some(_) if stored.entry().expires_at() <= now => {
                room.take_out(&mut shard, key);
                Ok(Swap::Done)
            }
            Some(_) => {
                let _former = shard.take(key);
                shard.put(key, stored);
                Ok(Swap::Done)
            }
        }
    }

    fn remove_entry(&self, key: &StateKey) -> bool {
        let now = self.clock.now();
        let room = self.room(key.namespace());
        let mut shard = room.shard(key);
        let was_live = shard.live(key, now).is_some();
        room.take_out(&mut shard, key);
        was_live
    }

    /// Gives the entry a version that none had before.
    fn stamp(&self, entry: StateEntry) -> Result<StoredEntry, StateError> {
        if entry.bytes().len() > StateEntry::MAX_LEN {
            return Err(StateError::TooLarge);
        }
        let version = self.versions.fetch_add(1, Ordering::Relaxed);
        Ok(StoredEntry::new(entry, StateVersion::from_u64(version)))
    }

    const fn room(&self, namespace: Namespace) -> &Room {
        let [refresh_family, one_time_token, revoked_token, subject_epoch, api_key, signed_message] =
            &self.rooms;
        match namespace {
            Namespace::RefreshFamily => refresh_family,
            Namespace::OneTimeToken => one_time_token,
            Namespace::RevokedToken => revoked_token,
            Namespace::SubjectEpoch => subject_epoch,
            Namespace::ApiKey => api_key,
            Namespace::SignedMessage => signed_message,
        }
    }
}

/// Every answer is there at once: the futures never wait.
impl TokenState for MemoryState {
    async fn get(&self, key: &StateKey) -> Result<Option<StoredEntry>, StateError> {
        Ok(self.read(key))
    }

    async fn create(&self, key: &StateKey, entry: StateEntry) -> Result<bool, StateError> {
        self.create_entry(key, entry)
    }

    async fn swap(
        &self,
        key: &StateKey,
        expected: StateVersion,
        entry: StateEntry,
    ) -> Result<Swap, StateError> {
        self.swap_entry(key, expected, entry)
    }

    async fn remove(&self, key: &StateKey) -> Result<bool, StateError> {
        Ok(self.remove_entry(key))
    }
}

impl fmt::Debug for MemoryState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = Namespace::ALL.map(|namespace| (namespace.name(), self.len(namespace)));
        f.debug_struct("MemoryState")
            .field("capacity", &self.capacity)
            .field("counts", &counts)
            .finish_non_exhaustive()
    }
}

/// The entries of a namespace.
#[derive(Default)]
struct Room {
    /// An entry is counted before it is there and until it no longer is.
    count: AtomicUsize,
    shards: [Mutex<Shard>; SHARDS],
}

impl Room {
    fn shard(&self, key: &StateKey) -> MutexGuard<'_, Shard> {
        let [first, ..] = key.digest();
        let [shards @ .., last] = &self.shards;
        lock(shards.get(usize::from(*first) % SHARDS).unwrap_or(last))
    }

    /// Removes up to `limit` entries whose time is over.
    fn purge(&self, shard: &mut Shard, now: UnixTime, limit: usize) {
        for _ in 0..limit {
            match shard.by_expiry.first() {
                Some((expires_at, key)) if *expires_at <= now => {
                    let key = *key;
                    self.take_out(shard, &key);
                }
                _ => break,
            }
        }
    }

    fn take_out(&self, shard: &mut Shard, key: &StateKey) {
        if shard.take(key).is_some() {
            let _former = self.count.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// A part of the entries, behind a lock of its own.
#[derive(Default)]
struct Shard {
    entries: HashMap<StateKey, StoredEntry>,
    /// The same keys, those that expire first at the beginning.
    by_expiry: BTreeSet<(UnixTime, StateKey)>,
}

impl Shard {
    fn live(&self, key: &StateKey, now: UnixTime) -> Option<&StoredEntry> {
        self.entries.get(key).filter(|stored| stored.entry().expires_at() > now)
    }

    fn put(&mut self, key: &StateKey, stored: StoredEntry) {
        let _new = self.by_expiry.insert((stored.entry().expires_at(), *key));
        let _none = self.entries.insert(*key, stored);
    }

    fn take(&mut self, key: &StateKey) -> Option<StoredEntry> {
        let stored = self.entries.remove(key)?;
        let _there = self.by_expiry.remove(&(stored.entry().expires_at(), *key));
        Some(stored)
    }
}

/// A thread that panicked while it held the lock left nothing half done that matters: at worst an
/// entry that is not in the index, which is then removed when it is next written.
fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

/// So many threads write at once without waiting, if their keys differ in the first byte.
const SHARDS: usize = 16;

/// More than one, so that a store that is written to shrinks.
const PURGED_PER_WRITE: usize = 2;

/// Of each part, so that nobody waits long for whoever finds the store full.
const PURGED_WHEN_FULL: usize = 1_024;

#[cfg(test)]
mod tests;
