use core::fmt;
use core::marker::PhantomData;

use bartizan_core::{Clock, UnixTime};

use super::assertion::ImplicitAssertion;
use super::checking_keys::CheckingKeys;
use super::key::PasetoKey;
use super::time;
use super::verified::Verified;
use crate::MAX_TOKEN_LEN;
use crate::claims::{self, Expected, Registered};
use crate::encoding;
use crate::error::{ConfigError, VerifyError};
use crate::header::Header;
use crate::json::{InvalidJson, Scanner};
use crate::kind::{self, TokenKind};
use crate::name::{Audience, IssuerName};

/// Checks PASETOs of one kind, from one issuer, for one audience, with keys of one purpose.
///
/// See [`paseto`](super) for an example.
pub struct Verifier<T, K> {
    expected: Expected,
    keys: CheckingKeys<K>,
    assertion: Option<ImplicitAssertion>,
    leeway_secs: u64,
    kind: PhantomData<fn() -> T>,
}

impl<T: TokenKind, K: PasetoKey> Verifier<T, K> {
    /// Takes tokens of `issuer` for `audience` that a key of `keys` made; clocks may be
    /// [`crate::Verifier::DEFAULT_LEEWAY_SECS`] apart.
    #[must_use]
    pub fn new(issuer: IssuerName, audience: Audience, keys: impl Into<CheckingKeys<K>>) -> Self {
        const { kind::check::<T>() }
        let expected = Expected::new(issuer, audience).with_times(read_time);
        let (keys, leeway_secs) = (keys.into(), crate::Verifier::<T>::DEFAULT_LEEWAY_SECS);
        Self { expected, keys, assertion: None, leeway_secs, kind: PhantomData }
    }

    /// Returns a verifier that takes only tokens made with the same assertion.
    #[must_use]
    pub fn with_assertion(self, assertion: ImplicitAssertion) -> Self {
        Self { assertion: Some(assertion), ..self }
    }

    /// Sets how many seconds the clocks of issuer and verifier may be apart.
    ///
    /// # Errors
    ///
    /// [`ConfigError::LeewayTooLong`]: more than [`crate::Verifier::MAX_LEEWAY_SECS`].
    pub fn with_leeway_secs(self, secs: u64) -> Result<Self, ConfigError> {
        if secs > crate::Verifier::<T>::MAX_LEEWAY_SECS {
            return Err(ConfigError::LeewayTooLong { got_secs: secs });
        }
        Ok(Self { leeway_secs: secs, ..self })
    }

    /// Checks `token`, its authenticity before its claims, and returns what it says.
    ///
    /// # Errors
    ///
    /// - [`VerifyError::TooLarge`]: longer than 16 KiB, or a footer longer than 1 KiB.
    /// - [`VerifyError::Malformed`]: not four parts, not canonical base64url, or a footer that is
    ///   not strict JSON.
    /// - [`VerifyError::WrongAlgorithm`]: of another version or purpose than the keys.
    /// - [`VerifyError::UnsupportedHeader`], [`VerifyError::WrongKind`], [`VerifyError::Key`]: as
    ///   [`crate::Verifier::verify`] has them, of the footer.
    /// - [`VerifyError::BadSignature`]: the key did not make this, or with another assertion.
    /// - [`VerifyError::InvalidClaims`], [`VerifyError::WrongIssuer`],
    ///   [`VerifyError::WrongAudience`], [`VerifyError::Expired`], [`VerifyError::NotYetValid`],
    ///   [`VerifyError::LifetimeTooLong`]: as [`crate::Verifier::verify`] has them; times are text
    ///   of RFC 3339 in UTC.
    /// - [`VerifyError::WrongBinding`]: it is bound to a key, which is not checked here.
    pub fn verify(&self, token: &str, clock: &dyn Clock) -> Result<Verified<T>, VerifyError> {
        if token.len() > MAX_TOKEN_LEN {
            return Err(VerifyError::TooLarge);
        }
        let footer = footer::<K>(token)?;
        let header = Header::read(&footer)?;
        header.require_typ(T::TYP)?;
        let key_id = header.key_id()?;
        let implicit = ImplicitAssertion::bytes(self.assertion.as_ref());
        let payload = self.keys.open(key_id, token, implicit)?;
        let mut registered = Registered::NONE;
        let claims = claims::read(payload.as_bytes(), &self.expected, &mut registered)?;
        registered.check(clock.now(), self.leeway_secs, T::MAX_LIFETIME_SECS)?;
        if registered.binding.is_some() {
            return Err(VerifyError::WrongBinding);
        }
        Ok(Verified {
            subject: registered.subject.decode().into_owned(),
            expires_at: registered.expires_at,
            issued_at: registered.issued_at,
            token_id: registered.token_id.decode().into_owned(),
            claims,
            key_id,
        })
    }
}

/// Returns the decoded footer of a token of the keys' version and purpose. Nothing of it is checked
/// yet, and the body, which its opening reads as strictly, not decoded.
fn footer<K: PasetoKey>(token: &str) -> Result<Vec<u8>, VerifyError> {
    let mut parts = token.split('.');
    let mut next = || parts.next().ok_or(VerifyError::Malformed);
    let (_version, _purpose, _body, footer) = (next()?, next()?, next()?, next()?);
    if parts.next().is_some() || footer.is_empty() {
        return Err(VerifyError::Malformed);
    }
    if !token.starts_with(K::HEADER) {
        return Err(VerifyError::WrongAlgorithm);
    }
    if footer.len() > MAX_FOOTER_LEN {
        return Err(VerifyError::TooLarge);
    }
    let mut bytes = vec![0; encoding::decoded_len(footer)];
    let len = encoding::decode(footer, &mut bytes).ok_or(VerifyError::Malformed)?.len();
    bytes.truncate(len);
    Ok(bytes)
}

fn read_time(value: &mut Scanner<'_>) -> Result<UnixTime, InvalidJson> {
    time::read(&value.string()?.decode()).ok_or(InvalidJson)
}

/// In characters. It is read before anything is checked.
const MAX_FOOTER_LEN: usize = 1_024;

impl<T, K> Clone for Verifier<T, K> {
    /// The keys are shared, not copied.
    fn clone(&self) -> Self {
        Self {
            expected: self.expected.clone(),
            keys: self.keys.clone(),
            assertion: self.assertion.clone(),
            leeway_secs: self.leeway_secs,
            kind: PhantomData,
        }
    }
}

impl<T, K> fmt::Debug for Verifier<T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("issuer", &self.expected.issuer)
            .field("audience", &self.expected.audience)
            .field("leeway_secs", &self.leeway_secs)
            .finish_non_exhaustive()
    }
}
