use std::path::{Path, PathBuf};
use std::sync::Arc;

use bartizan_core::danger::ExportKey;
use bartizan_core::{Keyring, Random, SecretBytes, SystemRandom};

use super::{KeyringFile, KeyringFileError, document, same};
use crate::file::{self, LockedFile};
use crate::kek_provider::KekProvider;

/// A keyring on disk, as [`KeyringFile`] keeps it, under a key-encryption key that may be far away.
///
/// It is the same file and the same format: which provider wrapped its document key, and with which
/// key, stands in it. A [`KeyEncryptionKey`](crate::KeyEncryptionKey) is a provider, so this reads
/// what a [`KeyringFile`] wrote, and the other way round. The file's lock is held while the file is
/// replaced, never while the provider is asked. What the disk takes, it takes on this thread.
///
/// **While the provider is down**, loading and saving fail with
/// [`KeyringFileError::Unavailable`], and the file is as it was. A running program has its keys
/// already.
///
/// ```
/// use std::sync::Arc;
///
/// use bartizan_core::{KeyGenerator, Keyring, SystemRandom, UnixTime};
/// use bartizan_envelope::{AsyncKeyringFile, LocalKeyFile, SealingKey};
///
/// # tokio_io::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let (folder, random) = (tempfile::tempdir()?, SystemRandom::new());
/// let kek = LocalKeyFile::create(folder.path().join("kek"), &random)?;
/// let file = AsyncKeyringFile::new(folder.path().join("sealing.json"), Arc::new(kek));
///
/// let generator = KeyGenerator::new(&random, SealingKey::generate);
/// file.create(&Keyring::create(UnixTime::from_secs(1_700_000_000), &generator)?).await?;
///
/// let current = file.load::<SealingKey>().await?;
/// let next = current.rotate(UnixTime::from_secs(1_700_086_400), &generator)?.into_keyring();
/// file.save(&current, &next).await?;
/// assert_eq!(file.load_at_least::<SealingKey>(2).await?.generation(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct AsyncKeyringFile {
    path: PathBuf,
    provider: Arc<dyn KekProvider>,
    random: Arc<dyn Random>,
}

impl AsyncKeyringFile {
    /// Names the file and the provider. Nothing is read and nobody asked yet.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, provider: Arc<dyn KekProvider>) -> Self {
        Self { path: path.into(), provider, random: Arc::new(SystemRandom::new()) }
    }

    /// Takes document keys, salts and nonces from `random`. Default: the system's.
    #[must_use]
    pub fn with_random(self, random: Arc<dyn Random>) -> Self {
        Self { random, ..self }
    }

    /// Returns where the file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a keyring where there is none yet.
    ///
    /// # Errors
    ///
    /// Those of [`KeyringFile::create`], and [`KeyringFileError::ProviderRefused`],
    /// [`KeyringFileError::Misconfigured`]: the provider says no, or was not asked properly.
    pub async fn create<K: ExportKey>(&self, keyring: &Keyring<K>) -> Result<(), KeyringFileError> {
        let content = self.encode(keyring).await?;
        let lock = LockedFile::wait(&self.path)?;
        if self.path.symlink_metadata().is_ok() {
            return Err(KeyringFileError::AlreadyExists);
        }
        Ok(lock.create(&content)?)
    }

    /// Reads the keyring.
    ///
    /// # Errors
    ///
    /// Those of [`KeyringFile::load`], of which [`KeyringFileError::ProviderRefused`] takes the
    /// place of the wrong key and the wrong parameters, and [`KeyringFileError::Misconfigured`]
    /// that of the wrong provider.
    pub async fn load<K: ExportKey>(&self) -> Result<Keyring<K>, KeyringFileError> {
        self.decode(&self.read()?).await
    }

    /// Reads the keyring, and refuses one that is older than was seen before, as
    /// [`KeyringFile::load_at_least`] does.
    ///
    /// # Errors
    ///
    /// - [`KeyringFileError::OlderThanExpected`]: its generation is below `generation`.
    /// - Those of [`load`](Self::load).
    pub async fn load_at_least<K: ExportKey>(
        &self,
        generation: u64,
    ) -> Result<Keyring<K>, KeyringFileError> {
        super::at_least(self.load().await?, generation)
    }

    /// Replaces `current` by `next`, if `current` is what the file holds, as [`KeyringFile::save`]
    /// does.
    ///
    /// # Errors
    ///
    /// - [`KeyringFileError::Conflict`]: the file holds another keyring than `current`, or `next`
    ///   was not made from `current`.
    /// - Those of [`load`](Self::load), of which nothing is ever overwritten.
    /// - [`KeyringFileError::TooLong`]: it would have more than [`KeyringFile::MAX_LEN`] bytes.
    /// - [`KeyringFileError::Permissions`], [`KeyringFileError::Io`]: it could not be written.
    pub async fn save<K: ExportKey>(
        &self,
        current: &Keyring<K>,
        next: &Keyring<K>,
    ) -> Result<(), KeyringFileError> {
        let content = self.read()?;
        let stored = self.decode(&content).await?;
        let (on_disk, expected) = (stored.generation(), current.generation());
        let conflict = KeyringFileError::Conflict { on_disk, expected };
        if !same(&stored, current) {
            return Err(conflict);
        }
        if same(current, next) {
            return Ok(());
        }
        if next.generation() <= on_disk {
            return Err(conflict);
        }
        let replacement = self.encode(next).await?;
        self.replace::<K>((&content, on_disk), &replacement).await
    }

    /// Wraps the file's keyring anew under this provider, without changing the keyring: to move
    /// from `former` to this one, or after the provider's key was rotated.
    ///
    /// `former` is who unwraps the file now. Until this returns, the file is as it was.
    ///
    /// # Errors
    ///
    /// - [`KeyringFileError::Conflict`]: somebody else changed the file meanwhile.
    /// - Those of [`load`](Self::load) and [`create`](Self::create), with the file left as it was.
    pub async fn rewrap<K: ExportKey>(
        &self,
        former: Arc<dyn KekProvider>,
    ) -> Result<(), KeyringFileError> {
        let content = self.read()?;
        let former = Self { provider: former, ..self.clone() };
        let keyring = former.decode::<K>(&content).await?;
        let replacement = self.encode(&keyring).await?;
        former.replace::<K>((&content, keyring.generation()), &replacement).await
    }

    /// Replaces the file if it still is what was read before the provider was asked.
    async fn replace<K: ExportKey>(
        &self,
        (former, expected): (&SecretBytes, u64),
        content: &[u8],
    ) -> Result<(), KeyringFileError> {
        if self.replace_if_same(former, content)? {
            return Ok(());
        }
        let on_disk = self.load::<K>().await?.generation();
        Err(KeyringFileError::Conflict { on_disk, expected })
    }

    /// Has the lock for no longer than this, and nobody waits for a provider in it.
    fn replace_if_same(
        &self,
        former: &SecretBytes,
        content: &[u8],
    ) -> Result<bool, KeyringFileError> {
        let lock = LockedFile::wait(&self.path)?;
        if self.read()?.expose() != former.expose() {
            return Ok(false);
        }
        lock.replace(content)?;
        Ok(true)
    }

    fn read(&self) -> Result<SecretBytes, KeyringFileError> {
        let (content, _) = file::read(&self.path, KeyringFile::MAX_LEN)?;
        Ok(content)
    }

    async fn decode<K: ExportKey>(
        &self,
        stored: &SecretBytes,
    ) -> Result<Keyring<K>, KeyringFileError> {
        let document = document::parse::<K>(stored.expose())?;
        let (context, wrapped) = document.wrapped()?;
        document.open(&self.provider.unwrap(&context, &wrapped).await?)
    }

    async fn encode<K: ExportKey>(
        &self,
        keyring: &Keyring<K>,
    ) -> Result<Vec<u8>, KeyringFileError> {
        let key = document::Fresh::draw::<K>(&*self.random)?;
        let wrapped = self.provider.wrap(&key.context, &key.exported, &*self.random).await?;
        super::bounded(key.seal(keyring, &wrapped, &*self.random)?)
    }
}
