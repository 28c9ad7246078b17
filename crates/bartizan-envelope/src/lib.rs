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
mod kek_provider;
mod keyring_file;
mod off_thread;
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
#[cfg(feature = "aws-kms")]
pub use kek_provider::{AwsCredentials, AwsKms, AwsKmsError};
#[cfg(any(feature = "aws-kms", feature = "vault-transit"))]
pub use kek_provider::{InvalidServiceUrl, ServiceClient, ServiceClientError, ServiceUrl};
pub use kek_provider::{
    KekDescription, KekFuture, KekProvider, KekProviderError, MultiProvider, MultiProviderError,
    Pause, SteadyPolicy, SteadyProvider, ThreadPause,
};
#[cfg(feature = "pkcs11")]
pub use kek_provider::{Pkcs11Error, Pkcs11Kek, Pkcs11Token};
#[cfg(feature = "vault-transit")]
pub use kek_provider::{VaultTransit, VaultTransitError};
pub use keyring_file::{AsyncKeyringFile, KeyringFile, KeyringFileError};
pub use padding::Padding;
pub use sealed::{OpenValueError, SealValueError, Sealed};
pub use sealing_key::SealingKey;
