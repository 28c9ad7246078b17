use super::JsonFault;

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// Where the first quote, backslash or control character is, at or after `at`, or else the end.
#[inline]
pub(super) fn next_special(bytes: &[u8], mut at: usize) -> usize {
    // Eight bytes at a time: the borrow in these well-known tests can only report too much to the
    // left of a true find, so the lowest find is exact.
    while let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*word);
        let zero_in = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
        let control = word.wrapping_sub(ONES.wrapping_mul(0x20)) & !word & HIGHS;
        let found = control
            | zero_in(word ^ ONES.wrapping_mul(0x22))
            | zero_in(word ^ ONES.wrapping_mul(0x5c));
        if found != 0 {
            return at.saturating_add((found.trailing_zeros() / 8) as usize);
        }
        at = at.saturating_add(8);
    }
    let special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1f);
    let rest = bytes.get(at..).unwrap_or_default();
    at.saturating_add(rest.iter().position(special).unwrap_or(rest.len()))
}

/// Reads an escape; returns the character, and how long the escape is in bytes.
pub(super) fn unescape(escape: &str) -> Result<(char, usize), JsonFault> {
    let letter = match escape.as_bytes().get(1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return code_point(escape),
        _ => return Err(JsonFault::Syntax),
    };
    Ok((letter, 2))
}

/// Reads `\u` and four digits, twice for a surrogate pair.
fn code_point(escape: &str) -> Result<(char, usize), JsonFault> {
    let first = code_unit(escape)?;
    if let Some(character) = char::from_u32(first.into()) {
        return Ok((character, 6));
    }
    let second = code_unit(escape.get(6..).ok_or(JsonFault::Syntax)?);
    let second = second.map_err(|_| JsonFault::Encoding)?;
    let pair = char::decode_utf16([first, second]).next().and_then(Result::ok);
    Ok((pair.ok_or(JsonFault::Encoding)?, 12))
}

fn code_unit(escape: &str) -> Result<u16, JsonFault> {
    let digits = escape.strip_prefix("\\u").and_then(|escape| escape.get(..4));
    // `from_str_radix` alone would take a sign.
    let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    digits.and_then(|digits| u16::from_str_radix(digits, 16).ok()).ok_or(JsonFault::Syntax)
}
