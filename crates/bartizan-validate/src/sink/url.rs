//! Text in one component of a URL.
//!
//! Everything is percent-encoded but English letters, digits, `-`, `.`, `_` and `~`: what [RFC 3986,
//! section 2.3], calls unreserved, and less than each [percent-encode set] of the URL standard leaves
//! alone. A form is encoded as [`application/x-www-form-urlencoded`] wants it. The parts between
//! (scheme, host, slashes, question mark) are yours to write; a whole URL from a user is to be
//! parsed, not encoded.
//!
//! ```
//! use bartizan_validate::sink::{Unencodable, url};
//!
//! let (name, query) = (url::segment("a/b?c")?, url::query("1+1=2&x"));
//! assert_eq!(
//!     format!("https://example.com/files/{name}?q={query}#{}", url::fragment("§ 2")),
//!     "https://example.com/files/a%2Fb%3Fc?q=1%2B1%3D2%26x#%C2%A7%202",
//! );
//! assert_eq!(format!("q={}", url::form("a b~c")), "q=a+b%7Ec");
//! assert_eq!(url::segment("..").map(drop), Err(Unencodable::Dots));
//! # Ok::<(), Unencodable>(())
//! ```
//!
//! [RFC 3986, section 2.3]: https://www.rfc-editor.org/rfc/rfc3986#section-2.3
//! [percent-encode set]: https://url.spec.whatwg.org/#percent-encoded-bytes
//! [`application/x-www-form-urlencoded`]: https://url.spec.whatwg.org/#urlencoded-serializing

use core::fmt;

use super::Unencodable;
use super::encode::{self, encoder};

/// Encodes one segment of a path, the text between two slashes.
///
/// # Errors
///
/// - [`Unencodable::Dots`] for `.` and `..`: in any encoding they mean this folder and the one above
///   ([URL standard, section 4.1]).
/// - [`Unencodable::Empty`] without a character: at the beginning of a path it would make `//`, which
///   begins a host, and servers merge slashes.
///
/// The [module](self) has an example.
///
/// [URL standard, section 4.1]: https://url.spec.whatwg.org/#double-dot-path-segment
pub fn segment(text: &str) -> Result<Segment<'_>, Unencodable> {
    match text {
        "" => Err(Unencodable::Empty),
        "." | ".." => Err(Unencodable::Dots),
        text => Ok(Segment(text)),
    }
}

encoder! {
    /// A segment of the path of a URL.
    Segment, is_plain, write
}

/// Encodes a name or a value in a query. The [module](self) has an example.
pub const fn query(text: &str) -> QueryValue<'_> {
    QueryValue(text)
}

encoder! {
    /// A name or a value in the query of a URL.
    QueryValue, is_plain, write
}

/// Encodes text for a fragment. The [module](self) has an example.
pub const fn fragment(text: &str) -> Fragment<'_> {
    Fragment(text)
}

encoder! {
    /// The fragment of a URL, without the number sign.
    Fragment, is_plain, write
}

/// Encodes a name or a value in a form. The [module](self) has an example.
pub const fn form(text: &str) -> FormValue<'_> {
    FormValue(text)
}

encoder! {
    /// A name or a value in a form: `application/x-www-form-urlencoded`.
    FormValue, is_plain_form, write_form
}

pub(super) const fn is_special(byte: u8) -> bool {
    !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~'))
}

fn is_plain(text: &str) -> bool {
    encode::is_plain(text, is_special)
}

pub(super) fn write(text: &str, out: &mut impl fmt::Write) -> fmt::Result {
    encode::write(text, out, is_special, write_percent)
}

const fn is_special_form(byte: u8) -> bool {
    !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'*'))
}

fn is_plain_form(text: &str) -> bool {
    encode::is_plain(text, is_special_form)
}

fn write_form(text: &str, out: &mut impl fmt::Write) -> fmt::Result {
    encode::write(text, out, is_special_form, |character, out| match character {
        ' ' => out.write_char('+'),
        character => write_percent(character, out),
    })
}

fn write_percent(character: char, out: &mut impl fmt::Write) -> fmt::Result {
    character
        .encode_utf8(&mut [0; 4])
        .bytes()
        .try_for_each(|byte| out.write_str(encode::percent(byte)))
}
