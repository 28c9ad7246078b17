//! Refresh tokens: opaque, used once, in families.

mod family;
mod policy;

use core::fmt;

use bartizan_core::{Clock, Random, SecretString, UnixTime};

use self::family::{Family, Place, Presented};
pub use self::family::{FamilyId, ReusedFamily};
pub use self::policy::RefreshPolicy;
use crate::refused::{GrantError, SetupError, TokenRefused, UseError, checked_subject};
use crate::revocation::{Revocations, is_void};
use crate::thumbprint::Thumbprint;
use bartizan_store::{Store, StoreError, Swap};

/// Gives out refresh tokens, and exchanges each for its successor, once.
///
/// A login begins a family. Every [`refresh`](Self::refresh) replaces the family's one good token.
/// When one that was replaced comes back, either the client or a thief has used it before, and
/// nobody can tell who is who: the whole family ends ([RFC 9700, section 4.14.2]). A family ends as
/// well when it was not used for the policy's idle lifetime, when its absolute lifetime is over,
/// and when its subject is [revoked](Revocations::revoke_subject).
///
/// **An answer that was lost**: the client asks again with the token it has, which was replaced.
/// For a few seconds ([`RefreshPolicy::with_grace_secs`]) it gets the same successor again, as long
/// as nobody has used that one.
///
/// A token is 64 characters of base64url: 128 bits that find the family, 256 that prove. The store
/// has a digest of the latter only.
///
/// ```
/// use std::sync::Arc;
///
/// use bartizan_core::{ManualClock, SystemRandom, UnixTime};
/// use bartizan_store::MemoryStore;
/// use bartizan_token::{IssuerName, RefreshPolicy, RefreshTokens, Revocations, TokenRefused, UseError};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let random = SystemRandom::new();
/// let clock = Arc::new(ManualClock::at(UnixTime::from_secs(1_700_000_000)));
/// let store = Arc::new(MemoryStore::new(10_000, clock.clone())?);
/// let name = IssuerName::new("https://id.example")?;
/// let revocations = Revocations::new(store, name, 30 * 86_400);
/// let policy = RefreshPolicy::new(30 * 86_400, 7 * 86_400)?;
/// let tokens = RefreshTokens::new(revocations, policy)?;
///
/// let first = tokens.begin("alice", &*clock, &random).await?;
/// let second = tokens.refresh(first.token(), &*clock, &random).await?;
/// assert_eq!(second.subject(), "alice");
///
/// // Somebody stole the first, and comes later than a lost answer would explain.
/// clock.advance_secs(60);
/// let stolen = tokens.refresh(first.token(), &*clock, &random).await;
/// assert!(matches!(stolen, Err(UseError::Refused(TokenRefused::Reused(_)))));
/// assert!(tokens.refresh(second.token(), &*clock, &random).await.is_err(), "the family ended");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [RFC 9700, section 4.14.2]: https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2
pub struct RefreshTokens<S> {
    revocations: Revocations<S>,
    policy: RefreshPolicy,
    /// The key of the client that is asking.
    binding: Option<Thumbprint>,
}

impl<S> RefreshTokens<S> {
    /// Keeps families where `revocations` keeps what was revoked, for as long as `policy` says.
    ///
    /// # Errors
    ///
    /// [`SetupError::RevocationsTooShort`]: a family may live longer than revocations are
    /// remembered.
    pub fn new(revocations: Revocations<S>, policy: RefreshPolicy) -> Result<Self, SetupError> {
        revocations.require(policy.absolute_secs())?;
        Ok(Self { revocations, policy, binding: None })
    }

    /// Returns the same, for this one client, whose refresh tokens are good only together with
    /// proofs made with `key`: what a client that has no secret must get ([RFC 9449, section 5]).
    ///
    /// `key` is that of the [`VerifiedProof`](crate::VerifiedProof) of the request at hand. A token
    /// that was begun with one key, or without any, is unknown with every other.
    ///
    /// ```
    /// use bartizan_core::{Random, SecretString, SystemClock};
    /// use bartizan_store::MemoryStore;
    /// use bartizan_token::{RefreshGrant, RefreshTokens, UseError, VerifiedProof};
    ///
    /// async fn refresh(
    ///     tokens: &RefreshTokens<MemoryStore>,
    ///     (token, proof): (&SecretString, &VerifiedProof),
    ///     random: &dyn Random,
    /// ) -> Result<RefreshGrant, UseError> {
    ///     tokens.bound_to(proof.thumbprint()).refresh(token, &SystemClock::new(), random).await
    /// }
    /// ```
    ///
    /// [RFC 9449, section 5]: https://www.rfc-editor.org/rfc/rfc9449#section-5
    #[must_use]
    pub fn bound_to(&self, key: &Thumbprint) -> Self {
        Self { binding: Some(*key), ..self.clone() }
    }

    fn parse(&self, token: &SecretString) -> Result<Presented, TokenRefused> {
        Presented::parse(token, self.binding.as_ref()).ok_or(TokenRefused::Malformed)
    }

    /// Returns which family a token names: for a list of logins. It proves nothing, since nothing
    /// is checked but its form; that is what tells a refresh token from others.
    #[must_use]
    pub fn family_named_by(&self, token: &SecretString) -> Option<FamilyId> {
        self.parse(token).ok().map(|presented| presented.family())
    }
}

impl<S: Store> RefreshTokens<S> {
    /// Begins a family, after a login.
    ///
    /// `subject` is an id that never changes, of whoever logged in. To whom else the token is bound
    /// (a client, a device) is yours to remember under the [`FamilyId`].
    ///
    /// # Errors
    ///
    /// - [`GrantError::InvalidSubject`]: empty, or longer than 255 bytes.
    /// - [`GrantError::Store`]: the store or the machine failed.
    pub async fn begin(
        &self,
        subject: &str,
        clock: &dyn Clock,
        random: &dyn Random,
    ) -> Result<RefreshGrant, GrantError> {
        let subject = checked_subject(subject)?;
        let epoch = self.revocations.epoch(subject).await?;
        let presented = Presented::draw(random, self.binding.as_ref())?;
        let family = Family::begin((subject, epoch), &presented, &self.policy, clock.now());
        if self.revocations.store().create(&presented.key(), family.entry()).await? {
            Ok(RefreshGrant::of(family, &presented, false))
        } else {
            // No two draws of 128 bits are one: the source of randomness repeats itself.
            Err(StoreError::RandomUnavailable.into())
        }
    }

    /// Exchanges a token for its successor. Of many that try at once with the same token exactly
    /// one does; the others are told that it was used or, within the grace, get the same successor
    /// ([`RefreshGrant::is_repeated`]).
    ///
    /// # Errors
    ///
    /// - [`UseError::Refused`]: [`TokenRefused::Malformed`], [`TokenRefused::Unknown`],
    ///   [`TokenRefused::Expired`], [`TokenRefused::Revoked`]; [`TokenRefused::Reused`] when the
    ///   token was used before: the family has ended. Tell its subject, and write it to the log.
    /// - [`UseError::Store`]: the store or the machine failed. The client should try again with
    ///   the same token.
    pub async fn refresh(
        &self,
        token: &SecretString,
        clock: &dyn Clock,
        random: &dyn Random,
    ) -> Result<RefreshGrant, UseError> {
        let presented = self.parse(token)?;
        let (key, store) = (presented.key(), self.revocations.store());
        let mut stored = store.get(&key).await?.ok_or(TokenRefused::Unknown)?;
        for _ in 0..MAX_ATTEMPTS {
            let family = Family::read(stored.entry().bytes())?;
            let now = clock.now();
            self.require_live(&family, &presented, now).await?;
            match family.place(&presented, &self.policy, now) {
                Place::Current => {
                    let salt = family::draw_salt(random)?;
                    let (family, next) = family.rotate((&presented, salt), &self.policy, now);
                    match store.swap(&key, stored.version(), family.entry()).await? {
                        Swap::Done => return Ok(RefreshGrant::of(family, &next, false)),
                        Swap::Conflict(newer) => stored = newer,
                        Swap::Gone => return Err(TokenRefused::Unknown.into()),
                    }
                }
                Place::JustReplaced(next) => return Ok(RefreshGrant::of(family, &next, true)),
                Place::Old => {
                    let _by_us = store.remove(&key).await?;
                    return Err(TokenRefused::Reused(family.reused(&presented)).into());
                }
            }
        }
        Err(StoreError::Unavailable.into())
    }

    /// Ends the family of a token: logging out. Any token of the family will do, and it is no
    /// error if the family has ended before. Returns whether it ended just now.
    ///
    /// # Errors
    ///
    /// - [`UseError::Refused`] with [`TokenRefused::Malformed`].
    /// - [`UseError::Store`]: the store failed, and the family may live on.
    pub async fn end(&self, token: &SecretString) -> Result<bool, UseError> {
        let presented = self.parse(token)?;
        Ok(self.revocations.store().remove(&presented.key()).await?)
    }

    /// Ends a family from outside: its device was lost, its login looks wrong. Returns whether it
    /// ended just now. To end all of a subject, see [`Revocations::revoke_subject`].
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`]: the store failed, and the family may live on.
    pub async fn end_family(&self, family: &FamilyId) -> Result<bool, StoreError> {
        self.revocations.store().remove(&family.key()).await
    }

    /// Checks the family's time and epoch. One of another epoch is removed on the way.
    async fn require_live(
        &self,
        family: &Family,
        presented: &Presented,
        now: UnixTime,
    ) -> Result<(), UseError> {
        if now >= family.good_until() {
            return Err(TokenRefused::Expired.into());
        }
        if is_void(family.epoch(), self.revocations.epoch(family.subject()).await?) {
            let _by_us = self.revocations.store().remove(&presented.key()).await?;
            return Err(TokenRefused::Revoked.into());
        }
        Ok(())
    }
}

impl<S> Clone for RefreshTokens<S> {
    /// The store is shared, not copied.
    fn clone(&self) -> Self {
        Self { revocations: self.revocations.clone(), policy: self.policy, binding: self.binding }
    }
}

impl<S> fmt::Debug for RefreshTokens<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshTokens")
            .field("policy", &self.policy)
            .field("revocations", &self.revocations)
            .field("binding", &self.binding)
            .finish()
    }
}

/// A refresh token, and what is known of its family. See [`RefreshTokens`] for an example.
pub struct RefreshGrant {
    token: SecretString,
    subject: String,
    family: FamilyId,
    expires_at: UnixTime,
    repeated: bool,
}

impl RefreshGrant {
    fn of(family: Family, token: &Presented, repeated: bool) -> Self {
        Self {
            token: token.text(),
            family: token.family(),
            expires_at: family.good_until(),
            subject: family.into_subject(),
            repeated,
        }
    }

    /// Returns the token for the client to keep; what it had before is spent.
    #[must_use]
    pub const fn token(&self) -> &SecretString {
        &self.token
    }

    /// Returns whose login this is.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Returns which family the token is of.
    #[must_use]
    pub const fn family(&self) -> FamilyId {
        self.family
    }

    /// Returns until when the token must be used.
    #[must_use]
    pub const fn expires_at(&self) -> UnixTime {
        self.expires_at
    }

    /// Returns whether the exchange had taken place before, and this is its answer once more. Not
    /// for the client, but worth counting.
    #[must_use]
    pub const fn is_repeated(&self) -> bool {
        self.repeated
    }
}

impl fmt::Debug for RefreshGrant {
    /// Shows neither the token nor the subject.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshGrant")
            .field("family", &self.family)
            .field("expires_at", &self.expires_at)
            .field("repeated", &self.repeated)
            .finish_non_exhaustive()
    }
}

/// A family changes only when its current token is used, so one that lost a race is no longer it:
/// a second attempt always answers.
const MAX_ATTEMPTS: usize = 4;

#[cfg(test)]
mod tests;
