//! One-time passwords over a store: each code once, and each wrong one counted, however many race.

use core::error::Error;
use core::fmt;
use std::sync::Arc;

use bartizan_core::UnixTime;
use bartizan_store::{Entry, Store, StoreError, StoreKey, Swap};

use crate::guard::{Check, Guard, GuardError, VerifiedCode};
use crate::guarded::Guarded;
use crate::namespace::CREDENTIAL;
use crate::one_time_password::{OneTimePassword, StoredState};

/// Keeps the states of authenticators in a store, and checks codes against them.
///
/// A state is replaced only by who read it: of many requests with the same code exactly one is let
/// in, and each wrong code is counted before anybody learns that it was wrong, also when a thousand
/// are tried at once. Secrets are not in here: seal them, and keep them with the user.
///
/// ```
/// use std::sync::Arc;
///
/// use bartizan_core::{ManualClock, SecretBytes, UnixTime};
/// use bartizan_otp::{
///     AttemptPolicy, CredentialId, Guard, GuardError, StoredCredentials, Totp, TotpSecret,
///     TotpState, VerifyError,
/// };
/// use bartizan_store::MemoryStore;
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let clock = Arc::new(ManualClock::at(UnixTime::from_secs(59)));
/// let credentials = StoredCredentials::new(Arc::new(MemoryStore::new(10_000, clock.clone())?));
///
/// // When the enrolment was confirmed, with the state of its credential:
/// let id = CredentialId::of("user-7", "authenticator");
/// credentials.add(&id, TotpState::never()).await?;
///
/// // At each login, with the secret that was unsealed:
/// let totp = Totp::new(TotpSecret::from_bytes(SecretBytes::from(*b"12345678901234567890"))?);
/// let guard = Guard::new(&totp, AttemptPolicy::default(), &*clock);
/// let verified = credentials.verify_once(&id, "287 082", &guard).await?;
/// # let _ = verified;
///
/// let again = credentials.verify_once(&id, "287082", &guard).await;
/// assert!(matches!(again, Err(GuardError::Refused(VerifyError::Replayed))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct StoredCredentials<S> {
    store: Arc<S>,
}

impl<S> StoredCredentials<S> {
    /// Keeps states in `store`.
    #[must_use]
    pub const fn new(store: Arc<S>) -> Self {
        Self { store }
    }
}

impl<S: Store> StoredCredentials<S> {
    /// Stores the state of a new credential: a [`TotpState`](crate::TotpState) or
    /// [`HotpState`](crate::HotpState). It is kept until it is [removed](Self::remove).
    ///
    /// # Errors
    ///
    /// - [`CredentialError::AlreadyAdded`]: there is one under this id, and it is as it was.
    /// - [`CredentialError::Store`]: the store failed.
    pub async fn add<T: StoredState>(
        &self,
        id: &CredentialId,
        state: T,
    ) -> Result<(), CredentialError> {
        if self.store.create(&id.0, entry(&Guarded::new(state))).await? {
            Ok(())
        } else {
            Err(CredentialError::AlreadyAdded)
        }
    }

    /// Checks a code, and lets in exactly one of those who try it.
    ///
    /// What is no code is refused before the store is asked. Whoever comes too soon costs one
    /// question to the store, and changes nothing.
    ///
    /// # Errors
    ///
    /// - [`GuardError::Refused`]: the code is not accepted. That is counted, unless it is
    ///   [`VerifyError::Malformed`](crate::VerifyError::Malformed).
    /// - [`GuardError::TooSoon`]: too many were wrong before. The code was not looked at.
    /// - [`GuardError::Store`]: the store failed. Nobody learns what came of the code, and it may be
    ///   used up: ask for the next one.
    pub async fn verify_once<P: OneTimePassword>(
        &self,
        id: &CredentialId,
        code: &str,
        guard: &Guard<'_, P>,
    ) -> Result<VerifiedCode, GuardError<CredentialError>> {
        let check = guard.code(code).map_err(GuardError::Refused)?;
        self.tried(id, guard, check).await.map(|()| VerifiedCode::stored())
    }

    /// Checks two codes in a row as [`Totp::resynchronize`](crate::Totp::resynchronize) and
    /// [`Hotp::resynchronize`](crate::Hotp::resynchronize) do. **It is no login**: the code after
    /// these is. A failure counts as a wrong code.
    ///
    /// # Errors
    ///
    /// Those of [`verify_once`](Self::verify_once).
    pub async fn resynchronize<P: OneTimePassword>(
        &self,
        id: &CredentialId,
        codes: [&str; 2],
        guard: &Guard<'_, P>,
    ) -> Result<(), GuardError<CredentialError>> {
        let check = guard.codes_in_a_row(codes).map_err(GuardError::Refused)?;
        self.tried(id, guard, check).await
    }

    /// Returns what is stored of a credential: for an operator, or to warn a user of many
    /// [failures](crate::Attempts::failures).
    ///
    /// # Errors
    ///
    /// - [`CredentialError::NotAdded`]: there is none under this id.
    /// - [`CredentialError::Store`]: the store failed, or has no such state there.
    pub async fn get<T: StoredState>(
        &self,
        id: &CredentialId,
    ) -> Result<Guarded<T>, CredentialError> {
        let stored = self.store.get(&id.0).await?.ok_or(CredentialError::NotAdded)?;
        read(stored.entry())
    }

    /// Forgets a credential: its user has another authenticator, or none. Returns whether there was
    /// one.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`]: the store failed, and may know it still.
    pub async fn remove(&self, id: &CredentialId) -> Result<bool, StoreError> {
        self.store.remove(&id.0).await
    }

    async fn tried<P: OneTimePassword>(
        &self,
        id: &CredentialId,
        guard: &Guard<'_, P>,
        check: impl Check<P::State>,
    ) -> Result<(), GuardError<CredentialError>> {
        let stored = self.store.get(&id.0).await.map_err(failed)?;
        let mut stored = stored.ok_or(GuardError::Store(CredentialError::NotAdded))?;
        for _ in 0..MAX_TRIES {
            let former = read(stored.entry()).map_err(GuardError::Store)?;
            let tried = guard.tried(former, check).map_err(GuardError::TooSoon)?;
            let next = entry(&tried.next);
            match self.store.swap(&id.0, stored.version(), next).await.map_err(failed)? {
                Swap::Done => return tried.outcome.map_err(GuardError::Refused),
                Swap::Conflict(newer) => stored = newer,
                Swap::Gone => return Err(GuardError::Store(CredentialError::NotAdded)),
            }
        }
        Err(failed(StoreError::Unavailable))
    }
}

impl<S> Clone for StoredCredentials<S> {
    /// The store is shared, not copied.
    fn clone(&self) -> Self {
        Self { store: Arc::clone(&self.store) }
    }
}

impl<S> fmt::Debug for StoredCredentials<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredCredentials").finish_non_exhaustive()
    }
}

/// Which credential of which user: a state, and a delay after wrong codes, of its own.
///
/// ```
/// use bartizan_otp::CredentialId;
///
/// let ids = ["authenticator", "key ring token"].map(|factor| CredentialId::of("user-7", factor));
/// assert_ne!(ids[0], ids[1]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CredentialId(StoreKey);

impl CredentialId {
    /// Returns the id of one of a user's factors. `user` never changes; `factor` is whatever tells
    /// the user's authenticators from one another.
    ///
    /// The store sees a digest. Of a user's name that can be guessed it is personal data as well.
    #[must_use]
    pub fn of(user: &str, factor: &str) -> Self {
        Self(StoreKey::of(CREDENTIAL, &[user.as_bytes(), factor.as_bytes()]))
    }
}

/// Why the state of a credential could not be read or written. It says nothing of a code: answer
/// 503, and raise an alarm.
///
/// ```
/// use bartizan_otp::CredentialError;
/// use bartizan_store::StoreError;
///
/// let error = CredentialError::Store(StoreError::Unavailable);
/// assert_eq!(error.to_string(), "the store is not available");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CredentialError {
    /// There is none under this id: it was never added, or the store lost it. Its user has to enrol
    /// an authenticator again.
    NotAdded,
    /// There is one under this id. Remove it first, or give the new one an id of its own.
    AlreadyAdded,
    /// The store failed, or gave what was never written.
    Store(StoreError),
}

impl fmt::Display for CredentialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAdded => f.write_str("no credential was added under this id, or it was lost"),
            Self::AlreadyAdded => f.write_str("a credential was added under this id before"),
            Self::Store(failed) => fmt::Display::fmt(failed, f),
        }
    }
}

impl Error for CredentialError {}

impl From<StoreError> for CredentialError {
    fn from(failed: StoreError) -> Self {
        Self::Store(failed)
    }
}

fn failed(error: StoreError) -> GuardError<CredentialError> {
    GuardError::Store(error.into())
}

fn entry<T: StoredState>(guarded: &Guarded<T>) -> Entry {
    Entry::new(guarded.to_bytes(), UnixTime::MAX)
}

fn read<T: StoredState>(entry: &Entry) -> Result<Guarded<T>, CredentialError> {
    Guarded::from_bytes(entry.bytes()).map_err(|_| StoreError::Damaged.into())
}

/// Whoever loses a race has to wait or is refused after at most as many others as may fail at once
/// ([`AttemptPolicy::MAX_FREE_FAILURES`](crate::AttemptPolicy::MAX_FREE_FAILURES)) and the one who
/// won.
const MAX_TRIES: usize = 16;

#[cfg(test)]
mod tests;
