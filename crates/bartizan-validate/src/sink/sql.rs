//! Text in a pattern of SQL's `LIKE`.
//!
//! Values go into a statement as bound parameters, which need no encoding, and nothing else here is
//! for SQL. The pattern of a `LIKE` is bound, too, and still has a syntax of its own, with which a
//! user could ask for every row.
//!
//! ```
//! use bartizan_validate::sink::sql;
//!
//! let statement = r"SELECT id FROM items WHERE name LIKE ? ESCAPE '\'";
//! let bound = format!("{}%", sql::like("100%_"));
//! assert_eq!(bound, r"100\%\_%");
//! # let _ = statement;
//! ```

use core::fmt;

use super::encode::{self, encoder};

/// Encodes text for a pattern of `LIKE` with `ESCAPE '\'`: ISO/IEC 9075-2, section 8.5.
///
/// `%`, `_` and the backslash get a backslash in front. `PostgreSQL` and `MySQL` take that without
/// `ESCAPE`; other systems want it said. It is not for SQL Server and Sybase, whose patterns have
/// brackets, too. The [module](self) has an example.
pub const fn like(text: &str) -> LikePattern<'_> {
    LikePattern(text)
}

encoder! {
    /// A part of a pattern of `LIKE` that matches one text.
    LikePattern, is_plain, write
}

const fn is_special(byte: u8) -> bool {
    matches!(byte, b'%' | b'_' | b'\\')
}

fn is_plain(text: &str) -> bool {
    encode::is_plain(text, is_special)
}

fn write(text: &str, out: &mut impl fmt::Write) -> fmt::Result {
    encode::write(text, out, is_special, |character, out| {
        out.write_char('\\')?;
        out.write_char(character)
    })
}
