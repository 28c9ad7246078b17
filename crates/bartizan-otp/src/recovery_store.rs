//! Recovery codes in a store, where a race has one winner.

use core::error::Error;
use core::fmt;
use core::ops::ControlFlow;
use std::sync::Arc;

use bartizan_core::{Random, UnixTime};
use bartizan_store::{Entry, Store, StoreError, StoreKey, StoredEntry};

use crate::error::VerifyError;
use crate::namespace::RECOVERY_CODES;
use crate::recovery_codes::RecoveryCodes;
use crate::recovery_set::RecoverySet;
use crate::replace::{MAX_CONFLICTS, replace};

/// Keeps the recovery codes of users in a store: each code works once, also when many try it at
/// the same time, and new codes put an end to all former ones.
///
/// What is stored is a [`RecoverySet`]. A user is named by what never changes, such as the number of
/// the row. How often somebody may try is yours to limit, for the sake of the store: guessing 120
/// bits gets nobody anywhere.
///
/// ```
/// use std::sync::Arc;
///
/// use bartizan_core::{SystemClock, SystemRandom};
/// use bartizan_otp::StoredRecoveryCodes;
/// use bartizan_store::MemoryStore;
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let store = Arc::new(MemoryStore::new(10_000, Arc::new(SystemClock::new()))?);
/// let recovery = StoredRecoveryCodes::new(store);
///
/// let codes = recovery.renew("user-7", &SystemRandom::new()).await?;
/// let code = codes.shown()[3].expose(); // shown once, and kept by the user
///
/// let redeemed = recovery.redeem("user-7", code).await?;
/// assert_eq!(redeemed.left(), 9);
/// assert!(recovery.redeem("user-7", code).await.is_err(), "it is used");
/// assert!(recovery.redeem("user-8", codes.shown()[4].expose()).await.is_err(), "not theirs");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct StoredRecoveryCodes<S> {
    store: Arc<S>,
}

impl<S: Store> StoredRecoveryCodes<S> {
    /// Keeps them in `store`.
    #[must_use]
    pub const fn new(store: Arc<S>) -> Self {
        Self { store }
    }

    /// Draws ten codes for `user`, the first or in place of those there were: from here on only
    /// these work. Show them once.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: the store or the machine failed. The former codes may be void.
    pub async fn renew(
        &self,
        user: &str,
        random: &dyn Random,
    ) -> Result<RecoveryCodes, StoreError> {
        let key = key(user);
        let codes = RecoveryCodes::generate(random)?;
        let mut stored = self.store.get(&key).await?;
        for _ in 0..MAX_CONFLICTS {
            let entry = entry(codes.set());
            match replace(&*self.store, &key, stored.as_ref(), entry).await? {
                ControlFlow::Break(()) => return Ok(codes),
                ControlFlow::Continue(now) => stored = now,
            }
        }
        Err(StoreError::Unavailable)
    }

    /// Checks `code`, and uses it up. Of many that try at once with the same code exactly one does.
    ///
    /// Case, spaces and hyphens mean nothing, and `o`, `i` and `l` are read as the digits that they
    /// look like. The code is compared with every digest, each in constant time.
    ///
    /// # Errors
    ///
    /// - [`RecoveryError::Refused`]: [`VerifyError::Malformed`], and then the store was not asked;
    ///   [`VerifyError::Mismatch`], of a user without codes included; [`VerifyError::Replayed`].
    /// - [`RecoveryError::Store`]: the store failed. The code may be used up.
    pub async fn redeem(&self, user: &str, code: &str) -> Result<RedeemedCode, RecoveryError> {
        let digest = RecoverySet::digest_of(code)?;
        let key = key(user);
        let mut stored = self.store.get(&key).await?;
        for _ in 0..MAX_CONFLICTS {
            let former = stored.ok_or(VerifyError::Mismatch)?;
            let next = read(&former)?.redeem_digest(&digest)?;
            match replace(&*self.store, &key, Some(&former), entry(&next)).await? {
                ControlFlow::Break(()) => return Ok(RedeemedCode { left: next.left() }),
                ControlFlow::Continue(now) => stored = now,
            }
        }
        Err(StoreError::Unavailable.into())
    }

    /// Returns how many codes of `user` are left: none, if there never were any.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: the store failed.
    pub async fn left(&self, user: &str) -> Result<usize, StoreError> {
        let stored = self.store.get(&key(user)).await?;
        stored.map_or(Ok(0), |stored| Ok(read(&stored)?.left()))
    }

    /// Removes the codes of `user`, as with the second factor or the account, and returns whether
    /// there were any.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: the store failed. The codes may still work.
    pub async fn remove(&self, user: &str) -> Result<bool, StoreError> {
        self.store.remove(&key(user)).await
    }
}

impl<S> Clone for StoredRecoveryCodes<S> {
    /// The store is shared, not copied.
    fn clone(&self) -> Self {
        Self { store: Arc::clone(&self.store) }
    }
}

impl<S> fmt::Debug for StoredRecoveryCodes<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredRecoveryCodes").finish_non_exhaustive()
    }
}

/// Proof that a recovery code was used up. Only [`StoredRecoveryCodes::redeem`] makes one.
#[derive(Debug)]
pub struct RedeemedCode {
    left: usize,
}

impl RedeemedCode {
    /// Returns how many codes are left: say so to their owner when they become few.
    #[must_use]
    pub const fn left(&self) -> usize {
        self.left
    }
}

/// Why no recovery code was used: two families that are never mixed, one a variant each.
///
/// ```
/// use bartizan_otp::{RecoveryError, VerifyError};
/// use bartizan_store::StoreError;
///
/// fn status(error: &RecoveryError) -> u16 {
///     match error {
///         RecoveryError::Refused(_) => 401,
///         _ => 503,
///     }
/// }
/// assert_eq!(status(&VerifyError::Mismatch.into()), 401);
/// assert_eq!(status(&StoreError::Unavailable.into()), 503);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecoveryError {
    /// The user is at fault: answer 401.
    Refused(VerifyError),
    /// The store or the machine is at fault: answer 503.
    Store(StoreError),
}

impl fmt::Display for RecoveryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refused) => fmt::Display::fmt(refused, f),
            Self::Store(failed) => fmt::Display::fmt(failed, f),
        }
    }
}

impl Error for RecoveryError {}

impl From<VerifyError> for RecoveryError {
    fn from(refused: VerifyError) -> Self {
        Self::Refused(refused)
    }
}

impl From<StoreError> for RecoveryError {
    fn from(failed: StoreError) -> Self {
        Self::Store(failed)
    }
}

fn key(user: &str) -> StoreKey {
    StoreKey::of(RECOVERY_CODES, &[user.as_bytes()])
}

/// Codes are good until they are used.
fn entry(set: &RecoverySet) -> Entry {
    Entry::new(set.to_bytes(), UnixTime::MAX)
}

fn read(stored: &StoredEntry) -> Result<RecoverySet, StoreError> {
    RecoverySet::from_bytes(stored.entry().bytes()).map_err(|_| StoreError::Damaged)
}

#[cfg(test)]
mod tests;
