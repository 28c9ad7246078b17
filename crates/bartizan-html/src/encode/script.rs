//! Strings in scripts.

use core::fmt;

use super::runs::{self, Escape};

/// Encodes text as a string literal of JavaScript, quotes and all, within a `script` element.
///
/// The literal is JSON, too. It holds no `<`, `>`, `&`, `'` or line terminator (U+2028 and U+2029
/// are some to old browsers), so it ends neither the literal nor the element. It is not for
/// attributes such as `onclick`, which a Content Security Policy forbids anyway.
///
/// ```
/// use bartizan_html::encode;
///
/// let script = format!("greet({});", encode::js_string("</script>\"'"));
/// assert_eq!(script, r#"greet("\u003c/script\u003e\"\u0027");"#);
/// ```
#[must_use]
pub const fn js_string(text: &str) -> JsString<'_> {
    JsString(text)
}

/// Text that encodes itself when it is displayed, as a string literal within a `script` element.
#[derive(Clone, Copy, Debug)]
pub struct JsString<'a>(&'a str);

impl JsString<'_> {
    /// Writes the literal, somewhat faster than `write!` does.
    ///
    /// ```
    /// use bartizan_html::encode;
    ///
    /// let mut script = String::from("greet(");
    /// encode::js_string("you").write_to(&mut script)?;
    /// assert_eq!(script, "greet(\"you\"");
    /// # Ok::<(), core::fmt::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`fmt::Error`] when `out` returns it.
    pub fn write_to(self, out: &mut (impl fmt::Write + ?Sized)) -> fmt::Result {
        out.write_char('"')?;
        runs::write::<InJsString, _>(self.0, out)?;
        out.write_char('"')
    }
}

impl fmt::Display for JsString<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_to(f)
    }
}

struct InJsString;

impl Escape for InJsString {
    fn distance(byte: u8) -> u8 {
        // Controls; both quotes and `&` (and `#`); a backslash; `<` and `>`; U+2028 and U+2029.
        let ascii = (byte & 0xe0).min((byte | 5) ^ b'\'').min(byte ^ b'\\').min((byte | 2) ^ b'>');
        ascii.min(byte ^ SEPARATOR_LEAD)
    }

    fn escape<W: fmt::Write + ?Sized>(rest: &[u8], out: &mut W) -> Result<usize, fmt::Error> {
        match rest {
            [b'"', ..] => out.write_str("\\\"")?,
            [b'\\', ..] => out.write_str("\\\\")?,
            [b'\n', ..] => out.write_str("\\n")?,
            [byte @ (b'\'' | ..b' '), ..] => write!(out, "\\u{byte:04x}")?,
            _ => return escape_in_json(rest, out),
        }
        Ok(1)
    }
}

/// Escapes what may stand in a JSON string, but not in a script in HTML.
pub(super) fn escape_in_json<W: fmt::Write + ?Sized>(
    rest: &[u8],
    out: &mut W,
) -> Result<usize, fmt::Error> {
    let (escape, length) = match rest {
        [b'<', ..] => ("\\u003c", 1),
        [b'>', ..] => ("\\u003e", 1),
        [b'&', ..] => ("\\u0026", 1),
        [SEPARATOR_LEAD, 0x80, 0xa8, ..] => ("\\u2028", 3),
        [SEPARATOR_LEAD, 0x80, 0xa9, ..] => ("\\u2029", 3),
        _ => return Ok(0),
    };
    out.write_str(escape)?;
    Ok(length)
}

/// The first byte of U+2028 and U+2029.
pub(super) const SEPARATOR_LEAD: u8 = 0xe2;
