#![doc = include_str!("../README.md")]

mod error;
mod fill;
mod hash;
mod hashing;
mod kernel;
mod memory;
mod params;
mod self_test;

pub use error::{HashError, KernelUnavailable, OutOfMemory, ParamsError, SelfTestError};
pub use hash::Argon2;
pub use hashing::Hashing;
pub use kernel::Kernel;
pub use memory::Memory;
pub use params::{Algorithm, Params, Version};
pub use self_test::self_test;
