//! Text in a document of XML 1.0: in an element, and in an attribute.
//!
//! Neither is for comments, CDATA sections, processing instructions, or names. For HTML there is the
//! crate `bartizan-html`.
//!
//! ```
//! use bartizan_validate::sink::{Unencodable, xml};
//!
//! let name = r#"<b> & "friends""#;
//! assert_eq!(
//!     format!(r#"<p title="{}">{}</p>"#, xml::attribute(name)?, xml::text(name)?),
//!     r#"<p title="&lt;b&gt; &amp; &quot;friends&quot;">&lt;b&gt; &amp; "friends"</p>"#,
//! );
//! assert_eq!(xml::text("\u{1}").map(drop), Err(Unencodable::Character));
//! # Ok::<(), Unencodable>(())
//! ```

use core::fmt;

use super::Unencodable;
use super::encode::{self, encoder};

/// Encodes text for the content of an element: [XML 1.0, section 2.4].
///
/// A carriage return, which a parser would read as a line feed, becomes `&#13;`.
///
/// # Errors
///
/// [`Unencodable::Character`] with one that XML 1.0 cannot have in any form ([section 2.2]):
/// control characters but tab, line feed and carriage return, and U+FFFE and U+FFFF.
///
/// The [module](self) has an example.
///
/// [XML 1.0, section 2.4]: https://www.w3.org/TR/xml/#syntax
/// [section 2.2]: https://www.w3.org/TR/xml/#charsets
pub fn text(text: &str) -> Result<Text<'_>, Unencodable> {
    if is_xml(text) { Ok(Text(text)) } else { Err(Unencodable::Character) }
}

encoder! {
    /// The text of an XML element.
    Text, is_plain_text, write_text
}

/// Encodes text for an attribute value between double or single quotes: [XML 1.0, section 3.3.3].
///
/// Tabs and line breaks, which a parser would read as spaces, become character references.
///
/// # Errors
///
/// [`Unencodable::Character`], as for [`text`](fn@text).
///
/// The [module](self) has an example.
///
/// [XML 1.0, section 3.3.3]: https://www.w3.org/TR/xml/#AVNormalize
pub fn attribute(value: &str) -> Result<Attribute<'_>, Unencodable> {
    if is_xml(value) { Ok(Attribute(value)) } else { Err(Unencodable::Character) }
}

encoder! {
    /// An XML attribute value, without the quotes around it.
    Attribute, is_plain_attribute, write_attribute
}

/// Whether all characters are `Char`. U+FFFE and U+FFFF begin with a byte that few others do.
fn is_xml(text: &str) -> bool {
    let may_be_none =
        |byte| byte == 0xef || (byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r'));
    encode::is_plain(text, may_be_none)
        || !text.contains(|character| {
            matches!(
                character,
                '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}'
            )
        })
}

const fn is_special_text(byte: u8) -> bool {
    matches!(byte, b'&' | b'<' | b'>' | b'\r')
}

fn is_plain_text(text: &str) -> bool {
    encode::is_plain(text, is_special_text)
}

fn write_text(text: &str, out: &mut impl fmt::Write) -> fmt::Result {
    encode::write(text, out, is_special_text, |special, out| out.write_str(reference(special)))
}

const fn is_special_attribute(byte: u8) -> bool {
    is_special_text(byte) || matches!(byte, b'"' | b'\'' | b'\t' | b'\n')
}

fn is_plain_attribute(text: &str) -> bool {
    encode::is_plain(text, is_special_attribute)
}

fn write_attribute(text: &str, out: &mut impl fmt::Write) -> fmt::Result {
    encode::write(text, out, is_special_attribute, |special, out| out.write_str(reference(special)))
}

/// The reference to a special character. Of those that get here, the last one is the apostrophe.
const fn reference(special: char) -> &'static str {
    match special {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '"' => "&quot;",
        '\t' => "&#9;",
        '\n' => "&#10;",
        '\r' => "&#13;",
        _ => "&#39;",
    }
}
