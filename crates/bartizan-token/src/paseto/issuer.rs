use core::fmt;
use core::marker::PhantomData;
use std::io::Write as _;

use bartizan_core::{Clock, Random, SharedKeyring};
use serde_json::Value;

use super::assertion::ImplicitAssertion;
use super::key::PasetoKey;
use crate::error::SignError;
use crate::kind::{self, TokenKind};
use crate::name::{Audience, IssuerName};
use crate::{MAX_TOKEN_LEN, claims, encoding};

/// Makes PASETOs of one kind, in one name, for one audience, with keys of one purpose.
///
/// See [`paseto`](super) for an example.
pub struct Issuer<T, K> {
    name: IssuerName,
    audience: Audience,
    keys: SharedKeyring<K>,
    assertion: Option<ImplicitAssertion>,
    kind: PhantomData<fn() -> T>,
}

impl<T: TokenKind, K: PasetoKey> Issuer<T, K> {
    /// Makes tokens in the name of `name`, for `audience`, with the primary of `keys`.
    #[must_use]
    pub fn new(name: IssuerName, audience: Audience, keys: SharedKeyring<K>) -> Self {
        const { kind::check::<T>() }
        Self { name, audience, keys, assertion: None, kind: PhantomData }
    }

    /// Returns an issuer whose tokens only a verifier with the same assertion takes.
    #[must_use]
    pub fn with_assertion(self, assertion: ImplicitAssertion) -> Self {
        Self { assertion: Some(assertion), ..self }
    }

    /// Makes a token about `subject` that lives as long as its kind does by default.
    ///
    /// The nonce of a `v4.local` token is drawn from the operating system; `random` gives the id.
    ///
    /// # Errors
    ///
    /// Those of [`crate::Issuer::sign`], for the same reasons.
    #[expect(clippy::too_many_arguments, reason = "what is said, when it is, and a fresh id")]
    pub fn sign(
        &self,
        subject: &str,
        claims: &T::Claims,
        clock: &dyn Clock,
        random: &dyn Random,
    ) -> Result<String, SignError> {
        self.sign_with_lifetime(subject, claims, T::DEFAULT_LIFETIME_SECS, clock, random)
    }

    /// Makes a token as [`sign`](Self::sign) does, which lives for `lifetime_secs`.
    ///
    /// # Errors
    ///
    /// Those of [`sign`](Self::sign), and [`SignError::InvalidLifetime`] when `lifetime_secs` is
    /// zero or more than the kind's maximum.
    #[expect(clippy::too_many_arguments, reason = "as `sign`, and for how long")]
    pub fn sign_with_lifetime(
        &self,
        subject: &str,
        claims: &T::Claims,
        lifetime_secs: u64,
        clock: &dyn Clock,
        random: &dyn Random,
    ) -> Result<String, SignError> {
        if !(1..=T::MAX_LIFETIME_SECS).contains(&lifetime_secs) {
            return Err(SignError::InvalidLifetime { max_secs: T::MAX_LIFETIME_SECS });
        }
        if subject.is_empty() {
            return Err(SignError::EmptySubject);
        }
        // Base64 only makes it longer, so what is too long is not copied first.
        if subject.len() > MAX_TOKEN_LEN {
            return Err(SignError::TooLarge);
        }
        let issued_at = clock.now();
        let expires_at = issued_at.saturating_add_secs(lifetime_secs);
        let mut id = [0; 16];
        random.fill(&mut id)?;

        let beginning = claims::beginning(&self.name, &self.audience, "");
        let sub = Value::from(subject);
        let mut payload = Vec::with_capacity(512);
        write!(payload, r#"{beginning}{sub},"exp":"{expires_at}","iat":"{issued_at}","jti":""#)
            .map_err(|_| SignError::InvalidClaims)?;
        encoding::encode(&id, &mut payload);
        payload.push(b'"');
        claims::append_custom(&mut payload, claims)?;
        if payload.len() > MAX_TOKEN_LEN {
            return Err(SignError::TooLarge);
        }
        let keyring = self.keys.snapshot();
        let (key_id, key) = keyring.primary();
        let footer = format!(r#"{{"typ":"{}","kid":"{key_id}"}}"#, T::TYP);
        let implicit = ImplicitAssertion::bytes(self.assertion.as_ref());
        let token = key.seal(&payload, footer.as_bytes(), implicit)?;
        if token.len() > MAX_TOKEN_LEN { Err(SignError::TooLarge) } else { Ok(token) }
    }
}

impl<T, K> Clone for Issuer<T, K> {
    /// The keyring is shared, not copied.
    fn clone(&self) -> Self {
        Self {
            name: self.name.clone(),
            audience: self.audience.clone(),
            keys: self.keys.clone(),
            assertion: self.assertion.clone(),
            kind: PhantomData,
        }
    }
}

impl<T, K> fmt::Debug for Issuer<T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer")
            .field("name", &self.name)
            .field("audience", &self.audience)
            .finish_non_exhaustive()
    }
}
