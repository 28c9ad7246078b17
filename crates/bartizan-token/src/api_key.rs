//! API keys: how a program proves who it is.

mod digest_key;
mod format;
mod record;

use core::error::Error;
use core::fmt;
use std::sync::Arc;

use bartizan_core::{Clock, Random, SecretString, SharedKeyring, UnixTime};

pub use self::digest_key::ApiKeyDigestKey;
pub use self::format::{ApiKey, ApiKeyId};
pub use self::record::{ApiKeyInfo, ApiKeySpec};
use self::record::{Record, last_used_is_due};
use crate::refused::{GrantError, SetupError, TokenRefused, UseError};
use bartizan_store::{Store, StoreError, Swap};

/// Gives out API keys, and checks them.
///
/// A key reads `acme_live_0aZ…_…`: the prefix that you choose, 16 characters that find it, 43 of
/// secret (256 random bits) and 6 of checksum, all of `0` to `9`, `A` to `Z` and `a` to `z`. Scanners
/// for leaked secrets find it by `acme_live_[0-9A-Za-z]{16}_[0-9A-Za-z]{49}`, and tell it from
/// whatever only looks so by the checksum: the CRC-32 of all before it.
///
/// The store has no key, but its digest under a key of a [`Keyring`](bartizan_core::Keyring), which
/// also covers owner, scopes and times. Whoever has the table cannot use a key, and whoever can
/// write to it can neither put one there nor give one more scopes. After a rotation each key's
/// digest is made again when it is next used; until then, the old digest key must stay.
///
/// ```
/// use std::sync::Arc;
///
/// use bartizan_core::{KeyGenerator, Keyring, SharedKeyring, SystemClock, SystemRandom, UnixTime};
/// use bartizan_store::MemoryStore;
/// use bartizan_token::{ApiKeyDigestKey, ApiKeySpec, ApiKeys};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let (clock, random) = (SystemClock::new(), SystemRandom::new());
/// let generator = KeyGenerator::new(&random, ApiKeyDigestKey::generate);
/// let digest_keys = SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator)?);
/// let store = Arc::new(MemoryStore::new(10_000, Arc::new(clock))?);
/// let keys = ApiKeys::new("acme_live", store, digest_keys)?;
///
/// let spec = ApiKeySpec::new("build-server", &["notes:read"], 90 * 86_400)?;
/// let key = keys.issue(&spec, &clock, &random).await?;
/// assert_eq!(format!("{key:?}"), "ApiKey(acme_live_..)");
///
/// let verified = keys.verify(key.text(), &clock).await?;
/// assert_eq!(verified.info().owner(), "build-server");
/// assert!(verified.require("notes:read").is_ok());
/// assert!(verified.require("notes:write").is_err());
///
/// assert!(keys.revoke(&key.id()).await?);
/// assert!(keys.verify(key.text(), &clock).await.is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ApiKeys<S> {
    prefix: Arc<str>,
    store: Arc<S>,
    digest_keys: SharedKeyring<ApiKeyDigestKey>,
}

impl<S> ApiKeys<S> {
    /// Gives out keys that begin with `prefix`, which says whose they are: the name of the service,
    /// and perhaps of the environment.
    ///
    /// # Errors
    ///
    /// [`SetupError::InvalidPrefix`]: not 1 to 20 of `a` to `z`, `0` to `9` and `_`, the first
    /// a letter and the last no `_`.
    pub fn new(
        prefix: &str,
        store: Arc<S>,
        digest_keys: SharedKeyring<ApiKeyDigestKey>,
    ) -> Result<Self, SetupError> {
        if format::is_prefix(prefix) {
            Ok(Self { prefix: Arc::from(prefix), store, digest_keys })
        } else {
            Err(SetupError::InvalidPrefix)
        }
    }
}

impl<S: Store> ApiKeys<S> {
    /// Makes a key. Show it once; it cannot be shown again.
    ///
    /// # Errors
    ///
    /// [`GrantError::Store`]: the store or the machine failed.
    pub async fn issue(
        &self,
        spec: &ApiKeySpec,
        clock: &dyn Clock,
        random: &dyn Random,
    ) -> Result<ApiKey, GrantError> {
        let key = ApiKey::draw(&self.prefix, random)?;
        let record = {
            let digest_keys = self.digest_keys.snapshot();
            Record::new(spec.info_at(clock.now()), &key, digest_keys.primary())
        };
        if self.store.create(&key.id().store_key(), record.entry()).await? {
            Ok(key)
        } else {
            // No two draws of 95 bits are one: the source of randomness repeats itself.
            Err(StoreError::RandomUnavailable.into())
        }
    }

    /// Checks a key that came with a request.
    ///
    /// Of a text that is no key, or not one of this prefix, the store hears nothing. When a key was
    /// last used is written down once an hour, not at each use; if that fails, the key is good all
    /// the same.
    ///
    /// # Errors
    ///
    /// - [`UseError::Refused`]: [`TokenRefused::Malformed`]; [`TokenRefused::Unknown`], revoked or
    ///   expired included; [`TokenRefused::Expired`]; [`TokenRefused::Key`] when the key of its
    ///   digest was lost or compromised, so that nothing proves it: its owner needs another.
    /// - [`UseError::Store`]: the store failed.
    pub async fn verify(
        &self,
        text: &SecretString,
        clock: &dyn Clock,
    ) -> Result<VerifiedApiKey, UseError> {
        let key = ApiKey::parse(text)?;
        if key.prefix() != &*self.prefix {
            return Err(TokenRefused::Malformed.into());
        }
        let store_key = key.id().store_key();
        let stored = self.store.get(&store_key).await?.ok_or(TokenRefused::Unknown)?;
        let record = Record::read(stored.entry().bytes())?;
        let now = clock.now();
        let renewed = self.check(&key, &record, now)?;
        if let Some(renewed) = renewed {
            let swapped = self.store.swap(&store_key, stored.version(), renewed.entry()).await;
            if swapped == Ok(Swap::Gone) {
                return Err(TokenRefused::Unknown.into());
            }
        }
        Ok(VerifiedApiKey { id: key.id(), info: record.into_info() })
    }

    /// Returns the record to write, if it is time to.
    fn check(
        &self,
        key: &ApiKey,
        record: &Record,
        now: UnixTime,
    ) -> Result<Option<Record>, TokenRefused> {
        let digest_keys = self.digest_keys.snapshot();
        let digest_key = digest_keys.accept(record.digest_key()).map_err(TokenRefused::Key)?;
        if !record.proves(key, digest_key) {
            return Err(TokenRefused::Unknown);
        }
        let info = record.info();
        if now >= info.expires_at() {
            return Err(TokenRefused::Expired);
        }
        let primary = digest_keys.primary();
        let due = last_used_is_due(info.last_used_at(), now) || record.digest_key() != primary.0;
        Ok(due.then(|| Record::new(info.used_at(now), key, primary)))
    }

    /// Returns what is known of a key, and nothing when there is none: for a list of an owner's
    /// keys, whose ids are yours to remember.
    ///
    /// Nothing proves it: for access, [`verify`](Self::verify) a key.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] or [`StoreError::Damaged`].
    pub async fn info(&self, id: &ApiKeyId) -> Result<Option<ApiKeyInfo>, StoreError> {
        match self.store.get(&id.store_key()).await? {
            Some(stored) => Ok(Some(Record::read(stored.entry().bytes())?.into_info())),
            None => Ok(None),
        }
    }

    /// Ends a key, and returns whether it was good until now.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`]: the key may still be good.
    pub async fn revoke(&self, id: &ApiKeyId) -> Result<bool, StoreError> {
        self.store.remove(&id.store_key()).await
    }
}

impl<S> Clone for ApiKeys<S> {
    /// Store and keyring are shared, not copied.
    fn clone(&self) -> Self {
        Self {
            prefix: Arc::clone(&self.prefix),
            store: Arc::clone(&self.store),
            digest_keys: self.digest_keys.clone(),
        }
    }
}

impl<S> fmt::Debug for ApiKeys<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKeys").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

/// Proof that a request came with a good API key: the only door to what the key may do.
///
/// Only [`ApiKeys::verify`] makes one; see there for an example.
#[derive(Debug)]
pub struct VerifiedApiKey {
    id: ApiKeyId,
    info: ApiKeyInfo,
}

impl VerifiedApiKey {
    /// Returns which key it was.
    #[must_use]
    pub const fn id(&self) -> ApiKeyId {
        self.id
    }

    /// Returns what is known of the key; when it was used is before this time.
    #[must_use]
    pub const fn info(&self) -> &ApiKeyInfo {
        &self.info
    }

    /// Checks that the key was given `scope`.
    ///
    /// # Errors
    ///
    /// [`MissingScope`]: it was not.
    pub fn require(&self, scope: &str) -> Result<(), MissingScope> {
        let given = self.info.scopes().any(|given| given == scope);
        if given { Ok(()) } else { Err(MissingScope::new()) }
    }
}

/// The key is good, but not for this. The client is at fault: answer 403.
///
/// See [`ApiKeys`] for an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MissingScope;

impl MissingScope {
    const fn new() -> Self {
        Self
    }
}

impl fmt::Display for MissingScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the API key is not good for this")
    }
}

impl Error for MissingScope {}

#[cfg(test)]
mod tests;
