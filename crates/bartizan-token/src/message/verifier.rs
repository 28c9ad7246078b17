use core::fmt;
use core::marker::PhantomData;

use bartizan_core::{Clock, UnixTime};

use super::algorithm::http_name;
use super::base::Message;
use super::digest;
use super::error::{MessageError, MessageRefused};
use super::params::SignatureParams;
use super::policy::{self, HttpPolicy};
use super::purpose::{self, MessagePurpose};
use super::replay::ReplayWindow;
use super::structured::{self, Bare};
use super::verified::VerifiedMessage;
use super::view::{HttpRequest, HttpResponse};
use crate::crypto::{self, MAX_SIGNATURE_LEN};
use crate::key::Signed;
use crate::keys::{SignedBy, VerifyingKeys};
use bartizan_store::Store;

/// Checks HTTP message signatures for one purpose ([RFC 9421, section 3.2]). See
/// [`HttpSigner`](super::HttpSigner) for an example.
///
/// The purpose finds the signature, its `keyid` the key, and the key knows its algorithm. Fields
/// are read strictly: a label, component or parameter that stands twice, one that is not known, or
/// several signatures for the purpose are refused. Bounds: 8 signatures of 32 components, 16 KiB of
/// a field that is read, 64 KiB of what is signed without the body. The body is hashed only after
/// the signature proved good.
///
/// [RFC 9421, section 3.2]: https://www.rfc-editor.org/rfc/rfc9421#section-3.2
pub struct HttpVerifier<P> {
    keys: VerifyingKeys,
    policy: HttpPolicy,
    purpose: PhantomData<fn() -> P>,
}

impl<P: MessagePurpose> HttpVerifier<P> {
    /// Accepts what was signed with one of `keys`, as `policy` wants it.
    #[must_use]
    pub fn new(keys: impl Into<VerifyingKeys>, policy: HttpPolicy) -> Self {
        const { purpose::check::<P>() }
        Self { keys: keys.into(), policy, purpose: PhantomData }
    }

    /// Checks a request, and accepts it once: of many that come at the same time exactly one is.
    ///
    /// # Errors
    ///
    /// - [`MessageError::Refused`], in the order in which it is looked for:
    ///   [`MessageRefused::Unsigned`], [`MessageRefused::TooLarge`], [`MessageRefused::Malformed`],
    ///   [`MessageRefused::Ambiguous`], [`MessageRefused::Unsupported`] and
    ///   [`MessageRefused::WrongPurpose`] of the fields; [`MessageRefused::MissingParameter`],
    ///   [`MessageRefused::NotYetValid`], [`MessageRefused::Expired`] and
    ///   [`MessageRefused::NotCovered`] of the policy; [`MessageRefused::MissingComponent`];
    ///   [`MessageRefused::Key`], [`MessageRefused::WrongAlgorithm`] and
    ///   [`MessageRefused::BadSignature`]; [`MessageRefused::WrongDigest`];
    ///   [`MessageRefused::Replayed`].
    /// - [`MessageError::Store`]: the store failed. The request is not accepted, and may be
    ///   remembered as if it were.
    pub async fn verify<'m, S: Store>(
        &self,
        request: &HttpRequest<'m>,
        clock: &dyn Clock,
        replays: &ReplayWindow<S>,
    ) -> Result<VerifiedMessage<'m, P>, MessageError> {
        let checked = self.check_request(request, clock.now())?;
        let ends_at = self.policy.ends_at(checked.proof.created_at());
        let key_id = checked.proof.key_id().to_string();
        let name = [P::NAME.as_bytes(), key_id.as_bytes(), &checked.replay_name];
        replays.accept(&name, ends_at).await?;
        Ok(checked.proof)
    }

    /// Checks a response to a request that was sent. It is bound to that request by what it covers
    /// of it, and to its time; a client takes one answer to what it asked.
    ///
    /// # Errors
    ///
    /// Those of [`verify`](Self::verify) but for [`MessageRefused::Replayed`].
    pub fn verify_response<'m>(
        &self,
        response: &HttpResponse<'m>,
        clock: &dyn Clock,
    ) -> Result<VerifiedMessage<'m, P>, MessageRefused> {
        let body = response.body;
        self.check(Message::Response(response), body, clock.now()).map(|checked| checked.proof)
    }

    pub(crate) fn check_request<'m>(
        &self,
        request: &HttpRequest<'m>,
        now: UnixTime,
    ) -> Result<Checked<'m, P>, MessageRefused> {
        self.check(Message::Request(request), request.body, now)
    }

    fn check<'m>(
        &self,
        message: Message<'_>,
        body: &'m [u8],
        now: UnixTime,
    ) -> Result<Checked<'m, P>, MessageRefused> {
        let fields = message.fields();
        if !fields.has(SIGNATURE_INPUT) || !fields.has(SIGNATURE) {
            return Err(MessageRefused::Unsigned);
        }
        let (input, signatures) = (fields.joined(SIGNATURE_INPUT)?, fields.joined(SIGNATURE)?);
        let (label, params) = self.policy.select(&input, P::NAME)?;
        let created = self.policy.check(&params, message, now)?;
        let base = message.signature_base(&params)?;
        let signed_by = self.check_signature(&params, &base, &find(&signatures, label)?)?;
        if policy::covers_body(&params) {
            digest::check(fields, body)?;
        }
        // Not the signature itself: of some algorithms another one is easily made of it.
        let replay_name = match &params.nonce {
            Some(nonce) => [b"n", nonce.as_bytes()].concat(),
            None => [&b"b"[..], crypto::sha256(base.as_bytes()).as_ref()].concat(),
        };
        let proof = VerifiedMessage::new(body, params, created, signed_by);
        Ok(Checked { proof, replay_name })
    }

    fn check_signature(
        &self,
        params: &SignatureParams<'_>,
        base: &str,
        signature: &[u8],
    ) -> Result<SignedBy, MessageRefused> {
        let key_id = params.key_id.as_ref().ok_or(MessageRefused::MissingParameter)?;
        let (verified, signed_by) = self.keys.with_key(key_id, |key| {
            let name = http_name(key.algorithm()).ok_or(MessageRefused::WrongAlgorithm)?;
            if params.alg.as_ref().is_some_and(|alg| alg != name) {
                return Err(MessageRefused::WrongAlgorithm);
            }
            let good = key.verifies((Signed::HttpMessage, P::NAME), base.as_bytes(), signature);
            if good { Ok(()) } else { Err(MessageRefused::BadSignature) }
        })?;
        verified.map(|()| signed_by)
    }
}

/// A message whose signature is good, and what it is remembered by.
pub(crate) struct Checked<'m, P> {
    pub(crate) proof: VerifiedMessage<'m, P>,
    replay_name: Vec<u8>,
}

/// Returns the signature of a label.
fn find(signatures: &[u8], wanted: &str) -> Result<Vec<u8>, MessageRefused> {
    let mut found = None;
    let read = structured::dictionary(signatures, |label, reader| {
        if !reader.eat('=') {
            return None;
        }
        let Bare::Bytes(signature) = reader.bare()? else { return None };
        reader.parameters(|_, _| Some(()))?;
        if label == wanted {
            found = Some(signature);
        }
        Some(())
    });
    read.ok_or(MessageRefused::Malformed)?;
    let signature = found.ok_or(MessageRefused::Unsigned)?;
    let decoded = base64_simd::STANDARD.decode_to_vec(signature.as_bytes());
    let decoded = decoded.map_err(|_| MessageRefused::Malformed)?;
    if decoded.len() > MAX_SIGNATURE_LEN { Err(MessageRefused::TooLarge) } else { Ok(decoded) }
}

impl<P> Clone for HttpVerifier<P> {
    /// The keys are shared, not copied.
    fn clone(&self) -> Self {
        Self { keys: self.keys.clone(), policy: self.policy.clone(), purpose: PhantomData }
    }
}

impl<P: MessagePurpose> fmt::Debug for HttpVerifier<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpVerifier")
            .field("purpose", &P::NAME)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

pub(super) const SIGNATURE_INPUT: &str = "signature-input";
pub(super) const SIGNATURE: &str = "signature";
