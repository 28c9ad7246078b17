//! Whatever is stored, a check within the limits ends, with a match, a mismatch or a refusal, and
//! never matches a password that is not the one; within 64 MiB and a cost of some 100 ms.

#![no_main]

use std::sync::LazyLock;

use bartizan_core::SecretString;
use bartizan_password::{PasswordHasher, StoredHash, StoredLimits, VerifyError};
use libfuzzer_sys::fuzz_target;

static HASHER: LazyLock<PasswordHasher> = LazyLock::new(|| {
    let limits = StoredLimits::builder().memory_kib(65_536).cost_kib(65_536).build().unwrap();
    PasswordHasher::builder().stored_limits(limits).build().unwrap()
});

// A stored hash, and in the next line a password.
fuzz_target!(|input: &str| {
    let (text, password) = input.split_once('\n').unwrap_or((input, "wrong"));
    let Ok(stored) = StoredHash::parse(text, HASHER.stored_limits()) else {
        return;
    };
    assert!(stored.memory_kib() <= 65_536);
    match HASHER.verify(&SecretString::from(password), Some(&stored)) {
        // The fuzzer would have to break Argon2, or to be given the right one.
        Ok(_) => assert_eq!(password, "password", "{text}"),
        Err(VerifyError::Mismatch) => (),
        Err(VerifyError::TooLong) => assert!(password.len() > 256),
        Err(error) => panic!("{error}"),
    }
});
