//! A part of the cache, behind one lock.

use core::hash::{BuildHasherDefault, Hasher};
use std::collections::HashMap;
use std::sync::Arc;

use bartizan_core::UnixTime;

use crate::kind::TokenKind;
use crate::revocation::RevocationKeys;
use crate::verified::Verified;

/// A token that was verified.
pub(super) struct Entry<T: TokenKind> {
    pub(super) digest: u128,
    /// A digest of whom it is about.
    pub(super) subject: u64,
    /// When it was verified: at an earlier time, by a clock that was set back, it may not be valid.
    since: UnixTime,
    /// As in `verified`, but a step nearer in memory.
    expires_at: UnixTime,
    /// Whether it was asked for since the hand came by.
    used: bool,
    pub(super) verified: Arc<Verified<T>>,
    pub(super) keys: RevocationKeys,
}

impl<T: TokenKind> Entry<T> {
    pub(super) fn new(
        (digest, subject): (u128, u64),
        verified: &Arc<Verified<T>>,
        since: UnixTime,
    ) -> Self {
        let (expires_at, keys) = (verified.expires_at(), RevocationKeys::of(verified));
        let verified = Arc::clone(verified);
        Self { digest, subject, since, expires_at, used: false, verified, keys }
    }

    fn is_live(&self, now: UnixTime) -> bool {
        // Without leeway: what a verifier reads for a few seconds more is verified each time.
        self.since <= now && now < self.expires_at
    }
}

/// Entries in places that are filled once and then reused. The hand goes round and takes the first
/// place that was not used since it last came by (the algorithm known as CLOCK).
pub(super) struct Shard<T: TokenKind> {
    capacity: usize,
    keys_version: u64,
    places: Vec<Entry<T>>,
    /// Which place has the token of a digest.
    index: HashMap<u128, usize, BuildHasherDefault<LowerHalf>>,
    hand: usize,
}

impl<T: TokenKind> Shard<T> {
    pub(super) fn new(capacity: usize) -> Self {
        Self { capacity, keys_version: 0, places: Vec::new(), index: HashMap::default(), hand: 0 }
    }

    pub(super) const fn len(&self) -> usize {
        self.places.len()
    }

    /// Returns what is known of a token. Entries of other keys are forgotten.
    pub(super) fn get(
        &mut self,
        digest: u128,
        keys_version: u64,
        now: UnixTime,
    ) -> Option<(Arc<Verified<T>>, RevocationKeys)> {
        if self.keys_version != keys_version {
            *self = Self { keys_version, ..Self::new(self.capacity) };
            return None;
        }
        let place = *self.index.get(&digest)?;
        let entry = self.places.get_mut(place)?;
        if entry.digest != digest || !entry.is_live(now) {
            return None;
        }
        entry.used = true;
        Some((Arc::clone(&entry.verified), entry.keys))
    }

    /// Lets a token in that was verified with keys of `keys_version`, or with newer ones.
    pub(super) fn put(&mut self, entry: Entry<T>, keys_version: u64, now: UnixTime) {
        if self.keys_version != keys_version {
            return;
        }
        let digest = entry.digest;
        let place = self.place_for(&entry, now);
        if let Some(old) = self.places.get_mut(place) {
            let _former = self.index.remove(&old.digest);
            *old = entry;
        } else {
            self.places.push(entry);
        }
        let _former = self.index.insert(digest, place);
    }

    /// Returns which place to fill: the token's own, one of the same subject's if it has enough,
    /// a new one, or the one that the hand finds.
    fn place_for(&mut self, entry: &Entry<T>, now: UnixTime) -> usize {
        if let Some(place) = self.index.get(&entry.digest) {
            return *place;
        }
        let same = self.places.iter().enumerate();
        let same = same.filter(|(_, other)| other.subject == entry.subject);
        // The one that was verified first, and expires first among those.
        let by_age = |(_, other): &(usize, &Entry<T>)| (other.since, other.expires_at);
        if same.clone().count() >= MAX_PER_SUBJECT
            && let Some((place, _)) = same.min_by_key(by_age)
        {
            return place;
        }
        if self.places.len() < self.capacity {
            return self.places.len();
        }
        self.sweep(now)
    }

    /// Moves the hand to a place whose entry is over, or was not used lately. A second round finds
    /// one at the latest.
    fn sweep(&mut self, now: UnixTime) -> usize {
        loop {
            let place = self.hand;
            let next = place.saturating_add(1);
            self.hand = if next < self.places.len() { next } else { 0 };
            match self.places.get_mut(place) {
                Some(entry) if entry.used && entry.is_live(now) => entry.used = false,
                _ => return place,
            }
        }
    }
}

/// So many of 512 tokens may be one subject's.
const MAX_PER_SUBJECT: usize = 4;

/// Digests are uniform already: half of one is as good a hash as any.
#[derive(Default)]
pub(super) struct LowerHalf(u64);

impl Hasher for LowerHalf {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u128(&mut self, digest: u128) {
        self.0 = u64::try_from(digest & u128::from(u64::MAX)).unwrap_or_default();
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
