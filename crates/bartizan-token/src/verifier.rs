use core::fmt;
use core::marker::PhantomData;

use bartizan_core::{Clock, UnixTime};
use serde::Deserialize;

use crate::MAX_TOKEN_LEN;
use crate::claims::{self, Expected, Registered};
use crate::dpop::Binding;
use crate::encoding;
use crate::error::{ConfigError, VerifyError};
use crate::keys::{SignedBy, VerifyingKeys};
use crate::kind::{self, TokenKind};
use crate::name::{Audience, IssuerName};
use crate::verified::{Ids, TokenBuffer, Verified, VerifiedView};

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
    expected: Expected,
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
        let expected = Expected::new(issuer, audience);
        let (keys, leeway_secs) = (keys.into(), Self::DEFAULT_LEEWAY_SECS);
        Self { expected, keys, leeway_secs, for_bound: false, kind: PhantomData }
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
        let (payload, signed_by) = self.check_signature(token)?;
        let len = encoding::decoded_len(payload);
        let (mut small, mut large) = ([0; SMALL_PAYLOAD_LEN], Vec::new());
        let buffer = if len <= small.len() {
            &mut small[..]
        } else {
            large.resize(len, 0);
            &mut large
        };
        let mut registered = Registered::NONE;
        let claims = self.read_claims(payload, buffer, &mut registered)?;
        self.check(&registered, clock.now())?;
        Ok(Verified {
            claims,
            ids: Ids::new(&registered.subject.decode(), &registered.token_id.decode()),
            issuer: self.expected.issuer.clone(),
            audience: self.expected.audience.clone(),
            expires_at: registered.expires_at,
            issued_at: registered.issued_at,
            binding: registered.binding,
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
        let (payload, signed_by) = self.check_signature(token)?;
        let buffer = buffer.reserve(encoding::decoded_len(payload));
        let mut registered = Registered::NONE;
        let claims = self.read_claims(payload, buffer, &mut registered)?;
        self.check(&registered, clock.now())?;
        Ok(VerifiedView {
            claims,
            subject: registered.subject.decode(),
            issuer: &self.expected.issuer,
            audience: &self.expected.audience,
            expires_at: registered.expires_at,
            issued_at: registered.issued_at,
            token_id: registered.token_id.decode(),
            signed_by,
            kind: PhantomData,
        })
    }

    /// Checks all of a token but its claims, and returns its payload, not yet decoded.
    fn check_signature<'t>(&self, token: &'t str) -> Result<(&'t str, SignedBy), VerifyError> {
        if token.len() > MAX_TOKEN_LEN {
            return Err(VerifyError::TooLarge);
        }
        self.keys.check(T::TYP, token)
    }

    /// Reads the claims, after the signature was checked.
    fn read_claims<'b, C: Deserialize<'b>>(
        &self,
        payload: &str,
        buffer: &'b mut [u8],
        registered: &mut Registered<'b>,
    ) -> Result<C, VerifyError> {
        let payload = encoding::decode(payload, buffer).ok_or(VerifyError::Malformed)?;
        claims::read(payload, &self.expected, registered)
    }

    fn check(&self, claims: &Registered<'_>, now: UnixTime) -> Result<(), VerifyError> {
        claims.check(now, self.leeway_secs, T::MAX_LIFETIME_SECS)?;
        let fits = match claims.binding {
            None => !self.for_bound,
            Some(Binding::Key(_)) => self.for_bound,
            Some(Binding::Other) => false,
        };
        if fits { Ok(()) } else { Err(VerifyError::WrongBinding) }
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
            expected: self.expected.clone(),
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
            .field("issuer", &self.expected.issuer)
            .field("audience", &self.expected.audience)
            .field("keys", &self.keys)
            .field("leeway_secs", &self.leeway_secs)
            .finish_non_exhaustive()
    }
}

/// In bytes, decoded: what is shorter is decoded on the stack.
const SMALL_PAYLOAD_LEN: usize = 768;
