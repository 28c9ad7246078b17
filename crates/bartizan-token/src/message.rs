//! Signed messages: bytes with a detached signature, and HTTP requests and responses.
//!
//! [`MessageSigner`] and [`MessageVerifier`] sign bytes as a detached JWS ([RFC 7515] with
//! [RFC 7797]): a file, an event in a queue, the payload of a webhook whose receiver wants one
//! header. [`HttpSigner`] and [`HttpVerifier`] sign HTTP messages ([RFC 9421], with the digests of
//! [RFC 9530]): method, target, fields and body, once each, within seconds.
//!
//! Both are for one [`MessagePurpose`], a type: a signature for one purpose is none for another,
//! none is a token, and an HMAC key is derived for each. See [`HttpSigner`] for a webhook from end
//! to end.
//!
//! [RFC 7515]: https://www.rfc-editor.org/rfc/rfc7515#appendix-F
//! [RFC 7797]: https://www.rfc-editor.org/rfc/rfc7797
//! [RFC 9421]: https://www.rfc-editor.org/rfc/rfc9421
//! [RFC 9530]: https://www.rfc-editor.org/rfc/rfc9530

mod algorithm;
mod base;
mod component;
mod detached;
mod digest;
mod error;
mod fields;
mod params;
mod policy;
mod purpose;
mod query;
mod replay;
mod signer;
mod signing_keys;
mod structured;
#[cfg(test)]
mod tests;
mod verified;
mod verifier;
mod view;

pub use self::component::Component;
pub use self::detached::{MessageSigner, MessageVerifier, VerifiedBytes};
pub use self::error::{
    MalformedMessage, MessageConfigError, MessageError, MessageRefused, MessageSignError,
};
pub use self::policy::HttpPolicy;
pub use self::purpose::MessagePurpose;
pub use self::replay::ReplayWindow;
pub use self::signer::{HttpSigner, SignedFields};
pub use self::signing_keys::MessageSigningKeys;
pub use self::verified::VerifiedMessage;
pub use self::verifier::HttpVerifier;
pub use self::view::{HttpRequest, HttpResponse, Origin};
