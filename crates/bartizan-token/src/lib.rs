#![doc = include_str!("../README.md")]

mod algorithm;
mod claims;
mod crypto;
pub mod danger;
mod encoding;
mod error;
mod header;
mod issuer;
mod json;
mod jwk;
mod jwk_set;
mod key;
mod keys;
mod kind;
#[cfg(doctest)]
mod misuse;
mod name;
mod parts;
mod roca;
#[cfg(test)]
mod tests;
mod verified;
mod verifier;
mod verifying_key;

pub use algorithm::Algorithm;
pub use error::{ConfigError, KeyError, SignError, VerifyError};
pub use issuer::Issuer;
pub use jwk_set::{JwkSet, SharedJwkSet};
pub use key::SigningKey;
pub use keys::{TokenKeyId, VerifyingKeys};
pub use kind::{AccessToken, NoClaims, TokenKind};
pub use name::{Audience, IssuerName};
pub use verified::{TokenBuffer, Verified, VerifiedView};
pub use verifier::Verifier;
#[cfg(feature = "legacy-interop")]
pub use verifying_key::Deviation;
pub use verifying_key::VerifyingKey;

/// The longest token that is made or read, in bytes: 16 KiB.
const MAX_TOKEN_LEN: usize = 16 * 1_024;
