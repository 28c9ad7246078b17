//! Email addresses.

use core::error::Error;
use core::fmt;
use core::str::FromStr;

use idna::AsciiDenyList;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use validator::{Validate, ValidationError, ValidationErrors};

use crate::parsed::parsed;

/// An email address, as browsers check it: the [valid email address] of the HTML standard.
///
/// At most 254 octets, of which 64 before the `@` ([RFC 5321, section 4.5.3.1]). The domain is kept
/// in lower case with its international labels in ASCII ([UTS 46]); what stands before the `@` is
/// kept as it is, because only its server may say what is the same. Two addresses are equal when
/// these forms are.
///
/// No quoted local part, no comment, no display name, no address literal, no control character and
/// no white space: it can be put into a mail header or an SMTP command as it is. It may begin with
/// a hyphen, so do not make it the argument of a command. That an address is valid does not say
/// that it exists: send a message there to find out.
///
/// ```
/// use bartizan_validate::{Email, EmailError};
///
/// let email: Email = "Alice+news@BÜCHER.example".parse()?;
/// assert_eq!(email.as_str(), "Alice+news@xn--bcher-kva.example");
/// assert_eq!((email.local(), email.domain()), ("Alice+news", "xn--bcher-kva.example"));
///
/// let injected = "a@example.com\r\nBcc: b@example.com".parse::<Email>();
/// assert_eq!(injected, Err(EmailError::At));
/// # Ok::<(), EmailError>(())
/// ```
///
/// [valid email address]: https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address
/// [RFC 5321, section 4.5.3.1]: https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1
/// [UTS 46]: https://www.unicode.org/reports/tr46/
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

impl Email {
    /// Returns the address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns what stands before the `@`.
    #[must_use]
    pub fn local(&self) -> &str {
        self.parts().0
    }

    /// Returns the domain, in lower case and ASCII.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.parts().1
    }

    fn parts(&self) -> (&str, &str) {
        self.0.split_once('@').unwrap_or_default()
    }
}

impl FromStr for Email {
    type Err = EmailError;

    /// Parses an address. The limits on length hold before anything else is done.
    ///
    /// # Errors
    ///
    /// [`EmailError`], whose variants name the rule that `text` breaks.
    fn from_str(text: &str) -> Result<Self, EmailError> {
        if text.len() > MAX_OCTETS {
            return Err(EmailError::TooLong);
        }
        let (local, domain) = text.split_once('@').ok_or(EmailError::At)?;
        if domain.contains('@') {
            return Err(EmailError::At);
        }
        if local.len() > MAX_LOCAL_OCTETS {
            return Err(EmailError::LocalTooLong);
        }
        if local.is_empty() || !local.bytes().all(is_local) {
            return Err(EmailError::Local);
        }
        let domain = idna::domain_to_ascii_cow(domain.as_bytes(), AsciiDenyList::STD3)
            .map_err(|_| EmailError::Domain)?;
        if domain.len() > MAX_DOMAIN_OCTETS || !domain.split('.').all(is_label) {
            return Err(EmailError::Domain);
        }
        let email = format!("{local}@{domain}");
        if email.len() > MAX_OCTETS { Err(EmailError::TooLong) } else { Ok(Self(email)) }
    }
}

parsed!(Email, EmailError, "an email address");

/// Why a text is no email address. Whoever typed it is at fault: show them the sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EmailError {
    /// It has more than 254 octets, as written or with its domain in ASCII.
    TooLong,
    /// It has no `@`, or more than one.
    At,
    /// More than 64 octets stand before the `@`.
    LocalTooLong,
    /// Before the `@` stands nothing, or a character that may not stand there.
    Local,
    /// What follows the `@` is no domain.
    Domain,
}

impl EmailError {
    /// Returns the code for [`Invalid`](crate::Invalid), the same in every later version.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLong => "email_too_long",
            Self::At => "email_at",
            Self::LocalTooLong => "email_local_too_long",
            Self::Local => "email_local",
            Self::Domain => "email_domain",
        }
    }
}

impl fmt::Display for EmailError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "an email address has at most 254 characters",
            Self::At => "an email address has exactly one @, as in name@example.com",
            Self::LocalTooLong => "an email address has at most 64 characters before the @",
            Self::Local => {
                "before the @ of an email address may stand English letters, digits, dots and some \
                 punctuation, but no spaces"
            }
            Self::Domain => "after the @ of an email address stands a domain, as in example.com",
        })
    }
}

/// The `atext` of RFC 5322, and the dot.
const fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'.' | b'!'
                | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'/'
                | b'='
                | b'?'
                | b'^'
                | b'_'
                | b'`'
                | b'{'
                | b'|'
                | b'}'
                | b'~'
                | b'-'
        )
}

/// A label in lower case, with neither end a hyphen.
fn is_label(label: &str) -> bool {
    (1..=MAX_LABEL_OCTETS).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

/// A path of 256 octets has angle brackets around the address: RFC 5321, section 4.5.3.1.3.
const MAX_OCTETS: usize = 254;
const MAX_LOCAL_OCTETS: usize = 64;
const MAX_DOMAIN_OCTETS: usize = 253;
const MAX_LABEL_OCTETS: usize = 63;
