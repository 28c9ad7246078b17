//! Email addresses, as mail servers exchange them.

use core::fmt::Write as _;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::borrow::Cow;

use crate::Email;
use crate::domain;
use crate::email::{MAX_LOCAL_OCTETS, MAX_OCTETS, is_atext};
use crate::parsed::{canonical, refusals};

/// An email address, as mail servers exchange them: the `Mailbox` of [RFC 5321, section 4.1.2].
///
/// Take an [`Email`] from a form; take this where every address that a server may have must pass.
/// What stands before the `@` is words with single dots between them, or quoted: `"two words"`.
/// It is kept in the simplest of its forms, with no quotation and no backslash that is not needed,
/// and its letters as they are. After the `@` stands a domain, kept as in an [`Email`], or an
/// address: `[192.0.2.1]`, `[IPv6:2001:db8::1]`; no other literal. At most 254 octets, of which 64
/// before the `@`.
///
/// It has no control character, so nothing can be added to a mail header or an SMTP command. It
/// may have spaces, commas, `@` and angle brackets within quotation marks: give it to what knows of
/// quotation, and to nothing else. Letters other than English ones before the `@` ([RFC 6531]) are
/// refused.
///
/// ```
/// use bartizan_validate::{Mailbox, MailboxError};
///
/// let mailbox: Mailbox = r#""al\ice"@EXAMPLE.com"#.parse()?;
/// assert_eq!(mailbox.as_str(), "alice@example.com");
/// let mailbox: Mailbox = r#""two words"@[192.0.2.1]"#.parse()?;
/// assert_eq!((mailbox.local(), mailbox.domain()), (r#""two words""#, "[192.0.2.1]"));
/// assert_eq!("a..b@example.com".parse::<Mailbox>(), Err(MailboxError::Local));
/// # Ok::<(), MailboxError>(())
/// ```
///
/// [RFC 5321, section 4.1.2]: https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2
/// [RFC 6531]: https://www.rfc-editor.org/rfc/rfc6531
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mailbox(String);

impl Mailbox {
    /// Returns what stands before the `@`, quoted if it has to be.
    #[must_use]
    pub fn local(&self) -> &str {
        self.parts().0
    }

    /// Returns the domain, in lower case and ASCII, or the address in brackets.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.parts().1
    }

    fn parts(&self) -> (&str, &str) {
        self.0.rsplit_once('@').unwrap_or_default()
    }

    fn canonical(text: &str) -> Result<Cow<'_, str>, MailboxError> {
        if text.len() > MAX_OCTETS {
            return Err(MailboxError::TooLong);
        }
        // Neither a domain nor an address has an `@`.
        let (local, domain) = text.rsplit_once('@').ok_or(MailboxError::At)?;
        if local.len() > MAX_LOCAL_OCTETS {
            return Err(MailboxError::LocalTooLong);
        }
        let short_local = canonical_local(local).ok_or(MailboxError::Local)?;
        let short_domain = match domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(literal) => address(literal).map(Cow::Owned),
            None => domain::canonical(domain),
        };
        let short_domain = short_domain.ok_or(MailboxError::Domain)?;
        if *short_local == *local && *short_domain == *domain {
            return Ok(Cow::Borrowed(text));
        }
        let mailbox = format!("{short_local}@{short_domain}");
        if mailbox.len() > MAX_OCTETS { Err(MailboxError::TooLong) } else { Ok(mailbox.into()) }
    }
}

canonical!([] Mailbox, MailboxError, "an email address");

impl TryFrom<Email> for Mailbox {
    type Error = MailboxError;

    /// Fails for the addresses that browsers take and mail servers do not: `.a..b.@example.com`.
    fn try_from(email: Email) -> Result<Self, MailboxError> {
        String::from(email).try_into()
    }
}

refusals! {
    /// Why a text is no address of a mail server.
    MailboxError {
        /// It has more than 254 octets, as written or with its domain in ASCII.
        TooLong: "email_too_long", "an email address has at most 254 characters";
        /// It has no `@`.
        At: "email_at", "an email address has an @, as in name@example.com";
        /// More than 64 octets stand before the `@`.
        LocalTooLong: "email_local_too_long",
            "an email address has at most 64 characters before the @";
        /// Before the `@` stands neither words with single dots between them nor a quotation.
        Local: "email_local",
            "before the @ of an email address stand English letters, digits and some punctuation, \
             with single dots between them, or all of it is quoted";
        /// What follows the `@` is neither a domain nor an address in brackets.
        Domain: "email_domain", "after the @ of an email address stands a domain, as in example.com";
    }
}

fn canonical_local(local: &str) -> Option<Cow<'_, str>> {
    if is_dot_string(local) {
        return Some(Cow::Borrowed(local));
    }
    let content = unquote(local.strip_prefix('"')?.strip_suffix('"')?)?;
    Some(if is_dot_string(&content) { content.into() } else { quote(&content).into() })
}

fn is_dot_string(text: &str) -> bool {
    text.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atext))
}

/// Reads a `Quoted-string` without its quotation marks.
fn unquote(quoted: &str) -> Option<String> {
    let mut content = String::with_capacity(quoted.len());
    let mut bytes = quoted.bytes();
    while let Some(byte) = bytes.next() {
        let byte = match byte {
            b'\\' => bytes.next()?,
            b'"' => return None,
            byte => byte,
        };
        if !matches!(byte, b' '..=b'~') {
            return None;
        }
        content.push(char::from(byte));
    }
    Some(content)
}

fn quote(content: &str) -> String {
    let mut quoted = String::with_capacity(content.len().saturating_add(2));
    quoted.push('"');
    for character in content.chars() {
        if matches!(character, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(character);
    }
    quoted.push('"');
    quoted
}

/// Reads an address literal: RFC 5321, section 4.1.3.
fn address(literal: &str) -> Option<String> {
    let address = match literal.get(..5).filter(|tag| tag.eq_ignore_ascii_case("IPv6:")) {
        Some(_) => IpAddr::V6(literal.get(5..)?.parse::<Ipv6Addr>().ok()?),
        None => IpAddr::V4(literal.parse::<Ipv4Addr>().ok()?),
    };
    let mut text = String::from(if address.is_ipv6() { "[IPv6:" } else { "[" });
    // Writing to a string cannot fail.
    let _ = write!(text, "{address}]");
    Some(text)
}
