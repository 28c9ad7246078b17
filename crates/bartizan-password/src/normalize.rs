//! One text, one spelling: Unicode's Normalization Form C ([UAX #15]).
//!
//! [UAX #15]: https://www.unicode.org/reports/tr15/

use bartizan_core::SecretString;
use unicode_normalization::UnicodeNormalization as _;

/// Returns the password in NFC.
pub(crate) fn nfc(password: &SecretString) -> SecretString {
    // UAX #15, section 12.1: in UTF-8 NFC is at most three times as long. So nothing grows and
    // leaves a copy behind.
    let mut text = String::with_capacity(password.expose().len().saturating_mul(3));
    text.extend(password.expose().nfc());
    SecretString::from(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_spellings_of_a_text_are_one() {
        for (one, two) in [
            ("caf\u{e9}", "cafe\u{301}"),
            ("\u{ac00}", "\u{1100}\u{1161}"),
            ("\u{212b}", "A\u{30a}"),
            ("\u{1e69}", "s\u{307}\u{323}"),
        ] {
            let (one, two) = (nfc(&SecretString::from(one)), nfc(&SecretString::from(two)));
            assert_eq!(one.expose(), two.expose());
        }
        assert_eq!(nfc(&SecretString::from("\u{fb01}")).expose(), "\u{fb01}", "not NFKC");
    }

    /// U+1D160 is the one whose NFC is longest.
    #[test]
    fn nothing_is_more_than_three_times_as_long() {
        for text in ["\u{1d160}", "\u{fb2c}", "\u{390}", "\u{2126}"] {
            let long = text.repeat(100);
            let normalized = nfc(&SecretString::from(long.as_str()));
            assert!(normalized.expose().len() <= 3 * long.len(), "{text:?}");
        }
    }
}
