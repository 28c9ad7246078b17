//! Names of Trusted Types policies.

use core::error::Error;
use core::fmt;

/// The name of a policy that scripts may create, for the directive `trusted-types`
/// ([Trusted Types, section 4.2]).
///
/// [Trusted Types, section 4.2]: https://w3c.github.io/trusted-types/dist/spec/#trusted-types-csp-directive
///
/// ```
/// use bartizan_html::csp::TrustedTypesPolicy;
///
/// assert_eq!(TrustedTypesPolicy::new("app#html")?.to_string(), "app#html");
/// assert!(TrustedTypesPolicy::new("app; script-src *").is_err());
/// # Ok::<(), bartizan_html::csp::NotAPolicyName>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrustedTypesPolicy<'a>(&'a str);

impl<'a> TrustedTypesPolicy<'a> {
    /// Takes a name. That of `default` is for the policy which every string goes through that
    /// a script gives to the page.
    ///
    /// # Errors
    ///
    /// [`NotAPolicyName`] when it is empty or has a character other than ASCII letters, digits and
    /// `-#=_/@.%`.
    pub fn new(name: &'a str) -> Result<Self, NotAPolicyName> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-#=_/@.%".contains(&byte);
        if !name.is_empty() && name.bytes().all(allowed) {
            Ok(Self(name))
        } else {
            Err(NotAPolicyName)
        }
    }
}

impl fmt::Display for TrustedTypesPolicy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// The name is not one of a Trusted Types policy. The program is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotAPolicyName;

impl fmt::Display for NotAPolicyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name is not one of a Trusted Types policy")
    }
}

impl Error for NotAPolicyName {}
