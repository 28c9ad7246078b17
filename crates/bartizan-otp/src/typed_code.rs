//! A code as somebody typed it.

use core::fmt;

use crate::code_key::Digits;
use crate::error::VerifyError;

/// The number that a code is.
#[derive(Clone, Copy)]
#[expect(unnameable_types, reason = "a part of how one-time passwords are checked")]
pub struct TypedCode(u32);

impl TypedCode {
    /// Reads exactly the digits of a code, `0` to `9`, or the same with one space in their middle,
    /// as many applications show them: `287082`, `287 082`. Anything else is refused, before any
    /// work: other spaces, signs, digits of other scripts, too few and too many.
    pub(crate) fn parse(text: &str, digits: Digits) -> Result<Self, VerifyError> {
        let count = digits.count();
        if !(count..=count.saturating_add(1)).contains(&text.len()) {
            return Err(VerifyError::Malformed);
        }
        let middle = (text.len() > count).then_some(count / 2);
        let mut value = 0_u32;
        for (position, byte) in text.bytes().enumerate() {
            match byte {
                b' ' if middle == Some(position) => {}
                b'0'..=b'9' if middle != Some(position) => {
                    let digit = u32::from(byte & 0x0f);
                    value = value.saturating_mul(10).saturating_add(digit);
                }
                _ => return Err(VerifyError::Malformed),
            }
        }
        Ok(Self(value))
    }

    pub(crate) const fn value(self) -> u32 {
        self.0
    }
}

impl fmt::Debug for TypedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TypedCode(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str, digits: Digits) -> Option<u32> {
        TypedCode::parse(text, digits).ok().map(TypedCode::value)
    }

    #[test]
    fn digits_are_read_with_a_space_in_the_middle_or_without() {
        for (text, value) in
            [("287082", 287_082), ("287 082", 287_082), ("000000", 0), ("000 001", 1)]
        {
            assert_eq!(parsed(text, Digits::Six), Some(value), "{text}");
            assert_eq!(parsed(text, Digits::Eight), None, "{text}");
        }
        for (text, value) in
            [("94287082", 94_287_082), ("9428 7082", 94_287_082), ("99999999", 99_999_999)]
        {
            assert_eq!(parsed(text, Digits::Eight), Some(value), "{text}");
            assert_eq!(parsed(text, Digits::Six), None, "{text}");
        }
    }

    #[test]
    fn nothing_else_is_a_code() {
        let (wide, arabic) = ("２８７０８２", "٢٨٧٠٨٢");
        for text in [
            "",
            " ",
            "2",
            "28708",
            "2870822",
            "28708 2",
            "28 7082",
            "287  082",
            " 287082",
            "287082 ",
            " 28708",
            "28708 ",
            "287082\n",
            "287\t082",
            "287\u{a0}082",
            "287-082",
            "287\u{2009}82",
            "+87082",
            "-87082",
            "28708a",
            "28708\0",
            "0x7082",
            "2.7082",
            "28708é",
            "é7082",
            "28é82",
            "287é82",
            "      ",
            "       ",
            wide,
            arabic,
        ] {
            assert_eq!(parsed(text, Digits::Six), None, "{text:?}");
        }
        let long = "1".repeat(10_000_000);
        assert_eq!(parsed(&long, Digits::Six), None);
    }

    /// Every byte that can stand in every place.
    #[test]
    fn each_place_takes_ten_bytes_alone() {
        for position in 0..7 {
            for byte in 0..128_u8 {
                let mut text = *b"123 456";
                text[position] = byte;
                let expected = if position == 3 { byte == b' ' } else { byte.is_ascii_digit() };
                let text = core::str::from_utf8(&text).unwrap();
                assert_eq!(parsed(text, Digits::Six).is_some(), expected, "{text:?}");
            }
        }
    }
}
