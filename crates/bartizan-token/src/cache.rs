//! Tokens that were verified before, so that the signature need not be checked at every request.

mod shard;

use core::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bartizan_core::{Clock, Random, UnixTime};
use siphasher::sip128::SipHasher13;

use self::shard::{Entry, Shard};
use crate::MAX_TOKEN_LEN;
use crate::error::VerifyError;
use crate::kind::TokenKind;
use crate::refused::{SetupError, UseError};
use crate::revocation::{RevocationKeys, Revocations};
use crate::verified::Verified;
use crate::verifier::Verifier;
use bartizan_store::Store;

/// A [`Verifier`] that remembers what it verified, and asks at each use whether it was revoked.
///
/// What is checked once for a token is its signature and its claims. What is checked every time:
/// that it has not expired, that neither it nor all of its subject was revoked, and that the keys
/// are the same as when it was verified; when they changed, everything is forgotten.
///
/// Only tokens that are good get in, so bad ones push nothing out. Nor do good ones that somebody
/// collects in great numbers: of 512 places no subject has more than 4, and the places of tokens
/// that are used again and again are taken last.
///
/// A token is known by its SipHash-1-3 of 128 bits, over every byte, under a key that is drawn at
/// the start and never leaves, as the digests do not: nobody can look for two texts of one digest.
/// The text is not kept.
///
/// ```
/// use std::sync::Arc;
///
/// use bartizan_core::{KeyGenerator, Keyring, SharedKeyring, SystemClock, SystemRandom, UnixTime};
/// use bartizan_store::MemoryStore;
/// use bartizan_token::{AccessToken, Audience, CachedVerifier, Issuer, IssuerName, NoClaims, Revocations, SigningKey, TokenRefused, UseError, Verifier};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let (clock, random) = (SystemClock::new(), SystemRandom::new());
/// let generator = KeyGenerator::new(&random, SigningKey::generate_ed25519);
/// let keys = SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator)?);
/// let name = IssuerName::new("https://id.example")?;
/// let api = Audience::new("https://api.example")?;
/// let issuer = Issuer::<AccessToken>::new(name.clone(), api.clone(), keys.clone());
///
/// let store = Arc::new(MemoryStore::new(10_000, Arc::new(clock))?);
/// let revocations = Revocations::new(store, name.clone(), 3_600);
/// let verifier = Verifier::<AccessToken>::new(name, api, keys);
/// let verifier = CachedVerifier::new(verifier, revocations.clone(), 10_000, &random)?;
///
/// let token = issuer.sign("alice", &NoClaims::new(), &clock, &random)?;
/// let first = verifier.verify(&token, &clock).await?;
/// let second = verifier.verify(&token, &clock).await?;
/// assert!(Arc::ptr_eq(&first, &second), "the signature was not checked again");
///
/// assert!(revocations.revoke(&first).await?);
/// let refused = verifier.verify(&token, &clock).await.err();
/// assert_eq!(refused, Some(UseError::Refused(TokenRefused::Revoked)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct CachedVerifier<T: TokenKind, S> {
    verifier: Verifier<T>,
    revocations: Revocations<S>,
    hasher: SipHasher13,
    shards: Box<[Mutex<Shard<T>>]>,
}

impl<T: TokenKind, S> CachedVerifier<T, S> {
    /// The most tokens that can be remembered.
    pub const MAX_CAPACITY: usize = 1_000_000;

    /// Remembers up to `capacity` tokens, rounded up to a multiple of the number of parts that
    /// threads use independently: one for 512 tokens, at most 256.
    ///
    /// Each takes the memory of its claims and about 300 bytes. Tokens do not spread evenly over the
    /// parts: make room for a tenth more than are in use, so that none is pushed out.
    ///
    /// # Errors
    ///
    /// - [`SetupError::InvalidCapacity`]: zero, or more than
    ///   [`MAX_CAPACITY`](Self::MAX_CAPACITY).
    /// - [`SetupError::RevocationsTooShort`]: a token of this kind may live longer than
    ///   revocations are remembered.
    /// - [`SetupError::RandomUnavailable`]: no key could be drawn.
    pub fn new(
        verifier: Verifier<T>,
        revocations: Revocations<S>,
        capacity: usize,
        random: &dyn Random,
    ) -> Result<Self, SetupError> {
        if !(1..=Self::MAX_CAPACITY).contains(&capacity) {
            return Err(SetupError::InvalidCapacity { max: Self::MAX_CAPACITY });
        }
        revocations.require(T::MAX_LIFETIME_SECS)?;
        let mut key = [0; 16];
        random.fill(&mut key)?;
        let count = capacity.div_ceil(SHARD_LEN).min(MAX_SHARDS);
        let shards = (0..count).map(|_| Mutex::new(Shard::new(capacity.div_ceil(count))));
        Ok(Self {
            verifier,
            revocations,
            hasher: SipHasher13::new_with_key(&key),
            shards: shards.collect(),
        })
    }

    /// Returns what takes tokens that are bound to a key, and no others.
    pub(crate) fn for_bound(self) -> Self {
        Self { verifier: self.verifier.for_bound(), ..self }
    }

    /// Returns how many tokens are remembered, expired ones included: a figure for monitoring.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| lock(shard).len()).fold(0, usize::saturating_add)
    }

    /// Returns whether no token is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shards.iter().all(|shard| lock(shard).len() == 0)
    }

    /// Returns what the token says, from memory or by verifying it.
    fn find(
        &self,
        token: &str,
        clock: &dyn Clock,
    ) -> Result<(Arc<Verified<T>>, RevocationKeys), VerifyError> {
        // Before it is hashed: the length bounds that work too.
        if token.len() > MAX_TOKEN_LEN {
            return Err(VerifyError::TooLarge);
        }
        let keys_version = self.verifier.keys_version();
        let now = clock.now();
        let digest = self.hasher.hash(token.as_bytes()).as_u128();
        if let Some(known) = self.shard(digest).get(digest, keys_version, now) {
            return Ok(known);
        }
        // The keys that verify are those of `keys_version` or newer ones. In the latter case the
        // entry is forgotten sooner than it had to be.
        let verified = Arc::new(self.verifier.verify(token, clock)?);
        let entry = self.entry(digest, &verified, now);
        let keys = entry.keys;
        self.shard(digest).put(entry, keys_version, now);
        Ok((verified, keys))
    }

    fn entry(&self, digest: u128, verified: &Arc<Verified<T>>, since: UnixTime) -> Entry<T> {
        // Under the secret key too, so that nobody finds a subject that shares another's places.
        let (subject, _) = self.hasher.hash(verified.subject().as_bytes()).as_u64();
        Entry::new((digest, subject), verified, since)
    }

    fn shard(&self, digest: u128) -> MutexGuard<'_, Shard<T>> {
        // The map within a shard goes by the lower half.
        let high = usize::try_from(digest >> 96).unwrap_or_default();
        let index = high.checked_rem(self.shards.len()).unwrap_or_default();
        #[expect(clippy::indexing_slicing, reason = "the remainder is less, and there is one")]
        lock(&self.shards[index])
    }
}

impl<T: TokenKind, S: Store> CachedVerifier<T, S> {
    /// Checks `token` as [`Verifier::verify`] does, or remembers that it did, and then whether it
    /// was revoked.
    ///
    /// # Errors
    ///
    /// - [`UseError::Refused`]: [`TokenRefused::Signed`](crate::TokenRefused::Signed) with what
    ///   [`Verifier::verify`] says; [`TokenRefused::Revoked`](crate::TokenRefused::Revoked).
    /// - [`UseError::Store`]: the store failed, so it is not known whether it was revoked.
    pub async fn verify(
        &self,
        token: &str,
        clock: &dyn Clock,
    ) -> Result<Arc<Verified<T>>, UseError> {
        let (verified, keys) = self.find(token, clock).map_err(UseError::signed)?;
        self.revocations.check_named(&keys).await?;
        Ok(verified)
    }
}

impl<T: TokenKind, S> fmt::Debug for CachedVerifier<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedVerifier")
            .field("verifier", &self.verifier)
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

/// A thread that panicked while it held the lock may have left an entry that nothing finds, or one
/// that is found and is not the one: then nothing is given, because the digests differ.
fn lock<T: TokenKind>(shard: &Mutex<Shard<T>>) -> MutexGuard<'_, Shard<T>> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Small enough to look through when a token gets in, which costs a signature anyway.
const SHARD_LEN: usize = 512;

const MAX_SHARDS: usize = 256;

#[cfg(test)]
mod tests;
