#![doc = include_str!("../README.md")]

mod email;
mod invalid;
mod message;
mod parsed;
pub mod sink;
#[cfg(test)]
mod tests;
mod username;
mod valid;

pub use email::{Email, EmailError};
pub use invalid::{FieldError, Invalid};
pub use username::{Username, UsernameError};
pub use valid::Valid;
/// The crate that the derive comes from, for `#[validate(crate = "bartizan_validate::validator")]`.
pub use validator;
pub use validator::Validate;
