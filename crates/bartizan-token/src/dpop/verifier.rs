use core::fmt;
use std::sync::Arc;

use bartizan_core::{Clock, UnixTime};

use super::nonce::{DpopNonce, DpopNonces, NonceAge};
use super::proof::{Proof, ProofClaims};
use super::{DpopChallenge, DpopRequest, ProofRefused, TargetUri, target, token_hash};
use crate::error::ConfigError;
use crate::namespace;
use crate::refused::{TokenRefused, UseError};
use crate::thumbprint::Thumbprint;
use bartizan_store::record::Writer;
use bartizan_store::{Entry, Store, StoreKey};

/// Checks the proofs that requests to one server carry: [RFC 9449, section 4.3].
///
/// It is made with what must not be left out. One is where the server is: a proof for another
/// server is refused even if its request says that it came here, so the request's `Host` has no
/// say. The other is a memory, for each proof is good once: it remembers, per key, the ids of the
/// proofs it has accepted until they are too old anyway.
///
/// It checks what is cheap first, and remembers last, so that nothing but a good proof takes room.
/// Anybody who has a key of any kind can make good proofs: at a token endpoint, let the client
/// authenticate first, or limit its rate.
///
/// For requests with access tokens see [`BoundVerifier`](crate::BoundVerifier).
///
/// ```
/// use std::sync::Arc;
///
/// use bartizan_core::{SystemClock, SystemRandom};
/// use bartizan_store::MemoryStore;
/// use bartizan_token::{DpopClaims, DpopKey, DpopRequest, DpopVerifier, TargetUri};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let (clock, random) = (SystemClock::new(), SystemRandom::new());
/// let key = DpopKey::generate_ed25519(&random)?;
/// let claims = DpopClaims::new("POST", TargetUri::new("https://id.example/token")?);
/// let proof = key.sign(&claims, &clock, &random)?;
///
/// let store = Arc::new(MemoryStore::new(100_000, Arc::new(clock))?);
/// let verifier = DpopVerifier::new(TargetUri::new("https://id.example")?, store);
/// let request = DpopRequest::new("POST", "/token", [&proof]);
/// let verified = verifier.verify(&request, &clock).await?;
/// assert_eq!(verified.thumbprint(), key.thumbprint());
/// assert!(verifier.verify(&request, &clock).await.is_err(), "a proof is good once");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [RFC 9449, section 4.3]: https://www.rfc-editor.org/rfc/rfc9449#section-4.3
pub struct DpopVerifier<S> {
    base: TargetUri,
    store: Arc<S>,
    lifetime_secs: u64,
    nonces: Option<DpopNonces>,
}

impl<S> DpopVerifier<S> {
    /// For how many seconds a proof is good when nothing else is said.
    pub const DEFAULT_LIFETIME_SECS: u64 = 60;

    /// For how many seconds a proof is good at most.
    pub const MAX_LIFETIME_SECS: u64 = 300;

    /// How many seconds a client's clock may be ahead.
    pub const LEEWAY_SECS: u64 = 30;

    /// Checks requests to the server that clients reach under `base`, a path at its end included if
    /// there is one; `store` remembers what was accepted.
    #[must_use]
    pub const fn new(base: TargetUri, store: Arc<S>) -> Self {
        Self { base, store, lifetime_secs: Self::DEFAULT_LIFETIME_SECS, nonces: None }
    }

    /// Sets for how many seconds a proof is good, by the time that the client wrote into it.
    ///
    /// # Errors
    ///
    /// [`ConfigError::InvalidSpan`]: zero, or more than
    /// [`MAX_LIFETIME_SECS`](Self::MAX_LIFETIME_SECS).
    pub fn with_lifetime_secs(mut self, secs: u64) -> Result<Self, ConfigError> {
        if !(1..=Self::MAX_LIFETIME_SECS).contains(&secs) {
            return Err(ConfigError::InvalidSpan { max_secs: Self::MAX_LIFETIME_SECS });
        }
        self.lifetime_secs = secs;
        Ok(self)
    }

    /// Accepts only proofs with a nonce of these.
    #[must_use]
    pub fn with_nonces(mut self, nonces: DpopNonces) -> Self {
        self.nonces = Some(nonces);
        self
    }

    /// Returns what to answer a client with that was refused, or that had no token at all.
    #[must_use]
    pub fn challenge(&self, refused: Option<&TokenRefused>, clock: &dyn Clock) -> DpopChallenge {
        DpopChallenge::of(refused, self.nonces.as_ref().map(|nonces| nonces.issue(clock)))
    }

    /// Checks all but whether it was used before.
    fn check(
        &self,
        request: &DpopRequest<'_>,
        bound: Option<(&str, &Thumbprint)>,
        now: UnixTime,
    ) -> Result<Checked, ProofRefused> {
        let proof = Proof::read(request.proof()?)?;
        let payload = proof.payload()?;
        let claims = ProofClaims::read(&payload)?;
        self.check_request(&claims, request)?;
        self.check_times(&claims, now)?;
        if let Some((token, _)) = bound
            && claims.token_hash.is_none_or(|hash| hash != *token_hash(token))
        {
            return Err(ProofRefused::WrongToken);
        }
        let age = self.check_nonce(&claims, now)?;
        let key = proof.key()?;
        let thumbprint = Thumbprint::of(&key);
        if bound.is_some_and(|(_, bound_to)| thumbprint != *bound_to) {
            return Err(ProofRefused::WrongKey);
        }
        proof.check_signature(&key)?;
        let id = claims.id.decode().into_owned();
        Ok(Checked { thumbprint, id, issued_at: claims.issued_at, age })
    }

    fn check_request(
        &self,
        claims: &ProofClaims<'_>,
        request: &DpopRequest<'_>,
    ) -> Result<(), ProofRefused> {
        if claims.method != *request.method {
            return Err(ProofRefused::WrongMethod);
        }
        let here = self.base.join(request.path).ok_or(ProofRefused::WrongTarget)?;
        let same = target::is_same(&claims.target.decode(), &here);
        if same { Ok(()) } else { Err(ProofRefused::WrongTarget) }
    }

    fn check_times(&self, claims: &ProofClaims<'_>, now: UnixTime) -> Result<(), ProofRefused> {
        let latest_begin = now.saturating_add_secs(Self::LEEWAY_SECS);
        if claims.issued_at > latest_begin || claims.not_before > Some(latest_begin) {
            return Err(ProofRefused::NotYetValid);
        }
        let too_old = now.secs_since(claims.issued_at).is_some_and(|age| age > self.lifetime_secs);
        if too_old || claims.expires_at.is_some_and(|expires_at| now >= expires_at) {
            return Err(ProofRefused::Expired);
        }
        Ok(())
    }

    fn check_nonce(
        &self,
        claims: &ProofClaims<'_>,
        now: UnixTime,
    ) -> Result<Option<NonceAge>, ProofRefused> {
        let Some(nonces) = &self.nonces else { return Ok(None) };
        let nonce = claims.nonce.ok_or(ProofRefused::Nonce)?;
        nonces.age(&nonce.decode(), now).map(Some).ok_or(ProofRefused::Nonce)
    }
}

impl<S: Store> DpopVerifier<S> {
    /// Checks the proof of a request without an access token, to a token endpoint for example, and
    /// returns whose it is. Bind what is given out to its [`thumbprint`](VerifiedProof::thumbprint).
    ///
    /// Of many that try at once with the same proof exactly one succeeds.
    ///
    /// # Errors
    ///
    /// - [`UseError::Refused`] with [`TokenRefused::Proof`]: see [`ProofRefused`], whose
    ///   `WrongToken` and `WrongKey` do not come up here.
    /// - [`UseError::Store`]: the store failed, so it is not known whether the proof is new.
    pub async fn verify(
        &self,
        request: &DpopRequest<'_>,
        clock: &dyn Clock,
    ) -> Result<VerifiedProof, UseError> {
        let checked = self.check(request, None, clock.now()).map_err(TokenRefused::Proof)?;
        self.accept(checked, clock).await
    }

    /// Checks the proof of a request with an access token, which was found to be good, and to be
    /// bound to a key, by other means than a [`BoundVerifier`](crate::BoundVerifier): asked for
    /// at the authorization server, for example ([RFC 9449, section 6.2]).
    ///
    /// # Errors
    ///
    /// - [`UseError::Refused`] with [`TokenRefused::Proof`]: see [`ProofRefused`].
    /// - [`UseError::Store`]: the store failed, so it is not known whether the proof is new.
    ///
    /// [RFC 9449, section 6.2]: https://www.rfc-editor.org/rfc/rfc9449#section-6.2
    pub async fn verify_with_token(
        &self,
        request: &DpopRequest<'_>,
        (access_token, bound_to): (&str, &Thumbprint),
        clock: &dyn Clock,
    ) -> Result<VerifiedProof, UseError> {
        let bound = Some((access_token, bound_to));
        let checked = self.check(request, bound, clock.now()).map_err(TokenRefused::Proof)?;
        self.accept(checked, clock).await
    }

    /// Whoever creates the entry has used the proof.
    async fn accept(&self, proof: Checked, clock: &dyn Clock) -> Result<VerifiedProof, UseError> {
        let Checked { thumbprint, id, issued_at, age } = proof;
        let key = StoreKey::of(namespace::DPOP_PROOF, &[thumbprint.as_bytes(), id.as_bytes()]);
        let kept_secs = self.lifetime_secs.saturating_add(STORE_LEEWAY_SECS);
        let entry = Entry::new(Writer::new().finish(), issued_at.saturating_add_secs(kept_secs));
        if !self.store.create(&key, entry).await? {
            return Err(TokenRefused::Proof(ProofRefused::Replayed).into());
        }
        let next = self.nonces.as_ref().filter(|_| age == Some(NonceAge::Old));
        let next_nonce = next.map(|nonces| nonces.issue(clock));
        Ok(VerifiedProof { thumbprint, issued_at, next_nonce })
    }
}

/// A proof that is good if it is new.
struct Checked {
    thumbprint: Thumbprint,
    id: String,
    issued_at: UnixTime,
    age: Option<NonceAge>,
}

impl<S> Clone for DpopVerifier<S> {
    /// The store is shared, not copied.
    fn clone(&self) -> Self {
        Self {
            base: self.base.clone(),
            store: Arc::clone(&self.store),
            lifetime_secs: self.lifetime_secs,
            nonces: self.nonces.clone(),
        }
    }
}

impl<S> fmt::Debug for DpopVerifier<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DpopVerifier")
            .field("base", &self.base)
            .field("lifetime_secs", &self.lifetime_secs)
            .field("nonces", &self.nonces)
            .finish_non_exhaustive()
    }
}

/// Proof that whoever sent the request has the private key of a public one.
///
/// Only a [`DpopVerifier`] makes one; see there for an example.
#[derive(Clone, Debug)]
pub struct VerifiedProof {
    thumbprint: Thumbprint,
    issued_at: UnixTime,
    next_nonce: Option<DpopNonce>,
}

impl VerifiedProof {
    /// Returns which key it is: what to bind tokens to. At a token endpoint, compare it with the
    /// `dpop_jkt` of the authorization request, if there was one.
    #[must_use]
    pub const fn thumbprint(&self) -> &Thumbprint {
        &self.thumbprint
    }

    /// Returns when the client says that it made the proof: `iat`.
    #[must_use]
    pub const fn issued_at(&self) -> UnixTime {
        self.issued_at
    }

    /// Returns the nonce for the client's next proof, where the one it has gets old: put it into the
    /// answer's header `DPoP-Nonce` ([RFC 9449, section 8.2]).
    ///
    /// [RFC 9449, section 8.2]: https://www.rfc-editor.org/rfc/rfc9449#section-8.2
    #[must_use]
    pub const fn next_nonce(&self) -> Option<&DpopNonce> {
        self.next_nonce.as_ref()
    }
}

/// No clocks of a server and its store that agree are so far apart.
const STORE_LEEWAY_SECS: u64 = 120;
