#![doc = include_str!("../README.md")]

mod entry;
mod error;
mod key;
mod memory;
mod namespace;
pub mod record;
mod store;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use entry::{Entry, StoredEntry, Swap, Version};
pub use error::{StoreConfigError, StoreError};
pub use key::StoreKey;
pub use memory::MemoryStore;
pub use namespace::{Loss, Namespace};
pub use store::Store;
