use core::fmt;
use std::sync::Arc;

use crate::error::ConfigError;

/// What a token is bound to without saying it: both sides know it from elsewhere, such as the
/// tenant that a request is for. PASETO calls it the implicit assertion.
///
/// ```
/// use bartizan_token::ConfigError;
/// use bartizan_token::paseto::ImplicitAssertion;
///
/// assert!(ImplicitAssertion::new("tenant 7").is_ok());
/// assert_eq!(ImplicitAssertion::new("").err(), Some(ConfigError::InvalidName));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ImplicitAssertion(Arc<str>);

impl ImplicitAssertion {
    /// Takes a text; texts are compared byte by byte.
    ///
    /// # Errors
    ///
    /// [`ConfigError::InvalidName`]: it is empty, longer than 1,024 bytes, or has a control
    /// character.
    pub fn new(text: &str) -> Result<Self, ConfigError> {
        crate::name::checked(text).map(Self)
    }

    pub(super) fn bytes(assertion: Option<&Self>) -> &[u8] {
        assertion.map_or(&[], |assertion| assertion.0.as_bytes())
    }
}

impl fmt::Debug for ImplicitAssertion {
    /// Does not show the text: a token does not show it either.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ImplicitAssertion(..)")
    }
}
