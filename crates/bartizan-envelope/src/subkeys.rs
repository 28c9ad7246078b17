//! The subkeys of one key that are kept ready, so that few values need one derived.
//!
//! A subkey belongs to the first half of a nonce. A process seals many values under one of them,
//! each with a second half of fresh randomness: what is written looks as if both were fresh. Nonces
//! never repeat because of the second half; how many values share the first is bounded so that
//! random 96 bits are enough (NIST SP 800-38D, section 8.3, allows 2^32).

use core::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;

use arc_swap::{ArcSwap, ArcSwapOption};
use bartizan_core::{Random, SealError};
use ring::error::Unspecified;

use crate::xaes::{HALF_LEN, Half, NONCE_LEN, Subkey, TAG_LEN, Xaes};

/// How many values of a process share a subkey.
pub(crate) const MAX_VALUES: u64 = 1 << 20;

/// How often it is asked whether this is still the same process: that is a system call, and costs
/// more than sealing. A child seals fewer values than this under its parent's subkey.
pub(crate) const CHECK_EVERY: u64 = 64;

/// How many subkeys are kept for reading.
pub(crate) const MAX_KEPT: usize = 16;

pub(crate) struct Subkeys {
    xaes: Xaes,
    sealing: ArcSwapOption<Sealing>,
    /// Newest first. Replaced as a whole, so that readers take no lock.
    kept: ArcSwap<Vec<Kept>>,
    /// Prefixes from which a value was opened lately, by eight of their bytes.
    seen: [AtomicU64; SEEN_LEN],
}

impl Subkeys {
    pub(crate) fn new(xaes: Xaes) -> Self {
        Self {
            xaes,
            sealing: ArcSwapOption::empty(),
            kept: ArcSwap::default(),
            seen: [const { AtomicU64::new(0) }; SEEN_LEN],
        }
    }

    /// Draws the nonce of one value, and lends the subkey that belongs to it.
    pub(crate) fn with_fresh_nonce<R>(
        &self,
        random: &dyn Random,
        seal: impl FnOnce(&Subkey, &Half, &Half) -> Result<R, SealError>,
    ) -> Result<R, SealError> {
        self.with_fresh_nonce_of(std::process::id, random, seal)
    }

    fn with_fresh_nonce_of<R>(
        &self,
        process_id: impl Fn() -> u32,
        random: &dyn Random,
        seal: impl FnOnce(&Subkey, &Half, &Half) -> Result<R, SealError>,
    ) -> Result<R, SealError> {
        if let Some(current) = &*self.sealing.load() {
            if current.take_one(&process_id) {
                let mut nonce = [0; HALF_LEN];
                random.fill(&mut nonce)?;
                return seal(&current.subkey.key, &current.subkey.prefix, &nonce);
            }
            // Should the next step fail, nobody goes on with what is used up.
            self.sealing.store(None);
        }
        let mut drawn = [0; NONCE_LEN];
        random.fill(&mut drawn)?;
        let (prefix, nonce) = drawn.split_at(HALF_LEN);
        let (prefix, nonce) = (to_half(prefix)?, to_half(nonce)?);
        let key = self.derive(&prefix).map_err(|_| SealError::TooLong)?;
        let subkey = Arc::new(Wiped { prefix, key });
        let sealed = seal(&subkey.key, &prefix, &nonce)?;
        self.keep(Arc::clone(&subkey));
        let used = AtomicU64::new(1);
        self.sealing.store(Some(Arc::new(Sealing { process_id: process_id(), used, subkey })));
        Ok(sealed)
    }

    /// Derives a subkey that is not kept.
    pub(crate) fn derive(&self, prefix: &Half) -> Result<Subkey, Unspecified> {
        self.xaes.subkey(prefix)
    }

    /// Decrypts in place. When it fails, `message` is not to be used.
    pub(crate) fn open(
        &self,
        (prefix, nonce): (&Half, &Half),
        aad: &[u8],
        (message, tag): (&mut [u8], &[u8; TAG_LEN]),
    ) -> Result<(), Unspecified> {
        if let Some(kept) = self.kept.load().iter().find(|kept| kept.prefix == *prefix) {
            return kept.subkey.key.open(nonce, aad, (message, tag));
        }
        let key = self.derive(prefix)?;
        key.open(nonce, aad, (message, tag))?;
        // It opened, so it's no stranger's. The second value of a process makes its subkey kept;
        // values that each have a prefix of their own push nothing out.
        if self.was_seen(prefix) {
            self.keep(Arc::new(Wiped { prefix: *prefix, key }));
        }
        Ok(())
    }

    /// Remembers `prefix`, and says whether it was remembered already.
    fn was_seen(&self, prefix: &Half) -> bool {
        let (Some(mark), Some(slot)) = (prefix.first_chunk(), prefix.last()) else {
            return false;
        };
        let mark = u64::from_le_bytes(*mark);
        let seen = self.seen.get(usize::from(*slot) % SEEN_LEN);
        seen.is_some_and(|seen| seen.swap(mark, Ordering::Relaxed) == mark)
    }

    fn keep(&self, subkey: Arc<Wiped>) {
        let newest = Kept { prefix: subkey.prefix, subkey };
        let _before = self.kept.rcu(|kept| {
            let others = kept.iter().filter(|other| other.prefix != newest.prefix).cloned();
            core::iter::once(newest.clone()).chain(others).take(MAX_KEPT).collect::<Vec<_>>()
        });
    }
}

/// The subkey that this process seals with.
struct Sealing {
    process_id: u32,
    used: AtomicU64,
    subkey: Arc<Wiped>,
}

impl Sealing {
    /// Counts one more value, unless there were enough or the process is another.
    fn take_one(&self, process_id: impl Fn() -> u32) -> bool {
        let used = self.used.fetch_add(1, Ordering::Relaxed);
        used < MAX_VALUES && (!used.is_multiple_of(CHECK_EVERY) || process_id() == self.process_id)
    }
}

/// The prefix stands here once more, so that looking for one touches no other memory.
#[derive(Clone)]
struct Kept {
    prefix: Half,
    subkey: Arc<Wiped>,
}

/// A subkey on the heap, overwritten before its memory is given back.
struct Wiped {
    prefix: Half,
    key: Subkey,
}

impl Drop for Wiped {
    fn drop(&mut self) {
        self.key.overwrite();
    }
}

fn to_half(bytes: &[u8]) -> Result<Half, SealError> {
    bytes.try_into().map_err(|_| SealError::TooLong)
}

const SEEN_LEN: usize = 32;

#[cfg(test)]
mod tests;
