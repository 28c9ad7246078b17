//! What must not compile. Each block differs from one that compiles by the mistake alone.

/// The claims of a token that was not verified are out of reach (asvs: V9.1.1).
///
/// ```compile_fail,E0451
/// use bartizan_token::{AccessToken, NoClaims, Verified};
///
/// fn claims(verified: Verified<AccessToken>) -> NoClaims {
///     let Verified { claims, .. } = verified;
///     claims
/// }
/// ```
///
/// Nor can anything but a verifier make a [`Verified`](crate::Verified):
///
/// ```compile_fail
/// use bartizan_token::{AccessToken, Verified};
///
/// let verified: Verified<AccessToken> = "eyJ.eyJ.sig".parse().unwrap();
/// ```
///
/// ```
/// use bartizan_token::{AccessToken, NoClaims, Verified};
///
/// fn claims(verified: &Verified<AccessToken>) -> &NoClaims {
///     verified.claims()
/// }
/// ```
struct ClaimsWithoutVerification;

/// An issuer without an audience does not compile (asvs: V9.2.4).
///
/// ```compile_fail,E0061
/// use bartizan_core::SharedKeyring;
/// use bartizan_token::{AccessToken, Issuer, IssuerName, SigningKey};
///
/// fn issuer(name: IssuerName, keys: SharedKeyring<SigningKey>) -> Issuer<AccessToken> {
///     Issuer::new(name, keys)
/// }
/// ```
///
/// Nor does one whose names are swapped:
///
/// ```compile_fail,E0308
/// use bartizan_core::SharedKeyring;
/// use bartizan_token::{AccessToken, Audience, Issuer, IssuerName, SigningKey};
///
/// fn issuer(
///     name: IssuerName,
///     audience: Audience,
///     keys: SharedKeyring<SigningKey>,
/// ) -> Issuer<AccessToken> {
///     Issuer::new(audience, name, keys)
/// }
/// ```
///
/// ```
/// use bartizan_core::SharedKeyring;
/// use bartizan_token::{AccessToken, Audience, Issuer, IssuerName, SigningKey};
///
/// fn issuer(
///     name: IssuerName,
///     audience: Audience,
///     keys: SharedKeyring<SigningKey>,
/// ) -> Issuer<AccessToken> {
///     Issuer::new(name, audience, keys)
/// }
/// ```
struct IssuerWithoutAudience;

/// Who wants a token with a proof takes none without.
///
/// ```compile_fail,E0308
/// use bartizan_token::{AccessToken, Verified, VerifiedBound};
///
/// fn pay(_: &VerifiedBound<AccessToken>) {}
///
/// fn request(token: &Verified<AccessToken>) {
///     pay(token);
/// }
/// ```
///
/// ```
/// use bartizan_token::{AccessToken, VerifiedBound};
///
/// fn pay(_: &VerifiedBound<AccessToken>) {}
///
/// fn request(token: &VerifiedBound<AccessToken>) {
///     pay(token);
/// }
/// ```
struct BearerWhereBoundIsWanted;

/// A verifier of proofs that does not know where it is does not compile.
///
/// ```compile_fail,E0061
/// use std::sync::Arc;
///
/// use bartizan_store::MemoryStore;
/// use bartizan_token::DpopVerifier;
///
/// fn verifier(store: Arc<MemoryStore>) -> DpopVerifier<MemoryStore> {
///     DpopVerifier::new(store)
/// }
/// ```
///
/// ```
/// use std::sync::Arc;
///
/// use bartizan_store::MemoryStore;
/// use bartizan_token::{DpopVerifier, TargetUri};
///
/// fn verifier(base: TargetUri, store: Arc<MemoryStore>) -> DpopVerifier<MemoryStore> {
///     DpopVerifier::new(base, store)
/// }
/// ```
struct ProofsForAnyServer;

/// A kind whose lifetimes contradict each other does not build where it is used.
///
/// ```compile_fail,E0080
/// use bartizan_token::{Issuer, NoClaims, TokenKind};
///
/// struct Endless;
///
/// impl TokenKind for Endless {
///     const TYP: &'static str = "endless+jwt";
///     type Claims = NoClaims;
///     const DEFAULT_LIFETIME_SECS: u64 = 61;
///     const MAX_LIFETIME_SECS: u64 = 60;
/// }
///
/// let _new: fn(_, _, _) -> _ = Issuer::<Endless>::new;
/// ```
///
/// ```
/// use bartizan_token::{AccessToken, Issuer};
///
/// let _new: fn(_, _, _) -> _ = Issuer::<AccessToken>::new;
/// ```
struct KindThatContradictsItself;
