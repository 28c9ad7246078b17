#![doc = include_str!("../README.md")]

mod algorithm;
mod api_key;
mod cache;
mod claims;
mod crypto;
pub mod danger;
mod digest;
mod dpop;
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
pub mod message;
#[cfg(doctest)]
mod misuse;
#[cfg(doctest)]
mod misuse_message;
#[cfg(doctest)]
mod misuse_store;
mod name;
pub mod namespace;
mod one_time;
mod parts;
#[cfg(feature = "paseto")]
pub mod paseto;
mod refresh;
mod refused;
mod remote_jwk_set;
mod revocation;
mod roca;
mod service_token;
#[cfg(test)]
mod tests;
mod thumbprint;
mod verified;
mod verifier;
mod verifying_key;

pub use algorithm::Algorithm;
pub use api_key::{
    ApiKey, ApiKeyDigestKey, ApiKeyId, ApiKeyInfo, ApiKeySpec, ApiKeys, MissingScope,
    VerifiedApiKey,
};
pub use cache::CachedVerifier;
pub use crypto::Backend;
pub use dpop::{
    BoundVerifier, DpopChallenge, DpopClaims, DpopKey, DpopNonce, DpopNonceKey, DpopNonces,
    DpopRequest, DpopVerifier, InvalidNonce, ProofRefused, TargetUri, VerifiedBound, VerifiedProof,
};
pub use error::{ConfigError, KeyError, SignError, VerifyError};
pub use issuer::Issuer;
pub use jwk_set::{JwkSet, SharedJwkSet};
#[cfg(feature = "aws-lc-rs")]
pub use key::RsaSize;
pub use key::SigningKey;
pub use keys::{TokenKeyId, VerifyingKeys};
pub use kind::{AccessToken, NoClaims, TokenKind};
pub use name::{Audience, IssuerName};
pub use one_time::{
    AccountActivation, EmailVerification, Invitation, OneTimePurpose, OneTimeTokens, PasswordReset,
    Redeemed,
};
pub use refresh::{FamilyId, RefreshGrant, RefreshPolicy, RefreshTokens, ReusedFamily};
pub use refused::{GrantError, SetupError, TokenRefused, UseError};
pub use remote_jwk_set::{
    FetchError, FetchJwkSet, FetchedJwkSet, JwkSetUrl, RemoteJwkSet, RemoteJwkSetError,
    RemoteJwkSetPolicy, RemoteJwkSetStatus, RemoteVerifier, RemoteVerifyError,
};
#[cfg(feature = "remote-client")]
pub use remote_jwk_set::{JwkSetClient, RootsError};
pub use revocation::Revocations;
pub use service_token::ServiceToken;
pub use thumbprint::Thumbprint;
pub use verified::{TokenBuffer, Verified, VerifiedView};
pub use verifier::Verifier;
#[cfg(feature = "legacy-interop")]
pub use verifying_key::Deviation;
pub use verifying_key::VerifyingKey;

/// The longest token that is made or read, in bytes: 16 KiB.
const MAX_TOKEN_LEN: usize = 16 * 1_024;
