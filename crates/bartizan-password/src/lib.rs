#![doc = include_str!("../README.md")]

mod argon2id;
mod error;
mod hasher;
mod limits;
mod params;
mod phc;
mod policy;
mod pool;

pub use bartizan_argon2::Kernel;
pub use error::{ConfigError, HashError, PolicyViolation, StoredHashError, VerifyError};
pub use hasher::{PasswordHasher, PasswordHasherBuilder, Verified};
pub use limits::{StoredLimits, StoredLimitsBuilder};
pub use params::{Argon2Params, Argon2ParamsBuilder};
pub use phc::PasswordHash;
pub use policy::PasswordPolicy;
pub use pool::{HashPool, HashPoolBuilder, PoolEvent, PoolFuture, PoolStats, Refusal};
