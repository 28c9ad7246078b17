//! A text is refused as a stored hash, or printed again byte for byte and within the limits; and
//! it is never both a sealed hash and a bare one.

#![no_main]

use bartizan_password::{SealedHash, StoredHash, StoredHashError, StoredLimits};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let limits = StoredLimits::default();
    let bare = StoredHash::parse(text, &limits);
    if let Ok(stored) = &bare {
        assert_eq!(stored.as_str(), text);
        assert!(text.len() <= 512);
        assert!(stored.memory_kib() <= limits.memory_kib());
        let again = StoredHash::parse_with_secret(text, &limits, [7; 32].into());
        assert!(again.is_ok() || !text.starts_with("$argon2"));
    }
    match SealedHash::parse(text, &limits) {
        Ok(sealed) => {
            assert_eq!(sealed.as_str(), text);
            assert_eq!(bare.err(), Some(StoredHashError::Sealed));
        }
        Err(_) => assert_ne!(bare.err(), Some(StoredHashError::Sealed)),
    }
});
