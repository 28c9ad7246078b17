#![doc = include_str!("../README.md")]

mod argon2id;
#[cfg(feature = "breach")]
mod breach;
mod calibrate;
mod change;
mod check;
mod common;
pub mod danger;
mod effort;
mod error;
#[cfg(feature = "feedback")]
mod feedback;
mod fuse;
#[cfg(any(test, feature = "breach"))]
mod fuse_build;
mod generate;
mod hasher;
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
mod recipe;
mod stored;
mod verified;

pub use bartizan_argon2::Kernel;
#[cfg(feature = "breach")]
pub use breach::{
    BreachBuildError, BreachFilter, BreachFilterBuilder, BreachFilterError, BreachHash,
    BreachVerdict, FalsePositives, MalformedRange, OnFailure, RangeCheck, RangeClient, RangeError,
    RangeQuery, RangeRequest, RangeUnavailable,
};
pub use calibrate::{Calibrated, Calibration, CalibrationBuilder, Measurement};
pub use change::ChangeError;
pub use common::is_common_password;
pub use error::{ConfigError, HashError, PepperError, StoredHashError, VerifyError};
#[cfg(feature = "feedback")]
pub use feedback::{Advice, Feedback, feedback};
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
pub use pool::{HashPool, HashPoolBuilder, PoolEvent, PoolFuture, PoolStats, Refusal};
pub use stored::StoredHash;
pub use verified::{RehashReason, Verified};
