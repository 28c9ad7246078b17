//! Strings in style sheets.

use core::fmt;

use super::runs::{self, Escape};

/// Encodes text as a string of CSS, quotes and all, within a `style` element
/// ([CSS Syntax, section 4.3.5]).
///
/// It is for where CSS takes a string, as in `content` or an attribute selector, not for `url()`,
/// `@import`, names or numbers. CSS cannot carry U+0000, and that becomes U+FFFD.
///
/// [CSS Syntax, section 4.3.5]: https://www.w3.org/TR/css-syntax-3/#consume-string-token
///
/// ```
/// use bartizan_html::encode;
///
/// let rule = format!("p::after {{ content: {} }}", encode::css_string("</style>\""));
/// assert_eq!(rule, r#"p::after { content: "\3c /style\3e \22 " }"#);
/// ```
#[must_use]
pub const fn css_string(text: &str) -> CssString<'_> {
    CssString(text)
}

/// Text that encodes itself when it is displayed, as a string within a `style` element.
#[derive(Clone, Copy, Debug)]
pub struct CssString<'a>(&'a str);

impl<'a> CssString<'a> {
    /// Encodes the string for a `style` attribute instead.
    ///
    /// ```
    /// use bartizan_html::encode;
    ///
    /// let style = format!("quotes: {}", encode::css_string("<").in_attribute());
    /// assert_eq!(style, "quotes: &quot;\\3c &quot;");
    /// ```
    #[must_use]
    pub const fn in_attribute(self) -> CssStringInAttribute<'a> {
        CssStringInAttribute(self.0)
    }
}

impl fmt::Display for CssString<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        runs::write::<InCssString, _>(self.0, f)?;
        f.write_str("\"")
    }
}

/// Text that encodes itself when it is displayed, as a string of CSS within a `style` attribute
/// between quotes.
#[derive(Clone, Copy, Debug)]
pub struct CssStringInAttribute<'a>(&'a str);

impl fmt::Display for CssStringInAttribute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("&quot;")?;
        runs::write::<InCssString, _>(self.0, f)?;
        f.write_str("&quot;")
    }
}

struct InCssString;

impl Escape for InCssString {
    fn distance(byte: u8) -> u8 {
        // Controls; both quotes and `&` (and `#`); a backslash; `<` and `>`.
        (byte & 0xe0).min((byte | 5) ^ b'\'').min(byte ^ b'\\').min((byte | 2) ^ b'>')
    }

    fn escape<W: fmt::Write + ?Sized>(rest: &[u8], out: &mut W) -> Result<usize, fmt::Error> {
        match rest {
            [b'\0', ..] => out.write_str("\u{fffd}")?,
            // The space ends the number, whatever follows.
            [byte @ (..b' ' | b'"' | b'\'' | b'&' | b'\\' | b'<' | b'>'), ..] => {
                write!(out, "\\{byte:x} ")?;
            }
            _ => return Ok(0),
        }
        Ok(1)
    }
}
