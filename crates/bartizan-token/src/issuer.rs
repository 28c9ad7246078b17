use core::fmt;
use core::marker::PhantomData;
use std::sync::Arc;

use bartizan_core::{Clock, Random, SharedKeyring};

use crate::MAX_TOKEN_LEN;
use crate::claims;
use crate::crypto::MAX_SIGNATURE_LEN;
use crate::encoding;
use crate::error::SignError;
use crate::header;
use crate::json;
use crate::key::SigningKey;
use crate::kind::{self, TokenKind};
use crate::name::{Audience, IssuerName};
use crate::thumbprint::Thumbprint;

/// Makes tokens of one kind, in one name, for one audience.
///
/// None of them can be left out or forgotten later: every token says who made it, for whom, when,
/// until when, and has an id of its own.
///
/// ```
/// use bartizan_core::{KeyGenerator, Keyring, SharedKeyring, SystemClock, SystemRandom, UnixTime};
/// use bartizan_token::{AccessToken, Audience, Issuer, IssuerName, NoClaims, SigningKey};
///
/// let random = SystemRandom::new();
/// let generator = KeyGenerator::new(&random, SigningKey::generate_ed25519);
/// let keys = SharedKeyring::new(Keyring::create(UnixTime::from_secs(0), &generator)?);
///
/// let issuer = Issuer::<AccessToken>::new(
///     IssuerName::new("https://id.example")?,
///     Audience::new("https://api.example")?,
///     keys,
/// );
/// let token = issuer.sign("alice", &NoClaims::new(), &SystemClock::new(), &random)?;
/// assert_eq!(token.split('.').count(), 3);
///
/// let brief =
///     issuer.sign_with_lifetime("alice", &NoClaims::new(), 30, &SystemClock::new(), &random)?;
/// assert_ne!(brief, token);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Issuer<T> {
    name: IssuerName,
    audience: Audience,
    keys: SharedKeyring<SigningKey>,
    /// What every payload begins with, up to the subject.
    beginning: Arc<str>,
    kind: PhantomData<fn() -> T>,
}

impl<T: TokenKind> Issuer<T> {
    /// Signs in the name of `name`, for `audience`, with the primary of `keys`.
    #[must_use]
    pub fn new(name: IssuerName, audience: Audience, keys: SharedKeyring<SigningKey>) -> Self {
        const { kind::check::<T>() }
        let beginning = claims::beginning(&name, &audience, "");
        Self { name, audience, keys, beginning, kind: PhantomData }
    }

    /// Returns an issuer, for this one client, whose tokens are good only together with a proof
    /// made with `key`: [RFC 9449, section 6]. A [`BoundVerifier`](crate::BoundVerifier) checks
    /// them; see there for an example.
    ///
    /// [RFC 9449, section 6]: https://www.rfc-editor.org/rfc/rfc9449#section-6
    #[must_use]
    pub fn bound_to(&self, key: &Thumbprint) -> Self {
        let confirmation = format!(r#""cnf":{{"jkt":"{key}"}},"#);
        let beginning = claims::beginning(&self.name, &self.audience, &confirmation);
        Self { beginning, ..self.clone() }
    }

    /// Makes a token about `subject` that lives as long as its kind does by default, and returns
    /// it in the compact form of [RFC 7515, section 3.1].
    ///
    /// # Errors
    ///
    /// - [`SignError::RandomUnavailable`]: no id could be drawn.
    /// - [`SignError::EmptySubject`]: `subject` is empty.
    /// - [`SignError::InvalidClaims`]: `claims` do not serialize to a JSON object that a verifier
    ///   reads.
    /// - [`SignError::ReservedClaim`]: `claims` have a member that the issuer writes.
    /// - [`SignError::TooLarge`]: the token would be longer than 16 KiB.
    ///
    /// [RFC 7515, section 3.1]: https://www.rfc-editor.org/rfc/rfc7515#section-3.1
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
        let issued_at = clock.now();
        let expires_at = issued_at.saturating_add_secs(lifetime_secs);
        let mut id = [0; TOKEN_ID_LEN];
        random.fill(&mut id)?;

        let mut payload = Vec::with_capacity(USUAL_PAYLOAD_LEN);
        payload.extend_from_slice(self.beginning.as_bytes());
        json::write(subject, &mut payload).map_err(|_| SignError::InvalidClaims)?;
        for (name, secs) in [(r#","exp":"#, expires_at), (r#","iat":"#, issued_at)] {
            payload.extend_from_slice(name.as_bytes());
            payload.extend_from_slice(itoa::Buffer::new().format(secs.as_secs()).as_bytes());
        }
        payload.extend_from_slice(br#","jti":""#);
        encoding::encode(&id, &mut payload);
        payload.push(b'"');
        claims::append_custom(&mut payload, claims)?;
        self.seal(&payload)
    }

    fn seal(&self, payload: &[u8]) -> Result<String, SignError> {
        // Base64 only makes it longer, so what is too long is not encoded first.
        if payload.len() > MAX_TOKEN_LEN {
            return Err(SignError::TooLarge);
        }
        let keyring = self.keys.snapshot();
        let (key_id, key) = keyring.primary();
        // Four characters for three bytes, and room for the other parts.
        let mut token =
            String::with_capacity(encoding::encoded_len(payload.len()).saturating_add(256));
        if let Some(header) = key.header(T::TYP, key_id) {
            token.push_str(header);
        } else {
            header::encode(key.algorithm(), T::TYP, key_id, &mut token);
            token.push('.');
        }
        encoding::encode(payload, &mut token);
        let mut signature = [0; MAX_SIGNATURE_LEN];
        let signature = key.sign(T::TYP, &token, &mut signature);
        let signature = signature.map_err(|_| SignError::RandomUnavailable)?;
        token.push('.');
        encoding::encode(&signature, &mut token);
        if token.len() > MAX_TOKEN_LEN { Err(SignError::TooLarge) } else { Ok(token) }
    }
}

impl<T> Clone for Issuer<T> {
    /// The keyring is shared, not copied.
    fn clone(&self) -> Self {
        Self {
            name: self.name.clone(),
            audience: self.audience.clone(),
            keys: self.keys.clone(),
            beginning: Arc::clone(&self.beginning),
            kind: PhantomData,
        }
    }
}

impl<T> fmt::Debug for Issuer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer")
            .field("name", &self.name)
            .field("audience", &self.audience)
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}

/// 128 bits: no two tokens of an issuer share an id.
const TOKEN_ID_LEN: usize = 16;

/// In bytes: memory for one of this length is taken at once.
const USUAL_PAYLOAD_LEN: usize = 512;
