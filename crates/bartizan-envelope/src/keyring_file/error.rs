use core::error::Error;
use core::fmt;
use std::io;

use bartizan_core::{InvalidKeyring, KeyId, SealError};

use crate::kek::KekError;
use crate::kek_provider::KekProviderError;

/// Why a keyring was not read or written. The machine or what it stores is at fault: raise an
/// alarm, start nothing, overwrite nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyringFileError {
    /// There is no file or, when one is made, no folder.
    NotFound,
    /// There is a file already. It was left alone.
    AlreadyExists,
    /// The process may not read or write the file.
    Permissions,
    /// The system failed to read or write.
    Io(io::ErrorKind),
    /// The file is longer than a keyring can be.
    TooLong,
    /// The file is not what was written: damaged, changed, or put together from several.
    Damaged,
    /// The file has a version that this program does not know.
    UnsupportedVersion,
    /// The file holds keys of another purpose.
    WrongPurpose,
    /// Another kind of key-encryption key protects the file.
    WrongProvider,
    /// Another key-encryption key, or another passphrase, protects the file.
    WrongKey,
    /// The parameters of the key-encryption key are outside the limits.
    Refused,
    /// The provider of the key-encryption key says no: another key, another context, changed bytes,
    /// a disabled key, or a missing right.
    ProviderRefused,
    /// The provider of the key-encryption key is another kind than wrote the file, or not set up
    /// right.
    Misconfigured,
    /// There is no randomness or no memory, or the key-encryption key is not available now.
    Unavailable,
    /// Somebody else changed the file first.
    Conflict {
        /// The generation that the file holds.
        on_disk: u64,
        /// The generation that was to be replaced.
        expected: u64,
    },
    /// The file holds an older keyring than was seen before.
    OlderThanExpected {
        /// The generation that the file holds.
        on_disk: u64,
        /// The generation that was seen before.
        expected: u64,
    },
    /// The file is authentic, but what it holds is not a keyring.
    Invalid(InvalidKeyring),
    /// The file is authentic, but this version of the program cannot use one of its keys.
    UnusableKey(KeyId),
}

impl fmt::Display for KeyringFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sentence = match self {
            Self::NotFound => "the keyring file or its folder does not exist",
            Self::AlreadyExists => "the keyring file exists already and was left alone",
            Self::Permissions => "the process may not read or write the keyring file",
            Self::TooLong => "the keyring file is longer than 1 MiB",
            Self::Damaged => "the keyring file is damaged or was changed: restore its backup",
            Self::UnsupportedVersion => {
                "the keyring file is of a version that this program does not know: update it"
            }
            Self::WrongPurpose => "the keyring file holds keys of another purpose",
            Self::WrongProvider => "another kind of key-encryption key protects the keyring file",
            Self::WrongKey => "another key file or passphrase protects the keyring file",
            Self::Refused => "the keyring file asks for a key derivation outside the limits",
            Self::ProviderRefused => {
                "the provider of the key-encryption key refused to wrap or unwrap the keyring's key"
            }
            Self::Misconfigured => {
                "another kind of provider wrote the keyring file, or the provider of the \
                 key-encryption key is not set up right"
            }
            Self::Unavailable => {
                "there is no randomness, no memory or no key service: try again later"
            }
            Self::Io(kind) => {
                return write!(f, "the keyring file could not be read or written: {kind}");
            }
            Self::Conflict { on_disk, expected } => {
                return write!(
                    f,
                    "somebody else changed the keyring file: it holds generation {on_disk}, not \
                     the {expected} that was to be replaced; load it again"
                );
            }
            Self::OlderThanExpected { on_disk, expected } => {
                return write!(
                    f,
                    "the keyring file is an old copy: it holds generation {on_disk}, but \
                     {expected} was seen before"
                );
            }
            Self::Invalid(invalid) => {
                return write!(f, "the keyring file holds no keyring: {invalid}");
            }
            Self::UnusableKey(id) => {
                return write!(f, "this program cannot use key {id} of the keyring file");
            }
        };
        f.write_str(sentence)
    }
}

impl Error for KeyringFileError {}

impl From<KekError> for KeyringFileError {
    fn from(error: KekError) -> Self {
        match error {
            KekError::WrongProvider => Self::WrongProvider,
            KekError::WrongKey => Self::WrongKey,
            KekError::Damaged => Self::Damaged,
            KekError::Refused => Self::Refused,
            KekError::Unavailable => Self::Unavailable,
        }
    }
}

impl From<KekProviderError> for KeyringFileError {
    fn from(error: KekProviderError) -> Self {
        match error {
            KekProviderError::Unavailable => Self::Unavailable,
            KekProviderError::Refused => Self::ProviderRefused,
            KekProviderError::Misconfigured => Self::Misconfigured,
        }
    }
}

impl From<SealError> for KeyringFileError {
    fn from(error: SealError) -> Self {
        match error {
            SealError::RandomUnavailable => Self::Unavailable,
            _ => Self::TooLong,
        }
    }
}
