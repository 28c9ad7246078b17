//! Keys that protect keyrings.

mod key_file;
mod passphrase;

use core::error::Error;
use core::fmt;

use bartizan_core::{Context, KeyId, OpenError, Random, RandomUnavailable, SealError, SecretBytes};

pub use self::key_file::{KeyFileError, LocalKeyFile};
pub use self::passphrase::{Passphrase, PassphraseError};
use crate::format::{self, Parts};
use crate::sealing_key::SealingKey;

/// A key-encryption key: it wraps the one key that protects a stored keyring.
///
/// It is in this process: for a key service or a security module, implement
/// [`KekProvider`](crate::KekProvider), which every `KeyEncryptionKey` is too. It is asked once
/// when a keyring is loaded and again when one is saved, never per operation, so it may be slow.
///
/// ```
/// use bartizan_core::{Context, SecretBytes, SystemRandom};
/// use bartizan_envelope::{KekError, KeyEncryptionKey, LocalKeyFile};
///
/// let folder = tempfile::tempdir()?;
/// let random = SystemRandom::new();
/// let kek = LocalKeyFile::create(folder.path().join("kek"), &random)?;
///
/// let key = SecretBytes::random(32, &random)?;
/// let wrapped = kek.wrap_key(&Context::of("example"), &key, &random)?;
/// assert_eq!(wrapped.provider(), "key-file");
/// assert!(kek.unwrap_key(&Context::of("example"), &wrapped)?.ct_eq(key.expose()));
/// assert!(kek.unwrap_key(&Context::of("other"), &wrapped).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait KeyEncryptionKey: fmt::Debug + Send + Sync {
    /// Wraps `key` so that it unwraps under the same `context` only.
    ///
    /// # Errors
    ///
    /// [`KekError::Unavailable`]: there is no randomness or no memory, or the key service does not
    /// answer.
    fn wrap_key(
        &self,
        context: &Context,
        key: &SecretBytes,
        random: &dyn Random,
    ) -> Result<WrappedKey, KekError>;

    /// Unwraps what [`wrap_key`](Self::wrap_key) made.
    ///
    /// # Errors
    ///
    /// - [`KekError::WrongProvider`]: another kind of key wrapped it.
    /// - [`KekError::WrongKey`]: another key of this kind wrapped it.
    /// - [`KekError::Damaged`]: what was stored, or the context, is not what was wrapped.
    /// - [`KekError::Refused`]: the stored parameters are outside the limits.
    /// - [`KekError::Unavailable`]: there is no memory, or the key service does not answer.
    fn unwrap_key(&self, context: &Context, wrapped: &WrappedKey) -> Result<SecretBytes, KekError>;

    /// Returns the name of this kind of key, as it stands in a [`WrappedKey`].
    fn provider_name(&self) -> &str;
}

/// A wrapped key, and what has to be known to unwrap it. Nothing of it is secret.
///
/// See [`KeyEncryptionKey`] for an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedKey {
    provider: String,
    parameters: String,
    bytes: Vec<u8>,
}

impl WrappedKey {
    /// Puts a wrapped key together.
    ///
    /// `parameters` is what the provider needs to find or derive its key again, in a text of its
    /// own; it is empty when there is nothing.
    #[must_use]
    pub const fn new(provider: String, parameters: String, bytes: Vec<u8>) -> Self {
        Self { provider, parameters, bytes }
    }

    /// Returns the name of the kind of key that wrapped it.
    #[must_use]
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// Returns what the provider needs to find or derive its key again.
    #[must_use]
    pub fn parameters(&self) -> &str {
        &self.parameters
    }

    /// Returns the wrapped key.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Why a key was not wrapped or unwrapped. The machine or what it stores is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KekError {
    /// Another kind of key-encryption key wrapped it.
    WrongProvider,
    /// Another key-encryption key, or another passphrase, wrapped it.
    WrongKey,
    /// What was stored, or its context, is not what was wrapped.
    Damaged,
    /// The stored parameters ask for less than is safe, or for more work than is allowed.
    Refused,
    /// There is no randomness or no memory, or the key service does not answer: try again later.
    Unavailable,
}

impl fmt::Display for KekError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WrongProvider => "another kind of key-encryption key wrapped the key",
            Self::WrongKey => "another key-encryption key or passphrase wrapped the key",
            Self::Damaged => "the wrapped key is damaged or was changed",
            Self::Refused => "the parameters of the wrapped key are outside the limits",
            Self::Unavailable => "the key-encryption key is not available now",
        })
    }
}

impl Error for KekError {}

impl From<RandomUnavailable> for KekError {
    fn from(_: RandomUnavailable) -> Self {
        Self::Unavailable
    }
}

/// Wraps under a key that is here, in the format of a sealed value.
fn wrap_under(
    kek: &SealingKey,
    context: &Context,
    key: &SecretBytes,
    random: &dyn Random,
) -> Result<Vec<u8>, KekError> {
    format::seal_once((ONLY_KEY, kek), context, key.expose(), random).map_err(|error| match error {
        SealError::RandomUnavailable => KekError::Unavailable,
        _ => KekError::Refused,
    })
}

/// The commitment tells a wrong key from damage.
fn unwrap_under(
    kek: &SealingKey,
    context: &Context,
    wrapped: &[u8],
) -> Result<SecretBytes, KekError> {
    let damaged = |_: OpenError| KekError::Damaged;
    let parts = Parts::of(wrapped).map_err(damaged)?;
    if !parts.commits_to(kek) {
        return Err(KekError::WrongKey);
    }
    parts.open(kek, context).map_err(damaged)
}

/// A provider has one key, so its id says nothing.
const ONLY_KEY: KeyId = KeyId::from_u32(0);
