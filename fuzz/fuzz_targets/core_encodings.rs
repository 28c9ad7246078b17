//! A text that decodes is the only spelling of its bytes, and bytes come back from their spelling.

#![no_main]

use bartizan_core::{KeyId, base64url, hex};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    if let Ok(bytes) = base64url::decode(input) {
        assert_eq!(base64url::encode(&bytes).as_bytes(), input);
    }
    if let Ok(bytes) = hex::decode(input) {
        assert_eq!(hex::encode(&bytes).as_bytes(), input);
    }
    assert_eq!(base64url::decode(base64url::encode(input)).as_deref(), Ok(input));
    assert_eq!(hex::decode(hex::encode(input)).as_deref(), Ok(input));

    if let Some(id) = core::str::from_utf8(input).ok().and_then(|text| text.parse::<KeyId>().ok()) {
        assert_eq!(id.to_string().as_bytes(), input);
    }
});
