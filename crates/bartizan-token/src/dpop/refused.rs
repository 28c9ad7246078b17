use core::error::Error;
use core::fmt;

use crate::error::{KeyError, VerifyError};

/// Why a proof was refused, rule by rule of [RFC 9449, section 4.3]. The client is at fault: answer
/// with the [`DpopChallenge`](crate::DpopChallenge) of it.
///
/// `Display` is the same text for every variant; the variant, or its `Debug`, is for the log.
///
/// ```
/// use bartizan_token::ProofRefused;
///
/// assert_eq!(ProofRefused::Replayed.to_string(), "the DPoP proof is not valid");
/// assert_eq!(ProofRefused::Replayed.to_string(), ProofRefused::Missing.to_string());
/// ```
///
/// [RFC 9449, section 4.3]: https://www.rfc-editor.org/rfc/rfc9449#section-4.3
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProofRefused {
    /// The request has no `DPoP` header.
    Missing,
    /// The request has more than one `DPoP` header.
    Several,
    /// It is longer than 8 KiB, or its header than 3 KiB.
    TooLarge,
    /// It is not three parts of canonical base64url, or its header is not strict JSON.
    Malformed,
    /// The header asks for something that is refused: `crit`, `b64`, `zip`, or a key from elsewhere.
    UnsupportedHeader,
    /// It is another kind of token, or does not say of which.
    WrongKind,
    /// The algorithm is missing, symmetric, `none`, or not one that proofs may have here.
    WrongAlgorithm,
    /// The key in the header is missing, private, weak, larger than is verified with, or not one for
    /// the algorithm.
    Key(KeyError),
    /// The key in the header did not sign this.
    BadSignature,
    /// The claims are not strict JSON, one is missing or not of its type, or `jti` is longer than
    /// 256 bytes.
    InvalidClaims,
    /// It is for another method.
    WrongMethod,
    /// It is for another URI, or the request's path is not one.
    WrongTarget,
    /// It was made too long ago.
    Expired,
    /// It was made in the future.
    NotYetValid,
    /// It has no nonce of this server, or an old one: the client is to try again with the one that
    /// it gets now. This is how every client begins.
    Nonce,
    /// It is for another access token, or for none.
    WrongToken,
    /// It was made with another key than the one that the token is bound to.
    WrongKey,
    /// It was used before.
    Replayed,
}

impl ProofRefused {
    /// Of what only cuts a token into its parts.
    pub(super) const fn parts(error: VerifyError) -> Self {
        match error {
            VerifyError::TooLarge => Self::TooLarge,
            _ => Self::Malformed,
        }
    }
}

impl fmt::Display for ProofRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the DPoP proof is not valid")
    }
}

impl Error for ProofRefused {}
