//! Out-of-band codes: what a mail or a message carries, for who asked and for nobody else.

mod code;
mod digest_key;
mod error;
mod message;
mod number;
mod policy;
mod purpose;
mod recipient;
mod record;
mod request;

use core::fmt;
use core::marker::PhantomData;
use core::ops::ControlFlow;
use std::sync::Arc;

use bartizan_core::{Clock, Random, SecretBytes, SharedKeyring, UnixTime};
use bartizan_store::{Store, StoreError, StoredEntry};

pub use self::digest_key::OobDigestKey;
pub use self::error::{OobError, OobRefused, OobSendError};
pub use self::message::{OobMessage, OobVerified};
pub use self::number::VerifiedNumber;
pub use self::policy::{OobForm, OobPolicy, OobPolicyError};
pub use self::purpose::{AddressProof, OobPurpose, SignIn};
pub use self::recipient::{OobChannel, OobRecipient};
use self::record::{Pending, Record};
pub use self::request::OobRequest;
use crate::replace::{MAX_CONFLICTS, replace};

/// Sends codes for purpose `P` by another way than the one on which they come back, and checks each
/// once.
///
/// A code is good for the one [`OobRequest`] that asked for it, for at most ten minutes, once, and
/// for five tries: the sixth is not looked at, right or wrong, and of tries that race each counts.
/// What is stored is its digest under a key of a [`Keyring`](bartizan_core::Keyring), since whoever
/// has the table could try all codes of six digits against a plain one.
///
/// **Of each user and channel one code is out.** A new request takes the place of the former, and
/// sending again gives a new code; both count towards the [`OobPolicy`]. So nobody gets more guesses
/// by asking more often. Who may ask in the name of others can keep them from being sent codes: ask
/// only for who has shown a first factor, or limit by source what may ask.
///
/// Sending is yours, and so is saying the same, whether there is such a user or not.
///
/// ```
/// use std::sync::Arc;
///
/// use bartizan_core::{KeyGenerator, Keyring, SharedKeyring, SystemClock, SystemRandom, UnixTime};
/// use bartizan_otp::{OobChannel, OobDigestKey, OobRecipient, OutOfBandCodes, SignIn};
/// use bartizan_store::MemoryStore;
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let (clock, random) = (SystemClock::new(), SystemRandom::new());
/// let generator = KeyGenerator::new(&random, OobDigestKey::generate);
/// let digest_keys = SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator)?);
/// let store = Arc::new(MemoryStore::new(10_000, Arc::new(clock))?);
/// let codes = OutOfBandCodes::<SignIn, _>::new(store, digest_keys);
///
/// let alice = OobRecipient::new("user-7", OobChannel::Email)?;
/// let (request, message) = codes.begin(alice, "alice@example.org", &clock, &random).await?;
/// let mail = format!("To: {}\n\nYour code is {}.", message.address(), message.code().expose());
/// let session = request.to_text(); // stays with the browser that asked
/// # assert!(mail.len() > 40 && session.expose().len() == 22);
///
/// let typed = message.code().expose();
/// let verified = codes.verify(alice, &request, typed, &clock).await?;
/// assert_eq!(verified.address(), "alice@example.org");
/// assert!(codes.verify(alice, &request, typed, &clock).await.is_err(), "it is used");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct OutOfBandCodes<P, S> {
    store: Arc<S>,
    digest_keys: SharedKeyring<OobDigestKey>,
    policy: OobPolicy,
    purpose: PhantomData<fn() -> P>,
}

impl<P: OobPurpose, S> OutOfBandCodes<P, S> {
    /// Keeps codes in `store`, and sends them as the default [`OobPolicy`] says.
    ///
    /// A digest key is needed for ten minutes after it made its last digest.
    #[must_use]
    pub fn new(store: Arc<S>, digest_keys: SharedKeyring<OobDigestKey>) -> Self {
        const { purpose::check::<P>() }
        Self { store, digest_keys, policy: OobPolicy::new(), purpose: PhantomData }
    }

    /// Sends codes as `policy` says.
    #[must_use]
    pub fn with_policy(self, policy: OobPolicy) -> Self {
        Self { policy, ..self }
    }
}

impl<P: OobPurpose, S: Store> OutOfBandCodes<P, S> {
    /// Begins a request: gives its name, to keep with who asked, and the message to send.
    ///
    /// # Errors
    ///
    /// - [`OobSendError::InvalidAddress`]: empty, longer than 320 bytes, or with a control character.
    /// - [`OobSendError::UnverifiedNumber`]: by telephone, and not for [`AddressProof`].
    /// - [`OobSendError::NoTelephone`]: by telephone, and the policy has none.
    /// - [`OobSendError::Limited`]: there were codes enough.
    /// - [`OobSendError::Store`]: the store or the machine failed. Codes sent before may be void.
    #[expect(clippy::too_many_arguments, reason = "to whom and where, when it is, and a secret")]
    pub async fn begin(
        &self,
        to: OobRecipient<'_>,
        address: &str,
        clock: &dyn Clock,
        random: &dyn Random,
    ) -> Result<(OobRequest<P>, OobMessage), OobSendError> {
        if to.channel == OobChannel::Telephone && P::NAME != AddressProof::NAME {
            return Err(OobSendError::UnverifiedNumber);
        }
        self.begin_anywhere(to, address, (clock.now(), random)).await
    }

    /// Begins a request of `user` as [`begin`](Self::begin) does, by telephone. Check it, and send
    /// again, as for a recipient by [`OobChannel::Telephone`].
    ///
    /// # Errors
    ///
    /// Those of [`begin`](Self::begin) but for [`OobSendError::UnverifiedNumber`], and
    /// [`OobSendError::InvalidUser`]: empty, or longer than 255 bytes.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::{Clock, Random};
    /// use bartizan_otp::{OobMessage, OobRequest, OobSendError, OutOfBandCodes, SignIn, VerifiedNumber};
    /// use bartizan_store::MemoryStore;
    ///
    /// async fn ask(
    ///     codes: &OutOfBandCodes<SignIn, MemoryStore>,
    ///     row: (&str, &str),
    ///     clock: &dyn Clock,
    ///     random: &dyn Random,
    /// ) -> Result<(OobRequest<SignIn>, OobMessage), OobSendError> {
    ///     let (user, verified_number) = row;
    ///     let number = VerifiedNumber::from_stored(verified_number);
    ///     codes.begin_at_number(user, &number, clock, random).await
    /// }
    /// ```
    #[expect(clippy::too_many_arguments, reason = "as `begin`")]
    pub async fn begin_at_number(
        &self,
        user: &str,
        number: &VerifiedNumber,
        clock: &dyn Clock,
        random: &dyn Random,
    ) -> Result<(OobRequest<P>, OobMessage), OobSendError> {
        let to = OobRecipient::new(user, OobChannel::Telephone)?;
        self.begin_anywhere(to, number.as_str(), (clock.now(), random)).await
    }

    async fn begin_anywhere(
        &self,
        to: OobRecipient<'_>,
        address: &str,
        (now, random): (UnixTime, &dyn Random),
    ) -> Result<(OobRequest<P>, OobMessage), OobSendError> {
        if !(1..=MAX_ADDRESS_LEN).contains(&address.len()) || address.contains(char::is_control) {
            return Err(OobSendError::InvalidAddress);
        }
        let request = OobRequest::draw(random)?;
        let message = self.send(to, &request, Some(address), (now, random)).await?;
        Ok((request, message))
    }

    /// Sends another code for the same request, to the same address. From here on only the new code
    /// is good, and has all its tries.
    ///
    /// # Errors
    ///
    /// - [`OobSendError::UnknownRequest`]: the code was used, or another request has taken its place.
    /// - [`OobSendError::Limited`]: there were codes enough.
    /// - [`OobSendError::Store`]: the store or the machine failed. The former code may be void.
    #[expect(clippy::too_many_arguments, reason = "as `begin`")]
    pub async fn resend(
        &self,
        to: OobRecipient<'_>,
        request: &OobRequest<P>,
        clock: &dyn Clock,
        random: &dyn Random,
    ) -> Result<OobMessage, OobSendError> {
        self.send(to, request, None, (clock.now(), random)).await
    }

    /// Without a new address, it is that of the code that is out for the request.
    #[expect(clippy::too_many_arguments, reason = "as `begin`")]
    async fn send(
        &self,
        to: OobRecipient<'_>,
        request: &OobRequest<P>,
        new_address: Option<&str>,
        (now, random): (UnixTime, &dyn Random),
    ) -> Result<OobMessage, OobSendError> {
        if to.channel == OobChannel::Telephone && !self.policy.has_telephone() {
            return Err(OobSendError::NoTelephone);
        }
        let key = to.key::<P>();
        let mut stored = self.store.get(&key).await?;
        for _ in 0..MAX_CONFLICTS {
            let code = code::draw(self.policy.form(), random)?;
            let mut record = read(stored.as_ref())?;
            let address = match (new_address, &record.pending) {
                (Some(address), _) => address.to_owned(),
                (None, Some(pending)) if pending.is_for(request) => pending.address.clone(),
                (None, _) => return Err(OobSendError::UnknownRequest),
            };
            let retry_after_secs = record.retry_after_secs(&self.policy, now);
            if retry_after_secs > 0 {
                return Err(OobSendError::Limited { retry_after_secs });
            }
            let expires_at = now.saturating_add_secs(self.policy.lifetime_secs());
            let message = OobMessage { code, address, expires_at };
            record.send(self.pending(to, request, &message), now);
            match replace(&*self.store, &key, stored.as_ref(), record.entry()).await? {
                ControlFlow::Break(()) => return Ok(message),
                ControlFlow::Continue(found) => stored = found,
            }
        }
        Err(StoreError::Unavailable.into())
    }

    fn pending(
        &self,
        to: OobRecipient<'_>,
        request: &OobRequest<P>,
        message: &OobMessage,
    ) -> Pending {
        let digest_keys = self.digest_keys.snapshot();
        let (id, digest_key) = digest_keys.primary();
        let mut pending = Pending {
            request: request.digest(),
            digest_key: id,
            tag: [0; 32],
            tries: 0,
            expires_at: message.expires_at(),
            address: message.address().to_owned(),
        };
        pending.tag = tag(digest_key, (to, request), &pending, message.code().expose().as_bytes());
        pending
    }

    /// Checks the code that came back for a request, and uses it up. Of many that try at once
    /// exactly one does.
    ///
    /// One space between the digits is read as none. A wrong code has cost a try before this
    /// answers, whatever else happens at the same time.
    ///
    /// # Errors
    ///
    /// - [`OobError::Refused`]: [`OobRefused::Malformed`], and then the store was not asked;
    ///   [`OobRefused::Unknown`], of another request, user, channel or purpose included;
    ///   [`OobRefused::Expired`]; [`OobRefused::Exhausted`]; [`OobRefused::Mismatch`];
    ///   [`OobRefused::Key`].
    /// - [`OobError::Store`]: the store failed. The code, or a try, may be used up.
    #[expect(clippy::too_many_arguments, reason = "whose code, of which request, and when it is")]
    pub async fn verify(
        &self,
        of: OobRecipient<'_>,
        request: &OobRequest<P>,
        typed: &str,
        clock: &dyn Clock,
    ) -> Result<OobVerified<P>, OobError> {
        let code = code::read(self.policy.form(), typed).ok_or(OobRefused::Malformed)?;
        let key = of.key::<P>();
        let mut stored = self.store.get(&key).await?;
        for _ in 0..MAX_CONFLICTS {
            let mut record = read(stored.as_ref())?;
            let outcome = self.judge(&mut record, of, request, (&code, clock.now()))?;
            match replace(&*self.store, &key, stored.as_ref(), record.entry()).await? {
                ControlFlow::Break(()) => return Ok(outcome?),
                ControlFlow::Continue(found) => stored = found,
            }
        }
        Err(StoreError::Unavailable.into())
    }

    /// Decides about a try, and says so in the record: the outcome counts when that is stored. What
    /// is refused without a try is refused at once.
    #[expect(clippy::too_many_arguments, reason = "all of `verify`, and what was found")]
    fn judge(
        &self,
        record: &mut Record,
        of: OobRecipient<'_>,
        request: &OobRequest<P>,
        (code, now): (&SecretBytes, UnixTime),
    ) -> Result<Result<OobVerified<P>, OobRefused>, OobRefused> {
        let pending = record.pending.as_mut().filter(|pending| pending.is_for(request));
        let pending = pending.ok_or(OobRefused::Unknown)?;
        if pending.is_expired(now) {
            return Err(OobRefused::Expired);
        }
        let tries_left = OobPolicy::MAX_TRIES.checked_sub(pending.tries.saturating_add(1));
        let tries_left = tries_left.ok_or(OobRefused::Exhausted)?;

        let digest_keys = self.digest_keys.snapshot();
        let digest_key = digest_keys.accept(pending.digest_key).map_err(OobRefused::Key)?;
        let expected = tag(digest_key, (of, request), pending, code.expose());
        if !SecretBytes::from(expected).ct_eq(&pending.tag) {
            pending.tries = pending.tries.saturating_add(1);
            return Ok(Err(OobRefused::Mismatch { tries_left }));
        }
        let address = core::mem::take(&mut pending.address);
        record.accept();
        Ok(Ok(OobVerified { address, channel: of.channel, purpose: PhantomData }))
    }
}

impl<P, S> Clone for OutOfBandCodes<P, S> {
    /// Store and keyring are shared, not copied.
    fn clone(&self) -> Self {
        Self {
            store: Arc::clone(&self.store),
            digest_keys: self.digest_keys.clone(),
            policy: self.policy,
            purpose: PhantomData,
        }
    }
}

impl<P: OobPurpose, S> fmt::Debug for OutOfBandCodes<P, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutOfBandCodes")
            .field("purpose", &P::NAME)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

fn read(stored: Option<&StoredEntry>) -> Result<Record, StoreError> {
    stored.map_or_else(|| Ok(Record::default()), |stored| Record::read(stored.entry().bytes()))
}

/// What is stored of a code. It covers what the code is for, whose it is, which request's, where it
/// was sent and until when it is good: whoever can write to the store can change none of that.
fn tag<P: OobPurpose>(
    key: &OobDigestKey,
    (of, request): (OobRecipient<'_>, &OobRequest<P>),
    pending: &Pending,
    code: &[u8],
) -> [u8; 32] {
    let texts = [TAG_LABEL, P::NAME, of.channel.name(), of.user, &pending.address];
    let [label, purpose, channel, user, address] = texts.map(str::as_bytes);
    let expires_at = pending.expires_at.as_secs().to_be_bytes();
    key.tag(&[label, purpose, channel, user, address, &expires_at, request.id(), code])
}

const TAG_LABEL: &str = "bartizan-otp out-of-band code";

/// In bytes: 64 before the `@` and 255 after it (RFC 5321, section 4.5.3.1).
const MAX_ADDRESS_LEN: usize = 320;

#[cfg(test)]
mod tests;
