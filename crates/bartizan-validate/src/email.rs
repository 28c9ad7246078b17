//! Email addresses.

use std::borrow::Cow;

use crate::domain;
use crate::parsed::{canonical, refusals};

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

    fn canonical(text: &str) -> Result<Cow<'_, str>, EmailError> {
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
        let email = match domain::canonical(domain).ok_or(EmailError::Domain)? {
            Cow::Borrowed(same) if same.len() == domain.len() => Cow::Borrowed(text),
            domain => Cow::Owned(format!("{local}@{domain}")),
        };
        if email.len() > MAX_OCTETS { Err(EmailError::TooLong) } else { Ok(email) }
    }
}

canonical!([] Email, EmailError, "an email address");

refusals! {
    /// Why a text is no email address. Whoever typed it is at fault: show them the sentence.
    EmailError {
        /// It has more than 254 octets, as written or with its domain in ASCII.
        TooLong: "email_too_long", "an email address has at most 254 characters";
        /// It has no `@`, or more than one.
        At: "email_at", "an email address has exactly one @, as in name@example.com";
        /// More than 64 octets stand before the `@`.
        LocalTooLong: "email_local_too_long",
            "an email address has at most 64 characters before the @";
        /// Before the `@` stands nothing, or a character that may not stand there.
        Local: "email_local",
            "before the @ of an email address may stand English letters, digits, dots and some \
             punctuation, but no spaces";
        /// What follows the `@` is no domain.
        Domain: "email_domain", "after the @ of an email address stands a domain, as in example.com";
    }
}

/// The dot and the `atext` of RFC 5322.
const fn is_local(byte: u8) -> bool {
    byte == b'.' || is_atext(byte)
}

/// A character of an atom: RFC 5322, section 3.2.3.
pub(crate) const fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'/' | b'=' | b'?')
        || matches!(byte, b'^'..=b'`' | b'{'..=b'~')
}

/// A path of 256 octets has angle brackets around the address: RFC 5321, section 4.5.3.1.3.
pub(crate) const MAX_OCTETS: usize = 254;
pub(crate) const MAX_LOCAL_OCTETS: usize = 64;
