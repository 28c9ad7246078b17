//! Strict JSON: [RFC 8259], narrowed as [RFC 7493] advises and bounded, read in one pass.
//!
//! What two parsers could read differently is refused: a member named twice, also by an escape,
//! a lone surrogate, a number beyond a double, anything but UTF-8. It is a deserializer of
//! `serde`, so the pass that checks the text is the pass that fills the type; what the type does
//! not ask for is checked all the same.
//!
//! [RFC 7493]: https://www.rfc-editor.org/rfc/rfc7493
//! [RFC 8259]: https://www.rfc-editor.org/rfc/rfc8259

mod de;
mod names;
mod text;

use core::fmt;

use serde::Deserialize;

pub(crate) use self::de::{Key, Object, Opened};
use self::names::Names;
pub(crate) use self::text::Text;
use self::text::plain_end;

/// How deep objects and arrays may be nested, the outermost object counted.
pub(crate) const MAX_DEPTH: u8 = 8;

/// How many members one object may have: names may be compared pairwise, and this bounds the work.
pub(crate) const MAX_MEMBERS: usize = 256;

/// The text is not strict JSON, not within the bounds, or not of the type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InvalidJson;

impl fmt::Display for InvalidJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not strict JSON of this type")
    }
}

impl core::error::Error for InvalidJson {}

/// Reads all of `text`, which is one object.
pub(crate) fn from_slice<'t, T: Deserialize<'t>>(text: &'t [u8]) -> Result<T, InvalidJson> {
    object(text, |object| T::deserialize(Opened(object)))
}

/// Reads all of `text`, which is one object, as `read` wants it.
pub(crate) fn object<'t, T>(
    text: &'t [u8],
    read: impl FnOnce(&mut Object<'_, 't>) -> Result<T, InvalidJson>,
) -> Result<T, InvalidJson> {
    let mut scanner = Scanner::new(core::str::from_utf8(text).map_err(|_| InvalidJson)?);
    scanner.skip_space();
    let value = scanner.object(read)?;
    scanner.skip_space();
    if scanner.at == text.len() { Ok(value) } else { Err(InvalidJson) }
}

/// A number of so many digits fits into 64 bits, whatever they are.
const MAX_SAFE_DIGITS: usize = 19;

/// A place in a text.
pub(crate) struct Scanner<'t> {
    text: &'t str,
    at: usize,
    depth: u8,
    /// The names read so far in every object that is still open, the innermost last.
    names: Names<'t>,
}

/// A number as `serde` tells them apart.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Number {
    Whole(u64),
    Negative(i64),
    Fraction(f64),
}

impl<'t> Scanner<'t> {
    const fn new(text: &'t str) -> Self {
        Self { text, at: 0, depth: 0, names: Names::new() }
    }

    /// The byte that comes next.
    #[inline]
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline]
    fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    #[inline]
    fn skip_space(&mut self) {
        // Mostly there is none.
        if self.peek().is_some_and(|byte| byte <= b' ') {
            self.skip_some_space();
        }
    }

    #[cold]
    fn skip_some_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.step();
        }
    }

    #[inline]
    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.step();
        }
        found
    }

    fn expect(&mut self, byte: u8) -> Result<(), InvalidJson> {
        if self.eat(byte) { Ok(()) } else { Err(InvalidJson) }
    }

    fn word(&mut self, word: &str) -> Result<(), InvalidJson> {
        let end = self.at.saturating_add(word.len());
        if self.text.as_bytes().get(self.at..end) != Some(word.as_bytes()) {
            return Err(InvalidJson);
        }
        self.at = end;
        Ok(())
    }

    /// Reads a string, without undoing its escapes.
    #[expect(clippy::inline_always, reason = "texts then stay in registers: measured")]
    #[inline(always)]
    pub(crate) fn string(&mut self) -> Result<Text<'t>, InvalidJson> {
        self.expect(b'"')?;
        let start = self.at;
        if let Some(quote) = plain_end(self.text.as_bytes(), start) {
            self.at = quote.saturating_add(1);
            return self.text.get(start..quote).map(Text::without_escapes).ok_or(InvalidJson);
        }
        let (text, quote) = Text::scan(self.text, start)?;
        self.at = quote.saturating_add(1);
        Ok(text)
    }

    /// Reads a whole, non-negative number without fraction or exponent.
    pub(crate) fn whole_number(&mut self) -> Result<u64, InvalidJson> {
        match self.number()? {
            Number::Whole(number) => Ok(number),
            Number::Negative(_) | Number::Fraction(_) => Err(InvalidJson),
        }
    }

    fn number(&mut self) -> Result<Number, InvalidJson> {
        let start = self.at;
        let negative = self.eat(b'-');
        let whole = if self.eat(b'0') { Some(0) } else { self.digits()? };
        let mut fraction = false;
        if self.eat(b'.') {
            fraction = true;
            let _value = self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            fraction = true;
            let _signed = self.eat(b'+') || self.eat(b'-');
            let _value = self.digits()?;
        }
        match (whole, negative, fraction) {
            (Some(whole), false, false) => return Ok(Number::Whole(whole)),
            (Some(whole @ 1..), true, false) => {
                if let Some(value) = 0_i64.checked_sub_unsigned(whole) {
                    return Ok(Number::Negative(value));
                }
            }
            _ => {}
        }
        let source = self.text.get(start..self.at).ok_or(InvalidJson)?;
        let value: f64 = source.parse().map_err(|_| InvalidJson)?;
        // Near the limit of a double, parsers differ in whether they round or refuse.
        if value.abs() <= 1e300 { Ok(Number::Fraction(value)) } else { Err(InvalidJson) }
    }

    /// Reads at least one digit, and returns the number that they are, unless it is too large.
    fn digits(&mut self) -> Result<Option<u64>, InvalidJson> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let len = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
        let digits = rest.get(..len).unwrap_or_default();
        let value = if len <= MAX_SAFE_DIGITS {
            let add = |value: u64, digit: &u8| {
                value.wrapping_mul(10).wrapping_add(u64::from(digit & 0x0f))
            };
            Some(digits.iter().fold(0, add))
        } else {
            core::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok())
        };
        self.at = self.at.saturating_add(len);
        if len > 0 { Ok(value) } else { Err(InvalidJson) }
    }

    /// Reads an array, or an object, whose inside is read by `read`.
    fn nested<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, InvalidJson>,
    ) -> Result<T, InvalidJson> {
        if self.depth >= MAX_DEPTH {
            return Err(InvalidJson);
        }
        self.step();
        self.depth = self.depth.saturating_add(1);
        let value = read(self)?;
        self.depth = self.depth.saturating_sub(1);
        Ok(value)
    }
}

#[cfg(test)]
mod tests;
