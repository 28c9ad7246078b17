//! Whatever is stored, a check within the limits ends, with a match, a mismatch or a refusal; what
//! matches a password does not match that and one character more. Within 64 MiB and a cost of some
//! 100 ms: older schemes whose cost has limits of its own are left to their tests.

#![no_main]

use std::sync::LazyLock;

use bartizan_core::SecretString;
use bartizan_password::{
    LegacyScheme, PasswordHasher, StoredHash, StoredLimits, Verified, VerifyError,
};
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
    if !matches!(stored.legacy_scheme(), None | Some(LegacyScheme::Ldap | LegacyScheme::Md5Crypt)) {
        return;
    }
    if verify(password, &stored).is_some() {
        assert!(!password.is_empty());
        let longer = format!("{password}~");
        assert_eq!(verify(&longer, &stored), None, "{text}");
    }
});

fn verify(password: &str, stored: &StoredHash) -> Option<Verified> {
    match HASHER.verify(&SecretString::from(password), Some(stored)) {
        Ok(verified) => Some(verified),
        Err(VerifyError::Mismatch) => None,
        Err(VerifyError::TooLong) => {
            assert!(password.len() > 4_096);
            None
        }
        Err(error) => panic!("{error}"),
    }
}
