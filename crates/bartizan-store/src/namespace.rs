/// What an entry is about. Entries of two namespaces never meet, and a store may keep each in a
/// table of its own.
///
/// A crate names its own, as constants; a name that will not do does not compile there.
///
/// ```
/// use bartizan_store::{Loss, Namespace};
///
/// const USED_COUPON: Namespace = Namespace::new("used-coupon", Loss::Reopens);
/// assert_eq!((USED_COUPON.name(), USED_COUPON.loss()), ("used-coupon", Loss::Reopens));
/// ```
///
/// ```compile_fail
/// const WITH_A_SPACE: bartizan_store::Namespace =
///     bartizan_store::Namespace::new("used coupon", bartizan_store::Loss::Reopens);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Namespace {
    name: &'static str,
    loss: Loss,
}

/// What it means that a store loses an entry: crashes without having written it, or is emptied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a lost entry harms the user or helps the attacker")]
pub enum Loss {
    /// Something good is refused: somebody has to log in again. Unpleasant, not dangerous.
    Refuses,
    /// Something void is accepted again: a revoked token, a used code, one try more. A store that
    /// may lose such an entry is not fit for it.
    Reopens,
}

impl Namespace {
    /// The longest name, in bytes.
    pub const MAX_NAME_LEN: usize = 32;

    /// Returns a namespace. No other has its `name`, which is 1 to 32 of `a` to `z`, `0` to `9` and
    /// `-`, for a table or the beginning of a key. It never changes.
    ///
    /// # Panics
    ///
    /// When the name is not like that: of a constant, it does not compile.
    #[must_use]
    pub const fn new(name: &'static str, loss: Loss) -> Self {
        assert!(is_plain(name.as_bytes()), "a name is 1 to 32 of a-z, 0-9 and `-`");
        Self { name, loss }
    }

    /// Returns the name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// Returns what it means that an entry is lost.
    #[must_use]
    pub const fn loss(self) -> Loss {
        self.loss
    }
}

const fn is_plain(name: &[u8]) -> bool {
    let mut rest = name;
    while let [byte, others @ ..] = rest {
        if !matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-') {
            return false;
        }
        rest = others;
    }
    !name.is_empty() && name.len() <= Namespace::MAX_NAME_LEN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_short_and_plain() {
        let longest = [b'a'; Namespace::MAX_NAME_LEN];
        assert!([&b"a"[..], b"refresh-family", b"v2", &longest].into_iter().all(is_plain));
        let longer = [b'a'; Namespace::MAX_NAME_LEN + 1];
        for refused in [&b""[..], b"A", b"a b", b"a_b", "\u{e9}".as_bytes(), b"a\0", &longer] {
            assert!(!is_plain(refused), "{refused:?}");
        }
    }
}
