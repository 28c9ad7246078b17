//! Text in a regular expression that matches itself.
//!
//! ```
//! use bartizan_validate::sink::regex;
//!
//! assert_eq!(format!("^{}$", regex::literal("1.5 (a)")), r"^1\.5\x20\(a\)$");
//! ```

use core::fmt;

use super::encode::{self, encoder};

/// Encodes text for a regular expression of the crate `regex`, outside a class: it matches that
/// text and nothing else, also with the flag `x`. (With `i` it matches the other case, too.)
///
/// What has a meaning in the [syntax] gets a backslash in front, and white space, which the flag `x`
/// drops, becomes `\x` and its number. The [module](self) has an example.
///
/// [syntax]: https://docs.rs/regex/1/regex/#syntax
pub const fn literal(text: &str) -> Literal<'_> {
    Literal(text)
}

encoder! {
    /// A part of a regular expression that matches one text.
    Literal, is_plain, write
}

/// ASCII that needs care, and the first bytes of white space that the flag `x` drops.
///
/// All comparisons are made, because the compiler makes vectors of those.
#[expect(clippy::needless_bitwise_bool, reason = "lazy ones are branches, and six times slower")]
const fn is_special(byte: u8) -> bool {
    (byte <= b' ')
        | (byte == b'#')
        | (byte == b'$')
        | (byte == b'&')
        | is_within(byte, b'(', b'+')
        | (byte == b'-')
        | (byte == b'.')
        | (byte == b'?')
        | is_within(byte, b'[', b'^')
        | is_within(byte, b'{', b'~')
        | (byte == 0xc2)
        | is_within(byte, 0xe1, 0xe3)
}

#[expect(clippy::needless_bitwise_bool, reason = "as for its caller")]
const fn is_within(byte: u8, first: u8, last: u8) -> bool {
    (byte >= first) & (byte <= last)
}

fn is_plain(text: &str) -> bool {
    encode::is_plain(text, is_special)
}

fn write(text: &str, out: &mut impl fmt::Write) -> fmt::Result {
    encode::write(text, out, is_special, |character, out| match character {
        '\0'..=' ' => {
            out.write_str(r"\x")?;
            u8::try_from(character).map_or(Err(fmt::Error), |byte| out.write_str(encode::hex(byte)))
        }
        _ if character.is_whitespace() => write!(out, "\\x{{{:X}}}", u32::from(character)),
        _ => {
            if character.is_ascii() {
                out.write_char('\\')?;
            }
            out.write_char(character)
        }
    })
}
