//! Text in the content of an element, and in a quoted attribute value.

use std::borrow::Cow;

use core::fmt;

use super::runs::{self, Escape};

/// Encodes text for the content of an element. The [module](super) has an example.
///
/// That it is text cannot be forgotten, nor is it encoded twice: what is wrapped already does not
/// wrap again.
///
/// ```compile_fail,E0308
/// # // asvs: V1.1.2
/// use bartizan_html::encode;
///
/// let _ = encode::text(encode::text("Tom & Jerry"));
/// ```
#[must_use]
pub const fn text(text: &str) -> Text<'_> {
    Text(text)
}

/// Encodes text for an attribute value between double or single quotes. The [module](super) has
/// an example.
///
/// ```compile_fail,E0308
/// # // asvs: V1.1.2
/// use bartizan_html::encode;
///
/// let _ = encode::attribute(encode::text("Tom & Jerry"));
/// ```
#[must_use]
pub const fn attribute(value: &str) -> Attribute<'_> {
    Attribute(value)
}

/// Text that encodes itself when it is displayed, as the content of an element.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a>(&'a str);

impl<'a> Text<'a> {
    /// Returns the encoded text, borrowed when there was nothing to encode.
    ///
    /// ```
    /// use std::borrow::Cow;
    ///
    /// use bartizan_html::encode;
    ///
    /// assert_eq!(encode::text("a < b").to_cow(), "a &lt; b");
    /// assert!(matches!(encode::text("a = b").to_cow(), Cow::Borrowed(_)));
    /// ```
    #[must_use]
    pub fn to_cow(self) -> Cow<'a, str> {
        if is_long_and_simple(self.0) && next_markup(self.0).is_none() {
            return Cow::Borrowed(self.0);
        }
        runs::collect::<InText>(self.0)
    }

    /// Writes the encoded text, somewhat faster than `write!` does.
    ///
    /// ```
    /// use bartizan_html::encode;
    ///
    /// let mut page = String::from("<p>");
    /// encode::text("a < b").write_to(&mut page)?;
    /// assert_eq!(page, "<p>a &lt; b");
    /// # Ok::<(), core::fmt::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`fmt::Error`] when `out` returns it.
    pub fn write_to(self, out: &mut (impl fmt::Write + ?Sized)) -> fmt::Result {
        if is_long_and_simple(self.0) {
            write_simple(self.0, out)
        } else {
            runs::write::<InText, _>(self.0, out)
        }
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_to(f)
    }
}

/// Text that encodes itself when it is displayed, as an attribute value between quotes.
#[derive(Clone, Copy, Debug)]
pub struct Attribute<'a>(&'a str);

impl<'a> Attribute<'a> {
    /// Returns the encoded value, borrowed when there was nothing to encode.
    ///
    /// ```
    /// use bartizan_html::encode;
    ///
    /// assert_eq!(encode::attribute("it's").to_cow(), "it&#39;s");
    /// ```
    #[must_use]
    pub fn to_cow(self) -> Cow<'a, str> {
        runs::collect::<InAttribute>(self.0)
    }

    /// Writes the encoded value, somewhat faster than `write!` does.
    ///
    /// ```
    /// use bartizan_html::encode;
    ///
    /// let mut page = String::from("<p title=\"");
    /// encode::attribute("it's").write_to(&mut page)?;
    /// assert_eq!(page, "<p title=\"it&#39;s");
    /// # Ok::<(), core::fmt::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`fmt::Error`] when `out` returns it.
    pub fn write_to(self, out: &mut (impl fmt::Write + ?Sized)) -> fmt::Result {
        runs::write::<InAttribute, _>(self.0, out)
    }
}

impl fmt::Display for Attribute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_to(f)
    }
}

/// Encodes all that is written through it as the content of an element: what a value displays goes
/// into a page without being collected first.
///
/// ```
/// use std::fmt::Write as _;
///
/// use bartizan_html::encode;
///
/// let mut page = String::from("<p>");
/// write!(encode::TextWriter::new(&mut page), "{:?}", Some("<b>"))?;
/// assert_eq!(page, "<p>Some(\"&lt;b&gt;\")");
/// # Ok::<(), core::fmt::Error>(())
/// ```
#[derive(Debug)]
pub struct TextWriter<'a, W: ?Sized>(&'a mut W);

impl<'a, W: fmt::Write + ?Sized> TextWriter<'a, W> {
    /// Writes to `out`.
    pub const fn new(out: &'a mut W) -> Self {
        Self(out)
    }
}

impl<W: fmt::Write + ?Sized> fmt::Write for TextWriter<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        Text(text).write_to(self.0)
    }
}

/// Encodes all that is written through it as an attribute value between quotes.
///
/// ```
/// use std::fmt::Write as _;
///
/// use bartizan_html::encode;
///
/// let mut page = String::from("<p title=\"");
/// write!(encode::AttributeWriter::new(&mut page), "{:?}", Some("<b>"))?;
/// assert_eq!(page, "<p title=\"Some(&quot;&lt;b&gt;&quot;)");
/// # Ok::<(), core::fmt::Error>(())
/// ```
#[derive(Debug)]
pub struct AttributeWriter<'a, W: ?Sized>(&'a mut W);

impl<'a, W: fmt::Write + ?Sized> AttributeWriter<'a, W> {
    /// Writes to `out`.
    pub const fn new(out: &'a mut W) -> Self {
        Self(out)
    }
}

impl<W: fmt::Write + ?Sized> fmt::Write for AttributeWriter<'_, W> {
    fn write_str(&mut self, value: &str) -> fmt::Result {
        Attribute(value).write_to(self.0)
    }
}

struct InText;

impl Escape for InText {
    fn distance(byte: u8) -> u8 {
        // `<` and `>` differ in one bit; U+0000 and a carriage return are looked for together.
        (byte ^ b'&').min((byte | 2) ^ b'>').min(byte & !b'\r')
    }

    fn escape<W: fmt::Write + ?Sized>(rest: &[u8], out: &mut W) -> Result<usize, fmt::Error> {
        // Each escape is written where its length is known when this is compiled, which is faster
        // than copying a string of any length.
        match rest {
            [b'&', ..] => out.write_str("&amp;")?,
            [b'<', ..] => out.write_str("&lt;")?,
            [b'>', ..] => out.write_str("&gt;")?,
            [b'\r', ..] => out.write_str("&#13;")?,
            [b'\0', ..] => out.write_str("\u{fffd}")?,
            _ => return Ok(0),
        }
        Ok(1)
    }
}

struct InAttribute;

impl Escape for InAttribute {
    fn distance(byte: u8) -> u8 {
        // `&` and `'` differ in one bit, too.
        let quotes = (byte ^ b'"').min((byte | 1) ^ b'\'');
        quotes.min((byte | 2) ^ b'>').min(byte & !b'\r')
    }

    fn escape<W: fmt::Write + ?Sized>(rest: &[u8], out: &mut W) -> Result<usize, fmt::Error> {
        match rest {
            [b'"', ..] => out.write_str("&quot;")?,
            [b'\'', ..] => out.write_str("&#39;")?,
            [b'&', ..] => out.write_str("&amp;")?,
            [b'<', ..] => out.write_str("&lt;")?,
            [b'>', ..] => out.write_str("&gt;")?,
            [b'\r', ..] => out.write_str("&#13;")?,
            [b'\0', ..] => out.write_str("\u{fffd}")?,
            _ => return Ok(0),
        }
        Ok(1)
    }
}

/// Whether `memchr`, which takes longer to begin, is the faster way through.
fn is_long_and_simple(text: &str) -> bool {
    text.len() >= LONG && memchr::memchr2(b'\0', b'\r', text.as_bytes()).is_none()
}

fn next_markup(text: &str) -> Option<usize> {
    memchr::memchr3(b'&', b'<', b'>', text.as_bytes())
}

fn write_simple(text: &str, out: &mut (impl fmt::Write + ?Sized)) -> fmt::Result {
    let mut rest = text;
    while let Some((run, after)) = next_markup(rest).and_then(|at| rest.split_at_checked(at)) {
        out.write_str(run)?;
        let escaped = InText::escape(after.as_bytes(), out)?;
        rest = after.get(escaped..).unwrap_or_default();
    }
    out.write_str(rest)
}

const LONG: usize = 256;
