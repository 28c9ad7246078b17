//! Fields and records of CSV, as [RFC 4180] has them, that a spreadsheet does not calculate.
//!
//! A field that a spreadsheet would take for a formula gets a single quote in front, and is text.
//! That is one that begins with `=`, `+`, `-` or `@` (also in their other widths, and after white
//! space, quotes and characters that show as nothing), and one that begins with a tab, a line break
//! or U+0000. The same goes for what follows a semicolon, a tab or a line break within a field,
//! because a spreadsheet may be told to split there. So a text may come back with more single quotes
//! than it had, and never with anything else changed.
//!
//! Numbers of your own need no encoding, and with it a negative one would be text:
//! `write!(out, "{},{}\r\n", csv::field(name), -5)`.
//!
//! ```
//! use bartizan_validate::sink::csv;
//!
//! assert_eq!(csv::field("Alice").to_string(), "Alice");
//! assert_eq!(csv::field(r#"7" pipe, long"#).to_string(), r#""7"" pipe, long""#);
//! assert_eq!(csv::field("=HYPERLINK(A1)").to_string(), r#""'=HYPERLINK(A1)""#);
//! assert_eq!(csv::record(&["Alice", "+1", ""])?.to_string(), "Alice,\"'+1\",\r\n");
//! # Ok::<(), bartizan_validate::sink::Unencodable>(())
//! ```
//!
//! [RFC 4180]: https://www.rfc-editor.org/rfc/rfc4180#section-2

use core::fmt;

use super::Unencodable;
use super::encode::{self, encoder};
use crate::unicode::is_invisible;

/// Encodes one field: [RFC 4180, section 2](https://www.rfc-editor.org/rfc/rfc4180#section-2),
/// rules 5 to 7. The [module](self) has an example.
pub const fn field(text: &str) -> Field<'_> {
    Field(text)
}

encoder! {
    /// A field of a CSV record, quotes included where it needs them.
    Field, is_plain, write
}

/// Encodes a record: its fields, and the line break after it. The [module](self) has an example.
///
/// # Errors
///
/// [`Unencodable::Empty`] without a field: CSV has no record without one.
pub const fn record<'a>(fields: &'a [&'a str]) -> Result<Record<'a>, Unencodable> {
    if fields.is_empty() { Err(Unencodable::Empty) } else { Ok(Record(fields)) }
}

/// A record of CSV, with the line break that ends it.
#[derive(Clone, Copy, Debug)]
#[must_use = "it encodes itself when it is displayed"]
pub struct Record<'a>(&'a [&'a str]);

impl fmt::Display for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A line with nothing in it would be taken for no record.
        if self.0 == [""] {
            return f.write_str("\"\"\r\n");
        }
        let mut separator = "";
        for text in self.0 {
            f.write_str(separator)?;
            write(text, f)?;
            separator = ",";
        }
        f.write_str("\r\n")
    }
}

/// Whether a field needs neither quotes nor a guard. What other readers split at is quoted, too,
/// and so are the spaces at the ends and the byte order mark, which some of them drop.
fn is_plain(text: &str) -> bool {
    let needs_quotes = |byte| byte < b' ' || matches!(byte, b'"' | b',' | b';' | b'|' | 0x7f);
    encode::is_plain(text, needs_quotes)
        && !text.starts_with([' ', BYTE_ORDER_MARK])
        && !text.ends_with(' ')
        && !is_formula(text)
}

fn write(text: &str, out: &mut impl fmt::Write) -> fmt::Result {
    if is_plain(text) {
        return out.write_str(text);
    }
    out.write_str(if is_formula(text) { "\"'" } else { "\"" })?;
    let mut rest = text;
    while let Some((run, special, after)) =
        encode::next_special(rest, |byte| matches!(byte, b'"' | b';' | b'\t' | b'\n' | b'\r'))
    {
        out.write_str(run)?;
        if special == '"' {
            out.write_str("\"\"")?;
            rest = after;
            continue;
        }
        out.write_char(special)?;
        // What is blank is written here, so that it is looked at once.
        write_blank(after, out)?;
        rest = after.trim_start_matches(is_blank);
        if rest.starts_with(is_trigger) {
            out.write_char('\'')?;
        }
    }
    out.write_str(rest)?;
    out.write_char('"')
}

/// Writes what a cell begins with, up to where there is something to see.
fn write_blank(text: &str, out: &mut impl fmt::Write) -> fmt::Result {
    for character in text.chars().take_while(|character| is_blank(*character)) {
        if character == '"' {
            out.write_char('"')?;
        }
        out.write_char(character)?;
    }
    Ok(())
}

fn is_formula(text: &str) -> bool {
    let cell = text.trim_start_matches(is_blank);
    let blank = text.get(..text.len().saturating_sub(cell.len())).unwrap_or(text);
    cell.starts_with(is_trigger) || blank.contains(['\0', '\t', '\n', '\r'])
}

/// What spreadsheets take for the beginning of a formula, in every width that Unicode has.
const fn is_trigger(character: char) -> bool {
    matches!(
        character,
        '=' | '\u{207c}'
            | '\u{208c}'
            | '\u{fe66}'
            | '\u{ff1d}'
            | '+'
            | '\u{207a}'
            | '\u{208a}'
            | '\u{fb29}'
            | '\u{fe62}'
            | '\u{ff0b}'
            | '-'
            | '\u{207b}'
            | '\u{208b}'
            | '\u{2212}'
            | '\u{fe63}'
            | '\u{ff0d}'
            | '@'
            | '\u{fe6b}'
            | '\u{ff20}'
    )
}

/// What may stand before it: what is trimmed, what is not seen, and quotes that a reader takes away.
fn is_blank(character: char) -> bool {
    character == '"'
        || character.is_whitespace()
        || character.is_control()
        || is_invisible(character)
}

const BYTE_ORDER_MARK: char = '\u{feff}';
