#![doc = include_str!("../README.md")]

mod email;
mod invalid;
mod json;
mod message;
mod parsed;
#[cfg(test)]
mod tests;
mod username;
mod valid;

pub use email::{Email, EmailError};
pub use invalid::{FieldError, Invalid};
pub use json::{JsonFault, JsonLimits, JsonRefused, StrictJson};
pub use username::{Username, UsernameError};
pub use valid::Valid;
/// The crate that the derive comes from, for `#[validate(crate = "bartizan_validate::validator")]`.
pub use validator;
pub use validator::Validate;
