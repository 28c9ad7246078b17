//! Text in the header of a mail message.
//!
//! ASCII stays readable; all else becomes encoded words ([RFC 2047]) in UTF-8 and Base64. Long text
//! is folded ([RFC 5322, section 2.2.3]): what comes out may have line breaks, each with a space
//! after it. There is room in the first line for a field name of up to 22 characters.
//!
//! ```
//! use bartizan_validate::Email;
//! use bartizan_validate::sink::{Unencodable, mail};
//!
//! let email: Email = "alice@example.com".parse()?;
//! let to = mail::address("Alice, or Al", &email)?;
//! assert_eq!(format!("To: {to}\r\n"), "To: \"Alice, or Al\" <alice@example.com>\r\n");
//!
//! let subject = mail::header("Grüße")?;
//! assert_eq!(format!("Subject: {subject}\r\n"), "Subject: =?UTF-8?B?R3LDvMOfZQ==?=\r\n");
//!
//! assert_eq!(mail::header("Hi\r\nBcc: eve@example.com").map(drop), Err(Unencodable::Character));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [RFC 2047]: https://www.rfc-editor.org/rfc/rfc2047#section-2
//! [RFC 5322, section 2.2.3]: https://www.rfc-editor.org/rfc/rfc5322#section-2.2.3

use core::fmt;

use super::Unencodable;
use super::encode;
use crate::Email;

/// Encodes the text of an unstructured field, such as `Subject`: [RFC 5322, section 3.6.5], and
/// [RFC 2047, section 5], rule 1.
///
/// # Errors
///
/// - [`Unencodable::Character`] with a control character, line breaks among them.
/// - [`Unencodable::Dots`] for one dot, which alone on a line ends a message.
///
/// The [module](self) has an example.
///
/// [RFC 5322, section 3.6.5]: https://www.rfc-editor.org/rfc/rfc5322#section-3.6.5
/// [RFC 2047, section 5]: https://www.rfc-editor.org/rfc/rfc2047#section-5
pub fn header(text: &str) -> Result<HeaderText<'_>, Unencodable> {
    refuse(text).map(|()| HeaderText(text))
}

/// The text of an unstructured field of a mail header, folded.
#[derive(Clone, Copy, Debug)]
#[must_use = "it encodes itself when it is displayed"]
pub struct HeaderText<'a>(&'a str);

impl fmt::Display for HeaderText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_readable(self.0) { fold(self.0, f) } else { encoded_words(self.0, f) }
    }
}

/// Encodes the name that is shown for an address: [RFC 5322, section 3.2.5], and
/// [RFC 2047, section 5], rule 3.
///
/// ```
/// use bartizan_validate::sink::mail;
///
/// assert_eq!(mail::display_name(r#"Al "the" Boss"#)?.to_string(), r#""Al \"the\" Boss""#);
/// # Ok::<(), bartizan_validate::sink::Unencodable>(())
/// ```
///
/// # Errors
///
/// Those of [`header`], and [`Unencodable::Empty`] without a character that is not white space.
///
/// [RFC 5322, section 3.2.5]: https://www.rfc-editor.org/rfc/rfc5322#section-3.2.5
/// [RFC 2047, section 5]: https://www.rfc-editor.org/rfc/rfc2047#section-5
pub fn display_name(text: &str) -> Result<DisplayName<'_>, Unencodable> {
    refuse(text)?;
    if text.trim().is_empty() { Err(Unencodable::Empty) } else { Ok(DisplayName(text)) }
}

/// The name that is shown for a mail address.
#[derive(Clone, Copy, Debug)]
#[must_use = "it encodes itself when it is displayed"]
pub struct DisplayName<'a>(&'a str);

impl DisplayName<'_> {
    fn is_quoted(self) -> bool {
        is_readable(self.0) && self.0.len() <= FIRST_LINE
    }
}

impl fmt::Display for DisplayName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_quoted() { quoted(self.0, f) } else { encoded_words(self.0, f) }
    }
}

/// Encodes an address with the name that is shown for it: [RFC 5322, section 3.4]. The [module](self)
/// has an example.
///
/// Use this without a name, too, if the address comes from a user: `mail::address(None, &email)`.
///
/// # Errors
///
/// Those of [`display_name`].
///
/// [RFC 5322, section 3.4]: https://www.rfc-editor.org/rfc/rfc5322#section-3.4
pub fn address<'a>(
    name: impl Into<Option<&'a str>>,
    email: &'a Email,
) -> Result<Address<'a>, Unencodable> {
    let name = name.into().map(display_name).transpose()?;
    Ok(Address { name, email })
}

/// A mail address, with the name that is shown for it if there is one.
#[derive(Clone, Copy, Debug)]
#[must_use = "it encodes itself when it is displayed"]
pub struct Address<'a> {
    name: Option<DisplayName<'a>>,
    email: &'a Email,
}

impl fmt::Display for Address<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = self.name {
            // A line with an encoded word is to be short: RFC 2047, section 2.
            let space = if name.is_quoted() { " " } else { "\r\n " };
            write!(f, "{name}{space}")?;
        }
        f.write_str("<")?;
        let local = self.email.local();
        // HTML allows dots where RFC 5322, section 3.2.3, wants quotes for them.
        if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
            quoted(local, f)?;
        } else {
            f.write_str(local)?;
        }
        write!(f, "@{}>", self.email.domain())
    }
}

fn refuse(text: &str) -> Result<(), Unencodable> {
    if text.contains(char::is_control) {
        return Err(Unencodable::Character);
    }
    if text.trim() == "." { Err(Unencodable::Dots) } else { Ok(()) }
}

/// Whether every reader gives the text back without encoding, wherever it is folded between words.
fn is_readable(text: &str) -> bool {
    encode::is_plain(text, |byte| !matches!(byte, b' '..=b'~'))
        // That would be read as an encoded word.
        && !text.contains("=?")
        && (text.is_empty()
            || text.split(' ').all(|word| (1..=FIRST_LINE).contains(&word.len())))
}

/// Breaks lines at spaces.
fn fold(text: &str, out: &mut impl fmt::Write) -> fmt::Result {
    let (mut column, mut limit) = (0_usize, FIRST_LINE);
    for (position, word) in text.split(' ').enumerate() {
        let after = column.saturating_add(word.len()).saturating_add(1);
        if position == 0 {
            column = word.len();
        } else if after <= limit {
            out.write_str(" ")?;
            column = after;
        } else {
            out.write_str("\r\n ")?;
            column = word.len().saturating_add(1);
            limit = LINE;
        }
        out.write_str(word)?;
    }
    Ok(())
}

/// A quoted string: RFC 5322, section 3.2.4.
fn quoted(text: &str, out: &mut impl fmt::Write) -> fmt::Result {
    out.write_str("\"")?;
    encode::write(
        text,
        out,
        |byte| matches!(byte, b'"' | b'\\'),
        |special, out| {
            out.write_char('\\')?;
            out.write_char(special)
        },
    )?;
    out.write_str("\"")
}

/// Encoded words, one a line, each of whole characters: RFC 2047, sections 2 and 5.
fn encoded_words(text: &str, out: &mut impl fmt::Write) -> fmt::Result {
    let (mut rest, mut limit) = (text, FIRST_WORD_BYTES);
    while !rest.is_empty() {
        let (word, after) = split(rest, limit);
        out.write_str(if limit == WORD_BYTES { "\r\n =?UTF-8?B?" } else { "=?UTF-8?B?" })?;
        base64(word.as_bytes(), out)?;
        out.write_str("?=")?;
        (rest, limit) = (after, WORD_BYTES);
    }
    Ok(())
}

/// The longest beginning of whole characters. A character has at most four bytes.
fn split(text: &str, max_bytes: usize) -> (&str, &str) {
    (0..4)
        .find_map(|less| text.split_at_checked(max_bytes.saturating_sub(less)))
        .unwrap_or((text, ""))
}

/// Base64 with padding: RFC 4648, section 4.
fn base64(bytes: &[u8], out: &mut impl fmt::Write) -> fmt::Result {
    for three in bytes.chunks(3) {
        let byte = |place: usize| three.get(place).copied().unwrap_or_default();
        let (first, second, third) = (byte(0), byte(1), byte(2));
        let digits = [
            first >> 2,
            (first & 0b11) << 4 | second >> 4,
            (second & 0b1111) << 2 | third >> 6,
            third & 0b11_1111,
        ];
        for (place, digit) in digits.into_iter().enumerate() {
            let digit = DIGITS.get(usize::from(digit)).filter(|_| place <= three.len());
            out.write_char(digit.map_or('=', |digit| char::from(*digit)))?;
        }
    }
    Ok(())
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// A line with an encoded word has at most 76 characters: RFC 2047, section 2.
const LINE: usize = 76;
/// What is left of the first line after a field name of 22 characters, a colon and a space.
const FIRST_LINE: usize = 52;
/// As many bytes fill an encoded word of 52 and of 72 characters.
const FIRST_WORD_BYTES: usize = 30;
const WORD_BYTES: usize = 45;
