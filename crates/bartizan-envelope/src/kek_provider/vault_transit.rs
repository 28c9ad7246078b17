//! The transit engine of Vault and of `OpenBao`.

mod protocol;

use core::fmt;
use std::sync::{Arc, Mutex};

use bartizan_core::{Context, Random, SecretBytes, SecretString};

use super::http::{Request, ServiceClient, ServiceUrl};
use super::{KekDescription, KekFuture, KekProvider, KekProviderError};
use crate::kek::WrappedKey;
use crate::off_thread::lock;

/// A key of the [transit engine] of Vault or `OpenBao`, which never leaves it.
///
/// The key is of a type with associated data: `aes256-gcm96`, which is the default, or
/// `chacha20-poly1305`. Its policy allows `update` on `encrypt/KEY` and `decrypt/KEY`. The wrapping
/// context is the associated data; and since early versions of the engine pass over what they do
/// not know, a digest of the context is wrapped too, and compared here.
///
/// ```no_run
/// # async fn start(token: bartizan_core::SecretString) -> Result<(), Box<dyn std::error::Error>> {
/// use std::sync::Arc;
///
/// use bartizan_envelope::{AsyncKeyringFile, SealingKey, ServiceClient, ServiceUrl, VaultTransit};
///
/// let client = ServiceClient::with_system_roots()?;
/// let url = ServiceUrl::new("https://vault.example:8200")?;
/// let kek = VaultTransit::new(client, url, token, "notes")?;
/// let file = AsyncKeyringFile::new("/var/lib/notes/sealing.json", Arc::new(kek));
/// let _keyring = file.load::<SealingKey>().await?;
/// # Ok(())
/// # }
/// ```
///
/// [transit engine]: https://openbao.org/api-docs/secret/transit/
#[derive(Clone)]
pub struct VaultTransit {
    client: ServiceClient,
    url: ServiceUrl,
    token: Arc<Mutex<Arc<SecretString>>>,
    namespace: Option<String>,
    mount: String,
    key: String,
}

impl VaultTransit {
    /// Names a key, and the token that may use it.
    ///
    /// # Errors
    ///
    /// [`VaultTransitError::Key`]: it cannot be the name of one.
    pub fn new(
        client: ServiceClient,
        url: ServiceUrl,
        token: SecretString,
        key: &str,
    ) -> Result<Self, VaultTransitError> {
        if !is_name(key) {
            return Err(VaultTransitError::Key);
        }
        let token = Arc::new(Mutex::new(Arc::new(token)));
        let (mount, key) = ("transit".to_owned(), key.to_owned());
        Ok(Self { client, url, token, namespace: None, mount, key })
    }

    /// Sets where the engine is mounted. Default: `transit`.
    ///
    /// # Errors
    ///
    /// [`VaultTransitError::Path`]: an engine cannot be mounted there.
    pub fn with_mount(self, mount: &str) -> Result<Self, VaultTransitError> {
        let mount = path(mount)?;
        Ok(Self { mount, ..self })
    }

    /// Sets the namespace, where there are such. Default: none.
    ///
    /// # Errors
    ///
    /// [`VaultTransitError::Path`]: it cannot be one.
    pub fn with_namespace(self, namespace: &str) -> Result<Self, VaultTransitError> {
        let namespace = Some(path(namespace)?);
        Ok(Self { namespace, ..self })
    }

    /// Uses this token from now on, in all clones: call it before the former one runs out.
    pub fn replace_token(&self, token: SecretString) {
        *lock(&self.token) = Arc::new(token);
    }

    async fn ask(&self, operation: &str, body: SecretBytes) -> Result<SecretBytes, Failed> {
        let token = Arc::clone(&lock(&self.token));
        let copy = |text: &str| SecretString::from(text);
        let mut headers = vec![
            ("content-type", copy("application/json")),
            ("x-vault-request", copy("true")),
            ("x-vault-token", copy(token.expose())),
        ];
        if let Some(namespace) = &self.namespace {
            headers.push(("x-vault-namespace", copy(namespace)));
        }
        let path = format!("/v1/{}/{operation}/{}", self.mount, self.key);
        let request = Request { url: self.url.clone(), path, headers, body };
        protocol::judge(self.client.post(request).await.map_err(Failed::Otherwise)?)
    }
}

/// Why an operation failed.
enum Failed {
    /// What was sent, the service says, is not right: what that means depends on the operation.
    Rejected,
    Otherwise(KekProviderError),
}

impl Failed {
    fn or(self, rejected: KekProviderError) -> KekProviderError {
        match self {
            Self::Rejected => rejected,
            Self::Otherwise(error) => error,
        }
    }
}

impl KekProvider for VaultTransit {
    fn wrap<'a>(
        &'a self,
        context: &'a Context,
        key: &'a SecretBytes,
        _random: &'a dyn Random,
    ) -> KekFuture<'a, WrappedKey> {
        Box::pin(async move {
            let answer = self.ask("encrypt", protocol::encrypt(context, key)?).await;
            let answer = answer.map_err(|failed| failed.or(KekProviderError::Misconfigured))?;
            let ciphertext = protocol::ciphertext(&answer)?;
            Ok(WrappedKey::new(PROVIDER.to_owned(), self.key.clone(), ciphertext))
        })
    }

    fn unwrap<'a>(
        &'a self,
        context: &'a Context,
        wrapped: &'a WrappedKey,
    ) -> KekFuture<'a, SecretBytes> {
        Box::pin(async move {
            if wrapped.provider() != PROVIDER {
                return Err(KekProviderError::Misconfigured);
            }
            if wrapped.parameters() != self.key {
                return Err(KekProviderError::Refused);
            }
            let answer = self.ask("decrypt", protocol::decrypt(context, wrapped.bytes())?).await;
            let answer = answer.map_err(|failed| failed.or(KekProviderError::Refused))?;
            protocol::key(&answer, context)
        })
    }

    fn describe(&self) -> KekDescription {
        KekDescription::new(PROVIDER, format!("{}/{}", self.mount, self.key))
    }
}

impl fmt::Debug for VaultTransit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VaultTransit")
            .field("url", &self.url)
            .field("mount", &self.mount)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// Letters, digits, `_`, `-` and `.`, which need no escaping; and no dot first, as `..` has.
fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    (1..=MAX_NAME_LEN).contains(&name.len()) && !name.starts_with('.') && name.bytes().all(plain)
}

/// Names with slashes between, and perhaps one at the end.
fn path(path: &str) -> Result<String, VaultTransitError> {
    let path = path.strip_suffix('/').unwrap_or(path);
    let good = path.len() <= MAX_PATH_LEN && path.split('/').all(is_name);
    if good { Ok(path.to_owned()) } else { Err(VaultTransitError::Path) }
}

/// Why a key of a transit engine is not named. The program is at fault: start nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VaultTransitError {
    /// It is not the name of a key: letters, digits, `_`, `-` and `.`, at most 128.
    Key,
    /// It is not a mount point or a namespace: names with slashes between them.
    Path,
}

impl fmt::Display for VaultTransitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Key => "it is not the name of a key of a transit engine",
            Self::Path => "it is not a mount point or a namespace",
        })
    }
}

impl core::error::Error for VaultTransitError {}

const PROVIDER: &str = "vault-transit";

const MAX_NAME_LEN: usize = 128;

const MAX_PATH_LEN: usize = 512;

#[cfg(test)]
mod tests;
