use core::fmt;
use core::marker::PhantomData;
use std::borrow::Cow;

use bartizan_core::UnixTime;

use crate::dpop::Binding;
use crate::keys::{SignedBy, TokenKeyId};
use crate::kind::TokenKind;
use crate::name::{Audience, IssuerName};

/// A token of kind `T` that was checked: the only door to its claims.
///
/// Only [`Verifier::verify`](crate::Verifier::verify) makes one; see there for an example.
pub struct Verified<T: TokenKind> {
    pub(crate) claims: T::Claims,
    pub(crate) subject: String,
    pub(crate) issuer: IssuerName,
    pub(crate) audience: Audience,
    pub(crate) expires_at: UnixTime,
    pub(crate) issued_at: UnixTime,
    pub(crate) token_id: String,
    /// Of a token that has none, or that a [`BoundVerifier`](crate::BoundVerifier) checks.
    pub(crate) binding: Option<Binding>,
    pub(crate) signed_by: SignedBy,
}

impl<T: TokenKind> Verified<T> {
    /// Returns what the token says beyond the registered claims.
    #[must_use]
    pub const fn claims(&self) -> &T::Claims {
        &self.claims
    }

    /// Returns whom the token is about: `sub`, unique within [`issuer`](Self::issuer) only.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Returns who made the token: `iss`.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.issuer.as_str()
    }

    /// Returns for whom the token is: of the values in `aud`, the verifier's own.
    #[must_use]
    pub fn audience(&self) -> &str {
        self.audience.as_str()
    }

    /// Returns from when on the token is no longer good: `exp`.
    #[must_use]
    pub const fn expires_at(&self) -> UnixTime {
        self.expires_at
    }

    /// Returns when the token was made: `iat`.
    #[must_use]
    pub const fn issued_at(&self) -> UnixTime {
        self.issued_at
    }

    /// Returns the token's own id: `jti`. To revoke a token, remember it with the issuer until
    /// [`expires_at`](Self::expires_at).
    #[must_use]
    pub fn token_id(&self) -> &str {
        &self.token_id
    }

    /// Returns which key signed the token.
    #[must_use]
    pub const fn key_id(&self) -> &TokenKeyId {
        &self.signed_by.key_id
    }

    /// Returns how the key that signed falls short of what this crate signs with: report it.
    #[cfg(feature = "legacy-interop")]
    #[must_use]
    pub const fn deviation(&self) -> Option<crate::Deviation> {
        self.signed_by.deviation
    }
}

impl<T: TokenKind<Claims: Clone>> Clone for Verified<T> {
    /// What was checked once may be handed on, as web frameworks do with a request's extensions.
    fn clone(&self) -> Self {
        Self {
            claims: self.claims.clone(),
            subject: self.subject.clone(),
            issuer: self.issuer.clone(),
            audience: self.audience.clone(),
            expires_at: self.expires_at,
            issued_at: self.issued_at,
            token_id: self.token_id.clone(),
            binding: self.binding,
            signed_by: self.signed_by.clone(),
        }
    }
}

impl<T: TokenKind> fmt::Debug for Verified<T> {
    /// Shows neither the claims nor the subject, which may be personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified")
            .field("typ", &T::TYP)
            .field("token_id", &self.token_id)
            .field("key_id", self.key_id())
            .finish_non_exhaustive()
    }
}

/// A token of kind `T` that was checked, and claims of type `C` that borrow from the buffer it was
/// decoded into.
///
/// Only [`Verifier::verify_view`](crate::Verifier::verify_view) makes one; see there for an
/// example.
pub struct VerifiedView<'v, T, C> {
    pub(crate) claims: C,
    pub(crate) subject: Cow<'v, str>,
    pub(crate) issuer: &'v IssuerName,
    pub(crate) audience: &'v Audience,
    pub(crate) expires_at: UnixTime,
    pub(crate) issued_at: UnixTime,
    pub(crate) token_id: Cow<'v, str>,
    pub(crate) signed_by: SignedBy,
    pub(crate) kind: PhantomData<fn() -> T>,
}

impl<T, C> VerifiedView<'_, T, C> {
    /// Returns what the token says beyond the registered claims.
    #[must_use]
    pub const fn claims(&self) -> &C {
        &self.claims
    }

    /// Returns whom the token is about: `sub`, unique within [`issuer`](Self::issuer) only.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Returns who made the token: `iss`.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.issuer.as_str()
    }

    /// Returns for whom the token is: of the values in `aud`, the verifier's own.
    #[must_use]
    pub fn audience(&self) -> &str {
        self.audience.as_str()
    }

    /// Returns from when on the token is no longer good: `exp`.
    #[must_use]
    pub const fn expires_at(&self) -> UnixTime {
        self.expires_at
    }

    /// Returns when the token was made: `iat`.
    #[must_use]
    pub const fn issued_at(&self) -> UnixTime {
        self.issued_at
    }

    /// Returns the token's own id: `jti`.
    #[must_use]
    pub fn token_id(&self) -> &str {
        &self.token_id
    }

    /// Returns which key signed the token.
    #[must_use]
    pub const fn key_id(&self) -> &TokenKeyId {
        &self.signed_by.key_id
    }

    /// Returns how the key that signed falls short of what this crate signs with: report it.
    #[cfg(feature = "legacy-interop")]
    #[must_use]
    pub const fn deviation(&self) -> Option<crate::Deviation> {
        self.signed_by.deviation
    }
}

impl<T: TokenKind, C> fmt::Debug for VerifiedView<'_, T, C> {
    /// Shows neither the claims nor the subject, which may be personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedView")
            .field("typ", &T::TYP)
            .field("token_id", &self.token_id)
            .field("key_id", self.key_id())
            .finish_non_exhaustive()
    }
}

/// Memory that tokens are decoded into, to be used again and again: it grows to the largest token,
/// at most 12 KiB.
///
/// See [`Verifier::verify_view`](crate::Verifier::verify_view) for an example.
#[derive(Default)]
pub struct TokenBuffer(Vec<u8>);

impl TokenBuffer {
    /// Returns a buffer without memory yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Returns at least `len` bytes.
    pub(crate) fn reserve(&mut self, len: usize) -> &mut [u8] {
        if self.0.len() < len {
            self.0.resize(len, 0);
        }
        &mut self.0
    }
}

impl fmt::Debug for TokenBuffer {
    /// Shows nothing of the token that it held last.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenBuffer({} bytes)", self.0.len())
    }
}
