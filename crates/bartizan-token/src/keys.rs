use core::fmt;
use std::sync::Arc;

use bartizan_core::{KeyId, KeyRefused, SharedKeyring};

use crate::algorithm::Algorithm;
use crate::error::VerifyError;
use crate::header::Header;
use crate::jwk_set::{ForeignKey, JwkSet, SharedJwkSet};
use crate::key::{Signed, SigningKey};
use crate::parts::{Parts, Small};
#[cfg(feature = "legacy-interop")]
use crate::verifying_key::Deviation;

/// The keys that a [`Verifier`](crate::Verifier) accepts: those of a keyring, or public ones.
///
/// ```
/// use bartizan_core::{KeyGenerator, Keyring, SharedKeyring, SystemRandom, UnixTime};
/// use bartizan_token::{JwkSet, SigningKey, VerifyingKeys};
///
/// let random = SystemRandom::new();
/// let generator = KeyGenerator::new(&random, SigningKey::generate_ed25519);
/// let keyring = Keyring::create(UnixTime::from_secs(0), &generator)?;
/// let _of_elsewhere = VerifyingKeys::from(JwkSet::of_keyring(&keyring));
/// let _own = VerifyingKeys::from(SharedKeyring::new(keyring));
/// # Ok::<(), bartizan_core::RandomUnavailable>(())
/// ```
#[derive(Clone, Debug)]
pub struct VerifyingKeys(Source);

#[derive(Clone, Debug)]
enum Source {
    Keyring(SharedKeyring<SigningKey>),
    Set(SharedJwkSet),
}

impl From<SharedKeyring<SigningKey>> for VerifyingKeys {
    fn from(keyring: SharedKeyring<SigningKey>) -> Self {
        Self(Source::Keyring(keyring))
    }
}

impl From<SharedJwkSet> for VerifyingKeys {
    fn from(set: SharedJwkSet) -> Self {
        Self(Source::Set(set))
    }
}

impl From<JwkSet> for VerifyingKeys {
    /// The keys stay the same for as long as the verifier lives.
    fn from(set: JwkSet) -> Self {
        Self::from(SharedJwkSet::new(set))
    }
}

/// Which key signed a token.
#[derive(Clone)]
pub(crate) struct SignedBy {
    pub(crate) key_id: TokenKeyId,
    #[cfg(feature = "legacy-interop")]
    pub(crate) deviation: Option<Deviation>,
}

impl VerifyingKeys {
    /// Returns a number that is another one after the keys have changed.
    pub(crate) fn version(&self) -> u64 {
        match &self.0 {
            Source::Keyring(keyring) => keyring.snapshot().generation(),
            Source::Set(set) => set.version(),
        }
    }

    /// Takes a token of kind `typ` apart, finds the key that the header names, checks the signature
    /// with it, and returns the payload, not yet decoded.
    pub(crate) fn check<'t>(
        &self,
        typ: &'static str,
        token: &'t str,
    ) -> Result<(&'t str, SignedBy), VerifyError> {
        match &self.0 {
            Source::Keyring(keyring) => {
                let keyring = keyring.snapshot();
                let (id, key) = keyring.primary();
                // Mostly the header is the one that the primary writes.
                let after = |own| Parts::after(own, key.algorithm(), token);
                if let Some(parts) = key.header(typ, id).and_then(after) {
                    return Ok((parts.payload, SignedBy::own(id, key, typ, &parts)?));
                }
                let (parts, mut buffer) = (Parts::split(token)?, Small::new());
                let header = Header::read(parts.decode_header(&mut buffer)?)?;
                header.require_typ(typ)?;
                let id = header.key_id()?;
                let key = keyring.accept(id)?;
                header.require_algorithm(key.algorithm())?;
                Ok((parts.payload, SignedBy::own(id, key, typ, &parts)?))
            }
            Source::Set(set) => {
                let (parts, mut buffer) = (Parts::split(token)?, Small::new());
                let header = Header::read(parts.decode_header(&mut buffer)?)?;
                header.require_typ(typ)?;
                let set = set.snapshot();
                let entry =
                    set.find(|kid| header.is_key_id(kid)).ok_or(VerifyError::UNKNOWN_KEY)?;
                header.require_algorithm(entry.key.algorithm())?;
                let mut buffer = Small::new();
                let signature = parts.decode_signature(&mut buffer)?;
                if !entry.key.verifies(parts.input, signature) {
                    return Err(VerifyError::BadSignature);
                }
                let signed_by = SignedBy {
                    key_id: TokenKeyId(Inner::Foreign(Arc::clone(&entry.kid))),
                    #[cfg(feature = "legacy-interop")]
                    deviation: entry.key.deviation(),
                };
                Ok((parts.payload, signed_by))
            }
        }
    }
}

impl SignedBy {
    /// Checks the signature with a key of the keyring.
    fn own(
        id: KeyId,
        key: &SigningKey,
        typ: &'static str,
        parts: &Parts<'_>,
    ) -> Result<Self, VerifyError> {
        let mut buffer = Small::new();
        let signature = parts.decode_signature(&mut buffer)?;
        if !key.verifies(typ, parts.input, signature) {
            return Err(VerifyError::BadSignature);
        }
        Ok(Self {
            key_id: TokenKeyId(Inner::Own(id)),
            #[cfg(feature = "legacy-interop")]
            deviation: None,
        })
    }
}

impl VerifyingKeys {
    /// Finds the key that a message names, and asks it.
    pub(crate) fn with_key<R>(
        &self,
        key_id: &str,
        ask: impl FnOnce(FoundKey<'_>) -> R,
    ) -> Result<(R, SignedBy), KeyRefused> {
        match &self.0 {
            Source::Keyring(keyring) => {
                let id: KeyId = key_id.parse().map_err(|_| KeyRefused::Unknown)?;
                let answer = ask(FoundKey::Own(keyring.snapshot().accept(id)?));
                let signed_by = SignedBy {
                    key_id: TokenKeyId(Inner::Own(id)),
                    #[cfg(feature = "legacy-interop")]
                    deviation: None,
                };
                Ok((answer, signed_by))
            }
            Source::Set(set) => {
                let set = set.snapshot();
                let entry = set.find(|kid| kid == key_id).ok_or(KeyRefused::Unknown)?;
                let signed_by = SignedBy {
                    key_id: TokenKeyId(Inner::Foreign(Arc::clone(&entry.kid))),
                    #[cfg(feature = "legacy-interop")]
                    deviation: entry.key.deviation(),
                };
                Ok((ask(FoundKey::Foreign(&entry.key)), signed_by))
            }
        }
    }
}

/// A key that a message named.
pub(crate) enum FoundKey<'k> {
    Own(&'k SigningKey),
    Foreign(&'k ForeignKey),
}

impl FoundKey<'_> {
    pub(crate) fn algorithm(&self) -> Algorithm {
        match self {
            Self::Own(key) => key.algorithm(),
            Self::Foreign(key) => key.algorithm(),
        }
    }

    #[must_use]
    pub(crate) fn verifies(
        &self,
        of: (Signed, &'static str),
        input: &[u8],
        signature: &[u8],
    ) -> bool {
        match self {
            Self::Own(key) => key.verifies_as(of, input, signature),
            Self::Foreign(ForeignKey::Public(key)) => key.verifies_bytes(input, signature),
            Self::Foreign(ForeignKey::Shared(shared)) => shared.verifies(input, signature),
        }
    }
}

/// The id of the key that signed a token: the header's `kid`, known to the verifier.
///
/// Within a keyring it is a [`KeyId`]; in a [`JwkSet`] it is whatever text the issuer has chosen.
///
/// ```
/// use bartizan_core::KeyId;
/// use bartizan_token::TokenKeyId;
///
/// fn log(id: &TokenKeyId) -> String {
///     match id.of_keyring() {
///         Some(own) => format!("signed here, by {own}"),
///         None => format!("signed elsewhere, by {:?}", id.to_string()),
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TokenKeyId(Inner);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Inner {
    Own(KeyId),
    Foreign(Arc<str>),
}

impl TokenKeyId {
    /// Returns the id within the keyring, if the verifier has one.
    #[must_use]
    pub const fn of_keyring(&self) -> Option<KeyId> {
        match &self.0 {
            Inner::Own(id) => Some(*id),
            Inner::Foreign(_) => None,
        }
    }
}

impl fmt::Display for TokenKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Inner::Own(id) => id.fmt(f),
            Inner::Foreign(kid) => f.pad(kid),
        }
    }
}
