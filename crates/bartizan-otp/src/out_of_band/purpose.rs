/// What an out-of-band code is for, as a type: a code for one purpose is unknown to every other.
///
/// One with a malformed name does not compile where it is used.
///
/// ```
/// use bartizan_otp::OobPurpose;
///
/// /// Confirms that money shall be sent.
/// #[derive(Debug)]
/// enum Payment {}
///
/// impl OobPurpose for Payment {
///     const NAME: &'static str = "payment";
/// }
/// ```
pub trait OobPurpose {
    /// The purpose's name: 1 to 64 of `a` to `z`, `0` to `9` and `-`, unique in the program, never
    /// changed while codes exist.
    const NAME: &'static str;
}

/// A further factor of whoever signs in.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a name, not a value")]
pub enum SignIn {}

impl OobPurpose for SignIn {
    const NAME: &'static str = "sign-in";
}

/// Proof that somebody reads what is sent to an address, before it becomes theirs.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a name, not a value")]
pub enum AddressProof {}

impl OobPurpose for AddressProof {
    const NAME: &'static str = "address-proof";
}

/// Stops the build when a purpose has no good name.
pub(super) const fn check<P: OobPurpose>() {
    assert!(is_name(P::NAME), "NAME has 1 to 64 of a-z, 0-9 and `-`");
}

const fn is_name(name: &str) -> bool {
    let mut rest = name.as_bytes();
    if rest.is_empty() || rest.len() > 64 {
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
