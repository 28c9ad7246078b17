//! One-time tokens: what a link in a mail carries.

mod purpose;

use core::fmt;
use core::marker::PhantomData;

use bartizan_core::{Clock, Random, SecretBytes, SecretString, UnixTime, base64url};

pub use self::purpose::{
    AccountActivation, EmailVerification, Invitation, OneTimePurpose, PasswordReset,
};
use crate::namespace;
use crate::refused::{GrantError, SetupError, TokenRefused, UseError, checked_subject};
use crate::revocation::{EpochId, Revocations, is_void};
use bartizan_store::record::{Reader, Writer};
use bartizan_store::{Entry, Store, StoreError, StoreKey};

/// Gives out tokens for one purpose, each of which works once.
///
/// A token is 256 random bits in 43 characters of base64url; the store has a digest of it and of
/// the purpose, so a token for one purpose is unknown to every other. It is about one subject, and
/// carries a detail with it that is as much a part of it: the address that a mail is sent to, so
/// that it is this address which is verified, not the one that the account has by then.
///
/// **Use it where something is changed**, in the answer to a form that was sent. The link itself is
/// opened by mail scanners and by browsers that look ahead; [`peek`](Self::peek) is for the page
/// that it leads to.
///
/// A reset or an activation proves that somebody reads the mail, and no more. It gives no session,
/// and skips no second factor. After a reset call [`Revocations::revoke_subject`]: it ends all
/// logins, and the other links that were sent.
///
/// ```
/// use std::sync::Arc;
///
/// use bartizan_core::{SystemClock, SystemRandom};
/// use bartizan_store::MemoryStore;
/// use bartizan_token::{EmailVerification, IssuerName, OneTimeTokens, Revocations};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let (clock, random) = (SystemClock::new(), SystemRandom::new());
/// let store = Arc::new(MemoryStore::new(10_000, Arc::new(clock))?);
/// let name = IssuerName::new("https://id.example")?;
/// let revocations = Revocations::new(store, name, 30 * 86_400);
/// let tokens = OneTimeTokens::<EmailVerification, _>::new(revocations)?;
///
/// let token = tokens.issue("user-7", "alice@example.com", &clock, &random).await?;
/// let link = format!("https://app.example/verify#{}", token.expose());
/// # assert_eq!(link.len(), 27 + 43);
///
/// assert!(tokens.peek(&token, &clock).await.is_ok());
/// let used = tokens.redeem(&token, &clock).await?;
/// assert_eq!((used.subject(), used.detail()), ("user-7", "alice@example.com"));
/// assert!(tokens.redeem(&token, &clock).await.is_err(), "it was used");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct OneTimeTokens<P, S> {
    revocations: Revocations<S>,
    purpose: PhantomData<fn() -> P>,
}

impl<P: OneTimePurpose, S> OneTimeTokens<P, S> {
    /// Keeps tokens where `revocations` keeps what was revoked.
    ///
    /// # Errors
    ///
    /// [`SetupError::RevocationsTooShort`]: a token of this purpose may live longer than
    /// revocations are remembered.
    pub fn new(revocations: Revocations<S>) -> Result<Self, SetupError> {
        const { purpose::check::<P>() }
        revocations.require(P::MAX_LIFETIME_SECS)?;
        Ok(Self { revocations, purpose: PhantomData })
    }
}

impl<P: OneTimePurpose, S: Store> OneTimeTokens<P, S> {
    /// Makes a token about `subject` that lives as long as its purpose says.
    ///
    /// `detail` comes back when the token is used: an address, what somebody is invited to. It may
    /// be empty. Do the same work and give the same answer when there is no such account, so that
    /// nobody learns who has one.
    ///
    /// # Errors
    ///
    /// - [`GrantError::InvalidSubject`]: empty, or longer than 255 bytes.
    /// - [`GrantError::DetailTooLong`]: longer than 1,024 bytes.
    /// - [`GrantError::Store`]: the store or the machine failed.
    #[expect(clippy::too_many_arguments, reason = "about whom and what, when it is, and a secret")]
    pub async fn issue(
        &self,
        subject: &str,
        detail: &str,
        clock: &dyn Clock,
        random: &dyn Random,
    ) -> Result<SecretString, GrantError> {
        self.issue_with_lifetime((subject, detail), P::DEFAULT_LIFETIME_SECS, clock, random).await
    }

    /// Makes a token as [`issue`](Self::issue) does, about a subject and with a detail, which lives
    /// for `lifetime_secs`.
    ///
    /// # Errors
    ///
    /// Those of [`issue`](Self::issue), and [`GrantError::InvalidLifetime`] when `lifetime_secs` is
    /// zero or more than the purpose's maximum.
    #[expect(clippy::too_many_arguments, reason = "as `issue`, and for how long")]
    pub async fn issue_with_lifetime(
        &self,
        (subject, detail): (&str, &str),
        lifetime_secs: u64,
        clock: &dyn Clock,
        random: &dyn Random,
    ) -> Result<SecretString, GrantError> {
        if !(1..=P::MAX_LIFETIME_SECS).contains(&lifetime_secs) {
            return Err(GrantError::InvalidLifetime { max_secs: P::MAX_LIFETIME_SECS });
        }
        if detail.len() > MAX_DETAIL_LEN {
            return Err(GrantError::DetailTooLong);
        }
        let subject = checked_subject(subject)?;
        let epoch = self.revocations.epoch(subject).await?;
        let secret = SecretBytes::random(SECRET_LEN, random)?;
        let expires_at = clock.now().saturating_add_secs(lifetime_secs);
        let (subject, detail) = (subject.to_owned(), detail.to_owned());
        let entry = Record { subject, detail, epoch, expires_at }.entry();
        if self.revocations.store().create(&key::<P>(&secret), entry).await? {
            Ok(SecretString::from(base64url::encode(secret.expose())))
        } else {
            // No two draws of 256 bits are one: the source of randomness repeats itself.
            Err(StoreError::RandomUnavailable.into())
        }
    }

    /// Checks that a token would work, without using it: for the page on which a form waits.
    ///
    /// # Errors
    ///
    /// Those of [`redeem`](Self::redeem).
    pub async fn peek(&self, token: &SecretString, clock: &dyn Clock) -> Result<(), UseError> {
        self.find(token, clock).await.map(drop)
    }

    /// Uses a token up. Of many that try at once with the same token exactly one does.
    ///
    /// # Errors
    ///
    /// - [`UseError::Refused`]: [`TokenRefused::Malformed`], and then the store was not asked;
    ///   [`TokenRefused::Unknown`], of another purpose or used included;
    ///   [`TokenRefused::Expired`]; [`TokenRefused::Revoked`].
    /// - [`UseError::Store`]: the store failed. The token may be used up.
    pub async fn redeem(
        &self,
        token: &SecretString,
        clock: &dyn Clock,
    ) -> Result<Redeemed<P>, UseError> {
        let (key, record) = self.find(token, clock).await?;
        self.take(key, record).await
    }

    /// Uses a token up as [`redeem`](Self::redeem) does, if it is about `subject`: for somebody who
    /// is logged in.
    ///
    /// # Errors
    ///
    /// Those of [`redeem`](Self::redeem), and [`TokenRefused::WrongSubject`] when it is about
    /// somebody else, for whom it still works.
    pub async fn redeem_for(
        &self,
        subject: &str,
        token: &SecretString,
        clock: &dyn Clock,
    ) -> Result<Redeemed<P>, UseError> {
        let (key, record) = self.find(token, clock).await?;
        if record.subject != subject {
            return Err(TokenRefused::WrongSubject.into());
        }
        self.take(key, record).await
    }

    async fn find(
        &self,
        token: &SecretString,
        clock: &dyn Clock,
    ) -> Result<(StoreKey, Record), UseError> {
        let secret = parse(token).ok_or(TokenRefused::Malformed)?;
        let key = key::<P>(&secret);
        let stored = self.revocations.store().get(&key).await?.ok_or(TokenRefused::Unknown)?;
        let record = Record::read(stored.entry().bytes())?;
        if clock.now() >= record.expires_at {
            return Err(TokenRefused::Expired.into());
        }
        if is_void(record.epoch, self.revocations.epoch(&record.subject).await?) {
            return Err(TokenRefused::Revoked.into());
        }
        Ok((key, record))
    }

    /// Whoever removes the entry has used the token.
    async fn take(&self, key: StoreKey, record: Record) -> Result<Redeemed<P>, UseError> {
        if !self.revocations.store().remove(&key).await? {
            return Err(TokenRefused::Unknown.into());
        }
        let Record { subject, detail, .. } = record;
        Ok(Redeemed { subject, detail, purpose: PhantomData })
    }
}

impl<P, S> Clone for OneTimeTokens<P, S> {
    /// The store is shared, not copied.
    fn clone(&self) -> Self {
        Self { revocations: self.revocations.clone(), purpose: PhantomData }
    }
}

impl<P: OneTimePurpose, S> fmt::Debug for OneTimeTokens<P, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OneTimeTokens")
            .field("purpose", &P::NAME)
            .field("revocations", &self.revocations)
            .finish()
    }
}

/// Proof that a token for purpose `P` was used up: the only door to what it was about.
///
/// Only [`OneTimeTokens::redeem`] makes one; see there for an example.
pub struct Redeemed<P> {
    subject: String,
    detail: String,
    purpose: PhantomData<fn() -> P>,
}

impl<P> Redeemed<P> {
    /// Returns whom the token was about.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Returns what the token carried with it.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

impl<P: OneTimePurpose> fmt::Debug for Redeemed<P> {
    /// Shows neither the subject nor the detail, which may be personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redeemed").field("purpose", &P::NAME).finish_non_exhaustive()
    }
}

/// Nothing of another length is decoded, and nothing else reaches the store.
fn parse(token: &SecretString) -> Option<SecretBytes> {
    let text = token.expose();
    if text.len() != TEXT_LEN {
        return None;
    }
    base64url::decode(text).ok().map(SecretBytes::from)
}

fn key<P: OneTimePurpose>(secret: &SecretBytes) -> StoreKey {
    StoreKey::of(namespace::ONE_TIME_TOKEN, &[P::NAME.as_bytes(), secret.expose()])
}

/// A token, as it is stored under the digest of its secret and its purpose.
struct Record {
    subject: String,
    detail: String,
    epoch: Option<EpochId>,
    expires_at: UnixTime,
}

impl Record {
    fn entry(&self) -> Entry {
        let record = Writer::new()
            .text(&self.subject)
            .text(&self.detail)
            .option(self.epoch.as_ref(), Writer::bytes)
            .time(self.expires_at);
        Entry::new(record.finish(), self.expires_at)
    }

    fn read(record: &[u8]) -> Result<Self, StoreError> {
        let mut reader = Reader::new(record)?;
        let record = Self {
            subject: reader.text()?.to_owned(),
            detail: reader.text()?.to_owned(),
            epoch: reader.option(Reader::bytes)?,
            expires_at: reader.time()?,
        };
        reader.finish()?;
        Ok(record)
    }
}

const MAX_DETAIL_LEN: usize = 1_024;

const SECRET_LEN: usize = 32;

/// Of 32 bytes in base64url, without padding.
const TEXT_LEN: usize = 43;

#[cfg(test)]
mod tests;
