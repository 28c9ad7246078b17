//! The rooms of a store in memory, one for each namespace that was written to.

use core::fmt;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use bartizan_core::UnixTime;

use crate::{Namespace, StoreKey, StoredEntry};

/// A table of fixed length that is filled from the front and never emptied, so that looking a room
/// up takes no lock.
pub(super) struct Rooms {
    /// Of each room.
    capacity: usize,
    places: [OnceLock<Box<Room>>; MAX_ROOMS],
}

/// The family names about ten.
pub(super) const MAX_ROOMS: usize = 64;

impl Rooms {
    pub(super) const fn new(capacity: usize) -> Self {
        Self { capacity, places: [const { OnceLock::new() }; MAX_ROOMS] }
    }

    pub(super) fn get(&self, namespace: Namespace) -> Option<&Room> {
        let opened = self.places.iter().map_while(OnceLock::get);
        opened.map(Box::as_ref).find(|room| room.namespace == namespace)
    }

    /// Nothing when there is no place for one more.
    pub(super) fn get_or_open(&self, namespace: Namespace) -> Option<&Room> {
        let open = || Box::new(Room::new(namespace, self.capacity));
        // A place that somebody else was quicker to take holds another namespace, or this one.
        let rooms = self.places.iter().map(|place| place.get_or_init(open).as_ref());
        rooms.into_iter().find(|room| room.namespace == namespace)
    }
}

impl fmt::Debug for Rooms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let opened = self.places.iter().map_while(OnceLock::get);
        let counts = opened.map(|room| (room.namespace.name(), room.len()));
        write!(f, "{} each: ", self.capacity)?;
        f.debug_map().entries(counts).finish()
    }
}

/// The entries of a namespace.
pub(super) struct Room {
    namespace: Namespace,
    capacity: usize,
    /// An entry is counted before it is there and until it no longer is.
    count: AtomicUsize,
    shards: [Mutex<Shard>; SHARDS],
}

impl Room {
    fn new(namespace: Namespace, capacity: usize) -> Self {
        Self { namespace, capacity, count: AtomicUsize::new(0), shards: Default::default() }
    }

    pub(super) fn len(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }

    pub(super) fn shard(&self, key: &StoreKey) -> MutexGuard<'_, Shard> {
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

    pub(super) fn purge_all(&self, now: UnixTime, limit_per_shard: usize) {
        for shard in &self.shards {
            self.purge(&mut lock(shard), now, limit_per_shard);
        }
    }

    /// Returns whether the entry was created, and nothing when there is no room.
    pub(super) fn create(
        &self,
        key: &StoreKey,
        stored: StoredEntry,
        now: UnixTime,
    ) -> Option<bool> {
        let mut shard = self.shard(key);
        self.purge(&mut shard, now, PURGED_PER_WRITE);
        if shard.live(key, now).is_some() {
            return Some(false);
        }
        self.take_out(&mut shard, key);
        if stored.entry().expires_at() <= now {
            return Some(true);
        }
        let one_more = |count: usize| (count < self.capacity).then(|| count.saturating_add(1));
        let _former = self.count.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_more).ok()?;
        shard.put(key, stored);
        Some(true)
    }

    pub(super) fn take_out(&self, shard: &mut Shard, key: &StoreKey) {
        if shard.take(key).is_some() {
            let _former = self.count.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// A part of the entries, behind a lock of its own.
#[derive(Default)]
pub(super) struct Shard {
    entries: HashMap<StoreKey, StoredEntry>,
    /// The same keys, those that expire first at the beginning.
    by_expiry: BTreeSet<(UnixTime, StoreKey)>,
}

impl Shard {
    pub(super) fn get(&self, key: &StoreKey) -> Option<&StoredEntry> {
        self.entries.get(key)
    }

    pub(super) fn live(&self, key: &StoreKey, now: UnixTime) -> Option<&StoredEntry> {
        self.entries.get(key).filter(|stored| stored.entry().expires_at() > now)
    }

    pub(super) fn replace(&mut self, key: &StoreKey, stored: StoredEntry) {
        let _former = self.take(key);
        self.put(key, stored);
    }

    fn put(&mut self, key: &StoreKey, stored: StoredEntry) {
        let _new = self.by_expiry.insert((stored.entry().expires_at(), *key));
        let _none = self.entries.insert(*key, stored);
    }

    fn take(&mut self, key: &StoreKey) -> Option<StoredEntry> {
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
pub(super) const PURGED_WHEN_FULL: usize = 1_024;
