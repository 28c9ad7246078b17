//! Values of HTTP header fields.
//!
//! ```
//! use bartizan_validate::sink::{Unencodable, http};
//!
//! assert_eq!(format!("X-Reason: {}", http::header_value("not today")?), "X-Reason: not today");
//! assert_eq!(http::header_value("a\nX-Admin: 1").map(drop), Err(Unencodable::Character));
//! assert_eq!(
//!     http::attachment("Übersicht.pdf")?.to_string(),
//!     "attachment; filename=\"_bersicht.pdf\"; filename*=UTF-8''%C3%9Cbersicht.pdf",
//! );
//! # Ok::<(), Unencodable>(())
//! ```

use core::fmt;

use super::Unencodable;
use super::encode;
use super::url;
use crate::unicode::is_bidi_control;

/// Takes a text as the value of a header field: [RFC 9110, section 5.5].
///
/// There is no encoding that every recipient would undo: a text is its own value, or none. What
/// commas, semicolons and quotes mean is up to the field.
///
/// # Errors
///
/// - [`Unencodable::Character`] with a control character but the tab, or one outside ASCII, which
///   recipients read in different ways.
/// - [`Unencodable::Space`] with a space or a tab at either end, which recipients drop.
///
/// The [module](self) has an example.
///
/// [RFC 9110, section 5.5]: https://www.rfc-editor.org/rfc/rfc9110#section-5.5
pub fn header_value(text: &str) -> Result<HeaderValue<'_>, Unencodable> {
    if !encode::is_plain(text, |byte| !matches!(byte, b'\t' | b' '..=b'~')) {
        return Err(Unencodable::Character);
    }
    if text.starts_with([' ', '\t']) || text.ends_with([' ', '\t']) {
        return Err(Unencodable::Space);
    }
    Ok(HeaderValue(text))
}

/// The value of an HTTP header field.
#[derive(Clone, Copy, Debug)]
pub struct HeaderValue<'a>(&'a str);

impl<'a> HeaderValue<'a> {
    /// Returns the value, which is the text.
    #[must_use]
    pub const fn as_str(self) -> &'a str {
        self.0
    }
}

impl fmt::Display for HeaderValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Makes the value of `Content-Disposition` for a response that is to be stored: [RFC 6266].
///
/// A name that every client reads alike is written between quotes. Any other is written so, with
/// underscores, for old clients and as [RFC 8187] has it for the rest.
///
/// # Errors
///
/// - [`Unencodable::Empty`] without a character.
/// - [`Unencodable::TooLong`] with more than 255 bytes, which no file system takes.
/// - [`Unencodable::Dots`] for `.` and `..`.
/// - [`Unencodable::Character`] with a control character, a slash or a backslash, or one that
///   reorders the text around it, and so could hide what kind of file it is.
///
/// The [module](self) has an example.
///
/// [RFC 6266]: https://www.rfc-editor.org/rfc/rfc6266#section-4
/// [RFC 8187]: https://www.rfc-editor.org/rfc/rfc8187#section-3.2
pub fn attachment(file_name: &str) -> Result<ContentDisposition<'_>, Unencodable> {
    disposition("attachment", file_name)
}

/// Makes the value of `Content-Disposition` for a response that is to be shown, and has this name if
/// it is stored after all.
///
/// ```
/// use bartizan_validate::sink::http;
///
/// let value = http::inline("a b.png")?;
/// assert_eq!(value.to_string(), r#"inline; filename="a b.png""#);
/// # Ok::<(), bartizan_validate::sink::Unencodable>(())
/// ```
///
/// # Errors
///
/// Those of [`attachment`].
pub fn inline(file_name: &str) -> Result<ContentDisposition<'_>, Unencodable> {
    disposition("inline", file_name)
}

fn disposition<'a>(
    kind: &'static str,
    file_name: &'a str,
) -> Result<ContentDisposition<'a>, Unencodable> {
    let refused = |character: char| {
        character.is_control()
            || matches!(character, '/' | '\\' | '\u{2028}' | '\u{2029}')
            || is_bidi_control(character)
    };
    match file_name {
        "" => Err(Unencodable::Empty),
        "." | ".." => Err(Unencodable::Dots),
        name if name.len() > MAX_FILE_NAME_BYTES => Err(Unencodable::TooLong),
        name if name.contains(refused) => Err(Unencodable::Character),
        file_name => Ok(ContentDisposition { kind, file_name }),
    }
}

/// The value of the header field `Content-Disposition`.
#[derive(Clone, Copy, Debug)]
#[must_use = "it encodes itself when it is displayed"]
pub struct ContentDisposition<'a> {
    kind: &'static str,
    file_name: &'a str,
}

impl fmt::Display for ContentDisposition<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; filename=\"", self.kind)?;
        encode::write(self.file_name, f, is_read_differently, |_, f| f.write_str("_"))?;
        if encode::is_plain(self.file_name, is_read_differently) {
            return f.write_str("\"");
        }
        f.write_str("\"; filename*=UTF-8''")?;
        url::write(self.file_name, f)
    }
}

/// What clients undo, or do not, within the quotes: RFC 6266, appendix D.
const fn is_read_differently(byte: u8) -> bool {
    !byte.is_ascii() || matches!(byte, b'"' | b'%' | b'\\')
}

const MAX_FILE_NAME_BYTES: usize = 255;
