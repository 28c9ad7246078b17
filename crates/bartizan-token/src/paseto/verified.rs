use core::fmt;

use bartizan_core::{KeyId, UnixTime};

use crate::kind::TokenKind;

/// A PASETO of kind `T` that was checked: the only door to its claims.
///
/// Only [`Verifier::verify`](super::Verifier::verify) makes one; see [`paseto`](super) for an
/// example.
pub struct Verified<T: TokenKind> {
    pub(super) claims: T::Claims,
    pub(super) subject: String,
    pub(super) expires_at: UnixTime,
    pub(super) issued_at: UnixTime,
    pub(super) token_id: String,
    pub(super) key_id: KeyId,
}

impl<T: TokenKind> Verified<T> {
    /// Returns what the token says beyond the registered claims.
    #[must_use]
    pub const fn claims(&self) -> &T::Claims {
        &self.claims
    }

    /// Returns whom the token is about: `sub`, unique within the verifier's issuer only.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
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

    /// Returns which key of the keyring made the token.
    #[must_use]
    pub const fn key_id(&self) -> KeyId {
        self.key_id
    }
}

impl<T: TokenKind> fmt::Debug for Verified<T> {
    /// Shows neither the claims nor the subject, which may be personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified")
            .field("typ", &T::TYP)
            .field("token_id", &self.token_id)
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}
