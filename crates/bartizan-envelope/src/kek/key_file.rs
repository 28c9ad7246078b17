use core::error::Error;
use core::fmt;
use std::io;
use std::path::Path;

use bartizan_core::danger::ExportKey as _;
use bartizan_core::{Context, Random, RandomUnavailable, SecretBytes, SecretString, base64url};

use super::{KekError, KeyEncryptionKey, WrappedKey, unwrap_under, wrap_under};
use crate::file::{self, LockedFile};
use crate::sealing_key::SealingKey;

/// A key-encryption key in a file of its own, which only its owner can read.
///
/// The file is one line: `bartizan-kek-v1`, a space, and 32 random bytes in base64url. Keep it
/// where backups of the keyring do not go: who has both has the keys. See [`KeyEncryptionKey`] for
/// an example.
#[derive(Debug)]
pub struct LocalKeyFile(SealingKey);

impl LocalKeyFile {
    /// Makes a new key and writes it to `path`, where nothing may be yet.
    ///
    /// # Errors
    ///
    /// - [`KeyFileError::AlreadyExists`]: there is a file; it was left alone.
    /// - [`KeyFileError::NotFound`]: the folder does not exist.
    /// - [`KeyFileError::RandomUnavailable`]: no key could be drawn.
    /// - [`KeyFileError::Permissions`], [`KeyFileError::Io`]: the file could not be written.
    pub fn create(path: impl AsRef<Path>, random: &dyn Random) -> Result<Self, KeyFileError> {
        let key = SealingKey::generate(random)?;
        let encoded = SecretString::from(base64url::encode(key.export().expose()));
        let line = SecretString::from(format!("{PREFIX}{}\n", encoded.expose()));
        LockedFile::wait(path.as_ref())?.create(line.expose().as_bytes())?;
        Ok(Self(key))
    }

    /// Reads the key at `path`.
    ///
    /// # Errors
    ///
    /// - [`KeyFileError::NotFound`]: there is no file.
    /// - [`KeyFileError::TooOpen`]: others than its owner can read, write or run it (on Unix).
    /// - [`KeyFileError::Malformed`]: it is not a key file, or of a later version.
    /// - [`KeyFileError::Permissions`], [`KeyFileError::Io`]: the file could not be read.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, KeyFileError> {
        let (content, mode) = file::read(path.as_ref(), FILE_LEN)?;
        if mode & 0o077 != 0 {
            return Err(KeyFileError::TooOpen);
        }
        parse(content.expose()).map(Self).ok_or(KeyFileError::Malformed)
    }
}

fn parse(content: &[u8]) -> Option<SealingKey> {
    let line = content.strip_prefix(PREFIX.as_bytes())?.strip_suffix(b"\n")?;
    SealingKey::import(&SecretBytes::from(base64url::decode(line).ok()?))
}

impl KeyEncryptionKey for LocalKeyFile {
    fn wrap_key(
        &self,
        context: &Context,
        key: &SecretBytes,
        random: &dyn Random,
    ) -> Result<WrappedKey, KekError> {
        let bytes = wrap_under(&self.0, context, key, random)?;
        Ok(WrappedKey::new(PROVIDER.to_owned(), String::new(), bytes))
    }

    fn unwrap_key(&self, context: &Context, wrapped: &WrappedKey) -> Result<SecretBytes, KekError> {
        match (wrapped.provider(), wrapped.parameters()) {
            (PROVIDER, "") => unwrap_under(&self.0, context, wrapped.bytes()),
            (PROVIDER, _) => Err(KekError::Damaged),
            _ => Err(KekError::WrongProvider),
        }
    }

    fn provider_name(&self) -> &str {
        PROVIDER
    }
}

/// Why there is no key from a file. The machine or what it stores is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyFileError {
    /// There is no file or, when one is made, no folder.
    NotFound,
    /// There is a file already. It was left alone.
    AlreadyExists,
    /// The process may not read or write the file.
    Permissions,
    /// Others than the owner can read, write or run the file.
    TooOpen,
    /// The file is not a key file, or of a later version.
    Malformed,
    /// The source of randomness failed.
    RandomUnavailable,
    /// The system failed to read or write.
    Io(io::ErrorKind),
}

impl fmt::Display for KeyFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("the key file or its folder does not exist"),
            Self::AlreadyExists => f.write_str("the key file exists already and was left alone"),
            Self::Permissions => f.write_str("the process may not read or write the key file"),
            Self::TooOpen => f.write_str(
                "the key file is open to others than its owner: take that away (chmod 600), and \
                 consider the key known",
            ),
            Self::Malformed => f.write_str(
                "the key file is damaged or of a later version: restore it from its backup",
            ),
            Self::RandomUnavailable => fmt::Display::fmt(&RandomUnavailable::new(), f),
            Self::Io(kind) => write!(f, "the key file could not be read or written: {kind}"),
        }
    }
}

impl Error for KeyFileError {}

impl From<RandomUnavailable> for KeyFileError {
    fn from(_: RandomUnavailable) -> Self {
        Self::RandomUnavailable
    }
}

impl From<file::FileError> for KeyFileError {
    fn from(error: file::FileError) -> Self {
        match error {
            file::FileError::TooLong => Self::Malformed,
            file::FileError::Io(kind) => match kind {
                io::ErrorKind::NotFound => Self::NotFound,
                io::ErrorKind::AlreadyExists => Self::AlreadyExists,
                io::ErrorKind::PermissionDenied => Self::Permissions,
                other => Self::Io(other),
            },
        }
    }
}

const PROVIDER: &str = "key-file";

const PREFIX: &str = "bartizan-kek-v1 ";

/// The prefix, 43 characters, and the end of the line.
const FILE_LEN: usize = 16 + 43 + 1;

#[cfg(test)]
mod tests {
    use std::fs;

    use bartizan_core::SystemRandom;

    use super::*;

    fn write(content: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kek");
        let _kek = LocalKeyFile::create(&path, &SystemRandom::new()).unwrap();
        // Written into, so that it stays owner-only.
        fs::write(&path, content).unwrap();
        (folder, path)
    }

    fn line() -> Vec<u8> {
        format!("{PREFIX}{}\n", base64url::encode(&[7; 32])).into_bytes()
    }

    #[test]
    fn what_was_created_opens() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kek");
        let kek = LocalKeyFile::create(&path, &SystemRandom::new()).unwrap();
        let opened = LocalKeyFile::open(&path).unwrap();
        assert!(kek.0.export().ct_eq(opened.0.export().expose()));
        assert_eq!(fs::read(&path).unwrap().len(), FILE_LEN);
        assert_eq!(format!("{opened:?}"), "LocalKeyFile(SealingKey(..))");
    }

    #[test]
    fn an_existing_file_is_left_alone() {
        let (_folder, path) = write(b"precious");
        let created = LocalKeyFile::create(&path, &SystemRandom::new());
        assert_eq!(created.err(), Some(KeyFileError::AlreadyExists));
        assert_eq!(fs::read(&path).unwrap(), b"precious");
    }

    #[test]
    fn a_missing_file_or_folder_is_said_so() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("missing").join("kek");
        assert_eq!(LocalKeyFile::open(&path).err(), Some(KeyFileError::NotFound));
        let created = LocalKeyFile::create(&path, &SystemRandom::new());
        assert_eq!(created.err(), Some(KeyFileError::NotFound));
    }

    #[test]
    fn every_truncation_and_extension_is_malformed() {
        assert!(parse(&line()).is_some());
        for len in 0..line().len() {
            let (_folder, path) = write(&line()[..len]);
            let opened = LocalKeyFile::open(&path);
            assert_eq!(opened.err(), Some(KeyFileError::Malformed), "{len}");
        }
        for more in [vec![b'\n'], vec![b'x'], vec![0xff], vec![b' '; 1 << 16]] {
            let (_folder, path) = write(&[line(), more].concat());
            assert_eq!(LocalKeyFile::open(&path).err(), Some(KeyFileError::Malformed));
        }
    }

    /// A flipped bit of the key is another key; of anything else, it is no key file.
    #[test]
    fn no_flipped_bit_gives_the_same_key() {
        for bit in 0..line().len() * 8 {
            let mut flipped = line();
            flipped[bit / 8] ^= 1 << (bit % 8);
            if let Some(key) = parse(&flipped) {
                assert!((16..59).contains(&(bit / 8)), "bit {bit}");
                assert!(!key.export().ct_eq(&[7; 32]), "bit {bit}");
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_open_to_others_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;

        let (_folder, path) = write(&line());
        for mode in [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o666] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(LocalKeyFile::open(&path).err(), Some(KeyFileError::TooOpen), "{mode:o}");
        }
        for mode in [0o400, 0o600] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert!(LocalKeyFile::open(&path).is_ok(), "{mode:o}");
        }
    }
}
