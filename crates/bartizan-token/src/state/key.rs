use core::fmt;
use core::hash::{Hash, Hasher};

use bartizan_core::hex;
use ring::digest::{Context, SHA256};

/// What an entry is about. Entries of two namespaces never meet, and a store may keep each in a
/// table of its own.
///
/// ```
/// use bartizan_token::Namespace;
///
/// assert_eq!(Namespace::RefreshFamily.name(), "refresh-family");
/// assert_eq!(Namespace::ALL.len(), 6);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Namespace {
    /// A refresh token and its successors. Lost, it logs somebody out.
    RefreshFamily,
    /// A one-time token. Lost, the mail has to be sent again.
    OneTimeToken,
    /// A signed token that is void before it expires. Lost, it lives again.
    RevokedToken,
    /// Since when the tokens of a subject are good. Lost, older ones live again.
    SubjectEpoch,
    /// An API key. Lost, the key is refused.
    ApiKey,
    /// A signed message that was accepted. Lost, it is accepted again, until it is too old.
    SignedMessage,
}

impl Namespace {
    /// Every namespace.
    pub const ALL: [Self; 6] = [
        Self::RefreshFamily,
        Self::OneTimeToken,
        Self::RevokedToken,
        Self::SubjectEpoch,
        Self::ApiKey,
        Self::SignedMessage,
    ];

    /// Returns the name for a table or the beginning of a key: `a` to `z` and `-`. It never
    /// changes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RefreshFamily => "refresh-family",
            Self::OneTimeToken => "one-time-token",
            Self::RevokedToken => "revoked-token",
            Self::SubjectEpoch => "subject-epoch",
            Self::ApiKey => "api-key",
            Self::SignedMessage => "signed-message",
        }
    }
}

/// Under what a store keeps an entry: a namespace, and the digest of what names the entry there.
///
/// ```
/// use bartizan_token::{Namespace, StateKey};
///
/// let key = StateKey::new(Namespace::ApiKey, [0xab; 32]);
/// assert_eq!((key.namespace().name(), key.digest()[0]), ("api-key", 0xab));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct StateKey {
    namespace: Namespace,
    digest: [u8; 32],
}

impl StateKey {
    /// Returns the key of a digest: to test a store. The flows make their own.
    #[must_use]
    pub const fn new(namespace: Namespace, digest: [u8; 32]) -> Self {
        Self { namespace, digest }
    }

    /// Returns the key of what `parts` name together. Each is preceded by its length, so that no
    /// two lists of parts are one.
    pub(crate) fn of(namespace: Namespace, parts: &[&[u8]]) -> Self {
        Self::new(namespace, digest(namespace.name(), parts))
    }

    /// Returns in which namespace the entry is.
    #[must_use]
    pub const fn namespace(&self) -> Namespace {
        self.namespace
    }

    /// Returns the digest, SHA-256.
    #[must_use]
    pub const fn digest(&self) -> &[u8; 32] {
        &self.digest
    }
}

impl Hash for StateKey {
    /// Hashes the first 8 bytes: of a digest they are as good as all, and a table asks often.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let [first, ..] = self.digest.as_chunks::<8>().0 else { return };
        state.write_u64(u64::from_ne_bytes(*first));
    }
}

impl fmt::Debug for StateKey {
    /// Shows the beginning, which is enough to find the entry.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StateKey({} {:.8}..)", self.namespace.name(), hex::encode(&self.digest))
    }
}

/// SHA-256 of a label and parts, each preceded by its length.
pub(crate) fn digest(label: &str, parts: &[&[u8]]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    for part in [b"bartizan-token", label.as_bytes()].iter().chain(parts) {
        // A length fits: nothing is longer than the address space.
        context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        context.update(part);
    }
    let mut out = [0; 32];
    out.copy_from_slice(context.finish().as_ref());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_into_each_other() {
        let keys = [
            StateKey::of(Namespace::ApiKey, &[b"ab", b"c"]),
            StateKey::of(Namespace::ApiKey, &[b"a", b"bc"]),
            StateKey::of(Namespace::ApiKey, &[b"abc"]),
            StateKey::of(Namespace::ApiKey, &[b"abc", b""]),
            StateKey::of(Namespace::OneTimeToken, &[b"abc"]),
        ];
        for (i, key) in keys.iter().enumerate() {
            assert!(keys[i + 1..].iter().all(|other| other.digest() != key.digest()));
        }
    }

    #[test]
    fn names_are_distinct_and_plain() {
        for (i, namespace) in Namespace::ALL.iter().enumerate() {
            let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
            assert!(namespace.name().bytes().all(plain));
            assert!(Namespace::ALL[i + 1..].iter().all(|other| other.name() != namespace.name()));
        }
    }
}
