#![doc = include_str!("../README.md")]

mod argon2id;
mod change;
mod check;
mod common;
pub mod danger;
mod error;
mod fuse;
#[cfg(any(test, feature = "breach"))]
mod fuse_build;
mod generate;
mod hasher;
#[cfg_attr(
    not(all(test, feature = "legacy")),
    expect(dead_code, reason = "stored hashes do not read them yet")
)]
mod legacy;
mod limits;
mod make;
#[cfg(feature = "nfc")]
mod normalize;
mod params;
mod pepper;
mod phc;
mod policy;
mod pool;
mod stored;
mod verified;

pub use bartizan_argon2::Kernel;
pub use change::ChangeError;
pub use common::is_common_password;
pub use error::{ConfigError, HashError, PepperError, StoredHashError, VerifyError};
#[cfg(feature = "passphrase")]
pub use generate::PassphraseGenerator;
pub use generate::{PasswordAlphabet, PasswordGenerator};
pub use hasher::{PasswordHasher, PasswordHasherBuilder};
#[cfg(feature = "scrypt")]
pub use legacy::FirebaseProject;
pub use legacy::LegacyScheme;
#[cfg(feature = "pbkdf2")]
pub use legacy::aspnet_identity_row;
pub use limits::{StoredLimits, StoredLimitsBuilder};
pub use params::{Argon2Params, Argon2ParamsBuilder};
pub use pepper::{Pepper, PepperKey, SealedHash};
pub use policy::PasswordPolicy;
pub use policy::violation::PolicyViolation;
pub use pool::{HashPool, HashPoolBuilder, PoolFuture, PoolStats};
pub use stored::StoredHash;
pub use verified::{RehashReason, Verified};
