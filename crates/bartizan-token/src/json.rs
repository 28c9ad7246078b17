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
mod ser;
mod text;

use core::fmt;

use serde::Deserialize;
use serde::de::IgnoredAny;

pub(crate) use self::de::{Key, Object, Opened};
use self::names::Names;
pub(crate) use self::ser::{Unwritten, write_object};
pub(crate) use self::text::{Text, write};
use self::text::{is_plain, next_quote, plain_end};

/// How deep objects and arrays may be nested, the outermost object counted.
pub(crate) const MAX_DEPTH: u8 = 8;

/// How many members one object may have: names may be compared pairwise, and this bounds the work.
pub(crate) const MAX_MEMBERS: usize = 256;

/// Near the limit of a double, parsers differ in whether they round or refuse.
const MAX_FRACTION: f64 = 1e300;

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

/// Reads the digits that `text` begins with; returns the number that they are, if there are not too
/// many, and how many there are.
#[inline]
fn digits(text: &[u8]) -> (u64, usize) {
    let (mut value, mut len) = match text.first_chunk().copied().and_then(eight_digits) {
        Some(eight) => (eight, 8),
        None => (0, 0),
    };
    for byte in text.get(len..).unwrap_or_default() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        value = u64::wrapping_add(value.wrapping_mul(10), digit.into());
        len = usize::wrapping_add(len, 1);
    }
    (value, len)
}

/// Reads digits, the first one in the lowest byte, eight at once; nothing if one of them is none.
#[inline]
const fn eight_digits(word: [u8; 8]) -> Option<u64> {
    let digits = u64::from_le_bytes(word) ^ 0x3030_3030_3030_3030;
    // Six more than a digit stays within four bits. A carry only comes from what is none.
    let more = digits.wrapping_add(0x0606_0606_0606_0606);
    if (digits | more) & 0xf0f0_f0f0_f0f0_f0f0 != 0 {
        return None;
    }
    // Neighbours are joined: digits to pairs, pairs to fours, and those.
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0x0000_ffff_0000_ffff;
    Some(fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xffff_ffff)
}

/// A place in a text.
pub(crate) struct Scanner<'t> {
    text: &'t str,
    at: usize,
    depth: u8,
    /// Whether [every string ends at the next quote](is_plain).
    plain: bool,
    /// The names read so far in every object that is still open, the innermost last.
    names: Names<Text<'t>>,
}

/// A number as `serde` tells them apart.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Number {
    Whole(u64),
    Negative(i64),
    Fraction(f64),
}

impl<'t> Scanner<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, at: 0, depth: 0, plain: is_plain(text.as_bytes()), names: Names::new() }
    }

    /// Checks that `text` is one value, `depth` objects and arrays being open around it.
    fn check(text: &'t str, depth: u8) -> Result<(), InvalidJson> {
        let mut scanner = Self { depth, ..Self::new(text) };
        scanner.skip_space();
        let _ignored = IgnoredAny::deserialize(&mut scanner)?;
        scanner.skip_space();
        if scanner.at == text.len() { Ok(()) } else { Err(InvalidJson) }
    }

    /// The byte that comes next.
    #[inline]
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline]
    fn step(&mut self) {
        self.at = self.at.wrapping_add(1);
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

    /// Reads exactly this.
    #[inline]
    pub(crate) fn word(&mut self, word: &str) -> Result<(), InvalidJson> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        if !rest.starts_with(word.as_bytes()) {
            return Err(InvalidJson);
        }
        self.at = self.at.wrapping_add(word.len());
        Ok(())
    }

    /// Reads a string, without undoing its escapes.
    #[expect(clippy::inline_always, reason = "texts then stay in registers: measured")]
    #[inline(always)]
    pub(crate) fn string(&mut self) -> Result<Text<'t>, InvalidJson> {
        self.expect(b'"')?;
        let start = self.at;
        if let Some(quote) = self.plain_end(start) {
            self.at = quote.wrapping_add(1);
            return self.text.get(start..quote).map(Text::without_escapes).ok_or(InvalidJson);
        }
        let (text, quote) = Text::scan(self.text, start)?;
        self.at = quote.saturating_add(1);
        Ok(text)
    }

    /// Where the quote is that ends the string which begins at `start`, if it has no escapes.
    #[expect(clippy::inline_always, reason = "texts then stay in registers: measured")]
    #[inline(always)]
    fn plain_end(&self, start: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        if self.plain { next_quote(bytes, start) } else { plain_end(bytes, start) }
    }

    /// Reads a string of a text in which [every string ends at the next quote](is_plain). Nothing
    /// in another one, nor when no string follows.
    #[expect(clippy::inline_always, reason = "texts then stay in registers: measured")]
    #[inline(always)]
    fn plain_string(&mut self) -> Option<&'t str> {
        if !self.plain || self.peek() != Some(b'"') {
            return None;
        }
        let start = self.at.wrapping_add(1);
        let quote = next_quote(self.text.as_bytes(), start)?;
        self.at = quote.wrapping_add(1);
        self.text.get(start..quote)
    }

    /// Reads a whole, non-negative number without fraction or exponent.
    pub(crate) fn whole_number(&mut self) -> Result<u64, InvalidJson> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let (value, len) = digits(rest);
        // A zero stands alone.
        let is_usual =
            (1..=MAX_SAFE_DIGITS).contains(&len) && (rest.first() != Some(&b'0') || len == 1);
        if is_usual && !matches!(rest.get(len), Some(b'.' | b'e' | b'E')) {
            self.at = self.at.wrapping_add(len);
            return Ok(value);
        }
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
        if value.abs() <= MAX_FRACTION { Ok(Number::Fraction(value)) } else { Err(InvalidJson) }
    }

    /// Reads at least one digit, and returns the number that they are, unless it is too large.
    fn digits(&mut self) -> Result<Option<u64>, InvalidJson> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let (value, len) = digits(rest);
        self.at = self.at.wrapping_add(len);
        if len <= MAX_SAFE_DIGITS {
            return if len > 0 { Ok(Some(value)) } else { Err(InvalidJson) };
        }
        let digits = rest.get(..len).and_then(|digits| core::str::from_utf8(digits).ok());
        Ok(digits.and_then(|digits| digits.parse().ok()))
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
