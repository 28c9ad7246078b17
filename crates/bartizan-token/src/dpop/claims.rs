use core::fmt;

use super::{DpopNonce, TargetUri, token_hash};

/// What a client proves: that it makes this one request ([RFC 9449, section 4.2]).
///
/// ```
/// use bartizan_core::{SystemClock, SystemRandom};
/// use bartizan_token::{DpopClaims, DpopKey, TargetUri};
///
/// let (clock, random) = (SystemClock::new(), SystemRandom::new());
/// let key = DpopKey::generate_ed25519(&random)?;
/// let notes = TargetUri::new("https://api.example/notes?page=2")?;
/// let claims = DpopClaims::new("GET", notes).with_access_token("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~");
/// let _header_value = key.sign(&claims, &clock, &random)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [RFC 9449, section 4.2]: https://www.rfc-editor.org/rfc/rfc9449#section-4.2
#[derive(Clone)]
pub struct DpopClaims {
    pub(super) method: String,
    pub(super) target: TargetUri,
    pub(super) token_hash: Option<String>,
    pub(super) nonce: Option<DpopNonce>,
}

impl DpopClaims {
    /// Returns the claims for a request with this method, in capitals as it is sent, to this
    /// target: `htm` and `htu`.
    #[must_use]
    pub fn new(method: &str, target: TargetUri) -> Self {
        Self { method: method.to_owned(), target, token_hash: None, nonce: None }
    }

    /// Adds the access token that the request carries: `ath`.
    #[must_use]
    pub fn with_access_token(mut self, access_token: &str) -> Self {
        self.token_hash = Some(token_hash(access_token));
        self
    }

    /// Adds the nonce that this server sent last.
    #[must_use]
    pub fn with_nonce(mut self, nonce: DpopNonce) -> Self {
        self.nonce = Some(nonce);
        self
    }
}

impl fmt::Debug for DpopClaims {
    /// Shows neither the target, which may be personal data, nor the nonce.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DpopClaims").field("method", &self.method).finish_non_exhaustive()
    }
}
