use core::fmt;
use core::marker::PhantomData;

use bartizan_core::{Clock, UnixTime};
use serde::Deserialize;

use crate::MAX_TOKEN_LEN;
use crate::claims::Claims;
use crate::dpop::Binding;
use crate::encoding;
use crate::error::{ConfigError, VerifyError};
use crate::header::Header;
use crate::keys::{SignedBy, VerifyingKeys};
use crate::kind::{self, TokenKind};
use crate::name::{Audience, IssuerName};
use crate::parts::{Parts, Small};
use crate::verified::{TokenBuffer, Verified, VerifiedView};

/// Checks tokens of one kind, from one issuer, for one audience.
///
/// None of them can be left out, and there is no way to the claims around
/// [`verify`](Self::verify).
///
/// ```
/// use bartizan_core::{KeyGenerator, Keyring, ManualClock, SharedKeyring, SystemRandom, UnixTime};
/// use bartizan_token::{AccessToken, Audience, Issuer, IssuerName, NoClaims, SigningKey, Verifier, VerifyError};
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
    keys: VerifyingKeys,
    leeway_secs: u64,
    /// Whether it takes tokens that are bound to a key, and no others.
    for_bound: bool,
    kind: PhantomData<fn() -> T>,
}

impl<T: TokenKind> Verifier<T> {
    /// Accepts what `issuer` made for `audience` with one of `keys`, clocks being up to
    /// [`DEFAULT_LEEWAY_SECS`](Self::DEFAULT_LEEWAY_SECS) apart.
    ///
    /// The keys are a [`SharedKeyring`](bartizan_core::SharedKeyring) where tokens are signed in
    /// this program, and otherwise the [`JwkSet`](crate::JwkSet) of whoever signs them.
    #[must_use]
    pub fn new(issuer: IssuerName, audience: Audience, keys: impl Into<VerifyingKeys>) -> Self {
        const { kind::check::<T>() }
        let (keys, leeway_secs) = (keys.into(), Self::DEFAULT_LEEWAY_SECS);
        Self { issuer, audience, keys, leeway_secs, for_bound: false, kind: PhantomData }
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
    /// - [`VerifyError::WrongBinding`]: it is bound to a key, so that it proves nothing alone: see
    ///   [`BoundVerifier`](crate::BoundVerifier).
    /// - [`VerifyError::Expired`], [`VerifyError::NotYetValid`]: not now, leeway included.
    /// - [`VerifyError::LifetimeTooLong`]: `exp` is too long after `iat` for this kind.
    pub fn verify(&self, token: &str, clock: &dyn Clock) -> Result<Verified<T>, VerifyError> {
        let (parts, signed_by) = self.check_signature(token)?;
        let len = encoding::decoded_len(parts.payload);
        let (mut small, mut large) = ([0; SMALL_PAYLOAD_LEN], Vec::new());
        let buffer = if len <= small.len() {
            &mut small[..]
        } else {
            large.resize(len, 0);
            &mut large
        };
        let claims = self.read_claims::<T::Claims>(parts.payload, buffer, clock)?;
        Ok(Verified {
            claims: claims.custom,
            subject: claims.subject.decode().into_owned(),
            issuer: self.issuer.clone(),
            audience: self.audience.clone(),
            expires_at: claims.expires_at,
            issued_at: claims.issued_at,
            token_id: claims.token_id.decode().into_owned(),
            binding: claims.binding,
            signed_by,
        })
    }

    /// Checks a token as [`verify`](Self::verify) does, and reads its claims as `C`, which may
    /// borrow its texts from `buffer`: where `C` allows it, nothing is allocated.
    ///
    /// `C` is a view of the claims that the kind has: a struct with the members that are wanted,
    /// of type `&str` where no escape is to be expected, `Cow<str>` where one is.
    ///
    /// # Errors
    ///
    /// Those of [`verify`](Self::verify); [`VerifyError::InvalidClaims`] also when a claim is not
    /// of the type that `C` has for it.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::{KeyGenerator, Keyring, SharedKeyring, SystemClock, SystemRandom, UnixTime};
    /// use bartizan_token::{
    ///     AccessToken, Audience, Issuer, IssuerName, SigningKey, TokenBuffer, Verifier,
    /// };
    /// use serde::{Deserialize, Serialize};
    ///
    /// #[derive(Serialize, Deserialize)]
    /// struct Scope {
    ///     scope: String,
    /// }
    ///
    /// #[derive(Deserialize)]
    /// struct ScopeView<'b> {
    ///     scope: &'b str,
    /// }
    ///
    /// let (random, clock) = (SystemRandom::new(), SystemClock::new());
    /// let generator = KeyGenerator::new(&random, SigningKey::generate_hs256);
    /// let keys = SharedKeyring::new(Keyring::create(UnixTime::from_secs(0), &generator)?);
    /// let (name, api) = (IssuerName::new("https://id.example")?, Audience::new("https://api.example")?);
    /// let issuer = Issuer::<AccessToken<Scope>>::new(name.clone(), api.clone(), keys.clone());
    /// let token = issuer.sign("alice", &Scope { scope: "notes".into() }, &clock, &random)?;
    ///
    /// let verifier = Verifier::<AccessToken<Scope>>::new(name, api, keys);
    /// let mut buffer = TokenBuffer::new();
    /// let verified = verifier.verify_view::<ScopeView<'_>>(&token, &clock, &mut buffer)?;
    /// assert_eq!((verified.subject(), verified.claims().scope), ("alice", "notes"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn verify_view<'v, C: Deserialize<'v>>(
        &'v self,
        token: &str,
        clock: &dyn Clock,
        buffer: &'v mut TokenBuffer,
    ) -> Result<VerifiedView<'v, T, C>, VerifyError> {
        let (parts, signed_by) = self.check_signature(token)?;
        let buffer = buffer.reserve(encoding::decoded_len(parts.payload));
        let claims = self.read_claims::<C>(parts.payload, buffer, clock)?;
        Ok(VerifiedView {
            claims: claims.custom,
            subject: claims.subject.decode(),
            issuer: &self.issuer,
            audience: &self.audience,
            expires_at: claims.expires_at,
            issued_at: claims.issued_at,
            token_id: claims.token_id.decode(),
            signed_by,
            kind: PhantomData,
        })
    }

    /// Takes a token apart, and checks all but its claims.
    fn check_signature<'t>(&self, token: &'t str) -> Result<(Parts<'t>, SignedBy), VerifyError> {
        if token.len() > MAX_TOKEN_LEN {
            return Err(VerifyError::TooLarge);
        }
        let parts = Parts::split(token)?;
        let mut buffer = Small::new();
        let header = Header::read(parts.decode_header(&mut buffer)?)?;
        header.require_typ(T::TYP)?;
        let signed_by = self.keys.check(T::TYP, &header, &parts)?;
        Ok((parts, signed_by))
    }

    /// Reads and checks the claims, after the signature.
    fn read_claims<'b, C: Deserialize<'b>>(
        &self,
        payload: &str,
        buffer: &'b mut [u8],
        clock: &dyn Clock,
    ) -> Result<Claims<'b, C>, VerifyError> {
        let payload = encoding::decode(payload, buffer).ok_or(VerifyError::Malformed)?;
        let claims = Claims::read(payload, self.audience.as_str())?;
        self.check(&claims, clock.now())?;
        Ok(claims)
    }

    fn check<C>(&self, claims: &Claims<'_, C>, now: UnixTime) -> Result<(), VerifyError> {
        if claims.issuer != *self.issuer.as_str() {
            return Err(VerifyError::WrongIssuer);
        }
        if !claims.is_for_audience {
            return Err(VerifyError::WrongAudience);
        }
        let bound = match claims.binding {
            None => false,
            Some(Binding::Key(_)) => true,
            Some(Binding::Other) => return Err(VerifyError::WrongBinding),
        };
        if bound != self.for_bound {
            return Err(VerifyError::WrongBinding);
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

    /// Returns what takes tokens that are bound to a key, and no others. Whoever calls it checks
    /// the key.
    pub(crate) fn for_bound(self) -> Self {
        Self { for_bound: true, ..self }
    }

    /// Returns a number that is another one after the keys have changed.
    pub(crate) fn keys_version(&self) -> u64 {
        self.keys.version()
    }
}

impl<T> Clone for Verifier<T> {
    /// The keys are shared, not copied.
    fn clone(&self) -> Self {
        Self {
            issuer: self.issuer.clone(),
            audience: self.audience.clone(),
            keys: self.keys.clone(),
            leeway_secs: self.leeway_secs,
            for_bound: self.for_bound,
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

/// In bytes, decoded: what is shorter is decoded on the stack.
const SMALL_PAYLOAD_LEN: usize = 768;
