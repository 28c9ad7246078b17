#![doc = include_str!("../README.md")]

mod canonical;
pub mod danger;
mod egress;
mod email;
mod invalid;
mod message;
mod parsed;
mod path;
mod redirect;
#[cfg(test)]
mod tests;
mod url;
mod username;
mod valid;

pub use canonical::{Canonical, CanonicalError};
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
pub use invalid::{FieldError, Invalid};
pub use path::{
    FileName, PathError, RelativePath, StorageName, StorageNameError, StorageNameUnavailable,
    UnderRootError,
};
pub use redirect::{Destination, ExternalTarget, RedirectError, RedirectPolicy, RedirectTarget};
pub use url::{HttpUrl, HttpsUrl, UrlError};
pub use username::{Username, UsernameError};
pub use valid::Valid;
/// The crate that the derive comes from, for `#[validate(crate = "bartizan_validate::validator")]`.
pub use validator;
pub use validator::Validate;
