//! What is remembered of an API key.

use core::fmt;

use bartizan_core::{KeyId, UnixTime};

use super::{ApiKey, ApiKeyDigestKey};
use crate::digest::digest;
use crate::refused::{GrantError, checked_subject};
use bartizan_store::record::{Reader, Writer};
use bartizan_store::{Entry, StoreError};

/// What an API key shall be: whose, for what, and for how long.
///
/// ```
/// use bartizan_token::{ApiKeySpec, GrantError};
///
/// let spec = ApiKeySpec::new("build-server", &["notes:read", "notes:write"], 90 * 86_400)?;
/// assert_eq!(ApiKeySpec::new("", &[], 60).err(), Some(GrantError::InvalidSubject));
/// assert_eq!(ApiKeySpec::new("ci", &["a b"], 60).err(), Some(GrantError::InvalidScope));
/// # Ok::<(), GrantError>(())
/// ```
#[derive(Clone)]
pub struct ApiKeySpec {
    owner: String,
    scopes: Vec<String>,
    lifetime_secs: u64,
}

impl ApiKeySpec {
    /// The longest lifetime in seconds: 10 years. A key is best replaced every few months.
    pub const MAX_LIFETIME_SECS: u64 = 3_653 * 86_400;

    /// Describes a key of `owner`, an id that never changes, that is good for `scopes` and nothing
    /// else, and lives for `lifetime_secs`.
    ///
    /// # Errors
    ///
    /// - [`GrantError::InvalidSubject`]: the owner is empty, or longer than 255 bytes.
    /// - [`GrantError::InvalidScope`]: more than 32, or one is not 1 to 64 of the characters of
    ///   [RFC 6749, section 3.3].
    /// - [`GrantError::InvalidLifetime`]: zero, or more than
    ///   [`MAX_LIFETIME_SECS`](Self::MAX_LIFETIME_SECS).
    ///
    /// [RFC 6749, section 3.3]: https://www.rfc-editor.org/rfc/rfc6749#section-3.3
    pub fn new(owner: &str, scopes: &[&str], lifetime_secs: u64) -> Result<Self, GrantError> {
        if !(1..=Self::MAX_LIFETIME_SECS).contains(&lifetime_secs) {
            return Err(GrantError::InvalidLifetime { max_secs: Self::MAX_LIFETIME_SECS });
        }
        if scopes.len() > MAX_SCOPES || !scopes.iter().all(|scope| is_scope(scope)) {
            return Err(GrantError::InvalidScope);
        }
        let owner = checked_subject(owner)?.to_owned();
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        Ok(Self { owner, scopes, lifetime_secs })
    }

    pub(super) fn info_at(&self, now: UnixTime) -> ApiKeyInfo {
        ApiKeyInfo {
            owner: self.owner.clone(),
            scopes: self.scopes.clone(),
            created_at: now,
            expires_at: now.saturating_add_secs(self.lifetime_secs),
            last_used_at: None,
        }
    }
}

impl fmt::Debug for ApiKeySpec {
    /// Shows no owner, which may be personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKeySpec")
            .field("scopes", &self.scopes)
            .field("lifetime_secs", &self.lifetime_secs)
            .finish_non_exhaustive()
    }
}

/// What is known of an API key. See [`ApiKeys`](crate::ApiKeys) for an example.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKeyInfo {
    owner: String,
    scopes: Vec<String>,
    created_at: UnixTime,
    expires_at: UnixTime,
    last_used_at: Option<UnixTime>,
}

impl ApiKeyInfo {
    /// Returns whose key it is.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// Returns for what the key is good.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scopes.iter().map(String::as_str)
    }

    /// Returns when the key was made.
    #[must_use]
    pub const fn created_at(&self) -> UnixTime {
        self.created_at
    }

    /// Returns from when on the key is no longer good.
    #[must_use]
    pub const fn expires_at(&self) -> UnixTime {
        self.expires_at
    }

    /// Returns when the key was last used, up to an hour too early, and nothing if it never was.
    #[must_use]
    pub const fn last_used_at(&self) -> Option<UnixTime> {
        self.last_used_at
    }

    pub(super) fn used_at(&self, now: UnixTime) -> Self {
        Self { last_used_at: Some(now), ..self.clone() }
    }

    /// What the digest covers: all but the last use.
    fn fixed(&self) -> Vec<u8> {
        // At most 32.
        let count = u8::try_from(self.scopes.len()).unwrap_or(u8::MAX);
        let writer = Writer::new().text(&self.owner).bytes(&[count]);
        let writer = self.scopes.iter().fold(writer, |writer, scope| writer.text(scope));
        writer.time(self.created_at).time(self.expires_at).finish()
    }

    fn read(fixed: &[u8], last_used_at: Option<UnixTime>) -> Result<Self, StoreError> {
        let mut reader = Reader::new(fixed)?;
        let owner = reader.text()?.to_owned();
        let [count] = reader.bytes()?;
        let scopes = (0..count).map(|_| reader.text().map(str::to_owned));
        let scopes = scopes.collect::<Result<_, _>>()?;
        let (created_at, expires_at) = (reader.time()?, reader.time()?);
        reader.finish()?;
        Ok(Self { owner, scopes, created_at, expires_at, last_used_at })
    }
}

impl fmt::Debug for ApiKeyInfo {
    /// Shows no owner, which may be personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKeyInfo")
            .field("scopes", &self.scopes)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// A key, as it is stored under the digest of its id.
pub(super) struct Record {
    digest_key: KeyId,
    tag: [u8; 32],
    info: ApiKeyInfo,
}

impl Record {
    pub(super) fn new(
        info: ApiKeyInfo,
        key: &ApiKey,
        (id, digest_key): (KeyId, &ApiKeyDigestKey),
    ) -> Self {
        Self { digest_key: id, tag: digest_key.tag(&message(key, &info)), info }
    }

    pub(super) const fn digest_key(&self) -> KeyId {
        self.digest_key
    }

    pub(super) const fn info(&self) -> &ApiKeyInfo {
        &self.info
    }

    pub(super) fn into_info(self) -> ApiKeyInfo {
        self.info
    }

    /// Returns whether this is the record of `key`, unchanged.
    pub(super) fn proves(&self, key: &ApiKey, digest_key: &ApiKeyDigestKey) -> bool {
        digest_key.is_tag(&self.tag, &message(key, &self.info))
    }

    pub(super) fn entry(&self) -> Entry {
        let record = Writer::new()
            .bytes(&self.digest_key.to_bytes())
            .bytes(&self.tag)
            .option(self.info.last_used_at.as_ref(), |writer, at| writer.time(*at))
            .rest(&self.info.fixed());
        Entry::new(record, self.info.expires_at)
    }

    pub(super) fn read(record: &[u8]) -> Result<Self, StoreError> {
        let mut reader = Reader::new(record)?;
        let digest_key = KeyId::from_bytes(reader.bytes()?);
        let tag = reader.bytes()?;
        let last_used_at = reader.option(Reader::time)?;
        let info = ApiKeyInfo::read(reader.rest(), last_used_at)?;
        Ok(Self { digest_key, tag, info })
    }
}

/// What is tagged: the whole text of the key, and what the key may do.
fn message(key: &ApiKey, info: &ApiKeyInfo) -> [u8; 32] {
    digest("api key", &[key.text().expose().as_bytes(), &info.fixed()])
}

/// Returns whether it is time to write down that a key is used.
pub(super) fn last_used_is_due(last_used_at: Option<UnixTime>, now: UnixTime) -> bool {
    last_used_at.is_none_or(|last| now.secs_since(last) >= Some(LAST_USED_STEP_SECS))
}

/// The characters of a `scope-token`: printable ASCII but space, `"` and `\`.
fn is_scope(scope: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
    (1..=MAX_SCOPE_LEN).contains(&scope.len()) && scope.bytes().all(allowed)
}

const MAX_SCOPES: usize = 32;

const MAX_SCOPE_LEN: usize = 64;

/// An hour: exact enough to find keys that nobody uses, and one write an hour for a busy one.
const LAST_USED_STEP_SECS: u64 = 3_600;
