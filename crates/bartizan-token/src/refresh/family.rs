//! A family as the store keeps it, and what a token that comes in means to it.

use core::fmt;
use core::str::FromStr;

use bartizan_core::{
    EncodingError, Random, RandomUnavailable, SecretBytes, SecretString, UnixTime, base64url, hex,
};
use ring::hmac;

use super::RefreshPolicy;
use crate::digest::digest;
use crate::namespace;
use crate::revocation::EpochId;
use crate::thumbprint::Thumbprint;
use bartizan_store::record::{Reader, Writer};
use bartizan_store::{Entry, StoreError, StoreKey};

/// Names a family of refresh tokens: for a list of a user's logins, and for the log. It is no
/// secret, and lets nobody refresh.
///
/// ```
/// use bartizan_token::FamilyId;
///
/// let id: FamilyId = "5f".repeat(32).parse()?;
/// assert_eq!(id.to_string(), "5f".repeat(32));
/// assert!("5F".repeat(32).parse::<FamilyId>().is_err());
/// # Ok::<(), bartizan_core::EncodingError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FamilyId([u8; 32]);

impl FamilyId {
    pub(super) const fn key(&self) -> StoreKey {
        StoreKey::from_digest(namespace::REFRESH_FAMILY, self.0)
    }
}

impl FromStr for FamilyId {
    type Err = EncodingError;

    fn from_str(text: &str) -> Result<Self, EncodingError> {
        // Another length is refused as half a byte would be, before anything is decoded.
        let bytes = hex::decode(if text.len() == 64 { text } else { "0" })?;
        let mut id = [0; 32];
        for (to, from) in id.iter_mut().zip(bytes) {
            *to = from;
        }
        Ok(Self(id))
    }
}

impl fmt::Display for FamilyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&hex::encode(&self.0))
    }
}

impl fmt::Debug for FamilyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FamilyId({self:.8}..)")
    }
}

/// The family of a token that came back after it was used. Tell the subject.
#[derive(Clone, PartialEq, Eq)]
pub struct ReusedFamily {
    subject: Box<str>,
    family: FamilyId,
}

impl ReusedFamily {
    /// Returns whose login it was.
    #[must_use]
    pub const fn subject(&self) -> &str {
        &self.subject
    }

    /// Returns which family has ended.
    #[must_use]
    pub const fn family(&self) -> FamilyId {
        self.family
    }
}

impl fmt::Debug for ReusedFamily {
    /// Shows no subject, which may be personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReusedFamily").field("family", &self.family).finish_non_exhaustive()
    }
}

/// A token as it came in or goes out: what finds the family, and what proves.
pub(super) struct Presented {
    family: FamilyId,
    /// The bytes of the whole token: the family's name, then the secret.
    bytes: SecretBytes,
}

impl Presented {
    pub(super) fn draw(
        random: &dyn Random,
        binding: Option<&Thumbprint>,
    ) -> Result<Self, RandomUnavailable> {
        SecretBytes::random(TOKEN_LEN, random).map(|bytes| Self::of(bytes, binding))
    }

    /// Reads the text of a token: nothing else of its length is decoded, nothing of another is.
    pub(super) fn parse(token: &SecretString, binding: Option<&Thumbprint>) -> Option<Self> {
        let text = token.expose();
        if text.len() != TEXT_LEN {
            return None;
        }
        let bytes = base64url::decode(text).ok().map(SecretBytes::from)?;
        Some(Self::of(bytes, binding))
    }

    /// The family is found by its name and by the key that it is bound to, if any, so whoever has
    /// the token alone finds nothing, and ends nothing.
    fn of(bytes: SecretBytes, binding: Option<&Thumbprint>) -> Self {
        let name = bytes.expose().get(..NAME_LEN).unwrap_or_default();
        let key = match binding {
            None => StoreKey::of(namespace::REFRESH_FAMILY, &[name]),
            Some(key) => StoreKey::of(namespace::REFRESH_FAMILY, &[name, key.as_bytes()]),
        };
        Self { family: FamilyId(*key.digest()), bytes }
    }

    pub(super) fn text(&self) -> SecretString {
        SecretString::from(base64url::encode(self.bytes.expose()))
    }

    pub(super) const fn family(&self) -> FamilyId {
        self.family
    }

    pub(super) const fn key(&self) -> StoreKey {
        self.family.key()
    }

    #[cfg(test)]
    pub(super) fn exposed(&self) -> &[u8] {
        self.bytes.expose()
    }

    fn secret(&self) -> &[u8] {
        self.bytes.expose().get(NAME_LEN..).unwrap_or_default()
    }

    fn digest(&self) -> Digest {
        digest("refresh secret", &[self.secret()])
    }

    /// Returns the token that follows this one: its secret is made of this one's and of fresh
    /// randomness, so that it can be made again from the token that comes in a second time.
    pub(super) fn successor(&self, salt: &Salt) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.secret());
        let mut context = hmac::Context::with_key(&key);
        context.update(b"bartizan-token refresh successor\0");
        context.update(salt);
        let secret = context.sign();
        let name = self.bytes.expose().iter().take(NAME_LEN);
        let bytes: Vec<u8> = name.chain(secret.as_ref()).copied().collect();
        Self { family: self.family, bytes: SecretBytes::from(bytes) }
    }
}

/// Draws what makes of a token its successor.
pub(super) fn draw_salt(random: &dyn Random) -> Result<Salt, RandomUnavailable> {
    let mut salt = [0; 32];
    random.fill(&mut salt)?;
    Ok(salt)
}

/// What a token is to its family.
pub(super) enum Place {
    /// The one that is good.
    Current,
    /// The one before, whose successor was not used, and not long ago: this is the successor.
    JustReplaced(Presented),
    /// One that was used before, or never was.
    Old,
}

/// A family, as it is stored.
pub(super) struct Family {
    subject: String,
    epoch: Option<EpochId>,
    ends_at: UnixTime,
    good_until: UnixTime,
    current: Digest,
    replaced: Option<Replaced>,
}

/// The token before the current one, while there is a grace.
struct Replaced {
    digest: Digest,
    salt: Salt,
    at: UnixTime,
}

impl Family {
    pub(super) fn begin(
        (subject, epoch): (&str, Option<EpochId>),
        token: &Presented,
        policy: &RefreshPolicy,
        now: UnixTime,
    ) -> Self {
        let ends_at = now.saturating_add_secs(policy.absolute_secs());
        Self {
            subject: subject.to_owned(),
            epoch,
            ends_at,
            good_until: now.saturating_add_secs(policy.idle_secs()).min(ends_at),
            current: token.digest(),
            replaced: None,
        }
    }

    /// Returns the family after `token`, its current one, was used, and the next token.
    pub(super) fn rotate(
        self,
        (token, salt): (&Presented, Salt),
        policy: &RefreshPolicy,
        now: UnixTime,
    ) -> (Self, Presented) {
        let next = token.successor(&salt);
        // Without a grace nothing that leads from one token to the next is kept.
        let keep = policy.grace_secs() > 0;
        let replaced = keep.then_some(Replaced { digest: self.current, salt, at: now });
        let good_until = now.saturating_add_secs(policy.idle_secs()).min(self.ends_at);
        (Self { good_until, current: next.digest(), replaced, ..self }, next)
    }

    pub(super) fn place(&self, token: &Presented, policy: &RefreshPolicy, now: UnixTime) -> Place {
        let digest = SecretBytes::from(token.digest());
        if digest.ct_eq(&self.current) {
            return Place::Current;
        }
        match &self.replaced {
            // Clocks of two processes may be apart, either way.
            Some(replaced)
                if digest.ct_eq(&replaced.digest)
                    && now.as_secs().abs_diff(replaced.at.as_secs()) < policy.grace_secs() =>
            {
                Place::JustReplaced(token.successor(&replaced.salt))
            }
            _ => Place::Old,
        }
    }

    pub(super) const fn good_until(&self) -> UnixTime {
        self.good_until
    }

    pub(super) const fn epoch(&self) -> Option<EpochId> {
        self.epoch
    }

    pub(super) fn subject(&self) -> &str {
        &self.subject
    }

    pub(super) fn into_subject(self) -> String {
        self.subject
    }

    pub(super) fn reused(self, token: &Presented) -> ReusedFamily {
        ReusedFamily { subject: self.subject.into_boxed_str(), family: token.family }
    }

    pub(super) fn entry(&self) -> Entry {
        let record = Writer::new()
            .text(&self.subject)
            .option(self.epoch.as_ref(), Writer::bytes)
            .time(self.ends_at)
            .time(self.good_until)
            .bytes(&self.current)
            .option(self.replaced.as_ref(), |writer, replaced| {
                writer.bytes(&replaced.digest).bytes(&replaced.salt).time(replaced.at)
            });
        Entry::new(record.finish(), self.good_until)
    }

    pub(super) fn read(record: &[u8]) -> Result<Self, StoreError> {
        let mut reader = Reader::new(record)?;
        let family = Self {
            subject: reader.text()?.to_owned(),
            epoch: reader.option(Reader::bytes)?,
            ends_at: reader.time()?,
            good_until: reader.time()?,
            current: reader.bytes()?,
            replaced: reader.option(|reader| {
                let (digest, salt) = (reader.bytes()?, reader.bytes()?);
                Ok(Replaced { digest, salt, at: reader.time()? })
            })?,
        };
        reader.finish()?;
        Ok(family)
    }
}

type Digest = [u8; 32];
type Salt = [u8; 32];

/// Of what finds the family: no two are one.
const NAME_LEN: usize = 16;

/// Of the name and the 32 bytes of the secret.
const TOKEN_LEN: usize = NAME_LEN + 32;

/// Four characters for three bytes.
const TEXT_LEN: usize = TOKEN_LEN / 3 * 4;
