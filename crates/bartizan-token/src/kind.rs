//! What a token is for, as a type.

use core::fmt;
use core::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A kind of token with exactly one purpose: [RFC 8725, section 3.11].
///
/// The kind is a type, so that a token of one kind never passes for another: the name stands in
/// the signed header, and an HMAC key is derived from it. A kind with a malformed name, or with
/// lifetimes that contradict each other, does not compile where it is used.
///
/// ```
/// use bartizan_token::TokenKind;
/// use serde::{Deserialize, Serialize};
///
/// /// Proves that a person reads the mail of an address.
/// #[derive(Debug)]
/// struct EmailVerification;
///
/// #[derive(Debug, Serialize, Deserialize)]
/// struct Address {
///     email: String,
/// }
///
/// impl TokenKind for EmailVerification {
///     const TYP: &'static str = "email-verification+jwt";
///     type Claims = Address;
///     const DEFAULT_LIFETIME_SECS: u64 = 3_600;
///     const MAX_LIFETIME_SECS: u64 = 86_400;
/// }
/// ```
///
/// [RFC 8725, section 3.11]: https://www.rfc-editor.org/rfc/rfc8725#section-3.11
pub trait TokenKind {
    /// The header's `typ`: 1 to 64 of `a` to `z`, `0` to `9`, `+`, `-` and `.`, unique in the
    /// program, by custom ending in `+jwt`, never changed once tokens exist.
    const TYP: &'static str;

    /// What the token says beyond the registered claims: a struct. `iss`, `sub`, `aud`, `exp`,
    /// `nbf`, `iat`, `jti` and `cnf` are the issuer's and never among it.
    type Claims: Serialize + DeserializeOwned;

    /// How many seconds a token lives when nothing else is said.
    const DEFAULT_LIFETIME_SECS: u64;

    /// How many seconds a token may live at most; a verifier refuses one that lives longer.
    const MAX_LIFETIME_SECS: u64;
}

/// A token that lets a client use an API: `at+jwt` of [RFC 9068].
///
/// It lives 10 minutes, and at most one hour: until a revocation list is asked, that is how long
/// a stolen one works. RFC 9068 also wants the claim `client_id`: where OAuth clients get these
/// tokens, put it into `C`.
///
/// ```
/// use bartizan_token::{AccessToken, TokenKind};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, Serialize, Deserialize)]
/// struct ApiClaims {
///     client_id: String,
///     scope: String,
/// }
/// type ApiToken = AccessToken<ApiClaims>;
/// assert_eq!(ApiToken::TYP, "at+jwt");
/// ```
///
/// [RFC 9068]: https://www.rfc-editor.org/rfc/rfc9068
pub struct AccessToken<C = NoClaims>(PhantomData<fn() -> C>);

impl<C: Serialize + DeserializeOwned> TokenKind for AccessToken<C> {
    const TYP: &'static str = "at+jwt";
    type Claims = C;
    const DEFAULT_LIFETIME_SECS: u64 = 600;
    const MAX_LIFETIME_SECS: u64 = 3_600;
}

impl<C> fmt::Debug for AccessToken<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken")
    }
}

/// The claims of a token that says no more than the registered ones. Others are ignored.
///
/// ```
/// use bartizan_token::NoClaims;
///
/// assert_eq!(NoClaims::new(), NoClaims::default());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NoClaims {}

impl NoClaims {
    /// Returns no claims.
    #[must_use]
    pub const fn new() -> Self {
        Self {}
    }
}

/// Stops the build when a kind contradicts itself.
pub(crate) const fn check<T: TokenKind>() {
    assert!(is_typ(T::TYP), "TYP has 1 to 64 of a-z, 0-9, `+`, `-` and `.`");
    assert!(T::DEFAULT_LIFETIME_SECS > 0, "DEFAULT_LIFETIME_SECS is at least 1");
    assert!(
        T::DEFAULT_LIFETIME_SECS <= T::MAX_LIFETIME_SECS,
        "DEFAULT_LIFETIME_SECS is at most MAX_LIFETIME_SECS"
    );
}

const fn is_typ(typ: &str) -> bool {
    let mut rest = typ.as_bytes();
    if rest.is_empty() || rest.len() > 64 {
        return false;
    }
    while let Some((first, after)) = rest.split_first() {
        if !matches!(first, b'a'..=b'z' | b'0'..=b'9' | b'+' | b'-' | b'.') {
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
    fn a_typ_needs_no_escape_and_has_one_spelling() {
        assert!(is_typ(AccessToken::<NoClaims>::TYP));
        assert!(is_typ(&"a".repeat(64)));
        for typ in ["", "AT+jwt", "a b", "a\"", "a\\", "a/b", "é", &"a".repeat(65)] {
            assert!(!is_typ(typ), "{typ:?}");
        }
    }
}
