use core::fmt;
use core::marker::PhantomData;

use bartizan_core::{Clock, SharedKeyring, UnixTime, base64url};

use crate::MAX_TOKEN_LEN;
use crate::claims::Claims;
use crate::error::{ConfigError, VerifyError};
use crate::header::Header;
use crate::key::SigningKey;
use crate::kind::{self, TokenKind};
use crate::name::{Audience, IssuerName};
use crate::verified::Verified;

/// Checks tokens of one kind, from one issuer, for one audience.
///
/// None of them can be left out, and there is no way to the claims around
/// [`verify`](Self::verify).
///
/// ```
/// use bartizan_core::{KeyGenerator, Keyring, ManualClock, SharedKeyring, SystemRandom, UnixTime};
/// use bartizan_token::{
///     AccessToken, Audience, Issuer, IssuerName, NoClaims, SigningKey, Verifier, VerifyError,
/// };
///
/// let random = SystemRandom::new();
/// let clock = ManualClock::at(UnixTime::from_secs(1_700_000_000));
/// let generator = KeyGenerator::new(&random, SigningKey::generate_hs256);
/// let keys = SharedKeyring::new(Keyring::create(UnixTime::from_secs(0), &generator)?);
/// let name = IssuerName::new("https://id.example")?;
/// let audience = Audience::new("https://api.example")?;
///
/// let issuer = Issuer::<AccessToken>::new(name.clone(), audience.clone(), keys.clone());
/// let verifier = Verifier::<AccessToken>::new(name, audience, keys).with_leeway_secs(5)?;
/// let token = issuer.sign("alice", &NoClaims::new(), &clock, &random)?;
///
/// let verified = verifier.verify(&token, &clock)?;
/// assert_eq!(verified.subject(), "alice");
/// assert_eq!(verified.claims(), &NoClaims::new());
/// assert_eq!(verified.expires_at().secs_since(verified.issued_at()), Some(600));
///
/// clock.advance_secs(605);
/// assert_eq!(verifier.verify(&token, &clock).err(), Some(VerifyError::Expired));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Verifier<T> {
    issuer: IssuerName,
    audience: Audience,
    keys: SharedKeyring<SigningKey>,
    leeway_secs: u64,
    kind: PhantomData<fn() -> T>,
}

impl<T: TokenKind> Verifier<T> {
    /// Accepts what `issuer` made for `audience` with one of `keys`, clocks being up to
    /// [`DEFAULT_LEEWAY_SECS`](Self::DEFAULT_LEEWAY_SECS) apart.
    #[must_use]
    pub const fn new(
        issuer: IssuerName,
        audience: Audience,
        keys: SharedKeyring<SigningKey>,
    ) -> Self {
        const { kind::check::<T>() }
        Self { issuer, audience, keys, leeway_secs: Self::DEFAULT_LEEWAY_SECS, kind: PhantomData }
    }

    /// Sets how many seconds the clocks of issuer and verifier may be apart: a token is read so
    /// much before its time and after it. None is best where both run on one machine.
    ///
    /// # Errors
    ///
    /// [`ConfigError::LeewayTooLong`]: more than [`MAX_LEEWAY_SECS`](Self::MAX_LEEWAY_SECS).
    pub fn with_leeway_secs(mut self, secs: u64) -> Result<Self, ConfigError> {
        if secs > Self::MAX_LEEWAY_SECS {
            return Err(ConfigError::LeewayTooLong { got_secs: secs });
        }
        self.leeway_secs = secs;
        Ok(self)
    }

    /// Checks `token`, signature first, and returns what it says.
    ///
    /// The key id of the header finds the key among those of the keyring, and the key knows its
    /// algorithm. Nothing else in the header has a say, and nothing in it makes this read a file or
    /// the network.
    ///
    /// # Errors
    ///
    /// - [`VerifyError::TooLarge`]: longer than 16 KiB, or a header longer than 1 KiB.
    /// - [`VerifyError::Malformed`]: not three parts of canonical base64url, or a header that is
    ///   not strict JSON.
    /// - [`VerifyError::UnsupportedHeader`]: the header has `crit`, `b64`, `zip`, `jku`, `jwk`,
    ///   `x5u` or `x5c`.
    /// - [`VerifyError::WrongKind`]: `typ` is not that of `T`.
    /// - [`VerifyError::Key`]: `kid` is missing, unknown, or of a compromised or destroyed key.
    /// - [`VerifyError::WrongAlgorithm`]: `alg` is not the key's.
    /// - [`VerifyError::BadSignature`]: the key did not sign this.
    /// - [`VerifyError::InvalidClaims`]: not strict JSON; `iss`, `sub`, `aud`, `exp`, `iat` or
    ///   `jti` missing; a claim, one of `T`'s included, of another type or out of range.
    /// - [`VerifyError::WrongIssuer`], [`VerifyError::WrongAudience`]: by or for somebody else.
    /// - [`VerifyError::Expired`], [`VerifyError::NotYetValid`]: not now, leeway included.
    /// - [`VerifyError::LifetimeTooLong`]: `exp` is too long after `iat` for this kind.
    pub fn verify(&self, token: &str, clock: &dyn Clock) -> Result<Verified<T>, VerifyError> {
        if token.len() > MAX_TOKEN_LEN {
            return Err(VerifyError::TooLarge);
        }
        let (input, signature) = token.rsplit_once('.').ok_or(VerifyError::Malformed)?;
        let (header, payload) = input.split_once('.').ok_or(VerifyError::Malformed)?;
        if header.is_empty() || payload.is_empty() || signature.is_empty() || payload.contains('.')
        {
            return Err(VerifyError::Malformed);
        }
        if header.len() > MAX_HEADER_LEN {
            return Err(VerifyError::TooLarge);
        }
        let header = decode(header)?;
        let header = Header::read(&header)?;
        header.require_typ(T::TYP)?;

        let key_id = header.key_id()?;
        let keyring = self.keys.snapshot();
        let key = keyring.accept(key_id)?;
        header.require_algorithm(key.algorithm())?;
        if !key.for_kind(T::TYP).verifies(input, &decode(signature)?) {
            return Err(VerifyError::BadSignature);
        }

        let payload = decode(payload)?;
        let claims = Claims::read(&payload)?;
        self.check(&claims, clock.now())?;
        Ok(Verified {
            claims: serde_json::from_str(&claims.custom).map_err(|_| VerifyError::InvalidClaims)?,
            subject: claims.subject.into_owned(),
            issuer: self.issuer.clone(),
            audience: self.audience.clone(),
            expires_at: claims.expires_at,
            issued_at: claims.issued_at,
            token_id: claims.token_id.into_owned(),
            key_id,
        })
    }

    fn check(&self, claims: &Claims<'_>, now: UnixTime) -> Result<(), VerifyError> {
        if claims.issuer != self.issuer.as_str() {
            return Err(VerifyError::WrongIssuer);
        }
        if !claims.audiences.iter().any(|audience| audience == self.audience.as_str()) {
            return Err(VerifyError::WrongAudience);
        }
        let latest_begin = now.saturating_add_secs(self.leeway_secs);
        if claims.issued_at > latest_begin || claims.not_before > Some(latest_begin) {
            return Err(VerifyError::NotYetValid);
        }
        if now >= claims.expires_at.saturating_add_secs(self.leeway_secs) {
            return Err(VerifyError::Expired);
        }
        // Nothing when it expired before it was made, which no issuer writes either.
        match claims.expires_at.secs_since(claims.issued_at) {
            Some(lifetime_secs) if lifetime_secs <= T::MAX_LIFETIME_SECS => Ok(()),
            Some(_) => Err(VerifyError::LifetimeTooLong),
            None => Err(VerifyError::InvalidClaims),
        }
    }
}

impl<T> Verifier<T> {
    /// How many seconds clocks may be apart when nothing else is said.
    pub const DEFAULT_LEEWAY_SECS: u64 = 30;

    /// How many seconds clocks may be apart at most.
    pub const MAX_LEEWAY_SECS: u64 = 60;

    /// Returns a number that is another one after the keys have changed.
    pub(crate) fn keys_version(&self) -> u64 {
        self.keys.snapshot().generation()
    }
}

fn decode(part: &str) -> Result<Vec<u8>, VerifyError> {
    base64url::decode(part).map_err(|_| VerifyError::Malformed)
}

impl<T> Clone for Verifier<T> {
    /// The keyring is shared, not copied.
    fn clone(&self) -> Self {
        Self {
            issuer: self.issuer.clone(),
            audience: self.audience.clone(),
            keys: self.keys.clone(),
            leeway_secs: self.leeway_secs,
            kind: PhantomData,
        }
    }
}

impl<T> fmt::Debug for Verifier<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .field("keys", &self.keys)
            .field("leeway_secs", &self.leeway_secs)
            .finish_non_exhaustive()
    }
}

/// In characters, as it stands in the token. It is read before any signature is checked.
const MAX_HEADER_LEN: usize = 1_024;
