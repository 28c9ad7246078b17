use core::fmt;

use bartizan_core::{Clock, KeyRefused};
use serde::Deserialize;

use super::RemoteJwkSet;
use super::error::RemoteVerifyError;
use super::fetch::FetchJwkSet;
use crate::error::{ConfigError, VerifyError};
use crate::kind::TokenKind;
use crate::name::{Audience, IssuerName};
use crate::verified::{TokenBuffer, Verified, VerifiedView};
use crate::verifier::Verifier;

/// Checks tokens as a [`Verifier`] does, with the keys that the issuer publishes.
///
/// While the keys are fresh and have the one that is wanted, it waits for nothing and takes no lock.
/// See [`RemoteJwkSet`] for an example, and for what it does otherwise.
pub struct RemoteVerifier<T, F> {
    verifier: Verifier<T>,
    keys: RemoteJwkSet<F>,
}

impl<T: TokenKind, F: FetchJwkSet + 'static> RemoteVerifier<T, F> {
    /// Accepts what `issuer` made for `audience` with a key that it publishes.
    ///
    /// The keys must be those of this issuer and no other's: they are all that tells who signed.
    #[must_use]
    pub fn new(issuer: IssuerName, audience: Audience, keys: RemoteJwkSet<F>) -> Self {
        Self { verifier: Verifier::new(issuer, audience, keys.shared()), keys }
    }

    /// Sets how far clocks may be apart, as [`Verifier::with_leeway_secs`] does.
    ///
    /// # Errors
    ///
    /// [`ConfigError::LeewayTooLong`]: more than [`Verifier::MAX_LEEWAY_SECS`].
    pub fn with_leeway_secs(self, secs: u64) -> Result<Self, ConfigError> {
        Ok(Self { verifier: self.verifier.with_leeway_secs(secs)?, keys: self.keys })
    }

    /// Checks `token` as [`Verifier::verify`] does. If its key is unknown, once more after the set
    /// was fetched again.
    ///
    /// # Errors
    ///
    /// - [`RemoteVerifyError::Refused`]: what [`Verifier::verify`] says.
    /// - [`RemoteVerifyError::NoKey`]: there is no set that may be used, or none that is new enough
    ///   to tell whether there is such a key.
    pub async fn verify(
        &self,
        token: &str,
        clock: &dyn Clock,
    ) -> Result<Verified<T>, RemoteVerifyError> {
        self.keys.be_ready(clock).await?;
        match self.verifier.verify(token, clock) {
            Err(VerifyError::Key(KeyRefused::Unknown)) => {}
            other => return Ok(other?),
        }
        self.keys.prepare(token, clock).await?;
        Ok(self.verifier.verify(token, clock)?)
    }

    /// Checks `token` as [`Verifier::verify_view`] does, its key being fetched as
    /// [`verify`](Self::verify) does.
    ///
    /// # Errors
    ///
    /// Those of [`verify`](Self::verify), and those of [`Verifier::verify_view`] within
    /// [`RemoteVerifyError::Refused`].
    pub async fn verify_view<'v, C: Deserialize<'v>>(
        &'v self,
        token: &str,
        clock: &dyn Clock,
        buffer: &'v mut TokenBuffer,
    ) -> Result<VerifiedView<'v, T, C>, RemoteVerifyError> {
        self.keys.prepare(token, clock).await?;
        Ok(self.verifier.verify_view(token, clock, buffer)?)
    }
}

impl<T, F> RemoteVerifier<T, F> {
    /// Returns the keys.
    #[must_use]
    pub const fn keys(&self) -> &RemoteJwkSet<F> {
        &self.keys
    }
}

impl<T, F> Clone for RemoteVerifier<T, F> {
    /// The keys are shared, not copied.
    fn clone(&self) -> Self {
        Self { verifier: self.verifier.clone(), keys: self.keys.clone() }
    }
}

impl<T, F> fmt::Debug for RemoteVerifier<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteVerifier")
            .field("verifier", &self.verifier)
            .field("keys", &self.keys)
            .finish()
    }
}
