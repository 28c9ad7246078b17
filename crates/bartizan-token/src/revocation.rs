use core::fmt;
use std::sync::Arc;

use bartizan_core::{Clock, Random, UnixTime};

use crate::kind::TokenKind;
use crate::name::IssuerName;
use crate::namespace;
use crate::refused::{SetupError, TokenRefused, UseError};
use crate::verified::Verified;
use bartizan_store::record::{Reader, Writer};
use bartizan_store::{Entry, Store, StoreError, StoreKey, Swap, Version};

/// Makes tokens void before they expire: one by its id, or all that a subject had until now.
///
/// A token is known by its issuer and its `jti`, never by its text ([RFC 7519, section 4.1.7]); a
/// subject by the issuer too, since it is unique there only. Each is remembered no longer than such
/// a token could live.
///
/// One call for a subject ends its signed tokens, its [refresh tokens](crate::RefreshTokens) and
/// its [one-time tokens](crate::OneTimeTokens). Its [API keys](crate::ApiKeys) are ended one by one.
///
/// ```
/// use std::sync::Arc;
///
/// use bartizan_core::{
///     KeyGenerator, Keyring, ManualClock, SharedKeyring, SystemClock, SystemRandom, UnixTime,
/// };
/// use bartizan_store::MemoryStore;
/// use bartizan_token::{AccessToken, Audience, Issuer, IssuerName, NoClaims, Revocations, SigningKey, Verifier};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let (clock, random) = (SystemClock::new(), SystemRandom::new());
/// let generator = KeyGenerator::new(&random, SigningKey::generate_ed25519);
/// let keys = SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator)?);
/// let name = IssuerName::new("https://id.example")?;
/// let api = Audience::new("https://api.example")?;
/// let issuer = Issuer::<AccessToken>::new(name.clone(), api.clone(), keys.clone());
/// let verifier = Verifier::<AccessToken>::new(name.clone(), api, keys);
///
/// let store = Arc::new(MemoryStore::new(10_000, Arc::new(clock))?);
/// let revocations = Revocations::new(store, name, 30 * 86_400);
///
/// let token = issuer.sign("alice", &NoClaims::new(), &clock, &random)?;
/// let verified = verifier.verify(&token, &clock)?;
/// assert!(revocations.check(&verified).await.is_ok());
///
/// // Log out everywhere. What replaces the old token is signed for the first good second.
/// let good_from = revocations.revoke_subject("alice", &clock, &random).await?;
/// assert!(revocations.check(&verified).await.is_err());
/// let next = issuer.sign("alice", &NoClaims::new(), &ManualClock::at(good_from), &random)?;
/// assert!(revocations.check(&verifier.verify(&next, &clock)?).await.is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [RFC 7519, section 4.1.7]: https://www.rfc-editor.org/rfc/rfc7519#section-4.1.7
pub struct Revocations<S> {
    store: Arc<S>,
    issuer: IssuerName,
    longest_lifetime_secs: u64,
}

impl<S> Revocations<S> {
    /// Remembers in `store` what was made in the name of `issuer`.
    ///
    /// `longest_lifetime_secs` is how long the longest-lived token lives, of the refresh and
    /// one-time tokens too, whose own limits are checked against it.
    #[must_use]
    pub const fn new(store: Arc<S>, issuer: IssuerName, longest_lifetime_secs: u64) -> Self {
        Self { store, issuer, longest_lifetime_secs }
    }

    pub(crate) fn store(&self) -> &S {
        &self.store
    }

    /// Checks that no token outlives the memory that its subject was revoked.
    pub(crate) const fn require(&self, needed_secs: u64) -> Result<(), SetupError> {
        if needed_secs > self.longest_lifetime_secs {
            return Err(SetupError::RevocationsTooShort { needed_secs });
        }
        Ok(())
    }
}

impl<S: Store> Revocations<S> {
    /// Checks that neither the token nor everything of its subject was revoked. Ask at each use,
    /// after [`Verifier::verify`](crate::Verifier::verify); a
    /// [`CachedVerifier`](crate::CachedVerifier) does.
    ///
    /// # Errors
    ///
    /// - [`UseError::Refused`] with [`TokenRefused::Revoked`].
    /// - [`UseError::Store`]: the store failed, so nothing is known of the token.
    pub async fn check<T: TokenKind>(&self, token: &Verified<T>) -> Result<(), UseError> {
        self.check_named(&RevocationKeys::of(token)).await
    }

    pub(crate) async fn check_named(&self, keys: &RevocationKeys) -> Result<(), UseError> {
        let is_void = |epoch: Epoch| keys.issued_at <= epoch.void_at;
        let revoked = self.store.get(&keys.token).await?.is_some()
            || self.epoch_at(&keys.subject).await?.is_some_and(is_void);
        if revoked { Err(TokenRefused::Revoked.into()) } else { Ok(()) }
    }

    /// Makes one token void, and returns whether it was not void already.
    ///
    /// # Errors
    ///
    /// Those of [`Store::create`]: on any of them the token may still be good.
    pub async fn revoke<T: TokenKind>(&self, token: &Verified<T>) -> Result<bool, StoreError> {
        self.deny(token.issuer(), token.token_id(), token.expires_at()).await
    }

    /// Makes a token void of which no more is known than its `jti`, from a log for example. It is
    /// remembered as long as any token could live.
    ///
    /// # Errors
    ///
    /// Those of [`Store::create`]: on any of them the token may still be good.
    pub async fn revoke_id(&self, token_id: &str, clock: &dyn Clock) -> Result<bool, StoreError> {
        let expires_at = clock.now().saturating_add_secs(self.longest_lifetime_secs);
        self.deny(self.issuer.as_str(), token_id, expires_at).await
    }

    async fn deny(
        &self,
        issuer: &str,
        token_id: &str,
        expires_at: UnixTime,
    ) -> Result<bool, StoreError> {
        let key = token_key(issuer, token_id);
        let until = expires_at.saturating_add_secs(LEEWAY_SECS);
        self.store.create(&key, Entry::new(Writer::new().finish(), until)).await
    }

    /// Makes everything void that `subject` was given until now, and returns the first second
    /// whose signed tokens are good.
    ///
    /// A signed token tells only the second in which it was made, so all of the current second are
    /// void: sign the next one with a clock that shows the returned time, which a verifier's leeway
    /// allows. The clocks of issuers must agree: a token dated ahead survives. Refresh and one-time
    /// tokens have neither limit, and may be given out again at once.
    ///
    /// # Errors
    ///
    /// - [`StoreError::RandomUnavailable`]: no number for the epoch could be drawn.
    /// - Those of [`Store::create`] and [`Store::swap`]: on any of them the tokens may
    ///   still be good. Try again.
    pub async fn revoke_subject(
        &self,
        subject: &str,
        clock: &dyn Clock,
        random: &dyn Random,
    ) -> Result<UnixTime, StoreError> {
        let key = subject_key(self.issuer.as_str(), subject);
        let mut id = [0; EPOCH_ID_LEN];
        random.fill(&mut id)?;
        for _ in 0..MAX_ATTEMPTS {
            let now = clock.now();
            let former = self.versioned_epoch(&key).await?;
            // Another process may have a clock that is ahead: what it made void stays void.
            let void_at = former.as_ref().map_or(now, |(epoch, _)| epoch.void_at.max(now));
            let entry = Epoch { void_at, id }.entry(self.longest_lifetime_secs);
            let written = match former {
                None => self.store.create(&key, entry).await?,
                Some((_, version)) => self.store.swap(&key, version, entry).await? == Swap::Done,
            };
            if written {
                return Ok(void_at.saturating_add_secs(1));
            }
        }
        Err(StoreError::Unavailable)
    }

    /// Returns the number of the subject's epoch, if it has one.
    pub(crate) async fn epoch(&self, subject: &str) -> Result<Option<EpochId>, StoreError> {
        let key = subject_key(self.issuer.as_str(), subject);
        Ok(self.epoch_at(&key).await?.map(|epoch| epoch.id))
    }

    async fn epoch_at(&self, key: &StoreKey) -> Result<Option<Epoch>, StoreError> {
        Ok(self.versioned_epoch(key).await?.map(|(epoch, _)| epoch))
    }

    async fn versioned_epoch(
        &self,
        key: &StoreKey,
    ) -> Result<Option<(Epoch, Version)>, StoreError> {
        match self.store.get(key).await? {
            Some(stored) => Ok(Some((Epoch::read(stored.entry().bytes())?, stored.version()))),
            None => Ok(None),
        }
    }
}

impl<S> Clone for Revocations<S> {
    /// The store is shared, not copied.
    fn clone(&self) -> Self {
        Self {
            store: Arc::clone(&self.store),
            issuer: self.issuer.clone(),
            longest_lifetime_secs: self.longest_lifetime_secs,
        }
    }
}

impl<S> fmt::Debug for Revocations<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Revocations")
            .field("issuer", &self.issuer)
            .field("longest_lifetime_secs", &self.longest_lifetime_secs)
            .finish_non_exhaustive()
    }
}

/// Under what it is remembered that a token is void: made once, so that asking often is cheap.
#[derive(Clone, Copy)]
pub(crate) struct RevocationKeys {
    token: StoreKey,
    subject: StoreKey,
    issued_at: UnixTime,
}

impl RevocationKeys {
    pub(crate) fn of<T: TokenKind>(token: &Verified<T>) -> Self {
        Self {
            token: token_key(token.issuer(), token.token_id()),
            subject: subject_key(token.issuer(), token.subject()),
            issued_at: token.issued_at(),
        }
    }
}

fn token_key(issuer: &str, token_id: &str) -> StoreKey {
    StoreKey::of(namespace::REVOKED_TOKEN, &[issuer.as_bytes(), token_id.as_bytes()])
}

fn subject_key(issuer: &str, subject: &str) -> StoreKey {
    StoreKey::of(namespace::SUBJECT_EPOCH, &[issuer.as_bytes(), subject.as_bytes()])
}

/// A number that each revocation of a subject draws anew. Whatever is kept in the store remembers
/// the one it was made under, and is void under another: no clock decides.
///
/// When the epoch's entry has expired, whatever was made before it has too, so under no epoch
/// everything that is left is good.
pub(crate) type EpochId = [u8; EPOCH_ID_LEN];

/// Returns whether what was made under `made` is void under `current`.
pub(crate) fn is_void(made: Option<EpochId>, current: Option<EpochId>) -> bool {
    current.is_some() && current != made
}

struct Epoch {
    /// Signed tokens of this second and of all before it are void.
    void_at: UnixTime,
    id: EpochId,
}

impl Epoch {
    fn entry(&self, longest_lifetime_secs: u64) -> Entry {
        let until = self.void_at.saturating_add_secs(longest_lifetime_secs);
        let record = Writer::new().time(self.void_at).bytes(&self.id).finish();
        Entry::new(record, until.saturating_add_secs(LEEWAY_SECS))
    }

    fn read(record: &[u8]) -> Result<Self, StoreError> {
        let mut reader = Reader::new(record)?;
        let epoch = Self { void_at: reader.time()?, id: reader.bytes()? };
        reader.finish()?;
        Ok(epoch)
    }
}

const EPOCH_ID_LEN: usize = 16;

/// No verifier reads a token so long after it expired, and no clocks that agree are so far apart.
const LEEWAY_SECS: u64 = 120;

/// Others were quicker so many times: then the store is busy beyond use.
const MAX_ATTEMPTS: usize = 16;

#[cfg(test)]
mod tests;
