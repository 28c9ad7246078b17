//! Key-encryption keys that are somewhere else.

#[cfg(feature = "aws-kms")]
mod aws_kms;
#[cfg(any(feature = "aws-kms", feature = "vault-transit"))]
mod http;
mod multi;
mod pause;
#[cfg(feature = "pkcs11")]
mod pkcs11;
mod steady;
#[cfg(feature = "vault-transit")]
mod vault_transit;

use core::error::Error;
use core::fmt;
use core::future::ready;
use core::pin::Pin;

use bartizan_core::{Context, Random, RandomUnavailable, SecretBytes};

#[cfg(feature = "aws-kms")]
pub use self::aws_kms::{AwsCredentials, AwsKms, AwsKmsError};
#[cfg(any(feature = "aws-kms", feature = "vault-transit"))]
pub use self::http::{InvalidServiceUrl, ServiceClient, ServiceClientError, ServiceUrl};
pub use self::multi::{MultiProvider, MultiProviderError};
pub use self::pause::{Pause, ThreadPause};
#[cfg(feature = "pkcs11")]
pub use self::pkcs11::{Pkcs11Error, Pkcs11Kek, Pkcs11Token};
pub use self::steady::{SteadyPolicy, SteadyProvider};
#[cfg(feature = "vault-transit")]
pub use self::vault_transit::{VaultTransit, VaultTransitError};
use crate::kek::{KekError, KeyEncryptionKey, WrappedKey};

/// What a provider promises: a result later, needing no particular runtime.
pub type KekFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, KekProviderError>> + Send + 'a>>;

/// Whoever has a key-encryption key and may be far away: a key service, a security module.
///
/// It wraps the one key that protects a stored keyring, when the keyring is saved, and unwraps it,
/// when the keyring is loaded; never for a single value. Every [`KeyEncryptionKey`], which is in
/// this process, is a provider too. [`AsyncKeyringFile`](crate::AsyncKeyringFile) takes any.
///
/// **It says no in one way.** A wrong key, another context, changed bytes, a disabled key and a
/// missing right are all [`KekProviderError::Refused`]. So whoever tries wrapped keys learns
/// nothing from the answer.
///
/// **It ends.** Set a time limit inside, or put a [`SteadyProvider`] around it, which also tries
/// again. The futures may be dropped at any time.
///
/// ```
/// use bartizan_core::{Context, Random, SecretBytes, SystemRandom};
/// use bartizan_envelope::{
///     KekDescription, KekFuture, KekProvider, KekProviderError, KeyEncryptionKey, LocalKeyFile,
///     WrappedKey,
/// };
///
/// /// A service in the same house.
/// #[derive(Debug)]
/// struct House(LocalKeyFile);
///
/// impl KekProvider for House {
///     fn wrap<'a>(
///         &'a self,
///         context: &'a Context,
///         key: &'a SecretBytes,
///         random: &'a dyn Random,
///     ) -> KekFuture<'a, WrappedKey> {
///         Box::pin(async move { Ok(self.0.wrap_key(context, key, random)?) })
///     }
///
///     fn unwrap<'a>(
///         &'a self,
///         context: &'a Context,
///         wrapped: &'a WrappedKey,
///     ) -> KekFuture<'a, SecretBytes> {
///         Box::pin(async move { Ok(self.0.unwrap_key(context, wrapped)?) })
///     }
///
///     fn describe(&self) -> KekDescription {
///         KekDescription::new("key-file", "of the house")
///     }
/// }
///
/// # tokio_io::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let (folder, random) = (tempfile::tempdir()?, SystemRandom::new());
/// let house = House(LocalKeyFile::create(folder.path().join("kek"), &random)?);
/// let (context, key) = (Context::of("example"), SecretBytes::random(32, &random)?);
///
/// let wrapped = house.wrap(&context, &key, &random).await?;
/// assert!(house.unwrap(&context, &wrapped).await?.ct_eq(key.expose()));
/// let elsewhere = house.unwrap(&Context::of("other"), &wrapped).await;
/// assert_eq!(elsewhere.err(), Some(KekProviderError::Refused));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait KekProvider: fmt::Debug + Send + Sync {
    /// Wraps `key` so that it unwraps under the same `context` only.
    ///
    /// [`WrappedKey::provider`] is the name of [`describe`](Self::describe). Wrapping twice does no
    /// harm, so whoever gets no answer may ask again.
    ///
    /// # Errors
    ///
    /// The variants of [`KekProviderError`].
    fn wrap<'a>(
        &'a self,
        context: &'a Context,
        key: &'a SecretBytes,
        random: &'a dyn Random,
    ) -> KekFuture<'a, WrappedKey>;

    /// Unwraps what [`wrap`](Self::wrap) made.
    ///
    /// # Errors
    ///
    /// The variants of [`KekProviderError`]; [`KekProviderError::Misconfigured`] also when another
    /// provider wrapped the key.
    fn unwrap<'a>(
        &'a self,
        context: &'a Context,
        wrapped: &'a WrappedKey,
    ) -> KekFuture<'a, SecretBytes>;

    /// Returns which key of which provider this is, for the operator.
    fn describe(&self) -> KekDescription;
}

/// Which key of which provider: for logs and start-up messages. Nothing of it is secret.
///
/// ```
/// use bartizan_envelope::KekDescription;
///
/// let kek = KekDescription::new("vault-transit", "orders");
/// assert_eq!(kek.to_string(), "vault-transit: orders");
/// assert_eq!(KekDescription::new("passphrase", "").to_string(), "passphrase");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KekDescription {
    provider: String,
    key: String,
}

impl KekDescription {
    /// Names the kind of provider and the key, which is empty when there is but one.
    #[must_use]
    pub fn new(provider: impl Into<String>, key: impl Into<String>) -> Self {
        Self { provider: provider.into(), key: key.into() }
    }

    /// Returns the kind of provider, as it stands in a [`WrappedKey`].
    #[must_use]
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// Returns the name of the key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl fmt::Display for KekDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.provider)?;
        if self.key.is_empty() { Ok(()) } else { write!(f, ": {}", self.key) }
    }
}

/// Why a provider did not wrap or unwrap a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "whoever tries again must know every case")]
pub enum KekProviderError {
    /// It does not answer now, or there is no randomness or memory: try again. The machine or the
    /// network is at fault.
    Unavailable,
    /// It says no: not this key, not under this context, not these bytes, not to this program. The
    /// stored data is at fault, or the rights that were given. Trying again is of no use.
    Refused,
    /// It was not asked properly: wrong address, unknown key, unusable credentials, or another kind
    /// of provider wrapped the key. The program is at fault.
    Misconfigured,
}

impl fmt::Display for KekProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unavailable => "the provider of the key-encryption key is not available now",
            Self::Refused => {
                "the provider refused: the wrapped key, its context, the state of the \
                 key-encryption key or the right to use it is not as it should be"
            }
            Self::Misconfigured => {
                "the provider of the key-encryption key is not set up right: look at its address, \
                 its credentials and the name of the key"
            }
        })
    }
}

impl Error for KekProviderError {}

impl From<KekError> for KekProviderError {
    fn from(error: KekError) -> Self {
        match error {
            KekError::Unavailable => Self::Unavailable,
            KekError::WrongProvider => Self::Misconfigured,
            KekError::WrongKey | KekError::Damaged | KekError::Refused => Self::Refused,
        }
    }
}

impl From<RandomUnavailable> for KekProviderError {
    fn from(_: RandomUnavailable) -> Self {
        Self::Unavailable
    }
}

/// A key that is here answers at once; deriving one from a passphrase holds its thread meanwhile.
impl<K: KeyEncryptionKey> KekProvider for K {
    fn wrap<'a>(
        &'a self,
        context: &'a Context,
        key: &'a SecretBytes,
        random: &'a dyn Random,
    ) -> KekFuture<'a, WrappedKey> {
        Box::pin(ready(self.wrap_key(context, key, random).map_err(KekProviderError::from)))
    }

    fn unwrap<'a>(
        &'a self,
        context: &'a Context,
        wrapped: &'a WrappedKey,
    ) -> KekFuture<'a, SecretBytes> {
        Box::pin(ready(self.unwrap_key(context, wrapped).map_err(KekProviderError::from)))
    }

    fn describe(&self) -> KekDescription {
        KekDescription::new(self.provider_name(), "")
    }
}

#[cfg(test)]
mod tests;
