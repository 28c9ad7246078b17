use core::fmt;
use core::marker::PhantomData;

use bartizan_core::UnixTime;

use super::component::Component;
use super::params::SignatureParams;
use super::policy;
use super::structured::Reader;
use crate::keys::{SignedBy, TokenKeyId};

/// Proof that an HTTP message was signed for purpose `P`: only
/// [`HttpVerifier`](super::HttpVerifier) makes one; see [`HttpSigner`](super::HttpSigner) for an
/// example.
pub struct VerifiedMessage<'m, P> {
    pub(super) body: &'m [u8],
    /// What the signature covers and says of itself.
    pub(super) params: String,
    pub(super) created: UnixTime,
    pub(super) signed_by: SignedBy,
    pub(super) purpose: PhantomData<fn() -> P>,
}

impl<'m, P> VerifiedMessage<'m, P> {
    /// Returns the body that was signed: nothing where the signature does not cover it, which the
    /// default policy allows only when there is none.
    #[must_use]
    pub fn body(&self) -> &'m [u8] {
        self.body
    }

    /// Returns whether `component` is covered: what is not may be anybody's.
    #[must_use]
    pub fn covers(&self, component: &Component) -> bool {
        let (part, params) = (component.part(), self.params());
        part.is_some()
            && params.is_some_and(|params| params.parts.iter().any(|(own, _)| Some(*own) == part))
    }

    /// Returns when it was signed.
    #[must_use]
    pub const fn created_at(&self) -> UnixTime {
        self.created
    }

    /// Returns which key signed.
    #[must_use]
    pub const fn key_id(&self) -> &TokenKeyId {
        &self.signed_by.key_id
    }

    /// Returns how the key falls short of what this crate signs with.
    #[cfg(feature = "legacy-interop")]
    #[must_use]
    pub const fn deviation(&self) -> Option<crate::Deviation> {
        self.signed_by.deviation
    }

    /// It was read before, so it is read again.
    fn params(&self) -> Option<SignatureParams<'_>> {
        SignatureParams::read(&mut Reader::new(self.params.as_bytes())?).ok()
    }
}

impl<'m, P> VerifiedMessage<'m, P> {
    pub(super) fn new(
        body: &'m [u8],
        params: SignatureParams<'_>,
        created: UnixTime,
        signed_by: SignedBy,
    ) -> Self {
        let body = if policy::covers_body(&params) { body } else { &[] };
        Self { body, params: params.text, created, signed_by, purpose: PhantomData }
    }
}

impl<P> fmt::Debug for VerifiedMessage<'_, P> {
    /// Shows neither the body nor the nonce.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedMessage")
            .field("key_id", self.key_id())
            .field("created_at", &self.created)
            .finish_non_exhaustive()
    }
}
