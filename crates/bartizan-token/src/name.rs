//! Who makes tokens, and for whom: two types, so that one is never written where the other belongs.

use std::sync::Arc;

use crate::error::ConfigError;

/// The name of who makes tokens: the claim `iss` of [RFC 7519, section 4.1.1].
///
/// ```
/// use bartizan_token::{ConfigError, IssuerName};
///
/// assert_eq!(IssuerName::new("https://id.example")?.as_str(), "https://id.example");
/// assert_eq!(IssuerName::new("").err(), Some(ConfigError::InvalidName));
/// # Ok::<(), ConfigError>(())
/// ```
///
/// [RFC 7519, section 4.1.1]: https://www.rfc-editor.org/rfc/rfc7519#section-4.1.1
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IssuerName(Arc<str>);

impl IssuerName {
    /// Takes a name, best the `https` URL of the service; names are compared byte by byte.
    ///
    /// # Errors
    ///
    /// [`ConfigError::InvalidName`]: it is empty, longer than 1,024 bytes, or has a control
    /// character.
    pub fn new(name: &str) -> Result<Self, ConfigError> {
        checked(name).map(Self)
    }

    /// Returns the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name of who a token is for: the claim `aud` of [RFC 7519, section 4.1.3].
///
/// ```
/// use bartizan_token::{Audience, ConfigError};
///
/// assert_eq!(Audience::new("https://api.example")?.as_str(), "https://api.example");
/// # Ok::<(), ConfigError>(())
/// ```
///
/// [RFC 7519, section 4.1.3]: https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Audience(Arc<str>);

impl Audience {
    /// Takes a name, best the `https` URL of the service; names are compared byte by byte.
    ///
    /// # Errors
    ///
    /// [`ConfigError::InvalidName`]: it is empty, longer than 1,024 bytes, or has a control
    /// character.
    pub fn new(name: &str) -> Result<Self, ConfigError> {
        checked(name).map(Self)
    }

    /// Returns the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

pub(crate) fn checked(name: &str) -> Result<Arc<str>, ConfigError> {
    let fits = (1..=MAX_NAME_LEN).contains(&name.len());
    let printable = !name.contains(char::is_control);
    if fits && printable { Ok(Arc::from(name)) } else { Err(ConfigError::InvalidName) }
}

const MAX_NAME_LEN: usize = 1_024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_bounded_and_printable() {
        for name in ["", "a\n", "\0", "a\u{7f}", &"a".repeat(MAX_NAME_LEN + 1)] {
            assert_eq!(IssuerName::new(name), Err(ConfigError::InvalidName), "{name:?}");
            assert_eq!(Audience::new(name), Err(ConfigError::InvalidName), "{name:?}");
        }
        assert!(Audience::new(&"a".repeat(MAX_NAME_LEN)).is_ok());
    }
}
