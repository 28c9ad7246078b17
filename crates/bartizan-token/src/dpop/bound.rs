use core::fmt;
use std::sync::Arc;

use bartizan_core::Clock;

use super::{Binding, DpopRequest, DpopVerifier, VerifiedProof};
use crate::cache::CachedVerifier;
use crate::error::VerifyError;
use crate::kind::TokenKind;
use crate::refused::UseError;
use crate::verified::Verified;
use crate::verifier::Verifier;
use bartizan_store::Store;

/// Checks access tokens that are bound to a key, each together with the proof of the request that
/// carries it: `Authorization: DPoP ...` of [RFC 9449, section 7].
///
/// It takes no token that is not bound, and a [`Verifier`] or a [`CachedVerifier`] alone takes none
/// that is. So a bound token that was stolen is no bearer token, and where a bound one is wanted no
/// bearer token will do. Serve both schemes with one of each.
///
/// ```
/// use std::sync::Arc;
///
/// use bartizan_core::{KeyGenerator, Keyring, SharedKeyring, SystemClock, SystemRandom, UnixTime};
/// use bartizan_store::MemoryStore;
/// use bartizan_token::{AccessToken, Audience, BoundVerifier, DpopClaims, DpopKey, DpopRequest, DpopVerifier, Issuer, IssuerName, NoClaims, SigningKey, TargetUri, Verifier, VerifyError};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let (clock, random) = (SystemClock::new(), SystemRandom::new());
/// let generator = KeyGenerator::new(&random, SigningKey::generate_ed25519);
/// let keys = SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator)?);
/// let name = IssuerName::new("https://id.example")?;
/// let api = Audience::new("https://api.example")?;
///
/// // The authorization server has verified a proof, and binds the token to its key.
/// let client = DpopKey::generate_ed25519(&random)?;
/// let issuer = Issuer::<AccessToken>::new(name.clone(), api.clone(), keys.clone());
/// let bound = issuer.bound_to(client.thumbprint());
/// let token = bound.sign("alice", &NoClaims::new(), &clock, &random)?;
///
/// // The client proves, for each request, that it has the key.
/// let notes = TargetUri::new("https://api.example/notes")?;
/// let claims = DpopClaims::new("GET", notes).with_access_token(&token);
/// let proof = client.sign(&claims, &clock, &random)?;
///
/// // The server wants both.
/// let verifier = Verifier::<AccessToken>::new(name, api, keys);
/// assert_eq!(verifier.verify(&token, &clock).err(), Some(VerifyError::WrongBinding));
/// let store = Arc::new(MemoryStore::new(100_000, Arc::new(clock))?);
/// let proofs = DpopVerifier::new(TargetUri::new("https://api.example")?, store);
/// let bound = BoundVerifier::new(verifier, proofs);
/// let request = DpopRequest::new("GET", "/notes", [&proof]);
/// assert_eq!(bound.verify(&token, &request, &clock).await?.token().subject(), "alice");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [RFC 9449, section 7]: https://www.rfc-editor.org/rfc/rfc9449#section-7
pub struct BoundVerifier<T: TokenKind, S> {
    tokens: Tokens<T, S>,
    proofs: DpopVerifier<S>,
}

enum Tokens<T: TokenKind, S> {
    Each(Verifier<T>),
    Cached(CachedVerifier<T, S>),
}

impl<T: TokenKind, S> BoundVerifier<T, S> {
    /// Checks tokens as `tokens` does, but bound ones, and proofs as `proofs` does.
    #[must_use]
    pub fn new(tokens: Verifier<T>, proofs: DpopVerifier<S>) -> Self {
        Self { tokens: Tokens::Each(tokens.for_bound()), proofs }
    }

    /// Checks tokens as `tokens` does, which remembers them and asks whether they were revoked, but
    /// bound ones. Proofs are all new, and never remembered in this way.
    #[must_use]
    pub fn with_cache(tokens: CachedVerifier<T, S>, proofs: DpopVerifier<S>) -> Self {
        Self { tokens: Tokens::Cached(tokens.for_bound()), proofs }
    }

    /// Returns what checks the proofs, and makes [challenges](DpopVerifier::challenge).
    #[must_use]
    pub const fn proofs(&self) -> &DpopVerifier<S> {
        &self.proofs
    }
}

impl<T: TokenKind, S: Store> BoundVerifier<T, S> {
    /// Checks `token`, then that the request's proof is for it and made with the key that it is
    /// bound to.
    ///
    /// # Errors
    ///
    /// - [`UseError::Refused`]: [`TokenRefused::Signed`](crate::TokenRefused::Signed) with what
    ///   [`Verifier::verify`] says, [`VerifyError::WrongBinding`] being for a token that is not
    ///   bound to a key, or to something else as well;
    ///   [`TokenRefused::Revoked`](crate::TokenRefused::Revoked), with a cache;
    ///   [`TokenRefused::Proof`](crate::TokenRefused::Proof): see
    ///   [`ProofRefused`](crate::ProofRefused).
    /// - [`UseError::Store`]: the store failed.
    pub async fn verify(
        &self,
        token: &str,
        request: &DpopRequest<'_>,
        clock: &dyn Clock,
    ) -> Result<VerifiedBound<T>, UseError> {
        let verified = match &self.tokens {
            Tokens::Each(tokens) => {
                Arc::new(tokens.verify(token, clock).map_err(UseError::signed)?)
            }
            Tokens::Cached(tokens) => tokens.verify(token, clock).await?,
        };
        // Asked again, and not taken from what the verifier was told to want.
        let Some(Binding::Key(bound_to)) = &verified.binding else {
            return Err(UseError::signed(VerifyError::WrongBinding));
        };
        let proof = self.proofs.verify_with_token(request, (token, bound_to), clock).await?;
        Ok(VerifiedBound { token: verified, proof })
    }
}

impl<T: TokenKind, S> fmt::Debug for BoundVerifier<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tokens: &dyn fmt::Debug = match &self.tokens {
            Tokens::Each(tokens) => tokens,
            Tokens::Cached(tokens) => tokens,
        };
        f.debug_struct("BoundVerifier")
            .field("tokens", tokens)
            .field("proofs", &self.proofs)
            .finish()
    }
}

/// A bound token of kind `T` and the proof of who sent it, both checked: what a function takes that
/// serves nobody else.
///
/// Only [`BoundVerifier::verify`] makes one; see there for an example.
pub struct VerifiedBound<T: TokenKind> {
    token: Arc<Verified<T>>,
    proof: VerifiedProof,
}

impl<T: TokenKind> VerifiedBound<T> {
    /// Returns the token.
    #[must_use]
    pub fn token(&self) -> &Verified<T> {
        &self.token
    }

    /// Returns the proof.
    #[must_use]
    pub const fn proof(&self) -> &VerifiedProof {
        &self.proof
    }
}

impl<T: TokenKind> Clone for VerifiedBound<T> {
    /// The token is shared, not copied.
    fn clone(&self) -> Self {
        Self { token: Arc::clone(&self.token), proof: self.proof.clone() }
    }
}

impl<T: TokenKind> fmt::Debug for VerifiedBound<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedBound")
            .field("token", &self.token)
            .field("proof", &self.proof)
            .finish()
    }
}
