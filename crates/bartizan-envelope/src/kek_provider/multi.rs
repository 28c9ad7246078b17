use core::error::Error;
use core::fmt;
use std::sync::Arc;

use bartizan_core::{Context, Random, SecretBytes, base64url};
use serde::{Deserialize, Serialize};

use super::{KekDescription, KekFuture, KekProvider, KekProviderError};
use crate::kek::WrappedKey;

/// Wraps a key under several providers, and unwraps it with any of them: for a second region, or a
/// sealed passphrase in a safe beside a key service.
///
/// Wrapping takes all of them, so that a provider that is down never makes a file that only the
/// others open: saving fails, and the file is as it was. Unwrapping takes the first that answers, in
/// the order in which they were given. Each of them alone opens the keyring, so the weakest one says
/// how well it is kept.
///
/// ```
/// use std::sync::Arc;
///
/// use bartizan_core::{Context, SecretBytes, SecretString, SystemRandom};
/// use bartizan_envelope::{KekProvider, LocalKeyFile, MultiProvider, Passphrase};
///
/// # tokio_io::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let (folder, random) = (tempfile::tempdir()?, SystemRandom::new());
/// let daily = Arc::new(LocalKeyFile::create(folder.path().join("kek"), &random)?);
/// let in_the_safe = Passphrase::new(SecretString::from("correct horse battery staple"))?;
/// let both = MultiProvider::new(vec![daily, Arc::new(in_the_safe)])?;
///
/// let (context, key) = (Context::of("example"), SecretBytes::random(32, &random)?);
/// let wrapped = both.wrap(&context, &key, &random).await?;
///
/// // The key file is lost.
/// let in_the_safe = Passphrase::new(SecretString::from("correct horse battery staple"))?;
/// let rest = MultiProvider::new(vec![Arc::new(in_the_safe)])?;
/// assert!(rest.unwrap(&context, &wrapped).await?.ct_eq(key.expose()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct MultiProvider(Vec<Arc<dyn KekProvider>>);

impl MultiProvider {
    /// The most providers that there can be.
    pub const MAX_PROVIDERS: usize = 8;

    /// Takes the providers, the one to ask first first.
    ///
    /// # Errors
    ///
    /// - [`MultiProviderError::None`]: there is none.
    /// - [`MultiProviderError::TooMany`]: there are more than
    ///   [`MAX_PROVIDERS`](Self::MAX_PROVIDERS).
    /// - [`MultiProviderError::Nested`]: one of them is a `MultiProvider` itself.
    pub fn new(providers: Vec<Arc<dyn KekProvider>>) -> Result<Self, MultiProviderError> {
        if providers.is_empty() {
            return Err(MultiProviderError::None);
        }
        if providers.len() > Self::MAX_PROVIDERS {
            return Err(MultiProviderError::TooMany);
        }
        if providers.iter().any(|provider| provider.describe().provider() == PROVIDER) {
            return Err(MultiProviderError::Nested);
        }
        Ok(Self(providers))
    }

    async fn wrap_under_all(
        &self,
        context: &Context,
        key: &SecretBytes,
        random: &dyn Random,
    ) -> Result<WrappedKey, KekProviderError> {
        let mut entries = Vec::with_capacity(self.0.len());
        for provider in &self.0 {
            entries.push(provider.wrap(context, key, random).await?);
        }
        write(&entries)
    }

    async fn unwrap_with_any(
        &self,
        context: &Context,
        wrapped: &WrappedKey,
    ) -> Result<SecretBytes, KekProviderError> {
        let entries = read(wrapped)?;
        let mut why = KekProviderError::Misconfigured;
        for provider in &self.0 {
            let name = provider.describe();
            for entry in entries.iter().filter(|entry| entry.provider() == name.provider()) {
                match provider.unwrap(context, entry).await {
                    Ok(key) => return Ok(key),
                    Err(error) => why = worse(why, error),
                }
            }
        }
        Err(why)
    }
}

/// What can still go well if it is tried again is what counts; then, that somebody said no.
const fn worse(left: KekProviderError, right: KekProviderError) -> KekProviderError {
    match (left, right) {
        (KekProviderError::Unavailable, _) | (_, KekProviderError::Unavailable) => {
            KekProviderError::Unavailable
        }
        (KekProviderError::Refused, _) | (_, KekProviderError::Refused) => {
            KekProviderError::Refused
        }
        (KekProviderError::Misconfigured, KekProviderError::Misconfigured) => left,
    }
}

impl KekProvider for MultiProvider {
    fn wrap<'a>(
        &'a self,
        context: &'a Context,
        key: &'a SecretBytes,
        random: &'a dyn Random,
    ) -> KekFuture<'a, WrappedKey> {
        Box::pin(self.wrap_under_all(context, key, random))
    }

    fn unwrap<'a>(
        &'a self,
        context: &'a Context,
        wrapped: &'a WrappedKey,
    ) -> KekFuture<'a, SecretBytes> {
        Box::pin(self.unwrap_with_any(context, wrapped))
    }

    fn describe(&self) -> KekDescription {
        let each: Vec<_> = self.0.iter().map(|provider| provider.describe().to_string()).collect();
        KekDescription::new(PROVIDER, each.join(", "))
    }
}

/// One wrapped key of several.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    provider: String,
    parameters: String,
    wrapped: String,
}

/// The parameters stay empty, and the bytes are a JSON array.
fn write(wrapped: &[WrappedKey]) -> Result<WrappedKey, KekProviderError> {
    let entry = |wrapped: &WrappedKey| Entry {
        provider: wrapped.provider().to_owned(),
        parameters: wrapped.parameters().to_owned(),
        wrapped: base64url::encode(wrapped.bytes()),
    };
    let entries: Vec<_> = wrapped.iter().map(entry).collect();
    let json = serde_json::to_vec(&entries).map_err(|_| KekProviderError::Misconfigured)?;
    // What could not be read again is not written.
    if json.len() > MAX_LEN {
        return Err(KekProviderError::Misconfigured);
    }
    Ok(WrappedKey::new(PROVIDER.to_owned(), String::new(), json))
}

fn read(wrapped: &WrappedKey) -> Result<Vec<WrappedKey>, KekProviderError> {
    if wrapped.provider() != PROVIDER {
        return Err(KekProviderError::Misconfigured);
    }
    if !wrapped.parameters().is_empty() || wrapped.bytes().len() > MAX_LEN {
        return Err(KekProviderError::Refused);
    }
    let refused = |_| KekProviderError::Refused;
    let entries: Vec<Entry> = serde_json::from_slice(wrapped.bytes()).map_err(refused)?;
    if entries.len() > MultiProvider::MAX_PROVIDERS {
        return Err(KekProviderError::Refused);
    }
    let restore = |entry: Entry| {
        let bytes = base64url::decode(&entry.wrapped).map_err(|_| KekProviderError::Refused)?;
        Ok(WrappedKey::new(entry.provider, entry.parameters, bytes))
    };
    entries.into_iter().map(restore).collect()
}

/// Why several providers are not put together. The program is at fault: start nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MultiProviderError {
    /// There is none.
    None,
    /// There are more than eight.
    TooMany,
    /// One of them is several providers itself.
    Nested,
}

impl fmt::Display for MultiProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "there is no provider of a key-encryption key",
            Self::TooMany => "a key is wrapped under at most 8 providers",
            Self::Nested => "a provider of several cannot be one of several",
        })
    }
}

impl Error for MultiProviderError {}

const PROVIDER: &str = "multi";

const MAX_LEN: usize = 64 * 1_024;
