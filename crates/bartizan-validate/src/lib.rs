#![doc = include_str!("../README.md")]

mod email;
mod invalid;
mod json;
mod message;
mod parsed;
#[cfg(feature = "patterns")]
mod patterns;
#[cfg(test)]
mod tests;
#[cfg(feature = "upload")]
pub mod upload;
mod username;
mod valid;
pub mod xml;

pub use email::{Email, EmailError};
pub use invalid::{FieldError, Invalid};
pub use json::{JsonFault, JsonLimits, JsonRefused, StrictJson};
#[cfg(feature = "patterns")]
pub use patterns::{Groups, NotMatched, Pattern, PatternError, Patterns};
pub use username::{Username, UsernameError};
pub use valid::Valid;
/// The crate that the derive comes from, for `#[validate(crate = "bartizan_validate::validator")]`.
pub use validator;
pub use validator::Validate;
