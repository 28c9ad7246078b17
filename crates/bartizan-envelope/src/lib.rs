#![doc = include_str!("../README.md")]

mod blind_index;
mod cipher;
mod column;
mod columns;
mod compact;
pub mod danger;
mod envelope;
mod file;
mod format;
mod kek;
mod keyring_file;
mod padding;
mod sealed;
mod sealing_key;
pub mod stream;
mod subkeys;
mod xaes;

pub use blind_index::{
    BlindIndex, IndexBits, IndexKey, IndexToken, InvalidIndexBits, Normalization,
};
pub use column::{Column, RowKey};
pub use compact::{CompactEnvelope, CompactKey};
pub use envelope::{Envelope, ResealError};
pub use kek::{
    KekError, KeyEncryptionKey, KeyFileError, LocalKeyFile, Passphrase, PassphraseError, WrappedKey,
};
pub use keyring_file::{KeyringFile, KeyringFileError};
pub use padding::Padding;
pub use sealed::{OpenValueError, SealValueError, Sealed};
pub use sealing_key::SealingKey;
