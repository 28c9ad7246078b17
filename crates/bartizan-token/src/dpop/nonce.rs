//! What a server gives clients to put into their proofs: RFC 9449, section 8.

use core::error::Error;
use core::fmt;
use core::str::FromStr;
use std::sync::Arc;

use bartizan_core::danger::ExportKey;
use bartizan_core::{
    Clock, KeyId, KeyMaterial, Random, RandomUnavailable, SecretBytes, SharedKeyring, UnixTime,
    base64url,
};

use crate::algorithm::Algorithm;
use crate::crypto::{Backend, Mac};
use crate::error::ConfigError;

/// What a server wants to find in the next proof: the value of the header `DPoP-Nonce` of
/// [RFC 9449, section 8].
///
/// ```
/// use bartizan_token::DpopNonce;
///
/// let nonce: DpopNonce = "eyJ7S_zG.eyJH0-Z.HX4w-7v".parse()?;
/// assert_eq!(nonce.as_str(), "eyJ7S_zG.eyJH0-Z.HX4w-7v");
/// assert!("".parse::<DpopNonce>().is_err());
/// # Ok::<(), bartizan_token::InvalidNonce>(())
/// ```
///
/// [RFC 9449, section 8]: https://www.rfc-editor.org/rfc/rfc9449#section-8
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DpopNonce(Arc<str>);

impl DpopNonce {
    /// Returns the value for the header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DpopNonce {
    type Err = InvalidNonce;

    /// Reads 1 to 256 of the characters that a nonce may have.
    fn from_str(text: &str) -> Result<Self, InvalidNonce> {
        let fits = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
        let is_nonce = (1..=MAX_NONCE_LEN).contains(&text.len()) && text.bytes().all(fits);
        if is_nonce { Ok(Self(Arc::from(text))) } else { Err(InvalidNonce) }
    }
}

/// What a server has sent is no nonce: send the request without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidNonce;

impl fmt::Display for InvalidNonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a nonce has 1 to 256 printable characters")
    }
}

impl Error for InvalidNonce {}

/// A key under which nonces are made, and nothing else: 256 random bits for HMAC-SHA-256.
///
/// The secret is wiped when it is dropped; the state of SHA-256 after it is not.
///
/// ```
/// use bartizan_core::{KeyGenerator, Keyring, SystemRandom, UnixTime};
/// use bartizan_token::DpopNonceKey;
///
/// let random = SystemRandom::new();
/// let generator = KeyGenerator::new(&random, DpopNonceKey::generate);
/// let keyring = Keyring::create(UnixTime::EPOCH, &generator)?;
/// assert_eq!(format!("{:?}", keyring.primary().1), "DpopNonceKey(..)");
/// # Ok::<(), bartizan_core::RandomUnavailable>(())
/// ```
pub struct DpopNonceKey {
    secret: SecretBytes,
    prepared: Mac,
}

impl DpopNonceKey {
    /// Draws a key; pass it to [`KeyGenerator::new`](bartizan_core::KeyGenerator::new).
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`] when the source cannot deliver.
    pub fn generate(random: &dyn Random) -> Result<Self, RandomUnavailable> {
        Self::of(SecretBytes::random(KEY_LEN, random)?).ok_or(RandomUnavailable::new())
    }

    /// What nonces are made with is derived for them, as an HMAC key of tokens is for a kind.
    fn of(secret: SecretBytes) -> Option<Self> {
        let mac = |secret: &[u8]| Mac::new(Backend::default(), Algorithm::Hs256, secret);
        let derived = mac(secret.expose())?.sign(&[LABEL]);
        Some(Self { prepared: mac(derived.as_ref())?, secret })
    }
}

impl KeyMaterial for DpopNonceKey {
    const PURPOSE: &'static str = "dpop-nonce";
}

impl ExportKey for DpopNonceKey {
    fn export(&self) -> SecretBytes {
        SecretBytes::from(self.secret.expose())
    }

    fn import(material: &SecretBytes) -> Option<Self> {
        let secret = SecretBytes::from(material.expose());
        if secret.len() == KEY_LEN { Self::of(secret) } else { None }
    }
}

impl fmt::Debug for DpopNonceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DpopNonceKey(..)")
    }
}

/// Makes the nonces that a [`DpopVerifier`](super::DpopVerifier) then wants to find in proofs, and
/// knows them again without having stored them.
///
/// With nonces nobody makes proofs in advance, not even who has the client's key in hands for a
/// while. All that ask within a span of time get the same nonce: it says which span, under an HMAC. It
/// is good until the next span is over.
///
/// ```
/// use bartizan_core::{KeyGenerator, Keyring, ManualClock, SharedKeyring, SystemRandom, UnixTime};
/// use bartizan_token::{DpopNonceKey, DpopNonces};
///
/// let random = SystemRandom::new();
/// let generator = KeyGenerator::new(&random, DpopNonceKey::generate);
/// let keys = SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator)?);
/// let nonces = DpopNonces::new(keys).with_span_secs(60)?;
///
/// let clock = ManualClock::at(UnixTime::from_secs(1_700_000_000));
/// let first = nonces.issue(&clock);
/// assert_eq!(nonces.issue(&clock), first);
/// clock.advance_secs(60);
/// assert_ne!(nonces.issue(&clock), first);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct DpopNonces {
    keys: SharedKeyring<DpopNonceKey>,
    span_secs: u64,
}

impl DpopNonces {
    /// For how many seconds the same nonce is given out when nothing else is said.
    pub const DEFAULT_SPAN_SECS: u64 = 120;

    /// For how many seconds the same nonce is given out at most.
    pub const MAX_SPAN_SECS: u64 = 600;

    /// Makes nonces with the primary of `keys`.
    #[must_use]
    pub const fn new(keys: SharedKeyring<DpopNonceKey>) -> Self {
        Self { keys, span_secs: Self::DEFAULT_SPAN_SECS }
    }

    /// Sets for how many seconds the same nonce is given out; it is good for up to twice as long.
    ///
    /// # Errors
    ///
    /// [`ConfigError::OutOfRange`]: zero, or more than [`MAX_SPAN_SECS`](Self::MAX_SPAN_SECS).
    pub fn with_span_secs(mut self, secs: u64) -> Result<Self, ConfigError> {
        if !(1..=Self::MAX_SPAN_SECS).contains(&secs) {
            return Err(ConfigError::OutOfRange { min_secs: 1, max_secs: Self::MAX_SPAN_SECS });
        }
        self.span_secs = secs;
        Ok(self)
    }

    /// Returns the nonce of this time: the value of the header `DPoP-Nonce`. An answer with it
    /// must not be cached.
    #[must_use]
    pub fn issue(&self, clock: &dyn Clock) -> DpopNonce {
        let keyring = self.keys.snapshot();
        let (id, key) = keyring.primary();
        let message = message(id, self.span_of(clock.now()));
        let tag = key.prepared.sign(&[&message]);
        DpopNonce(Arc::from(base64url::encode(&[&message, tag.as_ref()].concat())))
    }

    /// Returns how old a nonce of one's own is; nothing when it is too old, or was not made here.
    pub(super) fn age(&self, nonce: &str, now: UnixTime) -> Option<NonceAge> {
        if nonce.len() != NONCE_LEN {
            return None;
        }
        let bytes = base64url::decode(nonce).ok()?;
        let (message, tag) = bytes.split_first_chunk::<MESSAGE_LEN>()?;
        let (id, span) = message.split_first_chunk::<4>()?;
        let (id, span) = (KeyId::from_bytes(*id), u64::from_be_bytes(span.try_into().ok()?));
        let keyring = self.keys.snapshot();
        if !keyring.accept(id).ok()?.prepared.verifies(message, tag) {
            return None;
        }
        let current = self.span_of(now);
        // Another server's clock may be in the next span already.
        match current.abs_diff(span) {
            0 if keyring.primary().0 == id => Some(NonceAge::Current),
            0 | 1 => Some(NonceAge::Old),
            _ => None,
        }
    }

    fn span_of(&self, time: UnixTime) -> u64 {
        // Not by zero: it was checked when it was set.
        time.as_secs().checked_div(self.span_secs).unwrap_or_default()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NonceAge {
    Current,
    /// Good, but the client should have the next.
    Old,
}

fn message(id: KeyId, span: u64) -> [u8; MESSAGE_LEN] {
    let mut message = [0; MESSAGE_LEN];
    let parts = id.to_bytes().into_iter().chain(span.to_be_bytes());
    for (to, from) in message.iter_mut().zip(parts) {
        *to = from;
    }
    message
}

const LABEL: &[u8] = b"bartizan-token dpop nonce";

const KEY_LEN: usize = 32;

/// The key's id, and the number of the span.
const MESSAGE_LEN: usize = 4 + 8;

/// In characters, with a tag of 32 bytes.
const NONCE_LEN: usize = (MESSAGE_LEN + 32) * 4 / 3 + 1;

/// Of a nonce of somebody else's, in bytes.
pub(super) const MAX_NONCE_LEN: usize = 256;

#[cfg(test)]
mod tests {
    use bartizan_core::danger::PredictableRandom;
    use bartizan_core::{KeyGenerator, Keyring, ManualClock};

    use super::*;

    const SPAN: u64 = DpopNonces::DEFAULT_SPAN_SECS;

    fn nonces(seed: u64) -> DpopNonces {
        let random = PredictableRandom::from_seed(seed);
        let generator = KeyGenerator::new(&random, DpopNonceKey::generate);
        DpopNonces::new(SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator).unwrap()))
    }

    #[test]
    fn a_nonce_is_good_until_the_next_span_is_over() {
        let nonces = nonces(1);
        let at = |span: u64, secs: u64| UnixTime::from_secs(1_000 * SPAN + span * SPAN + secs);
        let nonce = nonces.issue(&ManualClock::at(at(0, 7)));
        assert_eq!(nonce.as_str().len(), NONCE_LEN);
        assert_eq!(nonce.as_str().parse(), Ok(nonce.clone()));
        for (time, age) in [
            (at(0, 0), Some(NonceAge::Current)),
            (at(0, SPAN - 1), Some(NonceAge::Current)),
            (at(1, 0), Some(NonceAge::Old)),
            (at(1, SPAN - 1), Some(NonceAge::Old)),
            (at(2, 0), None),
            (UnixTime::from_secs(at(0, 0).as_secs() - 1), Some(NonceAge::Old)),
            (UnixTime::from_secs(at(0, 0).as_secs() - SPAN - 1), None),
            (UnixTime::EPOCH, None),
            (UnixTime::MAX, None),
        ] {
            assert_eq!(nonces.age(nonce.as_str(), time), age, "{time}");
        }
    }

    #[test]
    fn a_nonce_that_was_not_made_here_is_none() {
        let (own, now) = (nonces(1), UnixTime::from_secs(1_700_000_000));
        let nonce = own.issue(&ManualClock::at(now));
        let nonce = nonce.as_str();
        assert_eq!(nonces(2).age(nonce, now), None, "of another key, with the same id or another");
        for at in 0..nonce.len() {
            let changed = if nonce.as_bytes()[at] == b'A' { "B" } else { "A" };
            let mut altered = nonce.to_owned();
            altered.replace_range(at..=at, changed);
            assert_eq!(own.age(&altered, now), None, "{at}");
            assert_eq!(own.age(&nonce[..at], now), None, "{at}");
        }
        assert_eq!(own.age(&format!("{nonce}A"), now), None);
        assert_eq!(own.age(&"é".repeat(NONCE_LEN / 2), now), None);
    }

    #[test]
    fn a_rotated_key_is_still_known_and_a_compromised_one_is_not() {
        let (nonces, now) = (nonces(1), UnixTime::from_secs(1_700_000_000));
        let nonce = nonces.issue(&ManualClock::at(now));
        let random = PredictableRandom::from_seed(9);
        let generator = KeyGenerator::new(&random, DpopNonceKey::generate);
        let first = nonces.keys.snapshot().primary().0;
        let rotated = nonces.keys.snapshot().rotate(now, &generator).unwrap().into_keyring();
        nonces.keys.replace(rotated).unwrap();
        assert_eq!(nonces.age(nonce.as_str(), now), Some(NonceAge::Old));
        let lost =
            nonces.keys.snapshot().compromise(first, now, &generator).unwrap().into_keyring();
        nonces.keys.replace(lost).unwrap();
        assert_eq!(nonces.age(nonce.as_str(), now), None);
    }

    #[test]
    fn the_span_and_a_foreign_nonce_are_bounded() {
        let refused = Some(ConfigError::OutOfRange { min_secs: 1, max_secs: 600 });
        assert_eq!(nonces(1).with_span_secs(0).err(), refused);
        assert_eq!(nonces(1).with_span_secs(601).err(), refused);
        assert!(nonces(1).with_span_secs(600).is_ok());
        assert!("a".repeat(256).parse::<DpopNonce>().is_ok());
        for text in ["", " ", "a b", "a\"", "a\\", "é", "a\n", &"a".repeat(257)] {
            assert_eq!(text.parse::<DpopNonce>(), Err(InvalidNonce), "{text:?}");
        }
    }

    #[test]
    fn a_key_comes_back_from_its_stored_form_alone() {
        let key = DpopNonceKey::generate(&PredictableRandom::from_seed(3)).unwrap();
        let again = DpopNonceKey::import(&key.export()).unwrap();
        assert_eq!(again.prepared.sign(&[b"a"]).as_ref(), key.prepared.sign(&[b"a"]).as_ref());
        for len in [0, 31, 33] {
            assert!(DpopNonceKey::import(&SecretBytes::from(vec![1; len])).is_none());
        }
    }
}
