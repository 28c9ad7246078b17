#![doc = include_str!("../README.md")]

mod envelope;
mod file;
mod format;
mod kek;
mod keyring_file;
mod sealing_key;
pub mod stream;
mod xaes;

pub use envelope::Envelope;
pub use kek::{
    KekError, KeyEncryptionKey, KeyFileError, LocalKeyFile, Passphrase, PassphraseError, WrappedKey,
};
pub use keyring_file::{KeyringFile, KeyringFileError};
pub use sealing_key::SealingKey;
