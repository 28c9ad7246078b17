//! Demonstrating Proof of Possession, [RFC 9449]: tokens that are of use to nobody but who has the
//! key they are bound to.
//!
//! [RFC 9449]: https://www.rfc-editor.org/rfc/rfc9449

mod binding;
mod bound;
mod challenge;
mod claims;
mod key;
mod nonce;
mod proof;
mod refused;
mod request;
mod target;
#[cfg(test)]
mod tests;
mod verifier;

pub(crate) use self::binding::Binding;
pub use self::bound::{BoundVerifier, VerifiedBound};
pub use self::challenge::DpopChallenge;
pub use self::claims::DpopClaims;
pub use self::key::DpopKey;
pub use self::nonce::{DpopNonce, DpopNonceKey, DpopNonces, InvalidNonce};
pub use self::refused::ProofRefused;
pub use self::request::DpopRequest;
pub use self::target::TargetUri;
pub use self::verifier::{DpopVerifier, VerifiedProof};

use crate::algorithm::Algorithm;
use crate::crypto;
use crate::encoding;

/// The header's `typ`: RFC 9449, section 4.2.
const TYP: &str = "dpop+jwt";

/// What proofs are signed with. HMAC is not among them: whoever verifies could prove, too.
const ALGORITHMS: [Algorithm; 4] =
    [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Es384, Algorithm::Ps256];

/// The longest proof that is made or read, in bytes: 8 KiB, what servers mostly take of a header.
const MAX_PROOF_LEN: usize = 8 * 1_024;

/// The claim `ath` for an access token: RFC 9449, section 4.2.
fn token_hash(access_token: &str) -> String {
    let mut hash = String::new();
    encoding::encode(crypto::sha256(access_token.as_bytes()).as_ref(), &mut hash);
    hash
}
