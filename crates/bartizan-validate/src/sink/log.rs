//! Text in a line of a log, as people and programs read it that go by lines.
//!
//! A backslash and a double quote get a backslash in front, so that a field between quotes has one
//! end. Line breaks and tabs become `\n`, `\r` and `\t`. All that a terminal would obey, that
//! reorders the text around it or that shows as nothing becomes `\u{` its number in hexadecimal
//! digits `}`: control characters with U+2028 and U+2029, and Unicode's `Bidi_Control` and
//! `Default_Ignorable_Code_Point`. What comes out is one line, and the text can be had back from it.
//!
//! There is no standard for it; the notation is that of Rust's string literals. It is for ASVS
//! 16.4.1 ("encode data to prevent log injection").
//!
//! ```
//! use bartizan_validate::sink::log;
//!
//! let user = "bob\n2031-01-01 admin logged in\u{1b}[2K";
//! assert_eq!(
//!     format!("user=\"{}\"", log::line(user)),
//!     r#"user="bob\n2031-01-01 admin logged in\u{1b}[2K""#,
//! );
//! ```

use core::fmt;

use super::encode::{self, encoder};
use crate::unicode::is_invisible;

/// Encodes text for a line of a log. The [module](self) has an example.
pub const fn line(text: &str) -> Line<'_> {
    Line(text)
}

encoder! {
    /// Text within one line of a log, which may stand between double quotes.
    Line, is_plain, write
}

/// Bytes with which such a character may begin: the first ones of all that are not shown, in UTF-8.
const fn is_special(byte: u8) -> bool {
    byte < b' '
        || matches!(
            byte,
            b'"' | b'\\' | 0x7f | 0xc2 | 0xcd | 0xd8 | 0xe1..=0xe3 | 0xef | 0xf0 | 0xf3
        )
}

fn is_plain(text: &str) -> bool {
    encode::is_plain(text, is_special)
}

fn write(text: &str, out: &mut impl fmt::Write) -> fmt::Result {
    encode::write(text, out, is_special, |character, out| match character {
        '\n' => out.write_str(r"\n"),
        '\r' => out.write_str(r"\r"),
        '\t' => out.write_str(r"\t"),
        '"' | '\\' => {
            out.write_char('\\')?;
            out.write_char(character)
        }
        '\u{2028}' | '\u{2029}' => write_number(character, out),
        _ if character.is_control() || is_invisible(character) => write_number(character, out),
        _ => out.write_char(character),
    })
}

fn write_number(character: char, out: &mut impl fmt::Write) -> fmt::Result {
    write!(out, "\\u{{{:x}}}", u32::from(character))
}
