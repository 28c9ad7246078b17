//! Base64 with padding ([RFC 4648, section 4]), over the family's strict base64url.
//!
//! [RFC 4648, section 4]: https://www.rfc-editor.org/rfc/rfc4648#section-4

use bartizan_core::{SecretBytes, SecretString, base64url};
use zeroize::Zeroizing;

pub(in crate::kek_provider) fn encode(bytes: &[u8]) -> SecretString {
    let url_safe = Zeroizing::new(base64url::encode(bytes));
    let mut text = Zeroizing::new(String::with_capacity(url_safe.len().saturating_add(3)));
    text.extend(url_safe.chars().map(|digit| match digit {
        '-' => '+',
        '_' => '/',
        other => other,
    }));
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    SecretString::from(text.as_str())
}

/// Takes exactly what [`encode`] makes.
pub(in crate::kek_provider) fn decode(text: &str) -> Option<SecretBytes> {
    let digits = text.trim_end_matches('=');
    let padding = text.len().saturating_sub(digits.len());
    if !text.len().is_multiple_of(4) || padding > 2 || digits.contains(['-', '_']) {
        return None;
    }
    let mut url_safe = Zeroizing::new(String::with_capacity(digits.len()));
    url_safe.extend(digits.chars().map(|digit| match digit {
        '+' => '-',
        '/' => '_',
        other => other,
    }));
    base64url::decode(&*url_safe).ok().map(SecretBytes::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4648, section 10.
    #[test]
    fn vectors() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encode(bytes.as_bytes()).expose(), text);
            assert_eq!(decode(text).unwrap().expose(), bytes.as_bytes());
        }
        assert_eq!(encode(&[0xfb, 0xff]).expose(), "+/8=");
        assert_eq!(decode("+/8=").unwrap().expose(), [0xfb, 0xff]);
    }

    #[test]
    fn one_spelling_only() {
        for text in
            ["Zg", "Zg=", "Zg===", "Zh==", "-_8=", "Zm9v====", "Zm9v=", "Z g=", "=", "Zg==\n"]
        {
            assert!(decode(text).is_none(), "{text:?}");
        }
    }
}
