mod key;
mod size;

use core::fmt;
use std::sync::{Arc, Weak};

use arc_swap::ArcSwapOption;
use bartizan_core::{Context, KeyId, Keyring, SharedKeyring};
use ring::hmac;
use zeroize::Zeroizing;

pub use self::key::IndexKey;
pub use self::size::{IndexBits, InvalidIndexBits};
use crate::column::Column;

/// Finds sealed values that are equal to a given one, without opening any.
///
/// Beside a sealed column stands one of tokens: HMAC-SHA-256 of the value under a key of that column
/// alone, cut to a few bits. Whoever reads the database sees which rows may hold equal values, and
/// without the key can't try out what they are. The shorter the token, the less is seen, and the
/// more rows a search must open and leave aside: see [`IndexBits`].
///
/// While a key is replaced, [`search`](Self::search) gives a token under each key that the keyring
/// accepts, so rows written under either are found. Destroy the former key when every row has its
/// token anew.
///
/// ```
/// use bartizan_core::{KeyGenerator, Keyring, SharedKeyring, SystemRandom, UnixTime};
/// use bartizan_envelope::{BlindIndex, Column, IndexBits, IndexKey, Normalization};
///
/// let random = SystemRandom::new();
/// let generator = KeyGenerator::new(&random, IndexKey::generate);
/// let keys = SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator)?);
///
/// const EMAIL: Column<'_> = Column::new("users", "email");
/// let index = BlindIndex::new(keys, &EMAIL, IndexBits::new(32)?, Normalization::AsciiLowercase);
///
/// // On insert: one token, stored beside the sealed value.
/// let stored = index.token("Alice@Example.org");
/// assert_eq!(stored.as_bytes().len(), 4);
/// // On search: `WHERE email_index IN (…)`; then open what was found, and compare.
/// assert_eq!(index.search("alice@example.org"), [stored]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct BlindIndex {
    keys: SharedKeyring<IndexKey>,
    purpose: Context,
    bits: IndexBits,
    normalization: Normalization,
    ready: Arc<ArcSwapOption<Ready>>,
}

impl BlindIndex {
    /// Indexes one column; a column of a tenant has a key of its own.
    #[must_use]
    pub fn new(
        keys: SharedKeyring<IndexKey>,
        column: &Column<'_>,
        bits: IndexBits,
        normalization: Normalization,
    ) -> Self {
        let ready = Arc::new(ArcSwapOption::empty());
        Self { keys, purpose: column.any_row(), bits, normalization, ready }
    }

    /// Returns the token to store beside the sealed `value`, under the primary key.
    #[must_use]
    pub fn token(&self, value: &str) -> IndexToken {
        let value = self.normalization.apply(value);
        self.bits.cut(&hmac::sign(&self.ready().primary, value.as_bytes()))
    }

    /// Returns the tokens of all rows that may hold `value`: one under each accepted key, the
    /// primary's first.
    ///
    /// What is found only may be equal: open it and compare.
    #[must_use]
    pub fn search(&self, value: &str) -> Vec<IndexToken> {
        let value = self.normalization.apply(value);
        let token = |key| self.bits.cut(&hmac::sign(key, value.as_bytes()));
        self.ready().keys().map(token).collect()
    }

    /// The keys of this column, derived once for each keyring.
    fn ready(&self) -> Arc<Ready> {
        let keyring = self.keys.snapshot();
        if let Some(ready) = &*self.ready.load()
            && ready.is_of(&keyring)
        {
            return Arc::clone(ready);
        }
        let ready = Arc::new(Ready::derive(&keyring, &self.purpose));
        self.ready.store(Some(Arc::clone(&ready)));
        ready
    }
}

impl fmt::Debug for BlindIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlindIndex")
            .field("bits", &self.bits)
            .field("normalization", &self.normalization)
            .finish_non_exhaustive()
    }
}

struct Ready {
    /// Keeps the address, so that no other keyring can have it, and none of the keys.
    keyring: Weak<Keyring<IndexKey>>,
    primary: hmac::Key,
    others: Vec<hmac::Key>,
}

impl Ready {
    fn derive(keyring: &Arc<Keyring<IndexKey>>, purpose: &Context) -> Self {
        let primary = keyring.primary();
        let derive = |(_, key): (KeyId, &IndexKey)| key.of_column(purpose);
        let others = keyring.accepted().filter(|(id, _)| *id != primary.0).map(derive).collect();
        Self { keyring: Arc::downgrade(keyring), primary: derive(primary), others }
    }

    fn is_of(&self, keyring: &Arc<Keyring<IndexKey>>) -> bool {
        core::ptr::eq(self.keyring.as_ptr(), Arc::as_ptr(keyring))
    }

    fn keys(&self) -> impl Iterator<Item = &hmac::Key> {
        core::iter::once(&self.primary).chain(&self.others)
    }
}

/// Which spellings of a value are the same value.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Normalization {
    /// Only the same bytes.
    Exact,
    /// The letters A to Z are the same as a to z; nothing else is.
    AsciiLowercase,
    /// What the function makes of two values is the same: for one, Unicode's composition and case
    /// folding, or the digits of a telephone number alone. What it returns is wiped after use.
    By(fn(&str) -> String),
}

impl Normalization {
    fn apply(self, value: &str) -> Zeroizing<String> {
        Zeroizing::new(match self {
            Self::Exact => value.to_owned(),
            Self::AsciiLowercase => value.to_ascii_lowercase(),
            Self::By(normalize) => normalize(value),
        })
    }
}

/// What is stored beside a sealed value, to find it by: as many bytes as its bits need.
///
/// See [`BlindIndex`] for an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IndexToken {
    bytes: [u8; 16],
    len: u8,
}

impl IndexToken {
    /// Lends the bytes to store, or to search for.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
