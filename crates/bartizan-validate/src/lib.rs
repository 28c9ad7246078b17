#![doc = include_str!("../README.md")]

mod bounded_string;
mod canonical;
mod country_code;
mod currency_code;
pub mod danger;
mod display_name;
mod domain;
mod egress;
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
mod path;
#[cfg(feature = "patterns")]
mod patterns;
#[cfg(feature = "phone")]
mod phone_number;
mod redirect;
pub mod sink;
mod skeleton;
mod slug;
#[cfg(test)]
mod tests;
mod text;
mod unicode;
#[cfg(feature = "upload")]
pub mod upload;
mod url;
mod username;
mod valid;
pub mod xml;

pub use bounded_string::{BoundedString, BoundedStringError};
pub use canonical::{Canonical, CanonicalError};
pub use country_code::{CountryCode, CountryCodeError};
pub use currency_code::{CurrencyCode, CurrencyCodeError};
pub use display_name::{DisplayName, DisplayNameError};
pub use egress::{
    Egress, EgressError, EgressFailed, EgressPolicy, EgressRefused, EgressStream, Hops, NotPublic,
    PublicAddress, Resolve, ScriptedResolver, SystemResolver,
};
#[cfg(feature = "egress-fetch")]
pub use egress::{EgressClient, EgressClientError, Fetched};
#[cfg(feature = "egress-hyper")]
pub use egress::{EgressConnector, EgressIo};
#[cfg(feature = "egress-reqwest")]
pub use egress::{EgressReqwest, EgressResolver};
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
pub use path::{
    FileName, PathError, RelativePath, StorageName, StorageNameError, StorageNameUnavailable,
    UnderRootError,
};
#[cfg(feature = "patterns")]
pub use patterns::{Groups, NotMatched, Pattern, PatternError, Patterns};
#[cfg(feature = "phone")]
pub use phone_number::{PhoneNumber, PhoneNumberError};
pub use redirect::{Destination, ExternalTarget, RedirectError, RedirectPolicy, RedirectTarget};
pub use skeleton::Skeleton;
pub use slug::{Slug, SlugError};
pub use text::{Text, TextError, TextLine};
pub use url::{HttpUrl, HttpsUrl, UrlError};
pub use username::{Username, UsernameError};
pub use valid::Valid;
/// The crate that the derive comes from, for `#[validate(crate = "bartizan_validate::validator")]`.
pub use validator;
pub use validator::Validate;
