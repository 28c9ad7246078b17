mod document;
mod error;
mod provided;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bartizan_core::danger::ExportKey;
use bartizan_core::{KeyRecord, Keyring, Random, SystemRandom};

pub use self::error::KeyringFileError;
pub use self::provided::AsyncKeyringFile;
use crate::file::{self, FileError, LockedFile};
use crate::kek::KeyEncryptionKey;

/// A keyring on disk: one JSON document, with secrets sealed and everything authenticated.
///
/// Which keys there are and in what state can be read by whoever can read the file; the keys
/// cannot, and nothing can be changed, left out or put together from two files without being
/// noticed. The key-encryption key wraps a document key, fresh for every version of the file,
/// which seals the secrets and authenticates the whole.
///
/// Files are owner-only, and written whole or not at all. Beside the file stands an empty one that
/// ends in `.lock`; one that ends in `.new` is what a crash left behind, and is replaced.
///
/// ```
/// use std::sync::Arc;
///
/// use bartizan_core::{KeyGenerator, Keyring, SystemRandom, UnixTime};
/// use bartizan_envelope::{KeyringFile, KeyringFileError, LocalKeyFile, SealingKey};
///
/// let folder = tempfile::tempdir()?;
/// let random = SystemRandom::new();
/// let kek = LocalKeyFile::create(folder.path().join("kek"), &random)?;
/// let file = KeyringFile::new(folder.path().join("sealing.json"), Arc::new(kek));
///
/// let generator = KeyGenerator::new(&random, SealingKey::generate);
/// file.create(&Keyring::create(UnixTime::from_secs(1_700_000_000), &generator)?)?;
///
/// // Rotate: save first, then use.
/// let current = file.load::<SealingKey>()?;
/// let next = current.rotate(UnixTime::from_secs(1_700_086_400), &generator)?.into_keyring();
/// file.save(&current, &next)?;
/// assert_eq!(file.load::<SealingKey>()?.generation(), 2);
///
/// // Whoever did the same at the same time is told so.
/// let conflict = KeyringFileError::Conflict { on_disk: 2, expected: 1 };
/// assert_eq!(file.save(&current, &next), Err(conflict));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct KeyringFile {
    path: PathBuf,
    kek: Arc<dyn KeyEncryptionKey>,
    random: Arc<dyn Random>,
}

impl KeyringFile {
    /// The longest file that is read or written, in bytes: 1 MiB.
    pub const MAX_LEN: usize = 1 << 20;

    /// Names the file and the key-encryption key. Nothing is read yet.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, kek: Arc<dyn KeyEncryptionKey>) -> Self {
        Self { path: path.into(), kek, random: Arc::new(SystemRandom::new()) }
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
    /// - [`KeyringFileError::AlreadyExists`]: there is a file; it was left alone.
    /// - [`KeyringFileError::NotFound`]: the folder does not exist.
    /// - [`KeyringFileError::TooLong`]: it would have more than [`MAX_LEN`](Self::MAX_LEN) bytes.
    /// - [`KeyringFileError::Unavailable`]: there is no randomness, or the key-encryption key is
    ///   not available.
    /// - [`KeyringFileError::Permissions`], [`KeyringFileError::Io`]: it could not be written.
    pub fn create<K: ExportKey>(&self, keyring: &Keyring<K>) -> Result<(), KeyringFileError> {
        let lock = LockedFile::wait(&self.path)?;
        if self.path.symlink_metadata().is_ok() {
            return Err(KeyringFileError::AlreadyExists);
        }
        Ok(lock.create(&self.encode(keyring)?)?)
    }

    /// Reads the keyring.
    ///
    /// # Errors
    ///
    /// - [`KeyringFileError::NotFound`]: there is no file.
    /// - [`KeyringFileError::Damaged`]: it is not what was written.
    /// - [`KeyringFileError::TooLong`]: it has more than [`MAX_LEN`](Self::MAX_LEN) bytes.
    /// - [`KeyringFileError::UnsupportedVersion`]: a later version of this crate wrote it.
    /// - [`KeyringFileError::WrongPurpose`]: its keys are not of this kind.
    /// - [`KeyringFileError::WrongProvider`], [`KeyringFileError::WrongKey`]: another
    ///   key-encryption key, or another passphrase, protects it.
    /// - [`KeyringFileError::Refused`]: the parameters of its key-encryption key are outside the
    ///   limits.
    /// - [`KeyringFileError::Invalid`], [`KeyringFileError::UnusableKey`]: it was written so, but
    ///   it is not a keyring that this version takes.
    /// - [`KeyringFileError::Unavailable`]: the key-encryption key is not available.
    /// - [`KeyringFileError::Permissions`], [`KeyringFileError::Io`]: it could not be read.
    pub fn load<K: ExportKey>(&self) -> Result<Keyring<K>, KeyringFileError> {
        let (content, _) = file::read(&self.path, Self::MAX_LEN)?;
        document::decode(content.expose(), &*self.kek)
    }

    /// Reads the keyring, and refuses one that is older than was seen before.
    ///
    /// The file cannot tell that somebody put back an old copy of itself. Remember the newest
    /// generation elsewhere, such as in the database whose values the keyring seals.
    ///
    /// # Errors
    ///
    /// - [`KeyringFileError::OlderThanExpected`]: its generation is below `generation`.
    /// - Those of [`load`](Self::load).
    pub fn load_at_least<K: ExportKey>(
        &self,
        generation: u64,
    ) -> Result<Keyring<K>, KeyringFileError> {
        at_least(self.load()?, generation)
    }

    /// Replaces `current` by `next`, if `current` is what the file holds.
    ///
    /// Of several processes that change the same keyring at the same time, one saves; the others
    /// get a conflict, load what was saved, and see whether there is still something to change.
    /// When `next` is `current`, nothing is written.
    ///
    /// It waits while another process saves the same file.
    ///
    /// # Errors
    ///
    /// The file is as it was, or, after [`KeyringFileError::Io`] from a failing disk, holds `next`
    /// already: load it to know.
    ///
    /// - [`KeyringFileError::Conflict`]: the file holds another keyring than `current`, or `next`
    ///   was not made from `current`.
    /// - Those of [`load`](Self::load), of which nothing is ever overwritten.
    /// - [`KeyringFileError::TooLong`]: it would have more than [`MAX_LEN`](Self::MAX_LEN) bytes.
    /// - [`KeyringFileError::Permissions`], [`KeyringFileError::Io`]: it could not be written.
    pub fn save<K: ExportKey>(
        &self,
        current: &Keyring<K>,
        next: &Keyring<K>,
    ) -> Result<(), KeyringFileError> {
        let lock = LockedFile::wait(&self.path)?;
        let stored = self.load()?;
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
        Ok(lock.replace(&self.encode(next)?)?)
    }

    fn encode<K: ExportKey>(&self, keyring: &Keyring<K>) -> Result<Vec<u8>, KeyringFileError> {
        bounded(document::encode(keyring, &*self.kek, &*self.random)?)
    }
}

fn bounded(document: Vec<u8>) -> Result<Vec<u8>, KeyringFileError> {
    if document.len() > KeyringFile::MAX_LEN {
        return Err(KeyringFileError::TooLong);
    }
    Ok(document)
}

fn at_least<K>(keyring: Keyring<K>, generation: u64) -> Result<Keyring<K>, KeyringFileError> {
    let on_disk = keyring.generation();
    if on_disk < generation {
        let expected = generation;
        return Err(KeyringFileError::OlderThanExpected { on_disk, expected });
    }
    Ok(keyring)
}

/// Whether both are the same step in the life of the same keys: two processes that each changed
/// the same keyring have made two of the same generation.
fn same<K>(left: &Keyring<K>, right: &Keyring<K>) -> bool {
    let known = |key: &KeyRecord<K>| (key.id(), key.state(), key.created_at(), key.since());
    let sorted = |keyring: &Keyring<K>| {
        let mut keys: Vec<_> = keyring.records().map(known).collect();
        keys.sort_by_key(|key| key.0);
        keys
    };
    left.generation() == right.generation() && sorted(left) == sorted(right)
}

impl From<FileError> for KeyringFileError {
    fn from(error: FileError) -> Self {
        match error {
            FileError::TooLong => Self::TooLong,
            FileError::Io(kind) => match kind {
                io::ErrorKind::NotFound => Self::NotFound,
                io::ErrorKind::AlreadyExists => Self::AlreadyExists,
                io::ErrorKind::PermissionDenied => Self::Permissions,
                other => Self::Io(other),
            },
        }
    }
}

#[cfg(test)]
mod tests;
