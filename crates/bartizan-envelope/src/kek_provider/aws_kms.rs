//! The key service of AWS, and whoever speaks its protocol.

mod protocol;
mod sigv4;

use core::fmt;
use std::sync::{Arc, Mutex};

use bartizan_core::{Clock, Context, Random, SecretBytes, SecretString, SystemClock};

use self::protocol::{Answered, Operation};
use super::http::{Request, ServiceClient, ServiceUrl};
use super::{KekDescription, KekFuture, KekProvider, KekProviderError};
use crate::kek::WrappedKey;
use crate::off_thread::lock;

/// A key in [AWS KMS], which never leaves it.
///
/// It needs the rights `kms:Encrypt` and `kms:Decrypt`. The wrapping context is the encryption
/// context, under the name `bartizan`, so it is in the service's log; a policy can ask for it. Only
/// the key that is named here unwraps, whatever key the stored bytes name: bytes that somebody
/// wrapped under a key of his own are refused.
///
/// ```no_run
/// # async fn start(secret: bartizan_core::SecretString) -> Result<(), Box<dyn std::error::Error>> {
/// use std::sync::Arc;
///
/// use bartizan_envelope::{
///     AsyncKeyringFile, AwsCredentials, AwsKms, SealingKey, ServiceClient, SteadyPolicy,
///     SteadyProvider,
/// };
///
/// let credentials = AwsCredentials::new("AKIDEXAMPLE", secret);
/// let client = ServiceClient::with_system_roots()?;
/// let kms = AwsKms::new(client, credentials, "eu-central-1", "alias/notes")?;
/// let kek = SteadyProvider::new(Arc::new(kms), SteadyPolicy::new());
/// let file = AsyncKeyringFile::new("/var/lib/notes/sealing.json", Arc::new(kek));
/// let _keyring = file.load::<SealingKey>().await?;
/// # Ok(())
/// # }
/// ```
///
/// [AWS KMS]: https://docs.aws.amazon.com/kms/latest/APIReference/Welcome.html
#[derive(Clone)]
pub struct AwsKms {
    client: ServiceClient,
    credentials: Arc<Mutex<Arc<AwsCredentials>>>,
    region: String,
    key_id: String,
    endpoint: ServiceUrl,
    clock: Arc<dyn Clock>,
}

impl AwsKms {
    /// Names a key: its id, its ARN, its alias (`alias/…`) or the ARN of that.
    ///
    /// # Errors
    ///
    /// [`AwsKmsError::Region`], [`AwsKmsError::KeyId`]: neither could be one.
    pub fn new(
        client: ServiceClient,
        credentials: AwsCredentials,
        region: &str,
        key_id: &str,
    ) -> Result<Self, AwsKmsError> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !(1..=32).contains(&region.len()) || !region.bytes().all(plain) {
            return Err(AwsKmsError::Region);
        }
        let graphic = key_id.bytes().all(|byte| byte.is_ascii_graphic());
        if !(1..=2_048).contains(&key_id.len()) || !graphic {
            return Err(AwsKmsError::KeyId);
        }
        let endpoint = ServiceUrl::new(&format!("https://kms.{region}.amazonaws.com"));
        Ok(Self {
            client,
            credentials: Arc::new(Mutex::new(Arc::new(credentials))),
            region: region.to_owned(),
            key_id: key_id.to_owned(),
            endpoint: endpoint.map_err(|_| AwsKmsError::Region)?,
            clock: Arc::new(SystemClock::new()),
        })
    }

    /// Asks there, such as at a VPC's own endpoint. Default: `https://kms.REGION.amazonaws.com`.
    #[must_use]
    pub fn with_endpoint(self, endpoint: ServiceUrl) -> Self {
        Self { endpoint, ..self }
    }

    /// Reads the time, which stands in every signature, from `clock`. Default: the system's.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// Signs with these from now on, in all clones: call it before temporary ones run out.
    pub fn replace_credentials(&self, credentials: AwsCredentials) {
        *lock(&self.credentials) = Arc::new(credentials);
    }

    /// Moves a wrapped key from the key `former_key_id` of the same service to this one, without
    /// its ever leaving the service (`ReEncrypt`).
    ///
    /// # Errors
    ///
    /// The variants of [`KekProviderError`], as for [`unwrap`](KekProvider::unwrap).
    pub async fn rewrap(
        &self,
        former_key_id: &str,
        context: &Context,
        wrapped: &WrappedKey,
    ) -> Result<WrappedKey, KekProviderError> {
        let blob = protocol::blob(wrapped)?;
        let keys = (former_key_id, self.key_id.as_str());
        let answer = self.ask(Operation::re_encrypt(keys, context, blob)?).await?;
        answer.wrapped()
    }

    async fn ask(&self, operation: Operation) -> Result<Answered, KekProviderError> {
        let credentials = Arc::clone(&lock(&self.credentials));
        let target = operation.target();
        let headers = sigv4::sign(
            (self.endpoint.host(), target, operation.body().expose()),
            &credentials,
            (&self.region, protocol::SERVICE),
            self.clock.now(),
        );
        let (url, path) = (self.endpoint.clone(), "/".to_owned());
        let request = Request { url, path, headers, body: operation.into_body() };
        protocol::judge(self.client.post(request).await?)
    }
}

impl KekProvider for AwsKms {
    fn wrap<'a>(
        &'a self,
        context: &'a Context,
        key: &'a SecretBytes,
        _random: &'a dyn Random,
    ) -> KekFuture<'a, WrappedKey> {
        Box::pin(async move {
            self.ask(Operation::encrypt(&self.key_id, context, key)?).await?.wrapped()
        })
    }

    fn unwrap<'a>(
        &'a self,
        context: &'a Context,
        wrapped: &'a WrappedKey,
    ) -> KekFuture<'a, SecretBytes> {
        Box::pin(async move {
            let blob = protocol::blob(wrapped)?;
            let answer = self.ask(Operation::decrypt(&self.key_id, context, blob)?).await?;
            answer.unwrapped(wrapped)
        })
    }

    fn describe(&self) -> KekDescription {
        KekDescription::new(protocol::PROVIDER, self.key_id.as_str())
    }
}

impl fmt::Debug for AwsKms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsKms")
            .field("endpoint", &self.endpoint)
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

/// What requests are signed with. Nothing of it is ever printed or sent but the id and the token.
///
/// ```
/// use bartizan_core::SecretString;
/// use bartizan_envelope::AwsCredentials;
///
/// let credentials = AwsCredentials::new("AKIDEXAMPLE", SecretString::from("the secret"))
///     .session_token(SecretString::from("of temporary ones"));
/// assert_eq!(format!("{credentials:?}"), "AwsCredentials { .. }");
/// ```
pub struct AwsCredentials {
    access_key_id: String,
    secret: SecretString,
    session_token: Option<SecretString>,
}

impl AwsCredentials {
    /// Takes the id of an access key, and its secret.
    #[must_use]
    pub fn new(access_key_id: &str, secret: SecretString) -> Self {
        Self { access_key_id: access_key_id.to_owned(), secret, session_token: None }
    }

    /// Takes the token that belongs to temporary credentials.
    #[must_use]
    pub fn session_token(self, token: SecretString) -> Self {
        Self { session_token: Some(token), ..self }
    }
}

impl fmt::Debug for AwsCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsCredentials").finish_non_exhaustive()
    }
}

/// Why a key of AWS KMS is not named. The program is at fault: start nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AwsKmsError {
    /// It is not the name of a region, such as `eu-central-1`.
    Region,
    /// It is not the id of a key: empty, longer than 2,048 bytes, or not graphic ASCII.
    KeyId,
}

impl fmt::Display for AwsKmsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Region => "it is not the name of an AWS region",
            Self::KeyId => "it is not the id, alias or ARN of a key",
        })
    }
}

impl core::error::Error for AwsKmsError {}

#[cfg(test)]
mod tests;
