use core::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use bartizan_core::{Keyring, SecretBytes};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::algorithm::Algorithm;
use crate::crypto::{Backend, Mac};
use crate::error::KeyError;
use crate::json;
use crate::jwk::{self, Jwk};
use crate::key::SigningKey;
use crate::verifying_key::VerifyingKey;

/// Public keys and the ids that tokens name them by: a JWK set of [RFC 7517, section 5].
///
/// One process publishes the public parts of its keyring, others verify with them and can sign
/// nothing. Ids are texts that whoever signs has chosen; those of a
/// [`Keyring`] are its [`KeyId`](bartizan_core::KeyId)s as they are written in tokens.
///
/// ```
/// use bartizan_core::{KeyGenerator, Keyring, SharedKeyring, SystemClock, SystemRandom, UnixTime};
/// use bartizan_token::{AccessToken, Audience, Issuer, IssuerName, JwkSet, NoClaims, SigningKey, Verifier};
///
/// let (random, clock) = (SystemRandom::new(), SystemClock::new());
/// let generator = KeyGenerator::new(&random, SigningKey::generate_es256);
/// let keyring = Keyring::create(UnixTime::from_secs(0), &generator)?;
/// let published = JwkSet::of_keyring(&keyring).to_json();
///
/// let (name, api) = (IssuerName::new("https://id.example")?, Audience::new("https://api.example")?);
/// let issuer = Issuer::<AccessToken>::new(name.clone(), api.clone(), SharedKeyring::new(keyring));
/// let token = issuer.sign("alice", &NoClaims::new(), &clock, &random)?;
///
/// let keys = JwkSet::from_json(published.as_bytes())?;
/// let verifier = Verifier::<AccessToken>::new(name, api, keys);
/// assert_eq!(verifier.verify(&token, &clock)?.subject(), "alice");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [RFC 7517, section 5]: https://www.rfc-editor.org/rfc/rfc7517#section-5
#[derive(Clone)]
pub struct JwkSet {
    keys: Arc<[Entry]>,
    ignored: usize,
}

#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) kid: Arc<str>,
    pub(crate) key: ForeignKey,
}

/// A key to verify with what somebody else signs.
#[derive(Clone)]
pub(crate) enum ForeignKey {
    Public(VerifyingKey),
    /// A secret that was not made for one kind of token: only `danger` gives one.
    Shared(Arc<SharedSecret>),
}

/// A secret of HMAC, and the same ready to verify.
pub(crate) struct SharedSecret {
    algorithm: Algorithm,
    secret: SecretBytes,
    mac: Mac,
}

impl SharedSecret {
    /// Nothing when `algorithm` is no HMAC.
    fn new(backend: Backend, algorithm: Algorithm, secret: &[u8]) -> Option<Self> {
        let mac = Mac::new(backend, algorithm, secret)?;
        Some(Self { algorithm, secret: SecretBytes::from(secret), mac })
    }

    pub(crate) fn verifies(&self, input: &[u8], tag: &[u8]) -> bool {
        self.mac.verifies(input, tag)
    }
}

impl ForeignKey {
    /// Nothing when `algorithm` is no HMAC.
    pub(crate) fn shared(algorithm: Algorithm, secret: &[u8]) -> Option<Self> {
        let secret = SharedSecret::new(Backend::default(), algorithm, secret)?;
        Some(Self::Shared(Arc::new(secret)))
    }

    fn with_backend(self, backend: Backend) -> Result<Self, KeyError> {
        match self {
            Self::Public(key) => key.with_backend(backend).map(Self::Public),
            Self::Shared(shared) => {
                let secret = shared.secret.expose();
                let shared = SharedSecret::new(backend, shared.algorithm, secret);
                shared.map(|shared| Self::Shared(Arc::new(shared))).ok_or(KeyError::Unsupported)
            }
        }
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        match self {
            Self::Public(key) => key.algorithm(),
            Self::Shared(shared) => shared.algorithm,
        }
    }

    #[cfg(feature = "legacy-interop")]
    pub(crate) fn deviation(&self) -> Option<crate::Deviation> {
        match self {
            Self::Public(key) => key.deviation(),
            Self::Shared(..) => None,
        }
    }

    #[must_use]
    pub(crate) fn verifies(&self, input: &str, signature: &[u8]) -> bool {
        match self {
            Self::Public(key) => key.verifies(input, signature),
            Self::Shared(shared) => shared.verifies(input.as_bytes(), signature),
        }
    }
}

impl JwkSet {
    /// The longest set that is read, in bytes: 64 KiB.
    pub const MAX_LEN: usize = 64 * 1_024;

    /// The most keys that a set may have, ignored ones included.
    pub const MAX_KEYS: usize = 100;

    /// Reads a set. A key that [`VerifyingKey::from_jwk`] would refuse is left out, and counted:
    /// [RFC 7517, section 5], wants sets to be read that also hold keys for others. A key without
    /// `kid` has its thumbprint as id.
    ///
    /// # Errors
    ///
    /// - [`KeyError::TooLarge`]: longer than [`MAX_LEN`](Self::MAX_LEN), or more keys than
    ///   [`MAX_KEYS`](Self::MAX_KEYS).
    /// - [`KeyError::Malformed`]: not strict JSON, or `keys` is no array of objects with a `kty`.
    /// - [`KeyError::DuplicateId`]: two of the keys that are kept have the same id.
    ///
    /// [RFC 7517, section 5]: https://www.rfc-editor.org/rfc/rfc7517#section-5
    pub fn from_json(json: &[u8]) -> Result<Self, KeyError> {
        let (kept, total) = read_serving(json)?;
        let mut set = Self::from_keys(kept)?;
        set.ignored = total.saturating_sub(set.len());
        Ok(set)
    }

    /// Reads a set as [`from_json`](Self::from_json) does, but for keys that share an id: they are
    /// left out, since a token does not say which of them it means.
    pub(crate) fn from_issuer(json: &[u8]) -> Result<Self, KeyError> {
        let (kept, total) = read_serving(json)?;
        let is_one = |kid: &String| kept.iter().filter(|(other, _)| *other == *kid).count() == 1;
        let unambiguous: Vec<_> = kept.iter().filter(|(kid, _)| is_one(kid)).cloned().collect();
        let mut set = Self::from_keys(unambiguous)?;
        set.ignored = total.saturating_sub(set.len());
        Ok(set)
    }

    /// A set under which nothing verifies.
    pub(crate) fn empty() -> Self {
        Self { keys: Arc::default(), ignored: 0 }
    }

    /// Makes a set of keys and their ids.
    ///
    /// # Errors
    ///
    /// - [`KeyError::TooLarge`]: more than [`MAX_KEYS`](Self::MAX_KEYS).
    /// - [`KeyError::DuplicateId`]: two keys have the same id.
    pub fn from_keys(
        keys: impl IntoIterator<Item = (String, VerifyingKey)>,
    ) -> Result<Self, KeyError> {
        Self::of(keys.into_iter().map(|(kid, key)| (kid, ForeignKey::Public(key))))
    }

    pub(crate) fn of(
        keys: impl IntoIterator<Item = (String, ForeignKey)>,
    ) -> Result<Self, KeyError> {
        let mut entries: Vec<Entry> = Vec::new();
        for (kid, key) in keys {
            if entries.len() >= Self::MAX_KEYS {
                return Err(KeyError::TooLarge);
            }
            if entries.iter().any(|entry| *entry.kid == kid) {
                return Err(KeyError::DuplicateId);
            }
            entries.push(Entry { kid: kid.into(), key });
        }
        Ok(Self { keys: entries.into(), ignored: 0 })
    }

    /// Returns what a keyring's owner publishes: the public part of every key that verifiers are
    /// to accept, the primary first. Those are the active key, the keys that will be, and those
    /// that were and whose tokens still live. Symmetric keys have no public part and are left out.
    #[must_use]
    pub fn of_keyring(keyring: &Keyring<SigningKey>) -> Self {
        let public = |key: &SigningKey| key.verifying_key().cloned().map(ForeignKey::Public);
        let entries = keyring
            .accepted()
            .filter_map(|(id, key)| Some(Entry { kid: id.to_string().into(), key: public(key)? }));
        Self { keys: entries.collect(), ignored: 0 }
    }

    /// Returns the same keys, to verify with another library.
    ///
    /// ```
    /// use bartizan_token::{Backend, JwkSet};
    ///
    /// let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    /// let set = format!(r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","x":"{x}"}}]}}"#);
    /// let set = JwkSet::from_json(set.as_bytes())?.with_backend(Backend::Ring)?;
    /// assert!(set.iter().all(|(_, key)| key.backend() == Backend::Ring));
    /// # Ok::<(), bartizan_token::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::Unsupported`]: one is of ML-DSA, which ring does not know.
    pub fn with_backend(self, backend: Backend) -> Result<Self, KeyError> {
        let moved = self.keys.iter().map(|Entry { kid, key }| {
            Ok(Entry { kid: Arc::clone(kid), key: key.clone().with_backend(backend)? })
        });
        Ok(Self { keys: moved.collect::<Result<_, _>>()?, ignored: self.ignored })
    }

    /// Returns the set as JSON, to be served as `application/jwk-set+json`.
    #[must_use]
    pub fn to_json(&self) -> String {
        let keys: Vec<_> = self.iter().map(|(kid, key)| jwk::write_public(key, kid)).collect();
        format!(r#"{{"keys":[{}]}}"#, keys.join(","))
    }

    /// Returns the public keys and their ids.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &VerifyingKey)> {
        self.keys.iter().filter_map(|entry| match &entry.key {
            ForeignKey::Public(key) => Some((&*entry.kid, key)),
            ForeignKey::Shared(..) => None,
        })
    }

    /// Returns how many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Returns whether there are none, so that no token is accepted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Returns how many keys were left out when the set was read.
    #[must_use]
    pub const fn ignored(&self) -> usize {
        self.ignored
    }

    /// Finds the key that a token names.
    pub(crate) fn find(&self, is_kid: impl Fn(&str) -> bool) -> Option<&Entry> {
        self.keys.iter().find(|entry| is_kid(&entry.kid))
    }
}

/// Reads a set of public keys. Returns those that serve, and how many there were.
fn read_serving(json: &[u8]) -> Result<(Vec<(String, VerifyingKey)>, usize), KeyError> {
    let keys: Vec<Map<String, Value>> = read(json)?;
    if keys.iter().any(|jwk| !jwk.get("kty").is_some_and(Value::is_string)) {
        return Err(KeyError::Malformed);
    }
    let total = keys.len();
    let serving = keys.into_iter().filter_map(|jwk| {
        let jwk = Jwk::deserialize(Value::Object(jwk)).ok()?;
        let key = jwk.verifying_key().ok()?;
        Some((jwk.kid.unwrap_or_else(|| key.thumbprint()), key))
    });
    Ok((serving.collect(), total))
}

/// Reads the keys of a set, whatever they are.
pub(crate) fn read<'j, K: Deserialize<'j>>(json: &'j [u8]) -> Result<Vec<K>, KeyError> {
    #[derive(Deserialize)]
    struct Set<K> {
        keys: Vec<K>,
    }
    if json.len() > JwkSet::MAX_LEN {
        return Err(KeyError::TooLarge);
    }
    let Set::<K> { keys } = json::from_slice(json).map_err(|_| KeyError::Malformed)?;
    if keys.len() > JwkSet::MAX_KEYS { Err(KeyError::TooLarge) } else { Ok(keys) }
}

impl fmt::Debug for JwkSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let algorithms = self.keys.iter().map(|entry| (&entry.kid, entry.key.algorithm()));
        f.debug_map().entries(algorithms).finish()
    }
}

/// The set that a running program verifies with, replaced as a whole when a newer was fetched.
///
/// Cloning shares it; readers take no lock.
///
/// ```
/// use bartizan_token::{JwkSet, SharedJwkSet};
///
/// let shared = SharedJwkSet::new(JwkSet::from_json(br#"{"keys":[]}"#)?);
/// let reader = shared.clone();
/// shared.replace(JwkSet::from_json(br#"{"keys":[{"kty":"oct"}]}"#)?);
/// assert_eq!(reader.snapshot().ignored(), 1);
/// # Ok::<(), bartizan_token::KeyError>(())
/// ```
#[derive(Clone)]
pub struct SharedJwkSet(Arc<ArcSwap<Published>>);

/// A set, and how many there were before.
struct Published {
    set: Arc<JwkSet>,
    version: u64,
}

impl SharedJwkSet {
    /// Shares `set`.
    #[must_use]
    pub fn new(set: JwkSet) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(Published { set: Arc::new(set), version: 0 })))
    }

    /// Returns the set as it is now.
    #[must_use]
    pub fn snapshot(&self) -> Arc<JwkSet> {
        Arc::clone(&self.0.load().set)
    }

    /// Uses `set` from now on, for all clones.
    pub fn replace(&self, set: JwkSet) {
        let set = Arc::new(set);
        let _former = self.0.rcu(|former| Published {
            set: Arc::clone(&set),
            version: former.version.saturating_add(1),
        });
    }

    /// A number that is another one after the set was replaced.
    pub(crate) fn version(&self) -> u64 {
        self.0.load().version
    }
}

impl fmt::Debug for SharedJwkSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SharedJwkSet").field(&self.snapshot()).finish()
    }
}
