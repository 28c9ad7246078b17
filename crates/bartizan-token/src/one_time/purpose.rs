/// What a one-time token is for, as a type: a token for one purpose is unknown to every other.
///
/// One with a malformed name, or with lifetimes that contradict each other, does not compile where
/// it is used.
///
/// ```
/// use bartizan_token::OneTimePurpose;
///
/// /// Confirms that an account shall be deleted.
/// #[derive(Debug)]
/// enum AccountDeletion {}
///
/// impl OneTimePurpose for AccountDeletion {
///     const NAME: &'static str = "account-deletion";
///     const DEFAULT_LIFETIME_SECS: u64 = 600;
///     const MAX_LIFETIME_SECS: u64 = 3_600;
/// }
/// ```
pub trait OneTimePurpose {
    /// The purpose's name: 1 to 64 of `a` to `z`, `0` to `9` and `-`, unique in the program, never
    /// changed while tokens exist.
    const NAME: &'static str;

    /// How many seconds a token lives when nothing else is said.
    const DEFAULT_LIFETIME_SECS: u64;

    /// How many seconds a token may live at most.
    const MAX_LIFETIME_SECS: u64;
}

/// Proves that somebody reads the mail of the address in the token's detail: a day, at most three.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a name, not a value")]
pub enum EmailVerification {}

impl OneTimePurpose for EmailVerification {
    const NAME: &'static str = "email-verification";
    const DEFAULT_LIFETIME_SECS: u64 = 86_400;
    const MAX_LIFETIME_SECS: u64 = 3 * 86_400;
}

/// Lets whoever reads the mail set another password: 15 minutes, at most an hour.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a name, not a value")]
pub enum PasswordReset {}

impl OneTimePurpose for PasswordReset {
    const NAME: &'static str = "password-reset";
    const DEFAULT_LIFETIME_SECS: u64 = 900;
    const MAX_LIFETIME_SECS: u64 = 3_600;
}

/// Asks somebody in who has no account yet: a week, at most 30 days.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a name, not a value")]
pub enum Invitation {}

impl OneTimePurpose for Invitation {
    const NAME: &'static str = "invitation";
    const DEFAULT_LIFETIME_SECS: u64 = 7 * 86_400;
    const MAX_LIFETIME_SECS: u64 = 30 * 86_400;
}

/// Opens an account that somebody else made, for its owner to set the first password: a day, at
/// most a week ([OWASP ASVS 5.0, V6.4.1]).
///
/// [OWASP ASVS 5.0, V6.4.1]: https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x15-V6-Authentication.md
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a name, not a value")]
pub enum AccountActivation {}

impl OneTimePurpose for AccountActivation {
    const NAME: &'static str = "account-activation";
    const DEFAULT_LIFETIME_SECS: u64 = 86_400;
    const MAX_LIFETIME_SECS: u64 = 7 * 86_400;
}

/// Stops the build when a purpose contradicts itself.
pub(super) const fn check<P: OneTimePurpose>() {
    assert!(is_name(P::NAME), "NAME has 1 to 64 of a-z, 0-9 and `-`");
    assert!(P::DEFAULT_LIFETIME_SECS > 0, "DEFAULT_LIFETIME_SECS is at least 1");
    assert!(
        P::DEFAULT_LIFETIME_SECS <= P::MAX_LIFETIME_SECS,
        "DEFAULT_LIFETIME_SECS is at most MAX_LIFETIME_SECS"
    );
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
