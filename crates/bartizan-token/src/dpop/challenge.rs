use super::{ALGORITHMS, DpopNonce, ProofRefused};
use crate::refused::TokenRefused;

/// What a server answers when it refuses: [RFC 9449, sections 5, 7.1 and 8], as data.
///
/// A server of resources answers 401 with the header `WWW-Authenticate`, a token endpoint 400 with
/// the [`error`](Self::error) in its JSON. Both add the header `DPoP-Nonce` where there is a
/// [`nonce`](Self::nonce), and then `Cache-Control: no-store`.
///
/// ```
/// use bartizan_token::{DpopChallenge, ProofRefused, TokenRefused};
/// # use std::sync::Arc;
/// # use bartizan_core::SystemClock;
/// # use bartizan_store::MemoryStore;
/// # use bartizan_token::{DpopVerifier, TargetUri};
/// # let clock = SystemClock::new();
/// # let store = Arc::new(MemoryStore::new(1, Arc::new(clock))?);
/// # let verifier = DpopVerifier::new(TargetUri::new("https://api.example")?, store);
///
/// let refused = TokenRefused::Proof(ProofRefused::Replayed);
/// let challenge: DpopChallenge = verifier.challenge(Some(&refused), &clock);
/// assert_eq!(challenge.error(), Some("invalid_dpop_proof"));
/// let header = r#"DPoP error="invalid_dpop_proof", algs="EdDSA Ed25519 ES256 ES384 PS256""#;
/// assert_eq!(challenge.www_authenticate(), header);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [RFC 9449, sections 5, 7.1 and 8]: https://www.rfc-editor.org/rfc/rfc9449#section-7.1
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DpopChallenge {
    error: Option<&'static str>,
    nonce: Option<DpopNonce>,
}

impl DpopChallenge {
    pub(super) fn of(refused: Option<&TokenRefused>, nonce: Option<DpopNonce>) -> Self {
        let error = refused.map(|refused| match refused {
            TokenRefused::Proof(ProofRefused::Nonce) => "use_dpop_nonce",
            // The proof may be good: it is the token that is somebody else's.
            TokenRefused::Proof(ProofRefused::WrongKey) => "invalid_token",
            TokenRefused::Proof(_) => "invalid_dpop_proof",
            _ => "invalid_token",
        });
        Self { error, nonce }
    }

    /// Returns the error's code; nothing when the request had no token.
    #[must_use]
    pub const fn error(&self) -> Option<&'static str> {
        self.error
    }

    /// Returns the value of the header `WWW-Authenticate`.
    #[must_use]
    pub fn www_authenticate(&self) -> String {
        let algs = Self::algs();
        match self.error {
            Some(error) => format!(r#"DPoP error="{error}", algs="{algs}""#),
            None => format!(r#"DPoP algs="{algs}""#),
        }
    }

    /// Returns the value of the header `DPoP-Nonce`, where nonces are wanted.
    #[must_use]
    pub const fn nonce(&self) -> Option<&DpopNonce> {
        self.nonce.as_ref()
    }

    /// Returns the names of the algorithms that proofs may have, separated by spaces: what a
    /// server publishes as `dpop_signing_alg_values_supported`.
    #[must_use]
    pub fn algs() -> String {
        // RFC 9864 renames `EdDSA`, and clients know the one or the other.
        let names = ALGORITHMS.iter().flat_map(|algorithm| match algorithm.name() {
            "EdDSA" => vec!["EdDSA", "Ed25519"],
            name => vec![name],
        });
        names.collect::<Vec<_>>().join(" ")
    }
}
