//! Decoding, once.

use proptest::prelude::*;

use crate::{Canonical, CanonicalError};

fn decode(text: &str) -> Result<String, CanonicalError> {
    Canonical::decode_once(text).map(|once| once.as_str().to_owned())
}

/// asvs: V1.1.1
#[test]
fn one_layer_is_decoded_and_no_more() {
    for (encoded, once) in [
        ("%252e%252e%252f", "%2e%2e%2f"),
        ("%2e%2E%2f", "../"),
        ("a+b%20c", "a+b c"),
        ("%25", "%"),
        ("%C3%A4ä", "ää"),
        ("%00", "\0"),
        ("", ""),
    ] {
        assert_eq!(decode(encoded).as_deref(), Ok(once));
    }
}

/// asvs: V1.1.1
#[test]
fn what_is_not_utf8_is_refused() {
    // Overlong, a surrogate, above the last character, cut short, a lone continuation.
    for encoded in [
        "%c0%af",
        "%c0%ae",
        "%c1%9c",
        "%e0%80%af",
        "%f0%80%80%af",
        "%f8%80%80%80%af",
        "%ed%a0%80",
        "%f4%90%80%80",
        "%c3",
        "%80",
        "%ff",
    ] {
        assert_eq!(decode(encoded), Err(CanonicalError::NotUtf8), "{encoded}");
    }
}

#[test]
fn a_percent_sign_has_two_digits() {
    for encoded in ["%", "%2", "a%", "%zz", "%2g", "%%32", "%u002e", "%+1", "%ä"] {
        assert_eq!(decode(encoded), Err(CanonicalError::Malformed), "{encoded}");
    }
    assert!(decode(&"a".repeat(65_536)).is_ok());
    assert_eq!(decode(&"a".repeat(65_537)), Err(CanonicalError::TooLong));
}

proptest! {
    #[test]
    fn every_text_has_an_encoding(text: String) {
        let encoded = text.bytes().map(|byte| format!("%{byte:02x}")).collect::<Vec<_>>().concat();
        prop_assert_eq!(decode(&encoded), Ok(text));
    }

    #[test]
    fn any_text(text in r"[%0-9a-f\x00-\x7fä]{0,20}") {
        let _ = decode(&text);
    }
}
