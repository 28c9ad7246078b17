//! Text that is to stay text: encoders for the two places in HTML where untrusted text may stand.
//!
//! [`text`](fn@text) is for the content of an ordinary element, [`attribute`] for a value
//! between quotes. Neither is for `script`, `style`, comments, attributes without quotes, names of
//! tags or attributes, or values that are a URL, an event handler or CSS: no escaping makes those
//! safe.
//!
//! A parser gives back exactly the text that was encoded, for every character that HTML can carry.
//! It cannot carry U+0000, and that becomes U+FFFD. A carriage return, which a parser would read
//! as a line feed, becomes `&#13;`. (One thing no encoder can help: a parser drops a line feed
//! right after `<pre>` or `<textarea>`, so a template writes one there itself.)
//!
//! ```
//! use bartizan_html::encode;
//!
//! let name = r#"<b> & "friends""#;
//! let html = format!(
//!     r#"<p title="{}">{}</p>"#,
//!     encode::attribute(name),
//!     encode::text(name),
//! );
//! assert_eq!(
//!     html,
//!     r#"<p title="&lt;b&gt; &amp; &quot;friends&quot;">&lt;b&gt; &amp; "friends"</p>"#,
//! );
//! ```

use std::borrow::Cow;

use core::fmt;

/// Encodes text for the content of an element. The [module](self) has an example.
#[must_use]
pub const fn text(text: &str) -> Text<'_> {
    Text(text)
}

/// Encodes text for an attribute value between double or single quotes. The [module](self) has an
/// example.
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
        collect(self.0, in_text)
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(self.0, in_text, f)
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
        collect(self.0, in_attribute)
    }
}

impl fmt::Display for Attribute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(self.0, in_attribute, f)
    }
}

const fn in_text(byte: u8) -> Option<&'static str> {
    match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'\r' => Some("&#13;"),
        b'\0' => Some("\u{fffd}"),
        _ => None,
    }
}

const fn in_attribute(byte: u8) -> Option<&'static str> {
    match byte {
        b'"' => Some("&quot;"),
        b'\'' => Some("&#39;"),
        _ => in_text(byte),
    }
}

/// Writes whole runs of what needs no escape.
fn write(text: &str, escape: impl Escape, out: &mut impl fmt::Write) -> fmt::Result {
    let mut rest = text;
    while let Some((run, escaped, after)) = next_escape(rest, escape) {
        out.write_str(run)?;
        out.write_str(escaped)?;
        rest = after;
    }
    out.write_str(rest)
}

fn collect(text: &str, escape: impl Escape) -> Cow<'_, str> {
    let mut rest = text;
    let mut out = String::new();
    while let Some((run, escaped, after)) = next_escape(rest, escape) {
        if out.is_empty() {
            out.reserve(text.len().saturating_add(text.len() / 8));
        }
        out.push_str(run);
        out.push_str(escaped);
        rest = after;
    }
    if out.is_empty() {
        return Cow::Borrowed(text);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The run before the next character to escape, its escape, and what follows. Those characters are
/// all ASCII, so both sides of one are whole characters.
fn next_escape(text: &str, escape: impl Escape) -> Option<(&str, &'static str, &str)> {
    let mut start = 0_usize;
    // Whole chunks are looked at without a branch per byte, which the compiler makes vectors of.
    for chunk in text.as_bytes().chunks(CHUNK) {
        if chunk.iter().fold(false, |any, byte| any | escape(*byte).is_some()) {
            let mut bytes = chunk.iter().enumerate();
            let (at, escaped) = bytes.find_map(|(at, byte)| Some((at, escape(*byte)?)))?;
            let (run, rest) = text.split_at_checked(start.saturating_add(at))?;
            return Some((run, escaped, rest.get(1..)?));
        }
        start = start.saturating_add(chunk.len());
    }
    None
}

/// What to write instead of a byte. Generic, so that it is inlined.
trait Escape: Fn(u8) -> Option<&'static str> + Copy {}

impl<F: Fn(u8) -> Option<&'static str> + Copy> Escape for F {}

const CHUNK: usize = 32;
