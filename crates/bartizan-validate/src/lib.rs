#![doc = include_str!("../README.md")]

mod bounded_string;
mod country_code;
mod currency_code;
mod display_name;
mod domain;
mod email;
mod field_error;
mod fields;
mod iban;
mod invalid;
mod json;
mod keyed;
mod mailbox;
mod message;
mod pan;
mod parsed;
#[cfg(feature = "patterns")]
mod patterns;
#[cfg(feature = "phone")]
mod phone_number;
pub mod sink;
mod skeleton;
mod slug;
#[cfg(test)]
mod tests;
mod text;
mod unicode;
#[cfg(feature = "upload")]
pub mod upload;
mod username;
mod valid;
pub mod xml;

pub use bounded_string::{BoundedString, BoundedStringError};
pub use country_code::{CountryCode, CountryCodeError};
pub use currency_code::{CurrencyCode, CurrencyCodeError};
pub use display_name::{DisplayName, DisplayNameError};
pub use email::{Email, EmailError};
pub use field_error::{FieldError, across};
pub use fields::Fields;
pub use iban::{Iban, IbanError};
pub use invalid::Invalid;
pub use json::{JsonFault, JsonLimits, JsonRefused, StrictJson};
pub use keyed::Keyed;
pub use mailbox::{Mailbox, MailboxError};
pub use pan::{Pan, PanError};
pub use parsed::Refusal;
#[cfg(feature = "patterns")]
pub use patterns::{Groups, NotMatched, Pattern, PatternError, Patterns};
#[cfg(feature = "phone")]
pub use phone_number::{PhoneNumber, PhoneNumberError};
pub use skeleton::Skeleton;
pub use slug::{Slug, SlugError};
pub use text::{Text, TextError, TextLine};
pub use username::{Username, UsernameError};
pub use valid::Valid;
/// The crate that the derive comes from, for `#[validate(crate = "bartizan_validate::validator")]`.
pub use validator;
pub use validator::Validate;
