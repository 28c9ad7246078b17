//! Values in LDAP: in a search filter, and in a distinguished name.
//!
//! Only values are encoded: write the names of attributes yourself.
//!
//! ```
//! use bartizan_validate::sink::ldap;
//!
//! let (name, unit) = ("Babs (CEO)", "R&D, Sales");
//! assert_eq!(format!("(cn={})", ldap::filter(name)), r"(cn=Babs \28CEO\29)");
//! assert_eq!(format!("OU={},DC=example", ldap::dn(unit)), r"OU=R&D\, Sales,DC=example");
//! ```

use core::fmt;

use super::encode::{self, encoder};

/// Encodes a value of a search filter: [RFC 4515, section 3].
///
/// Backslash, asterisk, parentheses and control characters become a backslash and two hexadecimal
/// digits. The value may stand for a whole one, as in `(cn=VALUE)`, or for a part, as in
/// `(cn=VALUE*)`. The [module](self) has an example.
///
/// [RFC 4515, section 3]: https://www.rfc-editor.org/rfc/rfc4515#section-3
pub const fn filter(value: &str) -> FilterValue<'_> {
    FilterValue(value)
}

encoder! {
    /// A value of an LDAP search filter.
    FilterValue, is_plain_filter, write_filter
}

/// Encodes a value of a distinguished name: [RFC 4514, section 2.4].
///
/// What has a meaning there gets a backslash in front, and so do a space at either end and a number
/// sign at the beginning; control characters become a backslash and two hexadecimal digits. The
/// [module](self) has an example.
///
/// [RFC 4514, section 2.4]: https://www.rfc-editor.org/rfc/rfc4514#section-2.4
pub const fn dn(value: &str) -> DnValue<'_> {
    DnValue(value)
}

encoder! {
    /// A value of an LDAP distinguished name.
    DnValue, is_plain_dn, write_dn
}

const fn is_special_filter(byte: u8) -> bool {
    byte < b' ' || matches!(byte, b'(' | b')' | b'*' | b'\\' | 0x7f)
}

fn is_plain_filter(value: &str) -> bool {
    encode::is_plain(value, is_special_filter)
}

fn write_filter(value: &str, out: &mut impl fmt::Write) -> fmt::Result {
    encode::write(value, out, is_special_filter, |character, out| {
        out.write_str(match character {
            '(' => r"\28",
            ')' => r"\29",
            '*' => r"\2a",
            '\\' => r"\5c",
            control => return write_pair(control, out),
        })
    })
}

const fn is_special_dn(byte: u8) -> bool {
    byte < b' ' || matches!(byte, b'"' | b'+' | b',' | b';' | b'<' | b'=' | b'>' | b'\\' | 0x7f)
}

fn is_plain_dn(value: &str) -> bool {
    encode::is_plain(value, is_special_dn)
        && !value.starts_with([' ', '#'])
        && !value.ends_with(' ')
}

fn write_dn(value: &str, out: &mut impl fmt::Write) -> fmt::Result {
    if value.starts_with([' ', '#']) {
        out.write_char('\\')?;
    }
    // A space alone is at both ends, and has its backslash.
    let before_last_space = value.strip_suffix(' ').filter(|before| !before.is_empty());
    encode::write(before_last_space.unwrap_or(value), out, is_special_dn, |character, out| {
        if character.is_ascii_control() {
            return write_pair(character, out);
        }
        out.write_char('\\')?;
        out.write_char(character)
    })?;
    if before_last_space.is_some() { out.write_str(r"\ ") } else { Ok(()) }
}

/// Both grammars have the same pairs.
fn write_pair(control: char, out: &mut impl fmt::Write) -> fmt::Result {
    out.write_char('\\')?;
    u8::try_from(control).map_or(Err(fmt::Error), |byte| out.write_str(encode::hex(byte)))
}
