//! Each value has exactly one spelling, whatever the text.

use bartizan::core::{base64url, hex};
use proptest::prelude::*;

/// Texts that are nearly right: of the alphabets, padding and white space alone.
fn nearly() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::sample::select(b"Aa09fFgz-_+/= \n".to_vec()), 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_decodes_is_the_only_spelling(text in prop_oneof![any::<Vec<u8>>(), nearly()]) {
        if let Ok(bytes) = base64url::decode(&text) {
            prop_assert_eq!(base64url::encode(&bytes).into_bytes(), text.clone());
        }
        if let Ok(bytes) = hex::decode(&text) {
            prop_assert_eq!(hex::encode(&bytes).into_bytes(), text.clone());
        }
    }

    #[test]
    fn every_value_comes_back(bytes in any::<Vec<u8>>()) {
        prop_assert_eq!(base64url::decode(base64url::encode(&bytes)).unwrap(), &bytes[..]);
        prop_assert_eq!(hex::decode(hex::encode(&bytes)).unwrap(), bytes);
    }
}
