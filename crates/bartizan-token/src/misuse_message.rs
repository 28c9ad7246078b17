//! What must not compile of signed messages. Each block differs from one that compiles by the
//! mistake alone.

/// A message for one purpose is no proof for another.
///
/// ```compile_fail,E0308
/// use bartizan_token::message::{MessagePurpose, VerifiedMessage};
///
/// enum Order {}
/// enum Refund {}
///
/// fn refund(_proof: &VerifiedMessage<'_, Refund>) {}
///
/// fn handle(proof: &VerifiedMessage<'_, Order>) {
///     refund(proof);
/// }
/// ```
///
/// ```
/// use bartizan_token::message::{MessagePurpose, VerifiedMessage};
///
/// enum Order {}
/// enum Refund {}
///
/// fn refund(_proof: &VerifiedMessage<'_, Refund>) {}
///
/// fn handle(proof: &VerifiedMessage<'_, Refund>) {
///     refund(proof);
/// }
/// ```
struct ProofOfAnotherPurpose;

/// A request is not verified without a replay window.
///
/// ```compile_fail,E0061
/// use bartizan_core::SystemClock;
/// use bartizan_token::message::{HttpRequest, HttpVerifier, MessagePurpose};
///
/// async fn handle<P: MessagePurpose>(verifier: &HttpVerifier<P>, request: &HttpRequest<'_>) {
///     let _proof = verifier.verify(request, &SystemClock::new()).await;
/// }
/// ```
///
/// ```
/// use bartizan_core::SystemClock;
/// use bartizan_token::message::{HttpRequest, HttpVerifier, MessagePurpose, ReplayWindow};
///
/// async fn handle<P: MessagePurpose>(
///     verifier: &HttpVerifier<P>,
///     request: &HttpRequest<'_>,
///     replays: &ReplayWindow<bartizan_store::MemoryStore>,
/// ) {
///     let _proof = verifier.verify(request, &SystemClock::new(), replays).await;
/// }
/// ```
struct RequestThatMayBeReplayed;

/// A policy without a greatest age does not compile, nor a request without its body.
///
/// ```compile_fail,E0061
/// let _policy = bartizan_token::message::HttpPolicy::new();
/// ```
///
/// ```
/// let _policy = bartizan_token::message::HttpPolicy::new(300);
/// ```
///
/// ```compile_fail,E0061
/// let _request = bartizan_token::message::HttpRequest::new("GET", "https://a.example", []);
/// ```
///
/// ```
/// let _request = bartizan_token::message::HttpRequest::new("GET", "https://a.example", [], b"");
/// ```
struct PolicyWithoutAgeAndRequestWithoutBody;

/// A purpose whose name needs an escape does not build where it is used.
///
/// ```compile_fail,E0080
/// use bartizan_token::message::{HttpPolicy, HttpVerifier, MessagePurpose};
/// use bartizan_token::JwkSet;
///
/// enum Odd {}
///
/// impl MessagePurpose for Odd {
///     const NAME: &'static str = "an \"odd\" one";
/// }
///
/// let _new: fn(JwkSet, _) -> _ = HttpVerifier::<Odd>::new;
/// ```
///
/// ```
/// use bartizan_token::message::{HttpPolicy, HttpVerifier, MessagePurpose};
/// use bartizan_token::JwkSet;
///
/// enum Even {}
///
/// impl MessagePurpose for Even {
///     const NAME: &'static str = "an-even-one";
/// }
///
/// let _new: fn(JwkSet, _) -> _ = HttpVerifier::<Even>::new;
/// ```
struct PurposeWithoutGoodName;
