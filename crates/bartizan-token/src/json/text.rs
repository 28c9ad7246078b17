use core::fmt;
use std::borrow::Cow;

use super::InvalidJson;

/// A string, as it is written between its quotes.
#[derive(Clone, Copy, Default)]
pub(crate) struct Text<'t> {
    raw: &'t str,
    /// Whether there are escapes. As wide as the rest, so that copies have no seams.
    escaped: usize,
}

impl<'t> Text<'t> {
    /// Takes a text without quote, backslash and control character.
    pub(crate) const fn without_escapes(raw: &'t str) -> Self {
        Self { raw, escaped: 0 }
    }

    /// Reads what follows an opening quote, which is before `start`, with the escapes that it may
    /// have; returns it, and where the closing quote is.
    #[cold]
    pub(super) fn scan(source: &'t str, start: usize) -> Result<(Self, usize), InvalidJson> {
        let bytes = source.as_bytes();
        let (mut at, mut escaped) = (start, 0);
        loop {
            at = next_special(bytes, at)?;
            let next = at.saturating_add(1);
            match bytes.get(at) {
                Some(b'"') => {
                    let raw = source.get(start..at).ok_or(InvalidJson)?;
                    return Ok((Self { raw, escaped }, at));
                }
                Some(b'\\') => {
                    escaped = 1;
                    let (_, rest) = unescape(source.get(next..).ok_or(InvalidJson)?)?;
                    at = source.len().saturating_sub(rest.len());
                }
                _ => return Err(InvalidJson),
            }
        }
    }

    /// Returns the text without its escapes.
    #[inline]
    pub(crate) fn decode(self) -> Cow<'t, str> {
        if self.escaped > 0 { Cow::Owned(self.chars().collect()) } else { Cow::Borrowed(self.raw) }
    }

    /// Returns the text as it is written, if nothing in it is escaped.
    pub(super) const fn plain(self) -> Option<&'t str> {
        if self.escaped > 0 { None } else { Some(self.raw) }
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.raw.is_empty()
    }

    /// Returns the three bytes of a name of the registered kind.
    #[inline]
    pub(crate) fn three(self) -> Option<[u8; 3]> {
        match self.plain() {
            Some(plain) => plain.as_bytes().try_into().ok(),
            None => self.decode().as_bytes().try_into().ok(),
        }
    }

    /// Returns whether both are the same text, however they are written.
    pub(super) fn same(self, other: Self) -> bool {
        if self.escaped > 0 || other.escaped > 0 {
            self.chars().eq(other.chars())
        } else {
            self.raw == other.raw
        }
    }

    /// The characters, without their escapes, which were checked when the text was read.
    fn chars(self) -> impl Iterator<Item = char> {
        let mut rest = self.raw;
        core::iter::from_fn(move || {
            let mut chars = rest.chars();
            let first = chars.next()?;
            rest = chars.as_str();
            if first != '\\' {
                return Some(first);
            }
            let (unescaped, after) = unescape(rest).ok()?;
            rest = after;
            Some(unescaped)
        })
    }
}

impl PartialEq<str> for Text<'_> {
    fn eq(&self, other: &str) -> bool {
        if self.escaped > 0 { self.chars().eq(other.chars()) } else { self.raw == other }
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Text(..)")
    }
}

/// Returns whether every string in `bytes` ends at the next quote: all is ASCII, and there is no
/// backslash and no control character.
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    let (words, rest) = bytes.as_chunks::<8>();
    // Without a way out, so that the compiler takes several words at once. In ASCII a subtraction
    // leaves a high bit where a byte is a control character or, in the other, a backslash; what it
    // borrows can only report one more where one is found.
    let odd = words.iter().fold(0, |odd, word| {
        let word = u64::from_le_bytes(*word);
        let control = word.wrapping_sub(ONES.wrapping_mul(0x20));
        let backslash = (word ^ ONES.wrapping_mul(0x5c)).wrapping_sub(ONES);
        odd | word | control | backslash
    });
    odd & HIGHS == 0 && rest.iter().all(|byte| matches!(byte, b' '..=b'[' | b']'..=0x7f))
}

/// Appends `text` as a string to JSON.
pub(crate) fn write(text: &str, json: &mut Vec<u8>) -> Result<(), InvalidJson> {
    if !has_special(text.as_bytes()) {
        json.reserve(text.len().saturating_add(2));
        json.push(b'"');
        json.extend_from_slice(text.as_bytes());
        json.push(b'"');
        return Ok(());
    }
    serde_json::to_writer(json, text).map_err(|_| InvalidJson)
}

/// Returns whether there is a quote, a backslash or a control character.
#[inline]
fn has_special(bytes: &[u8]) -> bool {
    // The last word may begin within the one before, and so may the second half of a short one.
    if let Some(last) = bytes.last_chunk::<8>() {
        let (words, _) = bytes.as_chunks::<8>();
        return words.iter().fold(specials(*last), |found, word| found | specials(*word)) != 0;
    }
    if let (Some([a, b, c, d]), Some([e, f, g, h])) = (bytes.first_chunk(), bytes.last_chunk()) {
        return specials([*a, *b, *c, *d, *e, *f, *g, *h]) != 0;
    }
    bytes.iter().copied().any(is_special)
}

#[inline]
const fn is_special(byte: u8) -> bool {
    matches!(byte, b'"' | b'\\' | 0..=0x1f)
}

/// High bits where a byte is a quote, a backslash or a control character: the borrow in these
/// well-known tests can only report too much to the left of a true find, so the lowest is exact.
#[inline]
const fn specials(word: [u8; 8]) -> u64 {
    const fn zero_in(word: u64) -> u64 {
        word.wrapping_sub(ONES) & !word & HIGHS
    }
    let word = u64::from_le_bytes(word);
    let control = word.wrapping_sub(ONES.wrapping_mul(0x20)) & !word & HIGHS;
    control | zero_in(word ^ ONES.wrapping_mul(0x22)) | zero_in(word ^ ONES.wrapping_mul(0x5c))
}

/// Where the quote is that ends the string which begins at `start`, if it has no escapes.
#[inline(never)]
pub(super) fn plain_end(bytes: &[u8], start: usize) -> Option<usize> {
    next_special(bytes, start).ok().filter(|end| bytes.get(*end) == Some(&b'"'))
}

/// The first quote at or after `at`, in bytes that [are plain](is_plain).
#[expect(clippy::inline_always, reason = "texts then stay in registers: measured")]
#[inline(always)]
pub(super) fn next_quote(bytes: &[u8], mut at: usize) -> Option<usize> {
    // Eight bytes at a time. None has its high bit set, so one that has after the subtraction was
    // zero, or borrowed for one to the right of it: the lowest find is exact.
    while let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*word) ^ ONES.wrapping_mul(0x22);
        let found = word.wrapping_sub(ONES) & HIGHS;
        if found != 0 {
            return Some(at.wrapping_add((found.trailing_zeros() / 8) as usize));
        }
        at = at.wrapping_add(8);
    }
    let rest = bytes.get(at..)?;
    rest.iter().position(|byte| *byte == b'"').map(|found| at.wrapping_add(found))
}

/// The first quote, backslash or control character at or after `at`.
#[expect(clippy::inline_always, reason = "texts then stay in registers: measured")]
#[inline(always)]
fn next_special(bytes: &[u8], mut at: usize) -> Result<usize, InvalidJson> {
    while let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let found = specials(*word);
        if found != 0 {
            let byte = (found.trailing_zeros() / 8) as usize;
            return Ok(at.saturating_add(byte));
        }
        at = at.saturating_add(8);
    }
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter()
        .copied()
        .position(is_special)
        .map(|found| at.saturating_add(found))
        .ok_or(InvalidJson)
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// Reads what follows a backslash; returns the character, and what follows it.
fn unescape(source: &str) -> Result<(char, &str), InvalidJson> {
    let mut chars = source.chars();
    let letter = match chars.next() {
        Some(same @ ('"' | '\\' | '/')) => same,
        Some('b') => '\u{8}',
        Some('f') => '\u{c}',
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some('u') => return code_point(chars.as_str()),
        _ => return Err(InvalidJson),
    };
    Ok((letter, chars.as_str()))
}

/// The digits after `\u`, and the second half of a surrogate pair if they are the first.
fn code_point(source: &str) -> Result<(char, &str), InvalidJson> {
    let (first, rest) = code_unit(source)?;
    if !matches!(first, 0xd800..=0xdbff) {
        return Ok((char::from_u32(first.into()).ok_or(InvalidJson)?, rest));
    }
    let (second, rest) = code_unit(rest.strip_prefix("\\u").ok_or(InvalidJson)?)?;
    let pair = char::decode_utf16([first, second]).next();
    Ok((pair.and_then(Result::ok).ok_or(InvalidJson)?, rest))
}

fn code_unit(source: &str) -> Result<(u16, &str), InvalidJson> {
    let (digits, rest) = source.split_at_checked(4).ok_or(InvalidJson)?;
    // `from_str_radix` alone would take a sign.
    let hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let unit = if hexadecimal { u16::from_str_radix(digits, 16).ok() } else { None };
    Ok((unit.ok_or(InvalidJson)?, rest))
}
