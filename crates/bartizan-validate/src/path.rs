//! Names and paths of files.

mod error;
mod file_name;
mod relative;
mod rules;
mod storage_name;
mod under;

pub use error::PathError;
pub use file_name::FileName;
pub use relative::RelativePath;
pub use storage_name::{StorageName, StorageNameError, StorageNameUnavailable};
pub use under::UnderRootError;
