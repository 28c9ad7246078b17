/// What signed messages are for, as a type: a signature for one purpose is none for another.
///
/// The name is signed: it is the `tag` of an HTTP message signature ([RFC 9421, section 2.3]), and
/// with `+jws` behind it the `typ` of a detached one. One with a malformed name does not compile
/// where it is used.
///
/// ```
/// use bartizan_token::message::MessagePurpose;
///
/// /// What the shop tells its merchants.
/// #[derive(Debug)]
/// enum OrderWebhook {}
///
/// impl MessagePurpose for OrderWebhook {
///     const NAME: &'static str = "acme-order-webhook";
/// }
/// ```
///
/// [RFC 9421, section 2.3]: https://www.rfc-editor.org/rfc/rfc9421#section-2.3
pub trait MessagePurpose {
    /// The purpose's name: a letter, then up to 63 of `a` to `z`, `0` to `9` and `-`. It is best
    /// one that nobody else uses, and is never changed while signatures exist.
    const NAME: &'static str;
}

/// Stops the build when a purpose has no good name.
pub(super) const fn check<P: MessagePurpose>() {
    assert!(is_name(P::NAME), "NAME has a letter and up to 63 of a-z, 0-9 and `-`");
}

const fn is_name(name: &str) -> bool {
    let mut rest = name.as_bytes();
    if rest.len() > 64 || !matches!(rest.first(), Some(b'a'..=b'z')) {
        return false;
    }
    while let Some((first, after)) = rest.split_first() {
        if !matches!(first, b'a'..=b'z' | b'0'..=b'9' | b'-') {
            return false;
        }
        rest = after;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_label_and_needs_no_escape() {
        for name in ["a", "acme-order-webhook", "a2", &"a".repeat(64)] {
            assert!(is_name(name), "{name:?}");
        }
        for name in ["", "2a", "-a", "A", "a b", "a\"", "a\\", "a+b", "é", &"a".repeat(65)] {
            assert!(!is_name(name), "{name:?}");
        }
    }
}
