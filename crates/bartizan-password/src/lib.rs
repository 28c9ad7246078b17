#![doc = include_str!("../README.md")]

mod argon2id;
#[cfg(feature = "breach")]
mod breach;
mod common;
mod error;
mod fuse;
#[cfg(any(test, feature = "breach"))]
mod fuse_build;
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
pub use common::is_common_password;
pub use error::{ConfigError, HashError, PolicyViolation, StoredHashError, VerifyError};
pub use hasher::{PasswordHasher, PasswordHasherBuilder, Verified};
pub use limits::{StoredLimits, StoredLimitsBuilder};
pub use params::{Argon2Params, Argon2ParamsBuilder};
pub use phc::PasswordHash;
pub use policy::PasswordPolicy;
pub use pool::{HashPool, HashPoolBuilder, PoolStats};
