#![doc = include_str!("../README.md")]

mod argon2id;
#[cfg(feature = "breach")]
mod breach;
mod calibrate;
mod common;
mod error;
#[cfg(feature = "feedback")]
mod feedback;
mod fuse;
#[cfg(any(test, feature = "breach"))]
mod fuse_build;
mod generate;
mod hasher;
mod limits;
mod params;
mod phc;
mod policy;
mod pool;

pub use bartizan_argon2::Kernel;
#[cfg(feature = "breach")]
pub use breach::{
    BreachBuildError, BreachFilter, BreachFilterBuilder, BreachFilterError, BreachHash,
    BreachVerdict, FalsePositives, MalformedRange, OnFailure, RangeCheck, RangeClient, RangeError,
    RangeQuery, RangeRequest, RangeUnavailable,
};
pub use calibrate::{Calibrated, Calibration, CalibrationBuilder, Measurement};
pub use common::is_common_password;
pub use error::{ConfigError, HashError, StoredHashError, VerifyError};
#[cfg(feature = "feedback")]
pub use feedback::{Advice, Feedback, feedback};
#[cfg(feature = "passphrase")]
pub use generate::PassphraseGenerator;
pub use generate::{PasswordAlphabet, PasswordGenerator};
pub use hasher::{PasswordHasher, PasswordHasherBuilder, Verified};
pub use limits::{StoredLimits, StoredLimitsBuilder};
pub use params::{Argon2Params, Argon2ParamsBuilder};
pub use phc::PasswordHash;
pub use policy::PasswordPolicy;
pub use policy::violation::PolicyViolation;
pub use pool::{HashPool, HashPoolBuilder, PoolStats};
