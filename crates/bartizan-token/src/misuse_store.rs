//! What must not compile of the tokens that are remembered. Each block differs from one that
//! compiles by the mistake alone.

/// A token for one purpose is no proof for another.
///
/// ```compile_fail,E0308
/// use bartizan_token::{EmailVerification, PasswordReset, Redeemed};
///
/// fn set_password(_proof: &Redeemed<PasswordReset>) {}
///
/// fn verify_email(proof: &Redeemed<EmailVerification>) {
///     set_password(proof);
/// }
/// ```
///
/// Nor can anything but a use make a proof:
///
/// ```compile_fail
/// use bartizan_token::{PasswordReset, Redeemed};
///
/// let proof: Redeemed<PasswordReset> = Redeemed::default();
/// ```
///
/// ```
/// use bartizan_token::{PasswordReset, Redeemed};
///
/// fn set_password(_proof: &Redeemed<PasswordReset>) {}
///
/// fn reset_password(proof: &Redeemed<PasswordReset>) {
///     set_password(proof);
/// }
/// ```
struct ProofOfAnotherPurpose;

/// A family of refresh tokens without an idle lifetime does not compile.
///
/// ```compile_fail,E0061
/// let _policy = bartizan_token::RefreshPolicy::new(86_400);
/// ```
///
/// ```
/// let _policy = bartizan_token::RefreshPolicy::new(86_400, 3_600);
/// ```
struct FamilyWithoutIdleLifetime;

/// A signing key makes no digests of API keys.
///
/// ```compile_fail,E0308
/// use std::sync::Arc;
///
/// use bartizan_core::SharedKeyring;
/// use bartizan_store::MemoryStore;
/// use bartizan_token::{ApiKeys, SigningKey};
///
/// fn keys(store: Arc<MemoryStore>, keyring: SharedKeyring<SigningKey>) {
///     let _keys = ApiKeys::new("acme", store, keyring);
/// }
/// ```
///
/// ```
/// use std::sync::Arc;
///
/// use bartizan_core::SharedKeyring;
/// use bartizan_store::MemoryStore;
/// use bartizan_token::{ApiKeyDigestKey, ApiKeys};
///
/// fn keys(store: Arc<MemoryStore>, keyring: SharedKeyring<ApiKeyDigestKey>) {
///     let _keys = ApiKeys::new("acme", store, keyring);
/// }
/// ```
struct KeyOfAnotherPurpose;

/// A purpose whose lifetimes contradict each other does not build where it is used.
///
/// ```compile_fail,E0080
/// use bartizan_store::MemoryStore;
/// use bartizan_token::{OneTimePurpose, OneTimeTokens};
///
/// enum Endless {}
///
/// impl OneTimePurpose for Endless {
///     const NAME: &'static str = "endless";
///     const DEFAULT_LIFETIME_SECS: u64 = 61;
///     const MAX_LIFETIME_SECS: u64 = 60;
/// }
///
/// let _new: fn(_) -> _ = OneTimeTokens::<Endless, MemoryStore>::new;
/// ```
///
/// ```
/// use bartizan_store::MemoryStore;
/// use bartizan_token::{OneTimeTokens, PasswordReset};
///
/// let _new: fn(_) -> _ = OneTimeTokens::<PasswordReset, MemoryStore>::new;
/// ```
struct PurposeThatContradictsItself;
