use core::fmt;
use core::hash::{Hash, Hasher};

use bartizan_core::hex;
use ring::digest::{Context, SHA256};

use crate::Namespace;

/// Under what a store keeps an entry: a namespace, and the digest of what names the entry there.
///
/// ```
/// use bartizan_store::{Loss, Namespace, StoreKey};
///
/// const USED_COUPON: Namespace = Namespace::new("used-coupon", Loss::Reopens);
/// let key = StoreKey::of(USED_COUPON, &[b"shop 7", b"SPRING"]);
/// assert_ne!(key, StoreKey::of(USED_COUPON, &[b"shop 7S", b"PRING"]));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoreKey {
    // First, because it tells two keys apart sooner than the name does.
    digest: [u8; 32],
    namespace: Namespace,
}

impl StoreKey {
    /// Returns the key of what `parts` name together, by SHA-256. Each is preceded by its length, so
    /// that no two lists of parts are one, and a store never sees them.
    ///
    /// Parts that can be guessed, as a number of six digits can, need a keyed digest of their own.
    #[must_use]
    pub fn of(namespace: Namespace, parts: &[&[u8]]) -> Self {
        let mut context = Context::new(&SHA256);
        for part in [b"bartizan-store", namespace.name().as_bytes()].iter().chain(parts) {
            // A length fits: nothing is longer than the address space.
            context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            context.update(part);
        }
        let mut digest = [0; 32];
        digest.copy_from_slice(context.finish().as_ref());
        Self { digest, namespace }
    }

    /// Returns the key of a digest that is there already: of 256 bits, and of nothing that can be
    /// guessed.
    #[must_use]
    pub const fn from_digest(namespace: Namespace, digest: [u8; 32]) -> Self {
        Self { digest, namespace }
    }

    /// Returns in which namespace the entry is.
    #[must_use]
    pub const fn namespace(&self) -> Namespace {
        self.namespace
    }

    /// Returns the digest.
    #[must_use]
    pub const fn digest(&self) -> &[u8; 32] {
        &self.digest
    }
}

impl Hash for StoreKey {
    /// Hashes the first 8 bytes: of a digest they are as good as all, and a table asks often.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let [first, ..] = self.digest.as_chunks::<8>().0 else { return };
        state.write_u64(u64::from_ne_bytes(*first));
    }
}

impl fmt::Debug for StoreKey {
    /// Shows the beginning, which is enough to find the entry.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreKey({} {:.8}..)", self.namespace.name(), hex::encode(&self.digest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Loss;

    #[test]
    fn parts_do_not_run_into_each_other() {
        let [coupon, other] = ["coupon", "other"].map(|name| Namespace::new(name, Loss::Reopens));
        let keys = [
            StoreKey::of(coupon, &[b"ab", b"c"]),
            StoreKey::of(coupon, &[b"a", b"bc"]),
            StoreKey::of(coupon, &[b"abc"]),
            StoreKey::of(coupon, &[b"abc", b""]),
            StoreKey::of(other, &[b"abc"]),
        ];
        for (i, key) in keys.iter().enumerate() {
            assert!(keys[i + 1..].iter().all(|other| other.digest() != key.digest()));
        }
    }

    #[test]
    fn debug_shows_the_beginning_alone() {
        let key = StoreKey::from_digest(Namespace::new("coupon", Loss::Reopens), [0xab; 32]);
        assert_eq!(format!("{key:?}"), "StoreKey(coupon abababab..)");
    }
}
